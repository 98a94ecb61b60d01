#include "models/replay/replayjob.h"

#include "models/replay/replayworker.h"

#include <QTimer>

namespace signalbox {

ReplayJob::ReplayJob(WritePermit permit, QString runId, Parts parts, QObject* parent)
    : QObject(parent)
    , worker_(std::make_unique<Worker>(*this, std::move(permit), std::move(runId), std::move(parts))) {}

ReplayJob::~ReplayJob() = default;

void ReplayJob::start() {
    if (!worker_->hasStarted())
        worker_->start();
}

void ReplayJob::pause() {
    worker_->control.setWish(RunControl::Wish::Pause);
}

void ReplayJob::resume() {
    worker_->control.setWish(RunControl::Wish::Run);
}

void ReplayJob::cancel() {
    worker_->control.setWish(RunControl::Wish::Cancel);
    if (worker_->control.isOpening)
        worker_->interruptPorts();
    // A publish into a full socket of a blocked connection does not come back by itself.
    QTimer::singleShot(15000, this, [this] {
        if (worker_->hasStarted() && !worker_->hasEnded())
            worker_->interruptPorts();
    });
}

const QString& ReplayJob::runId() const {
    return worker_->runId;
}

ReplayJob::State ReplayJob::state() const {
    return worker_->control.state();
}

QString ReplayJob::waitingFor() const {
    return worker_->control.waitingFor();
}

ReplayJob::Progress ReplayJob::progress() const {
    return worker_->control.progress();
}

std::optional<Error> ReplayJob::error() const {
    return worker_->control.error();
}

} // namespace signalbox
