// Header values: factories, look-up and change of tables, integers of any width, text for tables and search.
#include "models/messaging/headervalue.h"

#include <QtTest>
#include <limits>

using namespace signalbox;

namespace {

HeaderValue make(ValueKind kind, decltype(HeaderValue::data) data) {
    HeaderValue value;
    value.kind = kind;
    value.data = std::move(data);
    return value;
}

HeaderTable abc() {
    return {{"a", HeaderValue::int64(1)},
            {"b", HeaderValue::int64(2)},
            {"a", HeaderValue::int64(3)},
            {"c", HeaderValue::int64(4)}};
}

QByteArray names(const HeaderTable& headers) {
    QByteArray all;
    for (const Header& header : headers)
        all += header.name + '=' + headerText(header.value) + ' ';
    return all.trimmed();
}

} // namespace

Q_DECLARE_METATYPE(signalbox::HeaderValue)

class TestHeaderValue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void factories_giveTheirKind();
    void equality_tellsKindsApart();
    void findHeader_givesTheFirst();
    void setHeader_replacesTheFirstInPlace();
    void setHeader_appendsWhatIsNew();
    void removeHeader_removesAllOfThatName();
    void headerInteger_readsAnyWidth_data();
    void headerInteger_readsAnyWidth();
    void headerInteger_refusesTheRest_data();
    void headerInteger_refusesTheRest();
    void headerText_isForPeople_data();
    void headerText_isForPeople();
};

void TestHeaderValue::factories_giveTheirKind() {
    QCOMPARE(HeaderValue().kind, ValueKind::Void);
    QVERIFY(HeaderValue() == make(ValueKind::Void, std::monostate()));
    QVERIFY(HeaderValue::string("x") == make(ValueKind::String, QByteArray("x")));
    QVERIFY(HeaderValue::int64(-5) == make(ValueKind::Int64, std::int64_t{-5}));
    QVERIFY(HeaderValue::boolean(true) == make(ValueKind::Bool, true));
    QVERIFY(HeaderValue::array({HeaderValue()}) == make(ValueKind::Array, HeaderValue::Array{HeaderValue()}));
    QVERIFY(HeaderValue::table(abc()) == make(ValueKind::Table, abc()));
}

void TestHeaderValue::equality_tellsKindsApart() {
    QVERIFY(!(HeaderValue::int64(1) == make(ValueKind::Int32, std::int64_t{1})));
    QVERIFY(!(HeaderValue::string("a") == make(ValueKind::Bytes, QByteArray("a"))));
    QVERIFY(!(HeaderValue::array({}) == HeaderValue::table({})));
    HeaderTable swapped = abc();
    std::swap(swapped[0], swapped[1]);
    QVERIFY(!(HeaderValue::table(abc()) == HeaderValue::table(swapped)));
}

void TestHeaderValue::findHeader_givesTheFirst() {
    const HeaderTable headers = abc();
    QVERIFY(*findHeader(headers, "a") == HeaderValue::int64(1));
    QVERIFY(*findHeader(headers, "c") == HeaderValue::int64(4));
    QVERIFY(!findHeader(headers, "A"));
    QVERIFY(!findHeader(headers, ""));
    QVERIFY(!findHeader({}, "a"));
}

void TestHeaderValue::setHeader_replacesTheFirstInPlace() {
    HeaderTable headers = abc();
    setHeader(headers, "a", HeaderValue::string("new"));
    QCOMPARE(names(headers), QByteArray("a=new b=2 a=3 c=4"));
}

void TestHeaderValue::setHeader_appendsWhatIsNew() {
    HeaderTable headers = abc();
    setHeader(headers, "d", HeaderValue::boolean(false));
    QCOMPARE(names(headers), QByteArray("a=1 b=2 a=3 c=4 d=false"));
}

void TestHeaderValue::removeHeader_removesAllOfThatName() {
    HeaderTable headers = abc();
    removeHeader(headers, "a");
    QCOMPARE(names(headers), QByteArray("b=2 c=4"));
    removeHeader(headers, "nothing");
    QCOMPARE(names(headers), QByteArray("b=2 c=4"));
}

void TestHeaderValue::headerInteger_readsAnyWidth_data() {
    QTest::addColumn<HeaderValue>("value");
    QTest::addColumn<qint64>("expected");
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    QTest::newRow("int8") << make(ValueKind::Int8, std::int64_t{-128}) << qint64{-128};
    QTest::newRow("uint8") << make(ValueKind::UInt8, std::uint64_t{255}) << qint64{255};
    QTest::newRow("int16") << make(ValueKind::Int16, std::int64_t{-5}) << qint64{-5};
    QTest::newRow("uint32") << make(ValueKind::UInt32, std::uint64_t{4294967295}) << qint64{4294967295};
    QTest::newRow("least") << make(ValueKind::Int64, least) << qint64{least};
    QTest::newRow("most") << make(ValueKind::UInt64, static_cast<std::uint64_t>(most)) << qint64{most};
}

void TestHeaderValue::headerInteger_readsAnyWidth() {
    QFETCH(HeaderValue, value);
    QFETCH(qint64, expected);
    std::int64_t number = 0;
    QVERIFY(headerInteger(value, &number));
    QCOMPARE(static_cast<qint64>(number), expected);
}

void TestHeaderValue::headerInteger_refusesTheRest_data() {
    QTest::addColumn<HeaderValue>("value");
    QTest::newRow("void") << HeaderValue();
    QTest::newRow("digits in text") << HeaderValue::string("5");
    QTest::newRow("bool") << HeaderValue::boolean(true);
    QTest::newRow("double") << make(ValueKind::Double, 5.0);
    QTest::newRow("time") << make(ValueKind::Timestamp, std::int64_t{5});
    QTest::newRow("too large") << make(ValueKind::UInt64, std::uint64_t{1} << 63);
    QTest::newRow("list") << HeaderValue::array({HeaderValue::int64(5)});
}

void TestHeaderValue::headerInteger_refusesTheRest() {
    QFETCH(HeaderValue, value);
    std::int64_t number = 77;
    QVERIFY(!headerInteger(value, &number));
    QCOMPARE(number, std::int64_t{77});
}

void TestHeaderValue::headerText_isForPeople_data() {
    QTest::addColumn<HeaderValue>("value");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char* name, HeaderValue value, const QByteArray& expected) {
        QTest::newRow(name) << value << expected;
    };
    row("void", HeaderValue(), "");
    row("true", HeaderValue::boolean(true), "true");
    row("negative", HeaderValue::int64(-42), "-42");
    row("largest", make(ValueKind::UInt64, std::numeric_limits<std::uint64_t>::max()),
        "18446744073709551615");
    row("double", make(ValueKind::Double, 0.5), "0.5");
    row("float", make(ValueKind::Float, static_cast<double>(0.1F)), "0.1");
    row("tenth", make(ValueKind::Double, 0.1), "0.1");
    row("infinite", make(ValueKind::Double, std::numeric_limits<double>::infinity()), "inf");
    row("decimal", make(ValueKind::Decimal, Decimal{2, 12345}), "123.45");
    row("small decimal", make(ValueKind::Decimal, Decimal{4, 5}), "0.0005");
    row("whole decimal", make(ValueKind::Decimal, Decimal{0, 7}), "7");
    row("huge scale", make(ValueKind::Decimal, Decimal{255, 1}), "0." + QByteArray(254, '0') + "1");
    row("time", make(ValueKind::Timestamp, std::int64_t{1714818030}), "2024-05-04T10:20:30Z");
    row("first second", make(ValueKind::Timestamp, std::int64_t{0}), "1970-01-01T00:00:00Z");
    row("time beyond years", make(ValueKind::Timestamp, std::int64_t{253402300800}), "253402300800");
    row("time before years", make(ValueKind::Timestamp, std::numeric_limits<std::int64_t>::min()),
        "-9223372036854775808");
    row("text", HeaderValue::string("plain \"text\""), "plain \"text\"");
    row("raw text", HeaderValue::string("\xff\xfe"), "\xff\xfe");
    row("readable bytes", make(ValueKind::Bytes, QByteArray("abc")), "abc");
    row("raw bytes", make(ValueKind::Bytes, QByteArray("\xff\xfe\x00", 3)), "//4A");
    row("empty list", HeaderValue::array({}), "[]");
    row("empty table", HeaderValue::table({}), "{}");
    row("list", HeaderValue::array({HeaderValue::int64(1), HeaderValue::string("a\"b\\"), HeaderValue()}),
        R"([1, "a\"b\\", null])");
    row("table",
        HeaderValue::table({{"queue", HeaderValue::string("orders")},
                            {"count", HeaderValue::int64(3)},
                            {"keys", HeaderValue::array({HeaderValue::string("k")})}}),
        R"({"queue": "orders", "count": 3, "keys": ["k"]})");
    row("list of an empty text", HeaderValue::array({HeaderValue::string(""), HeaderValue::string("")}),
        R"(["", ""])");
}

void TestHeaderValue::headerText_isForPeople() {
    QFETCH(HeaderValue, value);
    QFETCH(QByteArray, expected);
    QCOMPARE(headerText(value), expected);
}

QTEST_GUILESS_MAIN(TestHeaderValue)
#include "tst_headervalue.moc"
