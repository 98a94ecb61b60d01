// Looks through an export file before anything of it is sent: how many messages, how large, or which line is
// wrong. Object on the GUI thread, work on a thread of its own.
#pragma once

#include "models/base/result.h"
#include "models/messaging/sendable.h"

#include <QObject>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <memory>

namespace signalbox {

struct ImportContents {
    qint64 messages = 0;
    qint64 bytes = 0; // of bodies
    bool operator==(const ImportContents&) const = default;
    qint64 bytesOfFile = 0;
};

class ImportCheck : public QObject {
    Q_OBJECT
public:
    ImportCheck(QString file, Carrier carrier, QObject* parent = nullptr);
    ~ImportCheck() override; // cancels and waits

    void start();
    void cancel();
    const QString& file() const { return file_; }
    qint64 done() const { return seen_->done; } // bytes of the file
    qint64 total() const { return seen_->total; }

Q_SIGNALS:
    void progressChanged();
    // Invalid, Corrupt: the first line that cannot be sent. Cancelled when stopped.
    void ended(const signalbox::Result<signalbox::ImportContents>& contents);

private:
    struct Seen {
        std::atomic<bool> cancelled = false;
        std::atomic<qint64> done = 0;
        std::atomic<qint64> total = -1;
    };
    static Result<ImportContents> look(const QString& path, Carrier carrier, Seen& seen);

    QString file_;
    Carrier carrier_;
    std::shared_ptr<Seen> seen_ = std::make_shared<Seen>();
    QTimer tick_;
    QThreadPool pool_;
};

} // namespace signalbox
