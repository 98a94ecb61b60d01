// Failure signatures: what folds, what stays, how many groups a flood of errors makes.
#include "models/deadletters/signature.h"
#include "models/deadletters/signaturescan.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTest>
#include <QUuid>

using namespace signalbox;

class TestSignature : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void fold_replacesWhatVaries_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* expected) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(expected);
        };
        row("", "");
        row("Timeout after 30 s", "Timeout after <n> s");
        row("Timeout after 30s", "Timeout after <n>s");
        row("took 1,234.5 ms, then 1e-7", "took <n> ms, then <n>");
        row("delta is -5", "delta is <n>");
        row("Order 3fa85f64-5717-4562-b3fc-2c963f66afa6 failed", "Order <id> failed");
        row("Order {3FA85F64-5717-4562-B3FC-2C963F66AFA6}.", "Order {<id>}.");
        row("order-3fa85f64-5717-4562-b3fc-2c963f66afa6.json", "order-<id>.json");
        row("key 3fa85f6457174562b3fc2c963f66afa6", "key <id>");
        row("commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "commit <id>");
        row("at 0x7ffe12ab and 0xFF", "at <id> and <id>");
        row("token a8Fk3Lz9Q1", "token <id>");
        row("worker srv01 of node12b", "worker srv<n> of node<n>b");
        row("since 2026-11-23", "since <time>");
        row("since 2026-11-23T10:11:12.345Z.", "since <time>.");
        row("since 2026-11-23 10:11:12+01:00,", "since <time>,");
        row("on 11/23/2026 10:11:12 PM x", "on <time> x");
        row("on 23.11.2026 10:11", "on <time>");
        row("at 10:11:12", "at <time>");
        row("from 10.0.0.17:5672 to 192.168.1.1", "from <address> to <address>");
        row("host db7.internal.example.com:5432 refused", "host <address> refused");
        row("mail a.b+c@example.com.", "mail <address>.");
        row("GET https://shop.example.com/orders/4711?x=1 failed", "GET <address> failed");
        row("(see http://x.y/z)", "(see <address>)");
        row("unknown customer 'Meier & Sons'", "unknown customer <text>");
        row("field \"total\" is wrong", "field <text> is wrong");
        row("can't reach, won't try", "can't reach, won't try");
        row("the 'open quote", "the 'open quote");
        row("line one\r\n   line  two", "line one line two");
        row("System.TimeoutException", "System.TimeoutException");
        row("MIME type text/plain", "MIME type text/plain");
        row("Größe überschritten: 5", "Größe überschritten: <n>");
        row("version 1.2.3.4.5", "version <n>");
        row("deadbeef cafe", "deadbeef cafe");
    }
    void fold_replacesWhatVaries() {
        QFETCH(QString, text);
        QTEST(foldVariables(text), "expected");
    }

    void signature_tellsCausesApart() {
        DeathFacts facts;
        facts.reason = QStringLiteral("rejected");
        facts.exceptionType = QStringLiteral("TimeoutException");
        facts.exceptionText = QStringLiteral("Timeout after 30 s");
        facts.messageType = QStringLiteral("OrderCreated");
        facts.originQueue = QStringLiteral("orders");
        const FailureSignature base = failureSignature(facts);
        QCOMPARE(base.bytes.size(), 20);
        QCOMPARE(base.title, QStringLiteral("Timeout after <n> s"));

        DeathFacts same = facts;
        same.exceptionText = QStringLiteral("Timeout after 45 s");
        same.deaths = 9;
        QCOMPARE(failureSignature(same), base);

        QSet<QByteArray> all{base.bytes};
        for (QString DeathFacts::*part :
             {&DeathFacts::reason, &DeathFacts::exceptionType, &DeathFacts::exceptionText,
              &DeathFacts::messageType, &DeathFacts::originQueue}) {
            DeathFacts other = facts;
            (other.*part) += QStringLiteral("x");
            all.insert(failureSignature(other).bytes);
        }
        QCOMPARE(all.size(), 6);
    }

    // People's notes hang on these bytes: this test fails when the rules change without a new version.
    void signature_staysTheSameForEver() {
        DeathFacts facts;
        facts.reason = QStringLiteral("rejected");
        facts.exceptionText = QStringLiteral("Order 7 of 'A' failed at 10:00:00");
        facts.originQueue = QStringLiteral("orders");
        QCOMPARE(failureSignature(facts).bytes.toHex(),
                 QByteArray("391b0ac373ecd618b84039babf1b71dffafbc17f"));
    }

    void signature_titleFallsBackToWhatIsKnown() {
        DeathFacts facts;
        facts.reason = QStringLiteral("expired");
        QCOMPARE(failureSignature(facts).title, QStringLiteral("expired"));
        facts.exceptionType = QStringLiteral("X");
        QCOMPARE(failureSignature(facts).title, QStringLiteral("X"));
    }

    void signature_groupsAFloodOfErrors() {
        quint32 seed = 7;
        const auto random = [&seed](quint32 below) {
            seed = seed * 1664525 + 1013904223;
            return (seed >> 8) % below;
        };
        const auto guid = [&] {
            return QUuid(random(1u << 24) * 256 + 7, static_cast<ushort>(random(65536)),
                         static_cast<ushort>(random(65536)), 1, 2, 3, 4, 5, static_cast<uchar>(random(256)),
                         static_cast<uchar>(random(256)), static_cast<uchar>(random(256)))
                .toString(QUuid::WithoutBraces);
        };
        std::vector<DeathFacts> flood(20000);
        for (DeathFacts& facts : flood) {
            const quint32 kind = random(8);
            const QString number = QString::number(random(1'000'000));
            const QString texts[] = {
                QStringLiteral("Order %1 not found").arg(guid()),
                QStringLiteral("Timeout after %1 ms calling https://erp%2.example.com/api/%3")
                    .arg(number)
                    .arg(random(9))
                    .arg(guid()),
                QStringLiteral("Deadlock victim, process id %1, transaction 0x%2")
                    .arg(number)
                    .arg(random(1u << 24), 0, 16),
                QStringLiteral("Duplicate key '%1' in table \"orders\"").arg(guid().left(9)),
                QStringLiteral("Invalid date %1 in line %2")
                    .arg(QDate(2026, 1, 1).addDays(random(300)).toString(Qt::ISODate))
                    .arg(number),
                QStringLiteral("Customer %1 (user%2@example.com) is blocked since %3")
                    .arg(number)
                    .arg(random(5000))
                    .arg(QDateTime::fromSecsSinceEpoch(1700000000 + random(1u << 24), Qt::UTC)
                             .toString(Qt::ISODate)),
                QStringLiteral("Connection to 10.0.%1.%2:5432 refused").arg(random(255)).arg(random(255)),
                QStringLiteral("Object reference not set"),
            };
            facts.reason = QStringLiteral("rejected");
            facts.exceptionText = texts[kind];
            facts.originQueue = QStringLiteral("orders");
        }
        QElapsedTimer timer;
        timer.start();
        QSet<QByteArray> groups;
        for (const DeathFacts& facts : flood)
            groups.insert(failureSignature(facts).bytes);
        QCOMPARE(groups.size(), 8);
        QVERIFY2(timer.elapsed() < 5000, "20,000 messages group in well under a second in a release build");
    }

    void fold_takesHostileTextInLinearTime() {
        QElapsedTimer timer;
        timer.start();
        for (const QString& piece :
             {QStringLiteral("'"), QStringLiteral("'a "), QStringLiteral("1:"), QStringLiteral("a@"),
              QStringLiteral("-"), QStringLiteral("1."), QStringLiteral("a."), QStringLiteral("://"),
              QString(QChar(0xd800)), QString(QChar(0))}) {
            const QString text = piece.repeated(1'000'000 / piece.size());
            QVERIFY(foldVariables(text, text.size()).size() <= text.size() * 8);
        }
        QVERIFY2(timer.elapsed() < 20000, "one pass");
    }
};

QTEST_GUILESS_MAIN(TestSignature)
#include "tst_signature.moc"
