// The gateway against a real node: the link, the lists, the structure, the connection test.
#include "app/rabbitmq/rabbitmqgateway.h"
#include "models/base/whendone.h"
#include "tests/live/rabbitmq/liveprofile.h"
#include "tests/support/live/rawamqp.h"

#include <QJsonObject>
#include <QTcpServer>
#include <QTest>
#include <algorithm>

using namespace signalbox;
using namespace signalbox::live;

#define VERIFY_RESULT(expression) QVERIFY2(worked(expression), qPrintable(problem))

namespace {

QString problem;

template<class T>
bool worked(const Result<T>& result) {
    problem = result ? QString() : result.error().summary + QLatin1Char(' ') + result.error().detail;
    return result.has_value();
}

// Turns the event loop until the answer is there.
template<class T>
Result<T> wait(QFuture<Result<T>> future) {
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 40000))
        return failure(ErrorKind::Busy, QStringLiteral("no answer in 40 s"));
    return future.resultCount() > 0 ? future.result()
                                    : Result<T>(failure(ErrorKind::Internal, QStringLiteral("no result")));
}

const TestStep* step(const std::vector<TestStep>& steps, const char* name) {
    const auto found = std::find_if(steps.begin(), steps.end(), [name](const TestStep& each) {
        return each.name == QLatin1String(name);
    });
    return found == steps.end() ? nullptr : &*found;
}

const QueueInfo* named(const QueueListing& listing, const char* name) {
    const auto found =
        std::find_if(listing.queues.begin(), listing.queues.end(),
                     [name](const QueueInfo& each) { return each.ref.name == QString::fromUtf8(name); });
    return found == listing.queues.end() ? nullptr : &*found;
}

HeaderTable arguments(std::initializer_list<std::pair<const char*, HeaderValue>> entries) {
    HeaderTable table;
    for (const auto& [name, value] : entries)
        table.push_back({name, value});
    return table;
}

} // namespace

class TestLiveGateway : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;
    std::unique_ptr<RawAmqp> judge_;

    std::unique_ptr<RabbitMqGateway> opened(const ConnectionProfile& profile) {
        auto gateway = std::make_unique<RabbitMqGateway>(profile, passwordOf(*node_));
        gateway->open();
        if (!QTest::qWaitFor([&] { return gateway->linkState() == LinkState::Connected; }, 15000))
            qWarning("%s", qPrintable(gateway->linkDetail()));
        return gateway;
    }

    void checkFailure(ConnectionProfile profile, const Secret& password, const char* failing,
                      const QString& words) {
        RabbitMqGateway gateway(std::move(profile), password);
        const auto steps = wait(gateway.test());
        VERIFY_RESULT(steps);
        const TestStep* failed = step(*steps, failing);
        QVERIFY(failed);
        QVERIFY2(failed->state == TestStep::State::Failed, qPrintable(failed->result));
        QVERIFY2(failed->result.contains(words), qPrintable(failed->result));
        bool after = false;
        for (const TestStep& each : *steps) {
            if (after && each.name != QLatin1String("Management API") &&
                each.name != QLatin1String("Permissions"))
                QVERIFY2(each.state == TestStep::State::Skipped, qPrintable(each.name + each.result));
            after = after || each.name == QLatin1String(failing);
        }
    }

private Q_SLOTS:
    void initTestCase() {
        NodeOptions options;
        options.tls = true;
        node_ = std::make_unique<RabbitNode>(options);
        const auto started = node_->start();
        VERIFY_RESULT(started);
        auto judge = RawAmqp::open(node_->login());
        VERIFY_RESULT(judge);
        judge_ = std::move(*judge);
        VERIFY_RESULT(judge_->declareExchange(QStringLiteral("dead"), QStringLiteral("topic")));
        VERIFY_RESULT(
            judge_->declareQueue(QStringLiteral("orders"),
                                 arguments({{"x-dead-letter-exchange", HeaderValue::string("dead")},
                                            {"x-dead-letter-routing-key", HeaderValue::string("orders.dead")},
                                            {"x-queue-type", HeaderValue::string("quorum")},
                                            {"x-delivery-limit", HeaderValue::int64(7)}})));
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("orders.dead")));
        VERIFY_RESULT(judge_->bindQueue(QStringLiteral("orders.dead"), QStringLiteral("dead"),
                                        QStringLiteral("orders.#")));
        VERIFY_RESULT(
            judge_->declareQueue(QStringLiteral("by.policy"),
                                 arguments({{"x-single-active-consumer", HeaderValue::boolean(true)}})));
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("a stream/ü"),
                                           arguments({{"x-queue-type", HeaderValue::string("stream")}})));
        VERIFY_RESULT(
            node_->admin().setPolicy(QStringLiteral("/"), QStringLiteral("dlx"), QStringLiteral("^by[.]"),
                                     {{QStringLiteral("dead-letter-exchange"), QStringLiteral("dead")},
                                      {QStringLiteral("message-ttl"), 5000}}));
    }

    void link_followsTheNode() {
        auto gateway = opened(profileOf(*node_));
        QCOMPARE(gateway->linkState(), LinkState::Connected);
        QVector<LinkState> seen;
        connect(gateway.get(), &BrokerGateway::linkChanged, this, [&] { seen << gateway->linkState(); });
        judge_.reset();
        VERIFY_RESULT(node_->restart());
        QTRY_VERIFY_WITH_TIMEOUT(
            seen.contains(LinkState::Waiting) && gateway->linkState() == LinkState::Connected, 60000);
        gateway->close();
        QCOMPARE(gateway->linkState(), LinkState::Disconnected);
        auto judge = RawAmqp::open(node_->login());
        VERIFY_RESULT(judge);
        judge_ = std::move(*judge);
    }

    void wrongPassword_failsForGood() {
        RabbitMqGateway gateway(profileOf(*node_), Secret("wrong"));
        gateway.open();
        QTRY_COMPARE_WITH_TIMEOUT(gateway.linkState(), LinkState::Failed, 15000);
        QVERIFY2(gateway.linkDetail().contains(QStringLiteral("password")), qPrintable(gateway.linkDetail()));
        QVERIFY(gateway.isLoginRefused());
        gateway.close();
        QVERIFY(!gateway.isLoginRefused());
        gateway.open();
        QTRY_VERIFY_WITH_TIMEOUT(gateway.isLoginRefused(), 15000);
        QCOMPARE(wait(gateway.queue(QStringLiteral("orders"))).error().kind, ErrorKind::NotAuthenticated);
    }

    // The node came up, a right was given back: whoever connects again must not read the old failure.
    void failed_dialsAgainWhenOpened() {
        const QString name = QStringLiteral("late");
        ConnectionProfile profile = profileOf(*node_);
        profile.user = name;
        RabbitMqGateway gateway(profile, Secret("late"));
        gateway.open();
        QTRY_COMPARE_WITH_TIMEOUT(gateway.linkState(), LinkState::Failed, 15000);
        VERIFY_RESULT(node_->admin().addUser(name, QStringLiteral("late"), {}));
        VERIFY_RESULT(node_->admin().setPermissions(QStringLiteral("/"), name, QStringLiteral(".*"),
                                                    QStringLiteral(".*"), QStringLiteral(".*")));
        gateway.open();
        QCOMPARE(gateway.linkState(), LinkState::Connecting);
        QTRY_COMPARE_WITH_TIMEOUT(gateway.linkState(), LinkState::Connected, 15000);
    }

    void facts_nameTheBroker() {
        auto gateway = opened(profileOf(*node_));
        const auto facts = wait(gateway->facts());
        VERIFY_RESULT(facts);
        QCOMPARE(facts->product, QStringLiteral("RabbitMQ"));
        QVERIFY2(facts->version.startsWith(QStringLiteral("3.")), qPrintable(facts->version));
        QVERIFY(facts->management);
        QVERIFY(facts->alarms.isEmpty());
        VERIFY_RESULT(node_->setMemoryAlarm(true));
        QTRY_VERIFY_WITH_TIMEOUT(wait(gateway->facts())
                                     .value_or(BrokerFacts{})
                                     .alarms.join(QLatin1Char(' '))
                                     .contains(QStringLiteral("memory")),
                                 20000);
        VERIFY_RESULT(node_->setMemoryAlarm(false));
    }

    void queues_tellTypesEdgesAndPolicies() {
        auto gateway = opened(profileOf(*node_));
        Result<QueueListing> listing;
        QTRY_VERIFY_WITH_TIMEOUT((listing = wait(gateway->queues({}))) && listing->queues.size() == 4 &&
                                     named(*listing, "by.policy")->deadLetter,
                                 20000);
        QVERIFY(listing->fromManagement);
        QVERIFY(listing->missing.isEmpty());
        for (const char* name : {"orders", "by.policy", "a stream/\xc3\xbc"})
            QVERIFY2(named(*listing, name), name);
        const QueueInfo* orders = named(*listing, "orders");
        QCOMPARE(orders->type, QueueType::Quorum);
        QCOMPARE(orders->deliveryLimit, 7);
        QCOMPARE(orders->deadLetter->exchange, QStringLiteral("dead"));
        QCOMPARE(orders->deadLetter->routingKey.value_or(QString()), QStringLiteral("orders.dead"));
        QCOMPARE(orders->deadLetter->from, QStringLiteral("argument"));
        const QueueInfo* policy = named(*listing, "by.policy");
        QCOMPARE(policy->type, QueueType::Classic);
        QVERIFY(policy->singleActiveConsumer);
        QCOMPARE(policy->policy, QStringLiteral("dlx"));
        QCOMPARE(policy->deadLetter->from, QStringLiteral("policy dlx"));
        QVERIFY(!policy->deadLetter->routingKey);
        QCOMPARE(policy->messageTtlMs, 5000);
        QCOMPARE(named(*listing, "a stream/ü")->type, QueueType::Stream);
    }

    void queue_countsAreOfThisMoment() {
        auto gateway = opened(profileOf(*node_));
        for (int i = 1; i <= 3; ++i) {
            VERIFY_RESULT(judge_->publishTo(QStringLiteral("orders.dead"), textMessage("x")));
            const auto info = wait(gateway->queue(QStringLiteral("orders.dead")));
            VERIFY_RESULT(info);
            QCOMPARE(info->ready, i);
            QCOMPARE(info->type, QueueType::Classic);
        }
        VERIFY_RESULT(judge_->purge(QStringLiteral("orders.dead")));
        const auto stream = wait(gateway->queue(QStringLiteral("a stream/ü")));
        VERIFY_RESULT(stream);
        QCOMPARE(stream->type, QueueType::Stream);
        QCOMPARE(wait(gateway->queue(QStringLiteral("nobody"))).error().kind, ErrorKind::NotFound);
        VERIFY_RESULT(wait(gateway->queue(QStringLiteral("orders")))); // the link survived the refusal
    }

    void routing_agreesWithTheBroker() {
        VERIFY_RESULT(
            judge_->declareExchange(QStringLiteral("events"), QStringLiteral("topic"),
                                    arguments({{"alternate-exchange", HeaderValue::string("unrouted")}})));
        VERIFY_RESULT(judge_->declareExchange(QStringLiteral("unrouted"), QStringLiteral("fanout")));
        for (const char* queue : {"r.all", "r.one", "r.lost"})
            VERIFY_RESULT(judge_->declareQueue(QString::fromLatin1(queue)));
        VERIFY_RESULT(
            judge_->bindQueue(QStringLiteral("r.all"), QStringLiteral("events"), QStringLiteral("shop.#")));
        VERIFY_RESULT(judge_->bindQueue(QStringLiteral("r.one"), QStringLiteral("events"),
                                        QStringLiteral("shop.*.paid")));
        VERIFY_RESULT(judge_->bindQueue(QStringLiteral("r.lost"), QStringLiteral("unrouted"), {}));
        auto gateway = opened(profileOf(*node_));
        const auto table = wait(gateway->routing());
        VERIFY_RESULT(table);
        QVERIFY(table->known);
        for (const char* key : {"shop", "shop.order.paid", "shop.order", "shop.a.b.paid", "other", ""}) {
            const RouteResult expected =
                route(*table, QStringLiteral("events"), {QString::fromLatin1(key)}, {});
            Message message = textMessage("probe");
            message.exchange = "events";
            message.routingKey = key;
            VERIFY_RESULT(judge_->publish(message));
            QStringList got;
            for (const char* queue : {"r.all", "r.lost", "r.one"}) {
                if (judge_->drain(QString::fromLatin1(queue)).value_or(std::vector<Message>{}).size() == 1)
                    got << QString::fromLatin1(queue);
            }
            QCOMPARE(expected.queues, got);
        }
        const auto dead =
            std::count_if(table->deadLetterEdges.begin(), table->deadLetterEdges.end(),
                          [](const DeadLetterEdge& edge) { return edge.exchange == QLatin1String("dead"); });
        QCOMPARE(dead, 2);
    }

    void manyQueues_comePageByPage() {
        VERIFY_RESULT(node_->admin().addVirtualHost(QStringLiteral("many")));
        QByteArray queues;
        for (int i = 0; i < 1200; ++i)
            queues += QByteArray(i ? "," : "") + "{\"name\":\"q" + QByteArray::number(i) +
                      "\",\"vhost\":\"many\",\"durable\":true,\"auto_delete\":false,\"arguments\":{}}";
        VERIFY_RESULT(node_->admin().importDefinitions("{\"queues\":[" + queues + "]}"));
        VERIFY_RESULT(node_->admin().setPermissions(QStringLiteral("many"), node_->options().user,
                                                    QStringLiteral(".*"), QStringLiteral(".*"),
                                                    QStringLiteral(".*")));
        ConnectionProfile profile = profileOf(*node_);
        profile.virtualHost = QStringLiteral("many");
        auto gateway = opened(profile);
        const auto listing = wait(gateway->queues({}));
        VERIFY_RESULT(listing);
        QCOMPARE(listing->queues.size(), std::size_t{1200});
    }

    void withoutManagement_saysWhatIsMissing() {
        ConnectionProfile profile = profileOf(*node_);
        profile.managementUrl.clear();
        auto gateway = opened(profile);
        const auto listing = wait(gateway->queues({QStringLiteral("orders"), QStringLiteral("never was")}));
        VERIFY_RESULT(listing);
        QVERIFY(!listing->fromManagement);
        QCOMPARE(listing->queues.size(), std::size_t{1});
        QCOMPARE(listing->queues.front().ready, 0);
        QVERIFY(listing->missing.contains(QStringLiteral("rabbitmq-plugins enable rabbitmq_management")));
        QVERIFY(!wait(gateway->routing())->known);
        QVERIFY(!wait(gateway->facts())->management);
        // The address of something else entirely is no reason to fail either.
        profile.managementUrl = QStringLiteral("http://127.0.0.1:%1").arg(profile.port);
        auto other = opened(profile);
        const auto less = wait(other->queues({QStringLiteral("orders")}));
        VERIFY_RESULT(less);
        QCOMPARE(less->queues.size(), std::size_t{1});
        QVERIFY(!less->missing.isEmpty());
    }

    void management_worksOverTls() {
        auto gateway = opened(profileOf(*node_, true));
        VERIFY_RESULT(wait(gateway->routing()));
        QVERIFY(wait(gateway->facts())->management);
        ConnectionProfile profile = profileOf(*node_, true);
        profile.tls.caFile = node_->certificates().strangerCa;
        RabbitMqGateway stranger(profile, passwordOf(*node_));
        const auto steps = wait(stranger.test());
        VERIFY_RESULT(steps);
        QCOMPARE(step(*steps, "TLS")->state, TestStep::State::Failed);
        QVERIFY2(step(*steps, "Management API")->result.contains(QStringLiteral("not trusted")),
                 qPrintable(step(*steps, "Management API")->result));
    }

    void connectionTest_passesEveryStep() {
        RabbitMqGateway gateway(profileOf(*node_, true), passwordOf(*node_));
        const auto steps = wait(gateway.test());
        VERIFY_RESULT(steps);
        QStringList names;
        for (const TestStep& each : *steps) {
            names << each.name;
            QVERIFY2(each.state == TestStep::State::Passed,
                     qPrintable(each.name + QLatin1Char(' ') + each.result));
        }
        QCOMPARE(names.join(QLatin1Char(' ')),
                 QStringLiteral("DNS TCP TLS Login Virtual host Management API Permissions"));
    }

    void connectionTest_namesTheStepThatFails() {
        ConnectionProfile profile = profileOf(*node_);
        profile.host = QStringLiteral("no-such-host.invalid");
        checkFailure(profile, passwordOf(*node_), "DNS", QStringLiteral("no-such-host.invalid"));
        profile = profileOf(*node_);
        QTcpServer taken; // a free port, closed again
        QVERIFY(taken.listen(QHostAddress::LocalHost));
        profile.port = taken.serverPort();
        taken.close();
        checkFailure(profile, passwordOf(*node_), "TCP", QString::number(profile.port));
        checkFailure(profileOf(*node_), Secret("wrong"), "Login", QStringLiteral("password"));
        profile = profileOf(*node_);
        profile.virtualHost = QStringLiteral("nowhere");
        checkFailure(profile, passwordOf(*node_), "Virtual host", QStringLiteral("nowhere"));
        profile = profileOf(*node_, true);
        profile.tls.serverName = QStringLiteral("other.example");
        checkFailure(profile, passwordOf(*node_), "TLS", QStringLiteral("not trusted"));
    }

    void connectionTest_namesMissingRights() {
        VERIFY_RESULT(node_->admin().addUser(QStringLiteral("plain"), QStringLiteral("p"), {}));
        VERIFY_RESULT(node_->admin().setPermissions(QStringLiteral("/"), QStringLiteral("plain"),
                                                    QStringLiteral("^$"), QStringLiteral("^$"),
                                                    QStringLiteral(".*")));
        ConnectionProfile profile = profileOf(*node_);
        profile.user = QStringLiteral("plain");
        RabbitMqGateway untagged(profile, Secret("p"));
        auto steps = wait(untagged.test());
        VERIFY_RESULT(steps);
        QCOMPARE(step(*steps, "Login")->state, TestStep::State::Passed);
        QCOMPARE(step(*steps, "Management API")->state, TestStep::State::Warned);
        QVERIFY2(step(*steps, "Management API")->result.contains(QStringLiteral("set_user_tags plain")),
                 qPrintable(step(*steps, "Management API")->result));

        VERIFY_RESULT(node_->admin().addUser(QStringLiteral("plain"), QStringLiteral("p"),
                                             QStringLiteral("administrator")));
        RabbitMqGateway tagged(profile, Secret("p"));
        steps = wait(tagged.test());
        VERIFY_RESULT(steps);
        const TestStep* rights = step(*steps, "Permissions");
        QVERIFY2(rights->result.contains(QStringLiteral("read .*")), qPrintable(rights->result));
        QVERIFY2(rights->result.contains(QStringLiteral("write ^$")), qPrintable(rights->result));
    }
};

QTEST_GUILESS_MAIN(TestLiveGateway)
#include "tst_livegateway.moc"
