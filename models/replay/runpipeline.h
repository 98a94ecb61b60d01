// The steps of a run between intake and sender: stage, save copy and intent, publish, take answers, write
// them down, remove originals, write that down. Keeps the order that makes a crash harmless. Engine's thread
// only.
#pragma once

#include "models/replay/intake.h"
#include "models/replay/ratelimiter.h"
#include "models/replay/sender.h"

#include <deque>
#include <map>

namespace signalbox {

struct RunContext {
    ReplayJournal& journal;
    RunHeader header;
    std::function<DeathFacts(const Message&)> facts;
    const ReplayTuning& tuning;
    std::function<Result<void>()> mayWrite; // null: always

    bool fromCopies() const { return header.kind == RunKind::Restore || header.kind == RunKind::Import; }
    bool sends() const { return header.kind == RunKind::Replay || fromCopies(); }
    bool removes() const { return !fromCopies() && !header.sourceIsStream; }
    // The items' own order, not the queue's: nothing is sent before all of them were met.
    bool hasOrder() const { return header.kind == RunKind::Replay && !header.options.order.isEmpty(); }
    // What has no answer is no doubt: the original tells whether it was moved.
    bool moves() const { return header.kind == RunKind::Replay && removes() && header.options.atomic; }
    // State of items whose original is still to be removed, and nothing else.
    ItemState toRemove() const;
};

class RunPipeline {
public:
    enum class Gate {
        Open,
        NoNewSteps, // pause: what is written is sent, the rest waits
        NoSending,  // end: what is written but not sent becomes planned again
    };

    RunPipeline(const RunContext& context, RunItems& items, Intake& intake, Sender& sender);

    Result<void> take(int waitMs);
    void collect(int waitMs); // answers of the broker
    // Finishes the journal step under way and begins the next one.
    Result<void> advance(Gate gate, bool hurry, std::chrono::milliseconds wait);
    // Removals that the broker has carried out are written down.
    Result<void> sync(bool now);

    void sourceWentDown();
    void doubtRest(const QString& reason); // whatever was sent and has no answer
    void dropStaged();                     // before the intake is released
    void mark(RunItem& item, ItemState state, const QString& reason = {});

    qint64 inFlight() const { return inFlight_; }
    bool isFull() const; // nothing more should be taken now
    bool hasStaged() const { return !staged_.empty(); }
    bool isWriting() const { return writer_.isBusy(); }
    bool hasMarks() const { return !next_->isEmpty() || failed_; } // something is still to be written
    bool isIdle() const; // nothing staged, under way, to be written or to be removed
    bool tookSomething() const { return tookSomething_; }
    PortLink::Time lastAnswer() const { return lastAnswer_; }
    const std::optional<Error>& journalTrouble() const { return journalTrouble_; }

private:
    using Time = PortLink::Time;
    static Time now() { return std::chrono::steady_clock::now(); }
    Result<void> finishStep(Gate gate, std::chrono::milliseconds wait);
    Result<void> journalFailed(std::unique_ptr<Step> step, const Error& error);
    void beginStep(Gate gate, bool hurry);
    bool isGathering() const { return context_.hasOrder() && !intake_.isDone(); }
    void putInOrder();
    int sendableNow();
    QByteArray exchangeOf(const RunItem& item) const;
    template<class Range>
    int publishable(const Range& staged, int most);
    void publish(std::vector<Staged>& staged);
    Message outgoing(const Staged& staged, const RunItem& item, QString* trouble);
    void unsend(std::vector<Staged>& staged);
    void takeBack(const std::vector<std::uint32_t>& notSent);
    Result<void> settle(const std::vector<std::uint32_t>& indexes);
    void answered(const PublishOutcome& outcome);
    void learnSize(int met, qint64 bytes);

    const RunContext& context_;
    RunItems& items_;
    Intake& intake_;
    Sender& sender_;
    StepWriter writer_;
    RateLimiter limiter_;
    std::unique_ptr<Step> next_;
    std::unique_ptr<Step> failed_; // could not be written; tried again
    std::deque<Staged> staged_;
    bool isInOrder_ = true;               // the staged ones are, where the run has an order of its own
    std::vector<std::uint32_t> unsynced_; // settled, but the broker has not answered anything since
    std::vector<std::uint32_t> notSent_;  // told by the broker's last answers
    std::map<QByteArray, QString> missingExchanges_; // name -> the broker's words
    qint64 inFlight_ = 0;
    qint64 stagedBytes_ = 0;
    int takeMax_ = 16;
    bool tookSomething_ = false;
    Time dirtySince_{};
    Time lastSync_{};
    Time lastAnswer_{};
    Time troubleSince_{};
    Time nextJournalTry_{};
    std::optional<Error> journalTrouble_;
};

} // namespace signalbox
