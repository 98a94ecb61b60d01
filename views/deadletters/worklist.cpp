#include "views/deadletters/worklist.h"

#include "views/deadletters/readingwords.h"
#include "views/widgets/theme.h"

#include <QFileInfo>
#include <QVBoxLayout>

namespace signalbox {

WorkList::WorkList(QWidget* parent)
    : QWidget(parent)
    , layout_(new QVBoxLayout(this)) {
    layout_->setContentsMargins(space::medium, 0, space::medium, 0);
    layout_->setSpacing(0);
}

WorkList::~WorkList() = default;

ProgressStrip* WorkList::addStrip() {
    auto* strip = new ProgressStrip(this);
    strip->setContentsMargins(0, space::tight, 0, space::tight);
    layout_->addWidget(strip);
    return strip;
}

void WorkList::follow(SnapshotSession* session) {
    ProgressStrip* strip = addStrip();
    readings_.insert(session, strip);
    connect(strip, &ProgressStrip::pauseWanted, session, &SnapshotSession::pause);
    connect(strip, &ProgressStrip::resumeWanted, session, &SnapshotSession::resume);
    connect(strip, &ProgressStrip::cancelWanted, session, &SnapshotSession::cancel);
    connect(session, &SnapshotSession::readingChanged, this, [this, session] { showReading(session); });
    connect(session, &SnapshotSession::progressChanged, this, [this, session] { showReading(session); });
    connect(session, &QObject::destroyed, this, [this, session] { delete readings_.take(session); });
    showReading(session);
}

void WorkList::setInView(SnapshotSession* session) {
    inView_ = session;
    const QList<SnapshotSession*> all = readings_.keys();
    for (SnapshotSession* each : all)
        showReading(each);
}

void WorkList::showReading(SnapshotSession* session) {
    ProgressStrip* strip = readings_.value(session);
    if (!strip)
        return;
    if (session != inView_ && session->isReading())
        strip->present(readingProgress(*session));
    else
        strip->hide();
}

void WorkList::add(std::unique_ptr<ExportJob> job) {
    ExportJob* work = job.release();
    work->setParent(this);
    ProgressStrip* strip = addStrip();
    exports_.insert(work, strip);
    connect(strip, &ProgressStrip::cancelWanted, work, &ExportJob::cancel);
    connect(work, &ExportJob::progressChanged, this, [work, strip] {
        ProgressStrip::State state;
        state.label = ExportJob::label(work->file());
        state.done = work->done();
        state.total = work->total();
        state.perSecond = work->perSecond();
        state.canPause = false;
        strip->present(state);
    });
    connect(work, &ExportJob::ended, this, [this, work](const Result<qint64>& written) {
        delete exports_.take(work);
        work->deleteLater();
        if (written)
            Q_EMIT exported(work->file(), *written, work->leftOut());
        else if (written.error().kind != ErrorKind::Cancelled)
            Q_EMIT failed(written.error());
    });
    work->start();
}

QStringList WorkList::words() const {
    QStringList all;
    for (auto reading = readings_.cbegin(); reading != readings_.cend(); ++reading) {
        if (reading.key()->isReading())
            all << tr("reading %1").arg(reading.key()->queue().name);
    }
    for (auto work = exports_.cbegin(); work != exports_.cend(); ++work)
        all << tr("exporting to %1").arg(QFileInfo(work.key()->file()).fileName());
    all.sort();
    return all;
}

} // namespace signalbox
