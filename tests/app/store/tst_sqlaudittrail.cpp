#include "app/store/sqlaudittrail.h"
#include "tests/app/store/storefixture.h"

#include <thread>

using namespace signalbox;

class TestSqlAuditTrail : public QObject {
    Q_OBJECT

    std::unique_ptr<Folder> folder_;
    std::unique_ptr<WorkspaceDb> workspace_;
    std::unique_ptr<FakeClock> clock_;
    std::unique_ptr<SqlAuditTrail> trail_;
    WorkProgress progress_;

    static AuditEvent event(int i) {
        return {QStringLiteral("ann@box"),
                QStringLiteral("replay.start"),
                QStringLiteral("payroll"),
                QStringLiteral("run %1").arg(i),
                QStringLiteral("ticket \u2603"),
                QStringLiteral("ok"),
                QStringLiteral("{\"count\":%1}").arg(i)};
    }
    // As somebody with a database tool would: the triggers are in the way of a slip, not of intent.
    void tamper(const char* sql) {
        need(workspace_->read([&](Database& db) {
            return db.execute("DROP TRIGGER audit_record_no_update; DROP TRIGGER audit_record_no_delete");
        }));
        need(workspace_->read([&](Database& db) { return db.execute(sql); }));
    }

private Q_SLOTS:
    void init() {
        workspace_.reset();
        folder_ = std::make_unique<Folder>();
        workspace_ = need(WorkspaceDb::open(folder_->file()));
        clock_ = std::make_unique<FakeClock>();
        trail_ = std::make_unique<SqlAuditTrail>(*workspace_, *clock_);
    }
    void cleanup() { workspace_.reset(); }

    void page_givesTheNewestFirst() {
        for (int i = 1; i <= 5; ++i) {
            need(trail_->append(event(i)));
            clock_->advanceSeconds(1);
        }
        const auto first = need(trail_->page(0, 2));
        QCOMPARE(first.size(), 2U);
        QCOMPARE(first[0].number, 5);
        QCOMPARE(first[0].event, event(5));
        QCOMPARE(first[0].at, FakeClock().now().addSecs(4));
        QCOMPARE(first[0].hash.size(), 32);
        const auto next = need(trail_->page(first.back().number, 10));
        QCOMPARE(next.size(), 3U);
        QCOMPARE(next.back().number, 1);
        QVERIFY(need(trail_->page(1, 10)).empty());
    }

    void verify_anEmptyTrailIsWhole() {
        const auto verdict = need(trail_->verify(progress_));
        QVERIFY(verdict.whole);
        QCOMPARE(verdict.records, 0);
    }

    void verify_provesAWholeTrailOverRestarts() {
        for (int i = 1; i <= 3; ++i)
            need(trail_->append(event(i)));
        workspace_ = need(WorkspaceDb::open(folder_->file()));
        SqlAuditTrail again(*workspace_, *clock_);
        need(again.append(event(4)));
        const auto verdict = need(again.verify(progress_));
        QVERIFY2(verdict.whole, qPrintable(verdict.explanation));
        QCOMPARE(verdict.records, 4);
        const QString last = QString::fromLatin1(need(again.page(0, 1)).front().hash.toHex());
        QVERIFY(verdict.explanation.contains(last));
    }

    // It is read in parts of a thousand; an error behind the first one is found as well.
    void verify_readsALongTrailInParts() {
        for (int i = 1; i <= 1200; ++i)
            need(trail_->append(event(i)));
        WorkProgress progress;
        QVERIFY(need(trail_->verify(progress)).whole);
        QCOMPARE(progress.done.load(), 1200);
        tamper("UPDATE audit_record SET reason = 'nicer' WHERE number = 1101");
        const auto verdict = need(trail_->verify(progress));
        QVERIFY(!verdict.whole);
        QCOMPARE(verdict.firstBroken, 1101);
        QCOMPARE(verdict.records, 1200);
    }

    void verify_canBeCancelled() {
        need(trail_->append(event(1)));
        WorkProgress progress;
        progress.cancelled = true;
        const auto verdict = trail_->verify(progress);
        QVERIFY(!verdict);
        QCOMPARE(verdict.error().kind, ErrorKind::Cancelled);
    }

    void verify_survivesHostileText() {
        AuditEvent odd = event(1);
        odd.reason = QStringLiteral("a\nb") + QChar(0) + QChar(0xd800) +
                     QStringLiteral("'; DROP TABLE audit_record; --");
        odd.detail = QString(100000, QLatin1Char('x'));
        need(trail_->append(odd));
        need(trail_->append({}));
        QVERIFY(need(trail_->verify(progress_)).whole);
        QCOMPARE(need(trail_->page(0, 9)).size(), 2U);
    }

    void hash_tellsFieldsApart() {
        const QByteArray start(32, '\0');
        AuditEvent a = event(1);
        AuditEvent b = a;
        a.actor = QStringLiteral("ab");
        a.action = QStringLiteral("c");
        b.actor = QStringLiteral("a");
        b.action = QStringLiteral("bc");
        QVERIFY(auditHash(start, 1, 0, a) != auditHash(start, 1, 0, b));
        QVERIFY(auditHash(start, 1, 0, a) != auditHash(start, 2, 0, a));
        QVERIFY(auditHash(start, 1, 0, a) != auditHash(start, 1, 1, a));
        QCOMPARE(auditHash(start, 1, 0, a), auditHash(start, 1, 0, a));
    }

    void table_refusesChangesThroughItsTriggers() {
        need(trail_->append(event(1)));
        for (const char* sql : {"UPDATE audit_record SET reason = 'nicer'", "DELETE FROM audit_record"})
            QVERIFY(!workspace_->read([&](Database& db) { return db.execute(sql); }));
        QVERIFY(need(trail_->verify(progress_)).whole);
    }

    void verify_findsWhatWasDone_data() {
        QTest::addColumn<QByteArray>("sql");
        QTest::addColumn<qint64>("firstBroken");
        const auto row = [](const char* name, const char* sql, qint64 broken) {
            QTest::newRow(name) << QByteArray(sql) << broken;
        };
        for (const char* column : {"actor", "action", "connection", "subject", "reason", "outcome", "detail"})
            QTest::newRow(column) << QByteArray("UPDATE audit_record SET ") + column +
                                         " = 'nicer' WHERE number = 3"
                                  << qint64{3};
        row("time", "UPDATE audit_record SET at_ms = at_ms + 1 WHERE number = 3", 3);
        row("hash", "UPDATE audit_record SET hash = zeroblob(32) WHERE number = 3", 3);
        row("first", "UPDATE audit_record SET reason = '' WHERE number = 1", 1);
        row("last", "UPDATE audit_record SET reason = '' WHERE number = 5", 5);
        row("missing in the middle", "DELETE FROM audit_record WHERE number = 3", 3);
        row("missing first", "DELETE FROM audit_record WHERE number = 1", 1);
        row("cut tail", "DELETE FROM audit_record WHERE number > 3", 4);
        row("all gone", "DELETE FROM audit_record", 1);
        row("swapped",
            "UPDATE audit_record SET number = 99 WHERE number = 2; UPDATE audit_record SET number = 2 "
            "WHERE number = 3; UPDATE audit_record SET number = 3 WHERE number = 99",
            2);
        row("closed up after a deletion",
            "DELETE FROM audit_record WHERE number = 3; UPDATE audit_record SET "
            "number = number - 1 WHERE number > 3; UPDATE audit_head SET records = 4",
            3);
        row("added",
            "INSERT INTO audit_record SELECT 6, at_ms, actor, action, connection, subject, reason, outcome, "
            "detail, hash FROM audit_record WHERE number = 5",
            6);
        row("head count lowered", "UPDATE audit_head SET records = 4", 5);
        row("head hash replaced", "UPDATE audit_head SET hash = zeroblob(32)", 5);
        row("head gone", "DELETE FROM audit_head", 1);
    }
    void verify_findsWhatWasDone() {
        QFETCH(QByteArray, sql);
        QFETCH(qint64, firstBroken);
        for (int i = 1; i <= 5; ++i)
            need(trail_->append(event(i)));
        tamper(sql.constData());
        const auto verdict = need(trail_->verify(progress_));
        QVERIFY(!verdict.whole);
        QVERIFY(!verdict.explanation.isEmpty());
        QCOMPARE(verdict.firstBroken, firstBroken);
    }

    void append_fromTwoConsolesKeepsOneChain() {
        const auto other = need(WorkspaceDb::open(folder_->file()));
        SqlAuditTrail theirs(*other, *clock_);
        constexpr int each = 40;
        std::thread thread([&] {
            for (int i = 0; i < each; ++i)
                need(theirs.append(event(i)));
        });
        for (int i = 0; i < each; ++i)
            need(trail_->append(event(i)));
        thread.join();
        const auto verdict = need(trail_->verify(progress_));
        QVERIFY2(verdict.whole, qPrintable(verdict.explanation));
        QCOMPARE(verdict.records, 2 * each);
    }

    void append_onAFullDiskFailsAndKeepsTheChain() {
        need(trail_->append(event(1)));
        need(workspace_->read([](Database& db) { return db.execute("PRAGMA max_page_count = 1"); }));
        AuditEvent large = event(2);
        large.detail = QString(100000, QLatin1Char('x'));
        QCOMPARE(failed(trail_->append(large)), ErrorKind::Storage);
        need(workspace_->read([](Database& db) { return db.execute("PRAGMA max_page_count = 100000"); }));
        need(trail_->append(event(2)));
        const auto verdict = need(trail_->verify(progress_));
        QVERIFY2(verdict.whole, qPrintable(verdict.explanation));
        QCOMPARE(verdict.records, 2);
    }
};

QTEST_GUILESS_MAIN(TestSqlAuditTrail)
#include "tst_sqlaudittrail.moc"
