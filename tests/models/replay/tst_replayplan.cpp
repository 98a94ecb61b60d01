#include "models/replay/outgoing.h"
#include "models/replay/replayplan.h"

#include <QtTest>

using namespace signalbox;

namespace {

using Kind = ReplayDestination::Kind;

RoutingTable company() {
    RoutingTable table;
    table.known = true;
    const auto exchange = [](const char* name, const char* type) {
        ExchangeInfo info;
        info.name = QString::fromLatin1(name);
        info.type = QString::fromLatin1(type);
        return info;
    };
    table.exchanges = {
        exchange("", "direct"),      exchange("orders", "topic"),          exchange("dlx", "direct"),
        exchange("catch", "fanout"), exchange("with-alternate", "direct"), exchange("odd", "x-hash")};
    table.exchanges[4].alternate = QStringLiteral("catch");
    ExchangeInfo internal = exchange("inner", "fanout");
    internal.internal = true;
    table.exchanges.push_back(internal);
    table.queues = {QStringLiteral("billing"), QStringLiteral("shipping"), QStringLiteral("dead"),
                    QStringLiteral("stray")};
    const auto binding = [](const char* from, const char* to, const char* key) {
        BindingInfo info;
        info.source = QString::fromLatin1(from);
        info.destination = QString::fromLatin1(to);
        info.key = QString::fromLatin1(key);
        return info;
    };
    table.bindings = {binding("orders", "billing", "order.*"), binding("orders", "shipping", "order.paid"),
                      binding("dlx", "dead", "billing.dead"), binding("catch", "stray", ""),
                      binding("orders", "dead", "only.dead")};
    DeadLetterEdge edge;
    edge.queue = QStringLiteral("billing");
    edge.exchange = QStringLiteral("dlx");
    table.deadLetterEdges = {edge};
    return table;
}

PlanInput deadLetter() {
    PlanInput input;
    input.position = 1;
    input.message.exchange = "dlx";
    input.message.routingKey = "billing.dead";
    input.message.body = "{\"order\":1}";
    input.message.bodySize = input.message.body.size();
    input.message.properties.deliveryMode = 2;
    input.message.properties.headers = HeaderTable{{"x-death", HeaderValue::array({})},
                                                   {"x-first-death-queue", HeaderValue::string("billing")},
                                                   {"kept", HeaderValue::string("yes")}};
    input.facts.originQueue = QStringLiteral("billing");
    input.facts.originExchange = QStringLiteral("orders");
    input.facts.originKeys = QStringList{QStringLiteral("order.new")};
    input.facts.originKnown = true;
    input.facts.reason = QStringLiteral("rejected");
    DeathHop hop;
    hop.queue = QStringLiteral("billing");
    hop.reason = QStringLiteral("rejected");
    input.facts.path = {hop};
    return input;
}

PlanContext context() {
    PlanContext made;
    made.source.name = QStringLiteral("dead");
    made.routing = company();
    made.connectionUser = QStringLiteral("operator");
    return made;
}

ReplayPlan planOf(const std::vector<PlanInput>& inputs, const ReplayOptions& options,
                  const PlanContext& where = context(), const JournalMemory& memory = {}) {
    ReplayPlan plan;
    plan.options = options;
    planBatch(plan, where, inputs, memory);
    return plan;
}

ReplayOptions to(Kind kind, const QString& name = {}, const QString& key = {}) {
    ReplayOptions options;
    options.destination.kind = kind;
    options.destination.exchange = kind == Kind::Exchange ? name : QString();
    options.destination.queue = kind == Kind::Queue ? name : QString();
    options.destination.routingKey = key;
    return options;
}

HeaderValue carbon(const QList<QByteArray>& keys) {
    HeaderValue::Array values;
    for (const QByteArray& key : keys)
        values.push_back(HeaderValue::string(key));
    return HeaderValue::array(std::move(values));
}

} // namespace

class TestReplayPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plan_refusesWithReason_data();
    void plan_refusesWithReason();
    void plan_namesReceivers_data();
    void plan_namesReceivers();
    void plan_warnsOfRisks_data();
    void plan_warnsOfRisks();
    void carbonKeys_goOutAsFirstKeyAndRest();
    void namedExchange_keepsOriginalKeys();
    void namedKey_dropsCarbon();
    void limit_refusesTheRest();
    void batches_numberOnAndSumUp();
    void withoutManagement_isNotRefusedButSaysSo();
    void deletePlan_refusesOnlyClaims();
    void inDoubt_namesTheRunOnce();
    void edited_isSentAndSaid();
    void attempts_countUp();
    void deathHeaders_goUnlessKept();
    void expiration_comesBackOnlyWhenAsked();
    void brokerHeaders_neverGoOut();
    void changes_nameEveryDifference();
    void restored_leavesOutWhatWouldMultiply();
    void refusalWords_areUniqueAndReadBack();
    void refusal_isWordedForItsDestination();
};

void TestReplayPlan::refusal_isWordedForItsDestination() {
    const QString exchange = refusalText(Refusal::OriginUnknown, to(Kind::OriginExchange).destination);
    QVERIFY2(exchange.contains(QLatin1String("which exchange it was first")), qPrintable(exchange));
}

void TestReplayPlan::plan_refusesWithReason_data() {
    QTest::addColumn<std::function<void(PlanInput&, ReplayOptions&, JournalMemory&, PlanContext&)>>("change");
    QTest::addColumn<QString>("refusal");
    using Change = std::function<void(PlanInput&, ReplayOptions&, JournalMemory&, PlanContext&)>;
    const auto row = [](const char* name, const char* refusal, const Change& change) {
        QTest::newRow(name) << change << QString::fromLatin1(refusal);
    };
    row("a good one", "none", [](auto&, auto&, auto&, auto&) {});
    row("cut body", "body-cut", [](PlanInput& in, auto&, auto&, auto&) {
        in.message.bodyComplete = false;
        in.message.bodySize = 5000;
    });
    row("body not kept", "body-not-kept", [](PlanInput& in, auto&, auto&, auto&) {
        in.message.bodyComplete = false;
        in.message.body.clear();
    });
    row("no binding", "unroutable", [](auto&, ReplayOptions& o, auto&, auto&) {
        o = to(Kind::Exchange, QStringLiteral("orders"), QStringLiteral("nobody.wants"));
    });
    row("no such queue", "unroutable",
        [](auto&, ReplayOptions& o, auto&, auto&) { o = to(Kind::Queue, QStringLiteral("gone")); });
    row("no such exchange", "unknown-exchange", [](auto&, ReplayOptions& o, auto&, auto&) {
        o = to(Kind::Exchange, QStringLiteral("gone"), QStringLiteral("k"));
    });
    row("internal exchange", "unroutable", [](auto&, ReplayOptions& o, auto&, auto&) {
        o = to(Kind::Exchange, QStringLiteral("inner"), QStringLiteral("k"));
    });
    row("origin queue unknown", "origin-unknown", [](PlanInput& in, auto&, auto&, auto&) { in.facts = {}; });
    row("origin exchange unknown", "origin-unknown", [](PlanInput& in, ReplayOptions& o, auto&, auto&) {
        in.facts = {};
        o = to(Kind::OriginExchange);
    });
    row("foreign user-id", "user-id-mismatch",
        [](PlanInput& in, auto&, auto&, auto&) { in.message.properties.userId = "somebody"; });
    row("own user-id", "none",
        [](PlanInput& in, auto&, auto&, auto&) { in.message.properties.userId = "operator"; });
    row("foreign user-id stripped", "none", [](PlanInput& in, ReplayOptions& o, auto&, auto&) {
        in.message.properties.userId = "somebody";
        o.userId = KeepOrStrip::Strip;
    });
    row("short expiration restored", "would-expire-at-once",
        [](PlanInput& in, ReplayOptions& o, auto&, auto&) {
            in.facts.path.front().originalExpiration = QStringLiteral("50");
            o.restoreExpiration = true;
        });
    row("short expiration not restored", "none", [](PlanInput& in, auto&, auto&, auto&) {
        in.facts.path.front().originalExpiration = QStringLiteral("50");
    });
    row("short expiration of its own", "would-expire-at-once",
        [](PlanInput& in, auto&, auto&, auto&) { in.message.properties.expiration = "50"; });
    row("short expiration of its own stripped", "none", [](PlanInput& in, ReplayOptions& o, auto&, auto&) {
        in.message.properties.expiration = "50";
        o.expiration = KeepOrStrip::Strip;
    });
    row("expiration is no number", "unparsable",
        [](PlanInput& in, auto&, auto&, auto&) { in.message.properties.expiration = "soon"; });
    row("replayed before", "already-replayed",
        [](PlanInput& in, auto&, JournalMemory& m, auto&) { m.replayedBefore[in.fingerprint] = 1; });
    row("replayed before, repeats allowed", "none",
        [](PlanInput& in, ReplayOptions& o, JournalMemory& m, auto&) {
            m.replayedBefore[in.fingerprint] = 1;
            o.allowRepeat = true;
        });
    row("claimed", "claimed-by-open-run", [](PlanInput& in, auto&, JournalMemory& m, auto&) {
        m.claimedBy[in.fingerprint] = QStringLiteral("other");
    });
    row("in doubt", "in-doubt", [](PlanInput& in, ReplayOptions& o, JournalMemory& m, auto&) {
        m.inDoubt[in.fingerprint] = QStringLiteral("other");
        o.allowRepeat = true; // not what this is about: nobody knows
    });
    row("in doubt in this run", "none", [](PlanInput& in, auto&, JournalMemory& m, PlanContext& c) {
        c.runId = QStringLiteral("this");
        m.inDoubt[in.fingerprint] = QStringLiteral("this");
    });
    row("claimed by this run", "none", [](PlanInput& in, auto&, JournalMemory& m, PlanContext& c) {
        c.runId = QStringLiteral("this");
        m.claimedBy[in.fingerprint] = QStringLiteral("this");
    });
    row("same queue by name", "same-queue",
        [](auto&, ReplayOptions& o, auto&, auto&) { o = to(Kind::Queue, QStringLiteral("dead")); });
    row("same queue by binding", "same-queue", [](auto&, ReplayOptions& o, auto&, auto&) {
        o = to(Kind::Exchange, QStringLiteral("orders"), QStringLiteral("only.dead"));
    });
    row("same queue without management", "same-queue", [](auto&, ReplayOptions& o, auto&, PlanContext& c) {
        o = to(Kind::Queue, QStringLiteral("dead"));
        c.routing = {};
    });
    row("routing key too long", "unparsable", [](auto&, ReplayOptions& o, auto&, PlanContext& c) {
        o = to(Kind::Exchange, QStringLiteral("orders"), QString(300, QLatin1Char('k')));
        c.routing = {};
    });
    row("exchange of unknown type", "none", [](auto&, ReplayOptions& o, auto&, auto&) {
        o = to(Kind::Exchange, QStringLiteral("odd"), QStringLiteral("k"));
    });
}

void TestReplayPlan::plan_refusesWithReason() {
    QFETCH(const std::function<void(PlanInput&, ReplayOptions&, JournalMemory&, PlanContext&)>, change);
    QFETCH(const QString, refusal);
    PlanInput input = deadLetter();
    ReplayOptions options;
    JournalMemory memory;
    PlanContext where = context();
    change(input, options, memory, where);
    const ReplayPlan plan = planOf({input}, options, where, memory);
    QCOMPARE(refusalWord(plan.items.front().refusal), refusal);
    QCOMPARE(plan.sendable, refusal == QLatin1String("none") ? 1 : 0);
    QCOMPARE(plan.sendable + plan.refused, 1);
    if (refusal != QLatin1String("none"))
        QVERIFY(!refusalText(plan.items.front().refusal).isEmpty());
}

void TestReplayPlan::plan_namesReceivers_data() {
    QTest::addColumn<ReplayOptions>("options");
    QTest::addColumn<QString>("receivers");
    QTest::newRow("origin queue") << to(Kind::OriginQueue) << QStringLiteral("billing");
    QTest::newRow("origin exchange") << to(Kind::OriginExchange) << QStringLiteral("billing");
    QTest::newRow("two bindings") << to(Kind::Exchange, QStringLiteral("orders"),
                                        QStringLiteral("order.paid"))
                                  << QStringLiteral("billing,shipping");
    QTest::newRow("alternate exchange")
        << to(Kind::Exchange, QStringLiteral("with-alternate"), QStringLiteral("x"))
        << QStringLiteral("stray");
    QTest::newRow("named queue") << to(Kind::Queue, QStringLiteral("shipping")) << QStringLiteral("shipping");
}

void TestReplayPlan::plan_namesReceivers() {
    QFETCH(const ReplayOptions, options);
    QFETCH(const QString, receivers);
    const ReplayPlan plan = planOf({deadLetter()}, options);
    const PlanItem& item = plan.items.front();
    QCOMPARE(refusalWord(item.refusal), QStringLiteral("none"));
    QVERIFY(item.receiversKnown);
    QCOMPARE(item.receivers.join(QLatin1Char(',')), receivers);
    for (const QString& queue : item.receivers)
        QCOMPARE(plan.receivers.at(queue), 1);
}

void TestReplayPlan::plan_warnsOfRisks_data() {
    QTest::addColumn<ReplayOptions>("options");
    QTest::addColumn<QString>("part");
    ReplayOptions kept = to(Kind::OriginExchange);
    kept.deathHeaders = KeepOrStrip::Keep;
    QTest::newRow("several") << to(Kind::Exchange, QStringLiteral("orders"), QStringLiteral("order.paid"))
                             << QStringLiteral("Several queues will get a copy: billing, shipping");
    QTest::newRow("x-death kept") << kept << QStringLiteral("x-death is kept");
    QTest::newRow("next death is lost") << to(Kind::OriginQueue) << QStringLiteral("it would be lost");
    QTest::newRow("no dead-letter exchange")
        << to(Kind::Queue, QStringLiteral("shipping")) << QStringLiteral("has no dead-letter exchange");
}

void TestReplayPlan::plan_warnsOfRisks() {
    QFETCH(const ReplayOptions, options);
    QFETCH(const QString, part);
    const ReplayPlan plan = planOf({deadLetter(), deadLetter()}, options);
    const QStringList hits = plan.warnings.filter(part);
    QVERIFY2(hits.size() == 1, qPrintable(plan.warnings.join(QLatin1Char('\n'))));
}

void TestReplayPlan::carbonKeys_goOutAsFirstKeyAndRest() {
    PlanInput input = deadLetter();
    input.facts.originKeys = QStringList{QStringLiteral("order.new"), QStringLiteral("order.paid")};
    const ReplayPlan plan = planOf({input}, to(Kind::OriginExchange));
    QCOMPARE(plan.items.front().routingKey, QByteArray("order.new"));
    QCOMPARE(plan.items.front().receivers,
             QStringList({QStringLiteral("billing"), QStringLiteral("shipping")}));
    const Message out =
        outgoingMessage(input.message, input.facts, to(Kind::OriginExchange), QStringLiteral("r"));
    QVERIFY(out.header("CC"));
    QVERIFY(*out.header("CC") == carbon({"order.paid"}));
}

void TestReplayPlan::namedExchange_keepsOriginalKeys() {
    PlanInput input = deadLetter();
    const ReplayPlan plan = planOf({input}, to(Kind::Exchange, QStringLiteral("orders")));
    QCOMPARE(plan.items.front().exchange, QByteArray("orders"));
    QCOMPARE(plan.items.front().routingKey, QByteArray("order.new"));
}

void TestReplayPlan::namedKey_dropsCarbon() {
    PlanInput input = deadLetter();
    setHeader(*input.message.properties.headers, "CC", carbon({"order.paid"}));
    const ReplayPlan plan = planOf({input}, to(Kind::Queue, QStringLiteral("billing")));
    QCOMPARE(plan.items.front().receivers, QStringList{QStringLiteral("billing")});
    QVERIFY(plan.items.front().changes.contains(QStringLiteral("removes header CC")));
}

void TestReplayPlan::limit_refusesTheRest() {
    ReplayOptions options;
    options.limit = 2;
    PlanInput cut = deadLetter();
    cut.message.bodyComplete = false;
    const ReplayPlan plan = planOf({deadLetter(), cut, deadLetter(), deadLetter()}, options);
    QCOMPARE(plan.sendable, 2);
    QCOMPARE(plan.refusals.at(Refusal::BodyCut), 1);
    QCOMPARE(plan.refusals.at(Refusal::OverLimit), 1);
    QCOMPARE(refusalWord(plan.items.back().refusal), QStringLiteral("over-limit"));
}

void TestReplayPlan::batches_numberOnAndSumUp() {
    ReplayPlan plan;
    const std::vector<PlanInput> batch{deadLetter(), deadLetter()};
    planBatch(plan, context(), batch, {});
    planBatch(plan, context(), batch, {});
    QCOMPARE(plan.items.size(), std::size_t{4});
    QCOMPARE(plan.items.back().number, 4);
    QCOMPARE(plan.receivers.at(QStringLiteral("billing")), 4);
}

void TestReplayPlan::withoutManagement_isNotRefusedButSaysSo() {
    PlanContext where = context();
    where.routing = {};
    const ReplayPlan plan = planOf({deadLetter()}, to(Kind::OriginExchange), where);
    QCOMPARE(plan.sendable, 1);
    QVERIFY(!plan.items.front().receiversKnown);
    QCOMPARE(plan.warnings.filter(QStringLiteral("management API")).size(), 1);
}

void TestReplayPlan::deletePlan_refusesOnlyClaims() {
    PlanContext where = context();
    where.kind = RunKind::Delete;
    PlanInput foreign = deadLetter();
    foreign.facts = {};
    foreign.message.bodyComplete = false;
    PlanInput claimed = deadLetter();
    claimed.fingerprint.bytes[0] = 7;
    JournalMemory memory;
    memory.claimedBy[claimed.fingerprint] = QStringLiteral("other");
    const ReplayPlan plan = planOf({foreign, claimed}, {}, where, memory);
    QCOMPARE(refusalWord(plan.items[0].refusal), QStringLiteral("none"));
    QCOMPARE(refusalWord(plan.items[1].refusal), QStringLiteral("claimed-by-open-run"));
}

void TestReplayPlan::inDoubt_namesTheRunOnce() {
    JournalMemory memory;
    memory.inDoubt[deadLetter().fingerprint] = QStringLiteral("run-7");
    PlanContext where = context();
    for (const RunKind kind : {RunKind::Replay, RunKind::Delete}) {
        where.kind = kind;
        const ReplayPlan plan = planOf({deadLetter(), deadLetter()}, {}, where, memory);
        QCOMPARE(plan.refusals.at(Refusal::InDoubt), 2);
        QCOMPARE(plan.items[0].note, QStringLiteral("run run-7"));
        const QStringList named = plan.warnings.filter(QStringLiteral("run-7"));
        QCOMPARE(named.size(), 1);
        QVERIFY(named.front().contains(QStringLiteral("replay decide")));
    }
}

void TestReplayPlan::edited_isSentAndSaid() {
    PlanInput input = deadLetter();
    input.edited = input.message;
    input.edited->body = "{\"order\":2,\"fixed\":true}";
    const ReplayPlan plan = planOf({input}, {});
    QVERIFY(plan.items.front().edited.has_value());
    QVERIFY(plan.items.front().changes.contains(editedChange()));
    QVERIFY(plan.items.front().changes.contains(QStringLiteral("changes the body from 11 to 24 bytes")));
}

void TestReplayPlan::attempts_countUp() {
    PlanInput input = deadLetter();
    Message out = outgoingMessage(input.message, input.facts, {}, QStringLiteral("run-1"));
    QVERIFY(*out.header(attemptHeader) == HeaderValue::int64(1));
    QCOMPARE(*out.header(runHeader)->asBytes(), QByteArray("run-1"));
    input.facts.replayAttempts = 1;
    out = outgoingMessage(out, input.facts, {}, QStringLiteral("run-2"));
    QVERIFY(*out.header(attemptHeader) == HeaderValue::int64(2));
    QCOMPARE(*out.header(runHeader)->asBytes(), QByteArray("run-2"));
    ReplayOptions unmarked;
    unmarked.markAttempts = false;
    QVERIFY(!outgoingMessage(input.message, input.facts, unmarked, {}).header(attemptHeader));
}

void TestReplayPlan::deathHeaders_goUnlessKept() {
    const PlanInput input = deadLetter();
    const Message stripped = outgoingMessage(input.message, input.facts, {}, {});
    QVERIFY(!stripped.header("x-death"));
    QVERIFY(!stripped.header("x-first-death-queue"));
    QVERIFY(stripped.header("kept"));
    ReplayOptions keep;
    keep.deathHeaders = KeepOrStrip::Keep;
    QVERIFY(outgoingMessage(input.message, input.facts, keep, {}).header("x-death"));
}

void TestReplayPlan::expiration_comesBackOnlyWhenAsked() {
    PlanInput input = deadLetter();
    input.facts.path.front().originalExpiration = QStringLiteral("60000");
    QVERIFY(!outgoingMessage(input.message, input.facts, {}, {}).properties.expiration);
    ReplayOptions options;
    options.restoreExpiration = true;
    QCOMPARE(outgoingMessage(input.message, input.facts, options, {}).properties.expiration,
             QByteArray("60000"));
}

void TestReplayPlan::brokerHeaders_neverGoOut() {
    PlanInput input = deadLetter();
    setHeader(*input.message.properties.headers, "x-delivery-count", HeaderValue::int64(3));
    QVERIFY(!outgoingMessage(input.message, input.facts, {}, {}).header("x-delivery-count"));
}

void TestReplayPlan::changes_nameEveryDifference() {
    PlanInput input = deadLetter();
    input.message.properties.deliveryMode = 1;
    input.message.properties.priority = 4;
    ReplayOptions options;
    options.priority = KeepOrStrip::Strip;
    const ReplayPlan plan = planOf({input}, options);
    const QStringList expected{QStringLiteral("removes header x-death"),
                               QStringLiteral("removes header x-first-death-queue"),
                               QStringLiteral("adds header x-signalbox-attempt = 1"),
                               QStringLiteral("adds header x-signalbox-run"),
                               QStringLiteral("makes it persistent"),
                               QStringLiteral("removes priority")};
    QCOMPARE(plan.items.front().changes, expected);
}

void TestReplayPlan::restored_leavesOutWhatWouldMultiply() {
    PlanInput input = deadLetter();
    setHeader(*input.message.properties.headers, "CC", carbon({"order.paid"}));
    input.message.properties.userId = "somebody";
    const Message out = restoredMessage(input.message, "operator");
    QVERIFY(!out.header("CC"));
    QVERIFY(out.header("x-death"));
    QVERIFY(!out.properties.userId);
    QCOMPARE(out.body, input.message.body);
}

void TestReplayPlan::refusalWords_areUniqueAndReadBack() {
    QSet<QString> seen;
    for (int i = 0; i <= static_cast<int>(Refusal::InDoubt); ++i) {
        const auto refusal = static_cast<Refusal>(i);
        const QString word = refusalWord(refusal);
        QVERIFY(!seen.contains(word));
        seen.insert(word);
        QVERIFY(refusalFromWord(word) == refusal);
    }
    QVERIFY(!refusalFromWord(QStringLiteral("nonsense")));
}

QTEST_GUILESS_MAIN(TestReplayPlan)
#include "tst_replayplan.moc"
