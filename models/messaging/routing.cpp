#include "models/messaging/routing.h"

#include "models/messaging/bindingmatch.h"

#include <QSet>

namespace signalbox {

namespace {

class Router {
public:
    Router(const RoutingTable& table, const QStringList& keys, const HeaderTable& headers)
        : keys_(keys)
        , headers_(headers) {
        for (const ExchangeInfo& exchange : table.exchanges)
            exchanges_.insert(exchange.name, &exchange);
        for (const BindingInfo& binding : table.bindings)
            bindings_[binding.source].push_back(&binding);
        for (const QString& queue : table.queues)
            queues_.insert(queue);
    }

    RouteResult run(const QString& exchange) {
        RouteResult result;
        if (exchange.isEmpty()) { // the default exchange binds every queue by its name
            result.exchangeExists = true;
            for (const QString& key : keys_) {
                if (queues_.contains(key))
                    found_.insert(key);
            }
        } else {
            result.exchangeExists = exchanges_.contains(exchange);
            visit(exchange, false);
        }
        result.queues = QStringList(found_.cbegin(), found_.cend());
        result.queues.sort();
        result.viaAlternate = viaAlternate_;
        result.unknownType = unknownType_;
        return result;
    }

private:
    // One publish visits every exchange once, so cycles end.
    void visit(const QString& name, bool isAlternate) {
        const ExchangeInfo* exchange = exchanges_.value(name);
        if (!exchange || visited_.contains(name))
            return;
        visited_.insert(name);
        if (!isKnownType(exchange->type)) {
            unknownType_ = true;
            return;
        }
        bool routed = false;
        QStringList onward;
        for (const BindingInfo* binding : bindings_.value(name)) {
            if (!bindingMatches(exchange->type, *binding, keys_, headers_))
                continue;
            routed = true;
            if (binding->toExchange) {
                onward << binding->destination;
            } else {
                found_.insert(binding->destination);
                viaAlternate_ = viaAlternate_ || isAlternate;
            }
        }
        for (const QString& next : onward)
            visit(next, isAlternate);
        // Only what this exchange could not route at all goes to its alternate.
        if (!routed && !exchange->alternate.isEmpty())
            visit(exchange->alternate, true);
    }

    QHash<QString, const ExchangeInfo*> exchanges_;
    QHash<QString, std::vector<const BindingInfo*>> bindings_;
    QSet<QString> queues_;
    const QStringList& keys_;
    const HeaderTable& headers_;
    QSet<QString> visited_;
    QSet<QString> found_;
    bool viaAlternate_ = false;
    bool unknownType_ = false;
};

} // namespace

RouteResult route(const RoutingTable& table, const QString& exchange, const QStringList& keys,
                  const HeaderTable& headers) {
    return Router(table, keys, headers).run(exchange);
}

} // namespace signalbox
