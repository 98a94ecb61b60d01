#include "models/messaging/bustopology.h"

#include "models/messaging/busfilter.h"

#include <QSet>
#include <algorithm>
#include <map>
#include <tuple>

namespace signalbox {

namespace {

constexpr int mostHops = 4;                  // the fifth forwarding dead-letters the message
constexpr qint64 mostCopies = 1'000'000'000; // enough to be told; a cycle of topics would overflow

using BusStatus = BusEntity::Status;

qint64 capped(qint64 copies) {
    return std::min(copies, mostCopies);
}

// Level by level, so that chains that meet again are walked once.
class BusWalk {
public:
    BusWalk(const BusMap& map, SqlFilters& filters, const Message& message)
        : map_(map)
        , filters_(filters)
        , message_(message) {}

    BusRoute from(const QString& address) {
        const BusEntity* entity = map_.find(address);
        if (!entity) {
            route_.trouble = BusRoute::Trouble::Missing;
            return std::move(route_);
        }
        if (entity->kind == BusEntity::Kind::Subscription) {
            route_.trouble = BusRoute::Trouble::NoTarget;
            return std::move(route_);
        }
        if (entity->status == BusStatus::Disabled || entity->status == BusStatus::SendDisabled) {
            route_.trouble = BusRoute::Trouble::Disabled;
            return std::move(route_);
        }
        arriving_[{entity, false}].sure = 1;
        for (hops_ = 0; !arriving_.empty(); ++hops_) {
            const Level level = std::move(arriving_);
            arriving_.clear();
            for (const auto& [at, copies] : level)
                arrive(*at.entity, at.isChanged, copies);
        }
        fill(route_.receivers, &Copies::sure);
        fill(route_.possible, &Copies::possible);
        return std::move(route_);
    }

private:
    struct At {
        const BusEntity* entity = nullptr;
        bool isChanged = false; // by a rule's action: later filters may judge otherwise
        bool operator<(const At& other) const {
            return std::tie(entity->path, isChanged) < std::tie(other.entity->path, other.isChanged);
        }
    };
    struct Copies {
        qint64 sure = 0;
        qint64 possible = 0;
    };
    using Level = std::map<At, Copies>;

    void arrive(const BusEntity& entity, bool isChanged, const Copies& copies) {
        pass(entity, copies);
        if (entity.kind == BusEntity::Kind::Topic) {
            for (const BusEntity* each : map_.subscriptionsOf(entity.path))
                offer(*each, isChanged, copies);
        } else if (!entity.forwardTo.isEmpty()) {
            forward(entity, isChanged, copies);
        } else {
            keep(entity, copies);
        }
    }

    // How many copies a subscription takes of one message.
    void offer(const BusEntity& subscription, bool isChanged, const Copies& copies) {
        Copies plain, altered;
        for (const BusRule& rule : subscription.rules) {
            RuleVerdict judged = judgeRule(rule, message_, filters_);
            const bool isFixed = rule.kind == BusRule::Kind::Always || rule.kind == BusRule::Kind::Never;
            if (isChanged && !isFixed)
                judged = {FilterVerdict::NotKnown, QStringLiteral("a rule before it changes the message")};
            if (judged.verdict == FilterVerdict::MatchesNot)
                continue;
            Copies& taken = rule.hasAction ? altered : plain;
            if (judged.verdict == FilterVerdict::Matches)
                ++taken.sure;
            else
                ++taken.possible;
            if (judged.verdict == FilterVerdict::NotKnown)
                tell(route_.unknown,
                     QStringLiteral("rule %1 of %2: %3").arg(rule.name, subscription.path, judged.why));
            if (rule.hasAction)
                tell(route_.notes, QStringLiteral("rule %1 of %2 changes the copy it takes")
                                       .arg(rule.name, subscription.path));
        }
        plain = plain.sure > 0 ? Copies{1, 0} : Copies{0, std::min<qint64>(plain.possible, 1)};
        const Copies all{plain.sure + altered.sure, plain.possible + altered.possible};
        if (all.sure + all.possible == 0)
            return;
        if (hops_ == 0) {
            if (all.sure > 0)
                route_.first.push_back({subscription.path, all.sure});
            if (all.possible > 0)
                tell(route_.firstPossible, subscription.path);
        }
        take(subscription, isChanged, multiplied(copies, plain));
        take(subscription, true, multiplied(copies, altered));
    }

    static Copies multiplied(const Copies& messages, const Copies& each) {
        return {capped(messages.sure * each.sure),
                capped(messages.possible * (each.sure + each.possible) + messages.sure * each.possible)};
    }

    void take(const BusEntity& subscription, bool isChanged, Copies copies) {
        if (copies.sure + copies.possible == 0)
            return;
        // What becomes of copies for a disabled subscription is not documented.
        if (subscription.status == BusStatus::Disabled || subscription.status == BusStatus::SendDisabled) {
            tell(route_.unknown, QStringLiteral("%1 is disabled: whether it keeps its copy is not known")
                                     .arg(subscription.path));
            copies = {0, capped(copies.sure + copies.possible)};
        }
        pass(subscription, copies);
        if (subscription.forwardTo.isEmpty())
            keep(subscription, copies);
        else
            forward(subscription, isChanged, copies);
    }

    void forward(const BusEntity& from, bool isChanged, const Copies& copies) {
        const BusEntity* to = map_.find(from.forwardTo);
        const auto stop = [&](const QString& reason) {
            route_.stops.push_back({from.path, reason, copies.sure > 0});
        };
        tell(route_.notes, QStringLiteral("%1 forwards to %2").arg(from.path, from.forwardTo));
        if (hops_ >= mostHops)
            stop(QStringLiteral("after %1 forwardings it is dead-lettered in %2%3")
                     .arg(mostHops)
                     .arg(from.path, isInCycle(from) ? QStringLiteral(": the chain is a cycle") : QString()));
        else if (!to || to->kind == BusEntity::Kind::Subscription)
            stop(QStringLiteral("%1 forwards to %2, which does not exist").arg(from.path, from.forwardTo));
        else if (to->status == BusStatus::Disabled || to->status == BusStatus::SendDisabled)
            stop(QStringLiteral("%1 forwards to %2, which is disabled").arg(from.path, to->path));
        else
            add(arriving_[{to, isChanged}], copies);
    }

    // Whatever filters say: can a copy that leaves it come back to it?
    bool isInCycle(const BusEntity& start) const {
        QStringList open{start.forwardTo};
        QSet<QString> met;
        while (!open.isEmpty()) {
            const BusEntity* entity = map_.find(open.takeFirst());
            if (!entity || met.contains(entity->path))
                continue;
            if (entity == &start)
                return true;
            met.insert(entity->path);
            open << entity->forwardTo;
            if (entity->kind == BusEntity::Kind::Topic) {
                for (const BusEntity* each : map_.subscriptionsOf(entity->path))
                    open << each->path;
            }
        }
        return false;
    }

    void keep(const BusEntity& entity, const Copies& copies) {
        add(kept_[entity.path], copies);
        if (entity.status != BusStatus::Active)
            tell(route_.notes, QStringLiteral("%1 is disabled for receiving").arg(entity.path));
    }

    void pass(const BusEntity& entity, const Copies& copies) {
        for (BusPass& each : route_.passes) {
            if (each.entity == &entity) {
                each.isSure = each.isSure || copies.sure > 0;
                return;
            }
        }
        route_.passes.push_back({&entity, copies.sure > 0});
    }

    static void add(Copies& sum, const Copies& more) {
        sum.sure = capped(sum.sure + more.sure);
        sum.possible = capped(sum.possible + more.possible);
    }
    static void tell(QStringList& list, const QString& words) {
        if (!list.contains(words))
            list << words;
    }
    void fill(std::vector<BusReceiver>& receivers, qint64 Copies::*count) const {
        for (const auto& [path, copies] : kept_) {
            if (copies.*count > 0)
                receivers.push_back({path, copies.*count});
        }
    }

    const BusMap& map_;
    SqlFilters& filters_;
    const Message& message_;
    BusRoute route_;
    Level arriving_;
    std::map<QString, Copies> kept_;
    int hops_ = 0;
};

} // namespace

BusMap::BusMap(const BusTopology& topology) {
    for (const BusEntity& entity : topology.entities) {
        entities_.insert(entity.path.toLower(), &entity);
        if (entity.kind == BusEntity::Kind::Subscription)
            subscriptions_[topicOf(entity.path).toLower()].push_back(&entity);
    }
}

const BusEntity* BusMap::find(const QString& path) const {
    return entities_.value(path.toLower());
}

const std::vector<const BusEntity*>& BusMap::subscriptionsOf(const QString& topic) const {
    static const std::vector<const BusEntity*> none;
    const auto found = subscriptions_.find(topic.toLower());
    return found == subscriptions_.end() ? none : *found;
}

bool isSubQueue(const QString& path) {
    return path.contains(QLatin1String("/$"));
}

QString topicOf(const QString& path) {
    const qsizetype at = path.lastIndexOf(QLatin1String("/Subscriptions/"), -1, Qt::CaseInsensitive);
    return at > 0 ? path.left(at) : QString();
}

bool isSameEntity(const QString& a, const QString& b) {
    return a.compare(b, Qt::CaseInsensitive) == 0;
}

BusRoute busRoute(const BusMap& map, SqlFilters& filters, const QString& address, const Message& message) {
    return BusWalk(map, filters, message).from(address);
}

} // namespace signalbox
