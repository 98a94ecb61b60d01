// Saved copies after the run: restoring, importing, pruning.
#include "app/store/sqlreplayjournal.h"
#include "tests/app/store/storefixture.h"

using namespace signalbox;

class TestJournalKeeping : public QObject {
    Q_OBJECT

    std::unique_ptr<Folder> folder_;
    std::unique_ptr<FakeClock> clock_;
    std::unique_ptr<WorkspaceDb> workspace_;
    std::shared_ptr<SqlReplayJournal> journal_;

    // A delete run that saved `items` and removed all but the last.
    QString deleted(const char* id, qint64 items) {
        const QString run = QString::fromLatin1(id);
        need(journal_->createRun(header(run, RunKind::Delete)));
        need(journal_->addItems(run, itemsTo(items)));
        need(saveNumbers(*journal_, run, 1, items, ItemState::Saved));
        need(journal_->mark(run, numbers(1, items - 1), ItemState::Removed, {}));
        need(journal_->setRunState(run, RunState::Finished, {}));
        return run;
    }
    QString restoring(const char* id) {
        RunHeader made = header(QString::fromLatin1(id), RunKind::Restore);
        made.createdAt = clock_->now();
        need(journal_->createRun(made));
        return made.id;
    }
    QString counts(const QString& run) { return countsText(need(journal_->run(run))); }

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

    void addCopiesOf_takesRemovedMessagesByteExact() {
        const QString from = deleted("d", 6);
        const QString run = restoring("r");
        QCOMPARE(need(journal_->addCopiesOf(run, from, {})), 5); // the sixth still lies in its queue
        QCOMPARE(counts(run), QStringLiteral("saved 5"));
        for (qint64 number = 1; number <= 5; ++number) {
            QVERIFY(need(journal_->copy(run, number)) == messageNo(number));
            const ItemRecord item = need(journal_->item(run, number));
            QCOMPARE(item.plan.exchange, QByteArray());
            QCOMPARE(item.plan.routingKey, deadQueue.name.toUtf8());
            QCOMPARE(item.plan.receivers, QStringList{deadQueue.name});
            QCOMPARE(item.plan.position, number);
            QVERIFY(item.hasCopy);
        }
    }

    void addCopiesOf_takesTheChosenOnesAndNumbersOn() {
        const QString from = deleted("d", 10);
        const QString run = restoring("r");
        const std::vector<qint64> some{7, 2, 3};
        QCOMPARE(need(journal_->addCopiesOf(run, from, some)), 3);
        QVERIFY(need(journal_->copy(run, 1)) == messageNo(2));
        QVERIFY(need(journal_->copy(run, 3)) == messageNo(7));
        const std::vector<qint64> more{5};
        QCOMPARE(need(journal_->addCopiesOf(run, from, more)), 1);
        QVERIFY(need(journal_->copy(run, 4)) == messageNo(5));
    }

    void addCopiesOf_restoresEachCopyOnce() {
        const QString from = deleted("d", 4);
        const QString first = restoring("r1");
        const std::vector<qint64> one{1};
        QCOMPARE(need(journal_->addCopiesOf(first, from, one)), 1);
        const QString second = restoring("r2");
        QCOMPARE(failed(journal_->addCopiesOf(second, from, one)), ErrorKind::Conflict);
        QCOMPARE(need(journal_->addCopiesOf(second, from, {})), 2); // the other two
        need(journal_->setRunState(first, RunState::Running, {}));
        need(journal_->mark(first, one, ItemState::Confirmed, {}));
        need(journal_->setRunState(first, RunState::Finished, {}));
        QCOMPARE(failed(journal_->addCopiesOf(restoring("r3"), from, one)), ErrorKind::Conflict);
    }

    void addCopiesOf_aRestoreThatSentNothingLeavesTheCopyFree() {
        const QString from = deleted("d", 2);
        const std::vector<qint64> one{1};
        for (const ItemState end : {ItemState::Returned, ItemState::Rejected, ItemState::Cancelled}) {
            const QString run = restoring(qPrintable(QStringLiteral("r%1").arg(static_cast<int>(end))));
            QCOMPARE(need(journal_->addCopiesOf(run, from, one)), 1);
            need(journal_->mark(run, one, end, {}));
            need(journal_->setRunState(run, RunState::Finished, {}));
        }
        // In doubt it may have been sent.
        const QString doubtful = restoring("doubt");
        QCOMPARE(need(journal_->addCopiesOf(doubtful, from, one)), 1);
        need(journal_->mark(doubtful, one, ItemState::InDoubt, {}));
        need(journal_->setRunState(doubtful, RunState::Failed, {}));
        QCOMPARE(failed(journal_->addCopiesOf(restoring("last"), from, one)), ErrorKind::Conflict);
    }

    void addCopiesOf_aForgottenPlanFreesItsCopiesInTime() {
        const QString from = deleted("d", 2);
        QCOMPARE(need(journal_->addCopiesOf(restoring("r1"), from, {})), 1);
        QCOMPARE(failed(journal_->addCopiesOf(restoring("r2"), from, {})), ErrorKind::Conflict);
        clock_->advanceSeconds(16 * 60);
        QCOMPARE(need(journal_->addCopiesOf(restoring("r3"), from, {})), 1);
    }

    void addCopiesOf_saysWhyThereIsNothing() {
        const QString replay = QStringLiteral("p");
        need(journal_->createRun(header(replay)));
        need(journal_->addItems(replay, itemsTo(3)));
        const QString run = restoring("r");
        QCOMPARE(failed(journal_->addCopiesOf(run, replay, {})), ErrorKind::NotFound);
        need(saveNumbers(*journal_, replay, 1, 3, ItemState::Published));
        QCOMPARE(failed(journal_->addCopiesOf(run, replay, {})), ErrorKind::Conflict);
        QCOMPARE(failed(journal_->addCopiesOf(run, QStringLiteral("none"), {})), ErrorKind::NotFound);
        QCOMPARE(failed(journal_->addCopiesOf(run, replay, std::vector<qint64>{99})), ErrorKind::NotFound);
        QCOMPARE(counts(run), QString());
    }

    void addCopiesOf_largeRunsGoThroughInSteps() {
        const QString from = deleted("d", 4501);
        const QString run = restoring("r");
        QCOMPARE(need(journal_->addCopiesOf(run, from, {})), 4500);
        QVERIFY(need(journal_->copy(run, 4500)) == messageNo(4500));
        QCOMPARE(counts(run), QStringLiteral("saved 4500"));
    }

    void addSavedItems_bringTheirBytes() {
        const QString run = QStringLiteral("i");
        need(journal_->createRun(header(run, RunKind::Import)));
        std::vector<PlanItem> items = itemsTo(3);
        items[2].fingerprint = {}; // made here when the caller has none
        const std::vector<Message> messages{messageNo(1), messageNo(2), messageNo(3)};
        need(journal_->addSavedItems(run, items, messages));
        QCOMPARE(counts(run), QStringLiteral("saved 3"));
        for (qint64 number = 1; number <= 3; ++number)
            QVERIFY(need(journal_->copy(run, number)) == messageNo(number));
        QVERIFY(!journal_->addSavedItems(run, items, std::span(messages).first(2)));
        // An import waits to be started; it is not work left behind.
        QVERIFY(need(journal_->unfinished()).empty());
    }

    void pruneCopies_takesOldCopiesAndKeepsHistory() {
        const QString old = deleted("old", 2500);
        clock_->advanceSeconds(3600);
        const QString fresh = deleted("fresh", 3);
        QCOMPARE(need(journal_->pruneCopies(clock_->now().addSecs(-1800))), 2500);
        QCOMPARE(failed(journal_->copy(old, 1)), ErrorKind::NotFound);
        QVERIFY(!need(journal_->item(old, 1)).hasCopy);
        QVERIFY(need(journal_->copy(fresh, 1)) == messageNo(1));
        QCOMPARE(counts(old), QStringLiteral("removed 2499, saved 1"));
        QCOMPARE(need(journal_->items(old, std::nullopt, 0, 5000)).size(), 2500U);
        QCOMPARE(need(journal_->pruneCopies(clock_->now().addSecs(-1800))), 0);
        QCOMPARE(failed(journal_->addCopiesOf(restoring("r"), old, {})), ErrorKind::NotFound);
    }

    void pruneCopies_takesEditedMessagesAlong() {
        const QString run = QStringLiteral("e");
        need(journal_->createRun(header(run)));
        std::vector<PlanItem> items = itemsTo(2);
        items[1].edited = messageNo(77);
        need(journal_->addItems(run, items));
        need(saveNumbers(*journal_, run, 1, 1, ItemState::Published));
        need(journal_->setRunState(run, RunState::Finished, {}));
        clock_->advanceSeconds(10);
        QCOMPARE(need(journal_->pruneCopies(clock_->now())), 1);
        QVERIFY(!need(journal_->item(run, 2)).plan.edited);
    }

    void pruneCopies_sparesOpenRunsAndMessagesInDoubt() {
        const QString open = QStringLiteral("open");
        need(journal_->createRun(header(open)));
        need(saveNumbers(*journal_, open, 1, 3, ItemState::Published));
        need(journal_->setRunState(open, RunState::Paused, {}));
        const QString doubt = QStringLiteral("doubt");
        need(journal_->createRun(header(doubt)));
        need(saveNumbers(*journal_, doubt, 1, 3, ItemState::InDoubt));
        need(journal_->setRunState(doubt, RunState::Failed, {}));
        clock_->advanceSeconds(10);
        QCOMPARE(need(journal_->pruneCopies(clock_->now())), 0);
        QVERIFY(need(journal_->copy(open, 1)) == messageNo(1));
        QVERIFY(need(journal_->copy(doubt, 1)) == messageNo(1));
    }

    void pruneCopies_givesSpaceBack() {
        const QString run = QStringLiteral("large");
        need(journal_->createRun(header(run, RunKind::Purge)));
        Message large = messageNo(1, 1000000);
        for (qint64 number = 1; number <= 20; ++number) {
            const SavedCopy copy{number, &large, {}, {}};
            need(journal_->saveCopies(run, std::span(&copy, 1), ItemState::Removed));
        }
        need(journal_->setRunState(run, RunState::Finished, {}));
        const auto pages = [&] {
            return need(workspace_->read([](Database& db) { return db.number("PRAGMA page_count"); }));
        };
        const qint64 before = pages();
        clock_->advanceSeconds(10);
        QCOMPARE(need(journal_->pruneCopies(clock_->now())), 20);
        QVERIFY2(pages() < before / 10, qPrintable(QStringLiteral("%1 of %2").arg(pages()).arg(before)));
    }
};

QTEST_GUILESS_MAIN(TestJournalKeeping)
#include "tst_journalkeeping.moc"
