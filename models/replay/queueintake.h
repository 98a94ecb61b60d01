// Takes a run's messages from the queue: receives, matches, holds what is not selected, settles.
#pragma once

#include "models/replay/intake.h"
#include "models/replay/openbudget.h"

#include <functional>

namespace signalbox {

class QueueIntake final : public Intake {
public:
    struct Setup {
        bool takesAll = false; // purge: every message is an item
        bool isStream = false; // nothing is removed; settling only returns credit
        bool cutOff = false;   // an earlier process may still hold messages of it at the broker
        Taking taking = Taking::InOrder;
        bool moves = false;    // sent without an answer: not sent, if the original is met
        bool holdsAll = false; // the chosen ones are held until the last one is met
        qint64 readyHint = -1; // purge: messages in the queue when the person asked, -1 = unknown
        ItemState toRemove = ItemState::Confirmed;
        QString queue; // its name, for people
        OpenBudget::Start deliveries{};
        std::function<Result<void>()> noteOpen;  // durable when it returns; null: nobody counts
        std::function<Result<int>()> otherOpens; // of runs accepted after this one; null: there are none
    };
    // `wide` may be null: a source without a bound on held messages, used when the other one could run full
    // of messages that are not selected.
    QueueIntake(MessageSource& source, MessageSource* wide, RunItems& items, Setup setup,
                const ReplayTuning& tuning);

    bool isUp() const override { return link_.isUp(); }
    bool isDue() const override { return link_.isDue(now()); }
    const Error& downReason() const override { return link_.error(); }
    PortLink::Time nextTry() const override { return link_.nextTry(); }
    Result<void> mayOpen() override;
    Result<void> open() override;
    Result<void> take(int max, int waitMs, Taken& out) override;
    bool isDone() const override { return exhausted_ || (!setup_.takesAll && awaited_ <= 0); }
    bool isExhausted() const override { return exhausted_; }
    QString stalledBecause() const override { return stalled_; }
    Result<bool> settle(std::span<const std::uint32_t> indexes) override;
    Result<bool> sync() override;
    bool wasThere(const RunItem& item) override { return source().wasThere(item.tag); }
    void moved(const RunItem&) override { --outstanding_; }
    void awaitAgain(RunItem& item) override;
    void dropAwaited(const RunItem& item) override;
    bool holdsTooLong() const override;
    bool holdsLocks() const override { return !(useWide_ ? *wide_ : source_).countsCheaply(); }
    void release() override;
    void close() override;

private:
    using Time = PortLink::Time;
    static Time now() { return std::chrono::steady_clock::now(); }
    MessageSource& source() { return useWide_ ? *wide_ : source_; }
    Result<bool> takeDown(const Error& error); // false, or the error when it is final
    bool sort(Delivery&& delivery, Taken& out);
    Result<void> lookAtQuiet();
    QString stallWords(qint64 ready);
    Result<bool> isHeldElsewhere(Time time);
    bool isWanted(const RunItem& item) const;
    void countAwaited();
    void tellWanted();
    // Nobody else's message is touched.
    bool isByNumber() const { return setup_.taking == Taking::ByNumber; }
    void chooseSource();
    Result<void> payForOpening();
    Result<void> connectSource();

    MessageSource& source_;
    MessageSource* wide_;
    bool useWide_ = false;
    RunItems& items_;
    Setup setup_;
    const ReplayTuning& tuning_;
    DeliveryMatcher matcher_;
    PortLink link_;
    OpenBudget budget_;
    qint64 awaited_ = 0;     // items whose original is still to be met
    qint64 outstanding_ = 0; // deliveries not settled
    qint64 outstandingAtLoss_ = 0;
    qint64 metThisPass_ = 0;
    qint64 sinceMatch_ = 0;
    qint64 queueSize_ = -1;
    qint64 purgeLeft_ = -1;
    qint64 purgeTotal_ = -1; // what it removes at most; -1: not known yet
    bool exhausted_ = false;
    QString stalled_;
    Time openedAt_{};
    Time lastDelivery_{};
    Time quietSince_{};
    Time stalledSince_{};
    bool wasEmpty_ = false;           // the broker said so once, and nothing came since
    std::vector<std::uint64_t> tags_; // reused
};

} // namespace signalbox
