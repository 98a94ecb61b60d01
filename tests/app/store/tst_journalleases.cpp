// Who works on a run, and what a process that was killed leaves behind. The test program starts itself as
// that process.
#include "app/store/sqlreplayjournal.h"
#include "tests/app/store/storefixture.h"

#include <QProcess>

#include <cstdio>

using namespace signalbox;

namespace {

constexpr qint64 batch = 20;
constexpr qint64 batches = 100000;

// Takes the lease, then saves and confirms batch after batch, telling each on stdout once it is durable.
int workUntilKilled(const QString& file, const QString& run) {
    FakeClock clock;
    const auto workspace = need(WorkspaceDb::open(file));
    const auto journal = need(SqlReplayJournal::open(*workspace, clock));
    const auto lease = need(journal->lease(run));
    need(journal->setRunState(run, RunState::Running, {}));
    for (qint64 i = 0; i < batches; ++i) {
        const qint64 first = i * batch + 1;
        need(saveNumbers(*journal, run, first, first + batch - 1, ItemState::Published));
        std::printf("saved %lld\n", static_cast<long long>(first + batch - 1));
        std::fflush(stdout);
        need(journal->mark(run, numbers(first, first + batch - 1), ItemState::Removed, {}));
        std::printf("removed %lld\n", static_cast<long long>(first + batch - 1));
        std::fflush(stdout);
    }
    return 0;
}

} // namespace

class TestJournalLeases : public QObject {
    Q_OBJECT

    std::unique_ptr<Folder> folder_;
    std::unique_ptr<FakeClock> clock_;
    std::unique_ptr<WorkspaceDb> workspace_;
    std::shared_ptr<SqlReplayJournal> journal_;

    QString start(const char* id, RunKind kind = RunKind::Replay) {
        const QString run = QString::fromLatin1(id);
        need(journal_->createRun(header(run, kind)));
        need(journal_->addItems(run, itemsTo(3)));
        return run;
    }
    QString unfinished() {
        QStringList ids;
        for (const RunRecord& record : need(journal_->unfinished()))
            ids << record.header.id;
        return ids.join(QLatin1Char(' '));
    }

private Q_SLOTS:
    void init() {
        journal_.reset();
        workspace_.reset();
        folder_ = std::make_unique<Folder>();
        clock_ = std::make_unique<FakeClock>();
        workspace_ = need(WorkspaceDb::open(folder_->file()));
        journal_ = need(SqlReplayJournal::open(*workspace_, *clock_));
    }
    void cleanup() {
        journal_.reset();
        workspace_.reset();
    }

    void lease_isHeldByOneAndGivenBack() {
        const QString run = start("r");
        const auto other = need(SqlReplayJournal::open(*workspace_, *clock_));
        auto lease = need(journal_->lease(run));
        const auto refused = other->lease(run);
        QCOMPARE(failed(refused), ErrorKind::Conflict);
        QVERIFY(refused.error().summary.contains(QString::number(QCoreApplication::applicationPid())));
        QVERIFY(other->lease(start("s"))); // another run is free
        lease.reset();
        QVERIFY(other->lease(run));
        QCOMPARE(failed(journal_->lease(QStringLiteral("none"))), ErrorKind::NotFound);
    }

    void unfinished_listsWhatWasTouchedAndNobodyWorksOn() {
        QCOMPARE(unfinished(), QString());
        const QString planned = start("planned");
        const QString touched = start("touched");
        need(saveNumbers(*journal_, touched, 1, 1, ItemState::Published));
        const QString running = start("running");
        need(journal_->setRunState(running, RunState::Running, {}));
        const QString paused = start("paused");
        need(journal_->setRunState(paused, RunState::Paused, {}));
        const QString finished = start("finished");
        need(journal_->setRunState(finished, RunState::Finished, {}));
        const QString failedRun = start("failed");
        need(journal_->setRunState(failedRun, RunState::Failed, {}));
        const QString purge = start("purge", RunKind::Purge);
        need(saveNumbers(*journal_, purge, 1, 1, ItemState::Saved));
        QCOMPARE(unfinished(), QStringLiteral("purge paused running touched"));
        const auto lease = need(journal_->lease(running));
        QCOMPARE(unfinished(), QStringLiteral("purge paused touched"));
    }

    void kill_losesNothingThatWasReportedAndFreesTheLease() {
        for (int round = 0; round < 5; ++round) {
            const QString run = QStringLiteral("kill-%1").arg(round);
            need(journal_->createRun(header(run, RunKind::Purge)));
            QProcess worker;
            worker.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            worker.start(QCoreApplication::applicationFilePath(),
                         {QStringLiteral("--work-until-killed"), folder_->file(), run});
            QVERIFY(worker.waitForStarted());
            qint64 saved = 0;
            qint64 removed = 0;
            const auto take = [&] {
                while (worker.canReadLine()) {
                    const QByteArray line = worker.readLine().trimmed();
                    (line.startsWith("saved") ? saved : removed) =
                        line.mid(line.indexOf(' ') + 1).toLongLong();
                }
            };
            // A different moment each round: now after a save, now after a mark, now in between.
            while (saved < batch * (3 + round * 7)) {
                QVERIFY(worker.waitForReadyRead(60000));
                take();
            }
            QCOMPARE(failed(journal_->lease(run)), ErrorKind::Conflict);
            QVERIFY(!unfinished().contains(run));
            worker.kill();
            QVERIFY(worker.waitForFinished());
            take();

            const RunRecord record = need(journal_->run(run));
            qint64 inState[2] = {0, 0};
            qint64 number = 0;
            for (const ItemRecord& item : need(journal_->items(run, std::nullopt, 0, 1 << 20))) {
                QCOMPARE(item.plan.number, ++number); // no holes
                QVERIFY(item.state == ItemState::Published || item.state == ItemState::Removed);
                ++inState[item.state == ItemState::Removed ? 1 : 0];
            }
            QVERIFY(number >= saved);
            QVERIFY(inState[1] >= removed);
            const auto count = [&](ItemState state) {
                const auto found = record.counts.find(state);
                return found == record.counts.end() ? 0 : found->second;
            };
            QCOMPARE(count(ItemState::Published), inState[0]);
            QCOMPARE(count(ItemState::Removed), inState[1]);
            for (qint64 copy = 1; copy <= number; ++copy)
                QVERIFY(need(journal_->copy(run, copy)) == messageNo(copy));
            QVERIFY(unfinished().contains(run));
            QVERIFY(journal_->lease(run)); // the dead process's lock is taken over
            need(journal_->setRunState(run, RunState::Cancelled, {}));
        }
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4 && arguments[1] == QLatin1String("--work-until-killed"))
        return workUntilKilled(arguments[2], arguments[3]);
    TestJournalLeases test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_journalleases.moc"
