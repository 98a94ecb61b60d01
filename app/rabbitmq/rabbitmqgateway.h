// RabbitMQ behind the broker port: AMQP 0-9-1 for messages and counts, the management API for structure.
// Lives on one thread with an event loop; sources and targets have connections of their own.
#pragma once

#include "app/rabbitmq/linkworker.h"
#include "app/rabbitmq/managementclient.h"
#include "models/connections/connectionprofile.h"

namespace signalbox {

class RabbitMqGateway final : public LinkedGateway {
    Q_OBJECT
public:
    RabbitMqGateway(ConnectionProfile profile, Secret password, QObject* parent = nullptr);
    ~RabbitMqGateway() override;

    QString connectionId() const override { return profile_.id; }
    QFuture<Result<BrokerFacts>> facts() override;
    QFuture<Result<QueueListing>> queues(const QStringList& knownNames) override;
    QFuture<Result<QueueInfo>> queue(const QString& name) override;
    QFuture<Result<RoutingTable>> routing() override;
    QFuture<Result<std::vector<TestStep>>> test() override;
    std::unique_ptr<MessageSource> makeSource(const SourceOptions& options) override;
    std::unique_ptr<MessageTarget> makeTarget(const QString& space) override;

private:
    rabbitmq::Dial dial(const QString& purpose) const;
    bool hasManagement() const { return !profile_.managementUrl.isEmpty(); }
    template<class T>
    QFuture<Result<T>> ask(std::function<Result<T>(rabbitmq::AmqpLink&)> question);
    QFuture<Result<QueueInfo>> queueByAmqp(const QString& name, const QueueInfo& known);
    QFuture<Result<QueueListing>> queuesByAmqp(const QStringList& names, const QString& missing);

    std::shared_ptr<void> startWorker(Report report) override;
    void wentUp() override { management_.forgetVersion(); }

    ConnectionProfile profile_;
    Secret password_;
    QThreadPool pool_; // parsing and connection tests
    rabbitmq::ManagementClient management_;
    QHash<QString, QueueInfo> known_; // as the management API told last
};

} // namespace signalbox
