// Rules as the management API takes them: order, types, and what is kept of a rule that is changed.
#include "app/servicebus/atomfeed.h"
#include "app/servicebus/ruleshapes.h"
#include "app/servicebus/targetpath.h"
#include "app/servicebus/topologyshapes.h"
#include "models/messaging/ruledraft.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

BusRule made(BusRule::Kind kind, const QString& sql, const QStringList& conditions = {},
             const QString& action = {}) {
    RuleDraft draft;
    draft.name = QStringLiteral("r");
    draft.kind = kind;
    draft.sql = sql;
    draft.conditions = conditions;
    draft.action = action;
    return checkedRule(draft)->rule;
}

QString fieldsOf(const XmlNode& node) {
    QStringList names;
    for (const XmlNode& each : node.children)
        names << each.name;
    return names.join(QLatin1Char(' '));
}

// Written and read again, as the service would keep it.
BusRule kept(const XmlNode& description) {
    const QByteArray bytes = writeEntry(description).replace("<content", "<title>r</title><content");
    const auto entry = readEntry(bytes, QStringLiteral("rule"));
    return entry ? busRule(*entry) : BusRule();
}

} // namespace

class TestRuleShapes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void written_isReadAsTheSame_data() {
        QTest::addColumn<BusRule>("rule");
        QTest::newRow("sql") << made(BusRule::Kind::Sql, QStringLiteral("a < 'x & y'"));
        QTest::newRow("action") << made(BusRule::Kind::Sql, QStringLiteral("a = 1"), {},
                                        QStringLiteral("SET b = '<2>'"));
        QTest::newRow("always") << made(BusRule::Kind::Always, {});
        QTest::newRow("never") << made(BusRule::Kind::Never, {});
        QTest::newRow("values") << made(
            BusRule::Kind::Correlation, {},
            {QStringLiteral("content-type=a/b"), QStringLiteral("message-id=m"), QStringLiteral("n:int=-5"),
             QStringLiteral("u:unsignedLong=7"), QStringLiteral("b:boolean=false"),
             QStringLiteral("d:double=0.5"), QStringLiteral("g:guid=36853483-6b65-46ff-b249-f3d29d710a9e"),
             QStringLiteral("t:dateTime=2026-11-27T12:00:00.000Z"), QStringLiteral("s= x ")});
    }
    void written_isReadAsTheSame() {
        QFETCH(const BusRule, rule);
        XmlNode description = emptyRule(QStringLiteral("r"));
        setRule(description, rule);
        QCOMPARE(fieldsOf(description), QStringLiteral("Filter Action Name"));
        const BusRule again = kept(description);
        QCOMPARE(conditionText(again), conditionText(rule));
        QCOMPARE(again.action, rule.action);
        QCOMPARE(again.kind, rule.kind);
    }

    // The service ignores what stands in the wrong place.
    void correlation_keepsTheOrderOfTheService() {
        XmlNode description = emptyRule(QStringLiteral("r"));
        setRule(description, made(BusRule::Kind::Correlation, {},
                                  {QStringLiteral("own=1"), QStringLiteral("content-type=x"),
                                   QStringLiteral("label=x"), QStringLiteral("correlation-id=x")}));
        QCOMPARE(fieldsOf(*description.child(QStringLiteral("Filter"))),
                 QStringLiteral("CorrelationId Label ContentType Properties"));
    }

    void change_keepsWhatItDoesNotKnow() {
        const auto old = parseXml(
            R"(<RuleDescription xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">)"
            R"(<Future>1</Future><Filter i:type="SqlFilter"><SqlExpression>a = 1</SqlExpression><CompatibilityLevel>25</CompatibilityLevel>)"
            R"(<Parameters/></Filter><Odd>2</Odd><Action i:type="EmptyRuleAction"/><Name>r</Name></RuleDescription>)");
        QVERIFY(old);
        XmlNode description = *old;
        setRule(description,
                made(BusRule::Kind::Sql, QStringLiteral("b = 2"), {}, QStringLiteral("SET c = 3")));
        QCOMPARE(fieldsOf(description), QStringLiteral("Future Filter Odd Action Name"));
        const XmlNode* filter = description.child(QStringLiteral("Filter"));
        QCOMPARE(fieldsOf(*filter), QStringLiteral("SqlExpression CompatibilityLevel Parameters"));
        QCOMPARE(filter->childText(QStringLiteral("SqlExpression")), QStringLiteral("b = 2"));
        QCOMPARE(filter->childText(QStringLiteral("CompatibilityLevel")), QStringLiteral("25"));
        QCOMPARE(kept(description).action, QStringLiteral("SET c = 3"));
        setRule(description, made(BusRule::Kind::Always, {}));
        QVERIFY(kept(description).kind == BusRule::Kind::Always);
        QVERIFY(!kept(description).hasAction);
    }

    void target_isAnAddress() {
        const QString host = QStringLiteral("shop.servicebus.windows.net");
        QCOMPARE(addressOfTarget(host, QStringLiteral("a b/c")),
                 QStringLiteral("sb://shop.servicebus.windows.net/a%20b/c"));
        QCOMPARE(pathOfTarget(addressOfTarget(host, QStringLiteral("a b/c"))), QStringLiteral("a b/c"));
        QCOMPARE(addressOfTarget(host, {}), QString());
        QCOMPARE(addressOfTarget(host, QStringLiteral("sb://other/x")), QStringLiteral("sb://other/x"));
    }
};

QTEST_GUILESS_MAIN(TestRuleShapes)
#include "tst_ruleshapes.moc"
