// Writes messages of a snapshot to a JSON Lines file that imports again byte for byte. The file appears whole
// or not at all. Object on the GUI thread, work on a thread of its own.
#pragma once

#include "models/deadletters/snapshotreader.h"
#include "views/deadletters/messagefeed.h"

#include <QElapsedTimer>
#include <QObject>
#include <QThreadPool>
#include <QTimer>

namespace signalbox {

class ExportJob : public QObject {
    Q_OBJECT
public:
    // What the reader's marker finds removed is left out: an import of it would double what it was sent as.
    ExportJob(const SnapshotReader& reader, const MessageChoice& choice, const Conventions& conventions,
              QString file, QObject* parent = nullptr);
    ~ExportJob() override; // cancels and waits

    void start();
    void cancel();
    const QString& file() const { return file_; }
    qint64 total() const { return total_; }
    qint64 done() const;
    qint64 leftOut() const { return feed_->leftOut(); }
    double perSecond() const;
    static QString label(const QString& file);

Q_SIGNALS:
    void progressChanged();
    void ended(const signalbox::Result<qint64>& written); // Cancelled when stopped

private:
    std::shared_ptr<MessageFeed> feed_;
    QString file_;
    qint64 total_;
    QElapsedTimer time_;
    QTimer tick_;
    QThreadPool pool_;
};

} // namespace signalbox
