#include "views/deadletters/exportjob.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/messaging/messagecodec.h"

#include <QFileInfo>
#include <QSaveFile>

namespace signalbox {

namespace {

constexpr int tickMs = 150;

Result<qint64> write(MessageFeed& feed, const QString& path) {
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        return failure(ErrorKind::Storage,
                       ExportJob::tr("%1 cannot be written: %2.").arg(path, file.errorString()));
    // Bodies are customers' data.
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    qint64 count = 0;
    for (;;) {
        auto messages = feed.nextMessages();
        if (!messages)
            return failure(std::move(messages.error()));
        if (messages->empty())
            break;
        for (const Message& message : *messages) {
            const QByteArray line = toJsonLine(message) + '\n';
            if (file.write(line) != line.size())
                return failure(ErrorKind::Storage,
                               ExportJob::tr("%1 cannot be written: %2.").arg(path, file.errorString()));
            ++count;
        }
    }
    if (!file.commit())
        return failure(ErrorKind::Storage,
                       ExportJob::tr("%1 cannot be written: %2.").arg(path, file.errorString()));
    return count;
}

} // namespace

ExportJob::ExportJob(const SnapshotReader& reader, const MessageChoice& choice,
                     const Conventions& conventions, QString file, QObject* parent)
    : QObject(parent)
    , feed_(std::make_shared<MessageFeed>(reader.snapshot(), choice, conventions))
    , file_(std::move(file))
    , total_(choice.count()) {
    feed_->leaveOutRemoved(reader.marker());
    pool_.setMaxThreadCount(1);
    tick_.setInterval(tickMs);
    connect(&tick_, &QTimer::timeout, this, &ExportJob::progressChanged);
}

ExportJob::~ExportJob() {
    feed_->cancel();
    pool_.waitForDone();
}

QString ExportJob::label(const QString& file) {
    return tr("Exporting to %1").arg(QFileInfo(file).fileName());
}

void ExportJob::start() {
    time_.start();
    tick_.start();
    Q_EMIT progressChanged();
    whenDone(inBackground(pool_, [feed = feed_, file = file_] { return write(*feed, file); }), this,
             [this](const Result<qint64>& written) {
                 tick_.stop();
                 Q_EMIT ended(written);
             });
}

void ExportJob::cancel() {
    feed_->cancel();
}

qint64 ExportJob::done() const {
    return feed_->given();
}

double ExportJob::perSecond() const {
    const qint64 ms = time_.isValid() ? time_.elapsed() : 0;
    return ms > 0 ? 1000.0 * static_cast<double>(done()) / static_cast<double>(ms) : 0;
}

} // namespace signalbox
