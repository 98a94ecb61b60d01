// The HTTP client against a small server of the test: answers, refusals, silence, nonsense.
#include "app/http/httpclient.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace signalbox;
using namespace signalbox::http;

namespace {

class Server : public QTcpServer {
public:
    Server() {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                request += socket->readAll();
                if (!request.contains("\r\n\r\n") || answer.isEmpty())
                    return;
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
    }
    Settings settings() const {
        Settings made;
        made.base = QUrl(QStringLiteral("http://127.0.0.1:%1/prefix/").arg(serverPort()));
        made.user = QStringLiteral("ops");
        made.password = Secret("very secret");
        made.timeoutMs = 2000;
        return made;
    }
    QByteArray answer;
    QByteArray request;
};

QByteArray reply(const char* status, const QByteArray& body, const QByteArray& headers = {}) {
    return QByteArray("HTTP/1.1 ") + status + "\r\nConnection: close\r\n" + headers +
           "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

Result<Answer> ask(Client& client, const QByteArray& path = "/api/overview", const Query& query = {}) {
    auto future = client.get(path, query);
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 15000))
        return failure(ErrorKind::Busy, QStringLiteral("no answer"));
    return future.result();
}

} // namespace

class TestHttpClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void get_sendsWhatIsNeededAndNoMore() {
        Server server;
        server.answer = reply("200 OK", "{}");
        Client client(server.settings());
        const auto answer =
            ask(client, "/api/queues/%2F/a%2Fb", {{QStringLiteral("name"), QStringLiteral("x&y z")}});
        QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().summary));
        QCOMPARE(answer->body, QByteArray("{}"));
        QVERIFY2(server.request.startsWith("GET /prefix/api/queues/%2F/a%2Fb?name=x%26y%20z HTTP/1.1"),
                 server.request.constData());
        QVERIFY(server.request.contains("Authorization: Basic " + QByteArray("ops:very secret").toBase64()));
    }

    void refusals_becomeErrorsWithoutSecrets_data() {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<int>("kind");
        QTest::newRow("401") << QByteArray("401 Unauthorized")
                             << static_cast<int>(ErrorKind::NotAuthenticated);
        QTest::newRow("403") << QByteArray("403 Forbidden") << static_cast<int>(ErrorKind::NotAllowed);
        QTest::newRow("404") << QByteArray("404 Not Found") << static_cast<int>(ErrorKind::NotFound);
        QTest::newRow("500") << QByteArray("500 Oops") << static_cast<int>(ErrorKind::Unsupported);
        QTest::newRow("302") << QByteArray("302 Found") << static_cast<int>(ErrorKind::Unsupported);
    }

    void refusals_becomeErrorsWithoutSecrets() {
        QFETCH(QByteArray, status);
        QFETCH(int, kind);
        Server server;
        server.answer =
            reply(status.constData(), "{\"reason\":\"because\"}", "Location: http://127.0.0.1:1/\r\n");
        Client client(server.settings());
        const auto answer = ask(client);
        QVERIFY(!answer);
        QCOMPARE(static_cast<int>(answer.error().kind), kind);
        QVERIFY2(answer.error().detail.contains(QStringLiteral("because")),
                 qPrintable(answer.error().detail));
        QVERIFY(!(answer.error().summary + answer.error().detail).contains(QStringLiteral("very secret")));
    }

    void silence_endsInTime() {
        Server server;
        Settings settings = server.settings();
        settings.timeoutMs = 300;
        Client client(settings);
        const auto answer = ask(client);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::CannotConnect);
    }

    void nobodyThere_isSaid() {
        Settings settings;
        {
            Server server;
            settings = server.settings();
        }
        Client client(settings);
        const auto answer = ask(client);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::CannotConnect);
        QVERIFY(answer.error().summary.contains(settings.base.toString(QUrl::StripTrailingSlash)));
    }

    void nonsense_isNoCrash() {
        for (const char* words : {"hello", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "\r\n\r\n\r\n",
                                  "HTTP/9.9 abc\r\n\r\n"}) {
            Server server;
            server.answer = words;
            Client client(server.settings());
            QVERIFY2(!ask(client), words);
        }
    }

    void tooLarge_isStopped() {
        Server server;
        server.answer = reply("200 OK", QByteArray(1 << 20, 'x'));
        Settings settings = server.settings();
        settings.mostBytes = 1000;
        Client client(settings);
        const auto answer = ask(client);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Corrupt);
    }

    void missingTlsFile_isNamed() {
        Settings settings;
        settings.base = QUrl(QStringLiteral("https://127.0.0.1:1"));
        settings.tls.caFile = QStringLiteral("/nowhere/ca.pem");
        Client client(settings);
        const auto answer = ask(client);
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, ErrorKind::Invalid);
        QVERIFY(answer.error().summary.contains(QStringLiteral("/nowhere/ca.pem")));
    }
};

QTEST_GUILESS_MAIN(TestHttpClient)
#include "tst_httpclient.moc"
