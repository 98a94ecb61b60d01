// Azure Service Bus behind the broker port: AMQP 1.0 for messages, the management API (ATOM) for structure
// and counts. Lives on one thread with an event loop; sources and targets have connections of their own.
#pragma once

#include "app/servicebus/atomadmin.h"
#include "app/servicebus/namespacelink.h"
#include "models/connections/connectionprofile.h"
#include "models/messaging/sessiondirectory.h"

#include <QThreadPool>
#include <atomic>

namespace signalbox {

class ServiceBusGateway final : public LinkedGateway, private SessionDirectory {
    Q_OBJECT
public:
    // `secret`: a connection string, or a key of the profile's user, a signature or an access token; `fresh`
    // has a newer token where there is a source of them.
    ServiceBusGateway(ConnectionProfile profile, const Secret& secret, servicebus::FreshSecret fresh = {},
                      QObject* parent = nullptr);
    ~ServiceBusGateway() override;

    QString connectionId() const override { return profile_.id; }
    QFuture<Result<BrokerFacts>> facts() override;
    QFuture<Result<QueueListing>> queues(const QStringList& knownNames) override;
    QFuture<Result<QueueInfo>> queue(const QString& name) override;
    QFuture<Result<RoutingTable>> routing() override; // names, and RoutingTable::bus in any case
    QFuture<Result<std::vector<TestStep>>> test() override;
    std::unique_ptr<MessageSource> makeSource(const SourceOptions& options) override;
    std::unique_ptr<MessageTarget> makeTarget(const QString& space) override;
    Mover makeMover(const SourceOptions& options) override;
    EntityAdmin* entityAdmin() override { return entities_.get(); }
    std::unique_ptr<QueuePurger> makePurger(const EntityRef& queue, const QDateTime& before) override;
    SessionDirectory* sessions() override { return this; }

private:
    QFuture<Result<SessionListing>> sessions(const QString& queue, int most) override;
    QFuture<Result<BusSession>> session(const QString& queue, const QString& id) override;
    std::shared_ptr<void> startWorker(Report report) override;
    QString missingWords(const Error& error) const;

    const ConnectionProfile profile_;
    const servicebus::NamespaceAccess access_;
    std::atomic<bool> isClosing_{false};
    QThreadPool pool_;                                  // connection tests, sessions
    std::unique_ptr<servicebus::NamespaceAdmin> admin_; // null: no address is set
    std::unique_ptr<servicebus::AtomAdmin> entities_;   // likewise
};

} // namespace signalbox
