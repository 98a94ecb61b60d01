// What the desk tells of the time since a reading: what runs removed, and which run is at work.
#include "tests/models/replay/deskscene.h"

using namespace signalbox;

class TestDeskSince : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void removedSince_countsRunsAndTheirRestores() {
        Desk d;
        d.f.fill(10);
        const QDateTime read = d.clock.now();
        QCOMPARE(*waitFor(d.desk->removedSince(deadQueue(), read)), 0);
        PlanRequest request = d.request({1, 2, 3});
        request.kind = RunKind::Delete;
        const auto plan = waitFor(d.desk->plan(request));
        const QString deletion = *waitFor(d.desk->accept(request, std::make_shared<const ReplayPlan>(*plan)));
        QVERIFY(d.runToEnd(deletion).has_value());
        QCOMPARE(*waitFor(d.desk->removedSince(deadQueue(), read)), 3);
        const QString restore = *waitFor(d.desk->acceptRestore(deletion, {1}));
        QVERIFY(d.runToEnd(restore).has_value());
        QCOMPARE(*waitFor(d.desk->removedSince(deadQueue(), read)), 2);
        QCOMPARE(*waitFor(d.desk->removedSince(deadQueue(), read.addSecs(1))), 0); // read again
        EntityRef other = deadQueue();
        other.space = QStringLiteral("eu");
        QCOMPARE(*waitFor(d.desk->removedSince(other, read)), 0);
    }

    void removedBy_namesTheRunPerMessage() {
        Desk d;
        d.f.fill(3);
        const QDateTime read = d.clock.now();
        PlanRequest request = d.request({2});
        request.kind = RunKind::Delete;
        const auto plan = waitFor(d.desk->plan(request));
        const QString deletion = *waitFor(d.desk->accept(request, std::make_shared<const ReplayPlan>(*plan)));
        QVERIFY(d.runToEnd(deletion).has_value());
        const Fingerprint gone = plan->items.at(0).fingerprint;
        const std::vector<ReadMessage> asked{{Fingerprint{}, 0}, {gone, 0}, {gone, 1}};
        const auto runs = waitFor(d.desk->removedBy(deadQueue(), read, asked));
        QVERIFY(runs.has_value());
        QCOMPARE(*runs, (std::vector<QString>{{}, deletion, {}})); // of equal ones one has gone
        const auto since = waitFor(d.desk->removedBy(deadQueue(), read.addSecs(1), asked));
        QCOMPARE(*since, std::vector<QString>(3));
    }

    void runAtWorkOn_isOneWhoseLeaseIsHeld() {
        Desk d;
        d.f.fill(4);
        const QString run = d.accepted({1, 2});
        QCOMPARE(*waitFor(d.desk->runAtWorkOn(deadQueue())), QString()); // accepted only
        QVERIFY(d.f.journal->setRunState(run, RunState::Running, {}).has_value());
        QCOMPARE(*waitFor(d.desk->runAtWorkOn(deadQueue())), QString()); // cut short: nobody works on it
        const auto lease = d.f.journal->lease(run);
        QVERIFY(lease.has_value());
        QCOMPARE(*waitFor(d.desk->runAtWorkOn(deadQueue())), run);
    }
};

QTEST_GUILESS_MAIN(TestDeskSince)
#include "tst_desksince.moc"
