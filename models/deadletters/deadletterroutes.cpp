#include "models/deadletters/deadletterroutes.h"

namespace signalbox {

namespace {

const QString& anyKey() {
    static const QString key = QStringLiteral("#");
    return key;
}

bool isPattern(const QString& key) {
    return key.contains(u'*') || key.contains(u'#');
}

enum class Kind { Direct, Topic, Any };

// Fanout sends to all; what a headers exchange or one of an unknown type does cannot be told without the
// message.
Kind kindOf(const ExchangeInfo* exchange) {
    if (exchange && exchange->type == QLatin1String("direct"))
        return Kind::Direct;
    return exchange && exchange->type == QLatin1String("topic") ? Kind::Topic : Kind::Any;
}

} // namespace

DeadLetterRoutes::DeadLetterRoutes(const RoutingTable& routing)
    : queues_(routing.queues.begin(), routing.queues.end()) {
    for (const ExchangeInfo& exchange : routing.exchanges)
        exchanges_[exchange.name].info = &exchange;
    for (const BindingInfo& binding : routing.bindings) {
        Exchange& exchange = exchanges_[binding.source];
        const Kind kind = kindOf(exchange.info);
        exchange.all << &binding;
        if (kind == Kind::Topic && isPattern(binding.key))
            exchange.patterns << &binding;
        else
            exchange.exact[binding.key] << &binding;
        if (!binding.toExchange && !binding.source.isEmpty())
            keys_[binding.destination] << (kind == Kind::Any ? anyKey() : binding.key);
    }
}

bool DeadLetterRoutes::overlap(const QString& a, const QString& b) {
    const QStringList left = a.split(u'.');
    const QStringList right = b.split(u'.');
    const QString one = QStringLiteral("*");
    // can[j]: what is left of `a` from i on and of `b` from j on have a key in common.
    std::vector<bool> next(static_cast<std::size_t>(right.size()) + 1, false);
    for (qsizetype i = left.size(); i >= 0; --i) {
        std::vector<bool> can(next.size(), false);
        for (qsizetype j = right.size(); j >= 0; --j) {
            const auto at = static_cast<std::size_t>(j);
            const bool endA = i == left.size();
            const bool endB = j == right.size();
            if (endA && endB)
                can[at] = true;
            else if (!endA && left.at(i) == anyKey()) // takes no word, or one more of the other side
                can[at] = next[at] || (!endB && can[at + 1]);
            else if (!endB && right.at(j) == anyKey())
                can[at] = can[at + 1] || (!endA && next[at]);
            else if (!endA && !endB && (left.at(i) == right.at(j) || left.at(i) == one || right.at(j) == one))
                can[at] = next[at + 1];
        }
        next = std::move(can);
    }
    return next[0];
}

bool DeadLetterRoutes::covers(const QString& wide, const QString& narrow) {
    return wide == anyKey() || wide == narrow || (!isPattern(narrow) && overlap(wide, narrow));
}

// Keys that messages of this queue may have: of its bindings, and its name by the default exchange.
QStringList DeadLetterRoutes::keysInto(const QString& queue) const {
    QStringList keys = keys_.value(queue);
    if (keys.contains(anyKey()))
        return {anyKey()};
    keys << queue;
    keys.removeDuplicates();
    return keys;
}

const QSet<QString>& DeadLetterRoutes::reached(const QString& exchange, const QString& key) {
    const auto name = std::pair(exchange, key);
    auto found = known_.find(name);
    if (found == known_.end()) {
        met_.clear();
        QSet<QString> queues;
        follow(exchange, key, &queues);
        found = known_.insert(name, queues);
    }
    return *found;
}

void DeadLetterRoutes::follow(const QString& exchange, const QString& key, QSet<QString>* queues) {
    if (met_.contains({exchange, key}))
        return;
    met_.insert({exchange, key});
    if (exchange.isEmpty()) {
        // A key with wildcards stands for many: nobody means all queues by it.
        if (!isPattern(key) || queues_.contains(key))
            queues->insert(key);
        return;
    }
    const auto found = exchanges_.constFind(exchange);
    if (found == exchanges_.cend())
        return;
    const Kind kind = kindOf(found->info);
    bool taken = false; // every message is routed, so none goes by the alternate exchange
    const auto send = [&](const BindingInfo& binding) {
        taken = taken || kind == Kind::Any || covers(binding.key, key);
        if (binding.toExchange)
            follow(binding.destination, key, queues);
        else
            queues->insert(binding.destination);
    };
    if (kind == Kind::Any) {
        for (const BindingInfo* binding : found->all)
            send(*binding);
    } else if (!isPattern(key)) {
        for (const BindingInfo* binding : found->exact.value(key))
            send(*binding);
        for (const BindingInfo* binding : found->patterns) {
            if (overlap(binding->key, key))
                send(*binding);
        }
    } else {
        for (const BindingInfo* binding : found->all) {
            if (overlap(binding->key, key))
                send(*binding);
        }
    }
    const bool mayMiss = found->info && (!taken || found->info->type == QLatin1String("headers"));
    if (mayMiss && !found->info->alternate.isEmpty())
        follow(found->info->alternate, key, queues);
}

QStringList DeadLetterRoutes::targetsOf(const DeadLetterEdge& edge) {
    QSet<QString> queues;
    const QStringList keys = edge.routingKey ? QStringList{*edge.routingKey} : keysInto(edge.queue);
    for (const QString& key : keys)
        queues.unite(reached(edge.exchange, key));
    QStringList sorted = queues.values();
    sorted.sort();
    return sorted;
}

} // namespace signalbox
