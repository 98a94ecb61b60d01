// What the command line says of messages that runs have removed since the queue was read.
#include "tests/app/cli/madeuprun.h"

using namespace signalbox;

class TestCliRemoved : public QObject {
    Q_OBJECT
    std::unique_ptr<CliHarness> cli_;
    CliHarness& cli() { return *cli_; }
private Q_SLOTS:
    void init() { // the expired one, message 5, has been deleted since the reading
        cli_ = std::make_unique<CliHarness>();
        cli().makeOrders();
        QCOMPARE(cli()("deadletters list orders.dead --refresh").code, 0);
        QCOMPARE(cli()("delete orders.dead --where reason=expired --yes").code, 0);
    }
    void cleanup() { cli_.reset(); }

    void list_namesTheRun() {
        const QString run =
            cli()("replay list --json").objects().at(0).value(QStringLiteral("id")).toString();
        const auto rows = cli()("deadletters list orders.dead --json").objects();
        QCOMPARE(rows.size(), std::size_t(5));
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(rows[i].value(QStringLiteral("removedBy")).isNull());
        QCOMPARE(rows[4].value(QStringLiteral("removedBy")).toString(), run);
        const QList<QByteArray> lines = cli()("deadletters list orders.dead").out.split('\n');
        QVERIFY(lines.at(0).contains("removed by"));
        QVERIFY2(lines.at(5).contains("run " + run.left(8).toUtf8()), lines.at(5).constData());
        QVERIFY(!lines.at(1).contains("run "));
        QVERIFY(cli()("deadletters show orders.dead 5").out.contains("by run " + run.left(8).toUtf8()));
        QCOMPARE(cli()("deadletters list orders.dead --refresh").code, 0);
        QVERIFY(!cli()("deadletters list orders.dead").out.contains("removed by"));
    }

    // A reading in part has a later time, and does not meet the place where the removed one stood.
    void readingInPart_bringsNothingBack() {
        QCOMPARE(cli()("deadletters list orders.dead --refresh --first 2").code, 0);
        const CliResult listed = cli()("deadletters list orders.dead --json");
        QCOMPARE(listed.objects().size(), std::size_t(4));
        const CliResult planned = cli()("replay run orders.dead --dry-run");
        QVERIFY2(planned.out.contains("4 of 4 messages can go"), planned.out.constData());
    }

    void groups_countWhatIsLeft() {
        const auto groups = cli()("deadletters groups orders.dead --json").objects();
        QCOMPARE(groups.size(), std::size_t(1));
        QCOMPARE(groups[0].value(QStringLiteral("count")).toInt(), 4);
        const CliResult none = cli()("deadletters groups orders.dead --where reason=expired");
        QVERIFY2(none.out.contains("nothing is left"), none.out.constData());
    }

    // Undone: the queue has it again, and no answer says otherwise.
    void restored_isThereAgain() {
        const QString run =
            cli()("replay list --json").objects().at(0).value(QStringLiteral("id")).toString();
        QCOMPARE(cli().run({QStringLiteral("restore"), run, QStringLiteral("--yes")}).code, 0);
        QVERIFY(!cli()("deadletters list orders.dead").out.contains("removed by"));
        const auto rows = cli()("deadletters list orders.dead --json").objects();
        QVERIFY(rows.at(4).value(QStringLiteral("removedBy")).isNull());
        const CliResult exported = cli()("deadletters export orders.dead");
        QCOMPARE(exported.out.count('\n'), 5);
        QVERIFY2(!exported.err.contains("left out"), exported.err.constData());
        QCOMPARE(cli()("deadletters groups orders.dead --json").objects().size(), std::size_t(2));
    }

    void export_ofNothingLeftIsPartly() {
        const CliResult none = cli()("deadletters export orders.dead --id 5");
        QCOMPARE(none.code, 1);
        QCOMPARE(none.out, QByteArray());
        QVERIFY2(none.err.contains("1 message left out, removed by runs"), none.err.constData());
        QCOMPARE(cli()("deadletters list orders.dead --id 5 --json").objects().size(), std::size_t(1));
    }

    void export_tellsOfDoubtsAndOfWhatWasCutShort() {
        makeRun(cli(), RunKind::Replay, 3, 2, ItemState::InDoubt, RunState::Running);
        const CliResult exported = cli()("deadletters export orders.dead");
        QVERIFY2(exported.err.contains("Unfinished runs: 3f2a0000"), exported.err.constData());
        QVERIFY2(exported.err.contains("2 messages of runs over this queue may have arrived"),
                 exported.err.constData());
    }

    void export_leavesThemOut() {
        const CliResult some = cli()("deadletters export orders.dead");
        QCOMPARE(some.code, 0);
        QCOMPARE(some.out.count('\n'), 4);
        QVERIFY2(some.err.contains("1 message left out"), some.err.constData());
        const CliResult all = cli()("deadletters export orders.dead --with-removed");
        QCOMPARE(all.out.count('\n'), 5);
        QVERIFY(!all.err.contains("left out"));
        // What is left out does not count for --limit.
        QCOMPARE(cli()("deadletters export orders.dead --limit 4").out.count('\n'), 4);
        const QString file = cli().folder.filePath(QStringLiteral("left.jsonl"));
        const auto told =
            cli()
                .run({QStringLiteral("deadletters"), QStringLiteral("export"), QStringLiteral("orders.dead"),
                      QStringLiteral("--json"), QStringLiteral("--output"), file})
                .objects();
        QCOMPARE(told.size(), std::size_t(1));
        QCOMPARE(told[0].value(QStringLiteral("exported")).toInt(), 4);
        QCOMPARE(told[0].value(QStringLiteral("removedAndLeftOut")).toInt(), 1);
    }
};

QTEST_GUILESS_MAIN(TestCliRemoved)
#include "tst_cliremoved.moc"
