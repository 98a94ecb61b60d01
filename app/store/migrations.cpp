#include "app/store/migrations.h"

#include <QDir>
#include <QRegularExpression>

namespace signalbox {

namespace {

Result<QByteArray> readSql(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::Internal, QStringLiteral("The migration %1 cannot be read.").arg(path),
                       file.errorString());
    QByteArray sql = file.readAll();
    sql.replace("%BLOB%", "BLOB").replace("%KEY%", "INTEGER").replace("%CLUSTERED%", "WITHOUT ROWID");
    return sql;
}

} // namespace

Result<std::vector<Migration>> loadMigrations(const QString& folder) {
    static const QRegularExpression pattern(QStringLiteral("^(\\d{4})_([a-z0-9_]+)\\.sql$"));
    std::vector<Migration> migrations;
    const QDir dir(folder);
    const QStringList names = dir.entryList({QStringLiteral("*.sql")}, QDir::Files, QDir::Name);
    for (const QString& name : names) {
        const auto match = pattern.match(name);
        if (!match.hasMatch())
            continue;
        Migration one{match.captured(1).toInt(), match.captured(2), {}};
        if (one.version != static_cast<int>(migrations.size()) + 1)
            return failure(ErrorKind::Internal,
                           QStringLiteral("The migration before %1 is missing.").arg(name));
        auto sql = readSql(dir.filePath(name));
        if (!sql)
            return failure(std::move(sql.error()));
        one.sql = *sql;
        const QString additions = dir.filePath(name.chopped(3) + QStringLiteral("sqlite.sql"));
        if (QFile::exists(additions)) {
            sql = readSql(additions);
            if (!sql)
                return failure(std::move(sql.error()));
            one.sql += '\n' + *sql;
        }
        migrations.push_back(std::move(one));
    }
    if (migrations.empty())
        return failure(ErrorKind::Internal, QStringLiteral("There are no migrations in %1.").arg(folder));
    return migrations;
}

Result<int> schemaVersion(Database& db) {
    auto ours =
        db.number("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'signalbox_schema'");
    if (!ours)
        return failure(std::move(ours.error()));
    if (*ours == 0) {
        auto others = db.number("SELECT COUNT(*) FROM sqlite_master");
        if (!others)
            return failure(std::move(others.error()));
        if (*others > 0)
            return failure(
                ErrorKind::Corrupt,
                QStringLiteral("%1 is the database of another program, not a Signalbox workspace. Choose "
                               "another file; this one was not changed.")
                    .arg(db.file()));
        return 0;
    }
    auto version = db.number("SELECT COALESCE(MAX(version), 0) FROM signalbox_schema");
    if (!version)
        return failure(std::move(version.error()));
    return static_cast<int>(*version);
}

Result<void> applyMigration(Database& db, const Migration& migration, const QDateTime& now) {
    auto done =
        db.execute("CREATE TABLE IF NOT EXISTS signalbox_schema (version INTEGER NOT NULL PRIMARY KEY, "
                   "name TEXT NOT NULL, applied_ms BIGINT NOT NULL)");
    if (done)
        done = db.execute(migration.sql);
    if (!done)
        return done;
    auto note = db.prepare("INSERT INTO signalbox_schema (version, name, applied_ms) VALUES (?, ?, ?)");
    if (!note)
        return failure(std::move(note.error()));
    return note->bindAll(migration.version, migration.name, now.toMSecsSinceEpoch()).run();
}

} // namespace signalbox
