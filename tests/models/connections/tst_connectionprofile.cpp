#include "models/connections/connectionprofile.h"

#include <QTemporaryFile>
#include <QTest>
#include <QUuid>
#include <functional>

using namespace signalbox;

namespace {

ConnectionProfile good() {
    ConnectionProfile profile;
    profile.id = QStringLiteral("6f8b1d7e-6f0e-4a53-9a0c-0d8c2c8c3a11");
    profile.name = QStringLiteral("orders");
    profile.managementUrl = QStringLiteral("http://localhost:15672");
    return profile;
}

using Change = std::function<void(ConnectionProfile&)>;

} // namespace
Q_DECLARE_METATYPE(Change)

class TestConnectionProfile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void environmentWord_roundTrips() {
        for (const Environment one : {Environment::Development, Environment::Test, Environment::Production})
            QCOMPARE(environmentFromWord(environmentWord(one)), std::optional(one));
        QVERIFY(!environmentFromWord(QStringLiteral("prod")));
        QVERIFY(!environmentFromWord({}));
    }

    void validate_acceptsUsualProfiles() {
        QVERIFY(validate(good()));
        ConnectionProfile profile = good();
        profile.host = QStringLiteral("fe80::1");
        profile.virtualHost = QStringLiteral("orders/eu");
        profile.managementUrl = QStringLiteral("https://broker.example:15671/prefix");
        profile.heartbeatSeconds = 0;
        QVERIFY(validate(profile));
        profile.managementUrl.clear();
        QVERIFY(validate(profile));
    }

    void validate_acceptsCertificateInsteadOfUser() {
        QTemporaryFile certificate;
        QTemporaryFile key;
        QVERIFY(certificate.open() && key.open());
        ConnectionProfile profile = good();
        profile.user.clear();
        QVERIFY(!validate(profile));
        profile.tls.enabled = true;
        profile.tls.certificateFile = certificate.fileName();
        profile.tls.keyFile = key.fileName();
        QVERIFY(validate(profile));
        profile.tls.keyFile.clear();
        QVERIFY(!validate(profile));
    }

    void validate_namesTheField_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("field");
        const auto row = [](const char* name, const Change& change, const char* field) {
            QTest::newRow(name) << change << QString::fromLatin1(field);
        };
        row(
            "no name", [](auto& p) { p.name.clear(); }, "Name:");
        row(
            "blank name", [](auto& p) { p.name = QStringLiteral("  "); }, "Name:");
        row(
            "padded name", [](auto& p) { p.name = QStringLiteral(" a"); }, "Name:");
        row(
            "long name", [](auto& p) { p.name = QString(101, QLatin1Char('a')); }, "Name:");
        row(
            "line feed in name", [](auto& p) { p.name = QStringLiteral("a\nb"); }, "Name:");
        row(
            "nul in name", [](auto& p) { p.name = QStringLiteral("a") + QChar(0) + QStringLiteral("b"); },
            "Name:");
        row(
            "no id", [](auto& p) { p.id.clear(); }, "Id:");
        row(
            "id not a uuid", [](auto& p) { p.id = QStringLiteral("../../etc"); }, "Id:");
        row(
            "technology", [](auto& p) { p.technology = QStringLiteral("kafka"); }, "Technology:");
        row(
            "no host", [](auto& p) { p.host.clear(); }, "Host:");
        row(
            "url as host", [](auto& p) { p.host = QStringLiteral("amqp://h"); }, "Host:");
        row(
            "user in host", [](auto& p) { p.host = QStringLiteral("u:p@h"); }, "Host:");
        row(
            "port in host", [](auto& p) { p.host = QStringLiteral("h:5672"); }, "Host:");
        row(
            "space in host", [](auto& p) { p.host = QStringLiteral("h h"); }, "Host:");
        row(
            "port 0", [](auto& p) { p.port = 0; }, "Port:");
        row(
            "port -1", [](auto& p) { p.port = -1; }, "Port:");
        row(
            "port too high", [](auto& p) { p.port = 65536; }, "Port:");
        row(
            "no vhost", [](auto& p) { p.virtualHost.clear(); }, "Virtual host:");
        row(
            "long vhost", [](auto& p) { p.virtualHost = QString(128, QChar(0xe4)); }, "Virtual host:");
        row(
            "no user", [](auto& p) { p.user.clear(); }, "User:");
        row(
            "long user", [](auto& p) { p.user = QString(256, QLatin1Char('u')); }, "User:");
        row(
            "missing CA",
            [](auto& p) {
                p.tls.enabled = true;
                p.tls.caFile = QStringLiteral("/no/such/ca.pem");
            },
            "CA file:");
        row(
            "folder as CA",
            [](auto& p) {
                p.tls.enabled = true;
                p.tls.caFile = QStringLiteral("/");
            },
            "CA file:");
        row(
            "missing certificate",
            [](auto& p) {
                p.tls.enabled = true;
                p.tls.certificateFile = QStringLiteral("/no/such.pem");
            },
            "Client certificate:");
        row(
            "ftp", [](auto& p) { p.managementUrl = QStringLiteral("ftp://h"); }, "Management URL:");
        row(
            "no scheme", [](auto& p) { p.managementUrl = QStringLiteral("h:15672"); }, "Management URL:");
        row(
            "no host in URL", [](auto& p) { p.managementUrl = QStringLiteral("http://"); },
            "Management URL:");
        row(
            "password in URL", [](auto& p) { p.managementUrl = QStringLiteral("http://u:pw@h"); },
            "Management URL:");
        row(
            "query in URL", [](auto& p) { p.managementUrl = QStringLiteral("http://h/?a=b"); },
            "Management URL:");
        row(
            "heartbeat 1", [](auto& p) { p.heartbeatSeconds = 1; }, "Heartbeat:");
        row(
            "heartbeat -1", [](auto& p) { p.heartbeatSeconds = -1; }, "Heartbeat:");
        row(
            "heartbeat long", [](auto& p) { p.heartbeatSeconds = 601; }, "Heartbeat:");
    }
    void validate_namesTheField() {
        QFETCH(Change, change);
        QFETCH(QString, field);
        ConnectionProfile profile = good();
        change(profile);
        const auto result = validate(profile);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Invalid);
        QVERIFY2(result.error().summary.startsWith(field), qPrintable(result.error().summary));
    }

    void validate_neverRepeatsAPassword() {
        ConnectionProfile profile = good();
        profile.managementUrl = QStringLiteral("http://admin:hunter2@h");
        const auto result = validate(profile);
        QVERIFY(!result);
        QVERIFY(!result.error().summary.contains(QStringLiteral("hunter2")));
        QVERIFY(!result.error().detail.contains(QStringLiteral("hunter2")));
    }

    void managementWarning_isForClearTextOverANetwork() {
        ConnectionProfile profile;
        for (const char* quiet : {"", "http://localhost:15672", "http://127.0.0.1:15672", "http://127.8.0.1",
                                  "http://[::1]:15672", "http://rabbit.localhost", "https://broker.example",
                                  "https://10.0.0.5:15671"}) {
            profile.managementUrl = QString::fromUtf8(quiet);
            QVERIFY2(managementWarning(profile).isEmpty(), quiet);
        }
        for (const char* loud : {"http://broker.example:15672", "HTTP://10.0.0.5:15672",
                                 "http://127.evil.example", "http://localhost.example", "http://[fe80::1]"}) {
            profile.managementUrl = QString::fromUtf8(loud);
            QVERIFY2(managementWarning(profile).contains(QStringLiteral("in clear")), loud);
        }
        profile.user.clear(); // a client certificate: no password
        QVERIFY(managementWarning(profile).isEmpty());
    }

    void serviceBus_isSpokenOfInItsOwnWords() {
        ConnectionProfile bus;
        bus.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
        bus.name = QStringLiteral("bus");
        bus.technology = technology::serviceBus;
        bus.user.clear(); // a token in the place of a key
        bus.managementUrl = QStringLiteral("http://shop.example");
        QVERIFY2(
            managementWarning(bus).startsWith(QLatin1String("The token of this connection travels in clear")),
            qPrintable(managementWarning(bus)));
        QVERIFY(validate(bus).has_value());
        bus.managementUrl = QStringLiteral("shop");
        QCOMPARE(validate(bus).error().summary,
                 QStringLiteral("Management URL: write it like https://NAMESPACE.servicebus.windows.net."));
        bus.managementUrl.clear();
        bus.virtualHost = QString(400, QLatin1Char('x'));
        QVERIFY(validate(bus).error().summary.startsWith(QLatin1String("EntityPath: ")));
        bus.virtualHost = QStringLiteral("orders");
        bus.user = QString(300, QLatin1Char('x'));
        QVERIFY(validate(bus).error().summary.startsWith(QLatin1String("SharedAccessKeyName: ")));
    }
};

QTEST_GUILESS_MAIN(TestConnectionProfile)
#include "tst_connectionprofile.moc"
