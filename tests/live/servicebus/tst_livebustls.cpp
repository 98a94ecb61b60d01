// The namespace over TLS and over WebSockets: certificates are checked, and the same messages come either
// way.
#include "app/servicebus/peeksource.h"
#include "tests/live/servicebus/letter.h"
#include "tests/support/live/certificates.h"

#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;
using namespace signalbox::live;
using namespace signalbox::servicebus;

class TestLiveBusTls : public QObject {
    Q_OBJECT

    NamespaceAccess access(Endpoint::Kind kind, const QString& ca) const {
        NamespaceAccess made = accessTo(*peer_);
        made.endpoint.kind = kind;
        made.endpoint.host = QStringLiteral("localhost");
        made.endpoint.port = kind == Endpoint::Kind::Tls ? peer_->ports().amqps : peer_->ports().webSocket;
        made.endpoint.tls.enabled = true;
        made.endpoint.tls.caFile = ca;
        return made;
    }
    static Result<qsizetype> read(const NamespaceAccess& access) {
        SourceOptions options;
        options.queue.name = QStringLiteral("orders");
        PeekSource source(access, options);
        if (auto opened = source.open(); !opened)
            return failure(std::move(opened.error()));
        auto batch = source.receive(100, 100);
        if (!batch)
            return failure(std::move(batch.error()));
        return static_cast<qsizetype>(batch->size());
    }

private Q_SLOTS:
    void initTestCase() {
        const auto made =
            makeCertificates(folder_.filePath(QStringLiteral("pki")), QStringLiteral("operator"));
        QVERIFY2(made, qPrintable(made ? QString() : made.error().summary + made.error().detail));
        certificates_ = *made;
        sbpeer::HostOptions options;
        options.certificateFile = certificates_.server;
        options.keyFile = certificates_.serverKey;
        peer_ = std::make_unique<sbpeer::Peer>();
        const auto started = peer_->start(R"({"queues": [{"name": "orders"}]})", options);
        QVERIFY2(started, started ? "" : started.error().description.constData());
        QVERIFY(put(*peer_, "orders", {"1", QByteArray(100000, 'x'), {}}));
    }

    void trusted_isRead_data() {
        QTest::addColumn<int>("kind");
        QTest::newRow("TLS") << static_cast<int>(Endpoint::Kind::Tls);
        QTest::newRow("WebSocket") << static_cast<int>(Endpoint::Kind::WebSocket);
    }
    void trusted_isRead() {
        QFETCH(int, kind);
        const auto count = read(access(static_cast<Endpoint::Kind>(kind), certificates_.ca));
        QVERIFY2(count, qPrintable(count ? QString() : count.error().summary + count.error().detail));
        QCOMPARE(*count, qsizetype{1});
    }

    void untrusted_isRefusedAndSaid_data() { trusted_isRead_data(); }
    void untrusted_isRefusedAndSaid() {
        QFETCH(int, kind);
        for (const QString& ca : {QString(), certificates_.strangerCa}) {
            const auto count = read(access(static_cast<Endpoint::Kind>(kind), ca));
            QVERIFY(!count);
            QCOMPARE(count.error().kind, ErrorKind::CannotConnect);
            QVERIFY2(count.error().summary.contains(QLatin1String("not trusted")),
                     qPrintable(count.error().summary));
        }
        NamespaceAccess careless = access(static_cast<Endpoint::Kind>(kind), {});
        careless.endpoint.tls.verify = false;
        QVERIFY(read(careless));
    }

    void wrongName_isRefused() {
        NamespaceAccess other = access(Endpoint::Kind::Tls, certificates_.ca);
        other.endpoint.tls.serverName = QStringLiteral("elsewhere.example");
        const auto count = read(other);
        QVERIFY(!count);
        QVERIFY2(count.error().summary.contains(QLatin1String("not trusted")),
                 qPrintable(count.error().summary));
        NamespaceAccess socket = access(Endpoint::Kind::WebSocket, certificates_.ca);
        socket.endpoint.tls.serverName = QStringLiteral("elsewhere.example");
        QCOMPARE(read(socket).error().kind, ErrorKind::Unsupported);
    }

    void missingCaFile_isNamed() {
        const auto count = read(access(Endpoint::Kind::Tls, QStringLiteral("/nowhere/ca.pem")));
        QVERIFY(!count);
        QCOMPARE(count.error().kind, ErrorKind::Invalid);
        QVERIFY2(count.error().summary.contains(QLatin1String("/nowhere/ca.pem")),
                 qPrintable(count.error().summary));
    }

    void plainPort_isNoTls() {
        NamespaceAccess plain = access(Endpoint::Kind::Tls, certificates_.ca);
        plain.endpoint.port = peer_->ports().amqp;
        const auto count = read(plain);
        QVERIFY(!count);
        QCOMPARE(count.error().kind, ErrorKind::CannotConnect);
    }

private:
    QTemporaryDir folder_;
    Certificates certificates_;
    std::unique_ptr<sbpeer::Peer> peer_;
};

QTEST_GUILESS_MAIN(TestLiveBusTls)
#include "tst_livebustls.moc"
