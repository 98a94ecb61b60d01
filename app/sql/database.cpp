#include "app/sql/database.h"

#include "app/sql/sqlerror.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QThread>
#include <QUrl>
#include <sqlite3.h>

namespace signalbox {

namespace {

// SQLite's URI form; the characters that mean something there are escaped.
QByteArray uriOf(const QString& file, bool immutable) {
    QByteArray path = QFile::encodeName(QFileInfo(file).absoluteFilePath());
    path.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
#ifdef Q_OS_WIN
    path.prepend('/');
#endif
    return "file://" + path + (immutable ? "?immutable=1" : "");
}

constexpr int pauseMs = 5;

// SQLite's own handler sleeps up to 100 ms between tries and so misses the short gaps of a busy writer.
int waitForLock(void* timeoutMs, int tries) {
    constexpr int sleepMs = 2;
    if (static_cast<qintptr>(tries) * sleepMs >= reinterpret_cast<qintptr>(timeoutMs))
        return 0;
    QThread::msleep(sleepMs);
    return 1;
}

} // namespace

Result<Database> Database::open(const QString& file, const Options& options) {
    if (options.access == Access::ReadWrite) {
        if (auto made = ensurePrivateFile(file); !made)
            return failure(std::move(made.error()));
    } else if (!QFileInfo::exists(file)) {
        return failure(ErrorKind::NotFound, QStringLiteral("There is no file %1.").arg(file));
    }
    const int mode = options.access == Access::ReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    const QByteArray uri = uriOf(file, options.access == Access::Immutable);
    sqlite3* raw = nullptr;
    const int code =
        sqlite3_open_v2(uri.constData(), &raw, mode | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr);
    Database db(raw); // closes it on the early returns below
    if (code != SQLITE_OK)
        return failure(sqlError(raw ? sqlite3_extended_errcode(raw) : code, raw, file));
    sqlite3_extended_result_codes(raw, 1);
    if (auto configured = db.configure(options); !configured)
        return failure(std::move(configured.error()));
    return db;
}

Result<void> Database::configure(const Options& options) {
    sqlite3_busy_handler(db_, waitForLock,
                         reinterpret_cast<void*>(static_cast<qintptr>(options.busyTimeoutMs)));
    // Strings in double quotes are a source of silent mistakes; a schema in the file cannot call our
    // functions.
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(db_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
    if (options.access == Access::ReadWrite && sqlite3_db_readonly(db_, "main") == 1)
        return failure(sqlError(SQLITE_READONLY, db_));
    if (options.cacheKib > 0) {
        const QByteArray cache = "PRAGMA cache_size=-" + QByteArray::number(options.cacheKib);
        if (auto done = execute(cache); !done)
            return done;
    }
    if (options.access == Access::ReadWrite) {
        if (options.pageSize > 0) {
            if (auto done = execute("PRAGMA page_size=" + QByteArray::number(options.pageSize)); !done)
                return done;
        }
        if (options.reclaim) {
            if (auto done = execute("PRAGMA auto_vacuum=INCREMENTAL"); !done)
                return done;
        }
        if (options.wal) {
            if (auto done = useWal(options.busyTimeoutMs); !done)
                return done;
        }
        const char* level = options.durability == Durability::Full     ? "PRAGMA synchronous=FULL"
                            : options.durability == Durability::Normal ? "PRAGMA synchronous=NORMAL"
                                                                       : "PRAGMA synchronous=OFF";
        if (auto done = execute(level); !done)
            return done;
    }
    // SQLite opens lazily; read the header now, so that a foreign or damaged file is met here.
    auto version = number("PRAGMA schema_version");
    if (!version)
        return failure(std::move(version.error()));
    return {};
}

Result<void> Database::useWal(int busyTimeoutMs) {
    // Several programs may open a new file at once; the switch of the journal mode does not honour the busy
    // timeout, so it is repeated here.
    QElapsedTimer waited;
    waited.start();
    for (;;) {
        auto mode = words("PRAGMA journal_mode=WAL");
        if (mode && *mode == QLatin1String("wal"))
            return {};
        if (mode)
            return failure(
                ErrorKind::Storage,
                QStringLiteral("%1 lies on a file system without shared memory (often a network drive). "
                               "Move it to a local disk.")
                    .arg(file()),
                QStringLiteral("journal mode %1").arg(*mode));
        if (mode.error().kind != ErrorKind::Busy || waited.elapsed() >= busyTimeoutMs)
            return failure(std::move(mode.error()));
        QThread::msleep(pauseMs);
    }
}

Database::Database(Database&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)) {}

Database& Database::operator=(Database&& other) noexcept {
    if (this != &other) {
        close();
        db_ = std::exchange(other.db_, nullptr);
    }
    return *this;
}

Database::~Database() {
    close();
}

void Database::close() {
    // close_v2 keeps the handle alive until statements that outlived it are gone.
    sqlite3_close_v2(std::exchange(db_, nullptr));
}

Result<void> Database::execute(const char* sql) {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return failure(sqlError(sqlite3_extended_errcode(db_), db_));
    return {};
}

Result<Statement> Database::prepare(QByteArrayView sql) {
    sqlite3_stmt* stmt = nullptr;
    const int code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &stmt, nullptr);
    if (code != SQLITE_OK)
        return failure(sqlError(code, db_));
    return Statement(stmt);
}

Result<qint64> Database::number(const char* sql) {
    auto statement = prepare(sql);
    if (!statement)
        return failure(std::move(statement.error()));
    auto row = statement->step();
    if (!row)
        return failure(std::move(row.error()));
    return *row ? statement->int64(0) : 0;
}

Result<QString> Database::words(const char* sql) {
    auto statement = prepare(sql);
    if (!statement)
        return failure(std::move(statement.error()));
    auto row = statement->step();
    if (!row)
        return failure(std::move(row.error()));
    return *row ? statement->text(0) : QString();
}

qint64 Database::changes() const {
    return sqlite3_changes64(db_);
}

qint64 Database::lastInsertId() const {
    return sqlite3_last_insert_rowid(db_);
}

void Database::interrupt() {
    if (db_)
        sqlite3_interrupt(db_);
}

QString Database::file() const {
    const char* name = db_ ? sqlite3_db_filename(db_, "main") : nullptr;
    return name ? QString::fromUtf8(name) : QString();
}

Result<void> Database::backupTo(const QString& target) {
    if (QFileInfo::exists(target))
        return failure(ErrorKind::Conflict, QStringLiteral("The backup file %1 exists already.").arg(target));
    Options plain;
    plain.wal = false;
    auto copy = open(target, plain);
    if (!copy)
        return failure(std::move(copy.error()));
    sqlite3_backup* backup = sqlite3_backup_init(copy->db_, "main", db_, "main");
    int code = backup ? SQLITE_OK : sqlite3_extended_errcode(copy->db_);
    constexpr int pagesPerStep = 2048;
    QElapsedTimer waited;
    waited.start();
    while (backup) {
        code = sqlite3_backup_step(backup, pagesPerStep);
        if (code == SQLITE_OK) {
            waited.restart();
        } else if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) {
            constexpr int patienceMs = 5000;
            if (waited.elapsed() > patienceMs)
                break;
            QThread::msleep(pauseMs);
        } else {
            break;
        }
    }
    if (backup && sqlite3_backup_finish(backup) != SQLITE_OK && code == SQLITE_DONE)
        code = sqlite3_extended_errcode(copy->db_);
    if (code == SQLITE_DONE)
        return {};
    Error error = sqlError(code, nullptr, target);
    copy->close();
    QFile::remove(target);
    return failure(std::move(error));
}

} // namespace signalbox
