// Service Bus connection strings in every legal form, and what is said of the others.
#include "app/servicebus/connectionstring.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

ConnectionString read(const QByteArray& text) {
    auto made = parseConnectionString(Secret(text));
    if (!made)
        qFatal("%s", qPrintable(made.error().summary));
    return *made;
}

constexpr const char* usual =
    "Endpoint=sb://Shop.servicebus.windows.net/;SharedAccessKeyName=ops;SharedAccessKey=a2V5=";

} // namespace

class TestConnectionString : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namespaceString_isTakenApart() {
        const ConnectionString made = read(usual);
        QCOMPARE(made.host, QStringLiteral("shop.servicebus.windows.net"));
        QCOMPARE(made.amqpPort, 5671);
        QCOMPARE(made.managementPort, 443);
        QCOMPARE(made.keyName, QStringLiteral("ops"));
        QCOMPARE(made.key.reveal(), QByteArray("a2V5=")); // split on the first sign only
        QVERIFY(made.entityPath.isEmpty());
        QVERIFY(made.notes.isEmpty());
        QVERIFY(!made.development);
    }

    void keysAndBlanks_mayBeWrittenFreely() {
        const ConnectionString made =
            read(" endpoint = amqps://shop.servicebus.usgovcloudapi.net ; SHAREDACCESSKEYNAME=ops ;"
                 "SharedAccessKey= k ;; EntityPath=/orders/eu/ ;");
        QCOMPARE(made.host, QStringLiteral("shop.servicebus.usgovcloudapi.net"));
        QCOMPARE(made.key.reveal(), QByteArray("k"));
        QCOMPARE(made.entityPath, QStringLiteral("orders/eu"));
    }

    void readyMadeSignature_isKeptAsItIs() {
        const QByteArray token = "SharedAccessSignature sr=sb%3A%2F%2Fx&sig=a%3D&se=1764180000&skn=ops";
        const ConnectionString made =
            read("Endpoint=sb://x.servicebus.windows.net/;SharedAccessSignature=" + token);
        QCOMPARE(made.signature.reveal(), token);
        QVERIFY(made.key.isEmpty());
    }

    void withoutRights_isForEntraId() {
        const ConnectionString made = read("Endpoint=https://x.servicebus.chinacloudapi.cn/");
        QVERIFY(made.keyName.isEmpty() && made.key.isEmpty() && made.signature.isEmpty());
    }

    void developmentEndpoint_hasPlainPorts() {
        const ConnectionString usualPort = read(
            "Endpoint=sb://localhost;SharedAccessKeyName=k;SharedAccessKey=k;UseDevelopmentEmulator=true;");
        QVERIFY(usualPort.development);
        QCOMPARE(usualPort.amqpPort, 5672);
        QCOMPARE(usualPort.managementPort, 5300);
        QCOMPARE(read("Endpoint=sb://127.0.0.1:7001;UseDevelopmentEmulator=TRUE").amqpPort, 7001);
    }

    void webSockets_areATransport() {
        QCOMPARE(read(QByteArray(usual) + ";TransportType=AmqpWebSockets").transport,
                 ConnectionString::Transport::WebSocket);
        QCOMPARE(read(QByteArray(usual) + ";TransportType=Amqp").transport,
                 ConnectionString::Transport::Amqp);
    }

    void whatIsIgnored_isTold() {
        const ConnectionString made = read(QByteArray(usual) + ";OperationTimeout=00:01:00;StsEndpoint=x");
        QCOMPARE(made.notes.join(QLatin1Char('|')),
                 QStringLiteral(
                     "OperationTimeout is not known and ignored.|StsEndpoint is not known and ignored."));
        QCOMPARE(read("Endpoint=sb://x.servicebus.windows.net:9354/old").notes.size(), 2);
    }

    void wrongStrings_areRefusedByPlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const QByteArray& text, const char* said) {
            QTest::newRow(name) << text << QString::fromUtf8(said);
        };
        row("empty", "", "no Endpoint");
        row("no sign", "Endpoint=sb://x/;topsecretkey", "part 2 is not of the form");
        row("no key", "=topsecretkey;Endpoint=sb://x/", "part 1 is not of the form");
        row("twice", "Endpoint=sb://x/;SharedAccessKey=topsecretkey;sharedaccesskey=b", "given twice");
        row("no endpoint", "SharedAccessKeyName=a;SharedAccessKey=topsecretkey", "no Endpoint");
        row("no scheme", "Endpoint=shop.servicebus.windows.net", "Endpoint should be");
        row("no host", "Endpoint=sb:///", "Endpoint should be");
        row("other scheme", "Endpoint=ftp://x/", "Endpoint should be");
        row("user in it", "Endpoint=sb://ops:topsecretkey@x/", "user name");
        row("name alone", "Endpoint=sb://x/;SharedAccessKeyName=ops", "SharedAccessKey is not");
        row("key alone", "Endpoint=sb://x/;SharedAccessKey=topsecretkey", "SharedAccessKeyName is not");
        row("both", QByteArray(usual) + ";SharedAccessSignature=topsecretkey", "one of them only");
        row("flag", "Endpoint=sb://x/;UseDevelopmentEmulator=topsecretkey", "true or false");
        row("long", QByteArray(20000, 'a'), "longer than");
        row("no UTF-8", "Endpoint=sb://\xff\xfe/", "Endpoint should be");
    }

    void wrongStrings_areRefusedByPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, said);
        const auto made = parseConnectionString(Secret(text));
        QVERIFY(!made);
        QCOMPARE(errorWord(made.error().kind), QStringLiteral("invalid"));
        const QString all = made.error().summary + made.error().detail;
        QVERIFY2(all.contains(said), qPrintable(all));
        QVERIFY(!all.contains(QStringLiteral("topsecretkey")));
    }
};

QTEST_GUILESS_MAIN(TestConnectionString)
#include "tst_connectionstring.moc"
