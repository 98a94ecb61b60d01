// Taking a run's messages from the queue after something was cut off: when to wait for messages that somebody
// else still holds, and when they count as gone.
#include "models/replay/queueintake.h"
#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// Messages 1 to 3 in "dead", a run over all of them, and an intake that thinks a queue quiet at once.
class CutOffRun : public ReplayFixture {
public:
    explicit CutOffRun(milliseconds lossGrace, bool cutOff = true, ItemState state = ItemState::Planned,
                       const QueueIntake::Setup& given = {})
        : setup(given) {
        tuning.quiet = milliseconds(0);
        tuning.lossGrace = lossGrace;
        setup.cutOff = cutOff;
        fill(3);
        planReplay(upTo(3));
        if (state != ItemState::Planned)
            (void)journal->mark(QStringLiteral("run"), std::vector<qint64>{1, 2, 3}, state, {});
        loaded = items.load(*journal, QStringLiteral("run")).has_value();
        source = broker.makeSource("dead");
        intake = std::make_unique<QueueIntake>(*source, nullptr, items, setup, tuning);
    }
    // The messages as a killed process leaves them: with a connection that the broker still believes in.
    std::unique_ptr<MessageSource> holder() {
        auto made = broker.makeSource("dead");
        if (!made->open() || made->receive(10, 0).value().size() != 3)
            qFatal("nothing to hold");
        return made;
    }
    Taken take() {
        Taken taken;
        const auto done = intake->take(10, 1, taken);
        failed = !done;
        return taken;
    }

    QueueIntake::Setup setup;
    RunItems items;
    bool loaded = false;
    bool failed = false;
    std::unique_ptr<MessageSource> source;
    std::unique_ptr<QueueIntake> intake;
};

QueueIntake::Setup limited(int limit, int before, int* noted = nullptr) {
    QueueIntake::Setup setup;
    setup.queue = QStringLiteral("dead");
    setup.deliveries = {limit, before, 0};
    setup.noteOpen = [noted]() -> Result<void> {
        if (noted)
            ++*noted;
        return {};
    };
    return setup;
}

} // namespace

class TestQueueIntake : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cutOff_waitsForWhatTheOldConnectionHolds_data() {
        QTest::addColumn<ItemState>("state");
        QTest::newRow("still to be sent") << ItemState::Planned;
        QTest::newRow("only to be removed") << ItemState::Confirmed;
    }
    void cutOff_waitsForWhatTheOldConnectionHolds() {
        QFETCH(ItemState, state);
        CutOffRun run(hours(1), true, state);
        QVERIFY(run.loaded);
        const auto old = run.holder();
        QVERIFY(run.intake->open().has_value());
        for (int turn = 0; turn < 5; ++turn) {
            QCOMPARE(run.take().met, 0);
            QVERIFY(!run.failed);
            QVERIFY2(!run.intake->isDone(), "messages under way are taken for gone");
            QCOMPARE(
                run.intake->stalledBecause(),
                QStringLiteral(
                    "messages of this run are held by another consumer, or by the connection that broke"));
        }
        old->close(); // the broker has noticed
        const Taken taken = run.take();
        QCOMPARE(taken.met, 3);
        QCOMPARE(taken.staged.size(), std::size_t(state == ItemState::Planned ? 3 : 0));
        QCOMPARE(taken.removable.size(), std::size_t(state == ItemState::Planned ? 0 : 3));
        QVERIFY(run.intake->isDone());
        QVERIFY(!run.intake->isExhausted());
        QCOMPARE(run.intake->stalledBecause(), QString());
        QCOMPARE(run.broker.violations(), QStringList());
    }
    void cutOff_givesUpWhenTheGraceIsOver() {
        CutOffRun run(milliseconds(30));
        const auto consumer = run.holder(); // a live one that keeps what it has
        QElapsedTimer sinceOpen;
        sinceOpen.start();
        QVERIFY(run.intake->open().has_value());
        QVERIFY(QTest::qWaitFor([&] {
            (void)run.take();
            return run.failed || run.intake->isExhausted();
        }));
        QVERIFY(!run.failed);
        QVERIFY2(sinceOpen.elapsed() >= 30, "gave up before the broker could notice the broken connection");
        QVERIFY(run.intake->isDone());
        QCOMPARE(run.intake->stalledBecause(), QString());
        QCOMPARE(run.broker.held("dead"), 3);
    }
    void cutOff_nobodyElseIsThere() {
        CutOffRun run(hours(1));
        (void)run.holder(); // came and went
        QVERIFY(run.intake->open().has_value());
        QCOMPARE(run.take().met, 3);
        QVERIFY(run.intake->isDone());

        CutOffRun empty(hours(1));
        auto consumed = empty.holder();
        QVERIFY(consumed->settle(std::vector<std::uint64_t>{1, 2, 3}).has_value());
        consumed->close();
        QVERIFY(empty.intake->open().has_value());
        (void)empty.take();
        (void)empty.take();
        QVERIFY2(empty.intake->isExhausted(), "waits although nobody is there to wait for");
    }
    void cutOff_messagesOvertakenByTheBrokersAnswer_areMet() {
        CutOffRun run(hours(1), true, ItemState::Confirmed);
        auto old = run.holder();
        QVERIFY(old->settle(std::vector<std::uint64_t>{1, 2, 3}).has_value());
        old->close();
        QVERIFY(run.intake->open().has_value());
        (void)run.take(); // neither ready nor held, and nothing came: they are on their way
        QVERIFY2(!run.intake->isDone(), "the originals of sent messages would stay in the queue");
        for (int number = 1; number <= 3; ++number) {
            Message late = numbered(number);
            late.redelivered = true;
            run.broker.put("dead", late);
        }
        QCOMPARE(run.take().removable.size(), std::size_t{3});
        QVERIFY(run.intake->isDone());
        QVERIFY(!run.intake->isExhausted());
    }
    void cutOff_whatIsLeftIsNotWaitedFor() {
        CutOffRun run(hours(1), true, ItemState::Removed);
        const auto consumer = run.holder();
        QVERIFY(run.intake->open().has_value());
        QVERIFY2(run.intake->isDone(), "nothing of the run is still to be met");
    }
    void cutOff_lostWhileAsking_isTriedAgain() {
        CutOffRun run(hours(1));
        auto old = run.holder();
        int asked = 0;
        run.world->script = [&](const QByteArray& call, int) {
            return call == "otherConsumers" && ++asked == 1 ? Trouble::LostBefore : Trouble::None;
        };
        QVERIFY(run.intake->open().has_value());
        (void)run.take();
        QVERIFY(!run.failed);
        QVERIFY(!run.intake->isUp());
        QVERIFY(!run.intake->isDone());
        QCOMPARE(run.intake->downReason().kind, ErrorKind::Lost);
        QTRY_VERIFY(run.intake->isDue());
        QVERIFY(run.intake->open().has_value());
        (void)run.take();
        QVERIFY(run.intake->isUp());
        QVERIFY(!run.intake->isDone());
        old.reset();
        QCOMPARE(run.take().staged.size(), std::size_t(3));
        QVERIFY(run.intake->isDone());
    }
    // A run that was not cut off has nothing to wait for: a consumer's messages are the consumer's.
    void notCutOff_othersAreNotWaitedFor() {
        CutOffRun run(hours(1), false);
        const auto consumer = run.holder();
        QVERIFY(run.intake->open().has_value());
        (void)run.take();
        (void)run.take();
        QVERIFY(!run.failed);
        QVERIFY(run.intake->isExhausted());
    }

    // A queue that allows three deliveries, one of them used: two openings, whatever ends them.
    void deliveryLimit_isKept() {
        int noted = 0;
        CutOffRun run(hours(1), false, ItemState::Planned, limited(3, 1, &noted));
        for (int opening = 1; opening <= 2; ++opening) {
            QVERIFY(run.intake->mayOpen().has_value());
            QVERIFY(run.intake->open().has_value());
            QVERIFY(run.intake->isUp());
            QCOMPARE(noted, opening);
            QCOMPARE(run.take().met, 3);
            if (opening == 1) {
                run.intake->release();
                continue;
            }
            run.broker.breakLinks();
            QVERIFY(run.intake->sync().has_value());
        }
        const auto refused = run.intake->open();
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotAllowed);
        for (const char* said :
             {"3 of the 3 deliveries", "the queue dead", "delivery limit", "resume the run"})
            QVERIFY2(refused.error().summary.contains(QLatin1String(said)),
                     qPrintable(refused.error().summary));
        QVERIFY(!run.intake->mayOpen());
        QCOMPARE(noted, 2);
        QCOMPARE(run.broker.sourceOpens(), 2);
    }
    // Two openings are left by the count kept here, but a message says that there is none.
    void deliveryLimit_theMessagesKnowBetter() {
        CutOffRun run(hours(1), false, ItemState::Planned, limited(3, 0));
        Message old = numbered(9);
        old.properties.headers->push_back({"x-delivery-count", HeaderValue::int64(2)});
        run.broker.put("dead", old);
        QVERIFY(run.intake->open().has_value());
        QCOMPARE(run.take().met, 4);
        run.intake->release();
        QVERIFY(!run.intake->open());
        QCOMPARE(run.broker.sourceOpens(), 1);
    }
    void deliveryLimit_openingsOfOtherRunsCount() {
        int others = 0;
        QueueIntake::Setup setup = limited(3, 0);
        setup.otherOpens = [&others]() -> Result<int> { return others; };
        CutOffRun run(hours(1), false, ItemState::Planned, setup);
        QVERIFY(run.intake->open().has_value());
        run.intake->release();
        others = 2;
        QVERIFY(!run.intake->open());
        QCOMPARE(run.broker.sourceOpens(), 1);
    }
    // A broker that is away gives nothing out, so an hour of tries costs what the first of them did.
    void deliveryLimit_triesThatReachNothingCostOnce() {
        int noted = 0;
        CutOffRun run(hours(1), false, ItemState::Planned, limited(2, 0, &noted));
        run.broker.openError = [] { return Error{ErrorKind::CannotConnect, QStringLiteral("away"), {}}; };
        for (int attempt = 0; attempt < 5; ++attempt) {
            QVERIFY(run.intake->open().has_value());
            QVERIFY(!run.intake->isUp());
        }
        QCOMPARE(noted, 1);
        run.broker.openError = {};
        QVERIFY(run.intake->open().has_value());
        QVERIFY(run.intake->isUp());
        QCOMPARE(noted, 1);
        run.intake->release();
        QVERIFY(run.intake->open().has_value());
        QCOMPARE(noted, 2);
        run.intake->release();
        QVERIFY(!run.intake->open());
    }
    void deliveryLimit_anOpeningThatBrokeMayHaveDelivered() {
        CutOffRun run(hours(1), false, ItemState::Planned, limited(2, 0));
        run.world->script = [](const QByteArray& call, int) {
            return call == "open" ? Trouble::LostAfter : Trouble::None;
        };
        QVERIFY(run.intake->open().has_value());
        QVERIFY(run.intake->open().has_value());
        QVERIFY(!run.intake->open());
        QCOMPARE(run.broker.sourceOpens(), 2);
    }
    // Better not to read than to read and not to know how often.
    void deliveryLimit_whatCannotBeNotedIsNotOpened() {
        QueueIntake::Setup setup = limited(3, 0);
        bool full = true;
        setup.noteOpen = [&full]() -> Result<void> {
            return full ? Result<void>(failure(ErrorKind::Storage, QStringLiteral("The disk is full.")))
                        : Result<void>();
        };
        CutOffRun run(hours(1), false, ItemState::Planned, setup);
        QVERIFY(run.intake->open().has_value());
        QVERIFY(!run.intake->isUp());
        QCOMPARE(run.intake->downReason().summary, QStringLiteral("The disk is full."));
        QCOMPARE(run.broker.sourceOpens(), 0);
        full = false;
        QVERIFY(run.intake->open().has_value());
        QVERIFY(run.intake->isUp());
    }
    void withoutLimit_opensAsOftenAsNeeded() {
        int noted = 0;
        CutOffRun run(hours(1), false, ItemState::Planned, limited(-1, 50, &noted));
        for (int opening = 0; opening < 60; ++opening) {
            QVERIFY(run.intake->open().has_value());
            run.intake->release();
        }
        QCOMPARE(noted, 60); // the next plan wants to know
    }
    void stream_isNotCounted() {
        int noted = 0;
        QueueIntake::Setup setup = limited(1, 0, &noted);
        setup.isStream = true;
        CutOffRun run(hours(1), false, ItemState::Planned, setup);
        for (int opening = 0; opening < 3; ++opening) {
            QVERIFY(run.intake->open().has_value());
            run.intake->release();
        }
        QCOMPARE(noted, 0);
    }

    void lost_waitsForItsOwnMessages_data() {
        QTest::addColumn<int>("graceMs");
        QTest::addColumn<bool>("waits");
        QTest::newRow("grace runs") << 3'600'000 << true;
        QTest::newRow("grace is over") << 0 << false;
    }
    void lost_waitsForItsOwnMessages() {
        QFETCH(int, graceMs);
        CutOffRun run(milliseconds(graceMs), false);
        QVERIFY(run.intake->open().has_value());
        QCOMPARE(run.take().met, 3);
        run.broker.breakLinks();
        const auto brokers = run.holder(); // what the broker has not given back yet
        QVERIFY(run.intake->sync().has_value());
        QVERIFY(!run.intake->isUp());
        QTRY_VERIFY(run.intake->isDue());
        QVERIFY(run.intake->open().has_value());
        QCOMPARE(run.take().met, 0);
        QCOMPARE(run.take().met, 0);
        QVERIFY(!run.failed);
        QTEST(!run.intake->isExhausted(), "waits");
    }
};

QTEST_GUILESS_MAIN(TestQueueIntake)
#include "tst_queueintake.moc"
