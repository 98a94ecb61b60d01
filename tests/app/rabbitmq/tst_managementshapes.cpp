// The management API's answers, right and hostile.
#include "app/rabbitmq/managementshapes.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::rabbitmq;

namespace {

QueueInfo queue(const char* json) {
    return queueInfo(Json::parse(json), QStringLiteral("c"));
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
        QCOMPARE(queueInfo(Json(), QStringLiteral("c")).ref.name, QString());
    }

    void page_isReadOrRefused() {
        const auto page =
            queuePage("{\"items\":[{\"name\":\"a\"},{\"name\":5},{}],\"page_count\":3}", QStringLiteral("c"));
        QVERIFY(page);
        QCOMPARE(page->queues.size(), std::size_t{1});
        QCOMPARE(page->pageCount, 3);
        QCOMPARE(queuePage("[{\"name\":\"a\"}]", QStringLiteral("c"))->queues.size(), std::size_t{1});
        for (const char* bad :
             {"", "nonsense", "{", "null", "7", "\"text\"", "{\"items\":7}", "{}", "\xff\xfe"}) {
            const auto refused = queuePage(bad, QStringLiteral("c"));
            QVERIFY2(!refused, bad);
            QCOMPARE(refused.error().kind, ErrorKind::Corrupt);
        }
        QVERIFY(queuePage(deep(20000), QStringLiteral("c"))); // a list with a strange element, no more
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
             "[{\"name\":\"q\",\"arguments\":{\"x-dead-letter-exchange\":\"a\"}},{}]",
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
        HeaderTable headers{{"n", HeaderValue::int64(5)}};
        QCOMPARE(route(*table, QStringLiteral("b"), {QString()}, headers).queues,
                 QStringList{QStringLiteral("q")});
        QVERIFY(!routingTable({"[]", "nonsense", "[]", ""}));
        QVERIFY(routingTable({"[]", "[]", "[]", "nonsense"})); // policies are a help, not a need
    }
};

QTEST_GUILESS_MAIN(TestManagementShapes)
#include "tst_managementshapes.moc"
