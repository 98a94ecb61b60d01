// Executes one run of the journal: replay, delete, purge, restore or import. Object on the owner's thread,
// work on a thread of its own which alone uses source and target. Recovers by itself from a lost link, a
// blocked broker or a broker restart; never sends an item twice by itself.
#pragma once

#include "models/base/writepermit.h"
#include "models/messaging/messagesource.h"
#include "models/messaging/messagetarget.h"
#include "models/messaging/queuepurger.h"
#include "models/replay/replayjournal.h"
#include "models/replay/replaytuning.h"

#include <QObject>
#include <functional>
#include <memory>
#include <optional>

namespace signalbox {

class ReplayJob : public QObject {
    Q_OBJECT
public:
    struct Parts {
        std::shared_ptr<ReplayJournal> journal;
        std::unique_ptr<MessageSource> source;           // null for restore and import
        std::unique_ptr<MessageTarget> target;           // null for delete and purge
        std::unique_ptr<QueuePurger> purger;             // of a purge that keeps no copies, instead of both
        std::function<DeathFacts(const Message&)> facts; // needed for attempt marker and x-death options

        // Second source without a bound on held messages; used instead of `source` when more unselected
        // messages may lie in front of the selected ones than `source` may hold. May be null.
        std::unique_ptr<MessageSource> wideSource;
        qint64 readyHint = -1; // purge: messages in the queue when the person asked, -1 = unknown
        // The queue's delivery limit as it is now, -1 = none; nothing: what the run's header says counts.
        std::optional<int> deliveryLimit;
        // How often later runs have opened the same queue since; asked before each opening. Null: never.
        std::function<Result<int>()> otherOpens;
        // On the worker's thread; an error ends the job before it has touched anything.
        std::function<Result<void>()> prepare; // before the run is read from the journal
        std::function<Result<void>()> begun;   // lease held, nothing done yet: the audit trail's line
        // Asked when a pause ends and before a link is opened; an error (the elevation has run out) stops the
        // run, which stays open and can be resumed. Null: always allowed.
        std::function<Result<void>()> mayWrite;
        std::function<void(const RunRecord&)> ended; // as the journal has it, if it was begun
        ReplayTuning tuning;
    };
    enum class State {
        Idle,
        Running,
        Paused,
        Waiting /* for the broker; goes on by itself */,
        Finished,
        Cancelled,
        Failed
    };
    struct Progress {
        qint64 total = 0; // items to do in this run (refused ones not counted)
        qint64 done = 0;  // removed (or confirmed, where nothing is removed)
        qint64 confirmed = 0;
        qint64 inDoubt = 0;
        qint64 failed = 0; // returned + rejected
        qint64 missing = 0;
        double perSecond = 0;
        int secondsLeft = -1;
    };

    ReplayJob(WritePermit permit, QString runId, Parts parts, QObject* parent = nullptr);
    // Stops and waits: answers under way get a moment, the rest is given back. The run stays open in the
    // journal, which then tells the truth, and can be resumed.
    ~ReplayJob() override;

    void start();
    void pause();
    void resume();
    void cancel(); // waits for the answers under way, gives back the rest

    const QString& runId() const;
    State state() const;
    QString waitingFor() const; // why it waits, with the next try
    Progress progress() const;
    std::optional<Error> error() const;

Q_SIGNALS:
    void progressChanged(); // at most ten a second
    void stateChanged();

private:
    class Worker;
    std::unique_ptr<Worker> worker_;
};

} // namespace signalbox
