// Pauses that a service asks for, against a small server of the test: waited for, in bounds, and for the
// right requests only.
#include "app/http/patientclient.h"

#include <QElapsedTimer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace signalbox;
using namespace signalbox::http;

namespace {

// Answers one after the other; the last one again and again.
class Server : public QTcpServer {
public:
    Server() {
        listen(QHostAddress::LocalHost);
        connect(this, &QTcpServer::newConnection, this, [this] {
            QTcpSocket* socket = nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [this, socket] {
                if (!socket->readAll().contains("\r\n\r\n"))
                    return;
                ++asked;
                socket->write(answers.size() > 1 ? answers.takeFirst() : answers.first());
                socket->disconnectFromHost();
            });
        });
    }
    QList<QByteArray> answers;
    int asked = 0;
};

QByteArray reply(const QByteArray& status, const QByteArray& headers = {}) {
    return "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers + "Content-Length: 2\r\n\r\n{}";
}

Result<Answer> ask(Server& server, const QByteArray& verb, Patience patience) {
    Settings settings;
    settings.base = QUrl(QStringLiteral("http://127.0.0.1:%1").arg(server.serverPort()));
    PatientClient client(settings, patience);
    Request request;
    request.verb = verb;
    request.path = "/orders";
    auto future = client.send(request);
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, 20000))
        return failure(ErrorKind::Busy, QStringLiteral("no answer"));
    return future.result();
}

constexpr Patience quick{4, 20, 2000, 4000};

} // namespace

class TestPatientClient : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void retryAfter_isReadOrNot_data() {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<qint64>("ms"); // -1: nothing
        const auto row = [](const char* header, qint64 ms) {
            QTest::newRow(header) << QByteArray(header) << ms;
        };
        row("3", 3000);
        row(" 0 ", 0);
        row("Fri, 27 Nov 2026 12:00:07 GMT", 7000);
        row("Fri, 27 Nov 2026 11:00:00 GMT", 0);
        row("99999999999999", 365LL * 24 * 3600 * 1000);
        row("", -1);
        row("-5", -1);
        row("soon", -1);
        row("1e9", -1);
        row("99999999999999999999999999", -1);
        row("Fri, 99 Nov 2026 12:00:07 GMT", -1);
    }
    void retryAfter_isReadOrNot() {
        QFETCH(const QByteArray, header);
        QFETCH(const qint64, ms);
        const QDateTime now(QDate(2026, 11, 27), QTime(12, 0), Qt::UTC);
        QCOMPARE(retryAfterMs(header, now).value_or(-1), ms);
    }

    void throttled_isAskedAgain_data() {
        QTest::addColumn<QByteArray>("verb");
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<int>("asked");
        for (const char* verb : {"GET", "PUT", "DELETE"}) {
            for (const char* status : {"429 Busy", "503 Busy"})
                QTest::addRow("%s %s", verb, status) << QByteArray(verb) << QByteArray(status) << 3;
        }
        QTest::newRow("GET 502") << QByteArray("GET") << QByteArray("502 Oops") << 3;
        // It may have been done: not again.
        QTest::newRow("PUT 502") << QByteArray("PUT") << QByteArray("502 Oops") << 1;
        QTest::newRow("DELETE 500") << QByteArray("DELETE") << QByteArray("500 Oops") << 1;
        QTest::newRow("GET 404") << QByteArray("GET") << QByteArray("404 None") << 1;
    }
    void throttled_isAskedAgain() {
        QFETCH(const QByteArray, verb);
        QFETCH(const QByteArray, status);
        QFETCH(const int, asked);
        Server server;
        server.answers = {reply(status), reply(status), reply("200 OK")};
        const auto answer = ask(server, verb, quick);
        QVERIFY(answer);
        QCOMPARE(server.asked, asked);
        QCOMPARE(answer->status, asked == 3 ? 200 : status.left(3).toInt());
    }

    void pause_isTheOneAskedFor() {
        Server server;
        server.answers = {reply("429 Busy", "Retry-After: 1\r\n"), reply("200 OK")};
        QElapsedTimer timer;
        timer.start();
        const auto answer = ask(server, "GET", quick);
        QVERIFY(answer && answer->status == 200);
        QVERIFY2(timer.elapsed() >= 990, QByteArray::number(timer.elapsed()).constData());
    }

    void longPause_isNotWaitedFor() {
        Server server;
        server.answers = {reply("429 Busy", "Retry-After: 3600\r\n")};
        const auto answer = ask(server, "GET", quick);
        QVERIFY(answer);
        QCOMPARE(answer->status, 429);
        QCOMPARE(answer->retryAfter, QByteArray("3600"));
        QCOMPARE(server.asked, 1);
    }

    void patience_ends() {
        Server server;
        server.answers = {reply("503 Busy")};
        const auto answer = ask(server, "GET", quick);
        QVERIFY(answer && answer->status == 503);
        QCOMPARE(server.asked, quick.tries);
        server.asked = 0;
        server.answers = {reply("503 Busy", "Retry-After: 1\r\n")};
        const auto bounded = ask(server, "GET", {100, 20, 2000, 1500});
        QVERIFY(bounded && bounded->status == 503);
        QCOMPARE(server.asked, 2); // one second fits, two do not
    }
};

QTEST_GUILESS_MAIN(TestPatientClient)
#include "tst_patientclient.moc"
