#include "models/messaging/routing.h"

#include "models/messaging/routematch.h"

#include <QSet>
#include <algorithm>

namespace signalbox {

namespace {

// One walk through the exchanges. Alternates are taken after everything else, so that only what no other way
// reaches counts as gone by one.
class Walk {
public:
    Walk(const RoutingTable& table, const QStringList& keys, const HeaderTable& headers)
        : table_(table)
        , keys_(keys)
        , headers_(headers) {}

    RouteResult from(const QString& exchange) {
        RouteResult result;
        if (exchange.isEmpty()) {
            result.exchangeExists = true;
            takeNamedQueues();
        } else {
            result.exchangeExists = find(exchange) != nullptr;
            enter(exchange);
            follow();
            const qsizetype direct = queues_.size();
            while (!alternates_.isEmpty()) {
                enter(alternates_.takeFirst());
                follow();
            }
            result.viaAlternate = queues_.size() > direct;
        }
        result.unknownType = unknownType_;
        result.queues = queues_.values();
        result.queues.sort();
        return result;
    }

private:
    const ExchangeInfo* find(const QString& name) const {
        const auto found = std::find_if(table_.exchanges.begin(), table_.exchanges.end(),
                                        [&](const ExchangeInfo& each) { return each.name == name; });
        return found == table_.exchanges.end() ? nullptr : &*found;
    }

    void enter(const QString& exchange) {
        if (met_.contains(exchange))
            return;
        met_.insert(exchange);
        open_ << exchange;
    }

    void takeNamedQueues() {
        for (const QString& key : keys_) {
            if (table_.queues.contains(key))
                queues_.insert(key);
        }
    }

    void follow() {
        while (!open_.isEmpty()) {
            if (const ExchangeInfo* exchange = find(open_.takeFirst()))
                leave(*exchange);
        }
    }

    void leave(const ExchangeInfo& exchange) {
        const auto accepts = acceptsOf(exchange.type);
        if (!accepts) {
            unknownType_ = true;
            return;
        }
        bool routed = false; // a bound exchange counts, even where it leads nowhere
        for (const BindingInfo& binding : table_.bindings) {
            if (binding.source != exchange.name || !accepts(binding, keys_, headers_))
                continue;
            routed = true;
            if (binding.toExchange)
                enter(binding.destination);
            else
                queues_.insert(binding.destination);
        }
        if (!routed && !exchange.alternate.isEmpty())
            alternates_ << exchange.alternate;
    }

    const RoutingTable& table_;
    const QStringList& keys_;
    const HeaderTable& headers_;
    QSet<QString> met_;
    QSet<QString> queues_;
    QStringList open_;
    QStringList alternates_;
    bool unknownType_ = false;
};

} // namespace

RouteResult route(const RoutingTable& table, const QString& exchange, const QStringList& keys,
                  const HeaderTable& headers) {
    return Walk(table, keys, headers).from(exchange);
}

} // namespace signalbox
