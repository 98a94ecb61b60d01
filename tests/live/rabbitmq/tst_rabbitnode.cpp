// The private node and the independent judge that all tests against a real RabbitMQ stand on.
#include "tests/support/live/rabbitnode.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/live/rawconsumer.h"

#include <QDir>
#include <QFileInfo>
#include <QSslConfiguration>
#include <QSslSocket>
#include <QTest>

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

Message everyKind() {
    Message message;
    MessageProperties& p = message.properties;
    p.contentType = "application/json";
    p.contentEncoding = "identity";
    p.deliveryMode = std::uint8_t{2};
    p.priority = std::uint8_t{3};
    p.correlationId = "correlation";
    p.replyTo = "replies";
    p.expiration = "600000";
    p.messageId = "id-1";
    p.timestamp = 1700000000U;
    p.type = "Order";
    p.appId = "shop";
    p.headers = HeaderTable{
        {"void", {ValueKind::Void, {}}},
        {"bool", HeaderValue::boolean(true)},
        {"int8", {ValueKind::Int8, std::int64_t{-8}}},
        {"uint8", {ValueKind::UInt8, std::uint64_t{200}}},
        {"int16", {ValueKind::Int16, std::int64_t{-300}}},
        {"uint16", {ValueKind::UInt16, std::uint64_t{60000}}},
        {"int32", {ValueKind::Int32, std::int64_t{-70000}}},
        {"uint32", {ValueKind::UInt32, std::uint64_t{4000000000U}}},
        {"int64", HeaderValue::int64(-5000000000)},
        {"float", {ValueKind::Float, 0.5}},
        {"double", {ValueKind::Double, 0.1}},
        {"decimal", {ValueKind::Decimal, Decimal{2, 1234}}},
        {"timestamp", {ValueKind::Timestamp, std::int64_t{1700000001}}},
        {"string", HeaderValue::string("not UTF-8: \xff")},
        {"bytes", {ValueKind::Bytes, QByteArray("\0\x01", 2)}},
        {"array", HeaderValue::array({HeaderValue::int64(1), HeaderValue::string("two")})},
        {"table", HeaderValue::table({{"inner", HeaderValue::table({})}})},
    };
    message.body = QByteArray("{\"a\":\0}", 7);
    message.bodySize = message.body.size();
    return message;
}

} // namespace

class TestRabbitNode : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;

    std::unique_ptr<RawAmqp> judge() {
        auto opened = RawAmqp::open(node_->login());
        if (!opened)
            qWarning("%s", qPrintable(opened.error().summary + opened.error().detail));
        return opened ? std::move(*opened) : nullptr;
    }

private Q_SLOTS:
    void initTestCase() {
        NodeOptions options;
        options.tls = true;
        node_ = std::make_unique<RabbitNode>(options);
        const auto started = node_->start();
        VERIFY_RESULT(started);
        QVERIFY(node_->running());
    }

    void cleanup() {
        if (QTest::currentTestFailed())
            qWarning("The node's log ends with:\n%s", qPrintable(node_->logTail()));
    }

    void publish_comesBackWithEveryHeaderKind() {
        auto amqp = judge();
        QVERIFY(amqp);
        VERIFY_RESULT(amqp->declareQueue(QStringLiteral("kinds")));
        Message message = everyKind();
        VERIFY_RESULT(amqp->publishTo(QStringLiteral("kinds"), message));
        QCOMPARE(amqp->count(QStringLiteral("kinds")).value_or(-1), 1);
        const auto seen = amqp->peek(QStringLiteral("kinds"));
        VERIFY_RESULT(seen);
        QCOMPARE(seen->size(), std::size_t{1});
        const auto taken = amqp->drain(QStringLiteral("kinds"));
        VERIFY_RESULT(taken);
        QCOMPARE(taken->size(), std::size_t{1});
        QVERIFY(taken->front().redelivered);
        message.routingKey = "kinds";
        message.redelivered = true;
        for (std::size_t i = 0; i < message.properties.headers->size(); ++i)
            QVERIFY2(message.properties.headers->at(i) == taken->front().properties.headers->at(i),
                     message.properties.headers->at(i).name.constData());
        QVERIFY(taken->front() == message);
    }

    void publish_saysWhatCannotBeRouted() {
        auto amqp = judge();
        const auto nowhere = amqp->publishTo(QStringLiteral("no such queue"), everyKind());
        QVERIFY(!nowhere);
        QCOMPARE(nowhere.error().kind, ErrorKind::NotFound);
        QCOMPARE(amqp->count(QStringLiteral("no such queue")).error().kind, ErrorKind::NotFound);
        // The channel the broker closed over it was opened again.
        VERIFY_RESULT(amqp->declareQueue(QStringLiteral("after")));
        VERIFY_RESULT(amqp->publishTo(QStringLiteral("after"), everyKind()));
    }

    void reject_deadLettersAndExpiryReturns() {
        auto amqp = judge();
        VERIFY_RESULT(amqp->declareQueue(QStringLiteral("work"),
                                         {{"x-dead-letter-exchange", HeaderValue::string("")},
                                          {"x-dead-letter-routing-key", HeaderValue::string("dead")},
                                          {"x-queue-type", HeaderValue::string("quorum")}}));
        VERIFY_RESULT(amqp->declareQueue(QStringLiteral("dead")));
        VERIFY_RESULT(amqp->publish(3, [](qint64 index) {
            Message message;
            message.routingKey = "work";
            message.body = QByteArray::number(index);
            return message;
        }));
        auto consumer = RawConsumer::open(node_->login(), 10);
        VERIFY_RESULT(consumer);
        VERIFY_RESULT((*consumer)->consume(QStringLiteral("work")));
        for (int i = 0; i < 3; ++i) {
            const auto delivery = (*consumer)->next(10000);
            VERIFY_RESULT(delivery);
            QVERIFY(*delivery);
            VERIFY_RESULT((*consumer)->reject((*delivery)->tag, false));
        }
        QTRY_COMPARE(amqp->count(QStringLiteral("dead")).value_or(-1), 3);
        const auto dead = amqp->drain(QStringLiteral("dead"));
        VERIFY_RESULT(dead);
        const HeaderValue* deaths = dead->front().header("x-death");
        QVERIFY(deaths && deaths->asArray());
        const HeaderValue* reason = findHeader(*deaths->asArray()->front().asTable(), "reason");
        QVERIFY(reason);
        QCOMPARE(*reason->asBytes(), QByteArray("rejected"));
    }

    void stream_isReadFromItsStart() {
        auto amqp = judge();
        VERIFY_RESULT(
            amqp->declareQueue(QStringLiteral("log"), {{"x-queue-type", HeaderValue::string("stream")}}));
        VERIFY_RESULT(amqp->publish(20, [](qint64 index) {
            Message message;
            message.routingKey = "log";
            message.body = QByteArray::number(index);
            return message;
        }));
        auto consumer = RawConsumer::open(node_->login(), 5);
        VERIFY_RESULT(consumer);
        VERIFY_RESULT(
            (*consumer)->consume(QStringLiteral("log"), {{"x-stream-offset", HeaderValue::string("first")}}));
        const auto entries = (*consumer)->take(20, 10000);
        VERIFY_RESULT(entries);
        QCOMPARE(entries->size(), std::size_t{20});
        QCOMPARE(entries->back().body, QByteArray("19"));
    }

    void tls_answersToTheRightAuthorityOnly() {
        VERIFY_RESULT(RawAmqp::open(node_->tlsLogin()));
        RawLogin stranger = node_->tlsLogin();
        stranger.caFile = node_->certificates().strangerCa;
        const auto refused = RawAmqp::open(stranger);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::CannotConnect);
        RawLogin foreignClient = node_->tlsLogin();
        foreignClient.certificateFile = node_->certificates().stranger;
        foreignClient.keyFile = node_->certificates().strangerKey;
        QVERIFY(!RawAmqp::open(foreignClient));
        RawLogin byCertificate = node_->tlsLogin();
        byCertificate.external = true;
        byCertificate.password.clear();
        VERIFY_RESULT(RawAmqp::open(byCertificate));
    }

    void managementOverTls_showsTheServersCertificate() {
        QSslSocket socket;
        QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
        configuration.setCaCertificates(QSslCertificate::fromPath(node_->certificates().ca));
        socket.setSslConfiguration(configuration);
        socket.connectToHostEncrypted(QStringLiteral("localhost"),
                                      static_cast<quint16>(node_->ports().managementTls));
        QVERIFY2(socket.waitForEncrypted(), qPrintable(socket.errorString()));
    }

    void admin_makesUsersWithFewerRights() {
        RabbitAdmin admin = node_->admin();
        VERIFY_RESULT(admin.addVirtualHost(QStringLiteral("a/b")));
        VERIFY_RESULT(admin.addUser(QStringLiteral("reader"), QStringLiteral("secret"), {}));
        VERIFY_RESULT(admin.setPermissions(QStringLiteral("a/b"), QStringLiteral("reader"),
                                           QStringLiteral("^$"), QStringLiteral("^$"), QStringLiteral(".*")));
        RawLogin login = node_->login(QStringLiteral("a/b"));
        login.user = QStringLiteral("reader");
        login.password = QStringLiteral("secret");
        auto reader = RawAmqp::open(login);
        VERIFY_RESULT(reader);
        QCOMPARE((*reader)->declareQueue(QStringLiteral("mine")).error().kind, ErrorKind::NotAllowed);
        login.password = QStringLiteral("wrong");
        QCOMPARE(RawAmqp::open(login).error().kind, ErrorKind::NotAuthenticated);
    }

    void memoryAlarm_blocksPublishers() {
        auto amqp = judge();
        VERIFY_RESULT(amqp->declareQueue(QStringLiteral("blocked")));
        VERIFY_RESULT(node_->setMemoryAlarm(true));
        QVERIFY(node_->admin().alarmed().value_or(false));
        amqp->setPatience(300);
        const auto held = amqp->publishTo(QStringLiteral("blocked"), everyKind());
        QVERIFY(!held);
        QCOMPARE(held.error().kind, ErrorKind::Busy);
        VERIFY_RESULT(node_->setMemoryAlarm(false));
        QTRY_COMPARE(judge()->count(QStringLiteral("blocked")).value_or(-1), 1);
    }

    void restartAndKill_keepDurableMessages() {
        const NodePorts ports = node_->ports();
        {
            auto amqp = judge();
            VERIFY_RESULT(amqp->declareQueue(QStringLiteral("kept"),
                                             {{"x-queue-type", HeaderValue::string("quorum")}}));
            VERIFY_RESULT(amqp->publishTo(QStringLiteral("kept"), everyKind()));
        }
        VERIFY_RESULT(node_->restart());
        QCOMPARE(node_->ports(), ports);
        QTRY_COMPARE_WITH_TIMEOUT(judge()->count(QStringLiteral("kept")).value_or(-1), 1, 30000);
        node_->kill();
        QVERIFY(!node_->running());
        QVERIFY(!RawAmqp::open(node_->login()));
        VERIFY_RESULT(node_->start());
        QTRY_COMPARE_WITH_TIMEOUT(judge()->count(QStringLiteral("kept")).value_or(-1), 1, 30000);
    }

    void twoNodes_liveSideBySideAndOneOutlivesItsOwner() {
        QTemporaryDir folder;
        NodePorts ports;
        {
            NodeOptions options;
            options.folder = folder.filePath(QStringLiteral("a folder"));
            options.outlives = true;
            options.plugins.clear();
            RabbitNode second(options);
            VERIFY_RESULT(second.start());
            ports = second.ports();
            QVERIFY(ports.amqp != node_->ports().amqp);
        }
        auto again = RabbitNode::attach(folder.filePath(QStringLiteral("a folder")));
        VERIFY_RESULT(again);
        QVERIFY((*again)->running());
        QCOMPARE((*again)->ports(), ports);
        VERIFY_RESULT(RawAmqp::open((*again)->login()));
        QVERIFY(!(*again)->admin().alarmed()); // no management plug-in there
        const auto owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;
        QCOMPARE(QFileInfo(folder.filePath(QStringLiteral("a folder/node.json"))).permissions(), owner);
        VERIFY_RESULT((*again)->enablePlugin(QStringLiteral("rabbitmq_management")));
        VERIFY_RESULT((*again)->admin().alarmed());
        VERIFY_RESULT((*again)->stop());
        QVERIFY(!(*again)->running());
        QVERIFY(!RawAmqp::open((*again)->login()));
        QVERIFY(node_->running());
    }
};

QTEST_GUILESS_MAIN(TestRabbitNode)
#include "tst_rabbitnode.moc"
