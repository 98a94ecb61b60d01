// Trees of JSON, XML and header tables, and the item model that shows them.
#include "models/deadletters/datatreemodel.h"
#include "models/deadletters/datatrees.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace signalbox;

namespace {

void addLines(const DataTree& tree, int node, int depth, QStringList& lines) {
    for (int row = 0; row < tree.node(node).childCount; ++row) {
        const int child = tree.child(node, row);
        const DataTree::Node& each = tree.node(child);
        lines << QStringLiteral("%1%2 %3 %4")
                     .arg(QString(depth, QLatin1Char('-')), each.name, each.type, each.value)
                     .trimmed();
        addLines(tree, child, depth + 1, lines);
    }
}

// One line a row, a dash for each level: "-[0] number 1".
QStringList lines(const DataTree& tree) {
    QStringList all;
    addLines(tree, 0, 0, all);
    return all;
}

QStringList lines(const Result<DataTree>& tree) {
    return tree ? lines(*tree) : QStringList(tree.error().summary);
}

HeaderValue valueOf(ValueKind kind, decltype(HeaderValue::data) data) {
    HeaderValue value;
    value.kind = kind;
    value.data = std::move(data);
    return value;
}

std::shared_ptr<const DataTree> shared(const QByteArray& json) {
    return std::make_shared<const DataTree>(jsonTree(json).value());
}

} // namespace

class TestDataTrees : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void json_isATreeOfTypedValues() {
        const QByteArray json = R"({"order":{"id":7,"lines":[{"sku":"A1"},{}],"paid":false,"note":null}})";
        QCOMPARE(lines(jsonTree(json)),
                 QStringList({QStringLiteral("order object {4}"), QStringLiteral("-id number 7"),
                              QStringLiteral("-lines array [2]"), QStringLiteral("--[0] object {1}"),
                              QStringLiteral("---sku string A1"), QStringLiteral("--[1] object {0}"),
                              QStringLiteral("-paid boolean false"), QStringLiteral("-note null null")}));
    }
    void json_numbersKeepTheirDigits_data() {
        QTest::addColumn<QByteArray>("digits");
        for (const char* digits :
             {"0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
              "123456789012345678901234567890", "10.00", "1e-7", "0.1000000000000000055511151231257827"})
            QTest::newRow(digits) << QByteArray(digits);
    }
    void json_numbersKeepTheirDigits() {
        QFETCH(QByteArray, digits);
        QCOMPARE(lines(jsonTree("[" + digits + "]")),
                 QStringList(QStringLiteral("[0] number ") + QString::fromLatin1(digits)));
    }
    void json_sameKeyTwiceIsShownTwice() {
        QCOMPARE(lines(jsonTree(R"({"a":1,"a":2})")),
                 QStringList({QStringLiteral("a number 1"), QStringLiteral("a number 2")}));
    }
    void json_scalarIsTheDocument() {
        QCOMPARE(lines(jsonTree("\"x\"")), QStringList(QStringLiteral("(document) string x")));
    }
    void json_hostileIsRefused_data() {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<QString>("problem");
        const auto row = [](const char* name, const QByteArray& json, const char* problem) {
            QTest::newRow(name) << json << QString::fromLatin1(problem);
        };
        row("empty", "", "It is not valid JSON at byte 1.");
        row("cut", "{\"a\":", "It is not valid JSON at byte 6.");
        row("more after the end", "{} x", "It is not valid JSON at byte 4.");
        row("beyond doubles", "[1e400,2]", "The number before byte 6 is too large for the tree.");
        row("deep", QByteArray(100'000, '['), "It is nested deeper than 256 levels.");
        row("wide", '[' + QByteArray("1,").repeated(mostTreeNodes + 1) + "1]",
            "It has more than 2000000 values.");
        row("wide in arrays", '[' + QByteArray("[],").repeated(mostTreeNodes + 1) + "1]",
            "It has more than 2000000 values.");
    }
    void json_hostileIsRefused() {
        QFETCH(QByteArray, json);
        const auto tree = jsonTree(json);
        QVERIFY(!tree);
        QCOMPARE(tree.error().kind, ErrorKind::Corrupt);
        QTEST(tree.error().summary, "problem");
    }

    void xml_isATreeOfElementsAndAttributes() {
        const QByteArray xml = "<?xml version=\"1.0\"?>\n"
                               "<o:order xmlns:o=\"urn:o\" id=\"7\">\n"
                               "  <line>A1 &amp; B<![CDATA[<2>]]></line>\n"
                               "  before <b>in</b> after\n"
                               "  <!-- done -->\n"
                               "</o:order>";
        QCOMPARE(
            lines(xmlTree(QString::fromUtf8(xml))),
            QStringList({QStringLiteral("o:order element"), QStringLiteral("-@id attribute 7"),
                         QStringLiteral("-line element A1 & B<2>"), QStringLiteral("-(text) text before"),
                         QStringLiteral("-b element in"), QStringLiteral("-(text) text after"),
                         QStringLiteral("-(comment) comment  done")}));
    }
    void xml_hostileIsRefused_data() {
        QTest::addColumn<QByteArray>("xml");
        QTest::addColumn<QString>("problem");
        QByteArray laughs = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">";
        for (char name = 'b'; name <= 'j'; ++name) {
            const char before = static_cast<char>(name - 1);
            laughs += QByteArray("<!ENTITY ") + name + " \"" + (QByteArray("&") + before + ';').repeated(10) +
                      "\">";
        }
        QTest::newRow("deep") << QByteArray("<a>").repeated(100'000)
                              << QStringLiteral("It is nested too deep or has too many elements.");
        QTest::newRow("not closed") << QByteArray("<a>") << QStringLiteral("It is not valid XML at line 1");
        QTest::newRow("entities in entities")
            << laughs + "]><x>&j;</x>" << QStringLiteral("It is not valid XML at line 1");
    }
    void xml_hostileIsRefused() {
        QFETCH(QByteArray, xml);
        QFETCH(QString, problem);
        const auto tree = xmlTree(QString::fromUtf8(xml));
        QVERIFY2(!tree, tree ? qPrintable(lines(*tree).join(u'|')) : "");
        QCOMPARE(tree.error().kind, ErrorKind::Corrupt);
        QVERIFY2(tree.error().summary.startsWith(problem), qPrintable(tree.error().summary));
    }

    void xml_outsideEntityIsNotFollowed() {
        const QString file =
            QStringLiteral("<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/hostname\">]><x>a &f;</x>");
        QCOMPARE(lines(xmlTree(file)), QStringList(QStringLiteral("x element a")));
        const QString elsewhere = QStringLiteral("<!DOCTYPE x SYSTEM \"x.dtd\"><x>a &f; b</x>");
        QCOMPARE(lines(xmlTree(elsewhere)), QStringList(QStringLiteral("x element a &f; b")));
    }

    void headers_nameTheirWireType() {
        HeaderTable headers{
            {"n8", valueOf(ValueKind::Int8, std::int64_t(-1))},
            {"u64", valueOf(ValueKind::UInt64, std::uint64_t(18446744073709551615U))},
            {"flag", HeaderValue::boolean(true)},
            {"price", valueOf(ValueKind::Decimal, Decimal{2, 1999})},
            {"raw", valueOf(ValueKind::Bytes, QByteArray("\x01\x02", 2))},
            {"none", {}},
            {"list", HeaderValue::array({HeaderValue::string("a"), HeaderValue::int64(2)})},
            {"table", HeaderValue::table({{"inner", HeaderValue::string("x")}})},
        };
        const QStringList shown = lines(headerTree(headers));
        QCOMPARE(shown.size(), 11);
        QCOMPARE(shown.at(0), QStringLiteral("n8 int8 -1"));
        QCOMPARE(shown.at(1), QStringLiteral("u64 uint64 18446744073709551615"));
        QCOMPARE(shown.at(2), QStringLiteral("flag bool true"));
        QCOMPARE(shown.at(3), QStringLiteral("price decimal 19.99"));
        QVERIFY(shown.at(4).startsWith(QLatin1String("raw bytes")));
        QVERIFY(shown.at(5).startsWith(QLatin1String("none void")));
        QCOMPARE(shown.mid(6), QStringList({QStringLiteral("list array [2]"), QStringLiteral("-[0] string a"),
                                            QStringLiteral("-[1] int64 2"), QStringLiteral("table table {1}"),
                                            QStringLiteral("-inner string x")}));
    }

    void model_keepsTheRulesOfItemModels() {
        DataTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setTree(shared(R"({"order":{"lines":[{"price":1},{"price":2}]},"x":[]})"));
        QCOMPARE(model.rowCount(), 2);
        model.setTree(nullptr);
        QCOMPARE(model.rowCount(), 0);
        model.setTree(shared("[1,2,3]"));
        QCOMPARE(model.rowCount(), 3);
    }
    void model_givesPathsThatNameTheValue() {
        DataTreeModel model;
        model.setTree(shared(R"({"order":{"lines":[{"price":1},{"price":2}]}})"));
        const QModelIndex array = model.index(0, 0, model.index(0, 0));
        const QModelIndex price = model.index(0, DataTreeModel::Value, model.index(1, 0, array));
        QCOMPARE(price.data().toString(), QStringLiteral("2"));
        QCOMPARE(price.data(DataTreeModel::PathRole).toString(), QStringLiteral("order.lines[1].price"));
        QCOMPARE(array.data(DataTreeModel::PathRole).toString(), QStringLiteral("order.lines"));
    }
    void model_showsOneLineAndKeepsTheWhole() {
        DataTreeModel model;
        const QString huge(5000, QLatin1Char('x'));
        model.setTree(shared("{\"two\":\"a\\nb\",\"huge\":\"" + huge.toLatin1() + "\"}"));
        const QModelIndex two = model.index(0, DataTreeModel::Value);
        QCOMPARE(two.data().toString(), QStringLiteral("a↵b"));
        QCOMPARE(two.data(Qt::EditRole).toString(), QStringLiteral("a\nb"));
        const QModelIndex shown = model.index(1, DataTreeModel::Value);
        QVERIFY(shown.data().toString().size() < 2100);
        QVERIFY(shown.data().toString().endsWith(QStringLiteral("…")));
        QCOMPARE(shown.data(Qt::EditRole).toString(), huge);
    }
};

QTEST_GUILESS_MAIN(TestDataTrees)
#include "tst_datatrees.moc"
