// The work of a SnapshotJob: one thread that alone uses the source. Reports through callbacks on that thread.
#pragma once

#include "models/deadletters/snapshotjob.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace signalbox {

class SnapshotJob::Worker {
public:
    struct Callbacks {
        std::function<void(Progress)> progress;
        std::function<void(State, std::optional<Error>)> ended;
    };
    Worker(std::unique_ptr<MessageSource> source, std::shared_ptr<Snapshot> snapshot, Request request,
           Callbacks callbacks);
    ~Worker();

    void start();
    void setPaused(bool paused);
    void cancel();

private:
    enum class Step { Again, Over }; // Again: read from the head once more (lost link, long pause)
    struct Outcome {
        Step step = Step::Over;
        State state = State::Finished;
        bool whole = false;
        QString reason;
        std::optional<Error> error;
    };
    void run();
    Outcome readOnce();
    Outcome readAll();
    Outcome afterError(const Error& error);
    std::optional<Outcome> noteOpened();
    bool mayReadAgain() const;
    Error spent() const;
    Result<std::vector<std::uint64_t>> take(std::vector<Delivery> batch);
    Outcome endReached() const;
    std::optional<Outcome> atEnd(bool nothingCame);
    bool waitWhilePaused(); // false: the messages were given back meanwhile
    // false: cancelled
    bool sleepUnlessCancelled(int ms);
    void report(bool always);

    std::unique_ptr<MessageSource> source_;
    std::shared_ptr<Snapshot> snapshot_;
    Request request_;
    Callbacks callbacks_;
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> cancelled_ = false;
    bool paused_ = false; // with mutex_

    using Clock = std::chrono::steady_clock;
    Progress progress_;
    Clock::time_point began_, reported_, lastCame_, caughtUpSince_, askedReady_;
    int emptyAnswers_ = 0; // "nothing is ready", in a row, while new messages trickle in
    int losses_ = 0;
    qint64 mostRead_ = 0; // in a pass that was broken off
    bool isStream_ = false;
    int used_ = 0; // deliveries of the oldest message, what is held now given back
};

} // namespace signalbox
