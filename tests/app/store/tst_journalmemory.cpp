// What the journal remembers of messages: replayed before, claimed by another run, in doubt.
#include "tests/app/store/openjournal.h"

using namespace signalbox;

class TestJournalMemory : public QObject, OpenJournal {
    Q_OBJECT

private Q_SLOTS:
    void init() { make(); }
    void cleanup() { end(); }

    void memory_countsReplaysAndNamesClaims() {
        const std::vector<Fingerprint> asked{itemNo(1).fingerprint, itemNo(2).fingerprint,
                                             itemNo(3).fingerprint, itemNo(9).fingerprint};
        QVERIFY(need(journal_->memory(deadQueue, asked)).claimedBy.empty());
        const QString done = start("done", 3);
        need(journal_->mark(done, numbers(1, 2), ItemState::Removed, {}));
        need(journal_->mark(done, numbers(3, 3), ItemState::Returned, {}));
        need(journal_->setRunState(done, RunState::Finished, {}));
        const QString again = start("again", 1);
        need(journal_->mark(again, numbers(1, 1), ItemState::Confirmed, {}));
        need(journal_->setRunState(again, RunState::Finished, {}));
        const QString open = start("open", 2);
        need(journal_->mark(open, numbers(1, 1), ItemState::Removed, {}));
        need(journal_->setRunState(open, RunState::Paused, {}));
        const JournalMemory memory = need(journal_->memory(deadQueue, asked));
        QCOMPARE(memory.replayedBefore.at(asked[0]), 3);
        QCOMPARE(memory.replayedBefore.at(asked[1]), 1);
        QCOMPARE(memory.replayedBefore.size(), 2U);
        QCOMPARE(memory.claimedBy.at(asked[1]), QStringLiteral("open"));
        QCOMPARE(memory.claimedBy.size(), 1U);
        EntityRef elsewhere = deadQueue;
        elsewhere.space = QStringLiteral("eu");
        const JournalMemory other = need(journal_->memory(elsewhere, asked));
        QVERIFY(other.replayedBefore.empty() && other.claimedBy.empty());
    }

    void memory_deletedMessagesWereNotReplayedButAreClaimedMeanwhile() {
        const std::vector<Fingerprint> asked{itemNo(1).fingerprint};
        const QString run = start("d", 1, RunKind::Delete);
        QCOMPARE(need(journal_->memory(deadQueue, asked)).claimedBy.at(asked[0]), run);
        need(journal_->mark(run, numbers(1, 1), ItemState::Removed, {}));
        need(journal_->setRunState(run, RunState::Finished, {}));
        const JournalMemory memory = need(journal_->memory(deadQueue, asked));
        QVERIFY(memory.replayedBefore.empty() && memory.claimedBy.empty());
    }

    void memory_tellsWhatRunsRemoved() {
        const std::vector<Fingerprint> asked{itemNo(1).fingerprint, itemNo(2).fingerprint};
        const QString run = start("d", 2, RunKind::Delete);
        clock_->advanceSeconds(60); // it goes on after a crash, when the queue was read once more
        const QDateTime at = clock_->now();
        need(journal_->mark(run, numbers(1, 1), ItemState::Removed, {}));
        QCOMPARE(need(journal_->countSince(run, ItemState::Removed, at)), 1);
        QCOMPARE(need(journal_->countSince(run, ItemState::Removed, at.addSecs(1))), 0);
        QCOMPARE(need(journal_->countSince(run, ItemState::Planned, at)), 0);
        const JournalMemory memory = need(journal_->memory(deadQueue, asked));
        QCOMPARE(memory.removed.size(), 1U);
        QCOMPARE(memory.removed.at(asked[0]), (std::vector<JournalMemory::Removal>{{at, run}}));
    }

    void memory_aFailedRunClaimsWhatItDidNotEnd() {
        const QString run = start("r", 5);
        need(saveNumbers(*journal_, run, 1, 3, ItemState::Published));
        need(journal_->mark(run, numbers(2, 2), ItemState::Confirmed, {}));
        need(journal_->mark(run, numbers(3, 3), ItemState::Removed, {}));
        need(journal_->setRunState(run, RunState::Failed, QStringLiteral("the disk is full")));
        const std::vector<Fingerprint> asked{itemNo(1).fingerprint, itemNo(2).fingerprint,
                                             itemNo(3).fingerprint, itemNo(4).fingerprint};
        const JournalMemory memory = need(journal_->memory(deadQueue, asked));
        QCOMPARE(memory.inDoubt, (std::map<Fingerprint, QString>{{asked[0], run}}));
        QCOMPARE(memory.claimedBy, (std::map<Fingerprint, QString>{{asked[1], run}}));
    }

    void memory_doubtsOfEndedRunsAreNamed() {
        const QString run = start("r", 3);
        need(journal_->mark(run, numbers(1, 2), ItemState::InDoubt, {}));
        for (const RunState state : {RunState::Finished, RunState::Cancelled, RunState::Failed}) {
            need(journal_->setRunState(run, state, {}));
            const std::vector<Fingerprint> asked{itemNo(1).fingerprint, itemNo(3).fingerprint};
            const JournalMemory memory = need(journal_->memory(deadQueue, asked));
            QCOMPARE(memory.inDoubt, (std::map<Fingerprint, QString>{{asked[0], run}}));
            QVERIFY(memory.claimedBy.empty());
        }
        need(journal_->mark(run, numbers(1, 2), ItemState::Cancelled, QStringLiteral("decided: leave")));
        const std::vector<Fingerprint> first{itemNo(1).fingerprint};
        QVERIFY(need(journal_->memory(deadQueue, first)).inDoubt.empty());
    }

    // It may have arrived.
    void memory_whatWasLeftInDoubtCountsAsReplayed() {
        const QString run = start("r", 2);
        need(journal_->mark(run, numbers(1, 2), ItemState::InDoubt, {}));
        need(journal_->mark(run, numbers(1, 1), ItemState::Cancelled,
                            QStringLiteral("in doubt; ann@box decided: leave")));
        need(journal_->mark(run, numbers(2, 2), ItemState::Cancelled,
                            QStringLiteral("the run was abandoned")));
        need(journal_->setRunState(run, RunState::Finished, {}));
        const std::vector<Fingerprint> asked{itemNo(1).fingerprint, itemNo(2).fingerprint};
        const JournalMemory memory = need(journal_->memory(deadQueue, asked));
        QCOMPARE(memory.replayedBefore, (std::map<Fingerprint, qint64>{{asked[0], 1}}));
    }

    void memory_copiesOfAStreamClaimNothingOnceSent() {
        RunHeader made = header(QStringLiteral("s"));
        made.sourceIsStream = true;
        made.createdAt = clock_->now();
        need(journal_->createRun(made));
        need(journal_->addItems(made.id, itemsTo(1)));
        need(journal_->mark(made.id, numbers(1, 1), ItemState::Confirmed, {}));
        need(journal_->setRunState(made.id, RunState::Failed, {}));
        const std::vector<Fingerprint> asked{itemNo(1).fingerprint};
        QVERIFY(need(journal_->memory(deadQueue, asked)).claimedBy.empty());
    }

    void unfinished_listsFailedRunsWithOpenItems() {
        const auto left = [&](const char* id, ItemState state, RunKind kind = RunKind::Replay,
                              RunState end = RunState::Failed) {
            const QString run = start(id, 2, kind);
            need(journal_->mark(run, numbers(1, 1), state, {}));
            need(journal_->setRunState(run, end, {}));
        };
        left("published", ItemState::Published);
        left("confirmed", ItemState::Confirmed);
        left("doubt", ItemState::InDoubt);
        left("saved", ItemState::Saved, RunKind::Delete);
        left("purge", ItemState::Saved, RunKind::Purge); // an ended purge is not resumed
        left("untouched", ItemState::Planned);
        left("done", ItemState::Removed);
        left("ended", ItemState::InDoubt, RunKind::Replay, RunState::Cancelled);
        left("unheard", ItemState::Published, RunKind::Replay, RunState::Cancelled);
        QStringList ids;
        for (const RunRecord& record : need(journal_->unfinished()))
            ids << record.header.id;
        ids.sort();
        QCOMPARE(ids.join(QLatin1Char(' ')), QStringLiteral("confirmed doubt published saved unheard"));
    }

    void memory_refusedItemsAndForgottenPlansClaimNothing() {
        std::vector<PlanItem> items = itemsTo(2);
        items[0].refusal = Refusal::SameQueue;
        const QString run = start("r", 0);
        need(journal_->addItems(run, items));
        const std::vector<Fingerprint> asked{items[0].fingerprint, items[1].fingerprint};
        QCOMPARE(need(journal_->memory(deadQueue, asked)).claimedBy.size(), 1U);
        clock_->advanceSeconds(16 * 60);
        QVERIFY(need(journal_->memory(deadQueue, asked)).claimedBy.empty());
        need(journal_->setRunState(run, RunState::Running, {}));
        QCOMPARE(need(journal_->memory(deadQueue, asked)).claimedBy.size(), 1U);
    }
};

QTEST_GUILESS_MAIN(TestJournalMemory)
#include "tst_journalmemory.moc"
