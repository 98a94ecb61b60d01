#include "app/sql/database.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <stdexcept>
#include <thread>

using namespace signalbox;

namespace {

Database opened(const QString& file, Database::Options options = {}) {
    auto db = Database::open(file, options);
    if (!db)
        qFatal("%s (%s)", qPrintable(db.error().summary), qPrintable(db.error().detail));
    return std::move(*db);
}

constexpr auto ownerOnly =
    QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ReadUser | QFileDevice::WriteUser;

} // namespace

class TestDatabase : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    QString path(const char* name) const { return dir_->filePath(QString::fromLatin1(name)); }

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        QVERIFY(dir_->isValid());
    }

    void open_makesFilesOnlyTheirOwnerMayRead() {
#ifndef Q_OS_UNIX
        QSKIP("File modes are a matter of Unix.");
#endif
        Database db = opened(path("a.db"));
        QVERIFY(db.execute("CREATE TABLE t (x)"));
        for (const char* name : {"a.db", "a.db-wal", "a.db-shm"}) {
            QVERIFY2(QFile::exists(path(name)), name);
            QCOMPARE(QFile::permissions(path(name)), ownerOnly);
        }
    }

    void open_tightensAWideFile() {
#ifndef Q_OS_UNIX
        QSKIP("File modes are a matter of Unix.");
#endif
        QFile wide(path("a.db"));
        QVERIFY(wide.open(QIODevice::WriteOnly));
        wide.close();
        QVERIFY(wide.setPermissions(ownerOnly | QFileDevice::ReadOther | QFileDevice::ReadGroup));
        const Database db = opened(path("a.db"));
        QCOMPARE(QFile::permissions(path("a.db")), ownerOnly);
    }

    void open_takesNamesThatMeanSomethingInUris_data() {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"with space.db", "what?mode=memory.db", "a#b.db", "50%25.db", "gr\xc3\xbc\xc3\x9f.db"})
            QTest::newRow(name) << QString::fromUtf8(name);
    }
    void open_takesNamesThatMeanSomethingInUris() {
        QFETCH(QString, name);
        Database db = opened(dir_->filePath(name));
        QVERIFY(db.execute("CREATE TABLE t (x)"));
        QVERIFY(QFile::exists(dir_->filePath(name)));
        QCOMPARE(QDir(dir_->path()).entryList({QStringLiteral("*.db")}, QDir::Files).size(), 1);
    }

    void open_usesTheLogAndTheAskedDurability() {
        Database db = opened(path("a.db"));
        QCOMPARE(db.words("PRAGMA journal_mode").value(), QStringLiteral("wal"));
        QCOMPARE(db.number("PRAGMA synchronous").value(), 2);
        Database::Options normal;
        normal.durability = Database::Durability::Normal;
        normal.wal = false;
        normal.pageSize = 8192;
        normal.reclaim = true;
        Database other = opened(path("b.db"), normal);
        QVERIFY(other.execute("CREATE TABLE t (x)"));
        QCOMPARE(other.words("PRAGMA journal_mode").value(), QStringLiteral("delete"));
        QCOMPARE(other.number("PRAGMA synchronous").value(), 1);
        QCOMPARE(other.number("PRAGMA page_size").value(), 8192);
        QCOMPARE(other.number("PRAGMA auto_vacuum").value(), 2);
    }

    void open_namesWhatIsWrong_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<int>("kind");
        QTest::newRow("text") << QByteArray(5000, 'x') << static_cast<int>(ErrorKind::Corrupt);
        QTest::newRow("short text") << QByteArray("hello") << static_cast<int>(ErrorKind::Corrupt);
        QTest::newRow("header alone") << QByteArray("SQLite format 3\0", 16) + QByteArray(84, '\0')
                                      << static_cast<int>(ErrorKind::Corrupt);
    }
    void open_namesWhatIsWrong() {
        QFETCH(QByteArray, content);
        QFETCH(int, kind);
        QFile file(path("a.db"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        const auto db = Database::open(path("a.db"));
        QVERIFY(!db);
        QCOMPARE(static_cast<int>(db.error().kind), kind);
        QVERIFY(db.error().summary.contains(path("a.db")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), content); // left as it was
    }

    void open_aTruncatedFileIsCorrupt() {
        {
            Database db = opened(path("a.db"));
            QVERIFY(db.execute(
                "CREATE TABLE t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                "WHERE i < 500) INSERT INTO t SELECT randomblob(500) FROM n"));
        }
        QFile file(path("a.db"));
        QVERIFY(file.resize(file.size() / 2));
        const auto db = Database::open(path("a.db"));
        QVERIFY(!db);
        QCOMPARE(db.error().kind, ErrorKind::Corrupt);
    }

    void open_aMissingFolderIsAStorageError() {
        const auto db = Database::open(path("no/such/folder/a.db"));
        QVERIFY(!db);
        QCOMPARE(db.error().kind, ErrorKind::Storage);
        QVERIFY(db.error().summary.contains(QStringLiteral("folder")));
        QVERIFY(!Database::open(dir_->path())); // a folder itself
    }

    void open_readOnlyNeedsTheFileAndRefusesWrites() {
        Database::Options look;
        look.access = Database::Access::ReadOnly;
        QCOMPARE(Database::open(path("a.db"), look).error().kind, ErrorKind::NotFound);
        QVERIFY(!QFile::exists(path("a.db")));
        Database writer = opened(path("a.db"));
        QVERIFY(writer.execute("CREATE TABLE t (x); INSERT INTO t VALUES (7)"));
        Database reader = opened(path("a.db"), look);
        QCOMPARE(reader.number("SELECT x FROM t").value(), 7);
        const auto refused = reader.execute("INSERT INTO t VALUES (8)");
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Storage);
        QVERIFY(refused.error().summary.contains(QStringLiteral("read-only")));
        reader.close();
        writer.close(); // the last one to leave merges the log into the file
        look.access = Database::Access::Immutable;
        QCOMPARE(opened(path("a.db"), look).number("SELECT x FROM t").value(), 7);
    }

    void execute_aLockedFileIsBusyAfterTheTimeout() {
        Database holder = opened(path("a.db"));
        QVERIFY(holder.execute("CREATE TABLE t (x); BEGIN IMMEDIATE"));
        Database::Options hasty;
        hasty.busyTimeoutMs = 50;
        Database other = opened(path("a.db"), hasty);
        QElapsedTimer waited;
        waited.start();
        const auto refused = other.execute("INSERT INTO t VALUES (1)");
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Busy);
        QVERIFY(waited.elapsed() >= 50);
        QVERIFY(holder.execute("COMMIT"));
        QVERIFY(other.execute("INSERT INTO t VALUES (1)"));
    }

    void execute_waitsForALockThatEndsInTime() {
        Database holder = opened(path("a.db"));
        QVERIFY(holder.execute("CREATE TABLE t (x)"));
        Database other = opened(path("a.db"));
        QVERIFY(holder.execute("BEGIN IMMEDIATE"));
        std::atomic_bool started = false;
        std::thread writer([&] {
            started = true;
            QVERIFY(other.execute("INSERT INTO t VALUES (1)"));
        });
        while (!started)
            std::this_thread::yield();
        QVERIFY(holder.execute("INSERT INTO t VALUES (2); COMMIT"));
        writer.join();
        QCOMPARE(holder.number("SELECT COUNT(*) FROM t").value(), 2);
    }

    void execute_aFullDiskIsAStorageErrorAndLosesNothing() {
        Database db = opened(path("a.db"));
        QVERIFY(db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1); PRAGMA max_page_count = 3"));
        const auto full = db.execute("INSERT INTO t VALUES (randomblob(100000))");
        QVERIFY(!full);
        QCOMPARE(full.error().kind, ErrorKind::Storage);
        QVERIFY(full.error().summary.contains(QStringLiteral("full")));
        QCOMPARE(db.number("SELECT COUNT(*) FROM t").value(), 1);
    }

    void execute_aDefectNamesTheStatementInTheDetail() {
        Database db = opened(path("a.db"));
        const auto wrong = db.execute("SELECT x FROM nowhere");
        QVERIFY(!wrong);
        QCOMPARE(wrong.error().kind, ErrorKind::Internal);
        QVERIFY(wrong.error().detail.contains(QStringLiteral("nowhere")));
    }

    void open_atOnceFromManyThreadsWorks() {
        std::atomic_int worked = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                auto db = Database::open(path("a.db"));
                worked +=
                    db && db->execute("CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES (1)") ? 1 : 0;
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(worked.load(), 8);
        QCOMPARE(opened(path("a.db")).number("SELECT COUNT(*) FROM t").value(), 8);
    }

    void interrupt_endsARunningStatement() {
        Database db = opened(path("a.db"));
        std::atomic_bool running = false;
        QVERIFY(db.addFunction(
            "started", 0,
            [&](FunctionCall& call) {
                running = true;
                call.result(qint64{1});
            },
            false));
        Result<qint64> result;
        std::thread reader([&] {
            result = db.number("WITH RECURSIVE n(i) AS (SELECT started() UNION ALL SELECT i + 1 FROM n) "
                               "SELECT SUM(i) FROM n");
        });
        while (!running)
            std::this_thread::yield();
        db.interrupt();
        reader.join();
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Cancelled);
        QCOMPARE(db.number("SELECT 1").value(), 1); // the next one is not touched
    }

    void addFunction_getsArgumentsAndKeepsExceptionsInside() {
        Database db = opened(path("a.db"));
        QVERIFY(db.addFunction("backwards", 1, [](FunctionCall& call) {
            if (call.isNull(0))
                return call.resultNull();
            QByteArray bytes = call.bytes(0).toByteArray();
            std::reverse(bytes.begin(), bytes.end());
            call.resultText(bytes);
        }));
        QVERIFY(db.addFunction("twice", 1, [](FunctionCall& call) { call.result(2 * call.int64(0)); }));
        QVERIFY(db.addFunction("throws", -1, [](FunctionCall&) { throw std::runtime_error("broken"); }));
        QCOMPARE(db.words("SELECT backwards('abc')").value(), QStringLiteral("cba"));
        QCOMPARE(db.words("SELECT backwards('')").value(), QString());
        QCOMPARE(db.number("SELECT backwards(NULL) IS NULL").value(), 1);
        QCOMPARE(db.number("SELECT twice(21)").value(), 42);
        const auto thrown = db.number("SELECT throws(1, 2)");
        QVERIFY(!thrown);
        QVERIFY(thrown.error().detail.contains(QStringLiteral("broken")));
    }

    void backupTo_copiesBesideAWriter() {
        Database db = opened(path("a.db"));
        QVERIFY(db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)"));
        Database writer = opened(path("a.db"));
        QVERIFY(writer.execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (2)"));
        QVERIFY(db.backupTo(path("copy.db")));
        QVERIFY(writer.execute("COMMIT"));
        QCOMPARE(opened(path("copy.db")).number("SELECT COUNT(*) FROM t").value(), 1); // what was committed
#ifdef Q_OS_UNIX
        QCOMPARE(QFile::permissions(path("copy.db")), ownerOnly);
#endif
    }

    void backupTo_neverOverwritesAndLeavesNothingHalf() {
        Database db = opened(path("a.db"));
        QVERIFY(db.execute("CREATE TABLE t (x)"));
        QVERIFY(db.backupTo(path("copy.db")));
        const auto again = db.backupTo(path("copy.db"));
        QVERIFY(!again);
        QCOMPARE(again.error().kind, ErrorKind::Conflict);
        QVERIFY(!db.backupTo(path("no/folder/copy.db")));
    }
};

QTEST_GUILESS_MAIN(TestDatabase)
#include "tst_database.moc"
