// The management API's answers, right and hostile.
#include "app/rabbitmq/managementshapes.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::rabbitmq;

namespace {

QueueInfo queue(const char* json) {
    return queueInfo(Json::parse(json), QStringLiteral("c"), QStringLiteral("3.10.8"));
}

// Balanced brackets of that depth.
QByteArray deep(int depth) {
    return QByteArray(depth, '[') + QByteArray(depth, ']');
}

} // namespace

class TestManagementShapes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void queue_takesEveryFact() {
        const QueueInfo info =
            queue("{\"name\":\"q\",\"vhost\":\"/\",\"type\":\"quorum\",\"state\":\"running\","
                  "\"messages_ready\":7,\"messages_unacknowledged\":2,\"consumers\":1,"
                  "\"durable\":true,\"policy\":\"p\",\"idle_since\":\"2023-11-14 22:13:20\","
                  "\"message_stats\":{\"publish_details\":{\"rate\":1.5}},"
                  "\"arguments\":{\"x-delivery-limit\":9,\"x-single-active-consumer\":true},"
                  "\"effective_policy_definition\":{\"delivery-limit\":5,\"message-ttl\":100,"
                  "\"dead-letter-exchange\":\"dlx\"}}");
        QCOMPARE(info.type, QueueType::Quorum);
        QCOMPARE(info.ready, 7);
        QCOMPARE(info.unacked, 2);
        QCOMPARE(info.publishRate, 1.5);
        QCOMPARE(info.ackRate, -1.0);
        QCOMPARE(info.deliveryLimit, 5); // the smaller one counts
        QCOMPARE(info.messageTtlMs, 100);
        QVERIFY(info.singleActiveConsumer);
        QCOMPARE(info.idleSince, QDateTime(QDate(2023, 11, 14), QTime(22, 13, 20), Qt::UTC));
        QCOMPARE(info.deadLetter->exchange, QStringLiteral("dlx"));
        QCOMPARE(info.deadLetter->from, QStringLiteral("policy p"));
        QCOMPARE(info.deadLetter->strategy, QStringLiteral("at-most-once"));
    }

    void deliveryLimit_dependsOnTheVersion_data() {
        QTest::addColumn<QByteArray>("argument");
        QTest::addColumn<QByteArray>("policy");
        QTest::addColumn<QString>("version");
        QTest::addColumn<int>("limit");
        const QString old = QStringLiteral("3.13.7");
        const QString recent = QStringLiteral("4.0.2");
        QTest::newRow("old, none") << QByteArray() << QByteArray() << old << -1;
        QTest::newRow("4, none") << QByteArray() << QByteArray() << recent << 20;
        QTest::newRow("10, none") << QByteArray() << QByteArray() << QStringLiteral("10.1") << 20;
        QTest::newRow("version not known") << QByteArray() << QByteArray() << QString() << 20;
        QTest::newRow("4, argument") << QByteArray("7") << QByteArray() << recent << 7;
        QTest::newRow("4, policy") << QByteArray() << QByteArray("9") << recent << 9;
        QTest::newRow("4, the smaller") << QByteArray("7") << QByteArray("9") << recent << 7;
        QTest::newRow("4, taken away") << QByteArray("-1") << QByteArray() << recent << -1;
        QTest::newRow("4, taken away by policy") << QByteArray() << QByteArray("-1") << recent << -1;
        QTest::newRow("4, policy against none") << QByteArray("-1") << QByteArray("5") << recent << 5;
        QTest::newRow("4, argument against none") << QByteArray("5") << QByteArray("-1") << recent << 5;
        QTest::newRow("4, nonsense") << QByteArray("\"x\"") << QByteArray() << recent << 20;
    }
    void deliveryLimit_dependsOnTheVersion() {
        QFETCH(QByteArray, argument);
        QFETCH(QByteArray, policy);
        QFETCH(QString, version);
        QFETCH(int, limit);
        const auto object = [](const char* key, const QByteArray& value) {
            return value.isEmpty() ? QByteArray("{}") : QByteArray("{\"") + key + "\":" + value + '}';
        };
        const auto info = [&](const char* type) {
            const QByteArray json = QByteArray("{\"name\":\"q\",\"type\":\"") + type +
                                    "\",\"arguments\":" + object("x-delivery-limit", argument) +
                                    ",\"effective_policy_definition\":" + object("delivery-limit", policy) +
                                    '}';
            return queueInfo(Json::parse(json.toStdString()), QStringLiteral("c"), version);
        };
        QCOMPARE(info("quorum").deliveryLimit, limit);
        QCOMPARE(info("classic").deliveryLimit, -1);
    }

    void bounds_comeFromArgumentAndPolicy() {
        const QueueInfo info =
            queue("{\"name\":\"q\",\"message_bytes\":77,\"arguments\":{\"x-max-length\":100},"
                  "\"effective_policy_definition\":{\"max-length\":50,\"max-length-bytes\":1000}}");
        QCOMPARE(info.maxLength, 50);
        QCOMPARE(info.maxLengthBytes, 1000);
        QCOMPARE(info.bodyBytes, 77);
        QVERIFY(!info.refusesMore);
        QVERIFY(queue("{\"name\":\"q\",\"arguments\":{\"x-overflow\":\"reject-publish-dlx\"}}").refusesMore);
        QVERIFY(queue("{\"name\":\"q\",\"effective_policy_definition\":{\"overflow\":\"reject-publish\"}}")
                    .refusesMore);
        QVERIFY(!queue("{\"name\":\"q\",\"arguments\":{\"x-overflow\":\"drop-head\"}}").refusesMore);
        QCOMPARE(queue("{\"name\":\"q\"}").maxLength, -1);
    }

    // Limits that were known do not vanish with one failed call.
    void withoutManagement_keepsWhatWasKnown() {
        const EntityRef ref{QStringLiteral("c"), QStringLiteral("/"), QStringLiteral("q")};
        const Error error{ErrorKind::NotAuthenticated, QStringLiteral("The password is wrong."), {}};
        const QueueInfo before = queue("{\"name\":\"q\",\"vhost\":\"/\",\"type\":\"quorum\","
                                       "\"arguments\":{\"x-delivery-limit\":3}}");
        const QueueInfo known = withoutManagement(before, ref, error, QStringLiteral("enable it"));
        QCOMPARE(known.type, QueueType::Quorum);
        QCOMPARE(known.deliveryLimit, 3);
        QVERIFY2(known.missing.contains(error.summary), qPrintable(known.missing));
        const QueueInfo bare = withoutManagement(std::nullopt, ref, error, QStringLiteral("enable it"));
        QCOMPARE(bare.type, QueueType::Unknown);
        QCOMPARE(bare.ref, ref);
        QCOMPARE(bare.missing, QStringLiteral("enable it"));
    }

    void deadLetter_argumentsWinOverPolicies() {
        const QueueInfo info =
            queue("{\"name\":\"q\",\"policy\":\"p\",\"arguments\":{\"x-dead-letter-exchange\":\"\","
                  "\"x-dead-letter-routing-key\":\"dead\"},\"effective_policy_definition\":"
                  "{\"dead-letter-exchange\":\"other\",\"dead-letter-strategy\":\"at-least-once\"}}");
        QCOMPARE(info.deadLetter->exchange, QString()); // the default exchange is one
        QCOMPARE(*info.deadLetter->routingKey, QStringLiteral("dead"));
        QCOMPARE(info.deadLetter->from, QStringLiteral("argument"));
        QCOMPARE(info.deadLetter->strategy, QStringLiteral("at-least-once"));
        QVERIFY(!queue("{\"name\":\"q\"}").deadLetter);
    }

    void queue_survivesWrongTypes() {
        const QueueInfo info =
            queue("{\"name\":\"q\",\"type\":7,\"messages_ready\":\"many\",\"consumers\":1e300,"
                  "\"arguments\":[1],\"effective_policy_definition\":\"x\",\"message_stats\":null,"
                  "\"durable\":\"yes\",\"idle_since\":{}}");
        QCOMPARE(info.type, QueueType::Unknown);
        QCOMPARE(info.ready, -1);
        QCOMPARE(info.consumers, -1);
        QVERIFY(info.durable);
        QVERIFY(!info.idleSince.isValid());
        QVERIFY(!info.deadLetter);
        QCOMPARE(queueInfo(Json(), QStringLiteral("c"), {}).ref.name, QString());
    }

    void page_isReadOrRefused() {
        const auto page = queuePage("{\"items\":[{\"name\":\"a\"},{\"name\":5},{}],\"page_count\":3}",
                                    QStringLiteral("c"), {});
        QVERIFY(page);
        QCOMPARE(page->queues.size(), std::size_t{1});
        QCOMPARE(page->pageCount, 3);
        QCOMPARE(queuePage("[{\"name\":\"a\"}]", QStringLiteral("c"), {})->queues.size(), std::size_t{1});
        for (const char* bad :
             {"", "nonsense", "{", "null", "7", "\"text\"", "{\"items\":7}", "{}", "\xff\xfe"}) {
            const auto refused = queuePage(bad, QStringLiteral("c"), {});
            QVERIFY2(!refused, bad);
            QCOMPARE(refused.error().kind, ErrorKind::Corrupt);
        }
        QVERIFY(queuePage(deep(20000), QStringLiteral("c"), {})); // a list with a strange element, no more
    }

    void routing_takesPoliciesAndArguments() {
        const auto table = routingTable(
            {"[{\"name\":\"\",\"type\":\"direct\"},{\"name\":\"a\",\"type\":\"topic\",\"policy\":\"alt\"},"
             "{\"name\":\"b\",\"type\":\"headers\",\"arguments\":{\"alternate-exchange\":\"c\"}},7]",
             "[{\"source\":\"\",\"destination\":\"q\"},{\"source\":\"a\",\"destination\":\"b\","
             "\"destination_type\":\"exchange\",\"routing_key\":\"x.#\"},{\"source\":\"b\",\"destination\":"
             "\"q\","
             "\"destination_type\":\"queue\",\"arguments\":{\"x-match\":\"any\",\"n\":5,\"t\":\"v\",\"b\":"
             "true}}]",
             "[{\"name\":\"q\",\"arguments\":{\"x-dead-letter-exchange\":\"a\",\"x-max-length\":5}},{}]",
             "[{\"name\":\"alt\",\"definition\":{\"alternate-exchange\":\"b\"}},{\"name\":1}]"});
        QVERIFY(table);
        QVERIFY(table->known);
        QCOMPARE(table->exchanges[1].alternate, QStringLiteral("b"));
        QCOMPARE(table->exchanges[2].alternate, QStringLiteral("c"));
        QCOMPARE(table->bindings.size(), std::size_t{2});
        QVERIFY(table->bindings[0].toExchange);
        QCOMPARE(table->bindings[1].arguments.size(), std::size_t{4});
        QCOMPARE(table->queues, QStringList{QStringLiteral("q")});
        QCOMPARE(table->deadLetterEdges.size(), std::size_t{1});
        QCOMPARE(table->bounds, (std::vector<QueueBounds>{{QStringLiteral("q"), -1, 5, -1, false}}));
        HeaderTable headers{{"n", HeaderValue::int64(5)}};
        QCOMPARE(route(*table, QStringLiteral("b"), {QString()}, headers).queues,
                 QStringList{QStringLiteral("q")});
        QVERIFY(!routingTable({"[]", "nonsense", "[]", ""}));
        QVERIFY(routingTable({"[]", "[]", "[]", "nonsense"})); // policies are a help, not a need
    }
};

QTEST_GUILESS_MAIN(TestManagementShapes)
#include "tst_managementshapes.moc"
