#include "views/deadletters/importcheck.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/messaging/messagefile.h"

#include <QFile>

namespace signalbox {

namespace {
constexpr int lookTickMs = 150;
} // namespace

ImportCheck::ImportCheck(QString file, Carrier carrier, QObject* parent)
    : QObject(parent)
    , file_(std::move(file))
    , carrier_(carrier) {
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
    whenDone(inBackground(pool_, [seen = seen_, file = file_,
                                  carrier = carrier_] { return look(file, carrier, *seen); }),
             this, [this](const Result<ImportContents>& contents) {
                 tick_.stop();
                 Q_EMIT ended(contents);
             });
}

void ImportCheck::cancel() {
    seen_->cancelled = true;
}

Result<ImportContents> ImportCheck::look(const QString& path, Carrier carrier, Seen& seen) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::NotFound, tr("%1 cannot be read.").arg(path), file.errorString());
    seen.total = file.size();
    ImportContents contents;
    const auto goOn = [&]() -> Result<void> {
        seen.done = file.pos();
        if (seen.cancelled)
            return failure(ErrorKind::Cancelled, tr("The look into %1 was stopped.").arg(path));
        return {};
    };
    auto looked = eachMessage(file, carrier, goOn, [&contents](Message&& message) -> Result<void> {
        ++contents.messages;
        contents.bytes += message.body.size();
        return {};
    });
    if (looked)
        looked = goOn();
    if (!looked)
        return failure(std::move(looked.error()));
    contents.bytesOfFile = seen.total;
    return contents;
}

} // namespace signalbox
