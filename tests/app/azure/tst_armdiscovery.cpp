// Namespaces found through a Resource Manager of the test: pages, pauses, refusals, and answers that mean
// harm.
#include "app/azure/armdiscovery.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <map>
#include <random>

using namespace signalbox;
using namespace signalbox::azure;

namespace {

const Secret token("opaque-token");

// Answers by path and query; what it does not know is 404.
class Manager : public QTcpServer {
public:
    Manager() {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                const QByteArray request = socket->readAll();
                const QByteArray target = request.split(' ').value(1);
                asked << QString::fromLatin1(target);
                authorized = authorized && request.contains("Authorization: Bearer opaque-token\r\n");
                QList<QByteArray>& of = answers[target];
                const QByteArray body = of.isEmpty()    ? QByteArray("404 None\r\n\r\n")
                                        : of.size() > 1 ? of.takeFirst()
                                                        : of.first();
                socket->write("HTTP/1.1 " + body);
                socket->disconnectFromHost();
            });
        });
    }
    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(serverPort())); }
    QByteArray base() const { return url().toString().toLatin1(); }
    std::map<QByteArray, QList<QByteArray>> answers;
    QStringList asked;
    bool authorized = true;
};

QByteArray json(const QByteArray& text) {
    return "200 OK\r\nConnection: close\r\nContent-Length: " + QByteArray::number(text.size()) + "\r\n\r\n" +
           text;
}

QByteArray page(const QByteArray& items, const QByteArray& next = {}) {
    return json("{\"value\":[" + items + "]" +
                (next.isEmpty() ? QByteArray() : ",\"nextLink\":\"" + next + "\"") + "}");
}

QByteArray status(const QByteArray& line, const QByteArray& headers = {}) {
    return line + "\r\nConnection: close\r\n" + headers + "Content-Length: 2\r\n\r\n{}";
}

// JSON is written with ' for its quotes here.
QByteArray quoted(QByteArray text) {
    return text.replace('\'', '"');
}

QByteArray subscription(const QByteArray& id, const QByteArray& name, const QByteArray& state = "Enabled") {
    return quoted("{'subscriptionId':'" + id + "','displayName':'" + name + "','state':'" + state + "'}");
}

QByteArray space(const QByteArray& name, bool isKeyless = false) {
    return quoted("{'id':'/subscriptions/s/resourceGroups/rg-1/providers/x','name':'" + name +
                  "','location':'West Europe','sku':{'name':'Standard','tier':'Standard'},'properties':{"
                  "'serviceBusEndpoint':'https://" +
                  name + ".servicebus.windows.net:443/','status':'Active','disableLocalAuth':" +
                  (isKeyless ? "true" : "false") + "}}");
}

const QByteArray subscriptions = "/subscriptions?api-version=2022-12-01";

QByteArray namespacesOf(const QByteArray& id) {
    return "/subscriptions/" + id + "/providers/Microsoft.ServiceBus/namespaces?api-version=2021-11-01";
}

Result<NamespaceFindings> find(const QUrl& url, const Secret& bearer = token) {
    ArmDiscovery finder({3, 20, 1500, 3000});
    auto future = finder.find(url, bearer);
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 20000) || future.resultCount() == 0)
        return failure(ErrorKind::Internal, QStringLiteral("no answer"));
    return future.result();
}

// One line a namespace, then what is missing; or the error.
QString said(const Result<NamespaceFindings>& found) {
    if (!found)
        return errorWord(found.error().kind) + QStringLiteral(": ") + found.error().summary;
    QStringList lines;
    for (const FoundNamespace& each : found->namespaces)
        lines << QStringList({each.name, each.host, each.subscription, each.resourceGroup, each.location,
                              each.tier, each.status,
                              each.isKeyless ? QStringLiteral("keyless") : QStringLiteral("keys")})
                     .join(QLatin1Char('|'));
    return (lines + found->missing).join(QLatin1Char('\n'));
}

} // namespace

class TestArmDiscovery : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void namespaces_areFoundPageByPage() {
        Manager azure;
        azure.answers[subscriptions] = {
            page(subscription("s-1", "Shop"),
                 azure.base() + "/subscriptions?api-version=2022-12-01&$skiptoken=a%2Fb")};
        azure.answers["/subscriptions?api-version=2022-12-01&$skiptoken=a%2Fb"] = {
            page(subscription("s-2", "Bank") + "," + subscription("s-3", "Old", "Disabled"))};
        azure.answers[namespacesOf("s-1")] = {
            page(space("zoo"), azure.base() + namespacesOf("s-1") + "&page=2")};
        azure.answers[namespacesOf("s-1") + "&page=2"] = {page(space("ant", true))};
        azure.answers[namespacesOf("s-2")] = {page({})};
        QCOMPARE(
            said(find(azure.url())),
            QStringLiteral("ant|ant.servicebus.windows.net|Shop|rg-1|West Europe|Standard|Active|keyless\n"
                           "zoo|zoo.servicebus.windows.net|Shop|rg-1|West Europe|Standard|Active|keys\n"
                           "The subscription Old is not active."));
        QVERIFY(azure.authorized);
    }

    void throttled_isWaitedFor() {
        Manager azure;
        azure.answers[subscriptions] = {status("429 Too Many Requests", "Retry-After: 1\r\n"),
                                        page(subscription("s-1", "Shop"))};
        azure.answers[namespacesOf("s-1")] = {status("503 Busy"), page(space("ant"))};
        const auto found = find(azure.url());
        QVERIFY2(found, qPrintable(said(found)));
        QCOMPARE(found->namespaces.size(), std::size_t{1});
        azure.answers[subscriptions] = {status("429 Too Many Requests", "Retry-After: 600\r\n")};
        QVERIFY(said(find(azure.url())).startsWith(QLatin1String("busy: ")));
    }

    // The token must not go where an answer says.
    void strangeNextLink_isNotFollowed_data() {
        QTest::addColumn<QByteArray>("link");
        Manager other;
        for (const char* link :
             {"http://evil.example/subscriptions?x=1", "https://127.0.0.1/subscriptions",
              "//evil.example/subscriptions", "/subscriptions?page=2", "http://127.0.0.1:1/subscriptions",
              "http://user:pw@BASE/subscriptions", "http://BASE/other", "http://BASE/subscriptions/../keys",
              "file:///subscriptions", "javascript:1", "http://BASE.evil.example/subscriptions",
              "http://BASE/subscriptions#x", "\\u0000", "http://BASE"})
            QTest::newRow(link) << QByteArray(link);
    }
    void strangeNextLink_isNotFollowed() {
        QFETCH(QByteArray, link);
        Manager azure;
        link.replace("BASE", azure.base().mid(7));
        azure.answers[subscriptions] = {page(subscription("s-1", "Shop"), link)};
        azure.answers[namespacesOf("s-1")] = {page({})};
        const QString words = said(find(azure.url()));
        QVERIFY2(words.startsWith(QLatin1String("corrupt: The next page")), qPrintable(words));
        QCOMPARE(azure.asked.size(), 1);
    }

    void endlessPages_end() {
        Manager azure;
        azure.answers[subscriptions] = {page({}, azure.base() + subscriptions)};
        QVERIFY(said(find(azure.url())).startsWith(QLatin1String("corrupt: ")));
    }

    void oddAnswers_areNoCrash_data() {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const QByteArray& answer, const char* words) {
            QTest::newRow(name) << answer << QString::fromLatin1(words);
        };
        row("no JSON", json("<html>"), "corrupt: ");
        row("cut", json("{\"value\":[{\"subscr"), "corrupt: ");
        row("list", json("[]"), "corrupt: ");
        row("no list", json("{\"value\":7}"), "corrupt: ");
        row("deep", json(QByteArray(5000, '[')), "corrupt: ");
        row("odd items", page("7,null,[],{}"), "4 of the subscriptions could not be read.");
        row("path in id", page(subscription("../x/s", "Evil")), "1 of the subscriptions could not be read.");
        row("401", status("401 No"), "not-authenticated: ");
        row("403", status("403 No"), "not-allowed: ");
        row("500", status("500 No"), "unsupported: ");
    }
    void oddAnswers_areNoCrash() {
        QFETCH(const QByteArray, answer);
        QFETCH(const QString, words);
        Manager azure;
        azure.answers[subscriptions] = {answer};
        const QString told = said(find(azure.url()));
        QVERIFY2(told.startsWith(words), qPrintable(told));
        QVERIFY(!told.contains(QLatin1String("opaque-token")));
    }

    void closedSubscription_leavesTheOthers() {
        Manager azure;
        azure.answers[subscriptions] = {
            page(subscription("s-1", "Closed") + "," + subscription("s-2", "Open"))};
        azure.answers[namespacesOf("s-1")] = {status("403 No")};
        azure.answers[namespacesOf("s-2")] = {page(space("ant") + ",{\"name\":\"x\",\"properties\":{}}")};
        const QString words = said(find(azure.url()));
        QVERIFY2(words.startsWith(QLatin1String("ant|")), qPrintable(words));
        QVERIFY2(words.contains(QLatin1String("namespaces of subscription Closed")), qPrintable(words));
        QVERIFY2(words.contains(QLatin1String("1 of the namespaces of subscription Open could not be read")),
                 qPrintable(words));
    }

    void randomAnswers_areNoCrash() {
        std::mt19937 random(4711); // NOLINT(cert-msc32-c,cert-msc51-cpp): the same ones each time
        const QByteArray good =
            "{\"value\":[" + space("ant") + "],\"nextLink\":\"http://127.0.0.1/subscriptions\"}";
        for (int i = 0; i < 3000; ++i) {
            QByteArray bad = good;
            for (int j = 0; j < 5; ++j)
                bad[static_cast<qsizetype>(random() % static_cast<unsigned>(bad.size()))] =
                    static_cast<char>(random() & 0xff);
            const auto read = readNamespaces(bad, QStringLiteral("s"));
            for (const FoundNamespace& each : read ? read->items : std::vector<FoundNamespace>())
                QVERIFY(!each.host.contains(QLatin1Char('/')));
            (void)readSubscriptions(bad);
            (void)nextPage(QUrl(QStringLiteral("http://127.0.0.1")), read ? read->next : QString());
        }
    }

    void endpointAndToken_areChecked() {
        QVERIFY(said(find(QUrl(QStringLiteral("http://management.example"))))
                    .startsWith(QLatin1String("invalid: The Resource Manager's address has to be https")));
        QVERIFY(said(find(QUrl())).startsWith(QLatin1String("invalid: ")));
        QVERIFY(said(find(azureEndpoint(QStringLiteral("public")), Secret("two words")))
                    .startsWith(QLatin1String("invalid: That is no access token")));
        const QByteArray ended =
            "e30." +
            quoted("{'exp':1600000000}")
                .toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals) +
            ".x";
        QVERIFY(said(find(azureEndpoint(QStringLiteral("public")), Secret(ended)))
                    .contains(QLatin1String("expired at 2020-09-13 12:26:40 UTC")));
    }

    void clouds_haveTheirEndpoints() {
        QCOMPARE(azureEndpoint(QStringLiteral("china")).host(),
                 QStringLiteral("management.chinacloudapi.cn"));
        QCOMPARE(azureEndpoint(QStringLiteral("usgov")).host(),
                 QStringLiteral("management.usgovcloudapi.net"));
        QCOMPARE(azureEndpoint(QStringLiteral("public")).scheme(), QStringLiteral("https"));
        QVERIFY(!azureEndpoint(QStringLiteral("moon")).isValid());
    }
};

QTEST_GUILESS_MAIN(TestArmDiscovery)
#include "tst_armdiscovery.moc"
