// Bodies made ready to be looked at: packing, charsets, kinds, layout, and what is said of those not whole.
#include "models/deadletters/bodyview.h"
#include "models/deadletters/jsonlayout.h"
#include "models/messaging/amqp10.h"

#include <QTest>

using namespace signalbox;

namespace {

Message bodied(const QByteArray& body, const QByteArray& contentType = {}, const QByteArray& encoding = {}) {
    Message message;
    message.body = body;
    message.bodySize = body.size();
    if (!contentType.isEmpty())
        message.properties.contentType = contentType;
    if (!encoding.isEmpty())
        message.properties.contentEncoding = encoding;
    return message;
}

Message amqpBodied(const char* kind, const QByteArray& body) {
    Message message = bodied(body);
    message.properties.amqp10 = HeaderTable{{amqp10::bodyKind, HeaderValue::string(kind)}};
    return message;
}

QByteArray utf16(const QString& text) {
    return QByteArray("\xFF\xFE", 2) +
           QByteArray(reinterpret_cast<const char*>(text.utf16()), 2 * text.size());
}

// {"order":7} as gzip, zlib and bare deflate write it; "hello" as brotli writes it.
const QByteArray order = R"({"order":7})";
const QByteArray gzipped =
    QByteArray::fromHex("1f8b0800000000000203ab56ca2f4a492d52b232af0500d88025a90b000000");
const QByteArray zlibbed = QByteArray::fromHex("789cab56ca2f4a492d52b232af0500179403ca");
const QByteArray deflated = QByteArray::fromHex("ab56ca2f4a492d52b232af0500");
const QByteArray brotlied = QByteArray::fromHex("0b028068656c6c6f03");

} // namespace

class TestBodyView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void kind_isFoundOut_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<BodyKind>("kind");
        QTest::newRow("empty") << QByteArray() << QByteArray("application/json") << BodyKind::Empty;
        QTest::newRow("json") << order << QByteArray("application/json") << BodyKind::Json;
        QTest::newRow("json by suffix") << order << QByteArray("application/vnd.acme+json") << BodyKind::Json;
        QTest::newRow("json not named") << QByteArray("  [1,2]") << QByteArray() << BodyKind::Json;
        QTest::newRow("json scalar") << QByteArray("42") << QByteArray("application/json") << BodyKind::Json;
        QTest::newRow("braces, no json") << QByteArray("{not json}") << QByteArray() << BodyKind::Text;
        QTest::newRow("xml") << QByteArray("<a/>") << QByteArray("text/xml") << BodyKind::Xml;
        QTest::newRow("xml not named") << QByteArray("<a/>") << QByteArray() << BodyKind::Xml;
        QTest::newRow("angle, no xml") << QByteArray("<- see") << QByteArray() << BodyKind::Text;
        QTest::newRow("text") << QByteArray("line\nline") << QByteArray("text/plain") << BodyKind::Text;
        QTest::newRow("binary") << QByteArray("\x08\x96\x01\x00\xff", 5) << QByteArray() << BodyKind::Binary;
    }
    void kind_isFoundOut() {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, contentType);
        const BodyView view = bodyView(bodied(body, contentType));
        QTEST(view.kind, "kind");
        QCOMPARE(view.bytes, body);
        QCOMPARE(view.tree != nullptr, view.kind == BodyKind::Json || view.kind == BodyKind::Xml);
        QCOMPARE(view.text.isEmpty(), view.kind == BodyKind::Empty || view.kind == BodyKind::Binary);
        QCOMPARE(view.problems, QStringList());
    }

    void packed_isUnpackedAndSaysSo_data() {
        QTest::addColumn<QByteArray>("packed");
        QTest::addColumn<QByteArray>("encoding");
        QTest::addColumn<QByteArray>("plain");
        QTest::newRow("gzip") << gzipped << QByteArray("gzip") << order;
        QTest::newRow("x-gzip, spelled oddly") << gzipped << QByteArray(" X-GZip ") << order;
        QTest::newRow("gzip, two members") << gzipped + gzipped << QByteArray("gzip") << order + order;
        QTest::newRow("gzip, padded") << gzipped + QByteArray(8, '\0') << QByteArray("gzip") << order;
        QTest::newRow("deflate") << zlibbed << QByteArray("deflate") << order;
        QTest::newRow("deflate without head") << deflated << QByteArray("deflate") << order;
        QTest::newRow("brotli") << brotlied << QByteArray("br") << QByteArray("hello");
    }
    void packed_isUnpackedAndSaysSo() {
        QFETCH(QByteArray, packed);
        QFETCH(QByteArray, encoding);
        const BodyView view = bodyView(bodied(packed, {}, encoding));
        QTEST(view.bytes, "plain");
        QCOMPARE(view.notes, QStringList(QStringLiteral("%1, %2 bytes unpacked to %3")
                                             .arg(QString::fromLatin1(encoding.trimmed().toLower()))
                                             .arg(packed.size())
                                             .arg(view.bytes.size())));
        QCOMPARE(view.problems, QStringList());
    }
    void packed_brokenIsShownAsItIs() {
        const BodyView view = bodyView(bodied("plain words", "text/plain", "gzip"));
        QCOMPARE(view.text, QStringLiteral("plain words"));
        QCOMPARE(view.problems.size(), 1);
        QVERIFY2(view.problems.at(0).contains(QLatin1String("cannot be unpacked")),
                 qPrintable(view.problems.at(0)));
        QCOMPARE(view.notes, QStringList());
    }
    void packed_cutShowsItsBeginningAndSaysSo() {
        QByteArray long_;
        for (int i = 0; i < 20000; ++i)
            long_ += "line " + QByteArray::number(i * 7919) + '\n';
        const QByteArray whole = qCompress(long_).mid(4);
        const BodyView view = bodyView(bodied(whole.left(whole.size() / 2), "text/plain", "deflate"));
        QVERIFY(view.bytes.size() > 1000);
        QVERIFY(long_.startsWith(view.bytes));
        QVERIFY(view.bytes.size() < long_.size());
        QCOMPARE(view.problems, QStringList(QStringLiteral("What is packed is broken or ends too early: only "
                                                           "its first %1 bytes could be unpacked.")
                                                .arg(view.bytes.size())));
    }
    void packed_bombIsBounded() {
        const QByteArray bomb = qCompress(QByteArray(mostUnpackedBytes + 1, '\0')).mid(4);
        const BodyView view = bodyView(bodied(bomb, {}, "deflate"));
        QCOMPARE(view.bytes.size(), mostUnpackedBytes);
        QCOMPARE(view.problems, QStringList(QStringLiteral("Only the first 64 MiB are unpacked here.")));
    }
    void encoding_unknownIsNamedNotUndone() {
        const BodyView view = bodyView(bodied("data", {}, "zstd"));
        QCOMPARE(view.notes, QStringList(QStringLiteral("content encoding zstd is not undone")));
        QCOMPARE(bodyView(bodied("data", {}, "utf-8")).notes, QStringList());
    }

    void gzip_thatNothingTellsOf_isUnpackedAndSaysSo() {
        const BodyView view = bodyView(bodied(gzipped));
        QCOMPARE(view.bytes, order);
        QCOMPARE(view.kind, BodyKind::Json);
        QCOMPARE(view.notes,
                 QStringList(QStringLiteral("gzip, though no header says so, %1 bytes unpacked to %2")
                                 .arg(gzipped.size())
                                 .arg(order.size())));
        // What only begins like it stays what it is, without a complaint.
        const QByteArray broken = gzipped.left(20);
        QCOMPARE(bodyView(bodied(broken)).bytes, broken);
        QCOMPARE(bodyView(bodied(broken)).problems, QStringList());
    }

    void amqpValues_areShownAsWhatTheyHold() {
        const BodyView text = bodyView(amqpBodied("value", "\xa1\x0b" + order));
        QCOMPARE(text.kind, BodyKind::Json);
        QCOMPARE(text.bytes, order);
        QCOMPARE(text.notes, QStringList(QStringLiteral("AMQP value: string")));
        const BodyView bytes = bodyView(amqpBodied("value", QByteArray("\xa0\x02\x00\xff", 4)));
        QCOMPARE(bytes.bytes, QByteArray("\x00\xff", 2));
        QCOMPARE(bytes.notes, QStringList(QStringLiteral("AMQP value: binary")));
        // {"k": int 7}
        const BodyView map = bodyView(amqpBodied("value", QByteArray::fromHex("c10602a1016b5407")));
        QVERIFY(map.tree);
        QCOMPARE(map.tree->node(map.tree->child(0, 0)).name, QStringLiteral("k"));
        QCOMPARE(map.tree->node(map.tree->child(0, 0)).type, QStringLiteral("int32"));
        QCOMPARE(map.tree->node(map.tree->child(0, 0)).value, QStringLiteral("7"));
        QVERIFY2(map.text.contains(QLatin1Char('7')), qPrintable(map.text));
        // Two lists: [true] and [].
        const BodyView sequence = bodyView(amqpBodied("sequence", QByteArray::fromHex("c002014145")));
        QVERIFY(sequence.tree);
        QCOMPARE(sequence.tree->node(0).childCount, 2);
        QCOMPARE(sequence.notes, QStringList(QStringLiteral("AMQP sequence")));
        const BodyView damaged = bodyView(amqpBodied("value", "\xa1\x30short"));
        QCOMPARE(damaged.bytes, QByteArray("\xa1\x30short"));
        QCOMPARE(damaged.problems,
                 QStringList(QStringLiteral("Its AMQP value cannot be read: it is shown as bytes.")));
    }

    void protobuf_isShownAsFields() {
        // 1: 150, 2: "testing", 3: {1: 1}, 4: fixed32 1.5
        const QByteArray body = QByteArray::fromHex("089601120774657374696e671a0208012500 00c03f");
        const BodyView view = bodyView(bodied(body, "application/x-protobuf"));
        QCOMPARE(view.kind, BodyKind::Binary);
        QCOMPARE(view.notes, QStringList(QStringLiteral("Protocol Buffers, without a schema")));
        QVERIFY(view.tree);
        const auto node = [&](int row) { return view.tree->node(view.tree->child(0, row)); };
        QCOMPARE(view.tree->node(0).childCount, 4);
        QCOMPARE(node(0).name + node(0).type + node(0).value, QStringLiteral("1varint150"));
        QCOMPARE(node(1).name + node(1).type + node(1).value, QStringLiteral("2stringtesting"));
        QCOMPARE(node(2).type, QStringLiteral("message"));
        QCOMPARE(node(3).value, QStringLiteral("1069547520 (float 1.5)"));
        // Texts alone: valid UTF-8, and yet no text.
        const BodyView guessed = bodyView(bodied(QByteArray::fromHex("0a0568656c6c6f")));
        QCOMPARE(guessed.kind, BodyKind::Binary);
        QCOMPARE(guessed.notes, QStringList(QStringLiteral("reads as Protocol Buffers, without a schema")));
        const BodyView wrong = bodyView(bodied(QByteArray("\xff\xff", 2), "application/protobuf"));
        QVERIFY(!wrong.tree);
        QCOMPARE(wrong.problems, QStringList(QStringLiteral(
                                     "It says that it is Protocol Buffers, but does not read as such.")));
    }

    void legacyFrame_isTakenOff() {
        const QByteArray head =
            QByteArray("@\x06string\x08\x33http://schemas.microsoft.com/2003/10/Serialization/");
        const BodyView view = bodyView(bodied(head + "\x99\x0b" + order));
        QCOMPARE(view.bytes, order);
        QCOMPARE(view.kind, BodyKind::Json);
        QCOMPARE(view.notes,
                 QStringList(QStringLiteral("taken out of the frame of .NET's older serializer")));
        // In two parts, as long texts come.
        QCOMPARE(bodyView(bodied(head + "\x98\x02{}" + QByteArray("\x9b\x03\x00", 3) + " {}")).bytes,
                 QByteArray("{} {}"));
        // A contract of its own is named, and left as it is; half a frame is no frame.
        const QByteArray own =
            QByteArray("@\x05Order\x08\x2ehttp://schemas.datacontract.org/2004/07/Acme.Shop.\x01", 56);
        QCOMPARE(bodyView(bodied(own)).notes.value(0),
                 QStringLiteral("binary XML of .NET's older serializer: Order"));
        QCOMPARE(bodyView(bodied(head + "\x99\x50{}")).bytes, head + "\x99\x50{}");
    }

    void charset_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("contentType");
        QTest::addColumn<QString>("charset");
        const auto row = [](const char* name, const QByteArray& body, const char* type, const char* charset) {
            QTest::newRow(name) << body << QByteArray(type) << QString::fromLatin1(charset);
        };
        row("UTF-8",
            "Gr\xC3\xBC\xC3\x9F"
            "e",
            "", "UTF-8");
        row("UTF-8 with mark",
            "\xEF\xBB\xBF"
            "Gr\xC3\xBC\xC3\x9F"
            "e",
            "text/plain", "UTF-8");
        row("Latin 1",
            "Gr\xFC\xDF"
            "e",
            "text/plain; charset=iso-8859-1", "ISO-8859-1");
        row("Latin 1, quoted",
            "Gr\xFC\xDF"
            "e",
            "text/plain;Charset = \"ISO-8859-1\"", "ISO-8859-1");
        row("Windows",
            "Gr\xFC\xDF"
            "e",
            "text/plain; charset=windows-1252", "windows-1252");
        row("UTF-16 by its mark", utf16(QStringLiteral("Grüße")), "text/plain", "UTF-16LE");
        row("US-ASCII named",
            "Gr\xC3\xBC\xC3\x9F"
            "e",
            "text/plain; charset=us-ascii", "UTF-8");
    }
    void charset() {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, contentType);
        const BodyView view = bodyView(bodied(body, contentType));
        QCOMPARE(view.kind, BodyKind::Text);
        QCOMPARE(view.text, QStringLiteral("Grüße"));
        QTEST(view.charset, "charset");
        QCOMPARE(view.problems, QStringList());
    }
    void charset_unknownFallsBackAndSaysSo() {
        const BodyView view = bodyView(bodied("words", "text/plain; charset=klingon"));
        QCOMPARE(view.text, QStringLiteral("words"));
        QCOMPARE(view.problems, QStringList(QStringLiteral(
                                    "The charset klingon is not known here; it is taken for UTF-8.")));
    }
    void charset_violatedIsShownAsBytes() {
        const BodyView view = bodyView(bodied("{\"a\":\"\xFC\"}", "application/json"));
        QCOMPARE(view.kind, BodyKind::Binary);
        QCOMPARE(view.problems,
                 QStringList(QStringLiteral("It is not valid UTF-8, so it is shown as bytes.")));
    }
    void charset_reachesTheTree_data() {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("contentType");
        QTest::newRow("JSON in UTF-16")
            << utf16(QStringLiteral("{\"name\":\"Grüße\"}")) << QByteArray("application/json");
        QTest::newRow("JSON in Latin 1") << QByteArray("{\"name\":\"Gr\xFC\xDF\x65\"}")
                                         << QByteArray("application/json; charset=iso-8859-1");
        QTest::newRow("XML by its header")
            << QByteArray("<name>Gr\xFC\xDF\x65</name>") << QByteArray("application/xml; charset=iso-8859-1");
        QTest::newRow("XML by its first line")
            << QByteArray("<?xml version=\"1.0\" encoding='ISO-8859-1'?><name>Gr\xFC\xDF\x65</name>")
            << QByteArray("application/xml");
        QTest::newRow("XML that wrongly says UTF-16")
            << QByteArray("<?xml version=\"1.0\" encoding=\"utf-16\"?><name>Gr\xC3\xBC\xC3\x9F\x65</name>")
            << QByteArray();
        QTest::newRow("XML in UTF-16")
            << utf16(QStringLiteral("<?xml version=\"1.0\" encoding=\"UTF-16\"?><name>Grüße</name>"))
            << QByteArray();
    }
    void charset_reachesTheTree() {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, contentType);
        const BodyView view = bodyView(bodied(body, contentType));
        QCOMPARE(view.problems, QStringList());
        QVERIFY(view.tree);
        QCOMPARE(view.tree->size(), 1);
        QCOMPARE(view.tree->node(1).name, QStringLiteral("name"));
        QCOMPARE(view.tree->node(1).value, QStringLiteral("Grüße"));
        QVERIFY2(view.text.contains(QStringLiteral("Grüße")), qPrintable(view.text));
    }

    void cut_isPlainlyMarked() {
        Message message = bodied("{\"a\":[1,2", "application/json");
        message.bodyComplete = false;
        message.bodySize = 5000;
        const BodyView view = bodyView(message);
        QCOMPARE(view.problems.value(0),
                 QStringLiteral("This body is cut: 9 of 5000 bytes; it cannot be replayed."));
        QCOMPARE(view.kind, BodyKind::Text);
        QCOMPARE(view.text, QStringLiteral("{\"a\":[1,2"));
    }
    void notKept_isPlainlyMarked() {
        Message message = bodied({});
        message.bodyComplete = false;
        message.bodySize = 5000;
        QCOMPARE(bodyView(message).problems,
                 QStringList(QStringLiteral("The body was not kept (5000 bytes); it cannot be replayed.")));
    }
    void brokenJson_saysWhere() {
        const BodyView view = bodyView(bodied("{\"a\":1,}", "application/json"));
        QCOMPARE(view.kind, BodyKind::Text);
        QCOMPARE(view.problems, QStringList(QStringLiteral("It is not valid JSON at byte 8.")));
    }
    void brokenXml_saysWhere() {
        const BodyView view = bodyView(bodied("<a>\n<b></a>", "application/xml"));
        QCOMPARE(view.kind, BodyKind::Text);
        QVERIFY2(view.problems.value(0).startsWith(QLatin1String("It is not valid XML at line 2, column ")),
                 qPrintable(view.problems.value(0)));
    }
    void longText_isCutInTheViewOnly() {
        const QByteArray body = '[' + QByteArray("1,").repeated(600'000) + "1]";
        const BodyView view = bodyView(bodied(body, "application/json"));
        QVERIFY(view.textCut);
        QCOMPARE(view.bytes, body);
        QCOMPARE(view.tree->size(), 600'001);
        QCOMPARE(view.problems, QStringList());
    }

    void laidOut_keepsEveryToken_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* json, const char* expected) {
            QTest::newRow(json) << QByteArray(json) << QString::fromUtf8(expected);
        };
        row(R"({"a":1,"b":[true,null]})", "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}");
        row(R"({"a":{ },"b":[ ]})", "{\n  \"a\": {},\n  \"b\": []\n}");
        row(R"({"price":10.00,"id":12345678901234567890,"big":1E300})",
            "{\n  \"price\": 10.00,\n  \"id\": 12345678901234567890,\n  \"big\": 1E300\n}");
        row("{\"t\":\"a, b: {c} [d] \\\"e\\\" \\\\\"}", "{\n  \"t\": \"a, b: {c} [d] \\\"e\\\" \\\\\"\n}");
        row(R"({"twice":1,"twice":2})", "{\n  \"twice\": 1,\n  \"twice\": 2\n}");
    }
    void laidOut_keepsEveryToken() {
        QFETCH(QByteArray, json);
        QFETCH(QString, expected);
        QCOMPARE(bodyView(bodied(json, "application/json")).text, expected);
        QCOMPARE(laidOutJson(expected), expected);
    }
    void laidOut_xmlIsIndented() {
        const BodyView view = bodyView(bodied("<a x=\"1\"><b>t</b><c/></a>", "application/xml"));
        QCOMPARE(view.text, QStringLiteral("<a x=\"1\">\n  <b>t</b>\n  <c/>\n</a>"));
    }
};

QTEST_GUILESS_MAIN(TestBodyView)
#include "tst_bodyview.moc"
