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

    // What is passed over decides, not the oldest message, which may be among the chosen ones.
    void deliveries_areThoseOfWhatIsPassedOver() {
        Desk d;
        d.f.fill(3);
        for (const int used : {-1, 2}) {
            PlanRequest request = d.request({1});
            request.deliveryLimit = 4;
            request.usedDeliveries = [] { return 4; };
            request.passedOver = [used](const std::set<qint64>&, const RemovedByAsk&) {
                return Result<PassingNote>(PassingNote{QStringLiteral("note"), used});
            };
            const auto plan = waitFor(d.desk->plan(request));
            QVERIFY2(plan, plan ? "" : qPrintable(plan.error().summary));
            QVERIFY(plan->warnings.contains(QLatin1String("note")));
            const auto run = waitFor(d.desk->accept(request, std::make_shared<const ReplayPlan>(*plan)));
            QVERIFY(run);
            const RunHeader header = d.f.journal->run(*run)->header;
            QCOMPARE(header.deliveryLimit, 4);
            QCOMPARE(header.deliveriesBefore, std::max(0, used));
            QVERIFY(waitFor(d.desk->abandon(*run)));
        }
    }

    void restored_hasLeftItsPlaceAllTheSame() {
        Desk d;
        d.f.fill(3);
        const QDateTime read = d.clock.now();
        PlanRequest request = d.request({2});
        request.kind = RunKind::Delete;
        auto plan = waitFor(d.desk->plan(request));
        const QString deletion = *waitFor(d.desk->accept(request, std::make_shared<const ReplayPlan>(*plan)));
        QVERIFY(d.runToEnd(deletion).has_value());
        QVERIFY(d.runToEnd(*waitFor(d.desk->acceptRestore(deletion, {}))).has_value());
        const std::vector<ReadMessage> asked{{plan->items.at(0).fingerprint, 0}};
        QCOMPARE(*waitFor(d.desk->removedBy(deadQueue(), read, asked)), std::vector<QString>(1));
        PlanRequest next = d.request({3});
        next.readAt = read;
        std::vector<QString> told;
        next.passedOver = [&](const std::set<qint64>&, const RemovedByAsk& ask) {
            told = *ask(asked);
            return Result<PassingNote>(PassingNote());
        };
        QVERIFY(waitFor(d.desk->plan(next)));
        QCOMPARE(told, std::vector<QString>{deletion}); // its copy came back at the end
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
