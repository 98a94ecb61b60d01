// What the full-text index knows of a message, and what a search finds.
#include "app/store/snapshot/messagewords.h"
#include "app/store/snapshot/textsearch.h"
#include "tests/support/parkedmessage.h"

#include <QTest>
#include <zlib.h>

using namespace signalbox;

namespace {

QByteArray gzipped(const QByteArray& plain) {
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    QByteArray input = plain;
    QByteArray packed(plain.size() + 100, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.truncate(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return packed;
}

bool found(const QByteArray& body, const QString& search) {
    ParkedMessage parked;
    parked.body = body;
    const Message message = parked.message();
    MessageWords words;
    return TextSearch(search).matches(words.of(message, parkedFacts(message)).text);
}

} // namespace

class TestMessageWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ofText_splits_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* text, const char* words) {
            QTest::newRow(text) << QString::fromUtf8(text) << QString::fromUtf8(words);
        };
        row("", "");
        row("!?-", "");
        row("Order ORDER order", "order");
        row("john.smith@example.com", "john smith example com");
        row("CRM.Orders.OrderCreated", "crm orders ordercreated");
        row("ORD-2024-0815", "ord 2024 0815");
        row("3FA85F64-5717-4562-B3FC-2C963F66AFA6", "3fa85f6457174562b3fc2c963f66afa6");
        row("{3fa85f64-5717-4562-b3fc-2c963f66afa6}", "3fa85f6457174562b3fc2c963f66afa6");
        row("x3fa85f64-5717-4562-b3fc-2c963f66afa6", "x3fa85f64 5717 4562 b3fc 2c963f66afa6");
        row("snake_case_name", "snake case name");
        row("Größe – CAFÉ", "größe café");
        row("Müller\u00a0GmbH", "müller gmbh");
        row("a\tb\nc", "a b c");
    }
    void ofText_splits() {
        QFETCH(QString, text);
        MessageWords splitter;
        QTEST(QString::fromUtf8(splitter.ofText(text.toUtf8())), "words");
    }

    void search_finds_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("search");
        QTest::addColumn<bool>("expected");
        const QByteArray json =
            R"({"orderId":4711,"mail":"john.smith@example.com","id":"3fa85f64-5717-4562-b3fc-2c963f66afa6",)"
            R"("note":"caf\u00e9\ncrew","type":"Crm.OrderCreated"})";
        const auto row = [](const char* name, const QByteArray& body, const char* search, bool expected) {
            QTest::newRow(name) << body << QString::fromUtf8(search) << expected;
        };
        row("nothing asked", json, "  ", true);
        row("only signs", json, "?!", false);
        row("a number", json, "4711", true);
        row("part of a number", json, "471", false);
        row("prefix of a number", json, "471*", true);
        row("a key", json, "orderid", true);
        row("words in any order", json, "crew 4711", true);
        row("one word missing", json, "crew 4712", false);
        row("mail", json, "john.smith@example.com", true);
        row("part of a mail", json, "example.com", true);
        row("dotted name", json, "crm.ordercreated", true);
        row("upper case", json, "CRM", true);
        row("guid", json, "3fa85f64-5717-4562-b3fc-2c963f66afa6", true);
        row("guid without dashes", json, "3fa85f6457174562b3fc2c963f66afa6", true);
        row("guid in braces", json, "{3FA85F64-5717-4562-B3FC-2C963F66AFA6}", true);
        row("start of a guid", json, "3fa85f64", true);
        row("more of a guid", json, "3fa85f64-57", true);
        row("another guid", json, "3fa85f65", false);
        row("json escapes", json, "café", true);
        row("word after an escape", json, "crew", true);
        row("header name and value", json, "deaths parked.orders", true);
        row("content type", json, "application/json", true);
        row("gzip that nothing tells of", gzipped(json), "4711", true);
        row("binary", QByteArray("\x00\x01 secretword", 13), "secretword", false);
        row("plain text keeps backslashes", "C:\\new\\table", "new", true);
    }
    void search_finds() {
        QFETCH(QByteArray, body);
        QFETCH(QString, search);
        QTEST(found(body, search), "expected");
    }

    void of_readsPackedBodies() {
        Message message = ParkedMessage{}.message();
        message.properties.contentEncoding = "gzip";
        message.body = gzipped("{\"word\":\"insidegzip\"}");
        MessageWords words;
        QVERIFY(words.of(message, {}).text.contains(" insidegzip "));
        message.body.chop(8); // broken
        QVERIFY(words.of(message, {}).partial);
        message.body = gzipped(QByteArray(50'000'000, 'x')); // a bomb
        const auto bomb = words.of(message, {});
        QVERIFY(bomb.partial);
        QVERIFY(bomb.text.size() < 1000);
    }

    void of_saysWhatItLeftOut() {
        Message message = ParkedMessage{}.message();
        MessageWords words;
        message.body = "early " + QByteArray(MessageWords::bodyLimit, ' ') + " late";
        const auto taken = words.of(message, {});
        QVERIFY(taken.partial);
        QVERIFY(taken.text.contains(" early "));
        QVERIFY(!taken.text.contains(" late "));
        message.body = "short";
        QVERIFY(!words.of(message, {}).partial);
        message.bodyComplete = false;
        QVERIFY(words.of(message, {}).partial);
    }

    void of_survivesHostileMessages() {
        MessageWords words;
        Message message = ParkedMessage{}.message();
        HeaderValue deep = HeaderValue::string("bottom");
        for (int i = 0; i < 1000; ++i) // no decoder lets more than a hundred in
            deep = HeaderValue::array({std::move(deep)});
        setHeader(*message.properties.headers, "deep", std::move(deep));
        setHeader(*message.properties.headers, QByteArray("\xff\xfe\x00name", 7),
                  HeaderValue::string("\xc3\x28 \xed\xa0\x80"));
        for (const QByteArray& body :
             {QByteArray(300'000, '\\'), QByteArray("{\"a\":\"\\u12"), QByteArray("{\"\\ud800\\u0041\"}"),
              QByteArray("{\"\\ud83d\\ude00 x\"}"), QByteArray("\xf0\x9f\x98").repeated(1000)}) {
            message.body = body;
            QVERIFY(words.of(message, parkedFacts(message)).text.startsWith(' '));
        }
    }
};

QTEST_GUILESS_MAIN(TestMessageWords)
#include "tst_messagewords.moc"
