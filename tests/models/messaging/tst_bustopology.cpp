// Who gets a copy of a message on Service Bus: rules, forwarding, and what cannot be known here.
#include "models/messaging/amqp10.h"
#include "models/messaging/busfilter.h"
#include "models/messaging/deathfacts.h"

#include <QTest>

using namespace signalbox;

namespace {

HeaderValue valueOf(ValueKind kind, std::int64_t number) {
    HeaderValue value;
    value.kind = kind;
    value.data = number;
    return value;
}

Message order() {
    Message message;
    message.properties.amqp10 = HeaderTable{{amqp10::groupId, HeaderValue::string("customer-7")}};
    message.properties.type = "OrderPlaced";
    message.properties.messageId = "m-1";
    message.properties.headers = HeaderTable{{"region", HeaderValue::string("EU")},
                                             {"quantity", valueOf(ValueKind::Int32, 7)},
                                             {"when", valueOf(ValueKind::Milliseconds, 1764190000000)}};
    return message;
}

BusRule always() {
    BusRule rule;
    rule.name = QStringLiteral("$Default");
    rule.kind = BusRule::Kind::Always;
    return rule;
}

BusRule sql(const QString& text, bool hasAction = false) {
    BusRule rule;
    rule.name = QStringLiteral("r");
    rule.kind = BusRule::Kind::Sql;
    rule.sql = text;
    rule.hasAction = hasAction;
    return rule;
}

BusRule correlation(const QMap<QString, QString>& own, const HeaderTable& properties = {}) {
    BusRule rule;
    rule.name = QStringLiteral("c");
    rule.kind = BusRule::Kind::Correlation;
    rule.own = own;
    rule.properties = properties;
    return rule;
}

BusEntity queue(const char* path, const char* forwardTo = "") {
    BusEntity entity;
    entity.path = QString::fromLatin1(path);
    entity.forwardTo = QString::fromLatin1(forwardTo);
    return entity;
}

BusEntity topic(const char* path) {
    BusEntity entity = queue(path);
    entity.kind = BusEntity::Kind::Topic;
    return entity;
}

BusEntity subscription(const char* path, const std::vector<BusRule>& rules, const char* forwardTo = "") {
    BusEntity entity = queue(path, forwardTo);
    entity.kind = BusEntity::Kind::Subscription;
    entity.rules = rules;
    return entity;
}

QString listed(const std::vector<BusReceiver>& receivers) {
    QStringList names;
    for (const BusReceiver& receiver : receivers)
        names << QStringLiteral("%1x%2").arg(receiver.copies).arg(receiver.entity);
    return names.join(QLatin1Char(' '));
}

// "receivers | possible | reasons of stops", or the trouble.
QString walked(const std::vector<BusEntity>& entities, const char* address,
               const Message& message = order()) {
    BusTopology topology;
    topology.entities = entities;
    const BusMap map(topology);
    SqlFilters filters;
    const BusRoute route = busRoute(map, filters, QString::fromLatin1(address), message);
    switch (route.trouble) {
    case BusRoute::Trouble::Missing:
        return QStringLiteral("missing");
    case BusRoute::Trouble::NoTarget:
        return QStringLiteral("no target");
    case BusRoute::Trouble::Disabled:
        return QStringLiteral("disabled");
    case BusRoute::Trouble::None:
        break;
    }
    QStringList stops;
    for (const BusStop& stop : route.stops)
        stops << stop.reason;
    return QStringList{listed(route.receivers), listed(route.possible), stops.join(QStringLiteral("; "))}
        .join(QStringLiteral(" | "));
}

QString verdictOn(const BusRule& rule, const Message& message = order()) {
    SqlFilters filters;
    const RuleVerdict judged = judgeRule(rule, message, filters);
    if (judged.verdict == FilterVerdict::NotKnown)
        return QStringLiteral("not known: ") + judged.why;
    return judged.verdict == FilterVerdict::Matches ? QStringLiteral("yes") : QStringLiteral("no");
}

} // namespace

class TestBusTopology : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void sqlRules_seeTheMessage_data() {
        QTest::addColumn<QString>("filter");
        QTest::addColumn<QString>("verdict");
        const auto row = [](const char* filter, const char* verdict) {
            QTest::newRow(filter) << QString::fromLatin1(filter) << QString::fromLatin1(verdict);
        };
        row("sys.Label = 'OrderPlaced'", "yes");
        row("sys.label = 'Other'", "no");
        row("sys.SessionId = 'customer-7' AND sys.MessageId = 'm-1'", "yes");
        row("sys.CorrelationId IS NULL", "yes");
        row("quantity > 5", "yes");
        row("Quantity > 7", "no");
        row("region IN ('EU', 'US')", "yes");
        row("missing = 'x'", "no");
        row("missing IS NULL", "yes");
        row("when = 'yesterday'", "not known");
        row("sys.EnqueuedTimeUtc IS NULL", "not known");
        row("sys.PartitionKey = 'customer-7'", "not known");
        row("this is no filter", "not known");
    }
    void sqlRules_seeTheMessage() {
        QFETCH(const QString, filter);
        QFETCH(const QString, verdict);
        const QString said = verdictOn(sql(filter));
        QVERIFY2(said == verdict || (verdict == QLatin1String("not known") && said.startsWith(verdict)),
                 qPrintable(said));
    }

    void runMarker_isNeverGuessed() {
        Message marked = order();
        setHeader(*marked.properties.headers, runHeader, HeaderValue::string("of the plan"));
        QVERIFY(verdictOn(sql(QStringLiteral("\"x-signalbox-run\" = 'of the plan'")), marked)
                    .startsWith(QLatin1String("not known")));
        QCOMPARE(verdictOn(sql(QStringLiteral("\"x-signalbox-run\" IS NULL")), marked), QStringLiteral("no"));
        QCOMPARE(verdictOn(sql(QStringLiteral("\"x-signalbox-run\" IS NULL"))), QStringLiteral("yes"));
    }

    void correlation_needsEveryField_data() {
        QTest::addColumn<BusRule>("rule");
        QTest::addColumn<QString>("verdict");
        const QString label = QStringLiteral("Label");
        const QString placed = QStringLiteral("OrderPlaced");
        QTest::newRow("label") << correlation({{label, placed}}) << "yes";
        QTest::newRow("case counts") << correlation({{label, QStringLiteral("orderplaced")}}) << "no";
        QTest::newRow("two fields, one wrong")
            << correlation({{label, placed}, {QStringLiteral("MessageId"), QStringLiteral("m-2")}}) << "no";
        QTest::newRow("absent field")
            << correlation({{QStringLiteral("ReplyTo"), QStringLiteral("q")}}) << "no";
        QTest::newRow("unknown field")
            << correlation({{QStringLiteral("Future"), QStringLiteral("x")}}) << "not known";
        QTest::newRow("property") << correlation({}, {{"quantity", valueOf(ValueKind::Int32, 7)}}) << "yes";
        QTest::newRow("other value") << correlation({}, {{"quantity", valueOf(ValueKind::Int32, 8)}}) << "no";
        QTest::newRow("same number, other type")
            << correlation({}, {{"quantity", valueOf(ValueKind::Int64, 7)}}) << "not known";
        QTest::newRow("other number, other type")
            << correlation({}, {{"quantity", valueOf(ValueKind::Int64, 8)}}) << "no";
        QTest::newRow("number as text")
            << correlation({}, {{"quantity", HeaderValue::string("7")}}) << "not known";
        QTest::newRow("absent property") << correlation({}, {{"colour", HeaderValue::string("red")}}) << "no";
        QTest::newRow("name differs in case")
            << correlation({}, {{"Region", HeaderValue::string("EU")}}) << "not known";
        QTest::newRow("unknown, but another field is wrong")
            << correlation({{label, QStringLiteral("x")}}, {{"Region", HeaderValue::string("EU")}}) << "no";
    }
    void correlation_needsEveryField() {
        QFETCH(const BusRule, rule);
        QFETCH(const QString, verdict);
        const QString said = verdictOn(rule);
        QVERIFY2(said == verdict || (verdict == QLatin1String("not known") && said.startsWith(verdict)),
                 qPrintable(said));
    }

    void topic_givesEachTakerACopy() {
        const std::vector<BusEntity> company{
            topic("events"),
            subscription("events/Subscriptions/audit", {always()}),
            subscription("events/Subscriptions/eu", {sql(QStringLiteral("region = 'EU'"))}),
            subscription("events/Subscriptions/us", {sql(QStringLiteral("region = 'US'"))}),
            subscription("events/Subscriptions/mute", {}),
            subscription("events/Subscriptions/odd", {sql(QStringLiteral("newid() = 'x'"))}),
            subscription("other/Subscriptions/audit", {always()}),
        };
        QCOMPARE(walked(company, "EVENTS"),
                 QStringLiteral("1xevents/Subscriptions/audit 1xevents/Subscriptions/eu | "
                                "1xevents/Subscriptions/odd | "));
        QCOMPARE(walked(company, "events/Subscriptions/audit"), QStringLiteral("no target"));
        QCOMPARE(walked(company, "nothing"), QStringLiteral("missing"));
        QCOMPARE(walked(company, "events/$DeadLetterQueue"), QStringLiteral("missing"));
    }

    // One copy for all rules without an action, one more for each with one.
    void actions_giveCopiesOfTheirOwn() {
        const std::vector<BusEntity> company{
            topic("events"),
            subscription("events/Subscriptions/s",
                         {always(), sql(QStringLiteral("quantity = 7")), sql(QStringLiteral("1=1"), true),
                          sql(QStringLiteral("quantity > 5"), true), sql(QStringLiteral("1=0"), true)})};
        QCOMPARE(walked(company, "events"), QStringLiteral("3xevents/Subscriptions/s |  | "));
    }

    void actions_makeLaterFiltersUnknown() {
        const std::vector<BusEntity> company{
            topic("events"),
            subscription("events/Subscriptions/on", {sql(QStringLiteral("1=1"), true)}, "more"),
            topic("more"), subscription("more/Subscriptions/eu", {sql(QStringLiteral("region = 'EU'"))}),
            subscription("more/Subscriptions/all", {always()})};
        QCOMPARE(walked(company, "events"),
                 QStringLiteral("1xmore/Subscriptions/all | 1xmore/Subscriptions/eu | "));
        QCOMPARE(walked(company, "more"),
                 QStringLiteral("1xmore/Subscriptions/all 1xmore/Subscriptions/eu |  | "));
    }

    void chains_areFollowedForFourHops() {
        std::vector<BusEntity> chain{queue("a", "b"), queue("b", "c"), queue("c", "d"), queue("d", "e"),
                                     queue("e")};
        QCOMPARE(walked(chain, "a"), QStringLiteral("1xe |  | "));
        chain.back().forwardTo = QStringLiteral("f");
        chain.push_back(queue("f"));
        QCOMPARE(walked(chain, "a"), QStringLiteral(" |  | after 4 forwardings it is dead-lettered in e"));
        QCOMPARE(walked(chain, "b"), QStringLiteral("1xf |  | "));
    }

    void cycles_endInADeadLetter() {
        QCOMPARE(walked({queue("a", "b"), queue("b", "a")}, "a"),
                 QStringLiteral(" |  | after 4 forwardings it is dead-lettered in a: the chain is a cycle"));
        // Many copies that go round: it ends, and counts.
        std::vector<BusEntity> storm{topic("t")};
        for (int i = 0; i < 100; ++i)
            storm.push_back(
                subscription(qPrintable(QStringLiteral("t/Subscriptions/s%1").arg(i)), {always()}, "t"));
        QVERIFY(walked(storm, "t").contains(QLatin1String("cycle")));
    }

    void brokenChains_areTold() {
        QCOMPARE(walked({queue("a", "gone")}, "a"),
                 QStringLiteral(" |  | a forwards to gone, which does not exist"));
        BusEntity closed = queue("b");
        closed.status = BusEntity::Status::SendDisabled;
        QCOMPARE(walked({queue("a", "b"), closed}, "a"),
                 QStringLiteral(" |  | a forwards to b, which is disabled"));
        QCOMPARE(walked({queue("a", "b"), closed}, "b"), QStringLiteral("disabled"));
        closed.status = BusEntity::Status::ReceiveDisabled;
        QCOMPARE(walked({closed}, "b"), QStringLiteral("1xb |  | "));
    }

    void disabledSubscription_isNotKnown() {
        BusEntity off = subscription("events/Subscriptions/off", {always()});
        off.status = BusEntity::Status::Disabled;
        QCOMPARE(walked({topic("events"), off}, "events"),
                 QStringLiteral(" | 1xevents/Subscriptions/off | "));
    }
};

QTEST_GUILESS_MAIN(TestBusTopology)
#include "tst_bustopology.moc"
