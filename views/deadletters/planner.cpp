#include "views/deadletters/planner.h"

#include "models/base/whendone.h"
#include "models/deadletters/deliverybudget.h"
#include "models/deadletters/passedover.h"
#include "models/deadletters/queuereading.h"
#include "views/deadletters/runstart.h"

namespace signalbox {

namespace {
constexpr int pauseMs = 250;
constexpr int tickMs = 150;
} // namespace

Planner::Planner(ConsoleContext& context, RunKind kind, PlanScene scene, QObject* parent)
    : QObject(parent)
    , context_(context)
    , kind_(kind)
    , scene_(std::move(scene)) {
    soon_.setSingleShot(true);
    soon_.setInterval(pauseMs);
    tick_.setInterval(tickMs);
    connect(&soon_, &QTimer::timeout, this, &Planner::planNow);
    connect(&tick_, &QTimer::timeout, this, &Planner::progress);
}

Planner::~Planner() {
    if (feed_)
        feed_->cancel();
    if (launch_)
        launch_->cancelled = true; // nobody would be there to start the run
}

void Planner::drop() {
    ++turn_;
    if (feed_)
        feed_->cancel();
    feed_.reset();
    plan_.reset();
    tick_.stop();
}

void Planner::planSoon() {
    drop();
    if (held_.isEmpty())
        soon_.start();
    Q_EMIT changed();
}

void Planner::hold(const QString& missing) {
    held_ = missing;
    drop();
    soon_.stop();
    Q_EMIT changed();
}

void Planner::setRouting(const RoutingTable& routing) {
    if (scene_.routing == routing)
        return;
    scene_.routing = routing;
    planSoon();
}

void Planner::setScope(MessageChoice::Scope scope) {
    scene_.choice.scope = scope;
    planSoon();
}

void Planner::setOptions(const ReplayOptions& options) {
    if (options_ == options && held_.isEmpty())
        return;
    held_.clear();
    options_ = options;
    planSoon();
}

PlanRequest Planner::request() const {
    const ConnectionProfile* profile = context_.connections.find(scene_.source.connectionId);
    PlanRequest request;
    request.kind = kind_;
    request.source = scene_.source;
    request.connectionName = profile ? profile->name : QString();
    request.connectionUser = profile ? profile->user : QString();
    request.sourceIsStream = scene_.sourceIsStream;
    request.options = options_;
    request.routing = scene_.routing;
    DeliveryLimit limit = deliveryLimitOf(scene_.facts, scene_.source.name, whyNotFresh_);
    request.deliveryLimit = limit.limit;
    request.limitUnknown = std::move(limit.unknown);
    request.usedDeliveries = [snapshot = scene_.snapshot] { return usedDeliveries(*snapshot); };
    request.readAt = scene_.snapshot->info().takenAt;
    BrokerGateway* gateway = context_.connections.gateway(scene_.source.connectionId);
    if (gateway && scene_.snapshot->info().queueType == queueTypeWord(QueueType::ServiceBus))
        request.passedOver =
            [snapshot = scene_.snapshot,
             now = std::shared_ptr(gateway->makeSource(readingSource(scene_.source, 0, {}, -1))),
             rules = PassingRules{limit.limit, scene_.facts && scene_.facts->hasSessions}](
                const std::set<qint64>& chosen, const RemovedByAsk& removedBy) mutable {
                rules.removedBy = removedBy;
                return passedOverWarning(*snapshot, chosen, rules, now.get())
                    .map([](const PassingWarning& passed) {
                        return PassingNote{passed.text, passed.used};
                    });
            };
    return request;
}

// The snapshot may be of an earlier start, and a limit can change: no plan is made without asking. Without an
// answer what was known counts, and the plan says what is not known.
void Planner::askBroker() {
    if (asking_)
        return;
    BrokerGateway* gateway = context_.connections.gateway(scene_.source.connectionId);
    if (!gateway) {
        takeFacts(failure(ErrorKind::CannotConnect, tr("There is no connection to the broker.")));
        return;
    }
    asking_ = true;
    // Not whenDone(): a connection that is closed meanwhile never answers.
    auto* watcher = new QFutureWatcher<Result<QueueInfo>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher] {
        watcher->deleteLater();
        asking_ = false;
        const auto future = watcher->future();
        takeFacts(
            future.resultCount() > 0
                ? future.result()
                : failure(ErrorKind::Lost, tr("The connection was closed before the broker answered.")));
        if (!soon_.isActive() && held_.isEmpty())
            start();
    });
    watcher->setFuture(gateway->queue(scene_.source.name));
}

void Planner::takeFacts(const Result<QueueInfo>& facts) {
    factsAreFresh_ = facts.has_value();
    whyNotFresh_ = facts ? QString() : facts.error().summary;
    if (facts && (facts->type != QueueType::Unknown || !scene_.facts))
        scene_.facts = *facts;
    if (facts && facts->type == QueueType::Stream)
        scene_.sourceIsStream = true;
}

void Planner::planNow() {
    drop();
    soon_.stop();
    if (!held_.isEmpty()) {
        Q_EMIT changed();
        return;
    }
    if (!factsAreFresh_)
        askBroker();
    if (asking_)
        Q_EMIT changed();
    else
        start();
}

void Planner::start() {
    feed_ = std::make_shared<MessageFeed>(scene_.snapshot, scene_.choice, context_.conventions);
    feed_->setOrder(sortOrderFromText(options_.order).value_or(SortOrder()));
    if (scene_.edited)
        feed_->setEdited(scene_.edited->first, scene_.edited->second);
    PlanRequest asked = request();
    asked.next = [feed = feed_] { return feed->nextInputs(); };
    tick_.start();
    Q_EMIT changed();
    // Not whenDone(): it would copy the plan, which may have a hundred thousand items.
    auto* watcher = new QFutureWatcher<Result<ReplayPlan>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, turn = turn_] {
        watcher->deleteLater();
        auto future = watcher->future();
        if (turn != turn_ || future.resultCount() == 0)
            return;
        feed_.reset();
        tick_.stop();
        Result<ReplayPlan> made = future.takeResult();
        if (made)
            plan_ = std::make_shared<const ReplayPlan>(std::move(*made));
        Q_EMIT changed();
        if (!made)
            Q_EMIT failed(made.error());
    });
    watcher->setFuture(context_.replays.plan(std::move(asked)));
}

void Planner::launch(const QString& reason) {
    if (!plan_ || plan_->sendable == 0 || launch_)
        return;
    // Asked first: no run is written that could not start.
    if (const auto permit = context_.connections.permit(scene_.source.connectionId); !permit) {
        Q_EMIT launchFailed(permit.error());
        return;
    }
    launch_ = std::make_shared<WorkProgress>();
    Q_EMIT changed();
    PlanRequest asked = request();
    asked.reason = reason;
    whenDone(context_.replays.accept(std::move(asked), plan_, launch_), this,
             [this](const Result<QString>& run) {
                 launch_.reset();
                 if (run) {
                     startRun(*run);
                     return;
                 }
                 Q_EMIT changed();
                 Q_EMIT launchFailed(run.error());
             });
}

void Planner::startRun(const QString& runId) {
    if (const auto problem = startAccepted(context_, scene_.source.connectionId, runId)) {
        Q_EMIT changed();
        Q_EMIT launchFailed(*problem);
        return;
    }
    Q_EMIT started(runId);
}

} // namespace signalbox
