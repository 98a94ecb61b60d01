// Keeps the queues of one connection up to date: listing, routing, pins and what was read before, put
// together into the queue model. Without a link it shows what was read before. GUI thread.
#pragma once

#include "models/deadletters/queuemodel.h"
#include "views/widgets/consolecontext.h"

#include <QHash>
#include <QPointer>
#include <QThreadPool>
#include <QTimer>

namespace signalbox {

class QueueBoard : public QObject {
    Q_OBJECT
public:
    explicit QueueBoard(ConsoleContext& context, QObject* parent = nullptr);

    void setConnection(const QString& connectionId);
    const QString& connectionId() const { return id_; }
    void refresh();
    void setActive(bool active); // asks the broker now and then while the page is looked at
    void setPin(const QString& queue, std::optional<bool> pinned);

    QueueModel& model() { return model_; }
    BrokerGateway* gateway() const; // linked and ready to be asked, else nullptr
    const RoutingTable& routing() const { return routing_; }
    const QHash<QString, SnapshotInfo>& read() const { return read_; }
    const DeadLetterQueue* find(const QString& queue) const;
    EntityRef refOf(const QString& queue) const;
    bool isLoading() const { return pending_ > 0; }
    bool wasListed() const { return listed_; }          // the broker has answered at least once
    const QString& missing() const { return missing_; } // what is not known and how to enable it
    void readAgain() { readSnapshots(); }               // the list of snapshots

Q_SIGNALS:
    void changed();
    void failed(const signalbox::Error& error);

private:
    void readSnapshots();
    void askBroker(const QStringList& knownNames);
    void combine();
    ConsoleContext& context_;
    QueueModel model_;
    QTimer timer_;
    QPointer<BrokerGateway> asked_;
    QString id_;
    std::vector<QueueInfo> queues_;
    RoutingTable routing_;
    QHash<QString, bool> pins_;
    QHash<QString, SnapshotInfo> read_;
    QString missing_;
    int pending_ = 0;
    int generation_ = 0; // answers for another connection are dropped
    bool listed_ = false;
    int combined_ = 0;
    QThreadPool pool_; // thousands of queues take a moment to classify
};

} // namespace signalbox
