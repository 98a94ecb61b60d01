// Identity by content: what a broker changes on delivery does not count, everything else does.
#include "models/messaging/fingerprint.h"
#include "models/messaging/messagecodec.h"
#include "tests/models/messaging/messagegenerator.h"

#include <QtTest>
#include <functional>
#include <set>

using namespace signalbox;

namespace {

Message sample() {
    Message message;
    message.exchange = "shop";
    message.routingKey = "order.placed";
    message.body = "{\"order\":1}";
    message.bodySize = message.body.size();
    message.properties.contentType = QByteArray("application/json");
    message.properties.deliveryMode = 2;
    message.properties.headers = HeaderTable{{"tenant", HeaderValue::string("north")}};
    return message;
}

using Change = std::function<void(Message&)>;

} // namespace

Q_DECLARE_METATYPE(Change)

class TestFingerprint : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalMessages_shareOne();
    void redelivery_changesNothing();
    void emptyTable_countsAsNone();
    void everythingElse_counts_data();
    void everythingElse_counts();
    void fields_doNotRunTogether();
    void encodedProperties_giveTheSame();
    void encodedProperties_ofAnEmptyTableAreNotUsed();
    void randomMessages_doNotCollide();
    void value_isStableOverTime();
    void bytes_goThereAndBack();
    void volatileHeaders_areSeen();
};

void TestFingerprint::equalMessages_shareOne() {
    QVERIFY(fingerprintOf(sample()) == fingerprintOf(sample()));
    QVERIFY(!(fingerprintOf(sample()) == Fingerprint()));
    QCOMPARE(FingerprintHash()(fingerprintOf(sample())), FingerprintHash()(fingerprintOf(sample())));
}

void TestFingerprint::redelivery_changesNothing() {
    Message again = sample();
    again.redelivered = true;
    setHeader(*again.properties.headers, "x-delivery-count", HeaderValue::int64(3));
    setHeader(*again.properties.headers, "x-acquired-count", HeaderValue::int64(1));
    setHeader(*again.properties.headers, "x-stream-offset", HeaderValue::int64(17));
    setHeader(*again.properties.headers, "redelivered", HeaderValue::boolean(true));
    QVERIFY(fingerprintOf(again) == fingerprintOf(sample()));
}

void TestFingerprint::emptyTable_countsAsNone() {
    Message none = sample();
    none.properties.headers.reset();
    Message empty = sample();
    empty.properties.headers = HeaderTable();
    Message counted = sample();
    counted.properties.headers = HeaderTable{{"x-delivery-count", HeaderValue::int64(1)}};
    QVERIFY(fingerprintOf(none) == fingerprintOf(empty));
    QVERIFY(fingerprintOf(none) == fingerprintOf(counted));
}

void TestFingerprint::everythingElse_counts_data() {
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
    row("exchange", [](Message& m) { m.exchange = "shop2"; });
    row("routing key", [](Message& m) { m.routingKey = "order.paid"; });
    row("body", [](Message& m) { m.body += ' '; });
    row("content type", [](Message& m) { m.properties.contentType = QByteArray("text/json"); });
    row("no content type", [](Message& m) { m.properties.contentType.reset(); });
    row("empty content type", [](Message& m) { m.properties.contentType = QByteArray(); });
    row("content encoding", [](Message& m) { m.properties.contentEncoding = QByteArray("gzip"); });
    row("delivery mode", [](Message& m) { m.properties.deliveryMode = 1; });
    row("priority", [](Message& m) { m.properties.priority = 0; });
    row("correlation id", [](Message& m) { m.properties.correlationId = QByteArray("1"); });
    row("reply to", [](Message& m) { m.properties.replyTo = QByteArray("1"); });
    row("expiration", [](Message& m) { m.properties.expiration = QByteArray("1"); });
    row("message id", [](Message& m) { m.properties.messageId = QByteArray("1"); });
    row("timestamp", [](Message& m) { m.properties.timestamp = 1; });
    row("type", [](Message& m) { m.properties.type = QByteArray("1"); });
    row("user id", [](Message& m) { m.properties.userId = QByteArray("1"); });
    row("app id", [](Message& m) { m.properties.appId = QByteArray("1"); });
    row("cluster id", [](Message& m) { m.properties.clusterId = QByteArray("1"); });
    row("header value",
        [](Message& m) { setHeader(*m.properties.headers, "tenant", HeaderValue::string("south")); });
    row("header type", [](Message& m) { (*m.properties.headers)[0].value.kind = ValueKind::Bytes; });
    row("header name", [](Message& m) { (*m.properties.headers)[0].name = "Tenant"; });
    row("one header more", [](Message& m) { setHeader(*m.properties.headers, "x", HeaderValue()); });
    row("no headers", [](Message& m) { m.properties.headers.reset(); });
    row("volatile name further down", [](Message& m) {
        setHeader(*m.properties.headers, "t",
                  HeaderValue::table({{"x-delivery-count", HeaderValue::int64(1)}}));
    });
}

void TestFingerprint::everythingElse_counts() {
    QFETCH(Change, change);
    Message changed = sample();
    change(changed);
    QVERIFY(!(fingerprintOf(changed) == fingerprintOf(sample())));
}

void TestFingerprint::fields_doNotRunTogether() {
    Message left = sample();
    left.exchange = "ab";
    left.routingKey = "c";
    Message right = sample();
    right.exchange = "a";
    right.routingKey = "bc";
    QVERIFY(!(fingerprintOf(left) == fingerprintOf(right)));
}

void TestFingerprint::encodedProperties_giveTheSame() {
    MessageGenerator generator(21);
    for (int i = 0; i < 500; ++i) {
        const Message message = generator.message();
        QCOMPARE(hasVolatileHeader(message), message.properties.amqp10.has_value());
        QVERIFY(fingerprintOf(message, encodeProperties(message.properties)) == fingerprintOf(message));
    }
}

void TestFingerprint::encodedProperties_ofAnEmptyTableAreNotUsed() {
    Message message = sample();
    message.properties.headers = HeaderTable();
    QVERIFY(fingerprintOf(message, encodeProperties(message.properties)) == fingerprintOf(message));
}

void TestFingerprint::randomMessages_doNotCollide() {
    MessageGenerator generator(22);
    std::set<Fingerprint> met;
    std::set<QByteArray> lines;
    for (int i = 0; i < 2000; ++i) {
        Message message = generator.message();
        message.redelivered = false;
        if (message.properties.headers && message.properties.headers->empty())
            message.properties.headers.reset();
        met.insert(fingerprintOf(message));
        lines.insert(toJsonLine(message));
    }
    QCOMPARE(met.size(), lines.size());
}

// Journals hold fingerprints: a message must be known again by a later version.
void TestFingerprint::value_isStableOverTime() {
    QCOMPARE(fingerprintOf(sample()).toHex(), QByteArray("3ccc19e73ef2921b797ac723a8d15117"));
}

void TestFingerprint::bytes_goThereAndBack() {
    const Fingerprint print = fingerprintOf(sample());
    QCOMPARE(print.toBytes().size(), 16);
    QCOMPARE(print.toHex(), print.toBytes().toHex());
    QVERIFY(Fingerprint::fromBytes(print.toBytes()) == print);
    QVERIFY(Fingerprint::fromBytes("short") == Fingerprint());
    QVERIFY(Fingerprint::fromBytes(print.toBytes() + 'x') == Fingerprint());
}

void TestFingerprint::volatileHeaders_areSeen() {
    Message message = sample();
    QVERIFY(!hasVolatileHeader(message));
    message.redelivered = true;
    QVERIFY(!hasVolatileHeader(message));
    for (const char* name : {"redelivered", "x-delivery-count", "x-acquired-count", "x-stream-offset"}) {
        Message delivered = sample();
        setHeader(*delivered.properties.headers, name, HeaderValue::int64(1));
        QVERIFY(hasVolatileHeader(delivered));
    }
    message.properties.headers.reset();
    QVERIFY(!hasVolatileHeader(message));
}

QTEST_GUILESS_MAIN(TestFingerprint)
#include "tst_fingerprint.moc"
