// What the management API says of rules and entities, as the plan's structure; odd answers are never taken
// for known ones.
#include "app/servicebus/topologyshapes.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

AtomEntry described(const char* kind, const QByteArray& inside) {
    const auto xml = parseXml(
        QByteArray("<") + kind +
        R"( xmlns="http://schemas.microsoft.com/netservices/2010/10/servicebus/connect" xmlns:i="http://www.w3.org/2001/XMLSchema-instance">)" +
        inside + "</" + kind + '>');
    AtomEntry entry;
    entry.name = QStringLiteral("r");
    entry.path = QStringLiteral("orders");
    if (xml)
        entry.description = *xml;
    return entry;
}

BusRule ruleOf(const QByteArray& inside) {
    return busRule(described("RuleDescription", inside));
}

BusEntity queueOf(const QByteArray& inside, const char* tier = "Standard") {
    return busEntity({Entity::Kind::Queue, described("QueueDescription", inside)}, QString::fromLatin1(tier));
}

QByteArray correlationOf(const QByteArray& type, const QByteArray& text) {
    return "<Filter i:type=\"CorrelationFilter\"><Label>new</Label><To i:nil=\"true\"/>"
           "<Properties><KeyValueOfstringanyType><Key>k</Key>"
           "<Value xmlns:d=\"http://www.w3.org/2001/XMLSchema\" i:type=\"d:" +
           type + "\">" + text + "</Value></KeyValueOfstringanyType></Properties></Filter>";
}

} // namespace

class TestTopologyShapes : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filters_areRead_data() {
        QTest::addColumn<QByteArray>("xml");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* name, const QByteArray& xml, BusRule::Kind kind) {
            QTest::newRow(name) << xml << static_cast<int>(kind);
        };
        using Kind = BusRule::Kind;
        row("true", "<Filter i:type=\"TrueFilter\"><SqlExpression>1=1</SqlExpression></Filter>",
            Kind::Always);
        row("false", "<Filter i:type=\"b:FalseFilter\"/>", Kind::Never);
        row("sql", "<Filter i:type=\"SqlFilter\"><SqlExpression>a = 1</SqlExpression></Filter>", Kind::Sql);
        row("sql without text", "<Filter i:type=\"SqlFilter\"/>", Kind::Unknown);
        row("correlation", "<Filter i:type=\"CorrelationFilter\"><Label>x</Label></Filter>",
            Kind::Correlation);
        row("correlation on something new",
            "<Filter i:type=\"CorrelationFilter\"><Colour>x</Colour></Filter>", Kind::Unknown);
        row("property of a type not known", correlationOf("hexBinary", "00"), Kind::Unknown);
        row("property that is no number", correlationOf("int", "many"), Kind::Unknown);
        row("time of a place not known", correlationOf("dateTime", "2026-11-27T12:00:00"), Kind::Unknown);
        row("a kind to come", "<Filter i:type=\"MoonFilter\"/>", Kind::Unknown);
        row("none", "<Name>r</Name>", Kind::Unknown);
    }
    void filters_areRead() {
        QFETCH(const QByteArray, xml);
        QFETCH(const int, kind);
        QCOMPARE(static_cast<int>(ruleOf(xml).kind), kind);
    }

    void correlation_keepsTypes_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("kind");
        const auto row = [](const char* type, const char* text, ValueKind kind) {
            QTest::newRow(type) << QByteArray(type) << QByteArray(text) << static_cast<int>(kind);
        };
        row("string", "7", ValueKind::String);
        row("int", "7", ValueKind::Int32);
        row("long", "9007199254740993", ValueKind::Int64);
        row("unsignedShort", "7", ValueKind::UInt16);
        row("double", "7.5", ValueKind::Double);
        row("boolean", "true", ValueKind::Bool);
        row("guid", "36853483-6b65-46ff-b249-f3d29d710a9e", ValueKind::Uuid);
    }
    void correlation_keepsTypes() {
        QFETCH(const QByteArray, type);
        QFETCH(const QByteArray, text);
        QFETCH(const int, kind);
        const BusRule rule = ruleOf(correlationOf(type, text));
        QCOMPARE(rule.own, (QMap<QString, QString>{{QStringLiteral("Label"), QStringLiteral("new")}}));
        QCOMPARE(rule.properties.size(), std::size_t{1});
        QCOMPARE(rule.properties[0].name, QByteArray("k"));
        QCOMPARE(static_cast<int>(rule.properties[0].value.kind), kind);
        QCOMPARE(headerText(rule.properties[0].value), text);
    }

    void actions_areNoticed() {
        QVERIFY(!ruleOf("<Action i:type=\"EmptyRuleAction\"/>").hasAction);
        QVERIFY(!ruleOf("").hasAction);
        QVERIFY(ruleOf("<Action i:type=\"SqlRuleAction\"><SqlExpression>SET a = 1</SqlExpression></Action>")
                    .hasAction);
        QVERIFY(ruleOf("<Action i:type=\"NewAction\"/>").hasAction);
    }

    void entity_tellsItsSettings() {
        const BusEntity entity = queueOf(
            "<LockDuration>PT30S</LockDuration><RequiresDuplicateDetection>true</RequiresDuplicateDetection>"
            "<RequiresSession>true</RequiresSession><DefaultMessageTimeToLive>P1D</DefaultMessageTimeToLive>"
            "<DuplicateDetectionHistoryTimeWindow>PT1H</DuplicateDetectionHistoryTimeWindow>"
            "<MaxDeliveryCount>5</MaxDeliveryCount><Status>SendDisabled</Status>"
            "<ForwardTo>sb://shop.servicebus.windows.net/old%20orders</ForwardTo>"
            "<EnablePartitioning>true</EnablePartitioning>"
            "<MaxMessageSizeInKilobytes>1024</MaxMessageSizeInKilobytes>");
        QCOMPARE(entity.path, QStringLiteral("orders"));
        QVERIFY(entity.detectsDuplicates && entity.requiresSession && entity.partitioned);
        QCOMPARE(entity.timeToLiveMs, qint64{86'400'000});
        QCOMPARE(entity.duplicateWindowMs, qint64{3'600'000});
        QCOMPARE(entity.lockMs, qint64{30'000});
        QCOMPARE(entity.maxDeliveryCount, 5);
        QCOMPARE(entity.forwardTo, QStringLiteral("old orders"));
        QCOMPARE(entity.maxMessageBytes, qint64{1024 * 1024});
        QVERIFY(entity.status == BusEntity::Status::SendDisabled);
    }

    void silence_isNotKnown() {
        const BusEntity standard = queueOf("<Status>Active</Status>");
        QCOMPARE(standard.maxMessageBytes, qint64{262'144}); // the tier tells
        QCOMPARE(standard.timeToLiveMs, qint64{-1});
        QCOMPARE(queueOf("", "Premium").maxMessageBytes, qint64{-1});
        QCOMPARE(queueOf("", "").maxMessageBytes, qint64{-1});
        QCOMPARE(queueOf("<DefaultMessageTimeToLive>P10675199DT2H48M5.4775807S</DefaultMessageTimeToLive>")
                     .timeToLiveMs,
                 qint64{-1});
    }
};

QTEST_GUILESS_MAIN(TestTopologyShapes)
#include "tst_topologyshapes.moc"
