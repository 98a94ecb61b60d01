#include "app/servicebus/servicebusgateway.h"

#include "app/servicebus/batchpurger.h"
#include "app/servicebus/entityrows.h"
#include "app/servicebus/locksource.h"
#include "app/servicebus/peeksource.h"
#include "app/servicebus/sessionlist.h"
#include "app/servicebus/topologyshapes.h"
#include "models/base/answerer.h"
#include "models/base/background.h"
#include "models/base/whendone.h"

namespace signalbox {

using namespace servicebus;

ServiceBusGateway::ServiceBusGateway(ConnectionProfile profile, const Secret& secret, FreshSecret fresh,
                                     QObject* parent)
    : LinkedGateway(parent)
    , profile_(std::move(profile))
    , access_(accessOf(profile_, secret, std::move(fresh))) {
    if (profile_.managementUrl.isEmpty())
        return;
    admin_ = std::make_unique<NamespaceAdmin>(profile_.managementUrl, access_);
    entities_ = std::make_unique<AtomAdmin>(*admin_, access_.hostname);
}

ServiceBusGateway::~ServiceBusGateway() {
    isClosing_ = true;
    pool_.waitForDone();
}

std::shared_ptr<void> ServiceBusGateway::startWorker(Report report) {
    return std::make_shared<NamespaceLink>(access_, std::move(report));
}

QString ServiceBusGateway::missingWords(const Error& error) const {
    const QString means =
        QStringLiteral("Lists of queues, topics and subscriptions and their counts are not known without the "
                       "management API; an entity whose name is typed can be read all the same.");
    if (!admin_)
        return QStringLiteral("No address of the management API is set for this connection. ") + means;
    return error.summary.isEmpty() ? means : error.summary + QLatin1Char(' ') + means;
}

QFuture<Result<BrokerFacts>> ServiceBusGateway::facts() {
    BrokerFacts facts;
    facts.product = QStringLiteral("Azure Service Bus");
    facts.cluster = access_.hostname;
    facts.user = profile_.user;
    if (!admin_) {
        facts.managementMissing = missingWords({});
        return readyFuture<Result<BrokerFacts>>(std::move(facts));
    }
    const Answerer<BrokerFacts> answerer;
    whenDone(admin_->info(), this, [this, answerer, facts](const Result<NamespaceInfo>& info) mutable {
        facts.management = info.has_value();
        if (info)
            facts.version = info->tier;
        else
            facts.managementMissing = missingWords(info.error());
        answerer.answer(std::move(facts));
    });
    return answerer.future();
}

QFuture<Result<QueueListing>> ServiceBusGateway::queues(const QStringList& knownNames) {
    const auto bare = [this, knownNames](const QString& missing) {
        QueueListing listing;
        listing.missing = missing;
        QStringList names = knownNames;
        if (!access_.scope.isEmpty())
            names << access_.scope << EntityPath{access_.scope, SubQueue::DeadLetter}.address();
        names.removeDuplicates();
        for (const QString& name : std::as_const(names))
            listing.queues.push_back(bareRow(name, profile_, {}));
        return listing;
    };
    if (!admin_)
        return readyFuture<Result<QueueListing>>(bare(missingWords({})));
    const Answerer<QueueListing> answerer;
    whenDone(admin_->entities(), this, [this, answerer, bare](const Result<std::vector<Entity>>& entities) {
        if (!entities) {
            answerer.answer(bare(missingWords(entities.error())));
            return;
        }
        QueueListing listing;
        listing.fromManagement = true;
        for (const Entity& entity : *entities) {
            for (QueueInfo& row : rowsOf(entity, profile_))
                listing.queues.push_back(std::move(row));
        }
        answerer.answer(std::move(listing));
    });
    return answerer.future();
}

QFuture<Result<QueueInfo>> ServiceBusGateway::queue(const QString& name) {
    const EntityPath path = entityPath(name);
    if (!admin_)
        return readyFuture<Result<QueueInfo>>(bareRow(name, profile_, missingWords({})));
    const Answerer<QueueInfo> answerer;
    whenDone(admin_->entity(path.entity), this, [this, answerer, path, name](const Result<Entity>& entity) {
        if (!entity) {
            // Without the right to ask, reading tells whether it exists.
            if (entity.error().kind == ErrorKind::NotFound)
                answerer.answer(failure(entity.error()));
            else
                answerer.answer(bareRow(name, profile_, missingWords(entity.error())));
            return;
        }
        for (const QueueInfo& row : rowsOf(*entity, profile_)) {
            if (row.ref.name.compare(path.address(), Qt::CaseInsensitive) == 0) {
                answerer.answer(row);
                return;
            }
        }
        if (entity->kind == Entity::Kind::Topic)
            answerer.answer(
                failure(ErrorKind::Unsupported, QStringLiteral("%1 is a topic: read one of its subscriptions "
                                                               "(%1/Subscriptions/NAME).")
                                                    .arg(path.entity)));
        else
            answerer.answer(bareRow(name, profile_, {}));
    });
    return answerer.future();
}

// Where the management API does not tell, a plan says that it is not known: never an error.
QFuture<Result<RoutingTable>> ServiceBusGateway::routing() {
    const auto tableOf = [](const std::vector<Entity>& entities, const QString& tier, bool isKnown) {
        RoutingTable table;
        table.known = isKnown;
        auto topology = std::make_shared<BusTopology>(busTopology(entities, tier));
        for (const BusEntity& entity : topology->entities)
            table.queues << entity.path;
        table.bus = std::move(topology);
        return table;
    };
    if (!admin_)
        return readyFuture<Result<RoutingTable>>(tableOf({}, {}, false));
    const Answerer<RoutingTable> answerer;
    whenDone(admin_->info(), this, [this, answerer, tableOf](const Result<NamespaceInfo>& info) {
        const QString tier = info ? info->tier : QString();
        whenDone(admin_->entities(NamespaceAdmin::Depth::Rules), this,
                 [answerer, tableOf, tier](const Result<std::vector<Entity>>& entities) {
                     answerer.answer(entities ? tableOf(*entities, tier, true) : tableOf({}, tier, false));
                 });
    });
    return answerer.future();
}

std::unique_ptr<MessageSource> ServiceBusGateway::makeSource(const SourceOptions& options) {
    if (options.takes)
        return std::make_unique<LockSource>(access_, options);
    return std::make_unique<PeekSource>(access_, options);
}

std::unique_ptr<MessageTarget> ServiceBusGateway::makeTarget(const QString&) {
    return std::make_unique<SendTarget>(access_);
}

std::unique_ptr<QueuePurger> ServiceBusGateway::makePurger(const EntityRef& queue, const QDateTime& before) {
    return std::make_unique<BatchPurger>(access_, entityPath(queue.name), before);
}

BrokerGateway::Mover ServiceBusGateway::makeMover(const SourceOptions& options) {
    const auto pair = std::make_shared<MovePair>(access_, entityPath(options.queue.name));
    return {std::make_unique<LockSource>(pair, options), std::make_unique<MoveTarget>(pair)};
}

QFuture<Result<SessionListing>> ServiceBusGateway::sessions(const QString& queue, int most) {
    return inBackground(pool_,
                        [this, queue, most] { return listSessions(access_, queue, most, isClosing_); });
}

QFuture<Result<BusSession>> ServiceBusGateway::session(const QString& queue, const QString& id) {
    return inBackground(pool_, [this, queue, id] { return oneSession(access_, queue, id, isClosing_); });
}

} // namespace signalbox
