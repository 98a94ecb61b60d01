// The binary form at rest: every kind comes back, damage is found and said, nothing makes the reader crash.
#include "models/messaging/messagecodec.h"
#include "tests/models/messaging/messagegenerator.h"

#include <QtTest>
#include <cmath>

using namespace signalbox;

namespace {

MessageProperties withHeaders(HeaderTable headers) {
    MessageProperties properties;
    properties.headers = std::move(headers);
    return properties;
}

HeaderValue nested(int levels, bool asTables) {
    HeaderValue value = HeaderValue::int64(7);
    for (int i = 0; i < levels; ++i)
        value = asTables ? HeaderValue::table({{"n", value}}) : HeaderValue::array({value});
    return value;
}

// Header table only: version, mask, then one header "a" whose value is `value`.
QByteArray wireOf(const QByteArray& value, const QByteArray& count = QByteArray(1, 1)) {
    return QByteArray::fromHex("010020") + count +
           QByteArray("\x01"
                      "a") +
           value;
}

} // namespace

class TestMessageCodec : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_keepsEverything();
    void roundTrip_keepsNothingToo();
    void roundTrip_tellsEmptyFromAbsent();
    void roundTrip_keepsBitsOfNaN();
    void roundTrip_keepsRepeatedNamesInOrder();
    void encode_isStableOverTime();
    void stable_leavesOutWhatTheBrokerChanges();
    void stable_leavesOutCountsAndLocksOfAmqp10();
    void stable_takesAnEmptyTableForNone();
    void decode_refusesEveryTruncation();
    void decode_refusesWhatFollows();
    void decode_survivesBitFlips();
    void decode_survivesNoise();
    void decode_refusesNonsense_data();
    void decode_refusesNonsense();
    void decode_namesTheByte();
    void decode_refusesNewerVersions();
    void nesting_hasALimit();
    void nesting_ofHostileDepthIsRefused();
};

void TestMessageCodec::roundTrip_keepsEverything() {
    MessageGenerator generator(11);
    int withTable = 0;
    for (int i = 0; i < 3000; ++i) {
        const MessageProperties properties = generator.properties();
        withTable += properties.headers && !properties.headers->empty() ? 1 : 0;
        const auto back = decodeProperties(encodeProperties(properties));
        QVERIFY2(back, qPrintable(back ? QString() : back.error().summary));
        QVERIFY(*back == properties);
    }
    QVERIFY(withTable > 500);
}

void TestMessageCodec::roundTrip_keepsNothingToo() {
    const QByteArray bytes = encodeProperties({});
    QCOMPARE(bytes.size(), 3);
    const auto back = decodeProperties(bytes);
    QVERIFY(back && *back == MessageProperties());
}

void TestMessageCodec::roundTrip_tellsEmptyFromAbsent() {
    MessageProperties properties = withHeaders({});
    properties.messageId = QByteArray("");
    const auto back = decodeProperties(encodeProperties(properties));
    QVERIFY(back && back->headers && back->headers->empty());
    QVERIFY(back->messageId && back->messageId->isEmpty());
    QVERIFY(!back->correlationId);
}

void TestMessageCodec::roundTrip_keepsBitsOfNaN() {
    const std::uint64_t bits = 0xFFF8000000012345;
    HeaderValue value;
    value.kind = ValueKind::Double;
    value.data = std::bit_cast<double>(bits);
    const auto back = decodeProperties(encodeProperties(withHeaders({{"n", value}})));
    QVERIFY(back);
    const double read = std::get<double>(back->headers->front().value.data);
    QVERIFY(std::isnan(read));
    QCOMPARE(std::bit_cast<std::uint64_t>(read), bits);
}

void TestMessageCodec::roundTrip_keepsRepeatedNamesInOrder() {
    const HeaderTable headers{
        {"b", HeaderValue::int64(1)}, {"a", HeaderValue::int64(2)}, {"b", HeaderValue::int64(3)}};
    const auto back = decodeProperties(encodeProperties(withHeaders(headers)));
    QVERIFY(back && *back->headers == headers);
}

// What older versions wrote lies in people's journals: these bytes must stay readable for ever.
void TestMessageCodec::encode_isStableOverTime() {
    MessageProperties properties =
        withHeaders({{"k", HeaderValue::string("v")}, {"n", HeaderValue::int64(-2)}});
    properties.contentType = QByteArray("text/plain");
    properties.clusterId = QByteArray("c");
    properties.deliveryMode = 2;
    properties.priority = 9;
    properties.timestamp = 300;
    const QByteArray written = QByteArray::fromHex("01013e"
                                                   "0a746578742f706c61696e"
                                                   "0163"
                                                   "02"
                                                   "09"
                                                   "ac02"
                                                   "02"
                                                   "016b0e0176"
                                                   "016e0803");
    QCOMPARE(encodeProperties(properties).toHex(), written.toHex());
    const auto back = decodeProperties(written);
    QVERIFY(back && *back == properties);
}

void TestMessageCodec::stable_leavesOutWhatTheBrokerChanges() {
    const Header kept{"kept", HeaderValue::table({{"x-delivery-count", HeaderValue::int64(1)}})};
    const MessageProperties plain = withHeaders({kept});
    const MessageProperties delivered = withHeaders({{"x-delivery-count", HeaderValue::int64(4)},
                                                     kept,
                                                     {"x-acquired-count", HeaderValue::int64(2)},
                                                     {"redelivered", HeaderValue::boolean(true)},
                                                     {"x-stream-offset", HeaderValue::int64(99)}});
    QVERIFY(encodeProperties(delivered) != encodeProperties(plain));
    QCOMPARE(encodeStableProperties(delivered), encodeProperties(plain));
    QCOMPARE(encodeStableProperties(plain), encodeProperties(plain));
}

void TestMessageCodec::stable_leavesOutCountsAndLocksOfAmqp10() {
    const auto with = [](std::int64_t count, std::int64_t lockedUntil) {
        MessageProperties made;
        made.amqp10 = HeaderTable{
            {"delivery-count", HeaderValue::int64(count)},
            {"annotations", HeaderValue::table({{"x-opt-sequence-number", HeaderValue::int64(7)},
                                                {"x-opt-locked-until", HeaderValue::int64(lockedUntil)}})}};
        return made;
    };
    QVERIFY(encodeProperties(with(1, 5)) != encodeProperties(with(2, 6)));
    QCOMPARE(encodeStableProperties(with(1, 5)), encodeStableProperties(with(2, 6)));
    QVERIFY(encodeStableProperties(with(1, 5)) != encodeStableProperties({}));
}

void TestMessageCodec::stable_takesAnEmptyTableForNone() {
    QCOMPARE(encodeStableProperties(withHeaders({})), encodeProperties({}));
    QCOMPARE(encodeStableProperties(withHeaders({{"x-delivery-count", HeaderValue::int64(1)}})),
             encodeProperties({}));
}

void TestMessageCodec::decode_refusesEveryTruncation() {
    MessageGenerator generator(12);
    for (int i = 0; i < 100; ++i) {
        const QByteArray whole = encodeProperties(generator.properties());
        for (qsizetype size = 0; size < whole.size(); ++size) {
            const auto read = decodeProperties(QByteArrayView(whole).first(size));
            QVERIFY(!read);
            QCOMPARE(read.error().kind, ErrorKind::Corrupt);
        }
    }
}

void TestMessageCodec::decode_refusesWhatFollows() {
    QVERIFY(!decodeProperties(encodeProperties({}) + '\0'));
}

void TestMessageCodec::decode_survivesBitFlips() {
    MessageGenerator generator(13);
    int accepted = 0;
    for (int i = 0; i < 60; ++i) {
        const QByteArray whole = encodeProperties(generator.properties());
        for (qsizetype bit = 0; bit < whole.size() * 8; ++bit) {
            QByteArray damaged = whole;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
            if (const auto read = decodeProperties(damaged)) {
                ++accepted; // then it says something else, and must be writable again
                QVERIFY(!encodeProperties(*read).isEmpty());
            }
        }
    }
    QVERIFY(accepted > 0);
}

void TestMessageCodec::decode_survivesNoise() {
    MessageGenerator generator(14);
    for (int i = 0; i < 20000; ++i) {
        QByteArray noise = generator.bytes(60);
        if (noise.size() > 2 && generator.chance(2)) { // let it come past the front door
            noise[0] = 1;
            noise[2] = static_cast<char>(noise[2] & 0x3F);
        }
        const auto read = decodeProperties(noise);
        QVERIFY(read || !read.error().summary.isEmpty());
    }
}

void TestMessageCodec::decode_refusesNonsense_data() {
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray huge = QByteArray::fromHex("ffffffffffffffffff01"); // 2^64 - 1
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("unknown property") << QByteArray::fromHex("010040");
    QTest::newRow("text longer than all") << QByteArray::fromHex("010100") + huge + "abc";
    QTest::newRow("text of 2^63") << QByteArray::fromHex("01010080808080808080808001") + "abc";
    QTest::newRow("length that never ends") << QByteArray::fromHex("010100") + QByteArray(40, '\xff');
    QTest::newRow("more headers than bytes") << QByteArray::fromHex("010020") + huge;
    QTest::newRow("billions of headers") << wireOf(QByteArray(1, 0), QByteArray::fromHex("ffffffff0f"));
    QTest::newRow("unknown kind") << wireOf(QByteArray::fromHex("12"));
    QTest::newRow("no value") << wireOf({});
    QTest::newRow("list longer than all") << wireOf(QByteArray::fromHex("10") + huge);
    QTest::newRow("table longer than all") << wireOf(QByteArray::fromHex("11") + huge);
    QTest::newRow("integer of 65 bits") << wireOf(QByteArray::fromHex("08ffffffffffffffffff02"));
    QTest::newRow("int8 of 300") << wireOf(QByteArray::fromHex("02d804"));
    QTest::newRow("uint8 of 256") << wireOf(QByteArray::fromHex("038002"));
    QTest::newRow("int32 beyond") << wireOf(QByteArray::fromHex("068080808010"));
    QTest::newRow("decimal of 33 bits") << wireOf(QByteArray::fromHex("0c028080808010"));
    QTest::newRow("flag of 2") << wireOf(QByteArray::fromHex("0102"));
    QTest::newRow("cut double") << wireOf(QByteArray::fromHex("0b00112233"));
}

void TestMessageCodec::decode_refusesNonsense() {
    QFETCH(QByteArray, bytes);
    const auto read = decodeProperties(bytes);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::Corrupt);
}

void TestMessageCodec::decode_namesTheByte() {
    const auto read = decodeProperties(wireOf(QByteArray::fromHex("0b00112233")));
    QVERIFY(!read);
    QCOMPARE(read.error().summary,
             QStringLiteral("The stored properties of a message are damaged at byte 11 of 11."));
}

void TestMessageCodec::decode_refusesNewerVersions() {
    QByteArray bytes = encodeProperties({});
    bytes[0] = 3;
    const auto read = decodeProperties(bytes);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, ErrorKind::TooNew);
    QVERIFY(read.error().summary.contains(QStringLiteral("version 3")));
}

void TestMessageCodec::nesting_hasALimit() {
    for (const bool asTables : {true, false}) {
        const MessageProperties deepest = withHeaders({{"a", nested(128, asTables)}});
        const auto back = decodeProperties(encodeProperties(deepest));
        QVERIFY(back && *back == deepest);
        const auto deeper = decodeProperties(encodeProperties(withHeaders({{"a", nested(129, asTables)}})));
        QVERIFY(!deeper);
        QCOMPARE(deeper.error().kind, ErrorKind::Corrupt);
    }
}

void TestMessageCodec::nesting_ofHostileDepthIsRefused() {
    // A million lists of one list each: two bytes a level.
    const QByteArray level = QByteArray::fromHex("1001");
    QVERIFY(!decodeProperties(wireOf(level.repeated(1000000) + QByteArray(1, 0))));
    const QByteArray table = QByteArray::fromHex("11010161");
    QVERIFY(!decodeProperties(wireOf(table.repeated(1000000) + QByteArray(1, 0))));
}

QTEST_GUILESS_MAIN(TestMessageCodec)
#include "tst_messagecodec.moc"
