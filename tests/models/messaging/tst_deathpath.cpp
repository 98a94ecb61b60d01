// The way of a dead letter through queues, read from x-death; and x-death of shapes no broker writes.
#include "models/messaging/deathpath.h"
#include "tests/models/messaging/deathfixture.h"
#include "tests/models/messaging/messagegenerator.h"

#include <QTest>

using namespace signalbox;

class TestDeathPath : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void oneDeath_isTheOrigin() {
        const DeathFacts facts = deathFacts(
            withHeaders(
                {{"x-death", HeaderValue::array({deathEntry("orders", "rejected", 1, 1714818030, "shop",
                                                            {"order.placed", "audit.copy"}, "60000")})},
                 {"x-first-death-exchange", HeaderValue::string("shop")},
                 {"x-first-death-queue", HeaderValue::string("orders")},
                 {"x-first-death-reason", HeaderValue::string("rejected")}}),
            {});
        QCOMPARE(facts.path.size(), std::size_t(1));
        const DeathHop& hop = facts.path.front();
        QCOMPARE(hop.queue, QStringLiteral("orders"));
        QCOMPARE(hop.reason, QStringLiteral("rejected"));
        QCOMPARE(hop.exchange, QStringLiteral("shop"));
        QCOMPARE(hop.routingKeys,
                 (QStringList{QStringLiteral("order.placed"), QStringLiteral("audit.copy")}));
        QCOMPARE(hop.time, utc("2024-05-04T10:20:30Z"));
        QCOMPARE(hop.count, 1);
        QCOMPARE(hop.originalExpiration, QStringLiteral("60000"));
        QCOMPARE(facts.reason, QStringLiteral("rejected"));
        QCOMPARE(facts.originQueue, QStringLiteral("orders"));
        QCOMPARE(facts.originExchange, QStringLiteral("shop"));
        QCOMPARE(facts.originKeys, hop.routingKeys);
        QVERIFY(facts.originKnown);
        QCOMPARE(facts.firstDeath, hop.time);
        QCOMPARE(facts.lastDeath, hop.time);
        QCOMPARE(facts.deaths, 1);
    }

    void afterRetryQueue_originIsTheWorkingQueue() {
        // Died in orders, waited in orders.retry, went on to the parking queue from there.
        const DeathFacts facts = deathFacts(
            withHeaders(
                {{"x-death", HeaderValue::array(
                                 {deathEntry("orders.retry", "expired", 1, 1060, "retry", {"orders"}),
                                  deathEntry("orders", "rejected", 1, 1000, "shop", {"order.placed"})})}}),
            {});
        QCOMPARE(facts.originQueue, QStringLiteral("orders"));
        QCOMPARE(facts.originExchange, QStringLiteral("shop"));
        QCOMPARE(facts.originKeys, QStringList{QStringLiteral("order.placed")});
        QCOMPARE(facts.path.back().queue, QStringLiteral("orders.retry"));
        QCOMPARE(facts.reason, QStringLiteral("expired"));
    }

    void afterSeveralRetries_originIsStillTheWorkingQueue_data() {
        QTest::addColumn<bool>("named"); // the broker's x-first-death-* headers are there
        QTest::newRow("named") << true;
        QTest::newRow("by times") << false;
    }
    void afterSeveralRetries_originIsStillTheWorkingQueue() {
        QFETCH(bool, named);
        // The third rejection moved orders in front of the retry queue; each keeps the time of its first
        // death.
        HeaderTable headers{
            {"x-death",
             HeaderValue::array({deathEntry("orders", "rejected", 3, 1000, "shop", {"order.placed"}),
                                 deathEntry("orders.retry", "expired", 2, 1060, "retry", {"orders"})})}};
        if (named) {
            setHeader(headers, "x-first-death-queue", HeaderValue::string("orders"));
            setHeader(headers, "x-first-death-reason", HeaderValue::string("rejected"));
            setHeader(headers, "x-first-death-exchange", HeaderValue::string("shop"));
        }
        const DeathFacts facts = deathFacts(withHeaders(headers), {});
        QCOMPARE(facts.path.front().queue, QStringLiteral("orders"));
        QCOMPARE(facts.originQueue, QStringLiteral("orders"));
        QCOMPARE(facts.originExchange, QStringLiteral("shop"));
        QCOMPARE(facts.originKeys, QStringList{QStringLiteral("order.placed")});
        QCOMPARE(facts.reason, QStringLiteral("rejected"));
        QCOMPARE(facts.deaths, 5);
        QCOMPARE(facts.firstDeath, QDateTime::fromSecsSinceEpoch(1000, Qt::UTC));
        QCOMPARE(facts.lastDeath, QDateTime::fromSecsSinceEpoch(1060, Qt::UTC));
    }

    void withinOneSecond_lastEntryIsTheOrigin() {
        const DeathPath path = deathPath(withHeaders(
            {{"x-death", HeaderValue::array({deathEntry("b", "expired", 1, 1000, "x", {"b"}),
                                             deathEntry("a", "rejected", 1, 1000, "y", {"a"})})}}));
        QCOMPARE(path.firstQueue, QStringLiteral("a"));
        QCOMPARE(path.newestReason, QStringLiteral("expired"));
    }

    void sameQueueTwoReasons_firstReasonDecides() {
        const DeathPath path = deathPath(
            withHeaders({{"x-death", HeaderValue::array({deathEntry("a", "rejected", 1, 10, "y", {"second"}),
                                                         deathEntry("a", "expired", 1, 10, "x", {"first"})})},
                         {"x-first-death-queue", HeaderValue::string("a")},
                         {"x-first-death-reason", HeaderValue::string("expired")}}));
        QCOMPARE(path.hops.front().routingKeys, QStringList{QStringLiteral("first")});
    }

    void defaultExchange_isKnownAndEmpty() {
        const DeathFacts facts = deathFacts(
            withHeaders(
                {{"x-death", HeaderValue::array({deathEntry("jobs", "maxlen", 1, 5, "", {"jobs"})})}}),
            {});
        QVERIFY(facts.originKnown);
        QCOMPARE(facts.originExchange, QString());
        QCOMPARE(facts.originKeys, QStringList{QStringLiteral("jobs")});
    }

    void originNotInPath_keysAreNotGuessed() {
        const DeathFacts facts = deathFacts(
            withHeaders({{"x-death", HeaderValue::array({deathEntry("other", "expired", 1, 5, "x", {"k"})})},
                         {"x-first-death-queue", HeaderValue::string("gone")},
                         {"x-first-death-exchange", HeaderValue::string("shop")}}),
            {});
        QCOMPARE(facts.originQueue, QStringLiteral("gone"));
        QVERIFY(!facts.originKnown);
        QVERIFY(facts.originKeys.isEmpty());
    }

    void firstDeathWithoutPath_namesTheQueue() {
        const DeathFacts facts = deathFacts(withTexts({{"x-first-death-queue", "orders"},
                                                       {"x-first-death-reason", "delivery_limit"},
                                                       {"x-first-death-exchange", "shop"}}),
                                            {});
        QCOMPARE(facts.originQueue, QStringLiteral("orders"));
        QCOMPARE(facts.reason, QStringLiteral("delivery_limit"));
        QVERIFY(!facts.originKnown); // its keys are not
    }

    void noDeath_saysNothing() {
        QCOMPARE(deathFacts(Message(), {}), DeathFacts());
        QCOMPARE(deathFacts(withHeaders({}), {}), DeathFacts());
    }

    void hostileShapes_areLeftOut_data() {
        QTest::addColumn<HeaderValue>("deaths");
        QTest::addColumn<int>("hops");
        QTest::newRow("text") << HeaderValue::string("none") << 0;
        QTest::newRow("number") << HeaderValue::int64(7) << 0;
        QTest::newRow("table") << deathEntry("a", "b", 1, 1, "c", {}) << 0;
        QTest::newRow("empty") << HeaderValue::array({}) << 0;
        QTest::newRow("array of numbers") << HeaderValue::array({HeaderValue::int64(1)}) << 0;
        QTest::newRow("empty tables") << HeaderValue::array({HeaderValue::table({})}) << 0;
        QTest::newRow("one good of three")
            << HeaderValue::array({HeaderValue::string("x"), deathEntry("a", "expired", 1, 1, "c", {}),
                                   HeaderValue::table({{"queue", HeaderValue::int64(1)}})})
            << 1;
        QTest::newRow("array in array")
            << HeaderValue::array({HeaderValue::array({deathEntry("a", "b", 1, 1, "c", {})})}) << 0;
    }
    void hostileShapes_areLeftOut() {
        QFETCH(HeaderValue, deaths);
        const DeathFacts facts = deathFacts(withHeaders({{"x-death", deaths}}), {});
        QTEST(static_cast<int>(facts.path.size()), "hops");
        QVERIFY(!facts.originKnown); // none of them has a routing key
    }

    void hostileNumbers_areKeptInBounds() {
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        const DeathFacts facts = deathFacts(
            withHeaders(
                {{"x-death", HeaderValue::array({deathEntry("a", "x", most, most, "", {"a"}),
                                                 deathEntry("b", "x", most, -most, "", {"b"}),
                                                 deathEntry("c", "x", -5, 253402300800, "", {"c"})})}}),
            {});
        QCOMPARE(facts.path.size(), std::size_t(3));
        QCOMPARE(facts.deaths, most);
        QVERIFY(!facts.firstDeath.isValid());
        QVERIFY(!facts.lastDeath.isValid());
        for (const DeathHop& hop : facts.path) {
            QVERIFY(!hop.time.isValid());
            QVERIFY(hop.count >= 1);
        }
    }

    void hostileFields_areLeftEmpty() {
        const HeaderValue entry = HeaderValue::table({{"queue", HeaderValue::string("a")},
                                                      {"reason", HeaderValue::int64(4)},
                                                      {"exchange", HeaderValue::array({})},
                                                      {"routing-keys", HeaderValue::string("alone")},
                                                      {"time", HeaderValue::string("yesterday")},
                                                      {"count", HeaderValue::string("many")}});
        const DeathFacts facts = deathFacts(withHeaders({{"x-death", HeaderValue::array({entry})}}), {});
        QCOMPARE(facts.path.size(), std::size_t(1));
        QCOMPARE(facts.path.front().reason, QString());
        QCOMPARE(facts.path.front().routingKeys, QStringList{QStringLiteral("alone")});
        QVERIFY(!facts.path.front().time.isValid());
        QCOMPARE(facts.deaths, 1);
    }

    void randomHeaders_neverCrash() {
        MessageGenerator generator(21);
        const Conventions conventions = shippedConventions();
        for (int i = 0; i < 2000; ++i) {
            Message message = generator.message();
            HeaderTable headers = generator.table(3);
            for (const char* name :
                 {"x-death", "x-first-death-queue", "x-signalbox-attempt", "MT-Fault-Message",
                  "NServiceBus.TimeOfFailure", "x-exception-stacktrace"}) {
                if (generator.chance(2))
                    setHeader(headers, name, generator.value(3));
            }
            message.properties.headers = headers;
            const DeathFacts facts = deathFacts(message, conventions);
            QVERIFY(facts.deaths >= static_cast<qint64>(facts.path.size()));
            QVERIFY(facts.replayAttempts >= 0);
        }
    }

    void ownMarker_counts() {
        Message message = withHeaders({{attemptHeader, HeaderValue::int64(3)}});
        QCOMPARE(deathFacts(message, {}).replayAttempts, 3);
        setHeader(*message.properties.headers, attemptHeader, HeaderValue::int64(-1));
        QCOMPARE(deathFacts(message, {}).replayAttempts, 0);
        setHeader(*message.properties.headers, attemptHeader, HeaderValue::string("9"));
        QCOMPARE(deathFacts(message, {}).replayAttempts, 0);
    }
};

QTEST_GUILESS_MAIN(TestDeathPath)
#include "tst_deathpath.moc"
