// Reads one queue into a snapshot, in batches, with back-pressure: the worker asks the source for the next
// batch only after the store has taken the last. Object on the owner's thread; the work on a thread of its
// own.
#pragma once

#include "models/deadletters/snapshot.h"
#include "models/messaging/messagesource.h"

#include <QObject>
#include <memory>
#include <optional>

namespace signalbox {

class SnapshotJob : public QObject {
    Q_OBJECT
public:
    struct Request {
        qint64 limit = 0;     // 0 = all
        qint64 expected = -1; // messages ready when the person asked; -1 = unknown
        int quietMs = 1500;   // the end: nothing came for that long (and the broker says nothing is ready)
        bool isStream = false;
        QString streamStart = {}; // where the reading of a stream begins, in words; empty = the first offset
        QString queueType = QStringLiteral("unknown"); // as it is known before: classic, quorum, stream
        int deliveryLimit = -1;                        // of a quorum queue; -1 = none, or not known
        int usedDeliveries = -1;     // of its oldest message before this reading; -1 = not known
        int giveBackAfterMs = 60000; // a pause that long gives back what is held; resume() then starts over
        int retries = 6;             // of a lost link, with growing pauses; 0 = the first loss ends the job
        RemovedByAsk removedBy = {}; // since the newest reading; null: nobody knows. Called by the worker
    };
    enum class State { Idle, Running, Paused, Finished, Cancelled, Failed };
    struct Progress {
        qint64 read = 0;
        qint64 bytes = 0;
        qint64 expected = -1;
        qint64 firstOffset = -1; // of a stream's messages; -1 = no stream, or none came
        qint64 lastOffset = -1;
        double perSecond = 0;
        int secondsLeft = -1; // -1 = unknown
    };

    SnapshotJob(std::unique_ptr<MessageSource> source, std::shared_ptr<Snapshot> snapshot, Request request,
                QObject* parent = nullptr);
    ~SnapshotJob() override; // cancels, gives back what is held, waits for the worker

    void start();
    void pause(); // gives back nothing: use for seconds, not hours; a pause over 60 s gives everything back
    void resume();
    void cancel(); // what was read stays in the snapshot, marked as not whole

    State state() const;
    Progress progress() const;
    std::optional<Error> error() const;

Q_SIGNALS:
    void progressChanged(); // at most ten a second
    void stateChanged();

private:
    class Worker;
    State state_ = State::Idle;
    Progress progress_;
    std::optional<Error> error_;
    std::unique_ptr<Worker> worker_;
};

} // namespace signalbox
