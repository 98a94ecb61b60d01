// Conventions of frameworks: the shipped ones name the right queues; a slip in a file is told at its place.
#include "models/messaging/conventions.h"
#include "tests/models/messaging/deathfixture.h"

#include <QTest>

using namespace signalbox;

class TestConventions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void shipped_nameQueues_data() {
        QTest::addColumn<QString>("queue");
        QTest::addColumn<QString>("framework");
        const auto row = [](const char* queue, const char* framework) {
            QTest::newRow(queue) << QString::fromUtf8(queue) << QString::fromUtf8(framework);
        };
        row("submit-order_error", "MassTransit");
        row("submit-order_skipped", "MassTransit");
        row("error", "NServiceBus or Rebus");
        row("EasyNetQ_Default_Error_Queue", "EasyNetQ");
        row("EasyNetQ_Default_Error_Queue_billing", "EasyNetQ");
        row("orders", "");
        row("errors", "");
        row("terror", "");
        row("orders_error_handled", "");
        row("_error", "");
        row("", "");
    }
    void shipped_nameQueues() {
        QFETCH(QString, queue);
        QTEST(conventionOf(queue, shippedConventions()), "framework");
    }

    void own_areRead() {
        const auto read = parseConventions(
            R"({"frameworks":[{"framework":"Ours","queues":["^ours\\."],"markerHeaders":["x-our-error","x-2"],)"
            R"("exceptionType":["t"],"exceptionText":["m"],"stackTrace":["s"],"failedAt":["a"],"failedQueue":["q"],)"
            R"("messageType":["y"],"reason":["r"],"originExchange":["e"],"originKey":["k"],"jsonEnvelope":true},)"
            R"({"framework":"Bare"}]})");
        QVERIFY(read);
        QCOMPARE(read->frameworks.size(), 2);
        const FrameworkConvention& ours = read->frameworks.front();
        QCOMPARE(ours.framework, QStringLiteral("Ours"));
        QCOMPARE(ours.markerHeaders, (QList<QByteArray>{"x-our-error", "x-2"}));
        QVERIFY(ours.jsonEnvelope);
        const QList<QByteArray> all = ours.exceptionType + ours.exceptionText + ours.stackTrace +
                                      ours.failedAt + ours.failedQueue + ours.messageType + ours.reason +
                                      ours.originExchange + ours.originKey;
        QCOMPARE(all, (QList<QByteArray>{"t", "m", "s", "a", "q", "y", "r", "e", "k"}));
        QCOMPARE(conventionOf(QStringLiteral("ours.dead"), *read), QStringLiteral("Ours"));
        QCOMPARE(conventionOf(QStringLiteral("theirs.ours."), *read), QString());
        const FrameworkConvention& bare = read->frameworks.back();
        QVERIFY(bare.queuePatterns.isEmpty() && bare.markerHeaders.isEmpty() && !bare.jsonEnvelope);
    }

    void own_firstPresentHeaderWins() {
        const auto conventions = parseConventions(
            R"({"frameworks":[{"framework":"Ours","markerHeaders":["fail"],"exceptionText":["new","old"]}]})");
        QVERIFY(conventions);
        QCOMPARE(
            deathFacts(withTexts({{"fail", ""}, {"old", "o"}, {"new", "n"}}), *conventions).exceptionText,
            QStringLiteral("n"));
        QCOMPARE(deathFacts(withTexts({{"fail", ""}, {"old", "o"}}), *conventions).exceptionText,
                 QStringLiteral("o"));
        QCOMPARE(deathFacts(withTexts({{"old", "o"}}), *conventions).framework, QString());
    }

    void errors_nameEntryAndField_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("said");
        const auto row = [](const char* name, const char* json, const char* said) {
            QTest::newRow(name) << QByteArray(json) << QString::fromUtf8(said);
        };
        const auto second = [&](const char* name, const QByteArray& members, const char* said) {
            row(name, R"({"frameworks":[{"framework":"A"},{)" + members + "}]}", said);
        };
        row("empty", "", "not valid JSON");
        row("no JSON", "{ this is not JSON", "line 1");
        row("a list", "[]", "Here should be an object");
        row("nothing in it", "{}", "\"frameworks\" is missing");
        row("no list", R"({"frameworks":{}})", "frameworks: Here should be a list");
        row("unknown member", R"({"frameworks":[],"version":1})", "version: ");
        second("no name", R"("queues":[])", "frameworks[1]: The member \"framework\" is missing");
        second("empty name", R"("framework":"")", "frameworks[1].framework: ");
        second("name of number", R"("framework":1)", "frameworks[1].framework: ");
        second("unknown field", R"("framework":"B","markers":[])", "frameworks[1].markers: ");
        second("name twice", R"("framework":"A")", "frameworks[1].framework: ");
        second("bad pattern", R"("framework":"B","queues":["ok","*open"])", "frameworks[1].queues[1]: ");
        second("queues of text", R"("framework":"B","queues":"error")",
               "frameworks[1].queues: Here should be a list");
        second("header of number", R"("framework":"B","reason":[1])", "frameworks[1].reason[0]: ");
        second("empty header", R"("framework":"B","reason":[""])", "frameworks[1].reason[0]: ");
        second("envelope of text", R"("framework":"B","jsonEnvelope":"yes")", "frameworks[1].jsonEnvelope: ");
    }
    void errors_nameEntryAndField() {
        QFETCH(QByteArray, json);
        QFETCH(QString, said);
        const auto read = parseConventions(json);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Invalid);
        QVERIFY2(read.error().summary.contains(said), qPrintable(read.error().summary));
    }

    void hostilePattern_onLongName_ends() {
        const auto read = parseConventions(R"({"frameworks":[{"framework":"A","queues":["^(a+)+$"]}]})");
        QVERIFY(read);
        QCOMPARE(conventionOf(QString(5000, QLatin1Char('a')) + QLatin1Char('b'), *read), QString());
    }
};

QTEST_GUILESS_MAIN(TestConventions)
#include "tst_conventions.moc"
