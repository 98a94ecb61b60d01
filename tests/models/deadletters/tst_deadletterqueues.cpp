// Which queues hold dead letters, and what reading does to each type of queue.
#include "models/deadletters/deadletterqueues.h"
#include "models/deadletters/deadletterroutes.h"

#include <QTest>

using namespace signalbox;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

QueueInfo queue(const char* name, std::optional<DeadLetterEdge> edge = {}) {
    QueueInfo info;
    info.ref = {s("c"), s("/"), s(name)};
    info.type = QueueType::Classic;
    info.ready = 10;
    info.consumers = 0;
    if (edge)
        edge->queue = s(name);
    info.deadLetter = edge;
    return info;
}

DeadLetterEdge edge(const char* exchange, const char* key = nullptr, const char* from = "argument") {
    DeadLetterEdge made;
    made.exchange = s(exchange);
    if (key)
        made.routingKey = s(key);
    made.from = s(from);
    return made;
}

BindingInfo bind(const char* exchange, const char* key, const char* to, bool toExchange = false) {
    return {s(exchange), s(to), toExchange, s(key), {}};
}

RoutingTable table(std::vector<ExchangeInfo> exchanges, std::vector<BindingInfo> bindings) {
    RoutingTable made;
    made.known = true;
    made.exchanges = std::move(exchanges);
    made.bindings = std::move(bindings);
    return made;
}

ExchangeInfo exchange(const char* name, const char* type, const char* alternate = "") {
    return {s(name), s(type), false, s(alternate)};
}

Conventions conventions() {
    FrameworkConvention masstransit;
    masstransit.framework = s("MassTransit");
    masstransit.queuePatterns = {QRegularExpression(s("^.+_(error|skipped)$"))};
    return {{masstransit}};
}

// "name: evidence", one line for each queue that has any.
QString listing(const std::vector<QueueInfo>& queues, const RoutingTable& routing = {},
                const QHash<QString, bool>& pins = {}) {
    QStringList lines;
    for (const DeadLetterQueue& found : classifyQueues(queues, routing, conventions(), pins)) {
        if (found.evidence.kind != DeadLetterEvidence::Kind::None)
            lines << found.queue.ref.name + s(": ") + found.evidence.text;
    }
    return lines.join(u'\n');
}

} // namespace

class TestDeadLetterQueues : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void deathHeadersSeen_areTheLastEvidence() {
        const auto found =
            classifyQueues({queue("parking"), queue("orders_error"), queue("billing"), queue("off")}, {},
                           conventions(), {{s("off"), false}}, {s("parking"), s("orders_error"), s("off")});
        QStringList kinds;
        for (const DeadLetterQueue& one : found)
            kinds << one.queue.ref.name + s(": ") + one.evidence.text;
        QCOMPARE(kinds.join(u'\n'), s("parking: messages with death headers, seen when it was read\n"
                                      "orders_error: MassTransit error queue\n"
                                      "billing: \n"
                                      "off: unpinned by you"));
    }

    void defaultExchangeWithKey_namesTheQueue() {
        QCOMPARE(listing({queue("orders", edge("", "orders.dlq")), queue("orders.dlq")}),
                 s("orders.dlq: dead letters of orders (argument)"));
    }

    void severalSources_areNamedInOrder() {
        const RoutingTable routing = table({exchange("dlx", "fanout")}, {bind("dlx", "", "parked")});
        QCOMPARE(listing({queue("orders", edge("dlx")), queue("billing", edge("dlx", nullptr, "policy dead")),
                          queue("parked")},
                         routing),
                 s("parked: dead letters of billing, orders (policy dead, argument)"));
    }

    void manySources_areCounted() {
        std::vector<QueueInfo> queues{queue("parked")};
        for (const char* name : {"a", "b", "c", "d", "e", "f", "g"})
            queues.push_back(queue(name, edge("", "parked")));
        QCOMPARE(listing(queues), s("parked: dead letters of a, b, c, d, e and 2 more (argument)"));
        QCOMPARE(classifyQueues(queues, {}, {}, {}).front().evidence.sources.size(), 7);
    }

    void edgesOfTheTable_countWhereTheQueueTellsNone() {
        RoutingTable routing = table({exchange("dlx", "fanout")}, {bind("dlx", "", "parked")});
        DeadLetterEdge known = edge("dlx", nullptr, "policy p");
        known.queue = s("orders");
        routing.deadLetterEdges = {known};
        QCOMPARE(listing({queue("orders"), queue("parked")}, routing),
                 s("parked: dead letters of orders (policy p)"));
    }

    void keptKeys_followTheBindingsOfTheSource() {
        const RoutingTable routing =
            table({exchange("events", "topic"), exchange("dlx", "topic")},
                  {bind("events", "order.*", "orders"), bind("dlx", "order.#", "orders.dead"),
                   bind("dlx", "invoice.#", "invoices.dead"), bind("dlx", "#.created", "created.dead")});
        QCOMPARE(listing({queue("orders", edge("dlx")), queue("orders.dead"), queue("invoices.dead"),
                          queue("created.dead")},
                         routing),
                 s("orders.dead: dead letters of orders (argument)\ncreated.dead: dead letters of orders "
                   "(argument)"));
    }

    void keptKeys_includeTheNameForTheDefaultExchange() {
        const RoutingTable routing = table({exchange("dlx", "direct")}, {bind("dlx", "orders", "orders.dead"),
                                                                         bind("dlx", "other", "other.dead")});
        QCOMPARE(listing({queue("orders", edge("dlx")), queue("orders.dead"), queue("other.dead")}, routing),
                 s("orders.dead: dead letters of orders (argument)"));
    }

    void exchangesBoundToExchanges_areFollowedAlsoInCircles() {
        const RoutingTable routing =
            table({exchange("dlx", "fanout"), exchange("next", "fanout")},
                  {bind("dlx", "", "next", true), bind("next", "", "dlx", true), bind("next", "", "parked")});
        QCOMPARE(listing({queue("orders", edge("dlx", "k")), queue("parked")}, routing),
                 s("parked: dead letters of orders (argument)"));
    }

    void alternateExchange_getsOnlyWhatNoBindingTakes() {
        const std::vector<ExchangeInfo> exchanges{exchange("dlx", "direct", "spare"),
                                                  exchange("spare", "fanout")};
        const BindingInfo toSpare = bind("spare", "", "unrouted");
        const std::vector<QueueInfo> queues{queue("orders", edge("dlx", "k")), queue("dead"),
                                            queue("unrouted")};
        QCOMPARE(listing(queues, table(exchanges, {toSpare, bind("dlx", "k", "dead")})),
                 s("dead: dead letters of orders (argument)"));
        QCOMPARE(listing(queues, table(exchanges, {toSpare, bind("dlx", "x", "dead")})),
                 s("unrouted: dead letters of orders (argument)"));
    }

    void unknownExchange_isNoEvidence() {
        QCOMPARE(listing({queue("orders", edge("gone", "k")), queue("k")}), QString());
    }

    void ownQueue_isNoEvidence() { QCOMPARE(listing({queue("orders", edge("", "orders"))}), QString()); }

    void retryLoop_marksOnlyTheWaitingQueue() {
        QueueInfo retry = queue("orders.retry", edge("", "orders"));
        retry.messageTtlMs = 30000;
        QueueInfo orders = queue("orders", edge("", "orders.retry"));
        orders.consumers = 2;
        QCOMPARE(listing({orders, retry}), s("orders.retry: dead letters of orders (argument)"));
        retry.messageTtlMs = -1; // each message has its own time to live
        QCOMPARE(listing({orders, retry}), s("orders.retry: dead letters of orders (argument)"));
    }

    void delayQueue_doesNotMarkWhereItsMessagesAreWorkedOn() {
        QueueInfo delay = queue("delay.30s", edge("", "mails"));
        delay.messageTtlMs = 30000;
        QueueInfo mails = queue("mails", edge("", "mails.dead"));
        mails.consumers = 1;
        QCOMPARE(listing({delay, mails, queue("mails.dead")}),
                 s("mails.dead: dead letters of mails (argument)"));
    }

    void convention_countsWithoutEdges() {
        QCOMPARE(listing({queue("orders"), queue("orders_error"), queue("orders_skipped")}),
                 s("orders_error: MassTransit error queue\norders_skipped: MassTransit error queue"));
    }

    void pins_winOverEverything() {
        const auto found = classifyQueues(
            {queue("orders", edge("", "dead")), queue("dead"), queue("mine"), queue("a_error")}, {},
            conventions(), {{s("dead"), false}, {s("mine"), true}});
        QVERIFY(!found.at(1).holdsDeadLetters());
        QCOMPARE(found.at(1).evidence.kind, DeadLetterEvidence::Kind::Unpinned);
        QCOMPARE(found.at(1).evidence.sources, QStringList{s("orders")});
        QVERIFY(found.at(2).holdsDeadLetters());
        QCOMPARE(found.at(2).evidence.text, s("pinned by you"));
        QVERIFY(found.at(3).holdsDeadLetters());
        QVERIFY(!found.at(0).holdsDeadLetters());
    }

    void thousandsOfQueues_areClassifiedSoon() {
        std::vector<QueueInfo> queues;
        RoutingTable routing = table({exchange("work", "topic"), exchange("dlx", "topic")}, {});
        for (int i = 0; i < 3000; ++i) {
            const QByteArray name = "q" + QByteArray::number(i);
            queues.push_back(queue(name.constData(), edge("dlx")));
            queues.push_back(queue((name + ".dead").constData()));
            routing.bindings.push_back(bind("work", name.constData(), name.constData()));
            routing.bindings.push_back(bind("dlx", name.constData(), (name + ".dead").constData()));
        }
        const auto found = classifyQueues(queues, routing, {}, {});
        int holding = 0;
        for (const DeadLetterQueue& each : found)
            holding += each.holdsDeadLetters() ? 1 : 0;
        QCOMPARE(holding, 3000);
    }

    void patterns_data() {
        QTest::addColumn<QString>("a");
        QTest::addColumn<QString>("b");
        QTest::addColumn<bool>("overlap");
        QTest::newRow("equal") << s("a.b") << s("a.b") << true;
        QTest::newRow("other") << s("a.b") << s("a.c") << false;
        QTest::newRow("star") << s("a.*") << s("a.c") << true;
        QTest::newRow("star is one word") << s("a.*") << s("a") << false;
        QTest::newRow("stars meet") << s("*.b") << s("a.*") << true;
        QTest::newRow("hash is none") << s("a.#") << s("a") << true;
        QTest::newRow("hash is many") << s("#.z") << s("a.b.c.z") << true;
        QTest::newRow("hash both") << s("a.#") << s("#.z") << true;
        QTest::newRow("hash against star") << s("#") << s("*.*") << true;
        QTest::newRow("ends differ") << s("#.y") << s("*.z") << false;
        QTest::newRow("empty") << s("") << s("#") << true;
    }
    void patterns() {
        QFETCH(QString, a);
        QFETCH(QString, b);
        QFETCH(bool, overlap);
        QCOMPARE(DeadLetterRoutes::overlap(a, b), overlap);
        QCOMPARE(DeadLetterRoutes::overlap(b, a), overlap);
    }

    void notice_data() {
        using Level = BrowseNotice::Level;
        QTest::addColumn<QueueInfo>("info");
        QTest::addColumn<int>("highest");
        QTest::addColumn<Level>("level");
        QTest::addColumn<int>("budget");
        QTest::addColumn<QString>("says");
        const auto made = [](QueueType type, auto change) {
            QueueInfo info = queue("q");
            info.type = type;
            change(info);
            return info;
        };
        const auto classic = [&](auto change) { return made(QueueType::Classic, change); };
        const auto quorum = [&](int limit) {
            return made(QueueType::Quorum, [&](QueueInfo& info) { info.deliveryLimit = limit; });
        };
        QTest::newRow("classic")
            << classic([](QueueInfo&) {}) << -1 << Level::Notice << -1
            << s("given back at the end: they return to their places, marked as redelivered");
        QTest::newRow("consumers") << classic([](QueueInfo& info) { info.consumers = 3; }) << -1
                                   << Level::Warning << -1 << s("3 live consumers work on this queue");
        QTest::newRow("single active, busy") << classic([](QueueInfo& info) {
            info.singleActiveConsumer = true;
            info.consumers = 1;
        }) << -1 << Level::Warning << -1 << s("reading gets nothing as long as it is connected");
        QTest::newRow("single active, idle")
            << classic([](QueueInfo& info) { info.singleActiveConsumer = true; }) << -1 << Level::Warning
            << -1 << s("has to wait for its end");
        QTest::newRow("exclusive") << classic([](QueueInfo& info) { info.exclusive = true; }) << -1
                                   << Level::Forbidden << -1 << s("exclusive");
        QTest::newRow("auto-delete") << classic([](QueueInfo& info) { info.autoDelete = true; }) << -1
                                     << Level::Forbidden << -1 << s("Reading would be that consumer");
        QTest::newRow("auto-delete, others") << classic([](QueueInfo& info) {
            info.autoDelete = true;
            info.consumers = 2;
        }) << -1 << Level::Warning << -1 << s("it is gone after the reading");
        QTest::newRow("time to live") << classic([](QueueInfo& info) { info.messageTtlMs = 1000; }) << -1
                                      << Level::Notice << -1 << s("Messages expire here");
        QTest::newRow("down") << classic([](QueueInfo& info) { info.state = s("down"); }) << -1
                              << Level::Warning << -1 << s("the queue is down");
        QTest::newRow("huge") << classic([](QueueInfo& info) { info.ready = 900000; }) << -1 << Level::Warning
                              << -1 << s("All 900,000 messages");
        QTest::newRow("unknown type") << made(QueueType::Unknown, [](QueueInfo&) {}) << -1 << Level::Notice
                                      << -1 << s("type of the queue is not known");
        QTest::newRow("unknown type, with the reason")
            << made(QueueType::Unknown, [](QueueInfo& info) { info.missing = s("The API refused."); }) << -1
            << Level::Warning << -1 << s("The API refused.");
        QTest::newRow("known from earlier")
            << classic([](QueueInfo& info) { info.missing = s("Seen earlier."); }) << -1 << Level::Notice
            << -1 << s("Seen earlier.");
        QTest::newRow("bounded, room left") << classic([](QueueInfo& info) { info.maxLength = 1000; }) << -1
                                            << Level::Notice << -1 << s("holds at most 1,000 messages");
        QTest::newRow("bounded, nearly full") << classic([](QueueInfo& info) { info.maxLength = 11; }) << -1
                                              << Level::Warning << -1 << s("Raise the bound first");
        QTest::newRow("bounded, depth not known") << classic([](QueueInfo& info) {
            info.maxLength = 1000;
            info.ready = -1;
        }) << -1 << Level::Warning << -1 << s("drops the oldest");
        QTest::newRow("bounded bytes, nearly full") << classic([](QueueInfo& info) {
            info.maxLengthBytes = 5000;
            info.bodyBytes = 4900;
        }) << -1 << Level::Warning << -1 << s("holds at most 5,000 bytes");
        QTest::newRow("stream") << made(QueueType::Stream, [](QueueInfo& info) { info.consumers = 4; }) << -1
                                << Level::Harmless << -1 << s("read by offset");
        QTest::newRow("quorum, no limit")
            << quorum(-1) << -1 << Level::Notice << -1 << s("given back at the end");
        QTest::newRow("budget unknown")
            << quorum(20) << -1 << Level::Notice << -1 << s("How many are used up is not known");
        QTest::newRow("budget unknown, small")
            << quorum(3) << -1 << Level::Warning << -1 << s("one of the 3 deliveries");
        QTest::newRow("budget fresh") << quorum(20) << 0 << Level::Notice << 19 << s("has 19 readings left");
        QTest::newRow("budget low") << quorum(20) << 17 << Level::Warning << 2 << s("has 2 readings left");
        QTest::newRow("budget last") << quorum(20) << 18 << Level::Warning << 1 << s("has 1 reading left");
        QTest::newRow("budget spent") << quorum(20) << 19 << Level::Forbidden << 0 << s("has none left");
        QTest::newRow("budget overspent") << quorum(5) << 9 << Level::Forbidden << 0 << s("has none left");
        QTest::newRow("limit one") << quorum(1) << 0 << Level::Forbidden << 0 << s("Raise the limit");
        QTest::newRow("limit zero") << quorum(0) << -1 << Level::Forbidden << 0
                                    << s("drops a message for good");
    }
    void notice() {
        QFETCH(QueueInfo, info);
        QFETCH(int, highest);
        QFETCH(BrowseNotice::Level, level);
        QFETCH(int, budget);
        QFETCH(QString, says);
        const BrowseNotice notice = browseNotice(info, 0, highest);
        const QString lines = notice.lines.join(u'\n');
        QVERIFY2(lines.contains(says), qPrintable(lines));
        QCOMPARE(notice.level, level);
        QCOMPARE(notice.remainingBudget, budget);
    }

    void notice_saysHowManyAreHeld() {
        QueueInfo info = queue("q");
        const auto first = [&](qint64 limit) { return browseNotice(info, limit, -1).lines.value(0); };
        QVERIFY(first(0).startsWith(s("All 10 messages are taken")));
        QVERIFY(first(4).startsWith(s("The first 4 messages are taken")));
        QVERIFY(first(100).startsWith(s("All 10 messages are taken")));
        info.ready = 1;
        QVERIFY(first(0).startsWith(s("The message is taken")));
        info.ready = -1;
        QVERIFY(first(0).startsWith(s("All messages are taken")));
        QVERIFY(first(7).startsWith(s("The first 7 messages are taken")));
    }

    void full_thatRefusesMoreDropsNothing() {
        QueueInfo info = queue("q");
        info.maxLength = 10;
        QVERIFY(browseNotice(info, 0, -1).lines.join(u'\n').contains(s("drops the oldest")));
        info.refusesMore = true;
        QVERIFY(!browseNotice(info, 0, -1).lines.join(u'\n').contains(s("drops the oldest")));
    }

    void overTheLimit_saysWhereTheMessageGoes() {
        QueueInfo info = queue("q", edge("", "dead"));
        info.type = QueueType::Quorum;
        info.deliveryLimit = 2;
        QVERIFY(browseNotice(info, 0, 0).lines.join(u'\n').contains(s("dead-letters a message again")));
        info.deadLetter.reset();
        QVERIFY(browseNotice(info, 0, 0).lines.join(u'\n').contains(s("drops a message for good")));
    }
};

QTEST_GUILESS_MAIN(TestDeadLetterQueues)
#include "tst_deadletterqueues.moc"
