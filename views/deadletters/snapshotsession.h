// One queue as the page works on it: the snapshot kept of it, and the reading that fills it. Survives a
// change of queue while it reads. GUI thread; stores are asked on the store's thread.
#pragma once

#include "models/deadletters/deadletterqueues.h"
#include "models/deadletters/snapshotjob.h"
#include "models/deadletters/snapshotreader.h"
#include "views/widgets/consolecontext.h"

#include <QObject>

namespace signalbox {

class SnapshotSession : public QObject {
    Q_OBJECT
public:
    SnapshotSession(ConsoleContext& context, EntityRef queue, QObject* parent = nullptr);
    ~SnapshotSession() override; // cancels a reading

    struct Choice {
        qint64 limit = 0; // first so many; 0 = all
        bool keepBodies = true;
        StreamStart streamStart; // streams only
    };

    const EntityRef& queue() const { return queue_; }
    void open(); // looks for a snapshot made earlier
    // Asks the broker for fresh facts first; noticeChanged() follows before anything is read.
    void askNotice(BrokerGateway& broker, qint64 limit);
    void setLimit(qint64 limit); // the notice again, from the same facts
    void read(BrokerGateway& broker, const Choice& choice);
    void pause();
    void resume();
    void cancel();

    bool isOpening() const { return opening_; }
    bool isReading() const;                                                   // also while it is prepared
    const std::shared_ptr<SnapshotReader>& reader() const { return reader_; } // null: never read
    std::optional<SnapshotInfo> info() const;
    const std::optional<QueueInfo>& facts() const { return facts_; } // as the broker told last
    const std::optional<BrowseNotice>& notice() const { return notice_; }
    SnapshotJob* job() const { return job_.get(); }
    qint64 removedSince() const { return removedSince_; } // messages, by runs after the reading

Q_SIGNALS:
    void readerChanged();
    void noticeChanged();   // without a notice: the broker did not answer
    void readingChanged();  // started, paused, ended
    void progressChanged(); // at most ten a second
    void removedChanged();
    void contentChanged(); // more was read, or the reading ended: refresh what is shown
    void failed(const signalbox::Error& error);

private:
    void take(std::shared_ptr<Snapshot> snapshot);
    void prepare(std::unique_ptr<MessageSource> source, const Choice& choice);
    void start(std::unique_ptr<MessageSource> source, const Choice& choice);
    void giveUp(const Error& error);
    void followJob();
    void findDeliveryCount();
    void countRemoved();
    void judge();
    ConsoleContext& context_;
    EntityRef queue_;
    std::shared_ptr<SnapshotReader> reader_;
    std::unique_ptr<SnapshotJob> job_;
    std::optional<QueueInfo> facts_;
    std::optional<BrowseNotice> notice_;
    qint64 limit_ = 0;
    int deliveryCount_ = -1; // of the oldest message, after the last reading; -1 = unknown
    qint64 shownAt_ = 0;     // messages read at the last contentChanged()
    qint64 removedSince_ = 0;
    bool opening_ = false;
    bool preparing_ = false;
    bool cancelled_ = false; // while it was prepared
};

} // namespace signalbox
