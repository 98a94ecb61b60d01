// What replay run, delete and restore plan, show and take into a run: against a broker in memory.
#include "tests/app/cli/cliharness.h"

using namespace signalbox;

class TestCliPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { cli_.reset(); }
    void dryRun_showsThePlanAndSendsNothing();
    void dryRun_leavesNothingOutForPeople();
    void run_holdsOnlyWhatIsWithinTheLimit();
    void plan_ofNothingNamesItsQueue();
    void planOfADelete_speaksOfDeleting();
    void plan_namesTheDestinationThatDoesNotExist();
    void restore_ofAnUnknownItemIsNotFound();
    void whatARunRemoved_isNotPlannedAgain();
    void restore_ofAReplaySaysThatItDoubles();
    void resume_ofAnEndedRunSaysSo();
    void queues_withoutManagementAreNotAllClear();
    void removingAProductionConnection_needsAnElevation();

private:
    CliHarness& cli() { return *cli_; }
    std::size_t in(const char* queue) { return cli().broker.contents(queue).size(); }
    std::unique_ptr<CliHarness> cli_;
};

void TestCliPlan::init() {
    cli_ = std::make_unique<CliHarness>();
    cli().makeOrders();
}

void TestCliPlan::dryRun_showsThePlanAndSendsNothing() {
    const CliResult json = cli()("replay run orders.dead --dry-run --json");
    QVERIFY2(json.code == 0, json.err.constData());
    const auto objects = json.objects();
    QCOMPARE(objects.size(), std::size_t(6));
    const QJsonObject item = objects.front().value(QStringLiteral("item")).toObject();
    QCOMPARE(
        item.keys().join(QLatin1Char(' ')),
        QStringLiteral("changes edited exchange fingerprint id note number occurrence position receivers "
                       "refusal routingKey"));
    QVERIFY(item.value(QStringLiteral("refusal")).isNull());
    QCOMPARE(item.value(QStringLiteral("routingKey")).toString(), QStringLiteral("orders"));
    const QJsonObject plan = objects.back().value(QStringLiteral("plan")).toObject();
    QCOMPARE(plan.keys().join(QLatin1Char(' ')),
             QStringLiteral("beyondLimit deferred destination kind messages queue receivers refusals refused "
                            "removedAlready scheduled sendable virtualHost warnings"));
    QCOMPARE(plan.value(QStringLiteral("sendable")).toInt(), 5);
    QCOMPARE(plan.value(QStringLiteral("receivers")).toObject().value(QStringLiteral("orders")).toInt(), 5);

    const CliResult people = cli()("replay run orders.dead --dry-run");
    QVERIFY(people.out.startsWith(
        "Plan for orders.dead: 5 of 5 messages can go, 0 refused.\n  5 to queue orders\n"));
    const CliResult some = cli()("replay run orders.dead --dry-run --limit 2");
    QVERIFY2(
        some.out.startsWith("Plan for orders.dead: 2 of 5 messages can go, 0 refused, 3 beyond the limit.\n"),
        some.out.constData());
    QCOMPARE(some.out.count("\n1 "), 1);
    QCOMPARE(some.out.count("\n3 "), 0); // beyond the limit: counted, not listed
    const auto few = cli()("replay run orders.dead --dry-run --limit 2 --json").objects();
    QCOMPARE(few.size(), std::size_t(3));
    QCOMPARE(few.back().value(QStringLiteral("plan")).toObject().value(QStringLiteral("beyondLimit")).toInt(),
             3);
    QCOMPARE(few.back().value(QStringLiteral("plan")).toObject().value(QStringLiteral("refused")).toInt(), 0);
    QCOMPARE(in("orders.dead"), std::size_t(5));
    QCOMPARE(in("orders"), std::size_t(0));
    QVERIFY(cli()("replay list --json").objects().empty());
}

void TestCliPlan::plan_namesTheDestinationThatDoesNotExist() {
    const CliResult queue = cli()("replay run orders.dead --dry-run --to-queue nowhere");
    QVERIFY2(queue.out.contains("refused 5: Queue nowhere does not exist"), queue.out.constData());
    QVERIFY(!queue.out.contains("add a binding"));
    const CliResult exchange = cli()("replay run orders.dead --dry-run --to-exchange nowhere");
    QVERIFY2(exchange.out.contains("refused 5: Exchange nowhere does not exist"), exchange.out.constData());
}

void TestCliPlan::dryRun_leavesNothingOutForPeople() {
    const QByteArray key = "a.very.long.routing.key." + QByteArray(80, 'k');
    cli().routing.exchanges.push_back({QStringLiteral("events"), QStringLiteral("fanout"), false, {}});
    cli().routing.queues << QStringLiteral("audit");
    for (const char* queue : {"audit", "orders"})
        cli().routing.bindings.push_back(
            {QStringLiteral("events"), QString::fromLatin1(queue), false, {}, {}});
    const CliResult people =
        cli().run({QStringLiteral("replay"), QStringLiteral("run"), QStringLiteral("orders.dead"),
                   QStringLiteral("--to-exchange"), QStringLiteral("events"), QStringLiteral("--routing-key"),
                   QString::fromLatin1(key), QStringLiteral("--dry-run")});
    QCOMPARE(people.code, 0);
    const QByteArray head = people.out.mid(people.out.indexOf("number  id"));
    QVERIFY2(head.left(head.indexOf('\n')).contains("receivers"), people.out.constData());
    const QList<QByteArray> lines = head.split('\n');
    QVERIFY2(lines.at(1).contains(key), lines.at(1).constData());
    QVERIFY2(lines.at(1).contains("audit, orders"), lines.at(1).constData());
    const QJsonArray changes = cli()("replay run orders.dead --dry-run --json")
                                   .objects()
                                   .front()
                                   .value(QStringLiteral("item"))
                                   .toObject()
                                   .value(QStringLiteral("changes"))
                                   .toArray();
    QVERIFY(!changes.isEmpty());
    const QByteArray plain = cli()("replay run orders.dead --dry-run").out;
    for (const QJsonValue& change : changes)
        QVERIFY2(plain.contains(change.toString().toUtf8()), plain.constData());
}

// The run is what was agreed to: what lies beyond the limit is neither sent nor refused.
void TestCliPlan::run_holdsOnlyWhatIsWithinTheLimit() {
    const CliResult result = cli()("replay run orders.dead --limit 2 --yes --json");
    QVERIFY2(result.code == 0, result.err.constData());
    const QJsonObject run = result.objects().back().value(QStringLiteral("run")).toObject();
    QCOMPARE(QJsonDocument(run.value(QStringLiteral("counts")).toObject()).toJson(QJsonDocument::Compact),
             QByteArray("{\"removed\":2}"));
    const QByteArray id = run.value(QStringLiteral("id")).toString().toUtf8();
    QCOMPARE(cli()(("replay show --json " + id).constData()).objects().size(), std::size_t(3));
}

void TestCliPlan::plan_ofNothingNamesItsQueue() {
    const CliResult people = cli()("replay run orders.dead --where reason=nothing --dry-run");
    QCOMPARE(people.code, 0);
    QVERIFY2(people.out.startsWith("Plan for orders.dead: 0 of 0 messages can go"), people.out.constData());
    const auto json = cli()("replay run orders.dead --where reason=nothing --dry-run --json").objects();
    const QJsonObject plan = json.back().value(QStringLiteral("plan")).toObject();
    QCOMPARE(plan.value(QStringLiteral("queue")).toString(), QStringLiteral("orders.dead"));
    QCOMPARE(plan.value(QStringLiteral("virtualHost")).toString(), QStringLiteral("/"));
}

void TestCliPlan::planOfADelete_speaksOfDeleting() {
    const CliResult people = cli()("delete orders.dead --limit 1 --all --dry-run");
    QVERIFY2(people.out.contains("  delete") && !people.out.contains("  send  ") &&
                 !people.out.contains("not known"),
             people.out.constData());
    const auto json = cli()("delete orders.dead --all --dry-run --json").objects();
    const QJsonObject plan = json.back().value(QStringLiteral("plan")).toObject();
    QVERIFY(plan.value(QStringLiteral("destination")).isNull());
    QCOMPARE(plan.value(QStringLiteral("kind")).toString(), QStringLiteral("delete"));
}

void TestCliPlan::whatARunRemoved_isNotPlannedAgain() {
    QCOMPARE(cli()("replay run orders.dead --id 1 --yes").code, 0);
    for (const char* words :
         {"replay run orders.dead --id 1 --yes --allow-repeat", "delete orders.dead --id 1 --yes"}) {
        const CliResult again = cli()(words);
        QCOMPARE(again.code, 1);
        QVERIFY2(again.out.contains("0 of 1 message can go, 0 refused, 1 removed already"),
                 again.out.constData());
    }
    // In batches: what went with the last one is left out, and nothing was refused.
    const CliResult next = cli()("replay run orders.dead --limit 2 --dry-run");
    QCOMPARE(next.code, 0);
    QVERIFY2(next.out.contains("2 of 5 messages can go, 0 refused, 1 removed already, 2 beyond the limit"),
             next.out.constData());
    QCOMPARE(cli()("replay list --json").objects().size(), std::size_t(1));
    // What a restore brings back is met by the next reading, and can go.
    const QByteArray id =
        cli()("replay list --json").objects().front().value(QStringLiteral("id")).toString().toUtf8();
    QCOMPARE(cli()(("restore --yes " + id).constData()).code, 0);
    QVERIFY(!cli()("deadletters list orders.dead").err.contains("removed"));
    const CliResult gone = cli()("delete orders.dead --all --yes --refresh");
    QVERIFY2(gone.code == 0, (gone.out + gone.err).constData());
    QCOMPARE(in("orders.dead"), std::size_t(0));
}

void TestCliPlan::restore_ofAnUnknownItemIsNotFound() {
    QCOMPARE(cli()("delete orders.dead --all --yes").code, 0);
    const QByteArray id =
        cli()("replay list --json").objects().front().value(QStringLiteral("id")).toString().toUtf8();
    const CliResult result = cli()(("restore " + id + " --yes --item 99").constData());
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("Message 99"), result.err.constData());
}

void TestCliPlan::restore_ofAReplaySaysThatItDoubles() {
    QCOMPARE(cli()("replay run orders.dead --yes").code, 0);
    const QByteArray id =
        cli()("replay list --json").objects().front().value(QStringLiteral("id")).toString().toUtf8();
    const QByteArray restore = "restore " + id;
    const CliResult nobody = cli()(restore.constData());
    QCOMPARE(nobody.code, 2);
    QCOMPARE(in("orders.dead"), std::size_t(0)); // nothing happens without a yes
    cli().answers << QStringLiteral("n");
    cli()(restore.constData());
    QVERIFY2(cli().prompts.last().contains(QLatin1String("restoring makes doubles")),
             qPrintable(cli().prompts.last()));
    QCOMPARE(in("orders.dead"), std::size_t(0));
    cli().answers.clear();
    const CliResult agreed = cli()((restore + " --yes").constData());
    QCOMPARE(agreed.code, 0);
    QVERIFY2(agreed.err.contains("restoring makes doubles"), agreed.err.constData());
    QCOMPARE(in("orders.dead"), std::size_t(5));
}

void TestCliPlan::queues_withoutManagementAreNotAllClear() {
    const auto before = cli().prepare;
    cli().prepare = [before](FakeGateway& gateway) {
        before(gateway);
        gateway.queuesAnswer =
            QueueListing{{}, false, QStringLiteral("The management API is not reachable.")};
    };
    const CliResult result = cli()("queues");
    QCOMPARE(result.code, 1);
    QVERIFY2(result.out.contains("The list is not whole"), result.out.constData());
    QVERIFY2(!result.out.contains("No queue that is known"), result.out.constData());
}

void TestCliPlan::removingAProductionConnection_needsAnElevation() {
    QCOMPARE(cli()("connections add prod --host prod.example --environment production").code, 0);
    const CliResult refused = cli()("connections remove prod --yes");
    QCOMPARE(refused.code, 3);
    QVERIFY2(refused.err.contains("signalbox elevate"), refused.err.constData());
    QVERIFY(cli()("connections list").out.contains("prod.example"));
    QCOMPARE(cli()("elevate prod --reason moved-away").code, 0);
    QCOMPARE(cli()("connections remove prod --yes").code, 0);
    QVERIFY(!cli()("connections list").out.contains("prod.example"));
}

void TestCliPlan::resume_ofAnEndedRunSaysSo() {
    QCOMPARE(cli()("replay run orders.dead --yes").code, 0);
    const QByteArray id =
        cli()("replay list --json").objects().front().value(QStringLiteral("id")).toString().toUtf8();
    const CliResult result = cli()(("replay resume " + id + " --yes").constData());
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("has ended already"), result.err.constData());
}

QTEST_GUILESS_MAIN(TestCliPlan)
#include "tst_cliplan.moc"
