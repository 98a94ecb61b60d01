// Which queues get a copy: exchanges of all kinds chained, cycles, alternates, sender-selected keys.
#include "models/messaging/routing.h"

#include <QtTest>

using namespace signalbox;

namespace {

QString s(const char* text) {
    return QString::fromLatin1(text);
}

// "orders topic > unrouted" is an exchange with an alternate, "orders -order.*-> billing" a binding to a
// queue, "orders -#=> copy" a binding to an exchange, a word alone a queue.
RoutingTable tableOf(const QStringList& lines) {
    RoutingTable table;
    table.known = true;
    for (const QString& line : lines) {
        const QStringList words = line.split(u' ');
        const QString last = words.last();
        if (words.size() == 3 && words[1].startsWith(u'-')) {
            BindingInfo binding;
            binding.source = words[0];
            binding.toExchange = words[1].endsWith(s("=>"));
            binding.key = words[1].mid(1, words[1].size() - 3);
            binding.destination = last;
            if (!binding.toExchange && !table.queues.contains(last))
                table.queues << last;
            table.bindings.push_back(binding);
        } else if (words.size() >= 2) {
            ExchangeInfo exchange;
            exchange.name = words[0];
            exchange.type = words[1];
            exchange.alternate = words.size() == 4 ? last : QString();
            table.exchanges.push_back(exchange);
        } else {
            table.queues << line;
        }
    }
    return table;
}

// "billing, shipping (alternate) (unknown type)"
QString shown(const RouteResult& result) {
    QString text = result.exchangeExists ? result.queues.join(s(", ")) : s("no exchange");
    if (result.viaAlternate)
        text += s(" (alternate)");
    if (result.unknownType)
        text += s(" (unknown type)");
    return text.trimmed();
}

} // namespace

class TestRouting : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void route_followsTheBroker_data();
    void route_followsTheBroker();
    void headersExchange_readsTheMessage();
    void deepChain_isFollowedToItsEnd();
    void emptyTable_routesNowhere();
};

void TestRouting::route_followsTheBroker_data() {
    QTest::addColumn<QStringList>("table");
    QTest::addColumn<QString>("exchange");
    QTest::addColumn<QStringList>("keys");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, std::initializer_list<const char*> lines, const char* exchange,
                        std::initializer_list<const char*> keys, const char* expected) {
        QStringList table, all;
        for (const char* line : lines)
            table << s(line);
        for (const char* key : keys)
            all << s(key);
        QTest::newRow(name) << table << s(exchange) << all << s(expected);
    };
    row("default exchange", {"billing", "shipping"}, "", {"billing"}, "billing");
    row("default exchange, no such queue", {"billing"}, "", {"elsewhere"}, "");
    row("default exchange, more keys", {"a", "b", "c"}, "", {"c", "a", "c", "x"}, "a, c");
    row("no such exchange", {"billing"}, "gone", {"billing"}, "no exchange");
    row("direct", {"d direct", "d -k-> one", "d -k-> two", "d -l-> three"}, "d", {"k"}, "one, two");
    row("direct takes no wildcards", {"d direct", "d -#-> one", "d -*-> two"}, "d", {"k"}, "");
    row("direct, empty key", {"d direct", "d --> one"}, "d", {""}, "one");
    row("direct, each once", {"d direct", "d -k-> one", "d -l-> one"}, "d", {"k", "l"}, "one");
    row("fanout", {"f fanout", "f -any-> b", "f --> a"}, "f", {"whatever"}, "a, b");
    row("topic", {"t topic", "t -order.*-> one", "t -#-> all", "t -*.new-> new"}, "t", {"order.new"},
        "all, new, one");
    row("topic, carbon keys", {"t topic", "t -eu.#-> eu", "t -us.#-> us"}, "t", {"eu.a", "us.b"}, "eu, us");
    row("other exchanges stay out", {"a fanout", "b fanout", "b --> far"}, "a", {"k"}, "");

    row("exchange to exchange", {"a topic", "b fanout", "a -x.#=> b", "b --> one"}, "a", {"x.y"}, "one");
    row("the chain matches again", {"a fanout", "b direct", "a -=> b", "b -k-> one", "b -l-> two"}, "a",
        {"l"}, "two");
    row("cycle", {"a fanout", "b fanout", "a -=> b", "b -=> a", "a --> one", "b --> two"}, "a", {"k"},
        "one, two");
    row("self", {"a fanout", "a -=> a", "a --> one"}, "a", {"k"}, "one");
    row("diamond", {"a fanout", "b fanout", "c fanout", "a -=> b", "a -=> c", "b --> one", "c --> one"}, "a",
        {""}, "one");
    row("bound exchange is gone", {"a fanout", "a -=> gone", "a --> one"}, "a", {""}, "one");

    row("alternate", {"a direct > b", "b fanout", "a -k-> one", "b --> lost"}, "a", {"x"},
        "lost (alternate)");
    row("alternate not needed", {"a direct > b", "b fanout", "a -k-> one", "b --> lost"}, "a", {"k"}, "one");
    row("alternate of the alternate", {"a direct > b", "b direct > c", "c fanout", "c --> lost"}, "a", {"x"},
        "lost (alternate)");
    row("alternates in a circle", {"a direct > b", "b direct > a"}, "a", {"x"}, "");
    row("alternate is gone", {"a direct > gone"}, "a", {"x"}, "");
    row("a bound exchange that routes nowhere counts as routed",
        {"a fanout > b", "b fanout", "c direct", "a -=> c", "b --> lost"}, "a", {"x"}, "");
    row("alternate inside a chain",
        {"a fanout", "b direct > c", "c fanout", "a -=> b", "a --> one", "c --> lost"}, "a", {"x"},
        "lost, one (alternate)");
    row("what comes the plain way too is not by the alternate",
        {"a fanout", "b direct > c", "c fanout", "a -=> b", "a -=> c", "c --> one"}, "a", {"x"}, "one");
    row("some keys suffice", {"a direct > b", "b fanout", "a -k-> one", "b --> lost"}, "a", {"x", "k"},
        "one");

    row("unknown type", {"h x-consistent-hash", "h -1-> one"}, "h", {"k"}, "(unknown type)");
    row("unknown type in a chain", {"a fanout", "h x-random", "a -=> h", "a --> one", "h --> two"}, "a",
        {"k"}, "one (unknown type)");
    row("unknown type, alternate unused", {"h x-random > b", "b fanout", "b --> lost"}, "h", {"k"},
        "(unknown type)");
}

void TestRouting::route_followsTheBroker() {
    QFETCH(QStringList, table);
    QFETCH(QString, exchange);
    QFETCH(QStringList, keys);
    QFETCH(QString, expected);
    QCOMPARE(shown(route(tableOf(table), exchange, keys, {})), expected);
}

void TestRouting::headersExchange_readsTheMessage() {
    RoutingTable table =
        tableOf({s("h headers > lost"), s("lost fanout"), s("lost --> rest"), s("h --> gold")});
    table.bindings.back().arguments = {{"x-match", HeaderValue::string("all")},
                                       {"rank", HeaderValue::string("gold")}};
    QCOMPARE(shown(route(table, s("h"), {s("k")}, {{"rank", HeaderValue::string("gold")}})), s("gold"));
    QCOMPARE(shown(route(table, s("h"), {s("k")}, {{"rank", HeaderValue::string("tin")}})),
             s("rest (alternate)"));
    QCOMPARE(shown(route(table, s("h"), {s("k")}, {})), s("rest (alternate)"));
}

void TestRouting::deepChain_isFollowedToItsEnd() {
    QStringList lines;
    constexpr int length = 1000;
    for (int i = 0; i < length; ++i) {
        lines << s("e%1 fanout").arg(i);
        lines << s("e%1 -=> e%2").arg(i).arg(i + 1);
    }
    lines << s("e%1 fanout").arg(length) << s("e%1 --> end").arg(length);
    QCOMPARE(shown(route(tableOf(lines), s("e0"), {s("k")}, {})), s("end"));
}

void TestRouting::emptyTable_routesNowhere() {
    QCOMPARE(shown(route({}, s("a"), {s("k")}, {})), s("no exchange"));
    QCOMPARE(shown(route({}, QString(), {s("k")}, {})), QString());
    QCOMPARE(shown(route({}, QString(), {}, {})), QString());
}

QTEST_GUILESS_MAIN(TestRouting)
#include "tst_routing.moc"
