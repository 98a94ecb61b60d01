// One binding against one message: topic patterns, header arguments.
#include "models/messaging/routematch.h"

#include <QtTest>
#include <limits>
#include <random>

using namespace signalbox;

namespace {

QString s(const char* text) {
    return QString::fromLatin1(text);
}

HeaderValue make(ValueKind kind, decltype(HeaderValue::data) data) {
    HeaderValue value;
    value.kind = kind;
    value.data = std::move(data);
    return value;
}

// The definition, without any cleverness.
bool plainMatch(const QStringList& pattern, const QStringList& words) {
    if (pattern.isEmpty())
        return words.isEmpty();
    if (pattern.first() == s("#")) {
        for (qsizetype taken = 0; taken <= words.size(); ++taken) {
            if (plainMatch(pattern.mid(1), words.mid(taken)))
                return true;
        }
        return false;
    }
    if (words.isEmpty() || (pattern.first() != s("*") && pattern.first() != words.first()))
        return false;
    return plainMatch(pattern.mid(1), words.mid(1));
}

QStringList wordsOf(const QString& key) {
    return key.isEmpty() ? QStringList() : key.split(u'.');
}

} // namespace

Q_DECLARE_METATYPE(signalbox::HeaderValue)
Q_DECLARE_METATYPE(signalbox::HeaderTable)

class TestRouteMatch : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void topic_matchesByWords_data();
    void topic_matchesByWords();
    void topic_agreesWithTheDefinition();
    void topic_doesNotExplode();
    void headers_followXMatch_data();
    void headers_followXMatch();
    void values_compareAsTheBrokerDoes_data();
    void values_compareAsTheBrokerDoes();
    void unknownTypes_haveNoRule();
};

void TestRouteMatch::topic_matchesByWords_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char* pattern, const char* key, bool expected) {
        QTest::addRow("%s | %s", pattern, key) << s(pattern) << s(key) << expected;
    };
    row("a", "a", true);
    row("a", "A", false);
    row("a.b", "a.b", true);
    row("a.b", "a", false);
    row("a", "a.b", false);
    row("*", "a", true);
    row("*", "a.b", false);
    row("*", "", false);
    row("*.*", "a.b", true);
    row("a.*", "a.", true);
    row("a.*", "a", false);
    row("#", "", true);
    row("#", "a", true);
    row("#", "a.b.c", true);
    row("a.#", "a", true);
    row("a.#", "a.b.c", true);
    row("a.#", "b.a", false);
    row("#.a", "a", true);
    row("#.a", "b.c.a", true);
    row("#.a", "a.b", false);
    row("#.a.#", "x.a.y", true);
    row("#.a.#", "x.y", false);
    row("a.#.b", "a.b", true);
    row("a.#.b", "a.x.b.y.b", true);
    row("a.#.b", "a.x.b.y", false);
    row("#.*", "", false);
    row("#.*", "a.b", true);
    row("*.#", "a", true);
    row("#.#", "", true);
    row("#.*.#.*", "a.b", true);
    row("#.*.#.*", "a", false);
    row("", "", true);
    row("", "a", false);
    row("a*", "ab", false);
    row("a#", "a#", true);
    row(".", ".", true);
    row("*.*", ".", true);
    row("order.*.eu", "order.paid.eu", true);
    row("order.*.eu", "order.paid.late.eu", false);
}

void TestRouteMatch::topic_matchesByWords() {
    QFETCH(QString, pattern);
    QFETCH(QString, key);
    QFETCH(bool, expected);
    QCOMPARE(topicAccepts(pattern, key), expected);
}

void TestRouteMatch::topic_agreesWithTheDefinition() {
    std::mt19937 random(2024); // NOLINT: the same rows every time
    const auto text = [&random](const QStringList& alphabet, int most) {
        QStringList words;
        for (int left = static_cast<int>(random() % static_cast<unsigned>(most + 1)); left > 0; --left)
            words << alphabet.at(static_cast<qsizetype>(random() % static_cast<unsigned>(alphabet.size())));
        return words.join(u'.');
    };
    int matches = 0;
    for (int i = 0; i < 20000; ++i) {
        const QString pattern = text({s("a"), s("b"), s("*"), s("#")}, 6);
        const QString key = text({s("a"), s("b"), s("c")}, 6);
        const bool expected = plainMatch(wordsOf(pattern), wordsOf(key));
        matches += expected ? 1 : 0;
        if (topicAccepts(pattern, key) != expected)
            QFAIL(qPrintable(s("%1 against %2").arg(pattern, key)));
    }
    QVERIFY(matches > 1000);
}

void TestRouteMatch::topic_doesNotExplode() {
    // 255 bytes of pattern and key, made for matchers that try every way.
    const QString pattern = s("#.a.").repeated(60) + s("b");
    const QString key = s("a.").repeated(120) + s("c");
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 100; ++i)
        QVERIFY(!topicAccepts(pattern, key));
    QVERIFY(timer.elapsed() < 10000); // trying every way would take years
}

void TestRouteMatch::headers_followXMatch_data() {
    QTest::addColumn<QByteArray>("match");
    QTest::addColumn<HeaderTable>("arguments");
    QTest::addColumn<HeaderTable>("headers");
    QTest::addColumn<bool>("expected");
    const HeaderValue one = HeaderValue::int64(1);
    const HeaderValue two = HeaderValue::int64(2);
    const HeaderTable ab{{"a", one}, {"b", two}};
    const auto row = [](const char* name, const char* match, const HeaderTable& arguments,
                        const HeaderTable& headers, bool expected) {
        QTest::newRow(name) << QByteArray(match) << arguments << headers << expected;
    };
    row("all of both", "all", ab, {{"b", two}, {"c", one}, {"a", one}}, true);
    row("all, one is missing", "all", ab, {{"a", one}}, false);
    row("all, one differs", "all", ab, {{"a", one}, {"b", one}}, false);
    row("all of nothing", "all", {}, {}, true);
    row("all is what is meant without a word", "", ab, {{"a", one}}, false);
    row("all is what is meant by another word", "some", ab, {{"a", one}}, false);
    row("any, one is there", "any", ab, {{"b", two}}, true);
    row("any, none is there", "any", ab, {{"b", one}}, false);
    row("any of nothing", "any", {}, {{"a", one}}, false);
    row("presence", "all", {{"a", HeaderValue()}}, {{"a", two}}, true);
    row("no presence", "all", {{"a", HeaderValue()}}, {{"b", two}}, false);
    row("void in the message is no value", "all", {{"a", one}}, {{"a", HeaderValue()}}, false);
    row("all, x- is left out", "all", {{"a", one}, {"x-b", two}}, {{"a", one}}, true);
    row("any, x- is left out", "any", {{"x-b", two}}, {{"x-b", two}}, false);
    row("all-with-x", "all-with-x", {{"a", one}, {"x-b", two}}, {{"a", one}}, false);
    row("all-with-x, there", "all-with-x", {{"a", one}, {"x-b", two}}, {{"a", one}, {"x-b", two}}, true);
    row("any-with-x", "any-with-x", {{"x-b", two}}, {{"x-b", two}}, true);
    row("any-with-x, none", "any-with-x", {{"x-b", two}}, {{"x-b", one}}, false);
    row("x-match itself never counts", "any-with-x", {}, {{"x-match", HeaderValue::string("any-with-x")}},
        false);
}

void TestRouteMatch::headers_followXMatch() {
    QFETCH(QByteArray, match);
    QFETCH(HeaderTable, arguments);
    QFETCH(HeaderTable, headers);
    QFETCH(bool, expected);
    if (!match.isEmpty())
        arguments.insert(arguments.begin(), {"x-match", HeaderValue::string(match)});
    QCOMPARE(headersAccept(arguments, headers), expected);
}

void TestRouteMatch::values_compareAsTheBrokerDoes_data() {
    QTest::addColumn<HeaderValue>("wanted");
    QTest::addColumn<HeaderValue>("given");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char* name, HeaderValue wanted, HeaderValue given, bool expected) {
        QTest::newRow(name) << wanted << given << expected;
    };
    const HeaderValue five = HeaderValue::int64(5);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    row("width", make(ValueKind::Int8, std::int64_t{5}), five, true);
    row("sign", make(ValueKind::UInt32, std::uint64_t{5}), five, true);
    row("time", make(ValueKind::Timestamp, std::int64_t{5}), five, true);
    row("real", make(ValueKind::Double, 5.0), five, true);
    row("real of large whole", make(ValueKind::Double, 9007199254740993.0),
        HeaderValue::int64(9007199254740993), false);
    row("real with a part", make(ValueKind::Double, 5.5), five, false);
    row("float and double", make(ValueKind::Float, 5.5), make(ValueKind::Double, 5.5), true);
    row("zeros", make(ValueKind::Double, -0.0), make(ValueKind::Double, 0.0), true);
    row("not a number", make(ValueKind::Double, nan), make(ValueKind::Double, nan), false);
    row("minus one is not the largest", HeaderValue::int64(-1),
        make(ValueKind::UInt64, std::numeric_limits<std::uint64_t>::max()), false);
    row("largest", make(ValueKind::UInt64, std::numeric_limits<std::uint64_t>::max()),
        make(ValueKind::UInt64, std::numeric_limits<std::uint64_t>::max()), true);
    row("largest but one", make(ValueKind::UInt64, std::numeric_limits<std::uint64_t>::max()),
        make(ValueKind::UInt64, std::numeric_limits<std::uint64_t>::max() - 1), false);
    row("largest power", make(ValueKind::UInt64, std::uint64_t{1} << 63),
        make(ValueKind::Double, 9223372036854775808.0), true);
    row("out of every whole", make(ValueKind::Double, 1e300), make(ValueKind::Double, 1e300), true);
    row("text and bytes", HeaderValue::string("a"), make(ValueKind::Bytes, QByteArray("a")), true);
    row("text and digits", HeaderValue::string("5"), five, false);
    row("case", HeaderValue::string("a"), HeaderValue::string("A"), false);
    row("flag and number", HeaderValue::boolean(true), HeaderValue::int64(1), false);
    row("decimals", make(ValueKind::Decimal, Decimal{1, 50}), make(ValueKind::Decimal, Decimal{1, 50}), true);
    row("decimals of other scale", make(ValueKind::Decimal, Decimal{1, 50}),
        make(ValueKind::Decimal, Decimal{0, 5}), false);
    row("lists", HeaderValue::array({five}), HeaderValue::array({five}), true);
    row("types inside of lists", HeaderValue::array({five}),
        HeaderValue::array({make(ValueKind::Int8, std::int64_t{5})}), false);
}

void TestRouteMatch::values_compareAsTheBrokerDoes() {
    QFETCH(HeaderValue, wanted);
    QFETCH(HeaderValue, given);
    QFETCH(bool, expected);
    QCOMPARE(headersAccept({{"a", wanted}}, {{"a", given}}), expected);
    QCOMPARE(headersAccept({{"a", given}}, {{"a", wanted}}), expected);
}

void TestRouteMatch::unknownTypes_haveNoRule() {
    for (const char* known : {"direct", "topic", "fanout", "headers"})
        QVERIFY(acceptsOf(s(known)) != nullptr);
    for (const char* unknown : {"", "Direct", "x-delayed-message", "x-consistent-hash"})
        QVERIFY(acceptsOf(s(unknown)) == nullptr);
}

QTEST_GUILESS_MAIN(TestRouteMatch)
#include "tst_routematch.moc"
