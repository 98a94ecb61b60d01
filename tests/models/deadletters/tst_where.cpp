// The filter language: what parses, what it matches, where errors point.
#include "models/deadletters/where.h"

#include <QTest>

using namespace signalbox;

namespace {

const QDateTime now(QDate(2026, 11, 23), QTime(12, 0), Qt::UTC);

Message sampleMessage() {
    Message message;
    message.exchange = "dlx";
    message.routingKey = "parked";
    message.redelivered = true;
    MessageProperties& p = message.properties;
    p.contentType = "application/json";
    p.messageId = "AB-12";
    p.correlationId = "corr 7";
    p.priority = 4;
    p.expiration = "60000";
    p.appId = "crm";
    p.timestamp = 1764000000; // 2025-11-24T16:00:00Z
    HeaderTable headers;
    setHeader(headers, "MT-Fault-Message", HeaderValue::string("Timeout after 30 s"));
    setHeader(headers, "NServiceBus.FailedQ", HeaderValue::string("Sales@HOST"));
    setHeader(headers, "odd name", HeaderValue::table({{"nested", HeaderValue::int64(7)}}));
    setHeader(headers, "retries", HeaderValue::int64(3));
    setHeader(headers, "number text", HeaderValue::string("42"));
    setHeader(headers, "flag", HeaderValue::boolean(true));
    setHeader(headers, "x-death",
              HeaderValue::array({HeaderValue::table(
                  {{"queue", HeaderValue::string("orders")}, {"count", HeaderValue::int64(2)}})}));
    p.headers = headers;
    message.body =
        R"({"order":{"id":4711,"total":12.50,"code":"00815","note":"caf\u00e9","when":"2026-11-20T08:00:00Z"},)"
        R"("lines":[{"sku":"bolt","qty":10},{"sku":"nut","qty":0}],"empty":null,"a.b":{"c":1}})";
    message.bodySize = message.body.size();
    return message;
}

DeathFacts sampleFacts() {
    DeathFacts facts;
    facts.reason = QStringLiteral("rejected");
    facts.originQueue = QStringLiteral("orders");
    facts.originExchange = QStringLiteral("crm");
    facts.originKeys = {QStringLiteral("order.created"), QStringLiteral("copy")};
    facts.originKnown = true;
    facts.firstDeath = QDateTime(QDate(2026, 11, 22), QTime(9, 30), Qt::UTC);
    facts.lastDeath = QDateTime(QDate(2026, 11, 23), QTime(11, 15, 20), Qt::UTC);
    facts.deaths = 5;
    facts.exceptionType = QStringLiteral("System.TimeoutException");
    facts.exceptionText = QStringLiteral("Größe überschritten");
    facts.replayAttempts = 1;
    return facts;
}

} // namespace

class TestWhere : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void matches_followsTheGuide_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("expected");
        const auto row = [](const char* text, bool expected) {
            QTest::newRow(text) << QString::fromUtf8(text) << expected;
        };
        row("", true);
        row("reason = rejected", true);
        row("REASON = 'Rejected'", true);
        row("reason == rejected", true);
        row("reason != rejected", false);
        row("reason = \"queue full\"", false);
        row("not reason = expired", true);
        row("reason in (expired, rejected)", true);
        row("reason not in (expired, rejected)", false);
        row("queue = orders", true);
        row("origin starts with ord", true);
        row("exchange = crm", true);
        row("delivered_exchange = dlx", true);
        row("routing_key = order.created", true);
        row("routing_key ends with created", true);
        row("delivered_key = parked", true);
        row("session missing", true);
        row("enqueued missing", true);
        row("error contains \"GRÖSSE\"", false); // folding is per character: ß is not ss
        row("error contains \"GRÖßE Ü\"", true);
        row("exception matches /Timeout(Exception)?$/", true);
        row("exception matches /timeout/", false);
        row("exception matches /timeout/i", true);
        row("exception not matches /timeout/i", false);
        row("type missing", true);
        row("type exists", false);
        row("type = \"\"", true);
        row("message_id = ab-12", true);
        row("correlation_id = \"corr 7\"", true);
        row("framework exists", false);
        row("position = 3", true);
        row("position >= 3 and position < 3.5", true);
        row("deaths > 4", true);
        row("deaths <= 4", false);
        row("deaths in (1, 5)", true);
        row("attempts = 1", true);
        row("redelivered", true);
        row("not redelivered", false);
        row("redelivered = no", false);
        row("size < 10KB", true);
        row("size > 0.1KiB", true);
        row("last_death > \"2026-11-23 10:00\"", true);
        row("last_death > 2026-11-23", false); // not after that day
        row("last_death >= 2026-11-23", true);
        row("last_death = 2026-11-23", true);
        row("last_death = 2026-11-23T11:15", true);
        row("last_death = 2026-11-23T11:15:21", false);
        row("last_death = 2026-11-23T12:15:20+01:00", true);
        row("last_death within 45m", true);
        row("last_death within 44m", false);
        row("last_death within 1h30m", true);
        row("first_death within 2h", false);
        row("first_death < 2026-11-23", true);
        row("last_death exists and first_death exists", true);
        row("content_type = application/json", true);
        row("app_id = crm and priority >= 4", true);
        row("priority > 4", false);
        row("expiration = 60000", true);
        row("expiration > 9000", true); // by number, not by letter
        row("reply_to missing", true);
        row("timestamp > 2025-11-24", false);
        row("timestamp = 2025-11-24", true);
        row("headers.MT-Fault-Message contains timeout", true);
        row("headers.mt-fault-message exists", false); // names are exact
        row("headers.NServiceBus.FailedQ = sales@host", true);
        row("headers.\"odd name\".nested = 7", true);
        row("headers.'odd name'.nested > 7", false);
        row("headers.retries = 3", true);
        row("headers.retries = \"3\"", true);
        row("headers.retries < 10", true);
        row("headers.\"number text\" = 42", true);
        row("headers.\"number text\" < 100", true);
        row("headers.flag = true", true);
        row("headers.x-death[0].queue = orders", true);
        row("headers.x-death[1].queue exists", false);
        row("headers.x-death[*].count = 2", true);
        row("headers.nothing = 1", false);
        row("headers.nothing != 1", true);
        row("headers.nothing missing", true);
        row("body.order.id = 4711", true);
        row("body.order.id = '4711'", true);
        row("body.order.id > 4711", false);
        row("body.order.total = 12.5", true);
        row("body.order.code = 00815", true);
        row("body.order.code = 815", false);
        row("body.order.note = CAFÉ", true);
        row("body.order.when > 2026-11-19", true);
        row("body.order.when within 4d", true);
        row("body.order.when within 3d", false);
        row("body.lines[0].sku = bolt", true);
        row("body.lines[1].qty = 0", true);
        row("body.lines[2].qty exists", false);
        row("body.lines[*].sku = nut", true);
        row("body.lines[*].sku = gear", false);
        row("body.lines[*].sku != nut", false);
        row("body.empty exists", true);
        row("body.empty = null", true);
        row("body.a.b.c = 1", true);
        row("body.\"a.b\".c = 1", true);
        row("body.order contains 4711", true);
        row("body contains \"qty\"", true);
        row("reason = expired or deaths = 5 and queue = orders", true); // and binds tighter
        row("(reason = expired or deaths = 5) and queue = none", false);
        row("not (reason = expired or deaths = 4)", true);
        row("not not redelivered", true);
        row("reason = \"re\\\"jected\"", false);
    }
    void matches_followsTheGuide() {
        QFETCH(QString, text);
        const auto where = Where::parse(text, now);
        QVERIFY2(where.has_value(), where ? "" : qPrintable(where.error().summary));
        QTEST(where->matches(sampleMessage(), sampleFacts(), 3), "expected");
    }

    void enqueued_isATimeOfServiceBus() {
        Message message = sampleMessage();
        HeaderValue at;
        at.kind = ValueKind::Milliseconds;
        at.data = std::int64_t{now.addSecs(-90 * 60).toMSecsSinceEpoch()};
        message.properties.amqp10 =
            HeaderTable{{"annotations", HeaderValue::table({{"x-opt-enqueued-time", at}})}};
        const auto holds = [&](const char* text) {
            const auto where = Where::parse(QString::fromUtf8(text), now);
            return where && where->matches(message, sampleFacts(), 3);
        };
        QVERIFY(holds("enqueued within 2h"));
        QVERIFY(!holds("enqueued within 1h"));
        QVERIFY(holds("enqueued = 2026-11-23T10:30 and enqueued >= 2026-11-23"));
        QVERIFY(!holds("enqueued contains 2026"));
    }

    void parse_pointsAtTheMistake_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* text, int column, const char* words) {
            QTest::newRow(text) << QString::fromUtf8(text) << column << QString::fromUtf8(words);
        };
        row("reasn = rejected", 1, "there is no column \"reasn\"");
        row("reason rejected", 8, "expected =, !=");
        row("reason =", 9, "expected a value, found the end");
        row("reason = a b", 12, "expected and, or, or the end");
        row("deaths = many", 10, "deaths is compared with a number");
        row("deaths contains 1", 8, "expected =, !=, <, <=, >, >=, in");
        row("size > 10XB", 8, "a size such as");
        row("last_death > yesterday", 14, "a time such as");
        row("last_death within soon", 19, "a duration such as");
        row("redelivered = maybe", 15, "true or false");
        row("redelivered < true", 13, "expected = or !=");
        row("reason = 'open", 10, "never closed");
        row("(reason = x", 12, "expected ) to close the ( at column 1");
        row("reason = x)", 11, "expected and, or, or the end");
        row("reason in x", 11, "expected ( and values");
        row("reason in (x y)", 14, "expected , or )");
        row("reason starts x", 15, "expected the word with");
        row("reason matches x", 16, "expected a regular expression");
        row("reason matches /x", 16, "never closed with /");
        row("reason matches /x/g", 19, "ignore case");
        row("reason matches /a(b/", 20, "regular expression is wrong");
        row("reason ! x", 8, "expected !=");
        row("headers = x", 1, "expected a header's name");
        row("headers. = x", 8, "expected a name after the dot");
        row("body.a[x] = 1", 7, "a number from 0 or *");
        row("and", 1, "there is no column");
        row("= x", 1, "expected a column");
        row("reason = x and", 15, "expected a column, headers.NAME or body.path, found the end");
    }
    void parse_pointsAtTheMistake() {
        QFETCH(QString, text);
        QFETCH(int, column);
        QFETCH(QString, words);
        const auto where = Where::parse(text, now);
        QVERIFY(!where.has_value());
        QCOMPARE(where.error().kind, ErrorKind::Invalid);
        const QString start = QStringLiteral("Filter, column %1: ").arg(column);
        QVERIFY2(where.error().summary.startsWith(start), qPrintable(where.error().summary));
        QVERIFY2(where.error().summary.contains(words), qPrintable(where.error().summary));
    }

    void parse_boundsNesting() {
        const auto nested = [](int levels) {
            return QString(levels, u'(') + QStringLiteral("redelivered") + QString(levels, u')');
        };
        QVERIFY(Where::parse(nested(64)).has_value());
        QVERIFY(!Where::parse(nested(65)).has_value());
        QVERIFY(!Where::parse(nested(9000)).has_value());
        QVERIFY(
            !Where::parse(QStringLiteral("not ").repeated(4000) + QStringLiteral("redelivered")).has_value());
    }

    void parse_boundsLength() {
        QString text = QStringLiteral("redelivered");
        while (text.size() < 19000)
            text += QStringLiteral(" and redelivered");
        const auto where = Where::parse(text);
        QVERIFY(where.has_value());
        QVERIFY(where->matches(sampleMessage(), sampleFacts(), 1));
        QVERIFY(!Where::parse(QStringLiteral("a").repeated(10'000'000)).has_value());
    }

    void parse_survivesRandomText() {
        const QString alphabet =
            QStringLiteral("reason=!<>()'\"/\\[]*.,body headers not and or in within 0129KB\u00e9");
        quint32 seed = 1;
        for (int round = 0; round < 20000; ++round) {
            QString text;
            for (int i = 0; i < 40; ++i) {
                seed = seed * 1664525 + 1013904223;
                text += alphabet.at(static_cast<qsizetype>((seed >> 8) % alphabet.size()));
            }
            if (const auto where = Where::parse(text))
                (void)where->matches(sampleMessage(), sampleFacts(), 1);
        }
    }

    void matches_givesUpOnRunawayPatterns() {
        DeathFacts facts = sampleFacts();
        facts.exceptionText = QString(5000, u'a') + u'!';
        const auto where = Where::parse(QStringLiteral("error matches /^(a+)+$/"));
        QVERIFY(where.has_value());
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!where->matches(sampleMessage(), facts, 1));
        QVERIFY2(timer.elapsed() < 2000, "a pattern may not run away");
    }

    void matches_survivesHostileBodies() {
        const auto where = Where::parse(QStringLiteral("body.a.b[*].c = 1 or body.a contains x"));
        QVERIFY(where.has_value());
        Message message = sampleMessage();
        for (const QByteArray& body : {QByteArray(1'000'000, '['), QByteArray("{\"a\":").repeated(200'000),
                                       QByteArray("\xff\xfe\x00{", 4), QByteArray("{\"a\":\"\xc3\x28\"}"),
                                       QByteArray("{\"a\":1e999}"), QByteArray("{\"a\""), QByteArray()}) {
            message.body = body;
            QVERIFY(!where->matches(message, sampleFacts(), 1));
        }
        message.body = "{\"a\":" + QByteArray(200, '[') + "\"x\"" + QByteArray(200, ']') + "}";
        QVERIFY(where->matches(message, sampleFacts(), 1));
    }

    // Neither a test nor its negation may choose a message for what nobody has read.
    void matches_ofABodyThatIsNotHereIsNever_data() {
        QTest::addColumn<bool>("expected");
        for (const char* text :
             {"body.order.id = 4711", "body.order.id != 4711", "not body.order.id = 1", "body missing",
              "body.x missing", "body exists", "body.order.id not in (1, 2)",
              "not (body.x = 1 or reason = expired)", "reason = rejected and body.x != 1"})
            QTest::newRow(text) << false;
        for (const char* text :
             {"reason = rejected or body.x = 1", "not (reason = expired and body.x = 1)", "size > 0"})
            QTest::newRow(text) << true;
    }
    void matches_ofABodyThatIsNotHereIsNever() {
        QFETCH(bool, expected);
        const auto where = Where::parse(QString::fromUtf8(QTest::currentDataTag()));
        QVERIFY(where.has_value());
        Message message = sampleMessage();
        message.bodyComplete = false;
        QCOMPARE(where->matches(message, sampleFacts(), 1), expected); // cut: more is not known
        message.body.clear();
        QCOMPARE(where->matches(message, sampleFacts(), 1), expected); // not kept
    }

    void matches_ofACutBodyFindsWhatIsThere() {
        const auto where = Where::parse(QStringLiteral("body contains 4711"));
        Message message = sampleMessage();
        message.bodyComplete = false;
        QVERIFY(where->matches(message, sampleFacts(), 1));
    }

    void needsBody_isTrueForBodyPathsOnly() {
        QVERIFY(!Where().needsBody());
        QVERIFY(!Where::parse(QStringLiteral("reason = x and headers.a = 1"))->needsBody());
        QVERIFY(
            Where::parse(QStringLiteral("reason = x and not (deaths = 1 or body.a exists)"))->needsBody());
    }

    void within_countsFromTheGivenTime() {
        const QString text = QStringLiteral("last_death within 1h");
        QVERIFY(Where::parse(text, now)->matches(sampleMessage(), sampleFacts(), 1));
        QVERIFY(!Where::parse(text, now.addDays(1))->matches(sampleMessage(), sampleFacts(), 1));
    }
};

QTEST_GUILESS_MAIN(TestWhere)
#include "tst_where.moc"
