#include "models/deadletters/snapshotjob.h"

#include "models/deadletters/snapshotworker.h"

namespace signalbox {

SnapshotJob::SnapshotJob(std::unique_ptr<MessageSource> source, std::shared_ptr<Snapshot> snapshot,
                         Request request, QObject* parent)
    : QObject(parent) {
    progress_.expected = request.expected;
    Worker::Callbacks callbacks;
    // Queued to this object's thread; what is under way when it dies is dropped with it.
    callbacks.progress = [this](const Progress& progress) {
        QMetaObject::invokeMethod(
            this,
            [this, progress] {
                progress_ = progress;
                Q_EMIT progressChanged();
            },
            Qt::QueuedConnection);
    };
    callbacks.ended = [this](State state, const std::optional<Error>& error) {
        QMetaObject::invokeMethod(
            this,
            [this, state, error] {
                state_ = state;
                error_ = error;
                Q_EMIT stateChanged();
            },
            Qt::QueuedConnection);
    };
    worker_ = std::make_unique<Worker>(std::move(source), std::move(snapshot), request, std::move(callbacks));
}

SnapshotJob::~SnapshotJob() {
    worker_.reset(); // cancels and waits
}

void SnapshotJob::start() {
    if (state_ != State::Idle)
        return;
    state_ = State::Running;
    worker_->start();
    Q_EMIT stateChanged();
}

void SnapshotJob::pause() {
    if (state_ != State::Running)
        return;
    state_ = State::Paused;
    worker_->setPaused(true);
    Q_EMIT stateChanged();
}

void SnapshotJob::resume() {
    if (state_ != State::Paused)
        return;
    state_ = State::Running;
    worker_->setPaused(false);
    Q_EMIT stateChanged();
}

void SnapshotJob::cancel() {
    if (state_ == State::Running || state_ == State::Paused) {
        worker_->cancel();
    } else if (state_ == State::Idle) {
        state_ = State::Cancelled;
        Q_EMIT stateChanged();
    }
}

SnapshotJob::State SnapshotJob::state() const {
    return state_;
}

SnapshotJob::Progress SnapshotJob::progress() const {
    return progress_;
}

std::optional<Error> SnapshotJob::error() const {
    return error_;
}

} // namespace signalbox
