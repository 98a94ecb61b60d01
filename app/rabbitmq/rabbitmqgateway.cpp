#include "app/rabbitmq/rabbitmqgateway.h"

#include "app/rabbitmq/amqpsource.h"
#include "app/rabbitmq/amqptarget.h"
#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

namespace signalbox {

using rabbitmq::AmqpLink;
using rabbitmq::Dial;
using rabbitmq::ManagementClient;

RabbitMqGateway::RabbitMqGateway(ConnectionProfile profile, Secret password, QObject* parent)
    : LinkedGateway(parent)
    , profile_(std::move(profile))
    , password_(std::move(password))
    , management_(profile_, password_, pool_) {}

RabbitMqGateway::~RabbitMqGateway() {
    pool_.waitForDone();
}

Dial RabbitMqGateway::dial(const QString& purpose) const {
    return {profile_, password_, QStringLiteral("Signalbox: ") + purpose, nullptr};
}

std::shared_ptr<void> RabbitMqGateway::startWorker(Report report) {
    return std::make_shared<rabbitmq::LinkWorker>(dial(QStringLiteral("console")), std::move(report));
}

template<class T>
QFuture<Result<T>> RabbitMqGateway::ask(std::function<Result<T>(AmqpLink&)> question) {
    auto* link = static_cast<rabbitmq::LinkWorker*>(worker());
    if (!link)
        return readyFuture<Result<T>>(
            failure(ErrorKind::Lost, QStringLiteral("The connection is not open.")));
    const Answerer<T> answerer;
    link->ask([answerer, question = std::move(question)](AmqpLink* up, const Error& why) {
        answerer.answer(up ? question(*up) : Result<T>(failure(why)));
    });
    return answerer.future();
}

QFuture<Result<BrokerFacts>> RabbitMqGateway::facts() {
    const Answerer<BrokerFacts> answerer;
    auto amqp = ask<BrokerFacts>([user = profile_.user](AmqpLink& link) -> Result<BrokerFacts> {
        BrokerFacts facts;
        facts.product = link.serverProperty("product");
        facts.version = link.serverProperty("version");
        facts.cluster = link.serverProperty("cluster_name");
        facts.user = user;
        return facts;
    });
    whenDone(amqp, this, [this, answerer](Result<BrokerFacts> facts) {
        if (!facts || !hasManagement()) {
            if (facts)
                facts->managementMissing = ManagementClient::missingWords(profile_, {});
            answerer.answer(std::move(facts));
            return;
        }
        whenDone(management_.overview(), this,
                 [this, answerer, facts](Result<rabbitmq::Overview> overview) mutable {
                     facts->management = overview.has_value();
                     if (!overview) {
                         facts->managementMissing =
                             ManagementClient::missingWords(profile_, overview.error());
                         answerer.answer(std::move(facts));
                         return;
                     }
                     whenDone(management_.alarms(), this,
                              [answerer, facts](const Result<QStringList>& alarms) mutable {
                                  if (alarms)
                                      facts->alarms = *alarms;
                                  answerer.answer(std::move(facts));
                              });
                 });
    });
    return answerer.future();
}

QFuture<Result<QueueListing>> RabbitMqGateway::queues(const QStringList& knownNames) {
    if (!hasManagement())
        return queuesByAmqp(knownNames, ManagementClient::missingWords(profile_, {}));
    const Answerer<QueueListing> answerer;
    whenDone(management_.queues(), this, [this, answerer, knownNames](Result<std::vector<QueueInfo>> queues) {
        if (queues) {
            known_.clear();
            for (const QueueInfo& info : *queues)
                known_.insert(info.ref.name, info);
            answerer.answer(QueueListing{std::move(*queues), true, {}});
            return;
        }
        auto less = queuesByAmqp(knownNames, ManagementClient::missingWords(profile_, queues.error()));
        whenDone(less, this,
                 [answerer](Result<QueueListing> listing) { answerer.answer(std::move(listing)); });
    });
    return answerer.future();
}

QFuture<Result<QueueListing>> RabbitMqGateway::queuesByAmqp(const QStringList& names,
                                                            const QString& missing) {
    return ask<QueueListing>([names, missing, profile = profile_](AmqpLink& link) -> Result<QueueListing> {
        QueueListing listing;
        listing.missing = missing;
        for (const QString& name : names) {
            const auto counts = link.declarePassive(name);
            if (!link.isUp())
                return failure(counts.error());
            if (!counts && counts.error().kind == ErrorKind::NotFound)
                continue;
            QueueInfo info;
            info.ref = {profile.id, profile.virtualHost, name};
            if (counts) {
                info.ready = counts->ready;
                info.consumers = counts->consumers;
            }
            listing.queues.push_back(std::move(info));
        }
        return listing;
    });
}

// Counts over AMQP are of this moment; the management API's lag by some seconds.
QFuture<Result<QueueInfo>> RabbitMqGateway::queueByAmqp(const QString& name, const QueueInfo& known) {
    return ask<QueueInfo>([name, known](AmqpLink& link) -> Result<QueueInfo> {
        const auto counts = link.declarePassive(name);
        if (!counts)
            return failure(counts.error());
        QueueInfo info = known;
        info.ready = counts->ready;
        info.consumers = counts->consumers;
        return info;
    });
}

QFuture<Result<QueueInfo>> RabbitMqGateway::queue(const QString& name) {
    const EntityRef ref{profile_.id, profile_.virtualHost, name};
    if (!hasManagement())
        return queueByAmqp(name, rabbitmq::withoutManagement(std::nullopt, ref, {},
                                                             ManagementClient::missingWords(profile_, {})));
    const Answerer<QueueInfo> answerer;
    whenDone(management_.queue(name), this, [this, answerer, name, ref](const Result<QueueInfo>& known) {
        QueueInfo base;
        if (known) {
            base = *known;
            known_.insert(name, base);
        } else {
            const auto before = known_.constFind(name);
            base = rabbitmq::withoutManagement(
                before == known_.constEnd() ? std::nullopt : std::optional(*before), ref, known.error(),
                ManagementClient::missingWords(profile_, known.error()));
        }
        whenDone(queueByAmqp(name, base), this, [answerer, known](Result<QueueInfo> info) {
            // Another connection's exclusive queue cannot be asked, and a lost link need not hide what is
            // known.
            const bool isGone = !info && info.error().kind == ErrorKind::NotFound;
            answerer.answer(!info && known && !isGone ? Result<QueueInfo>(known) : std::move(info));
        });
    });
    return answerer.future();
}

QFuture<Result<RoutingTable>> RabbitMqGateway::routing() {
    if (!hasManagement())
        return readyFuture<Result<RoutingTable>>(RoutingTable{});
    const Answerer<RoutingTable> answerer;
    whenDone(management_.routing(), this, [answerer](Result<RoutingTable> table) {
        // No API or no right to it: an unknown table, not a failure; plans say what they do not know.
        const bool missing = !table && table.error().kind != ErrorKind::Corrupt;
        answerer.answer(missing ? Result<RoutingTable>(RoutingTable{}) : std::move(table));
    });
    return answerer.future();
}

std::unique_ptr<MessageSource> RabbitMqGateway::makeSource(const SourceOptions& options) {
    Dial own = dial(QStringLiteral("reads %1").arg(options.queue.name));
    own.profile.virtualHost = options.queue.space.isEmpty() ? profile_.virtualHost : options.queue.space;
    return std::make_unique<rabbitmq::AmqpSource>(std::move(own), options);
}

std::unique_ptr<MessageTarget> RabbitMqGateway::makeTarget(const QString& space) {
    Dial own = dial(QStringLiteral("replays"));
    own.profile.virtualHost = space.isEmpty() ? profile_.virtualHost : space;
    return std::make_unique<rabbitmq::AmqpTarget>(std::move(own));
}

} // namespace signalbox
