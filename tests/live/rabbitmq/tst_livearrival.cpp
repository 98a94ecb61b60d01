// What arrives after a replay on a real node: planned by the desk with the facts of real deaths and the
// broker's own structure, seen by a consumer of the test's own.
#include "tests/live/rabbitmq/livedeskscene.h"
#include "tests/support/live/rabbitnode.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

using Counts = std::map<ItemState, qint64>;
using Receivers = std::map<QString, qint64>;

Message order(const QByteArray& id) {
    Message made = textMessage("order " + id);
    made.properties.messageId = id;
    made.properties.contentType = "text/plain";
    made.properties.headers = HeaderTable{{"tenant", HeaderValue::string("acme")}};
    return made;
}

HeaderValue keys(const QByteArrayList& names) {
    HeaderValue::Array all;
    for (const QByteArray& name : names)
        all.push_back(HeaderValue::string(name));
    return HeaderValue::array(std::move(all));
}

// The headers but for the broker's and our own.
HeaderTable ownHeaders(const Message& message) {
    HeaderTable headers = message.properties.headers.value_or(HeaderTable());
    std::erase_if(headers, [](const Header& header) {
        return header.name == "x-death" || header.name.startsWith("x-first-death-") ||
               header.name.startsWith("x-signalbox-");
    });
    return headers;
}

} // namespace

class TestLiveArrival : public QObject, LiveDeskScene {
    Q_OBJECT
    // Orders that were sent straight to the queue "home" and died there.
    std::vector<PlanInput> dieAtHome(const std::vector<Message>& orders) {
        const QString home = name("home");
        const QString dead = name("dead");
        if (!worked(scene_->declare(home, dead)))
            return {};
        for (const Message& each : orders) {
            if (!worked(scene_->judge().publishTo(home, each)))
                return {};
        }
        if (!worked(scene_->reject(home, dead, static_cast<int>(orders.size()))))
            return {};
        auto inputs = desk_->read(dead);
        return worked(inputs) ? std::move(*inputs) : std::vector<PlanInput>();
    }
    // The only one that arrives in "home".
    Message onlyArrival() {
        const std::vector<Message> all = scene_->take(name("home"));
        return all.size() == 1 ? all.front() : textMessage("not one, but " + QByteArray::number(all.size()));
    }
    // Replays with these options; the message as it died is given, too.
    void replay(const Message& sent, const ReplayOptions& options, Message& died, Message& arrived) {
        const std::vector<PlanInput> inputs = dieAtHome({sent});
        QVERIFY2(inputs.size() == 1, qPrintable(problem));
        const auto seen = scene_->judge().peek(name("dead"));
        VERIFY_RESULT(seen);
        died = seen->front();
        const auto run = desk_->prepare(name("dead"), inputs, options);
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 1}}));
        arrived = onlyArrival();
        QCOMPARE(arrived.body, sent.body);
    }
    QStringList plannedChanges() const { return desk_->lastPlan().items.front().changes; }

private Q_SLOTS:
    void initTestCase() { startNode(); }
    void init() { openDesk(); }
    void cleanup() { closeDesk(); }

    void edited_arrivesAloneAndTheOriginalIsKept() {
        std::vector<PlanInput> inputs = dieAtHome({order("1"), order("2"), order("3")});
        QCOMPARE(inputs.size(), std::size_t{3});
        const Message original = inputs[1].message;
        Message edited = original;
        edited.body = "order 2, mended";
        edited.bodySize = edited.body.size();
        setHeader(*edited.properties.headers, "tenant", HeaderValue::string("umbrella"));
        inputs[1].edited = edited;
        const auto run = desk_->prepare(name("dead"), {inputs[1]});
        VERIFY_RESULT(run);
        QVERIFY(plannedChanges().contains(editedChange()));
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 1}}));

        const Message arrived = onlyArrival();
        QCOMPARE(arrived.body, edited.body);
        QCOMPARE(ownHeaders(arrived), (HeaderTable{{"tenant", HeaderValue::string("umbrella")}}));
        QCOMPARE(arrived.properties.messageId, original.properties.messageId);
        const auto copy = desk_->journal().copy(*run, 1);
        VERIFY_RESULT(copy);
        QCOMPARE(copy->body, original.body);
        QVERIFY(copy->properties == original.properties);
        QCOMPARE(scene_->takeBodies(name("dead")), (QByteArrayList{"order 1", "order 3"}));
    }

    // CC named a second queue, BCC a third; x-death remembers the first two, and the plan says just these.
    void originalExchangeWithCarbon_reachesWhomThePlanNames() {
        RawAmqp& judge = scene_->judge();
        const QString exchange = name("orders");
        VERIFY_RESULT(scene_->declare(name("a"), name("dead")));
        VERIFY_RESULT(judge.declareQueue(name("b")));
        VERIFY_RESULT(judge.declareQueue(name("c")));
        VERIFY_RESULT(judge.declareExchange(exchange, QStringLiteral("direct")));
        for (const char* key : {"a", "b", "c"})
            VERIFY_RESULT(judge.bindQueue(name(key), exchange, QLatin1String(key)));
        Message sent = order("1");
        sent.exchange = exchange.toUtf8();
        sent.routingKey = "a";
        sent.properties.headers->push_back({"CC", keys({"b"})});
        sent.properties.headers->push_back({"BCC", keys({"c"})});
        VERIFY_RESULT(judge.publish(sent));
        VERIFY_RESULT(scene_->reject(name("a"), name("dead"), 1));
        QCOMPARE(scene_->take(name("b")).size(), std::size_t{1});
        QCOMPARE(scene_->take(name("c")).size(), std::size_t{1});

        const auto inputs = desk_->read(name("dead"));
        VERIFY_RESULT(inputs);
        const auto run = desk_->prepare(name("dead"), *inputs, toOriginExchange());
        VERIFY_RESULT(run);
        QCOMPARE(desk_->lastPlan().receivers, (Receivers{{name("a"), 1}, {name("b"), 1}}));
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 1}}));

        QCOMPARE(judge.count(name("c")).value_or(-1), 0);
        QCOMPARE(judge.count(name("dead")).value_or(-1), 0);
        for (const char* key : {"a", "b"}) {
            const std::vector<Message> arrived = scene_->take(name(key));
            QCOMPARE(LiveScene::bodiesOf(arrived), (QByteArrayList{"order 1"}));
            QCOMPARE(arrived.front().exchange, sent.exchange);
            QCOMPARE(arrived.front().routingKey, QByteArray("a"));
            const HeaderValue* carbon = arrived.front().header("CC");
            QVERIFY2(carbon && *carbon == keys({"b"}), key);
        }
    }

    void namedExchange_data() {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QByteArray>("receiver");
        QTest::newRow("with a key") << QStringLiteral("second") << QByteArray("second");
        QTest::newRow("with the original key") << QString() << QByteArray("first");
    }
    void namedExchange() {
        QFETCH(QString, key);
        QFETCH(QByteArray, receiver);
        RawAmqp& judge = scene_->judge();
        VERIFY_RESULT(scene_->declare(name("home"), name("dead")));
        VERIFY_RESULT(judge.declareExchange(name("in"), QStringLiteral("direct")));
        VERIFY_RESULT(judge.bindQueue(name("home"), name("in"), QStringLiteral("first")));
        VERIFY_RESULT(judge.declareExchange(name("other"), QStringLiteral("direct")));
        for (const char* bound : {"first", "second"}) {
            VERIFY_RESULT(judge.declareQueue(name(bound)));
            VERIFY_RESULT(judge.bindQueue(name(bound), name("other"), QLatin1String(bound)));
        }
        Message sent = order("1");
        sent.exchange = name("in").toUtf8();
        sent.routingKey = "first";
        VERIFY_RESULT(judge.publish(sent));
        VERIFY_RESULT(scene_->reject(name("home"), name("dead"), 1));

        const auto inputs = desk_->read(name("dead"));
        VERIFY_RESULT(inputs);
        const auto run = desk_->prepare(name("dead"), *inputs, toExchange(name("other"), key));
        VERIFY_RESULT(run);
        QCOMPARE(desk_->lastPlan().receivers, (Receivers{{name(receiver.constData()), 1}}));
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 1}}));
        qint64 arrivedInAll = 0;
        for (const char* bound : {"first", "second"}) {
            const std::vector<Message> arrived = scene_->take(name(bound));
            arrivedInAll += static_cast<qint64>(arrived.size());
            if (receiver == bound) {
                QCOMPARE(LiveScene::bodiesOf(arrived), (QByteArrayList{"order 1"}));
                QCOMPARE(arrived.front().exchange, name("other").toUtf8());
                QCOMPARE(arrived.front().routingKey, receiver);
            }
        }
        QCOMPARE(arrivedInAll, 1);
    }

    void deathHeaders_areStripped() {
        Message died;
        Message arrived;
        replay(order("1"), {}, died, arrived);
        QVERIFY(died.header("x-death") && died.header("x-first-death-queue"));
        for (const Header& header : *arrived.properties.headers)
            QVERIFY2(!header.name.contains("death"), header.name.constData());
        QCOMPARE(ownHeaders(arrived), ownHeaders(died));
        QVERIFY(plannedChanges().contains(QStringLiteral("removes header x-death")));
    }

    void deathHeaders_areKept() {
        ReplayOptions options;
        options.deathHeaders = KeepOrStrip::Keep;
        Message died;
        Message arrived;
        replay(order("1"), options, died, arrived);
        for (const char* header : {"x-death", "x-first-death-queue", "x-first-death-reason"}) {
            QVERIFY2(died.header(header) && arrived.header(header), header);
            QVERIFY2(*died.header(header) == *arrived.header(header), header);
        }
        QVERIFY(!plannedChanges().contains(QStringLiteral("removes header x-death")));
    }

    void expiration_isRestored_data() {
        QTest::addColumn<bool>("restored");
        QTest::newRow("asked for") << true;
        QTest::newRow("not asked for") << false;
    }
    void expiration_isRestored() {
        QFETCH(bool, restored);
        Message sent = order("1");
        sent.properties.expiration = "600000";
        ReplayOptions options;
        options.restoreExpiration = restored;
        Message died;
        Message arrived;
        replay(sent, options, died, arrived);
        QVERIFY(!died.properties.expiration); // the broker took it
        const bool announced = plannedChanges().contains(QStringLiteral("adds expiration 600000"));
        QCOMPARE(announced, restored);
        QCOMPARE(arrived.properties.expiration.value_or("none"), restored ? QByteArray("600000") : "none");
    }

    // A -> retry, which lets it expire -> dead letters: it was A where it failed.
    void deadByARetryQueue_goesHome() {
        RawAmqp& judge = scene_->judge();
        VERIFY_RESULT(judge.declareQueue(name("dead")));
        VERIFY_RESULT(
            scene_->declare(name("retry"), name("dead"), {{"x-message-ttl", HeaderValue::int64(1)}}));
        VERIFY_RESULT(judge.declareQueue(
            name("home"), {{"x-dead-letter-exchange", HeaderValue::string("")},
                           {"x-dead-letter-routing-key", HeaderValue::string(name("retry").toUtf8())}}));
        VERIFY_RESULT(judge.publishTo(name("home"), order("1")));
        auto consumer = RawConsumer::open(node_->login(), 1);
        VERIFY_RESULT(consumer);
        VERIFY_RESULT((*consumer)->consume(name("home")));
        const auto delivery = (*consumer)->next(20000);
        VERIFY_RESULT(delivery);
        QVERIFY(delivery->has_value());
        VERIFY_RESULT((*consumer)->reject((*delivery)->tag, false));
        consumer->reset();
        VERIFY_RESULT(scene_->waitFor(name("dead"), 1));

        const auto inputs = desk_->read(name("dead"));
        VERIFY_RESULT(inputs);
        QCOMPARE(inputs->size(), std::size_t{1});
        const DeathFacts& facts = inputs->front().facts;
        QCOMPARE(facts.originQueue, name("home"));
        QCOMPARE(facts.path.size(), std::size_t{2});
        QCOMPARE(facts.path[0].queue + QLatin1Char(' ') + facts.path[0].reason,
                 name("home") + QStringLiteral(" rejected"));
        QCOMPARE(facts.path[1].queue + QLatin1Char(' ') + facts.path[1].reason,
                 name("retry") + QStringLiteral(" expired"));
        QCOMPARE(facts.deaths, 2);
        const auto run = desk_->prepare(name("dead"), *inputs);
        VERIFY_RESULT(run);
        QCOMPARE(desk_->lastPlan().receivers, (Receivers{{name("home"), 1}}));
        VERIFY_RESULT(desk_->carryOut(*run));
        QCOMPARE(scene_->takeBodies(name("home")), (QByteArrayList{"order 1"}));
    }

    // Everything the person's own systems put into a message arrives, or the plan said before that it will
    // not.
    void properties_areKeptOrNamedBeforeTheSend() {
        Message sent = order("1");
        sent.properties.priority = std::uint8_t{7};
        sent.properties.deliveryMode = std::uint8_t{1};
        sent.properties.userId = node_->options().user.toUtf8();
        sent.properties.correlationId = "c-1";
        sent.properties.replyTo = "answers";
        sent.properties.timestamp = std::uint64_t{1700000000};
        sent.properties.type = "order.created";
        sent.properties.appId = "shop";
        sent.properties.headers->push_back({"CC", keys({name("nobody").toUtf8()})});
        Message died;
        Message arrived;
        replay(sent, {}, died, arrived);
        const QStringList changes = plannedChanges();
        QCOMPARE(arrived.properties.priority, sent.properties.priority);
        QCOMPARE(arrived.properties.userId, sent.properties.userId);
        QVERIFY(changes.contains(QStringLiteral("makes it persistent")));
        QVERIFY(changes.contains(QStringLiteral("removes header CC"))); // one queue, not those of the keys
        QVERIFY(!arrived.header("CC"));
        // All the rest is as it was.
        MessageProperties expected = died.properties;
        expected.deliveryMode = std::uint8_t{2};
        expected.headers = HeaderTable{{"tenant", HeaderValue::string("acme")}};
        MessageProperties actual = arrived.properties;
        actual.headers = ownHeaders(arrived);
        QVERIFY(actual == expected);
        QCOMPARE(desk_->lastPlan().items.front().changes.filter(QStringLiteral("priority")), QStringList());
    }

    void priorityAndUserId_areStrippedAndNamed() {
        Message sent = order("1");
        sent.properties.priority = std::uint8_t{7};
        sent.properties.userId = node_->options().user.toUtf8();
        ReplayOptions options;
        options.priority = options.userId = KeepOrStrip::Strip;
        Message died;
        Message arrived;
        replay(sent, options, died, arrived);
        QVERIFY(!arrived.properties.priority && !arrived.properties.userId);
        QVERIFY(plannedChanges().contains(QStringLiteral("removes priority")));
        QVERIFY(plannedChanges().contains(QStringLiteral("removes user-id")));
    }

    // The broker would close the channel, with everything under way on it.
    void foreignUserId_isRefusedUntilStripped() {
        const QString user = QStringLiteral("someoneelse");
        const QString password = QStringLiteral("a-password-of-theirs");
        RabbitAdmin admin = node_->admin();
        VERIFY_RESULT(admin.addUser(user, password, QString()));
        const QString all = QStringLiteral(".*");
        VERIFY_RESULT(admin.setPermissions(QStringLiteral("/"), user, all, all, all));
        VERIFY_RESULT(scene_->declare(name("home"), name("dead")));
        RawLogin login = node_->login();
        login.user = user;
        login.password = password;
        auto theirs = RawAmqp::open(login);
        VERIFY_RESULT(theirs);
        Message sent = order("1");
        sent.properties.userId = user.toUtf8();
        VERIFY_RESULT((*theirs)->publishTo(name("home"), sent));
        VERIFY_RESULT(scene_->reject(name("home"), name("dead"), 1));
        const auto inputs = desk_->read(name("dead"));
        VERIFY_RESULT(inputs);

        QVERIFY(!worked(desk_->prepare(name("dead"), *inputs)));
        QCOMPARE(desk_->lastPlan().refusals, (std::map<Refusal, qint64>{{Refusal::UserIdMismatch, 1}}));
        ReplayOptions options;
        options.userId = KeepOrStrip::Strip;
        const auto run = desk_->prepare(name("dead"), *inputs, options);
        VERIFY_RESULT(run);
        QVERIFY(plannedChanges().contains(QStringLiteral("removes user-id")));
        VERIFY_RESULT(desk_->carryOut(*run));
        const Message arrived = onlyArrival();
        QCOMPARE(arrived.body, sent.body);
        QVERIFY(!arrived.properties.userId);
    }
};

QTEST_GUILESS_MAIN(TestLiveArrival)
#include "tst_livearrival.moc"
