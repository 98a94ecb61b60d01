// replay run, list, show, resume, decide; delete, purge, restore: against a broker in memory.
#include "models/messaging/messagecodec.h"
#include "tests/app/cli/madeuprun.h"

#include <QJsonArray>

using namespace signalbox;

class TestCliReplay : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void run_idsAndFilterNarrowEachOther();
    void unfinishedRuns_areMentioned();
    void run_movesToTheOrigin();
    void run_refusesWithoutYes();
    void run_asksAndTakesNo();
    void run_toAnotherQueueWithFilterAndLimit();
    void run_refusedMessagesMakeItPartly();
    void run_tellsWhyMessagesStayed();
    void run_refusesWhatOnlyServiceBusCan();
    void run_secondTimeIsRefusedPerJournal();
    void run_stopsInGoodOrderWhenInterrupted();
    void show_listsWhatBecameOfEveryMessage();
    void show_copyIsTheSavedMessage();
    void show_editedIsWhatIsSentInItsPlace();
    void resume_withoutUnfinishedRunSaysSo();
    void resume_takesTheDeliveryLimitAsItIsNow();
    void decide_withoutDoubtDoesNothing();
    void decide_settlesMessagesInDoubt();
    void decide_leavingIsNotCalledCancelled();
    void decide_leavingSendsNothing();
    void decide_saysWhatElseIsSent();
    void delete_needsASelection();
    void delete_keepsCopiesThatRestoreSends();
    void purge_needsTheTypedName();
    void purge_removesAllAndIsRestorable();
    void unknownRun_isNotFound();

private:
    CliHarness& cli() { return *cli_; }
    std::size_t in(const char* queue) { return cli().broker.contents(queue).size(); }
    std::unique_ptr<CliHarness> cli_;
};

void TestCliReplay::init() {
    cli_ = std::make_unique<CliHarness>();
    cli().makeOrders();
}

void TestCliReplay::cleanup() {
    QCOMPARE(cli().broker.violations(), QStringList());
    cli_.reset();
}

void TestCliReplay::run_idsAndFilterNarrowEachOther() {
    QStringList words{QStringLiteral("replay"),      QStringLiteral("run"),
                      QStringLiteral("orders.dead"), QStringLiteral("--yes"),
                      QStringLiteral("--where"),     QStringLiteral("reason = expired")};
    const auto rows = cli()("deadletters list orders.dead --json").objects();
    for (const std::size_t row : {0U, 1U})
        words << QStringLiteral("--id") << QString::number(rows[row].value(QStringLiteral("id")).toInteger());
    QCOMPARE(cli().run(words).code, 0);
    QCOMPARE(in("orders.dead"), std::size_t(5)); // neither of the two has expired
    words << QStringLiteral("--id") << QString::number(rows[4].value(QStringLiteral("id")).toInteger());
    words[0] = QStringLiteral("delete");
    words.removeAt(1);
    QCOMPARE(cli().run(words).code, 0);
    QCOMPARE(in("orders.dead"), std::size_t(4));
    QCOMPARE(in("orders"), std::size_t(0));
}

void TestCliReplay::unfinishedRuns_areMentioned() {
    QVERIFY(!cli()("queues --all").err.contains("Unfinished"));
    { // what a crash leaves behind
        const auto workspace = Workspace::open(cli().file());
        QVERIFY(workspace.has_value());
        RunHeader header;
        header.id = QStringLiteral("3f2a0000-0000-0000-0000-000000000001");
        header.createdAt = QDateTime::currentDateTimeUtc();
        header.source = {QStringLiteral("gone"), QStringLiteral("/"), QStringLiteral("orders.dead")};
        PlanItem item;
        item.number = 1;
        item.fingerprint = fingerprintOf(CliHarness::deadLetter("orders", "x"));
        QVERIFY((*workspace)->journal().createRun(header).has_value());
        QVERIFY((*workspace)->journal().addItems(header.id, std::span(&item, 1)).has_value());
        QVERIFY((*workspace)->journal().setRunState(header.id, RunState::Running).has_value());
    }
    for (const char* words : {"queues --all", "replay list", "replay run orders.dead --dry-run",
                              "delete orders.dead --all --dry-run"})
        QVERIFY2(cli()(words).err.contains("Unfinished runs:"), words);
    // As the window says; nobody works on it.
    for (const char* words : {"replay list", "replay show 3f2a"})
        QVERIFY2(cli()(words).out.contains("cut short"), words);
    QCOMPARE(cli()("replay list --json").objects().back().value(QStringLiteral("stateNow")).toString(),
             QStringLiteral("cut short"));
    const QByteArray json = cli()("queues --all --json").err;
    QVERIFY2(json.startsWith("{\"notice\":\"Unfinished runs:"), json.constData());
}

void TestCliReplay::run_movesToTheOrigin() {
    const CliResult result = cli()("replay run orders.dead --yes --json --reason INC-4711");
    QVERIFY2(result.code == 0, result.err.constData());
    QCOMPARE(result.objects().size(), std::size_t(2));
    const QJsonObject run = result.objects().back().value(QStringLiteral("run")).toObject();
    QCOMPARE(run.keys().join(QLatin1Char(' ')),
             QStringLiteral("actor connection counts createdAt deliveriesBefore deliveryLimit destination "
                            "endReason endedAt id kind parentRun "
                            "queue reason sourceOpens state virtualHost"));
    QCOMPARE(run.value(QStringLiteral("state")).toString(), runStateWord(RunState::Finished));
    QCOMPARE(run.value(QStringLiteral("reason")).toString(), QStringLiteral("INC-4711"));
    QCOMPARE(run.value(QStringLiteral("counts")).toObject().value(itemStateWord(ItemState::Removed)).toInt(),
             5);
    QCOMPARE(in("orders.dead"), std::size_t(0));
    QCOMPARE(in("orders"), std::size_t(5));
    QVERIFY(cli().broker.contents("orders").front().header(attemptHeader) != nullptr);
    QVERIFY(cli()("audit list").out.contains("replay.end"));
    QCOMPARE(cli()("audit verify").code, 0);
}

void TestCliReplay::run_refusesWithoutYes() {
    for (const char* words : {"replay run orders.dead", "replay run orders.dead --json"}) {
        const CliResult result = cli()(words);
        QCOMPARE(result.code, 2);
        QVERIFY(result.err.contains("--yes"));
    }
    QCOMPARE(in("orders.dead"), std::size_t(5));
    QVERIFY(cli()("replay list --json").objects().empty());
}

void TestCliReplay::run_asksAndTakesNo() {
    cli().answers << QStringLiteral("nope");
    const CliResult result = cli()("replay run orders.dead");
    QCOMPARE(result.code, 1);
    QVERIFY(cli().prompts.last().startsWith(QStringLiteral("Send 5 messages to the origin queue")));
    QVERIFY(result.out.contains("Plan for orders.dead"));
    QCOMPARE(in("orders.dead"), std::size_t(5));
}

void TestCliReplay::run_toAnotherQueueWithFilterAndLimit() {
    const CliResult result =
        cli().run({QStringLiteral("replay"), QStringLiteral("run"), QStringLiteral("orders.dead"),
                   QStringLiteral("--to-queue"), QStringLiteral("parking"), QStringLiteral("--where"),
                   QStringLiteral("reason = rejected"), QStringLiteral("--limit"), QStringLiteral("2"),
                   QStringLiteral("--yes")});
    QVERIFY2(result.code == 0, (result.out + result.err).constData());
    QCOMPARE(in("parking"), std::size_t(2));
    QCOMPARE(in("orders.dead"), std::size_t(3));
    QCOMPARE(cli().broker.contents("parking").front().body, QByteArray("{\"order\":{\"id\":1}}"));
}

void TestCliReplay::run_refusedMessagesMakeItPartly() {
    const CliResult result = cli()("replay run orders.dead --to-exchange nowhere --yes --json");
    QCOMPARE(result.code, 1);
    QCOMPARE(result.objects().size(), std::size_t(1));
    const QJsonObject plan = result.objects().front().value(QStringLiteral("plan")).toObject();
    QCOMPARE(plan.value(QStringLiteral("sendable")).toInt(), 0);
    QCOMPARE(plan.value(QStringLiteral("refusals"))
                 .toObject()
                 .value(refusalWord(Refusal::UnknownExchange))
                 .toInt(),
             5);
    QCOMPARE(in("orders.dead"), std::size_t(5));
}

void TestCliReplay::run_tellsWhyMessagesStayed() {
    cli().broker.verdict = [](const Outgoing& out) -> std::optional<PublishOutcome::Kind> {
        const bool isRefused = out.item % 2 == 0;
        return isRefused ? std::optional(PublishOutcome::Kind::Refused) : std::nullopt;
    };
    const CliResult result = cli()("replay run orders.dead --yes");
    QCOMPARE(result.code, 1);
    QCOMPARE(in("orders.dead"), std::size_t(2));
    const QString id = cli()("replay list --json").objects().front().value(QStringLiteral("id")).toString();
    const auto shown = cli()(("replay show --json --state rejected " + id.toUtf8()).constData()).objects();
    QCOMPARE(shown.size(), std::size_t(3)); // the run and two messages
    const QByteArray reason =
        shown[1].value(QStringLiteral("item")).toObject().value(QStringLiteral("reason")).toString().toUtf8();
    QVERIFY(!reason.isEmpty());
    QVERIFY2(result.out.contains("\n  2 rejected: " + reason + "\n"), result.out.constData());
}

// Sent at once, or under the old id, would not be what was asked for.
void TestCliReplay::run_refusesWhatOnlyServiceBusCan() {
    for (const char* words : {"replay run orders.dead --yes --new-message-id",
                              "replay run orders.dead --yes --at 2099-01-01T00:00:00Z"}) {
        const CliResult result = cli()(words);
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.contains("are for Service Bus"), result.err.constData());
    }
    QCOMPARE(in("orders.dead"), std::size_t(5));
    QCOMPARE(in("orders"), std::size_t(0));
}

void TestCliReplay::run_secondTimeIsRefusedPerJournal() {
    const Message again = cli().broker.contents("orders.dead").front();
    QCOMPARE(cli()("replay run orders.dead --yes").code, 0);
    cli().broker.put("orders.dead", again);
    const CliResult refused = cli()("replay run orders.dead --refresh --dry-run --json");
    QCOMPARE(refused.code, 1);
    const QJsonObject item = refused.objects().front().value(QStringLiteral("item")).toObject();
    QCOMPARE(item.value(QStringLiteral("refusal")).toString(), refusalWord(Refusal::AlreadyReplayed));
    QCOMPARE(cli()("replay run orders.dead --yes --allow-repeat").code, 0);
    QCOMPARE(in("orders"), std::size_t(6));
}

void TestCliReplay::run_stopsInGoodOrderWhenInterrupted() {
    QCOMPARE(cli()("deadletters list orders.dead").code, 0);
    cli().broker.withholdConfirms = true;
    cli().broker.onReceive = [] { Interrupt::raise(); };
    const CliResult result = cli()("replay run orders.dead --yes");
    Interrupt::reset();
    cli().broker.onReceive = nullptr;
    QCOMPARE(result.code, 1);
    QVERIFY(result.err.contains("Stopping"));
    QVERIFY(result.out.contains("Run "));
    QCOMPARE(in("orders.dead"), std::size_t(5)); // without a confirm nothing is removed
}

void TestCliReplay::show_listsWhatBecameOfEveryMessage() {
    QCOMPARE(cli()("replay run orders.dead --yes").code, 0);
    const auto runs = cli()("replay list --json").objects();
    QCOMPARE(runs.size(), std::size_t(1));
    const QByteArray id = runs.front().value(QStringLiteral("id")).toString().toUtf8();
    const CliResult late = cli()(("replay abandon --yes " + id).constData());
    QVERIFY(late.code != 0);
    QVERIFY2(late.err.contains("has ended already"), late.err.constData());
    const auto objects = cli()(("replay show --json " + id.left(8)).constData()).objects();
    QCOMPARE(objects.size(), std::size_t(6));
    QCOMPARE(objects[0].value(QStringLiteral("run")).toObject(), runs.front());
    const QJsonObject item = objects[1].value(QStringLiteral("item")).toObject();
    QCOMPARE(item.value(QStringLiteral("state")).toString(), itemStateWord(ItemState::Removed));
    QCOMPARE(item.value(QStringLiteral("hasCopy")).toBool(), true);
    QVERIFY(item.value(QStringLiteral("messageId")).toString().startsWith(QLatin1String("m-{\"order\"")));
    const CliResult all = cli()(("replay show " + id).constData());
    QVERIFY2(all.out.contains("message id") && all.out.contains("m-{\"order\""), all.out.constData());
    const CliResult people = cli()(("replay show --state in-doubt " + id).constData());
    QCOMPARE(people.code, 0);
    QVERIFY(people.out.startsWith("run          " + id));
    QVERIFY(cli()("replay list --search orders").out.contains(id));
    QCOMPARE(cli()("replay list --search nothing-like-it").out, QByteArray("No runs.\n"));
}

void TestCliReplay::show_copyIsTheSavedMessage() {
    const QByteArray before = cli()("deadletters export orders.dead --limit 1").out;
    QCOMPARE(cli()("replay run orders.dead --yes").code, 0);
    const QByteArray id =
        cli()("replay list --json").objects().front().value(QStringLiteral("id")).toString().toUtf8();
    const CliResult copy = cli()(("replay show --copy 1 " + id).constData());
    QCOMPARE(copy.code, 0);
    const auto withoutRedelivered = [](const QByteArray& line) {
        QJsonObject object = QJsonDocument::fromJson(line).object();
        object.remove(QStringLiteral("redelivered")); // the first reading marked it
        return object;
    };
    QCOMPARE(withoutRedelivered(copy.out), withoutRedelivered(before));
}

void TestCliReplay::show_editedIsWhatIsSentInItsPlace() {
    const Message edited = CliHarness::deadLetter("orders", "{\"order\":{\"id\":6}}");
    {
        const auto workspace = Workspace::open(cli().file());
        QVERIFY(workspace.has_value());
        RunHeader header;
        header.id = QStringLiteral("3f2a0000-0000-0000-0000-000000000001");
        header.createdAt = QDateTime::currentDateTimeUtc();
        header.source = {QStringLiteral("shop"), QStringLiteral("/"), QStringLiteral("orders.dead")};
        PlanItem items[2];
        for (int i = 0; i < 2; ++i) {
            items[i].number = i + 1;
            items[i].fingerprint = fingerprintOf(CliHarness::deadLetter("orders", QByteArray::number(i)));
        }
        items[1].edited = edited;
        QVERIFY((*workspace)->journal().createRun(header).has_value());
        QVERIFY((*workspace)->journal().addItems(header.id, items).has_value());
        QVERIFY((*workspace)->journal().setRunState(header.id, RunState::Finished).has_value());
    }
    const CliResult shown = cli()("replay show 3f2a --edited 2");
    QVERIFY2(shown.code == 0, shown.err.constData());
    QCOMPARE(shown.out, toJsonLine(edited) + '\n');
    const CliResult none = cli()("replay show 3f2a --edited 1 --json");
    QCOMPARE(none.code, 1);
    QVERIFY(none.error().value(QStringLiteral("summary")).toString().contains(QLatin1String("not edited")));
    QCOMPARE(cli()("replay show 3f2a --edited 1 --copy 1").code, 2);
}

void TestCliReplay::resume_withoutUnfinishedRunSaysSo() {
    const CliResult result = cli()("replay resume --yes");
    QCOMPARE(result.code, 0); // nothing to do is done
    QVERIFY(result.err.contains("no unfinished run"));
    QCOMPARE(cli()("replay list --unfinished").code, 0);
}

// The reading has used one of two deliveries, the run uses the other: then its link breaks.
void TestCliReplay::resume_takesTheDeliveryLimitAsItIsNow() {
    QueueInfo& queue = cli().queues.back();
    queue.type = QueueType::Quorum;
    queue.deliveryLimit = 2;
    cli().broker.deliveryLimits["orders.dead"] = 2;
    QCOMPARE(cli()("deadletters list orders.dead").code, 0);
    cli().world->script = [](const QByteArray& call, int) {
        return call == "settle" ? Trouble::LostBefore : Trouble::None;
    };
    const CliResult stopped = cli()("replay run orders.dead --yes");
    QVERIFY(stopped.code > 1);
    QVERIFY2(stopped.err.contains("2 of the 2 deliveries"), stopped.err.constData());
    cli().world->script = {};
    QCOMPARE(in("orders.dead"), std::size_t(5));
    QCOMPARE(in("orders"), std::size_t(5)); // sent and confirmed, the originals not removed
    const int opens = cli().broker.sourceOpens();
    const QJsonObject run = cli()("replay list --json").objects().front();
    QCOMPARE(run.value(QStringLiteral("deliveryLimit")).toInt(), 2);
    QCOMPARE(run.value(QStringLiteral("deliveriesBefore")).toInt(), 1);
    QCOMPARE(run.value(QStringLiteral("sourceOpens")).toInt(), 1);
    const QByteArray id = run.value(QStringLiteral("id")).toString().toUtf8();
    QVERIFY(cli()(("replay show " + id).constData())
                .out.contains("limit 2, used before this run: 1, openings by this run: 1"));
    QVERIFY(cli()("replay resume --yes").err.contains("2 of the 2 deliveries"));
    QCOMPARE(cli().broker.sourceOpens(), opens);
    cli().queues.back().deliveryLimit = cli().broker.deliveryLimits["orders.dead"] = 3;
    const CliResult resumed = cli()("replay resume --yes");
    QVERIFY2(resumed.code == 0, resumed.err.constData());
    QCOMPARE(in("orders.dead"), std::size_t(0));
    QCOMPARE(in("orders"), std::size_t(5));
}

void TestCliReplay::decide_withoutDoubtDoesNothing() {
    QCOMPARE(cli()("replay run orders.dead --yes").code, 0);
    const QByteArray id =
        cli()("replay list --json").objects().front().value(QStringLiteral("id")).toString().toUtf8();
    const CliResult result = cli()(("replay decide --leave --yes " + id).constData());
    QCOMPARE(result.code, 0);
    QVERIFY(result.err.contains("No message of this run is in doubt."));
}

void TestCliReplay::decide_settlesMessagesInDoubt() {
    QCOMPARE(cli()("deadletters list orders.dead").code, 0);
    cli().broker.withholdConfirms = true;
    cli().broker.onReceive = [] { Interrupt::raise(); };
    const CliResult run = cli()("replay run orders.dead --yes --json");
    Interrupt::reset();
    cli().broker.onReceive = nullptr;
    cli().broker.withholdConfirms = false;
    const QJsonObject record = run.objects().back().value(QStringLiteral("run")).toObject();
    const int doubts =
        record.value(QStringLiteral("counts")).toObject().value(itemStateWord(ItemState::InDoubt)).toInt();
    if (doubts == 0)
        QSKIP("the interrupt came before anything was sent");
    QVERIFY(run.err.contains("replay decide"));
    const QByteArray id = record.value(QStringLiteral("id")).toString().toUtf8();
    QCOMPARE(cli()(("replay decide --treat-as-sent " + id).constData()).code, 2); // nobody agreed
    const CliResult decided = cli()(("replay decide --treat-as-sent --yes --json " + id).constData());
    const QJsonObject counts = decided.objects()
                                   .back()
                                   .value(QStringLiteral("run"))
                                   .toObject()
                                   .value(QStringLiteral("counts"))
                                   .toObject();
    QCOMPARE(counts.value(itemStateWord(ItemState::InDoubt)).toInt(), 0);
    QCOMPARE(in("orders.dead"), std::size_t(5 - doubts));
}

// A decision about one message is no leave to send the others.
void TestCliReplay::decide_leavingSendsNothing() {
    makeRun(cli(), RunKind::Replay, 3, 1, ItemState::InDoubt, RunState::Paused);
    const CliResult left = cli()("replay decide 3f2a --leave --yes");
    QVERIFY2(left.code == 0, left.err.constData());
    QVERIFY2(left.out.contains("2 planned") && left.out.contains("1 left in the queue"),
             left.out.constData());
    QCOMPARE(in("orders"), std::size_t(0));
    QCOMPARE(in("orders.dead"), std::size_t(5));
}

void TestCliReplay::decide_saysWhatElseIsSent() {
    QCOMPARE(cli()("deadletters list orders.dead").code, 0); // a run has met them before
    makeRun(cli(), RunKind::Replay, 3, 1, ItemState::InDoubt, RunState::Paused);
    const CliResult decided = cli()("replay decide 3f2a --treat-as-sent --yes");
    QVERIFY2(decided.err.contains("The run goes on: 2 messages still to do are sent as well."),
             decided.err.constData());
    QCOMPARE(in("orders"), std::size_t(2));
    QCOMPARE(in("orders.dead"), std::size_t(2));
}

void TestCliReplay::decide_leavingIsNotCalledCancelled() {
    makeRun(cli(), RunKind::Replay, 1, 1, ItemState::InDoubt, RunState::Finished);
    const CliResult left = cli()("replay decide 3f2a --leave --yes");
    QVERIFY2(left.code == 0, left.err.constData());
    QVERIFY2(left.out.contains("1 left in the queue"), left.out.constData());
    QVERIFY2(!left.out.contains("cancelled"), left.out.constData());
    QCOMPARE(in("orders.dead"), std::size_t(5));
}

void TestCliReplay::delete_needsASelection() {
    QCOMPARE(cli()("delete orders.dead --yes").code, 2);
    QCOMPARE(cli()("delete orders.dead --all").code, 2); // no --yes
    QCOMPARE(cli()("delete orders.dead --all --dry-run").code, 0);
    QCOMPARE(in("orders.dead"), std::size_t(5));
}

void TestCliReplay::delete_keepsCopiesThatRestoreSends() {
    const CliResult deleted =
        cli().run({QStringLiteral("delete"), QStringLiteral("orders.dead"), QStringLiteral("--where"),
                   QStringLiteral("reason = rejected"), QStringLiteral("--yes"), QStringLiteral("--json")});
    QVERIFY2(deleted.code == 0, deleted.err.constData());
    QCOMPARE(in("orders.dead"), std::size_t(1));
    QCOMPARE(in("orders"), std::size_t(0));
    const QByteArray id = deleted.objects()
                              .back()
                              .value(QStringLiteral("run"))
                              .toObject()
                              .value(QStringLiteral("id"))
                              .toString()
                              .toUtf8();
    QCOMPARE(cli()(("restore " + id).constData()).code, 2); // nobody agreed
    const CliResult restored = cli()(("restore --yes --json " + id.left(10)).constData());
    QVERIFY2(restored.code == 0, restored.err.constData());
    QCOMPARE(in("orders.dead"), std::size_t(5));
    const QJsonObject run = restored.objects().back().value(QStringLiteral("run")).toObject();
    QCOMPARE(run.value(QStringLiteral("kind")).toString(), QStringLiteral("restore"));
    QCOMPARE(run.value(QStringLiteral("parentRun")).toString().toUtf8(), id);
}

void TestCliReplay::purge_needsTheTypedName() {
    QCOMPARE(cli()("purge orders.dead").code, 2);
    QCOMPARE(cli()("purge orders.dead --confirm orders").code, 2);
    cli().answers << QStringLiteral("orders.dea");
    QCOMPARE(cli()("purge orders.dead").code, 2);
    QVERIFY2(cli().prompts.last().contains(QLatin1String("Every message of orders.dead, now 5, (")),
             qPrintable(cli().prompts.last()));
    const CliResult told = cli()("purge orders.dead --dry-run");
    QCOMPARE(told.code, 0);
    QVERIFY2(told.out.startsWith("Every message of orders.dead, now 5, ("), told.out.constData());
    QCOMPARE(in("orders.dead"), std::size_t(5));
}

void TestCliReplay::purge_removesAllAndIsRestorable() {
    cli().answers << QStringLiteral("orders.dead");
    const CliResult purged = cli()("purge orders.dead");
    QVERIFY2(purged.code == 0, purged.err.constData());
    QCOMPARE(in("orders.dead"), std::size_t(0));
    const QJsonObject run = cli()("replay list --json").objects().front();
    QCOMPARE(run.value(QStringLiteral("kind")).toString(), QStringLiteral("purge"));
    const QByteArray id = run.value(QStringLiteral("id")).toString().toUtf8();
    QCOMPARE(cli()(("restore --yes " + id).constData()).code, 0);
    QCOMPARE(in("orders.dead"), std::size_t(5));
}

void TestCliReplay::unknownRun_isNotFound() {
    for (const char* words : {"replay show zzz --json", "restore zzz --yes --json",
                              "replay resume zzz --yes --json", "replay decide zzz --leave --yes --json"}) {
        const CliResult result = cli()(words);
        QCOMPARE(result.code, 1);
        QCOMPARE(result.error().value(QStringLiteral("kind")).toString(), QStringLiteral("not-found"));
    }
}

QTEST_GUILESS_MAIN(TestCliReplay)
#include "tst_clireplay.moc"
