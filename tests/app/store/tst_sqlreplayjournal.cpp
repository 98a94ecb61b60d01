#include "tests/app/store/openjournal.h"

#include <thread>

using namespace signalbox;

class TestSqlReplayJournal : public QObject, OpenJournal {
    Q_OBJECT

    QString counts(const QString& run) { return countsText(need(journal_->run(run))); }
    void damage(const char* sql) {
        auto db = need(Database::open(folder_->file()));
        need(db.execute(sql));
    }

private Q_SLOTS:
    void init() { make(); }
    void cleanup() { end(); }

    void createRun_roundTripsTheHeader() {
        RunHeader full = header(QStringLiteral("run-1"), RunKind::Delete);
        full.reason = QStringLiteral("gr\u00fc\u00df'; --");
        full.options.destination = {
            ReplayDestination::Kind::Exchange, QStringLiteral("x"), QStringLiteral("k"), {}};
        full.options.ratePerSecond = 12.5;
        full.options.limit = 7;
        full.options.allowRepeat = true;
        full.sourceIsStream = true;
        full.parentRun = QStringLiteral("run-0");
        full.deliveryLimit = 20;
        full.deliveriesBefore = 3;
        need(journal_->createRun(full));
        reopen();
        const RunRecord record = need(journal_->run(QStringLiteral("run-1")));
        QCOMPARE(record.header, full);
        QVERIFY(record.state == RunState::Planned);
        QVERIFY(!record.endedAt.isValid());
        QVERIFY(record.counts.empty());
        QCOMPARE(record.sourceOpens, 0);
        QCOMPARE(failed(journal_->createRun(full)), ErrorKind::Conflict);
    }

    void dropEmptyRun_leavesNoTraceButKeepsItems() {
        const QString empty = start("empty", 0);
        const QString full = start("full", 1);
        need(journal_->dropEmptyRun(empty));
        need(journal_->dropEmptyRun(full));
        QCOMPARE(failed(journal_->run(empty)), ErrorKind::NotFound);
        QCOMPARE(need(journal_->run(full)).counts.at(ItemState::Planned), 1);
        need(journal_->createRun(header(QStringLiteral("next"))));
        QCOMPARE(need(journal_->runs({}, 10)).size(), std::size_t{2});
    }

    void addMessageIds_takesThemFromTheCopies() {
        const QString run = start("r", 2);
        Message message;
        message.body = "body";
        message.properties.messageId = "order-4711";
        const SavedCopy copy{1, &message, {}, {}};
        need(journal_->saveCopies(run, std::span(&copy, 1), ItemState::Published));
        auto items = need(journal_->items(run, std::nullopt, 0, 10));
        QCOMPARE(items.size(), std::size_t{2});
        need(journal_->addMessageIds(run, items));
        QCOMPARE(items[0].messageId, QStringLiteral("order-4711"));
        QCOMPARE(items[1].messageId, QString());
    }

    void noteSourceOpen_countsEachRunsOwn() {
        const QString run = start("r", 1);
        const QString other = start("other", 1);
        for (int i = 1; i <= 3; ++i) {
            need(journal_->noteSourceOpen(run));
            QCOMPARE(need(journal_->run(run)).sourceOpens, i);
            if (i == 2)
                reopen(); // another process goes on counting
        }
        QCOMPARE(need(journal_->run(other)).sourceOpens, 0);
        QCOMPARE(failed(journal_->noteSourceOpen(QStringLiteral("none"))), ErrorKind::NotFound);
    }

    void createRun_refusesIdsThatAreNoFileNames() {
        for (const char* id : {"", "../x", "a/b", "a b", "a\\b"})
            QCOMPARE(failed(journal_->createRun(header(QString::fromLatin1(id)))), ErrorKind::Invalid);
    }

    void addItems_roundTripsPlanAndEditedMessage() {
        const QString run = start("r", 0);
        std::vector<PlanItem> items = itemsTo(4);
        items[0].occurrence = 3;
        items[0].twins = 7;
        items[0].session = QStringLiteral("order-7");
        items[1].session = QStringLiteral(""); // a session, and no session is another thing
        items[1].exchange = QByteArray("\xff\0x", 3);
        items[1].routingKey = "k\xfe";
        items[1].receivers = QStringList{QStringLiteral("a,\"b"), QStringLiteral("\u2603")};
        items[1].receiversKnown = false;
        items[1].changes.clear();
        items[1].note = QStringLiteral("a warning");
        items[2].refusal = Refusal::Unroutable;
        items[2].note = QStringLiteral("no binding");
        items[3].edited = messageNo(4);
        items[3].edited->body = QByteArray("edited\0body", 11);
        items[3].edited->bodySize = 11;
        need(journal_->addItems(run, items));
        reopen();
        const auto read = need(journal_->items(run, std::nullopt, 0, 100));
        QCOMPARE(read.size(), 4U);
        for (std::size_t i = 0; i < 4; ++i) {
            PlanItem expected = items[i];
            expected.edited.reset();
            QVERIFY2(read[i].plan == expected, qPrintable(QString::number(i)));
            QCOMPARE(read[i].changedAt, clock_->now());
            QVERIFY(!read[i].hasCopy);
        }
        QVERIFY(read[2].state == ItemState::Refused);
        QCOMPARE(read[2].reason, refusalText(Refusal::Unroutable));
        QVERIFY(need(journal_->item(run, 4)).plan == items[3]);
        QVERIFY(!need(journal_->item(run, 3)).plan.edited);
        QCOMPARE(counts(run), QStringLiteral("planned 3, refused 1"));
        QCOMPARE(failed(journal_->item(run, 5)), ErrorKind::NotFound);
    }

    void addItems_isAllOrNothing() {
        const QString run = start("r", 3);
        std::vector<PlanItem> more{itemNo(4), itemNo(5), itemNo(2)};
        more[0].note = QStringLiteral("a route of its own");
        QCOMPARE(failed(journal_->addItems(run, more)), ErrorKind::Conflict);
        QCOMPARE(counts(run), QStringLiteral("planned 3"));
        more.pop_back();
        need(journal_->addItems(run,
                                more)); // the route of the failed attempt is not mistaken for a written one
        QCOMPARE(need(journal_->item(run, 4)).plan.note, QStringLiteral("a route of its own"));
        std::vector<PlanItem> odd{itemNo(6)};
        odd[0].number = 0;
        QCOMPARE(failed(journal_->addItems(run, odd)), ErrorKind::Invalid);
        odd[0].number = qint64{1} << 32;
        QCOMPARE(failed(journal_->addItems(run, odd)), ErrorKind::Invalid);
        QCOMPARE(failed(journal_->addItems(QStringLiteral("none"), odd)), ErrorKind::NotFound);
    }

    void saveCopies_keepsEveryByteAndMovesTheState() {
        const QString run = start("r", 10);
        need(saveNumbers(*journal_, run, 1, 4, ItemState::Published));
        QCOMPARE(counts(run), QStringLiteral("planned 6, published 4"));
        reopen();
        for (qint64 number = 1; number <= 4; ++number) {
            QVERIFY(need(journal_->copy(run, number)) == messageNo(number));
            QVERIFY(need(journal_->item(run, number)).hasCopy);
        }
        QCOMPARE(failed(journal_->copy(run, 5)), ErrorKind::NotFound);
    }

    void saveCopies_withoutARowMakesOne() {
        const QString run = start("r", 0, RunKind::Purge);
        need(saveNumbers(*journal_, run, 1, 3, ItemState::Saved));
        need(saveNumbers(*journal_, run, 3, 5, ItemState::Saved)); // 3 is known already
        QCOMPARE(counts(run), QStringLiteral("saved 5"));
        const ItemRecord item = need(journal_->item(run, 4));
        QVERIFY(item.plan.fingerprint == fingerprintOf(messageNo(4)));
        QVERIFY(need(journal_->copy(run, 4)) == messageNo(4));
    }

    void saveCopies_againReplacesTheCopy() {
        const QString run = start("r", 0, RunKind::Purge);
        need(saveNumbers(*journal_, run, 1, 1, ItemState::Saved));
        Message other = messageNo(1);
        other.redelivered = true;
        const SavedCopy copy{1, &other, {}, {}};
        need(journal_->saveCopies(run, std::span(&copy, 1), ItemState::Published));
        QVERIFY(need(journal_->copy(run, 1)).redelivered);
        QCOMPARE(counts(run), QStringLiteral("published 1"));
    }

    void saveCopies_refusesACutBody() {
        const QString run = start("r", 1, RunKind::Delete);
        Message cut = messageNo(1);
        cut.bodyComplete = false;
        const SavedCopy copy{1, &cut, {}, {}};
        QCOMPARE(failed(journal_->saveCopies(run, std::span(&copy, 1), ItemState::Saved)),
                 ErrorKind::Invalid);
        const SavedCopy nothing{1, nullptr, {}, {}};
        QCOMPARE(failed(journal_->saveCopies(run, std::span(&nothing, 1), ItemState::Saved)),
                 ErrorKind::Internal);
        QCOMPARE(counts(run), QStringLiteral("planned 1"));
    }

    void mark_takesAnyOrderAndGaps() {
        const QString run = start("r", 10);
        const std::vector<qint64> some{9, 2, 3, 3, 1, 7};
        need(journal_->mark(run, some, ItemState::Missing, QStringLiteral("somebody else took it")));
        QCOMPARE(counts(run), QStringLiteral("planned 5, missing 5"));
        const auto missing = need(journal_->items(run, ItemState::Missing, 0, 100));
        QStringList found;
        for (const ItemRecord& item : missing) {
            found << QString::number(item.plan.number);
            QCOMPARE(item.reason, QStringLiteral("somebody else took it"));
        }
        QCOMPARE(found.join(QLatin1Char(' ')), QStringLiteral("1 2 3 7 9"));
        need(journal_->mark(run, some, ItemState::Cancelled, {}));
        QVERIFY(need(journal_->item(run, 1)).reason.isEmpty());
    }

    void mark_unknownItemsChangeNothing() {
        const QString run = start("r", 5);
        const std::vector<qint64> some{1, 4, 5, 6};
        QCOMPARE(failed(journal_->mark(run, some, ItemState::Removed, {})), ErrorKind::NotFound);
        QCOMPARE(counts(run), QStringLiteral("planned 5"));
        QCOMPARE(failed(journal_->mark(run, std::vector<qint64>{0}, ItemState::Removed, {})),
                 ErrorKind::Invalid);
        QCOMPARE(failed(journal_->mark(QStringLiteral("none"), some, ItemState::Removed, {})),
                 ErrorKind::NotFound);
        need(journal_->mark(run, {}, ItemState::Removed, {}));
    }

    void write_doesAWholeStepAndTheLaterMarkWins() {
        const QString run = start("r", 6);
        need(saveNumbers(*journal_, run, 1, 2, ItemState::Published));
        const std::vector<JournalMark> marks{{ItemState::Confirmed, {1, 2}, {}},
                                             {ItemState::Removed, {1}, {}}};
        const Message third = messageNo(3);
        const SavedCopy copy{3, &third, {}, {}};
        need(journal_->write(run, {marks, std::span(&copy, 1), ItemState::Published}));
        QCOMPARE(counts(run), QStringLiteral("planned 3, published 1, confirmed 1, removed 1"));
        const std::vector<JournalMark> wrong{{ItemState::Confirmed, {3}, {}}, {ItemState::Removed, {99}, {}}};
        QVERIFY(!journal_->write(run, {wrong, {}, ItemState::Published}));
        QCOMPARE(counts(run), QStringLiteral("planned 3, published 1, confirmed 1, removed 1"));
    }

    void items_arePagedAndFiltered() {
        const QString run = start("r", 25);
        start("s", 5);
        need(journal_->mark(run, numbers(10, 12), ItemState::InDoubt, {}));
        QList<qint64> seen;
        for (qint64 after = 0;;) {
            const auto page = need(journal_->items(run, std::nullopt, after, 10));
            for (const ItemRecord& item : page)
                seen << (after = item.plan.number);
            if (page.size() < 10)
                break;
        }
        QCOMPARE(seen.size(), 25);
        QCOMPARE(seen.last(), 25);
        QCOMPARE(need(journal_->items(run, ItemState::InDoubt, 10, 10)).size(), 2U);
        QVERIFY(need(journal_->items(run, ItemState::Returned, 0, 10)).empty());
    }

    void setRunState_notesTheEnd() {
        const QString run = start("r", 1);
        need(journal_->setRunState(run, RunState::Running, {}));
        QVERIFY(!need(journal_->run(run)).endedAt.isValid());
        clock_->advanceSeconds(5);
        need(journal_->setRunState(run, RunState::Failed, QStringLiteral("disk full")));
        RunRecord record = need(journal_->run(run));
        QVERIFY(record.state == RunState::Failed);
        QCOMPARE(record.endedAt, clock_->now());
        QCOMPARE(record.endReason, QStringLiteral("disk full"));
        need(journal_->setRunState(run, RunState::Running, {})); // resumed
        record = need(journal_->run(run));
        QVERIFY(!record.endedAt.isValid());
        QVERIFY(record.endReason.isEmpty());
        QCOMPARE(failed(journal_->setRunState(QStringLiteral("x"), RunState::Paused, {})),
                 ErrorKind::NotFound);
    }

    void run_takesAnUnambiguousPrefix() {
        start("abc-1", 0);
        start("abc-2", 0);
        start("abc", 0);
        start("x_y", 0);
        QCOMPARE(need(journal_->run(QStringLiteral("abc-1"))).header.id, QStringLiteral("abc-1"));
        QCOMPARE(need(journal_->run(QStringLiteral("x"))).header.id, QStringLiteral("x_y"));
        QCOMPARE(need(journal_->run(QStringLiteral("abc"))).header.id, QStringLiteral("abc")); // exact wins
        QCOMPARE(failed(journal_->run(QStringLiteral("ab"))), ErrorKind::Invalid);
        QCOMPARE(failed(journal_->run(QStringLiteral("%"))), ErrorKind::NotFound);
        QCOMPARE(failed(journal_->run({})), ErrorKind::NotFound);
    }

    void runs_areNewestFirstAndSearched() {
        start("first", 2);
        RunHeader other = header(QStringLiteral("second"));
        other.source.name = QStringLiteral("\u00dcbergabe.dead");
        other.reason = QStringLiteral("100% sure");
        need(journal_->createRun(other));
        const auto names = [&](const char* search, int limit = 10) {
            QStringList found;
            for (const RunRecord& record : need(journal_->runs(QString::fromUtf8(search), limit)))
                found << record.header.id;
            return found.join(QLatin1Char(' '));
        };
        QCOMPARE(names(""), QStringLiteral("second first"));
        QCOMPARE(names("", 1), QStringLiteral("second"));
        QCOMPARE(names("\xc3\xbc"
                       "bergabe"),
                 QStringLiteral("second"));
        QCOMPARE(names("100%"), QStringLiteral("second"));
        QCOMPARE(names("_"), QString());
        QCOMPARE(names("PAYROLL"), QStringLiteral("second first"));
        QCOMPARE(names("ticket"), QStringLiteral("first"));
        QCOMPARE(names("origin", 1), QStringLiteral("second"));
        QCOMPARE(countsText(need(journal_->runs(QStringLiteral("first"), 1)).front()),
                 QStringLiteral("planned 2"));
    }

    void runsOf_areTheQueuesAloneNewestFirst() {
        const EntityRef queue = header(QStringLiteral("x")).source;
        start("first", 2);
        start("second", 1);
        for (const char* part : {"connection", "space", "name"}) { // one of each that differs in one thing
            RunHeader other = header(QLatin1String(part));
            (QByteArrayView(part) == "connection" ? other.source.connectionId
             : QByteArrayView(part) == "space"    ? other.source.space
                                                  : other.source.name) += QStringLiteral(".x");
            need(journal_->createRun(other));
        }
        const auto found = need(journal_->runsOf(queue, 10));
        QCOMPARE(found.size(), std::size_t{2});
        QCOMPARE(found[0].header.id, QStringLiteral("second"));
        QCOMPARE(countsText(found[1]), QStringLiteral("planned 2"));
        QCOMPARE(need(journal_->runsOf(queue, 1)).size(), std::size_t{1});
    }

    void runs_areFoundByAMessageTheySaved() {
        start("first", 1);
        start("second", 1);
        for (const char* run : {"first", "second"}) {
            Message message = messageNo(1);
            message.properties.messageId = "order-" + QByteArray(run);
            const SavedCopy copy{1, &message, {}, {}};
            need(journal_->saveCopies(QString::fromLatin1(run), std::span(&copy, 1), ItemState::Published));
        }
        const auto found = need(journal_->runs(QStringLiteral("order-second"), 10));
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(found.front().header.id, QStringLiteral("second"));
        QVERIFY(need(journal_->runs(QStringLiteral("order-third"), 10)).empty());
    }

    void copy_aDamagedOneIsCorruptAndNotGiven() {
        const QString run = start("r", 3);
        need(saveNumbers(*journal_, run, 1, 3, ItemState::Published));
        damage("UPDATE replay_copy SET body = 'x' || substr(body, 2) WHERE item_key % 4294967296 = 2");
        damage("UPDATE replay_copy SET properties = zeroblob(3) WHERE item_key % 4294967296 = 3");
        QVERIFY(need(journal_->copy(run, 1)) == messageNo(1));
        QCOMPARE(failed(journal_->copy(run, 2)), ErrorKind::Corrupt);
        QCOMPARE(failed(journal_->copy(run, 3)), ErrorKind::Corrupt);
    }

    void counts_ofManyStepsFitTheItems() {
        const QString run = start("r", 500);
        std::uint32_t random = 7;
        for (int step = 0; step < 200; ++step) {
            random = random * 1664525U + 1013904223U;
            const qint64 first = 1 + (random >> 8) % 490;
            const qint64 last = first + (random >> 4) % 10;
            const auto state = static_cast<ItemState>(random % 11 == 1 ? 0 : random % 11);
            if (random % 3 == 0)
                need(saveNumbers(*journal_, run, first, last, state));
            else
                need(journal_->mark(run, numbers(first, last), state, {}));
        }
        std::map<ItemState, qint64> counted;
        for (const ItemRecord& item : need(journal_->items(run, std::nullopt, 0, 1000)))
            ++counted[item.state];
        QVERIFY(need(journal_->run(run)).counts == counted);
    }

    void readers_doNotWaitForAWriter() {
        const QString run = start("r", 5);
        auto holder = need(Database::open(folder_->file()));
        need(holder.execute("BEGIN IMMEDIATE; UPDATE replay_item SET state = 4"));
        QCOMPARE(counts(run), QStringLiteral("planned 5"));
        QCOMPARE(need(journal_->items(run, std::nullopt, 0, 10)).size(), 5U);
        need(holder.execute("ROLLBACK"));
    }

    void write_onAFullDiskLosesNothingAndGoesOnAfterwards() {
        const QString run = start("r", 50);
        need(saveNumbers(*journal_, run, 1, 5, ItemState::Published));
        journal_.reset();
        // A limit of the file cannot be set from outside the connection, so the schema asks for a failing
        // write.
        damage("CREATE TRIGGER full BEFORE INSERT ON replay_copy WHEN new.item_key % 4294967296 = 8 BEGIN "
               "SELECT RAISE(ABORT, 'no room'); END");
        journal_ = need(SqlReplayJournal::open(*workspace_, *clock_));
        QVERIFY(!saveNumbers(*journal_, run, 6, 10, ItemState::Published));
        QCOMPARE(counts(run), QStringLiteral("planned 45, published 5"));
        QCOMPARE(failed(journal_->copy(run, 6)), ErrorKind::NotFound);
        damage("DROP TRIGGER full");
        need(saveNumbers(*journal_, run, 6, 10, ItemState::Published));
        QCOMPARE(counts(run), QStringLiteral("planned 40, published 10"));
    }

    void write_whileLockedIsBusyAndLosesNothing() {
        journal_.reset();
        WorkspaceDb::Options hasty;
        hasty.busyTimeoutMs = 30;
        workspace_ = need(WorkspaceDb::open(folder_->file(), hasty));
        journal_ = need(SqlReplayJournal::open(*workspace_, *clock_));
        const QString run = start("r", 5);
        auto holder = need(Database::open(folder_->file()));
        need(holder.execute("BEGIN IMMEDIATE"));
        QCOMPARE(failed(saveNumbers(*journal_, run, 1, 5, ItemState::Published)), ErrorKind::Busy);
        need(holder.execute("ROLLBACK"));
        need(saveNumbers(*journal_, run, 1, 5, ItemState::Published));
        QCOMPARE(counts(run), QStringLiteral("published 5"));
    }

    void open_readOnlyGivesHistoryAndRefusesWrites() {
        const QString run = start("r", 2);
        journal_.reset();
        WorkspaceDb::Options look;
        look.readOnly = true;
        workspace_ = need(WorkspaceDb::open(folder_->file(), look));
        journal_ = need(SqlReplayJournal::open(*workspace_, *clock_));
        QCOMPARE(counts(run), QStringLiteral("planned 2"));
        QCOMPARE(failed(journal_->setRunState(run, RunState::Running, {})), ErrorKind::NotAllowed);
        QCOMPARE(failed(journal_->lease(run)), ErrorKind::NotAllowed);
    }

    void threads_mayShareTheJournal() {
        const QString a = start("a", 400);
        const QString b = start("b", 400);
        std::vector<std::thread> threads;
        for (const QString& run : {a, b})
            threads.emplace_back([this, run] {
                for (qint64 first = 1; first <= 400; first += 20) {
                    need(saveNumbers(*journal_, run, first, first + 19, ItemState::Published));
                    need(journal_->mark(run, numbers(first, first + 19), ItemState::Removed, {}));
                }
            });
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                // One moment: the counts always add up to all items.
                for (const RunRecord& record : need(journal_->runs({}, 5))) {
                    qint64 sum = 0;
                    for (const auto& [state, items] : record.counts)
                        sum += items;
                    QCOMPARE(sum, 400);
                }
            }
        });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(counts(a), QStringLiteral("removed 400"));
        QCOMPARE(counts(b), QStringLiteral("removed 400"));
    }
};

QTEST_GUILESS_MAIN(TestSqlReplayJournal)
#include "tst_sqlreplayjournal.moc"
