// Headers as the editor shows them: short entries on one line, long ones laid out, all of them back again.
#include "models/messaging/messagecodec.h"
#include "tests/models/messaging/messagegenerator.h"

#include <QTest>
#include <cmath>

using namespace signalbox;

class TestHeaderEditJson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_keepsRandomTables() {
        MessageGenerator generator(11);
        for (int i = 0; i < 1000; ++i) {
            const HeaderTable table = generator.table(4);
            const QByteArray text = headersToJson(table);
            const auto back = headersFromJson(text);
            QVERIFY2(back, qPrintable(back ? QString() : back.error().summary));
            QVERIFY2(*back == table, text);
            QCOMPARE(headersToJson(*back), text);
        }
    }

    void roundTrip_keepsEveryKind() {
        MessageGenerator generator(12);
        for (int kind = 0; kind <= static_cast<int>(lastKind); ++kind) {
            for (int i = 0; i < 50; ++i) {
                const HeaderTable table{{"x", generator.value(static_cast<ValueKind>(kind), 2)}};
                const auto back = headersFromJson(headersToJson(table));
                QVERIFY2(back && *back == table, headersToJson(table));
            }
        }
    }

    void roundTrip_keepsBitsOfNaN() {
        HeaderValue value;
        value.kind = ValueKind::Double;
        value.data = std::bit_cast<double>(std::uint64_t(0xFFF8000000ABCDEF));
        const QByteArray text = headersToJson({{"n", value}});
        QVERIFY2(text.contains(R"({"bits":"fff8000000abcdef"})"), text);
        const auto back = headersFromJson(text);
        QVERIFY(back);
        QCOMPARE(std::bit_cast<std::uint64_t>(std::get<double>(back->front().value.data)),
                 std::uint64_t(0xFFF8000000ABCDEF));
    }

    void roundTrip_keepsOrderAndRepeatedNames() {
        const HeaderTable table{
            {"b", HeaderValue::int64(1)}, {"a", HeaderValue::int64(2)}, {"b", HeaderValue::boolean(true)}};
        QCOMPARE(headersFromJson(headersToJson(table)).value(), table);
    }

    void write_layout() {
        QCOMPARE(headersToJson({}), QByteArray("[]"));
        const HeaderTable hop{{"queue", HeaderValue::string("orders")},
                              {"reason", HeaderValue::string("rejected")},
                              {"count", HeaderValue::int64(1)}};
        const HeaderTable table{{"tries", HeaderValue::int64(3)},
                                {"x-death", HeaderValue::array({HeaderValue::table(hop)})},
                                {"long", HeaderValue::string(QByteArray(100, 'x'))}};
        QCOMPARE(headersToJson(table), QByteArray(R"([
  {"name":"tries","type":"int64","value":3},
  {
    "name":"x-death",
    "type":"array",
    "value":[
      {
        "type":"table",
        "value":[
          {"name":"queue","type":"string","value":"orders"},
          {"name":"reason","type":"string","value":"rejected"},
          {"name":"count","type":"int64","value":1}
        ]
      }
    ]
  },
  {
    "name":"long",
    "type":"string","value":")" + QByteArray(100, 'x') +
                                                  R"("
  }
])"));
    }

    void write_keepsLinesShort() {
        MessageGenerator generator(13);
        for (int i = 0; i < 200; ++i) {
            const auto lines = headersToJson(generator.table(3)).split('\n');
            for (const QByteArray& line : lines) {
                // A single long text cannot be divided; anything with more than one entry can.
                if (line.size() > 100)
                    QVERIFY2(line.count("\"type\":") <= 1, line);
            }
        }
    }

    void write_ofDeepTable_takesNoLongTime() {
        HeaderValue value = HeaderValue::string("core");
        for (int i = 0; i < 64; ++i)
            value =
                HeaderValue::table({{"level", value}, {"filler", HeaderValue::string(QByteArray(50, 'f'))}});
        const HeaderTable table{{"top", value}};
        QCOMPARE(headersFromJson(headersToJson(table)).value(), table);
    }

    void read_locatesErrors_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("said");
        QTest::newRow("empty") << QByteArray() << QStringLiteral("not valid JSON");
        QTest::newRow("comma") << QByteArray("[\n  {\"name\":\"a\",\"type\":\"void\"},\n]")
                               << QStringLiteral("line 3, column 1");
        QTest::newRow("object") << QByteArray("{}") << QStringLiteral("Here should be a list");
        QTest::newRow("second")
            << QByteArray(R"([{"name":"a","type":"void"},{"name":"b","type":"text","value":""}])")
            << QStringLiteral("[1].type: There is no type \"text\"");
        QTest::newRow("inner")
            << QByteArray(R"([{"name":"a","type":"table","value":[{"name":"b","type":"int8","value":999}]}])")
            << QStringLiteral("[0].value[0].value: ");
    }
    void read_locatesErrors() {
        QFETCH(QByteArray, text);
        QFETCH(QString, said);
        const auto read = headersFromJson(text);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Invalid);
        QVERIFY2(read.error().summary.contains(said), qPrintable(read.error().summary));
    }

    void read_roundsToTheWidthOfAFloat() {
        const auto read = headersFromJson(R"([{"name":"f","type":"float","value":0.1}])");
        QVERIFY(read);
        QCOMPARE(std::get<double>(read->front().value.data), static_cast<double>(0.1F));
    }
};

QTEST_GUILESS_MAIN(TestHeaderEditJson)
#include "tst_headereditjson.moc"
