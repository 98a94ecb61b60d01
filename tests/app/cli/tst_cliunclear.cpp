// What nobody can know after a kill, and what becomes of it: no way back is closed, no doubt is forgotten.
#include "tests/app/cli/madeuprun.h"

#include <QTest>

using namespace signalbox;

class TestCliUnclear : public QObject {
    Q_OBJECT
    std::unique_ptr<CliHarness> cli_;

    CliHarness& cli() { return *cli_; }
    std::size_t in(const char* queue) { return cli().broker.contents(queue).size(); }

private Q_SLOTS:
    void init() {
        cli_ = std::make_unique<CliHarness>();
        cli().makeOrders();
    }
    void cleanup() { cli_.reset(); }

    void cutShort_isNotRestoredBeforeItIsEnded() {
        makeRun(cli(), RunKind::Delete, 3, 2, ItemState::Saved, RunState::Running);
        const CliResult refused = cli()("restore 3f2a --yes");
        QCOMPARE(refused.code, 3);
        QVERIFY2(refused.err.contains("cut short") && refused.err.contains("resume or end it"),
                 refused.err.constData());
    }

    // The originals may have gone: what was saved of them can be brought back.
    void abandonedDelete_keepsTheWayBack() {
        makeRun(cli(), RunKind::Delete, 3, 2, ItemState::Saved, RunState::Running);
        const CliResult ended = cli()("replay abandon 3f2a --yes");
        QCOMPARE(ended.code, 1);
        QVERIFY2(ended.err.contains("2 messages the copy is saved") &&
                     ended.err.contains("restore 3f2a0000 --missing"),
                 ended.err.constData());
        QCOMPARE(cli()("restore 3f2a --yes").code, 1); // nothing is known to be removed
        const CliResult back = cli()("restore 3f2a --missing --yes");
        QVERIFY2(back.code == 0, (back.out + back.err).constData());
        QVERIFY2(back.err.contains("there twice"), back.err.constData());
        QCOMPARE(in("orders.dead"), std::size_t(7));
    }

    void abandonedDelete_deletesNothingMore() {
        makeRun(cli(), RunKind::Delete, 3, 2, ItemState::Saved, RunState::Running);
        QCOMPARE(cli()("replay abandon 3f2a --yes").code, 1);
        (void)cli()("replay resume 3f2a --yes");
        QCOMPARE(in("orders.dead"), std::size_t(5));
    }

    // It may have arrived: to send it again is a choice of its own.
    void leftInDoubt_isNotSentAgainUnasked() {
        QCOMPARE(cli()("deadletters list orders.dead").code, 0);
        makeRun(cli(), RunKind::Replay, 1, 1, ItemState::InDoubt, RunState::Finished);
        QCOMPARE(cli()("replay decide 3f2a --leave --yes").code, 0);
        const CliResult planned = cli()("replay run orders.dead --id 1 --dry-run");
        QVERIFY2(planned.out.contains("0 of 1 message can go, 1 refused") &&
                     planned.out.contains("replayed from this queue before"),
                 planned.out.constData());
        const CliResult refused = cli()("replay run orders.dead --id 1 --dry-run --json");
        QVERIFY2(refused.out.contains("sent without an answer once") &&
                     !refused.out.contains("replayed once"),
                 refused.out.constData());
        QVERIFY(cli()("replay run orders.dead --id 1 --dry-run --allow-repeat")
                    .out.contains("1 of 1 message can go"));
    }

    // What may have gone out twice stays told when it has been sent again.
    void sentAgain_staysOnRecord() {
        QCOMPARE(cli()("deadletters list orders.dead").code, 0);
        makeRun(cli(), RunKind::Replay, 1, 1, ItemState::InDoubt, RunState::Finished);
        QCOMPARE(cli()("replay decide 3f2a --send-again --yes").code, 0);
        const CliResult shown = cli()("replay show 3f2a");
        QVERIFY2(shown.out.contains("sent and removed") && shown.out.contains("decided: send again"),
                 shown.out.constData());
    }

    // A decision that was taken before is no success of another one.
    void decidedBefore_isSaid() {
        makeRun(cli(), RunKind::Replay, 2, 2, ItemState::InDoubt, RunState::Finished);
        const CliResult left = cli()("replay decide 3f2a --leave --yes");
        QVERIFY2(left.out.contains("2 left in the queue") && !left.out.contains("in-doubt"),
                 left.out.constData());
        const CliResult other = cli()("replay decide 3f2a --treat-as-sent --yes");
        QCOMPARE(other.code, 1);
        QVERIFY2(other.err.contains("2 were left in orders.dead by an earlier decision"),
                 other.err.constData());
        const CliResult one = cli()("replay decide 3f2a --send-again --item 1 --yes");
        QVERIFY2(one.code != 0 && one.err.contains("left in the queue by an earlier decision"),
                 one.err.constData());
        QCOMPARE(in("orders.dead"), std::size_t(5));
    }

    // The original has gone meanwhile: that it may have arrived is not forgotten over that.
    void sentAgainButGone_mayHaveArrived() {
        const std::vector<Message> all = cli().broker.contents("orders.dead");
        makeRun(cli(), RunKind::Replay, 1, 1, ItemState::InDoubt, RunState::Finished);
        const CliResult purged = cli()("purge orders.dead --confirm orders.dead");
        QVERIFY2(purged.err.contains("1 message of earlier runs over this queue is in doubt"),
                 purged.err.constData());
        QCOMPARE(in("orders.dead"), std::size_t(0));
        QCOMPARE(cli()("replay decide 3f2a --send-again --yes").code, 1);
        QVERIFY2(cli()("replay show 3f2a").out.contains("it may have arrived"),
                 cli()("replay show 3f2a").out.constData());
        QCOMPARE(in("orders"), std::size_t(0));
        cli().broker.put("orders.dead", all.front());
        QCOMPARE(cli()("deadletters list orders.dead --refresh").code, 0);
        const CliResult planned = cli()("replay run orders.dead --dry-run");
        QVERIFY2(planned.out.contains("replayed from this queue before"), planned.out.constData());
        QVERIFY(!cli()("purge orders.dead --confirm orders.dead").err.contains("in doubt"));
    }

    // There is no queue that it could be left in, and no word may make it look unsent.
    void doubtOfARestore_isNotLeft() {
        makeRun(cli(), RunKind::Restore, 1, 1, ItemState::InDoubt, RunState::Finished);
        const CliResult left = cli()("replay decide 3f2a --leave --yes");
        QVERIFY2(left.code != 0 && left.err.contains("leave them in doubt"), left.err.constData());
        QVERIFY(cli()("replay show 3f2a").out.contains("in-doubt"));
    }

    void decision_isOnRecordWithItsMessages() {
        makeRun(cli(), RunKind::Replay, 4, 4, ItemState::InDoubt, RunState::Finished);
        QCOMPARE(cli()("replay decide 3f2a --leave --yes --item 4 --item 1 --item 2 --item 1").code, 0);
        const QJsonObject detail = cli()("audit list --find replay.decide --json")
                                       .objects()
                                       .front()
                                       .value(QStringLiteral("detail"))
                                       .toObject();
        QCOMPARE(detail.value(QStringLiteral("messages")).toInt(), 3);
        QCOMPARE(detail.value(QStringLiteral("items")).toString(), QStringLiteral("1-2, 4"));
    }
};

QTEST_GUILESS_MAIN(TestCliUnclear)
#include "tst_cliunclear.moc"
