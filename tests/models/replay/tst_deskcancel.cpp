// A run that is no longer wanted while it is written into the journal: nothing is sent, nothing is claimed.
#include "models/messaging/messagecodec.h"
#include "tests/models/replay/deskscene.h"

#include <QSemaphore>
#include <QTemporaryDir>

using namespace signalbox;

class TestDeskCancel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // The run is written in parts; the wish comes with the first.
    void accept_canBeCancelled() {
        Desk d;
        const auto progress = std::make_shared<WorkProgress>();
        d.f.world->script = [progress](const QByteArray& call, int) {
            if (call == "addItems")
                progress->cancelled = true;
            return Trouble::None;
        };
        auto made = waitFor(d.desk->plan(d.request(ReplayFixture::upTo(1500))));
        const auto plan = std::make_shared<const ReplayPlan>(std::move(*made));
        const auto run = waitFor(d.desk->accept(d.request({}), plan, progress));
        QCOMPARE(errorWord(run.error().kind), QStringLiteral("cancelled"));
        QCOMPARE(progress->done.load(), 1000);
        const RunRecord record = d.f.journal->runs({}, 1)->front();
        QCOMPARE(runStateWord(record.state), QStringLiteral("cancelled"));
        QVERIFY2(record.endReason.contains(QLatin1String("Cancelled before anything was sent")),
                 qPrintable(record.endReason));
        QVERIFY(d.audit.events.empty());
        d.f.world->script = {};
        QCOMPARE(waitFor(d.desk->plan(d.request(ReplayFixture::upTo(3))))->sendable, 3); // nothing is claimed
    }

    void accept_countsWhatIsWritten() {
        Desk d;
        const auto progress = std::make_shared<WorkProgress>();
        auto made = waitFor(d.desk->plan(d.request(ReplayFixture::upTo(25))));
        const auto plan = std::make_shared<const ReplayPlan>(std::move(*made));
        QVERIFY(waitFor(d.desk->accept(d.request({}), plan, progress)).has_value());
        QCOMPARE(progress->done.load(), 25);
    }

    void restore_canBeCancelled() {
        Desk d;
        d.f.fill(2);
        const QString run = d.accepted({1, 2});
        QVERIFY(d.runToEnd(run).has_value());
        const auto progress = std::make_shared<WorkProgress>();
        progress->cancelled = true;
        QCOMPARE(errorWord(waitFor(d.desk->acceptRestore(run, {}, progress)).error().kind),
                 QStringLiteral("cancelled"));
        const auto later = waitFor(d.desk->acceptRestore(run, {})); // the copies are still there for it
        QVERIFY2(later.has_value(), later ? "" : qPrintable(later.error().summary));
        QCOMPARE(d.f.journal->run(*later)->counts.at(ItemState::Saved), 2);
    }

    // Another process sends and removes still: what it has removed would be in the queue twice.
    void restore_ofARunAtWorkIsRefused() {
        Desk d;
        d.f.fill(2);
        const QString run = d.accepted({1, 2});
        QVERIFY(d.runToEnd(run).has_value());
        {
            const auto held = d.f.journal->lease(run);
            QVERIFY(held.has_value());
            const auto refused = waitFor(d.desk->acceptRestore(run, {}));
            QCOMPARE(errorWord(refused.error().kind), QStringLiteral("conflict"));
            QVERIFY2(refused.error().summary.contains(QLatin1String("being worked on")),
                     qPrintable(refused.error().summary));
            QCOMPARE(d.f.journal->runs({}, 10)->size(), std::size_t(1)); // nothing was made
        }
        QVERIFY(waitFor(d.desk->acceptRestore(run, {})).has_value());
    }

    // Sent and taken out of the queue, but the broker's word for the removal is lost at the very end.
    void cancel_withUnsettledRemovalsStaysResumable() {
        Desk d;
        d.f.fill(3);
        const QString run = d.accepted({1, 2, 3});
        QSemaphore settling, goOn;
        QSignalSpy ended(d.desk.get(), &ReplayDesk::runEnded);
        d.f.world->script = [&](const QByteArray& call, int) {
            if (call == "settle") {
                settling.release();
                goOn.acquire();
            }
            return call == "sync" ? Trouble::LostAfter : Trouble::None;
        };
        const auto job = d.desk->start(run, TestPermit::make(connection), d.gateway);
        QVERIFY(job.has_value());
        settling.acquire();
        (*job)->cancel();
        goOn.release(100);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 20000);
        d.f.world->script = {};
        const RunRecord record = *d.f.journal->run(run);
        QCOMPARE(record.counts.at(ItemState::Confirmed), 3);
        const auto open = waitFor(d.desk->unfinished());
        QCOMPARE(open->size(), std::size_t(1));
        const auto after = d.runToEnd(run);
        QVERIFY(after.has_value());
        QCOMPARE(runStateWord(after->state), QStringLiteral("finished"));
        QCOMPARE(after->counts.at(ItemState::Removed), 3);
        QCOMPARE(d.f.broker.contents("work").size(), std::size_t(3)); // nothing was sent again
    }

    void import_canBeCancelled() {
        Desk d;
        QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("in.jsonl")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 1; i <= 1500; ++i)
            file.write(toJsonLine(numbered(i)) + '\n');
        file.close();
        const auto progress = std::make_shared<WorkProgress>();
        d.f.world->script = [progress](const QByteArray& call, int) {
            if (call == "addSavedItems")
                progress->cancelled = true;
            return Trouble::None;
        };
        const auto run =
            waitFor(d.desk->acceptImport(deadQueue(), QStringLiteral("main"), file.fileName(), progress));
        QCOMPARE(errorWord(run.error().kind), QStringLiteral("cancelled"));
        QCOMPARE(runStateWord(d.f.journal->runs({}, 1)->front().state), QStringLiteral("cancelled"));
        QVERIFY(d.audit.events.empty());
    }
};

QTEST_GUILESS_MAIN(TestDeskCancel)
#include "tst_deskcancel.moc"
