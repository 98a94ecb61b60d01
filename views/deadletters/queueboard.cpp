#include "views/deadletters/queueboard.h"

#include "models/base/background.h"
#include "models/base/whendone.h"

namespace signalbox {

namespace {

constexpr int refreshMs = 15000;

struct Kept { // what the workspace knows of the queues
    std::vector<std::pair<EntityRef, bool>> pins;
    std::vector<SnapshotInfo> snapshots;
};

} // namespace

QueueBoard::QueueBoard(ConsoleContext& context, QObject* parent)
    : QObject(parent)
    , context_(context) {
    pool_.setMaxThreadCount(1);
    timer_.setInterval(refreshMs);
    connect(&timer_, &QTimer::timeout, this, &QueueBoard::refresh);
    connect(&context_.connections, &ConnectionRegistry::linkChanged, this, [this](const QString& id) {
        if (id != id_)
            return;
        BrokerGateway* broker = context_.connections.gateway(id_);
        const bool isAnother = broker != asked_;
        if (isAnother) { // what a gateway was asked that is gone since, nobody answers
            asked_ = broker;
            ++generation_;
            pending_ = 0;
        }
        if (gateway() || isAnother)
            refresh();
        Q_EMIT changed();
    });
    connect(&context_.connections, &ConnectionRegistry::changed, this, &QueueBoard::changed);
}

BrokerGateway* QueueBoard::gateway() const {
    BrokerGateway* gateway = id_.isEmpty() ? nullptr : context_.connections.gateway(id_);
    const bool up = gateway && (gateway->linkState() == LinkState::Connected ||
                                gateway->linkState() == LinkState::Blocked); // publishers alone are blocked
    return up ? gateway : nullptr;
}

const DeadLetterQueue* QueueBoard::find(const QString& queue) const {
    return model_.at(model_.rowOf(queue));
}

EntityRef QueueBoard::refOf(const QString& queue) const {
    const ConnectionProfile* profile = context_.connections.find(id_);
    return {id_, profile ? profile->virtualHost : QString(), queue};
}

void QueueBoard::setConnection(const QString& connectionId) {
    if (connectionId == id_)
        return;
    id_ = connectionId;
    asked_ = id_.isEmpty() ? nullptr : context_.connections.gateway(id_);
    ++generation_;
    ++combined_;
    pending_ = 0;
    listed_ = false;
    queues_.clear();
    routing_ = {};
    pins_.clear();
    read_.clear();
    missing_.clear();
    model_.update({});
    Q_EMIT changed();
    refresh();
}

void QueueBoard::setActive(bool active) {
    if (active == timer_.isActive())
        return;
    if (active) {
        timer_.start();
        refresh();
    } else {
        timer_.stop();
    }
}

void QueueBoard::refresh() {
    if (id_.isEmpty() || isLoading())
        return;
    readSnapshots();
}

void QueueBoard::readSnapshots() {
    if (id_.isEmpty())
        return;
    ++pending_;
    Q_EMIT changed();
    auto asked = inBackground(context_.storeThread, [&context = context_]() -> Result<Kept> {
        auto pins = context.triage.pins();
        if (!pins)
            return failure(std::move(pins.error()));
        auto snapshots = context.snapshots.list();
        if (!snapshots)
            return failure(std::move(snapshots.error()));
        return Kept{std::move(*pins), std::move(*snapshots)};
    });
    whenDone(asked, this, [this, generation = generation_](const Result<Kept>& kept) {
        if (generation != generation_)
            return;
        --pending_;
        if (kept) {
            pins_.clear();
            read_.clear();
            const QString space = refOf({}).space;
            for (const auto& [queue, pinned] : kept->pins) {
                if (queue.connectionId == id_ && queue.space == space)
                    pins_.insert(queue.name, pinned);
            }
            for (const SnapshotInfo& info : kept->snapshots) {
                if (info.source.connectionId == id_ && info.source.space == space && info.takenAt.isValid())
                    read_.insert(info.source.name, info);
            }
        } else {
            Q_EMIT failed(kept.error());
        }
        QStringList names;
        for (auto pin = pins_.cbegin(); pin != pins_.cend(); ++pin) {
            if (pin.value())
                names << pin.key();
        }
        names << read_.keys();
        names.removeDuplicates();
        combine();
        askBroker(names);
    });
}

void QueueBoard::askBroker(const QStringList& knownNames) {
    BrokerGateway* broker = gateway();
    if (!broker)
        return;
    ++pending_;
    whenDone(broker->queues(knownNames), this,
             [this, generation = generation_](const Result<QueueListing>& listing) {
                 if (generation != generation_)
                     return;
                 --pending_;
                 if (listing) {
                     queues_ = listing->queues;
                     missing_ = listing->missing;
                     listed_ = true;
                 } else {
                     Q_EMIT failed(listing.error());
                 }
                 combine();
             });
    // On Service Bus it costs a question for each subscription and says nothing of this list: who plans a
    // replay asks anew.
    if (routing_.bus)
        return;
    ++pending_;
    whenDone(broker->routing(), this, [this, generation = generation_](const Result<RoutingTable>& routing) {
        if (generation != generation_)
            return;
        --pending_;
        if (routing)
            routing_ = *routing;
        else if (routing.error().kind != ErrorKind::Unsupported) // no management API: the listing says so
            Q_EMIT failed(routing.error());
        combine();
    });
}

void QueueBoard::combine() {
    std::vector<QueueInfo> all = queues_;
    if (!listed_) {
        for (auto read = read_.cbegin(); read != read_.cend(); ++read) {
            QueueInfo info;
            info.ref = read->source;
            info.type = queueTypeOfWord(read->queueType);
            all.push_back(std::move(info));
        }
    }
    QSet<QString> seen;
    for (const SnapshotInfo& read : std::as_const(read_)) {
        if (read.hasDeaths)
            seen.insert(read.source.name);
    }
    auto classified = inBackground(pool_, [all = std::move(all), routing = routing_, pins = pins_, seen,
                                           &conventions = context_.conventions] {
        return classifyQueues(all, routing, conventions, pins, seen);
    });
    whenDone(classified, this, [this, turn = ++combined_](const std::vector<DeadLetterQueue>& queues) {
        if (turn != combined_)
            return;
        model_.update(queues);
        Q_EMIT changed();
    });
}

void QueueBoard::setPin(const QString& queue, std::optional<bool> pinned) {
    // Shown at once; the next reading tells if it could not be kept.
    if (pinned)
        pins_.insert(queue, *pinned);
    else
        pins_.remove(queue);
    combine();
    auto saved = inBackground(context_.storeThread, [&triage = context_.triage, ref = refOf(queue), pinned] {
        return triage.setPin(ref, pinned);
    });
    whenDone(saved, this, [this](const Result<void>& done) {
        if (done)
            return;
        Q_EMIT failed(done.error());
        readSnapshots();
    });
}

} // namespace signalbox
