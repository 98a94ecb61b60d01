// JSON Lines: what is exported comes back byte for byte; what is not of the schema is refused at its place.
#include "models/messaging/messagecodec.h"
#include "tests/models/messaging/messagegenerator.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace signalbox;

class TestMessageJson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip_keepsEveryRandomMessage();
    void roundTrip_tellsNoHeaderTableFromAnEmptyOne();
    void roundTrip_keepsCutBodies();
    void roundTrip_keepsLargeBinaryBody();
    void line_isOneLineOfPlainJson();
    void line_ofPlainMessage_isReadable();
    void read_takesOnlyWhatIsNeeded();
    void read_refusesWrongLines_data();
    void read_refusesWrongLines();
    void read_ofEveryTruncation_fails();
    void read_ofDamagedLines_neverCrashes();
    void read_ofDeepNesting_fails();
};

namespace {

Message small() {
    Message message;
    message.exchange = "shop";
    message.routingKey = "order.placed";
    message.body = "{}";
    message.bodySize = 2;
    return message;
}

QString problemOf(const QByteArray& line) {
    const auto read = fromJsonLine(line);
    if (read)
        return QStringLiteral("was taken");
    return read.error().kind == ErrorKind::Invalid ? read.error().summary : QStringLiteral("wrong kind");
}

} // namespace

void TestMessageJson::roundTrip_keepsEveryRandomMessage() {
    MessageGenerator generator(1);
    for (int i = 0; i < 3000; ++i) {
        const Message message = generator.message();
        const QByteArray line = toJsonLine(message);
        QVERIFY(!line.contains('\n'));
        const auto back = fromJsonLine(line);
        QVERIFY2(back, qPrintable(back ? QString() : back.error().summary));
        if (*back != message)
            QFAIL("Not the same again: " + line);
        QCOMPARE(toJsonLine(*back), line); // -0.0 equals 0.0, its text does not
    }
}

void TestMessageJson::roundTrip_tellsNoHeaderTableFromAnEmptyOne() {
    Message message = small();
    QVERIFY(!fromJsonLine(toJsonLine(message))->properties.headers);
    message.properties.headers = HeaderTable();
    const auto back = fromJsonLine(toJsonLine(message));
    QVERIFY(back->properties.headers && back->properties.headers->empty());
}

void TestMessageJson::roundTrip_keepsCutBodies() {
    Message message = small();
    message.body = "abc";
    message.bodyComplete = false;
    message.bodySize = 5000000000;
    QCOMPARE(fromJsonLine(toJsonLine(message)).value(), message);
    message.body.clear(); // not kept at all
    QCOMPARE(fromJsonLine(toJsonLine(message)).value(), message);
}

void TestMessageJson::roundTrip_keepsLargeBinaryBody() {
    Message message = small();
    MessageGenerator generator(2);
    message.body.resize(5 * 1024 * 1024);
    for (char& byte : message.body)
        byte = static_cast<char>(generator.below(256));
    message.bodySize = message.body.size();
    QVERIFY(fromJsonLine(toJsonLine(message)).value() == message);
}

void TestMessageJson::line_isOneLineOfPlainJson() {
    MessageGenerator generator(3);
    for (int i = 0; i < 300; ++i) { // another parser agrees
        QJsonParseError error;
        const QByteArray line = toJsonLine(generator.message());
        const QJsonDocument document = QJsonDocument::fromJson(line, &error);
        QVERIFY2(document.isObject(), qPrintable(error.errorString() + QString::fromUtf8(line)));
    }
}

void TestMessageJson::line_ofPlainMessage_isReadable() {
    Message message = small();
    message.body = "{\"total\":1}";
    message.properties.contentType = "application/json";
    message.properties.deliveryMode = 2;
    message.properties.headers =
        HeaderTable{{"tries", HeaderValue::int64(3)}, {"who", HeaderValue::string("\xFF")}};
    QCOMPARE(toJsonLine(message),
             QByteArray(R"({"exchange":"shop","routingKey":"order.placed","redelivered":false,)"
                        R"("properties":{"contentType":"application/json","deliveryMode":2},)"
                        R"("headers":[{"name":"tries","type":"int64","value":3},)"
                        R"({"name":"who","type":"string","value":{"base64":"/w=="}}],)"
                        R"("body":{"text":"{\"total\":1}"}})"));
}

void TestMessageJson::read_takesOnlyWhatIsNeeded() {
    const auto read = fromJsonLine(R"( {"body":{"text":"hi"},"routingKey":"k","exchange":""} )");
    QVERIFY(read);
    QCOMPARE(read->body, QByteArray("hi"));
    QCOMPARE(read->bodySize, 2);
    QVERIFY(read->bodyComplete && !read->redelivered && read->properties == MessageProperties());
}

void TestMessageJson::read_refusesWrongLines_data() {
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("said"); // the summary holds it
    const auto row = [](const char* name, const char* line, const char* said) {
        QTest::newRow(name) << QByteArray(line) << QString::fromUtf8(said);
    };
    const auto with = [&](const char* name, const QByteArray& members, const char* said) {
        row(name, R"({"exchange":"","routingKey":"","body":{"text":""},)" + members + '}', said);
    };
    const auto body = [&](const char* name, const QByteArray& members, const char* said) {
        row(name, R"({"exchange":"","routingKey":"","body":{)" + members + "}}", said);
    };
    const auto header = [&](const char* name, const QByteArray& members, const char* said) {
        with(name, R"("headers":[{"name":"a","type":"void"},{"name":"b",)" + members + "}]", said);
    };
    row("empty", "", "not valid JSON");
    row("no JSON", "nonsense", "JSON: column 2");
    row("two objects", R"({"exchange":""}{})", "not valid JSON");
    row("a list", "[]", "Here should be an object");
    row("null", "null", "Here should be an object");
    row("bad UTF-8", "{\"exchange\":\"\xFF\"}", "not valid JSON");
    row("half a surrogate", R"({"exchange":"\ud800"})", "not valid JSON");
    row("no exchange", R"({"routingKey":"","body":{"text":""}})", "\"exchange\" is missing");
    row("no key", R"({"exchange":"","body":{"text":""}})", "\"routingKey\" is missing");
    row("no body", R"({"exchange":"","routingKey":""})", "\"body\" is missing");
    row("member twice", R"({"exchange":"","exchange":"","routingKey":"","body":{"text":""}})",
        "\"exchange\" is given twice");
    with("unknown member", R"("extra":1)", "extra: ");
    with("exchange is a number", R"("redelivered":1)", "redelivered: Here should be true or false");
    with("unknown property", R"("properties":{"colour":"red"})", "properties.colour: ");
    with("priority too large", R"("properties":{"priority":256})",
         "properties.priority: Here should be a whole");
    with("priority below zero", R"("properties":{"priority":-1})", "properties.priority: ");
    with("priority with a point", R"("properties":{"priority":1.0})", "properties.priority: ");
    with("timestamp too large", R"("properties":{"timestamp":18446744073709551616})",
         "properties.timestamp: ");
    with("property of wrong type", R"("properties":{"type":7})", "properties.type: Here should be a text");
    with("property of bad base64", R"("properties":{"type":{"base64":"*"}})", "properties.type.base64: ");
    with("base64 with more", R"("properties":{"type":{"base64":"","x":1}})", "properties.type.x: ");
    with("headers are an object", R"("headers":{})", "headers: Here should be a list");
    with("headers are null", R"("headers":null)", "headers: Here should be a list");
    with("header is no object", R"("headers":[7])", "headers[0]: Here should be an object");
    with("header without name", R"("headers":[{"type":"void"}])", "headers[0]: The member \"name\"");
    header("no type", R"("value":1)", "headers[1]: The member \"type\"");
    header("unknown type", R"("type":"int","value":1)", "headers[1].type: There is no type \"int\"");
    header("no value", R"("type":"bool")", "headers[1]: The member \"value\"");
    header("bool from a number", R"("type":"bool","value":1)", "headers[1].value: ");
    header("int8 too large", R"("type":"int8","value":128)", "from -128 to 127");
    header("int8 too small", R"("type":"int8","value":-129)", "from -128 to 127");
    header("uint16 too large", R"("type":"uint16","value":65536)", "from 0 to 65535");
    header("uint32 below zero", R"("type":"uint32","value":-1)", "headers[1].value: ");
    header("int64 too large", R"("type":"int64","value":9223372036854775808)", "headers[1].value: ");
    header("int64 with a point", R"("type":"int64","value":1.5)", "headers[1].value: ");
    header("int64 as text", R"("type":"int64","value":"1")", "headers[1].value: ");
    header("double too large", R"("type":"double","value":1e999)", "not valid JSON");
    header("double as text", R"("type":"double","value":"1")", "headers[1].value: Here should be a number");
    header("float too large", R"("type":"float","value":1e39)", "too large for the type float");
    header("finite bits", R"("type":"double","value":{"bits":"3ff0000000000000"})",
           "headers[1].value.bits: ");
    header("short bits", R"("type":"double","value":{"bits":"7ff"})", "headers[1].value.bits: ");
    header("bits with a sign", R"("type":"double","value":{"bits":"+ff0000000000000"})",
           "headers[1].value.bits: ");
    header("scale too large", R"("type":"decimal","value":{"scale":256,"unscaled":1})", "value.scale: ");
    header("unscaled too large", R"("type":"decimal","value":{"scale":1,"unscaled":4294967296})",
           "value.unscaled: ");
    header("void with a value", R"("type":"void","value":0)", "headers[1].value: ");
    header("bytes of bad base64", R"("type":"bytes","value":"a"})", "not valid JSON");
    header("bytes of text", R"("type":"bytes","value":"ä")", "headers[1].value: This is not valid base64");
    header("array of bare values", R"("type":"array","value":[1])",
           "headers[1].value[0]: Here should be an object");
    header("array item with a name", R"("type":"array","value":[{"name":"x","type":"void"}])",
           "headers[1].value[0].name: ");
    header("table entry without name", R"("type":"table","value":[{"type":"void"}])",
           "headers[1].value[0]: ");
    header("deep error", R"("type":"table","value":[{"name":"x","type":"array","value":[{"type":"x"}]}])",
           "headers[1].value[0].value[0].type: There is no type \"x\"");
    header("uuid of other text", R"("type":"uuid","value":"36853483")",
           "headers[1].value: Here should be a UUID");
    header("short decimal64", R"("type":"decimal64","value":"AAAA"})", "not valid JSON");
    header("decimal32 of 3 bytes", R"("type":"decimal32","value":"AAAA")",
           "headers[1].value: Here should be the base64");
    header("map of three", R"("type":"map","value":[{"type":"void"},{"type":"void"},{"type":"void"}])",
           "headers[1].value: A map is");
    header("described of one", R"("type":"described","value":[{"type":"void"}])",
           "headers[1].value: A described");
    body("empty body", "", "body: A body has either");
    body("two bodies", R"("text":"","base64":"")", "body: A body has either");
    body("body of bad base64", R"("base64":"AA=A")", "body.base64: ");
    body("cut without size", R"("text":"a","complete":false)", "body: A cut body needs");
    body("cut and too small", R"("text":"abc","size":2,"complete":false)", "body.size: ");
    body("whole of another size", R"("text":"abc","size":4)", "body.size: ");
    body("unknown body member", R"("text":"a","charset":"x")", "body.charset: ");
}

void TestMessageJson::read_refusesWrongLines() {
    QFETCH(QByteArray, line);
    QFETCH(QString, said);
    const QString problem = problemOf(line);
    QVERIFY2(problem.contains(said), qPrintable(problem));
}

void TestMessageJson::read_ofEveryTruncation_fails() {
    MessageGenerator generator(4);
    for (int i = 0; i < 8; ++i) {
        const QByteArray line = toJsonLine(generator.message());
        for (qsizetype length = 0; length < line.size(); ++length)
            QVERIFY(!fromJsonLine(QByteArrayView(line).first(length)));
    }
}

void TestMessageJson::read_ofDamagedLines_neverCrashes() {
    MessageGenerator generator(5);
    int refused = 0;
    for (int i = 0; i < 3000; ++i) {
        QByteArray line = toJsonLine(generator.message());
        for (unsigned flips = 1 + generator.below(3); flips > 0; --flips)
            line[generator.below(static_cast<std::size_t>(line.size()))] ^=
                static_cast<char>(1U << generator.below(8));
        const auto read = fromJsonLine(line);
        if (!read) {
            ++refused;
            QCOMPARE(read.error().kind, ErrorKind::Invalid);
            QVERIFY(!read.error().summary.isEmpty());
        } else {
            const QByteArray again = toJsonLine(*read); // by text: a flipped bit may have made a NaN
            QCOMPARE(toJsonLine(fromJsonLine(again).value()), again);
        }
    }
    QVERIFY(refused > 600);
}

void TestMessageJson::read_ofDeepNesting_fails() {
    const QByteArray start = R"({"exchange":"","routingKey":"","body":{"text":""},"headers":[{"name":"a",)";
    const auto nested = [&](int levels) {
        QByteArray inner = R"("type":"void")";
        for (int i = 0; i < levels; ++i)
            inner = R"("type":"array","value":[{)" + inner + "}]";
        return QByteArray(start + inner + "}]}");
    };
    QVERIFY(fromJsonLine(nested(128)));
    QVERIFY(problemOf(nested(129)).contains(QStringLiteral("128 levels")));
    QVERIFY(problemOf(nested(20000)).contains(QStringLiteral("nested too deeply")));
    QVERIFY(problemOf(QByteArray(1000000, '[')).contains(QStringLiteral("nested too deeply")));
    QVERIFY(!fromJsonLine(start + R"("type":"void","value":)" + QByteArray(1000000, '[')));
}

QTEST_GUILESS_MAIN(TestMessageJson)
#include "tst_messagejson.moc"
