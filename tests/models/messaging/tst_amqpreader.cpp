// Values in AMQP 1.0's encoding: what has a body that is a value or a sequence, and bytes that are none.
#include "models/messaging/amqp10.h"
#include "models/messaging/amqpreader.h"

#include <QTest>

using namespace signalbox;

namespace {

QString shown(const QByteArray& bytes) {
    QByteArrayView rest = bytes;
    const auto value = readAmqpValue(rest);
    return value ? QString::fromUtf8(headerText(*value)) + QStringLiteral("|%1").arg(rest.size())
                 : QStringLiteral("none");
}

} // namespace

class TestAmqpReader : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Encodings from the standard's tables.
    void value_isRead_data() {
        QTest::addColumn<QByteArray>("hex");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, const char* hex, const char* text) {
            QTest::newRow(name) << QByteArray(hex) << QString::fromUtf8(text);
        };
        row("true", "41", "true|0");
        row("false, as a byte", "5600", "false|0");
        row("ubyte", "50ff", "255|0");
        row("smallest long", "818000000000000000", "-9223372036854775808|0");
        row("small long", "55ff", "-1|0");
        row("largest ulong", "80ffffffffffffffff", "18446744073709551615|0");
        row("uint0", "43", "0|0");
        row("float", "723fc00000", "1.5|0");
        row("string and what follows", "a1026869ff", "hi|1");
        row("symbol", "a30173", "s|0");
    }
    void value_isRead() {
        QFETCH(QByteArray, hex);
        QTEST(shown(QByteArray::fromHex(hex)), "text");
    }

    // Found by its length alone, as deep as it is; what is cut off anywhere is none.
    void value_isSkipped_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("content");
        const auto row = [](const char* name, const char* hex, int code, const char* content) {
            QTest::newRow(name) << QByteArray::fromHex(hex) << code << QByteArray::fromHex(content);
        };
        row("null", "40", 0x40, "");
        row("ubyte", "50ff", 0x50, "ff");
        row("ushort", "600102", 0x60, "0102");
        row("uint", "7001020304", 0x70, "01020304");
        row("long", "810102030405060708", 0x81, "0102030405060708");
        row("uuid", "980102030405060708090a0b0c0d0e0f10", 0x98, "0102030405060708090a0b0c0d0e0f10");
        row("short binary", "a0026869", 0xa0, "6869");
        row("long string", "b1000000026869", 0xb1, "6869");
        row("list", "c0030241 42", 0xc0, "024142");
        row("described", "005375a0026869", 0xa0, "6869");
        row("descriptor that is described", "00 0053015302 41", 0x41, "");
        QTest::newRow("deep") << QByteArray(100'000, '\0').replace('\0', QByteArray("\0\x53\x01", 3)) + '\x41'
                              << 0x41 << QByteArray();
    }
    void value_isSkipped() {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        const QByteArray longer = bytes + "rest";
        QByteArrayView rest = longer;
        const auto span = skipAmqpValue(rest);
        QVERIFY(span);
        QCOMPARE(int(span->code), code);
        QTEST(span->content.toByteArray(), "content");
        QCOMPARE(rest.toByteArray(), QByteArray("rest"));
        for (qsizetype size = 0; size < std::min<qsizetype>(bytes.size(), 50); ++size) {
            QByteArrayView cut = QByteArrayView(bytes).first(size);
            QVERIFY(!skipAmqpValue(cut));
            QCOMPARE(cut.size(), size);
        }
    }
    void whatIsNoValue_isNotSkipped() {
        for (const char* hex : {"", "00", "0053", "01", "3f", "b0ffffffff00", "a0ff", "d0000000"}) {
            const QByteArray bytes = QByteArray::fromHex(hex);
            QByteArrayView rest = bytes;
            QVERIFY2(!skipAmqpValue(rest), hex);
        }
    }

    void kinds_areKept() {
        const auto kindOf = [](const char* hex) {
            const QByteArray bytes = QByteArray::fromHex(hex);
            QByteArrayView rest = bytes;
            const auto value = readAmqpValue(rest);
            return value ? value->kind : ValueKind::Void;
        };
        QCOMPARE(kindOf("980102030405060708090a0b0c0d0e0f10"), ValueKind::Uuid);
        QCOMPARE(kindOf("830000000000000001"), ValueKind::Milliseconds);
        QCOMPARE(kindOf("730001f680"), ValueKind::Char);
        QCOMPARE(kindOf("c10602a1016b5407"), ValueKind::Table); // {"k": 7}
        QCOMPARE(kindOf("c10502540154 02"), ValueKind::Map);    // {1: 2}
        QCOMPARE(kindOf("e00a02710000000100000002"), ValueKind::Uniform);
        QCOMPARE(kindOf("005307a10178"), ValueKind::Described);
        QCOMPARE(kindOf("45"), ValueKind::Array);
    }

    void damaged_isNoValue_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("unknown code") << QByteArray("\x01");
        QTest::newRow("cut text") << QByteArray("\xa1\x05hi");
        QTest::newRow("cut number") << QByteArray("\x81\x00", 2);
        QTest::newRow("text of four thousand million bytes") << QByteArray("\xb1\xff\xff\xff\xff");
        QTest::newRow("list with less in it than it says") << QByteArray::fromHex("c00205 41");
        QTest::newRow("list with more in it than it says") << QByteArray::fromHex("c0030141 41");
        QTest::newRow("map without its last value") << QByteArray::fromHex("c10201 41");
        QTest::newRow("array of four thousand million nothings")
            << QByteArray::fromHex("f000000005ffffffff40");
        QTest::newRow("descriptors without an end") << QByteArray(100000, '\0');
        QByteArray deep; // a list in a list in a list
        for (int i = 0; i < 200; ++i) {
            QByteArray size(4, '\0');
            size[2] = static_cast<char>((deep.size() + 4) >> 8);
            size[3] = static_cast<char>((deep.size() + 4) & 0xff);
            deep = "\xd0" + size + QByteArray("\0\0\0\x01", 4) + (deep.isEmpty() ? QByteArray("\x40") : deep);
        }
        QTest::newRow("too deep") << deep;
    }
    void damaged_isNoValue() {
        QFETCH(QByteArray, bytes);
        QCOMPARE(shown(bytes), QStringLiteral("none"));
    }

    void string_isWrittenAndReadAgain() {
        for (const int size : {0, 5, 255, 256, 70000}) {
            const QByteArray text(size, 'x');
            const QByteArray bytes = amqpString(text);
            QByteArrayView rest = bytes;
            const auto value = readAmqpValue(rest);
            QVERIFY(value && value->kind == ValueKind::String && rest.isEmpty());
            QCOMPARE(*value->asBytes(), text);
        }
    }
};

QTEST_GUILESS_MAIN(TestAmqpReader)
#include "tst_amqpreader.moc"
