// The structure of a namespace as the gateway reads it from the peer's management API, judged by what the
// peer then does with messages.
#include "app/servicebus/messagesections.h"
#include "app/servicebus/servicebusgateway.h"
#include "models/messaging/busfilter.h"
#include "tests/live/servicebus/letter.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* company = R"({
    "keys": [{"name": "RootManageSharedAccessKey", "key": "SAS_KEY_VALUE"},
             {"name": "listener", "key": "only listens", "rights": ["Listen"]}],
    "queues": [{"name": "orders", "maxDeliveryCount": 7, "lockMs": 30000, "timeToLiveMs": 86400000},
               {"name": "once", "detectsDuplicates": true, "duplicateWindowMs": 3600000, "partitioned": true},
               {"name": "sessions", "sessions": true}, {"name": "off", "status": "Disabled"},
               {"name": "large", "maxMessageKilobytes": 1024},
               {"name": "chain-5"}, {"name": "chain-4", "forwardTo": "chain-5"},
               {"name": "chain-3", "forwardTo": "chain-4"}, {"name": "chain-2", "forwardTo": "chain-3"},
               {"name": "chain-1", "forwardTo": "chain-2"}, {"name": "chain-0", "forwardTo": "chain-1"}],
    "topics": [{"name": "events", "subscriptions": [
        {"name": "all"},
        {"name": "none", "rules": []},
        {"name": "label", "rules": [{"name": "c", "correlation": {"label": "OrderPlaced"}}]},
        {"name": "eu", "rules": [{"name": "r", "sql": "region = 'EU' AND quantity > 5"}]},
        {"name": "typed", "rules": [{"name": "c", "correlation": {"properties": {"quantity": 7}}}]},
        {"name": "text", "rules": [{"name": "c", "correlation": {"properties": {"region": "EU"}}}]},
        {"name": "ids", "rules": [{"name": "c", "correlation": {"messageId": "m-2"}}]},
        {"name": "either", "rules": [{"name": "a", "sql": "region = 'US'"}, {"name": "b", "sql": "quantity = 3"}]},
        {"name": "marked", "rules": [{"name": "a", "sql": "quantity > 1", "action": "SET mark = 1"}]},
        {"name": "onward", "forwardTo": "chain-5"}]}]})";

QByteArray encodedLetter(const QByteArray& id, const QByteArray& label, const QByteArray& region,
                         std::int64_t quantity) {
    Message message;
    message.properties.amqp10.emplace();
    message.properties.messageId = id;
    message.properties.type = label;
    HeaderTable headers{{"region", HeaderValue::string(region)}, {"quantity", HeaderValue::int64(quantity)}};
    message.properties.headers = headers;
    message.body = "body of " + id;
    return servicebus::encodeMessage(message);
}

} // namespace

class TestLiveTopology : public QObject {
    Q_OBJECT

    ConnectionProfile profile(const QString& user) const {
        ConnectionProfile made;
        made.id = QStringLiteral("bus");
        made.technology = technology::serviceBus;
        made.user = user;
        made.port = peer_->ports().amqp;
        made.managementUrl = QStringLiteral("http://localhost:%1").arg(peer_->ports().http);
        return made;
    }
    static std::optional<RoutingTable> routingOf(const ConnectionProfile& profile, const QByteArray& key) {
        ServiceBusGateway gateway(profile, Secret(key));
        const auto future = gateway.routing();
        if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 30000))
            return std::nullopt;
        const auto table = future.result();
        return table ? std::optional(*table) : std::nullopt;
    }
    std::optional<RoutingTable> routing() const {
        return routingOf(profile(QStringLiteral("RootManageSharedAccessKey")), "SAS_KEY_VALUE");
    }
    // "events/Subscriptions/all 2" of every receiver that has got copies since the last call.
    QStringList arrived(const RoutingTable& table) {
        QStringList told;
        for (const BusEntity& entity : table.bus->entities) {
            if (entity.kind == BusEntity::Kind::Topic)
                continue;
            const qint64 count = peer_->count(entity.path.toUtf8());
            if (count > counts_[entity.path])
                told << QStringLiteral("%1 %2").arg(entity.path).arg(count - counts_[entity.path]);
            counts_[entity.path] = count;
        }
        told.sort();
        return told;
    }
    static QStringList predicted(const RoutingTable& table, const QString& address, const Message& message) {
        const BusMap map(*table.bus);
        SqlFilters filters;
        const BusRoute route = busRoute(map, filters, address, message);
        QStringList told;
        for (const BusReceiver& receiver : route.receivers)
            told << QStringLiteral("%1 %2").arg(receiver.entity).arg(receiver.copies);
        for (const BusReceiver& receiver : route.possible)
            told << QStringLiteral("perhaps ") + receiver.entity;
        told.sort();
        return told;
    }

private Q_SLOTS:
    void init() {
        counts_.clear();
        peer_ = std::make_unique<sbpeer::Peer>();
        const auto started = peer_->start(company);
        QVERIFY2(started, started ? "" : started.error().description.constData());
    }
    void cleanup() { peer_.reset(); }

    void settings_areRead() {
        const auto table = routing();
        QVERIFY(table && table->known && table->bus);
        QCOMPARE(table->bus->tier, QStringLiteral("Standard"));
        const BusMap map(*table->bus);
        const BusEntity* orders = map.find(QStringLiteral("orders"));
        QVERIFY(orders);
        QCOMPARE(orders->maxDeliveryCount, 7);
        QCOMPARE(orders->lockMs, qint64{30000});
        QCOMPARE(orders->timeToLiveMs, qint64{86400000});
        QCOMPARE(orders->maxMessageBytes, qint64{262144});
        const BusEntity* once = map.find(QStringLiteral("once"));
        QVERIFY(once && once->detectsDuplicates && once->partitioned);
        QCOMPARE(once->duplicateWindowMs, qint64{3600000});
        QVERIFY(map.find(QStringLiteral("sessions"))->requiresSession);
        QVERIFY(map.find(QStringLiteral("off"))->status == BusEntity::Status::Disabled);
        QCOMPARE(map.find(QStringLiteral("large"))->maxMessageBytes, qint64{1024 * 1024});
        QCOMPARE(map.find(QStringLiteral("chain-0"))->forwardTo, QStringLiteral("chain-1"));
        QCOMPARE(map.subscriptionsOf(QStringLiteral("events")).size(), std::size_t{10});
        QVERIFY(table->queues.contains(QStringLiteral("events/Subscriptions/all")));
    }

    void receivers_areThoseThatGetIt_data() {
        QTest::addColumn<QByteArray>("id");
        QTest::addColumn<QByteArray>("label");
        QTest::addColumn<QByteArray>("region");
        QTest::addColumn<int>("quantity");
        QTest::newRow("many") << QByteArray("m-1") << QByteArray("OrderPlaced") << QByteArray("EU") << 7;
        QTest::newRow("by id") << QByteArray("m-2") << QByteArray("orderplaced") << QByteArray("EU") << 1;
        QTest::newRow("either rule") << QByteArray("m-3") << QByteArray("x") << QByteArray("US") << 3;
        QTest::newRow("few") << QByteArray("m-4") << QByteArray("x") << QByteArray("Mars") << 0;
    }
    void receivers_areThoseThatGetIt() {
        QFETCH(const QByteArray, id);
        QFETCH(const QByteArray, label);
        QFETCH(const QByteArray, region);
        QFETCH(const int, quantity);
        const auto table = routing();
        QVERIFY(table && table->known);
        const QByteArray bytes = encodedLetter(id, label, region, quantity);
        const auto message = servicebus::decodeMessage(bytes);
        const auto sent = sbpeer::Message::parse(bytes);
        QVERIFY(message && sent);
        const QStringList expected = predicted(*table, QStringLiteral("events"), *message);
        QVERIFY(expected.size() >= 2);
        QVERIFY(arrived(*table).isEmpty());
        QVERIFY(peer_->put("events", *sent));
        QCOMPARE(arrived(*table), expected);
    }

    void chain_endsWhereTheServiceEndsIt() {
        const auto table = routing();
        QVERIFY(table && table->known);
        const QByteArray bytes = encodedLetter("m-1", "x", "EU", 1);
        const auto message = servicebus::decodeMessage(bytes);
        const auto sent = sbpeer::Message::parse(bytes);
        QVERIFY(message && sent);
        QVERIFY(arrived(*table).isEmpty());
        for (const char* address : {"chain-1", "chain-0"}) {
            QVERIFY(peer_->put(address, *sent));
            QCOMPARE(arrived(*table), predicted(*table, QString::fromLatin1(address), *message));
        }
        QCOMPARE(counts_[QStringLiteral("chain-5")], qint64{1});
        QCOMPARE(peer_->count("chain-4/$DeadLetterQueue"), qint64{1});
    }

    void manyRules_areReadPageByPage() {
        std::vector<sbpeer::Rule> rules;
        for (int i = 0; i < 250; ++i) {
            sbpeer::Rule rule;
            rule.name = "rule-" + QByteArray::number(i);
            rule.filter.kind = sbpeer::Filter::Kind::Sql;
            rule.filter.sql = "quantity = " + QByteArray::number(i);
            rules.push_back(rule);
        }
        QVERIFY(peer_->addSubscription("events", "many", {}, rules));
        const auto table = routing();
        QVERIFY(table && table->known);
        const BusMap map(*table->bus);
        const BusEntity* many = map.find(QStringLiteral("events/Subscriptions/many"));
        QVERIFY(many);
        QCOMPARE(many->rules.size(), std::size_t{250});
        const auto message = servicebus::decodeMessage(encodedLetter("m-1", "x", "Mars", 249));
        QVERIFY(message);
        QVERIFY(predicted(*table, QStringLiteral("events"), *message)
                    .contains(QStringLiteral("events/Subscriptions/many 1")));
    }

    void size_isThatOfTheWire() {
        const auto table = routing();
        QVERIFY(table && table->bus->encodedSize);
        const QByteArray bytes = encodedLetter("m-1", "x", "EU", 7);
        QCOMPARE(table->bus->encodedSize(*servicebus::decodeMessage(bytes)), qint64{bytes.size()});
    }

    // No right to manage, or no address: the plan says that it does not know, and still knows sizes.
    void withoutManagement_nothingIsMadeUp() {
        ConnectionProfile bare = profile(QStringLiteral("RootManageSharedAccessKey"));
        bare.managementUrl.clear();
        for (const auto& table : {routingOf(profile(QStringLiteral("listener")), "only listens"),
                                  routingOf(bare, "SAS_KEY_VALUE")}) {
            QVERIFY(table && table->bus);
            QVERIFY(!table->known);
            QVERIFY(table->bus->entities.empty());
            QVERIFY(table->queues.isEmpty());
            QVERIFY(table->bus->encodedSize);
        }
    }

    void deliveryLimit_isOfMainEntitiesOnly() {
        ServiceBusGateway gateway(profile(QStringLiteral("RootManageSharedAccessKey")),
                                  Secret("SAS_KEY_VALUE"));
        const auto future = gateway.queues({});
        QVERIFY(QTest::qWaitFor([&future] { return future.isFinished(); }, 30000));
        const auto listing = future.result();
        QVERIFY(listing && listing->fromManagement);
        QMap<QString, int> limits;
        for (const QueueInfo& row : listing->queues)
            limits.insert(row.ref.name, row.deliveryLimit);
        QCOMPARE(limits.value(QStringLiteral("orders")), 7);
        QCOMPARE(limits.value(QStringLiteral("orders/$DeadLetterQueue")), -1);
        QCOMPARE(limits.value(QStringLiteral("events/Subscriptions/all")), 10);
        QCOMPARE(limits.value(QStringLiteral("events/Subscriptions/all/$DeadLetterQueue")), -1);
    }

private:
    std::unique_ptr<sbpeer::Peer> peer_;
    QMap<QString, qint64> counts_;
};

QTEST_GUILESS_MAIN(TestLiveTopology)
#include "tst_livetopology.moc"
