#include "app/sql/sqlerror.h"

#include <sqlite3.h>

namespace signalbox {

namespace {

QString nameOf(sqlite3* db, const QString& file) {
    if (!file.isEmpty())
        return file;
    const char* name = db ? sqlite3_db_filename(db, "main") : nullptr;
    return name && *name ? QString::fromUtf8(name) : QStringLiteral("the database");
}

ErrorKind kindOf(int code) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return ErrorKind::Busy;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_NOMEM:
    case SQLITE_NOLFS:
        return ErrorKind::Storage;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ErrorKind::Corrupt;
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
        return ErrorKind::Cancelled;
    case SQLITE_CONSTRAINT:
        return ErrorKind::Conflict;
    case SQLITE_TOOBIG:
        return ErrorKind::Invalid;
    default:
        return ErrorKind::Internal;
    }
}

QString summaryOf(int code, const QString& name) {
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
        return QStringLiteral(
                   "%1 is locked by another program and did not become free in time. Try again; if it "
                   "stays locked, close the other program that works on it.")
            .arg(name);
    case SQLITE_FULL:
        return QStringLiteral("The disk is full: %1 cannot grow. Free some space and try again; the last "
                              "step was not kept.")
            .arg(name);
    case SQLITE_READONLY:
        return QStringLiteral("%1 cannot be written: the file, its folder or its disk is read-only. Make it "
                              "writable or choose another file; nothing was changed.")
            .arg(name);
    case SQLITE_CANTOPEN:
        return QStringLiteral("%1 cannot be opened or created. Check that its folder exists and that you may "
                              "read and write there.")
            .arg(name);
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return QStringLiteral("The system denies access to %1. Check the rights of the file and its folder.")
            .arg(name);
    case SQLITE_IOERR:
    case SQLITE_NOLFS:
        return QStringLiteral(
                   "The disk failed while %1 was read or written. Check the disk and its free space, "
                   "then try again.")
            .arg(name);
    case SQLITE_NOMEM:
        return QStringLiteral("Not enough memory to work on %1. Close other programs and try again.")
            .arg(name);
    case SQLITE_CORRUPT:
        return QStringLiteral("%1 is damaged and cannot be read. Put a backup in its place.").arg(name);
    case SQLITE_NOTADB:
        return QStringLiteral("%1 is not a database file. Choose another file, or put a backup in its place.")
            .arg(name);
    case SQLITE_INTERRUPT:
    case SQLITE_ABORT:
        return QStringLiteral("Cancelled.");
    case SQLITE_CONSTRAINT:
        return QStringLiteral("%1 already holds such an entry.").arg(name);
    case SQLITE_TOOBIG:
        return QStringLiteral("A value is too large for %1 (the limit is about 1 GB).").arg(name);
    default:
        return QStringLiteral("A statement on %1 failed. This is a defect; please report the details.")
            .arg(name);
    }
}

} // namespace

Error sqlError(int code, sqlite3* db, const QString& file) {
    QString detail = QStringLiteral("SQLite %1: %2")
                         .arg(code)
                         .arg(QString::fromUtf8(db && (sqlite3_errcode(db) & 0xff) == (code & 0xff)
                                                    ? sqlite3_errmsg(db)
                                                    : sqlite3_errstr(code)));
    const int system = db ? sqlite3_system_errno(db) : 0;
    if (system != 0 && kindOf(code) == ErrorKind::Storage)
        detail += QStringLiteral(" (system error %1)").arg(system);
    return Error{kindOf(code), summaryOf(code, nameOf(db, file)), detail};
}

} // namespace signalbox
