#include "app/store/migrations.h"
#include "app/store/sqlconnections.h"
#include "app/store/sqlreplayjournal.h"
#include "app/store/workspacedb.h"
#include "tests/app/store/storefixture.h"

#include <QDir>
#include <QFile>

#include <thread>
#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

using namespace signalbox;

namespace {

void writeFile(const QString& path, const QByteArray& content) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("cannot write %s", qPrintable(path));
}

QByteArray readFile(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

// A folder nobody may write to, for as long as this lives. Root may write everywhere, so root becomes
// somebody else.
class ReadOnlyPlace {
public:
    ReadOnlyPlace(QString folder, const QString& file)
        : folder_(std::move(folder)) {
        QFile::setPermissions(file, QFileDevice::ReadOwner);
        QFile::setPermissions(folder_, QFileDevice::ReadOwner | QFileDevice::ExeOwner);
#ifdef Q_OS_UNIX
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && ::chown(QFile::encodeName(folder_).constData(), nobody, ~gid_t{0}) == 0 &&
            ::chown(QFile::encodeName(file).constData(), nobody, ~gid_t{0}) == 0)
            became_ = ::seteuid(nobody) == 0;
#endif
    }
    ~ReadOnlyPlace() {
#ifdef Q_OS_UNIX
        if (became_ && ::seteuid(0) != 0)
            qFatal("cannot become root again");
#endif
        QFile::setPermissions(folder_,
                              QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    }
    bool bites() const {
        return !QFile(folder_ + QStringLiteral("/probe")).open(QIODevice::WriteOnly);
    }

private:
    QString folder_;
    bool became_ = false;
};

ConnectionProfile profile(const QString& name) {
    ConnectionProfile made;
    made.id = name;
    made.name = name;
    return made;
}

} // namespace

class TestWorkspaceDb : public QObject {
    Q_OBJECT

    std::unique_ptr<Folder> folder_;

    static constexpr int newest = 5; // the program's own

    // A folder of its own with the program's migrations up to one.
    QString migrationsTo(int last) {
        const QString path = folder_->dir.filePath(QStringLiteral("migrations%1").arg(last));
        QDir().mkpath(path);
        const QDir own(QStringLiteral(":/signalbox/migrations"));
        for (const QString& name : own.entryList({QStringLiteral("*.sql")}, QDir::Files)) {
            if (name.left(4).toInt() <= last)
                writeFile(path + QLatin1Char('/') + name, readFile(own.filePath(name)));
        }
        return path;
    }
    // A folder of migrations: the program's own, and one more after them.
    QString migrationsWith(const QByteArray& next) {
        const QString path = migrationsTo(newest);
        writeFile(path + QStringLiteral("/%1_more.sql").arg(newest + 1, 4, 10, QLatin1Char('0')), next);
        return path;
    }
    QStringList backups() const {
        return QDir(folder_->dir.path()).entryList({QStringLiteral("*.backup")}, QDir::Files);
    }

private Q_SLOTS:
    void init() { folder_ = std::make_unique<Folder>(); }

    void open_makesAPrivateFileOfTheNewestVersion() {
        const auto workspace = need(WorkspaceDb::open(folder_->file()));
        QCOMPARE(workspace->version(), newest);
        QVERIFY(!workspace->isReadOnly());
        QVERIFY(!workspace->notice());
        QVERIFY(workspace->backup().isEmpty());
#ifdef Q_OS_UNIX
        for (const char* suffix : {"", "-wal", "-shm"}) {
            const auto mode = QFile::permissions(folder_->file() + QString::fromLatin1(suffix));
            QVERIFY(!(mode & (QFileDevice::ReadGroup | QFileDevice::ReadOther | QFileDevice::WriteGroup |
                              QFileDevice::WriteOther)));
        }
#endif
    }

    void open_againKeepsWhatWasThere() {
        {
            const auto workspace = need(WorkspaceDb::open(folder_->file()));
            need(SqlConnections(*workspace).save(profile(QStringLiteral("a"))));
        }
        const auto workspace = need(WorkspaceDb::open(folder_->file()));
        QCOMPARE(need(SqlConnections(*workspace).connections()).size(), 1U);
        QVERIFY(backups().isEmpty());
    }

    void open_backsUpBeforeItMigrates() {
        int before = 0;
        {
            const auto workspace = need(WorkspaceDb::open(folder_->file()));
            before = workspace->version();
            need(SqlConnections(*workspace).save(profile(QStringLiteral("a"))));
        }
        WorkspaceDb::Options options;
        options.migrations = migrationsWith("CREATE TABLE more (x TEXT)");
        const auto workspace = need(WorkspaceDb::open(folder_->file(), options));
        QCOMPARE(before, newest);
        QCOMPARE(workspace->version(), newest + 1);
        QCOMPARE(backups().size(), 1);
        QVERIFY(workspace->backup().endsWith(backups().first()));
        QVERIFY(backups().first().startsWith(QStringLiteral("team.signalbox.v%1-").arg(newest)));
#ifdef Q_OS_UNIX
        QVERIFY(
            !(QFile::permissions(workspace->backup()) & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
#endif
        QCOMPARE(need(SqlConnections(*workspace).connections()).size(), 1U);
        // The backup is a whole workspace of the old version.
        const auto old = need(WorkspaceDb::open(workspace->backup()));
        QCOMPARE(old->version(), before);
        QCOMPARE(need(SqlConnections(*old).connections()).size(), 1U);
    }

    // A workspace of the first program: its runs and filters are kept, and what they could not know is "not
    // known".
    void open_migratesWhatAnEarlierProgramWrote() {
        WorkspaceDb::Options old;
        old.migrations = migrationsTo(1);
        {
            const auto workspace = need(WorkspaceDb::open(folder_->file(), old));
            QCOMPARE(workspace->version(), 1);
            auto db = need(workspace->connection(Database::Access::ReadWrite));
            need(db.execute("INSERT INTO replay_run VALUES (1, 'run-1', 'replay', 'paused', 'ann', 'why', 5, "
                            "NULL, '', 'c1', '/', 'orders.dead', 'main', 'to queue x', '" +
                            toJson(ReplayOptions()) + "', 0, '')"));
            need(db.execute("INSERT INTO saved_filter VALUES ('late', 'age > 2h')"));
        }
        const auto workspace = need(WorkspaceDb::open(folder_->file()));
        QCOMPARE(workspace->version(), newest);
        QCOMPARE(backups().size(), 1);
        QVERIFY(backups().first().startsWith(QStringLiteral("team.signalbox.v1-")));
        const FakeClock clock;
        const auto journal = need(SqlReplayJournal::open(*workspace, clock));
        need(journal->noteSourceOpen(QStringLiteral("run-1")));
        const RunRecord run = need(journal->run(QStringLiteral("run-1")));
        QCOMPARE(run.header.source.name, QStringLiteral("orders.dead"));
        QCOMPARE(run.header.deliveryLimit, -1);
        QCOMPARE(run.header.deliveriesBefore, -1);
        QCOMPARE(run.sourceOpens, 1);
        QVERIFY(run.state == RunState::Paused);
        QCOMPARE(workspace
                     ->read([](Database& db) {
                         return db.number("SELECT COUNT(*) FROM saved_filter WHERE name = 'late' AND "
                                          "where_text = 'age > 2h' AND words = ''");
                     })
                     .value(),
                 1);
    }

    void open_aFailedMigrationChangesNothing() {
        need(WorkspaceDb::open(folder_->file()));
        WorkspaceDb::Options options;
        options.migrations =
            migrationsWith("CREATE TABLE more (x TEXT); CREATE TABLE connection (again TEXT)");
        QVERIFY(!WorkspaceDb::open(folder_->file(), options));
        const auto workspace = need(WorkspaceDb::open(folder_->file()));
        QCOMPARE(workspace->version(), newest);
        QCOMPARE(workspace
                     ->read([](Database& db) {
                         return db.number("SELECT COUNT(*) FROM sqlite_master WHERE name = 'more'");
                     })
                     .value(),
                 0);
    }

    void open_withoutABackupDoesNotMigrate() {
        // The longest name a file may have leaves no room for the backup's.
        const QString file = folder_->dir.filePath(QString(245, QLatin1Char('w')));
        need(WorkspaceDb::open(file));
        WorkspaceDb::Options options;
        options.migrations = migrationsWith("CREATE TABLE more (x TEXT)");
        const auto refused = WorkspaceDb::open(file, options);
        QCOMPARE(failed(refused), ErrorKind::Storage);
        QVERIFY(refused.error().summary.contains(QStringLiteral("backup")));
        QCOMPARE(need(WorkspaceDb::open(file))->version(), newest);
    }

    void open_aNewerFileIsReadOnlyAndSaysSo() {
        {
            WorkspaceDb::Options options;
            options.migrations = migrationsWith("CREATE TABLE more (x TEXT)");
            const auto newer = need(WorkspaceDb::open(folder_->file(), options));
            need(SqlConnections(*newer).save(profile(QStringLiteral("a"))));
        }
        const auto workspace = need(WorkspaceDb::open(folder_->file()));
        QVERIFY(workspace->isReadOnly());
        QVERIFY(workspace->notice());
        QCOMPARE(workspace->notice()->kind, ErrorKind::TooNew);
        QVERIFY(workspace->notice()->summary.contains(QStringLiteral("newer")));
        SqlConnections connections(*workspace);
        QCOMPARE(need(connections.connections()).size(), 1U);
        QCOMPARE(failed(connections.save(profile(QStringLiteral("b")))), ErrorKind::TooNew);
        QCOMPARE(failed(connections.remove(QStringLiteral("a"))), ErrorKind::TooNew);
        QCOMPARE(need(connections.connections()).size(), 1U);
        QVERIFY(backups().isEmpty());
    }

    void open_asReadOnlyRefusesWrites() {
        need(WorkspaceDb::open(folder_->file()));
        WorkspaceDb::Options options;
        options.readOnly = true;
        const auto workspace = need(WorkspaceDb::open(folder_->file(), options));
        QCOMPARE(failed(SqlConnections(*workspace).save(profile(QStringLiteral("b")))),
                 ErrorKind::NotAllowed);
        QCOMPARE(failed(WorkspaceDb::open(folder_->dir.filePath(QStringLiteral("none")), options)),
                 ErrorKind::NotFound);
    }

    void open_refusesWhatIsNoWorkspace_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("text") << QByteArray("name: payroll\n").repeated(100);
        QTest::newRow("zeros") << QByteArray(8192, '\0');
        QTest::newRow("header alone") << QByteArray("SQLite format 3\0", 16);
    }
    void open_refusesWhatIsNoWorkspace() {
        QFETCH(QByteArray, content);
        writeFile(folder_->file(), content);
        QCOMPARE(failed(WorkspaceDb::open(folder_->file())), ErrorKind::Corrupt);
        QCOMPARE(readFile(folder_->file()), content);
    }

    void open_refusesAnotherProgramsDatabase() {
        need(need(Database::open(folder_->file())).execute("CREATE TABLE theirs (x)"));
        const auto refused = WorkspaceDb::open(folder_->file());
        QCOMPARE(failed(refused), ErrorKind::Corrupt);
        QVERIFY(refused.error().summary.contains(QStringLiteral("another program")));
        QCOMPARE(need(need(Database::open(folder_->file())).number("SELECT COUNT(*) FROM sqlite_master")), 1);
    }

    // Its mode least of all: /tmp, made private, would be of no use to anybody.
    void open_ofAFolderLeavesItAsItWas() {
        const QString folder = folder_->dir.path();
        const auto everybody = QFile::permissions(folder) | QFileDevice::ReadOther | QFileDevice::ExeOther;
        QVERIFY(QFile::setPermissions(folder, everybody));
        const auto refused = WorkspaceDb::open(folder);
        QCOMPARE(failed(refused), ErrorKind::Storage);
        QVERIFY(refused.error().summary.contains(QStringLiteral("folder")));
        QCOMPARE(QFile::permissions(folder), everybody);
    }

    void open_aTruncatedFileIsCorruptAndKept() {
        need(WorkspaceDb::open(folder_->file()));
        const qint64 size = QFileInfo(folder_->file()).size();
        QVERIFY(QFile::resize(folder_->file(), size / 2));
        QCOMPARE(failed(WorkspaceDb::open(folder_->file())), ErrorKind::Corrupt);
        QCOMPARE(QFileInfo(folder_->file()).size(), size / 2);
    }

    void open_inAMissingFolderIsAStorageError() {
        QCOMPARE(failed(WorkspaceDb::open(folder_->dir.filePath(QStringLiteral("no/such/team.signalbox")))),
                 ErrorKind::Storage);
    }

    void open_twiceAtOnceMakesOneWorkspace() {
        std::vector<std::thread> threads;
        std::atomic_int opened = 0;
        for (int i = 0; i < 6; ++i)
            threads.emplace_back([&] { opened += WorkspaceDb::open(folder_->file()) ? 1 : 0; });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(opened.load(), 6);
        QVERIFY(backups().isEmpty());
    }

    void write_aSecondConsoleWorksOnTheSameFile() {
        const auto mine = need(WorkspaceDb::open(folder_->file()));
        const auto theirs = need(WorkspaceDb::open(folder_->file()));
        constexpr int each = 30;
        const auto fill = [](WorkspaceDb& workspace, const QString& prefix) {
            SqlConnections connections(workspace);
            for (int i = 0; i < each; ++i)
                need(connections.save(profile(prefix + QString::number(i))));
        };
        std::thread other([&] { fill(*theirs, QStringLiteral("theirs ")); });
        fill(*mine, QStringLiteral("mine "));
        other.join();
        QCOMPARE(need(SqlConnections(*mine).connections()).size(), 2U * each);
        QCOMPARE(need(SqlConnections(*theirs).connections()).size(), 2U * each);
    }

    void write_aLockedFileIsBusyAndNothingIsLost() {
        WorkspaceDb::Options hasty;
        hasty.busyTimeoutMs = 30;
        const auto workspace = need(WorkspaceDb::open(folder_->file(), hasty));
        SqlConnections connections(*workspace);
        need(connections.save(profile(QStringLiteral("a"))));
        auto holder = need(Database::open(folder_->file()));
        need(holder.execute("BEGIN EXCLUSIVE"));
        const auto refused = connections.save(profile(QStringLiteral("b")));
        QCOMPARE(failed(refused), ErrorKind::Busy);
        QVERIFY(refused.error().summary.contains(QStringLiteral("locked")));
        QCOMPARE(need(connections.connections()).size(), 1U); // reading goes on
        need(holder.execute("ROLLBACK"));
        need(connections.save(profile(QStringLiteral("b"))));
        QCOMPARE(need(connections.connections()).size(), 2U);
    }

    void write_aFullDiskIsAStorageErrorAndNothingIsLost() {
        const auto workspace = need(WorkspaceDb::open(folder_->file()));
        SqlConnections connections(*workspace);
        need(connections.save(profile(QStringLiteral("a"))));
        need(workspace->read([](Database& db) { return db.execute("PRAGMA max_page_count = 1"); }));
        ConnectionProfile large = profile(QStringLiteral("b"));
        large.host = QString(200000, QLatin1Char('h'));
        const auto refused = connections.save(large);
        QCOMPARE(failed(refused), ErrorKind::Storage);
        QVERIFY(refused.error().summary.contains(QStringLiteral("full")));
        QCOMPARE(need(connections.connections()).size(), 1U);
        need(workspace->read([](Database& db) { return db.execute("PRAGMA max_page_count = 1000000"); }));
        need(connections.save(large));
    }

    void open_onAReadOnlyPlaceSaysSo() {
        need(WorkspaceDb::open(folder_->file()));
        const ReadOnlyPlace place(folder_->dir.path(), folder_->file());
        if (!place.bites())
            QSKIP("This account may write everywhere, and cannot become another one.");
        const auto refused = WorkspaceDb::open(folder_->file());
        QCOMPARE(failed(refused), ErrorKind::Storage);
        QVERIFY2(refused.error().summary.contains(QStringLiteral("read-only")),
                 qPrintable(refused.error().summary + refused.error().detail));
        WorkspaceDb::Options look;
        look.readOnly = true;
        const auto looked = need(WorkspaceDb::open(folder_->file(), look));
        QVERIFY(need(SqlConnections(*looked).connections()).empty());
    }

    void connection_readOnlyCannotWrite() {
        const auto workspace = need(WorkspaceDb::open(folder_->file()));
        auto reader = need(workspace->connection(Database::Access::ReadOnly));
        QCOMPARE(failed(reader.execute("DELETE FROM connection")), ErrorKind::Storage);
    }

    void loadMigrations_refusesGapsAndEmptyFolders() {
        QVERIFY(!loadMigrations(folder_->dir.filePath(QStringLiteral("none"))));
        const QString path = migrationsWith("SELECT 1");
        QCOMPARE(need(loadMigrations(path)).size(), std::size_t{newest + 1});
        QVERIFY(
            QFile::rename(path + QStringLiteral("/%1_more.sql").arg(newest + 1, 4, 10, QLatin1Char('0')),
                          path + QStringLiteral("/%1_more.sql").arg(newest + 2, 4, 10, QLatin1Char('0'))));
        QVERIFY(!loadMigrations(path));
    }

    // The schema is to be kept on PostgreSQL as well: nothing in it may be SQLite's own.
    void loadMigrations_portableFilesHoldNoSqliteWords() {
        const QDir own(QStringLiteral(":/signalbox/migrations"));
        for (const QString& name : own.entryList({QStringLiteral("*.sql")}, QDir::Files)) {
            if (name.contains(QStringLiteral(".sqlite.")))
                continue;
            for (const QByteArray& line : readFile(own.filePath(name)).toUpper().split('\n')) {
                const QByteArray sql = line.left(line.indexOf("--") < 0 ? line.size() : line.indexOf("--"));
                for (const char* word : {"AUTOINCREMENT", "PRAGMA", "ROWID", " BLOB", "STRICT", "IFNULL",
                                         "DATETIME", "INSERT OR", "TRIGGER", "`", "["})
                    QVERIFY2(!sql.contains(word), line.constData());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestWorkspaceDb)
#include "tst_workspacedb.moc"
