// Port: everything Signalbox asks of one connected broker. Lives on the GUI thread (or the command line's
// main thread); its futures complete there through whenDone. Sources and targets it makes are for worker
// threads.
#pragma once

#include "models/base/result.h"
#include "models/messaging/messagesource.h"
#include "models/messaging/messagetarget.h"
#include "models/messaging/queuepurger.h"
#include "models/messaging/routing.h"

#include <QFuture>
#include <QObject>
#include <memory>

namespace signalbox {

class EntityAdmin;

// ServiceBus: a queue, a subscription or one of their dead-letter sub-queues, which are read by peeking.
enum class QueueType { Classic, Quorum, Stream, ServiceBus, Unknown };
QString queueTypeWord(QueueType type); // classic, quorum, stream, service-bus, unknown
QueueType queueTypeOfWord(const QString& word);

struct QueueInfo {
    EntityRef ref;
    QueueType type = QueueType::Unknown;
    QString state;     // running, idle, down, flow ...; empty = unknown
    qint64 ready = -1; // -1 = unknown
    qint64 unacked = -1;
    int consumers = -1;
    double publishRate = -1; // messages per second; -1 = unknown
    double deliverRate = -1;
    double ackRate = -1;
    bool durable = true;
    bool exclusive = false;
    bool autoDelete = false;
    bool singleActiveConsumer = false;
    int deliveryLimit = -1; // effective: a quorum queue's, or MaxDeliveryCount of Service Bus; -1 = none
    qint64 messageTtlMs = -1;
    qint64 maxLength = -1; // effective bounds; -1 = none
    qint64 maxLengthBytes = -1;
    qint64 bodyBytes = -1;    // of all its messages; -1 = unknown
    bool refusesMore = false; // when full: refuses new messages; else drops the oldest
    QString missing;          // what is not known of it, or not fresh, and why; empty = all known
    QString policy;           // name of the applied policy, empty = none
    std::optional<DeadLetterEdge> deadLetter; // where this queue's dead letters go
    bool hasSessions = false; // of Service Bus: its messages are given to receivers by session
    QString deadLettersOf;    // by its nature, the entity whose dead letters it holds; empty: none
    QDateTime idleSince;
    bool operator==(const QueueInfo&) const = default;
};

// How often its messages may be given back before the broker gives them up; -1: without a limit. Service Bus
// counts the first delivery as well.
int allowedReturns(const QueueInfo& queue);

struct QueueListing {
    std::vector<QueueInfo> queues;
    bool fromManagement = false; // false: only names known otherwise, asked one by one over AMQP
    QString missing;             // what is not known and how to enable it; empty = all known
};

struct BrokerFacts {
    QString product; // RabbitMQ
    QString version; // 3.10.8
    QString cluster;
    QString user;
    bool management = false;
    QString managementMissing; // why not, and how to enable it
    QStringList alarms;        // "memory on rabbit@host", ...
};

struct TestStep {
    enum class State { Passed, Warned, Failed, Skipped };
    QString name; // "DNS", "TCP", "TLS", "Login", "Virtual host", "Management API", "Permissions"
    State state = State::Passed;
    QString result; // one sentence
    bool operator==(const TestStep&) const = default;
};

enum class LinkState { Disconnected, Connecting, Connected, Blocked, Waiting, Failed };

class SessionDirectory;

class BrokerGateway : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    virtual QString connectionId() const = 0;
    virtual LinkState linkState() const = 0;
    virtual QString linkDetail() const = 0;          // reason of Blocked, Waiting or Failed
    virtual int nextTrySeconds() const { return 0; } // pause that Waiting began with; 0: not waiting
    // Waiting or Failed because the broker refused user and password: the same ones help no more.
    virtual bool isLoginRefused() const { return false; }

    virtual void
    open() = 0; // starts the link; linkChanged() tells how it goes; reconnects by itself with back-off
    virtual void close() = 0;

    virtual QFuture<Result<BrokerFacts>> facts() = 0;
    // All queues the user may see, read page by page. `knownNames` are asked over AMQP where there is no
    // management API.
    virtual QFuture<Result<QueueListing>> queues(const QStringList& knownNames) = 0;
    virtual QFuture<Result<QueueInfo>> queue(const QString& name) = 0; // fresh facts of one
    virtual QFuture<Result<RoutingTable>> routing() = 0;
    virtual QFuture<Result<std::vector<TestStep>>> test() = 0;

    virtual std::unique_ptr<MessageSource> makeSource(const SourceOptions& options) = 0;
    virtual std::unique_ptr<MessageTarget> makeTarget(const QString& space) = 0;
    // Source and target on one connection that send a message and remove its original in one transaction. A
    // message without an answer was moved if its original is gone. Nulls: the broker has no transactions.
    struct Mover {
        std::unique_ptr<MessageSource> source;
        std::unique_ptr<MessageTarget> target;
    };
    virtual Mover makeMover(const SourceOptions&) { return {}; }
    // Changes of its entities themselves; lives as long as the gateway. Null: there are none from here.
    virtual EntityAdmin* entityAdmin() { return nullptr; }
    // Empties a queue without any copy of what was enqueued before that moment. Null: the broker has no such
    // way.
    virtual std::unique_ptr<QueuePurger> makePurger(const EntityRef&, const QDateTime&) { return nullptr; }

    // Null: the broker knows no sessions.
    virtual SessionDirectory* sessions() { return nullptr; }

Q_SIGNALS:
    void linkChanged();
};

} // namespace signalbox
