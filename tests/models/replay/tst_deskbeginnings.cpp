// Runs are made whole or not at all, and take messages from a queue one at a time.
#include "tests/models/replay/deskscene.h"

using namespace signalbox;

class TestDeskBeginnings : public QObject {
    Q_OBJECT

    // As a program leaves it that was killed while it wrote the items of a run.
    static QString torn(Desk& d, const std::vector<int>& numbers) {
        RunHeader header = ReplayFixture::header(RunKind::Replay);
        header.source = deadQueue();
        std::vector<PlanItem> items;
        for (const int number : numbers)
            items.push_back(ReplayFixture::itemFor(numbered(number), static_cast<qint64>(items.size()) + 1));
        d.f.plan(header, items);
        (void)d.f.journal->setRunState(header.id, RunState::Planned, beingPlanned);
        return header.id;
    }
    // A run that works for as long as the test looks.
    static ReplayJob* atWork(Desk& d) {
        d.f.fill(30);
        PlanRequest slow = d.request(ReplayFixture::upTo(20));
        slow.options.ratePerSecond = 1;
        auto plan = waitFor(d.desk->plan(slow));
        const auto run = waitFor(d.desk->accept(slow, std::make_shared<const ReplayPlan>(*plan)));
        const auto job = d.desk->start(*run, TestPermit::make(connection), d.gateway);
        return job && QTest::qWaitFor([&] { return (*job)->progress().done > 0; }, 10000) ? *job : nullptr;
    }

private Q_SLOTS:
    void tornRun_claimsNothingAndIsEnded() {
        Desk d;
        const QString run = torn(d, {1, 2});
        const auto plan = waitFor(d.desk->plan(d.request({1, 2, 3})));
        QVERIFY(plan);
        QCOMPARE(plan->sendable, 3);
        const RunRecord ended = *d.f.journal->run(run);
        QCOMPARE(runStateWord(ended.state), QStringLiteral("cancelled"));
        QVERIFY2(ended.endReason.contains(QLatin1String("cut off while it was planned")),
                 qPrintable(ended.endReason));
    }

    void tornRun_isEndedWhenUnfinishedRunsAreAskedFor() {
        Desk d;
        const QString run = torn(d, {1});
        QVERIFY(waitFor(d.desk->unfinished()));
        QCOMPARE(runStateWord(d.f.journal->run(run)->state), QStringLiteral("cancelled"));
    }

    void tornRun_isNotStarted() {
        Desk d;
        d.f.fill(2);
        const QString run = torn(d, {1});
        const auto job = d.desk->start(run, TestPermit::make(connection), d.gateway);
        QVERIFY(job);
        QSignalSpy ended(d.desk.get(), &ReplayDesk::runEnded);
        std::optional<Error> error;
        connect(*job, &ReplayJob::stateChanged, this, [&error, started = *job] { error = started->error(); });
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(error);
        QVERIFY2(error->summary.contains(QLatin1String("Plan it again")), qPrintable(error->summary));
        QCOMPARE(d.f.broker.contents("dead").size(), std::size_t{2});
    }

    void secondRun_isRefusedWhileOneIsAtWork() {
        Desk d;
        ReplayJob* job = atWork(d);
        QVERIFY(job);
        const PlanRequest next = d.request({25});
        auto plan = waitFor(d.desk->plan(d.request({25})));
        QVERIFY(plan);
        const auto run = waitFor(d.desk->accept(next, std::make_shared<const ReplayPlan>(*plan)));
        QVERIFY(!run);
        QCOMPARE(errorWord(run.error().kind), QStringLiteral("conflict"));
        QVERIFY2(run.error().summary.contains(job->runId().left(8)), qPrintable(run.error().summary));
        QCOMPARE(d.f.journal->runs({}, 10)->size(), std::size_t{1}); // none was made in vain
    }

    void purge_isRefusedWhileARunIsAtWork() {
        Desk d;
        ReplayJob* job = atWork(d);
        QVERIFY(job);
        const QString working = job->runId();
        QueueInfo queue;
        queue.ref = deadQueue();
        queue.type = QueueType::Classic;
        queue.ready = 10;
        const auto purge = d.desk->startPurge(queue, QStringLiteral("main"), QStringLiteral("dead"), {},
                                              TestPermit::make(connection), d.gateway);
        QVERIFY(purge);
        QSignalSpy ended(d.desk.get(), &ReplayDesk::runEnded);
        std::optional<Error> error;
        connect(*purge, &ReplayJob::stateChanged, this,
                [&error, started = *purge] { error = started->error(); });
        QTRY_COMPARE(ended.count(), 1);
        QVERIFY(error);
        QCOMPARE(errorWord(error->kind), QStringLiteral("conflict"));
        QVERIFY2(error->summary.contains(working.left(8)), qPrintable(error->summary));
    }
};

QTEST_GUILESS_MAIN(TestDeskBeginnings)
#include "tst_deskbeginnings.moc"
