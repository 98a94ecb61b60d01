// TLS against a real node that lets nobody in without a client certificate: the certificate as identity, keys
// that do not fit, the system's certificate store, and what the person is told when something is missing.
#include "app/rabbitmq/amqpsource.h"
#include "app/rabbitmq/rabbitmqgateway.h"
#include "tests/live/livechecks.h"
#include "tests/live/rabbitmq/liveprofile.h"
#include "tests/support/live/rawamqp.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <thread>

using namespace signalbox;
using namespace signalbox::live;
using rabbitmq::AmqpSource;

class TestLiveTls : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;
    QTemporaryDir folder_;

    rabbitmq::Dial certified() const {
        rabbitmq::Dial dial = dialOf(*node_, true);
        dial.profile.tls.certificateFile = node_->certificates().client;
        dial.profile.tls.keyFile = node_->certificates().clientKey;
        return dial;
    }
    static Result<void> open(const rabbitmq::Dial& dial) {
        SourceOptions options;
        options.queue = {QStringLiteral("test"), QStringLiteral("/"), QStringLiteral("parked")};
        options.window = 10;
        AmqpSource source(dial, options);
        return source.open();
    }
    static void checkRefused(const rabbitmq::Dial& dial, ErrorKind kind, const QString& part) {
        const auto opened = open(dial);
        QVERIFY(!opened);
        QCOMPARE(opened.error().kind, kind);
        QVERIFY2(opened.error().summary.contains(part), qPrintable(opened.error().summary));
    }

private Q_SLOTS:
    void initTestCase() {
        NodeOptions options;
        options.tls = true;
        options.requireClientCertificate = true;
        node_ = std::make_unique<RabbitNode>(options);
        VERIFY_RESULT(node_->start());
        auto judge = RawAmqp::open(node_->login());
        VERIFY_RESULT(judge);
        VERIFY_RESULT((*judge)->declareQueue(QStringLiteral("parked")));
        VERIFY_RESULT((*judge)->publishTo(QStringLiteral("parked"), textMessage("one")));
    }
    void cleanup() {
        if (QTest::currentTestFailed())
            qWarning("The node's log ends with:\n%s", qPrintable(node_->logTail()));
    }

    void certificateAndPassword_logIn() { VERIFY_RESULT(open(certified())); }

    void certificateAlone_isTheIdentity() {
        rabbitmq::Dial dial = certified();
        dial.profile.user.clear();
        dial.password = Secret();
        VERIFY_RESULT(open(dial));
    }

    void noCertificate_saysThatOneIsWanted() {
        checkRefused(dialOf(*node_, true), ErrorKind::CannotConnect, QStringLiteral("client certificate"));
    }

    void strangersCertificate_isRefusedWithAHint() {
        rabbitmq::Dial dial = certified();
        dial.profile.tls.certificateFile = node_->certificates().stranger;
        dial.profile.tls.keyFile = node_->certificates().strangerKey;
        checkRefused(dial, ErrorKind::CannotConnect, QStringLiteral("client certificate"));
    }

    void keyOfAnother_isNamed() {
        rabbitmq::Dial dial = certified();
        dial.profile.tls.keyFile = node_->certificates().strangerKey;
        checkRefused(dial, ErrorKind::Invalid, QStringLiteral("does not belong"));
    }

    void encryptedKey_isNamedAndNobodyIsAskedOnTheTerminal() {
        const QString encrypted = folder_.filePath(QStringLiteral("locked.key"));
        QProcess openssl;
        openssl.start(QStringLiteral("openssl"),
                      {QStringLiteral("pkcs8"), QStringLiteral("-topk8"), QStringLiteral("-in"),
                       node_->certificates().clientKey, QStringLiteral("-out"), encrypted,
                       QStringLiteral("-passout"), QStringLiteral("pass:sesame")});
        QVERIFY(openssl.waitForFinished() && openssl.exitCode() == 0);
        rabbitmq::Dial dial = certified();
        dial.profile.tls.keyFile = encrypted;
        checkRefused(dial, ErrorKind::Invalid, encrypted);
        checkRefused(dial, ErrorKind::Invalid, QStringLiteral("it is encrypted"));
    }

    void systemStore_isTrustedWithoutAFile() {
        rabbitmq::Dial dial = certified();
        dial.profile.tls.caFile.clear();
        checkRefused(dial, ErrorKind::CannotConnect, QStringLiteral("not trusted"));
        // OpenSSL's own switch for where the system's certificates are.
        qputenv("SSL_CERT_FILE", node_->certificates().ca.toLocal8Bit());
        const auto opened = open(dial);
        qunsetenv("SSL_CERT_FILE");
        VERIFY_RESULT(opened);
    }

    // A host with many names chooses its certificate by it. OpenSSL's own server tells what it was asked for.
    void serverName_isSentToTheServer() {
        const Certificates& made = node_->certificates();
        QProcess server;
        server.setProcessChannelMode(QProcess::MergedChannels);
        server.start(QStringLiteral("openssl"),
                     {QStringLiteral("s_server"), QStringLiteral("-accept"), QStringLiteral("127.0.0.1:0"),
                      QStringLiteral("-servername"), QStringLiteral("rabbit.signalbox.test"),
                      QStringLiteral("-cert"), made.stranger, QStringLiteral("-key"), made.strangerKey,
                      QStringLiteral("-cert2"), made.server, QStringLiteral("-key2"), made.serverKey});
        QByteArray said;
        const auto says = [&](const QByteArray& words) {
            said += server.readAll();
            return said.contains(words);
        };
        QTRY_VERIFY2_WITH_TIMEOUT(says("ACCEPT 127.0.0.1:"), said.constData(), patienceMs);
        rabbitmq::Dial dial = dialOf(*node_, true);
        dial.profile.host = QStringLiteral("127.0.0.1");
        dial.profile.port =
            said.mid(said.indexOf("ACCEPT 127.0.0.1:") + 17).split('\n').front().trimmed().toInt();
        dial.profile.tls.serverName = QStringLiteral("rabbit.signalbox.test");
        // It speaks no AMQP: the opening ends when the server does.
        std::thread opening([dial] { (void)open(dial); });
        const bool wasTold = QTest::qWaitFor(
            [&] { return says("Hostname in TLS extension: \"rabbit.signalbox.test\"") && says("Switching"); },
            patienceMs);
        server.kill();
        server.waitForFinished();
        opening.join();
        QVERIFY2(wasTold, said.constData());
    }

    void connectionTest_namesTheStep() {
        RabbitMqGateway missing(profileOf(*node_, true), passwordOf(*node_));
        auto future = missing.test();
        QTRY_VERIFY_WITH_TIMEOUT(future.isFinished(), patienceMs);
        const auto steps = future.result();
        VERIFY_RESULT(steps);
        const auto tls = std::find_if(steps->begin(), steps->end(),
                                      [](const TestStep& step) { return step.name == QLatin1String("TLS"); });
        QVERIFY(tls != steps->end());
        QCOMPARE(tls->state, TestStep::State::Failed);
        QVERIFY2(tls->result.contains(QStringLiteral("client certificate")), qPrintable(tls->result));
    }
};

QTEST_GUILESS_MAIN(TestLiveTls)
#include "tst_livetls.moc"
