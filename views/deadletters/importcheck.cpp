#include "views/deadletters/importcheck.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/messaging/messagecodec.h"
#include "models/messaging/messageline.h"

#include <QFile>

namespace signalbox {

namespace {
constexpr int lookTickMs = 150;
} // namespace

ImportCheck::ImportCheck(QString file, QObject* parent)
    : QObject(parent)
    , file_(std::move(file)) {
    pool_.setMaxThreadCount(1);
    tick_.setInterval(lookTickMs);
    connect(&tick_, &QTimer::timeout, this, &ImportCheck::progressChanged);
}

ImportCheck::~ImportCheck() {
    cancel();
    pool_.waitForDone();
}

void ImportCheck::start() {
    tick_.start();
    Q_EMIT progressChanged();
    whenDone(inBackground(pool_, [seen = seen_, file = file_] { return look(file, *seen); }), this,
             [this](const Result<ImportContents>& contents) {
                 tick_.stop();
                 Q_EMIT ended(contents);
             });
}

void ImportCheck::cancel() {
    seen_->cancelled = true;
}

Result<ImportContents> ImportCheck::look(const QString& path, Seen& seen) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::NotFound, tr("%1 cannot be read.").arg(path), file.errorString());
    seen.total = file.size();
    ImportContents contents;
    for (qint64 number = 1; !file.atEnd(); ++number) {
        if (seen.cancelled)
            return failure(ErrorKind::Cancelled, tr("The look into %1 was stopped.").arg(path));
        const QByteArray line = readMessageLine(file).trimmed();
        seen.done = file.pos();
        if (line.isEmpty())
            continue;
        const auto message = fromJsonLine(line);
        if (!message)
            return failure(
                message.error().kind,
                tr("Line %1 of the file is no message: %2").arg(number).arg(message.error().summary),
                message.error().detail);
        if (!message->bodyComplete)
            return failure(ErrorKind::Invalid,
                           tr("Line %1 holds a cut body, and a cut body is never sent.").arg(number));
        ++contents.messages;
        contents.bytes += message->body.size();
    }
    if (seen.cancelled)
        return failure(ErrorKind::Cancelled, tr("The look into %1 was stopped.").arg(path));
    if (contents.messages == 0)
        return failure(ErrorKind::Invalid, tr("The file holds no messages."), path);
    return contents;
}

} // namespace signalbox
