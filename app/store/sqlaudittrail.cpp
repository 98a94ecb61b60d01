#include "app/store/sqlaudittrail.h"

#include "app/store/rows.h"

#include <QCryptographicHash>
#include <QtEndian>

namespace signalbox {

namespace {

constexpr int hashBytes = 32;

struct Head {
    qint64 records = 0;
    QByteArray hash = QByteArray(hashBytes, '\0');
};

Result<Head> readHead(Database& db) {
    Head head;
    auto done =
        eachRowOf(db, "SELECT records, hash FROM audit_head", [&](const Statement& row) -> Result<void> {
            head = {row.int64(0), row.bytes(1)};
            return {};
        });
    if (!done)
        return failure(std::move(done.error()));
    return head;
}

constexpr const char* recordColumns = "SELECT number, at_ms, actor, action, connection, subject, reason, "
                                      "outcome, detail, hash FROM audit_record ";

AuditEvent eventOf(const Statement& row) {
    return {row.text(2), row.text(3), row.text(4), row.text(5), row.text(6), row.text(7), row.text(8)};
}

AuditVerdict broken(qint64 records, qint64 number, const QString& why) {
    return {false, records, number, why};
}

} // namespace

QByteArray auditHash(const QByteArray& previous, qint64 number, qint64 atMs, const AuditEvent& event) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(previous);
    hash.addData(QByteArrayView("signalbox-audit-1"));
    const auto addNumber = [&](auto value) {
        const auto big = qToBigEndian(value);
        hash.addData(QByteArrayView(reinterpret_cast<const char*>(&big), sizeof big));
    };
    addNumber(number);
    addNumber(atMs);
    for (const QString* text : {&event.actor, &event.action, &event.connection, &event.subject, &event.reason,
                                &event.outcome, &event.detail}) {
        const QByteArray utf8 = text->toUtf8();
        addNumber(static_cast<quint32>(utf8.size()));
        hash.addData(utf8);
    }
    return hash.result();
}

Result<void> SqlAuditTrail::append(const AuditEvent& event) {
    return workspace_.write([&](Database& db) -> Result<void> {
        auto head = readHead(db);
        if (!head)
            return failure(std::move(head.error()));
        const qint64 number = head->records + 1;
        const qint64 at = toMs(clock_.now());
        const QByteArray hash = auditHash(head->hash, number, at, event);
        auto done =
            runOnce(db,
                    "INSERT INTO audit_record (number, at_ms, actor, action, connection, subject, reason, "
                    "outcome, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    number, at, event.actor, event.action, event.connection, event.subject, event.reason,
                    event.outcome, event.detail, hash);
        if (!done)
            return done;
        return runOnce(db,
                       "INSERT INTO audit_head (one, records, hash) VALUES (1, ?, ?) "
                       "ON CONFLICT (one) DO UPDATE SET records = excluded.records, hash = excluded.hash",
                       number, hash);
    });
}

Result<std::vector<AuditRecord>> SqlAuditTrail::page(qint64 before, int limit) {
    return workspace_.read([&](Database& db) -> Result<std::vector<AuditRecord>> {
        std::vector<AuditRecord> records;
        auto done = eachRowOf(
            db, QByteArray(recordColumns) + "WHERE number < ? ORDER BY number DESC LIMIT ?",
            [&](const Statement& row) -> Result<void> {
                records.push_back({row.int64(0), fromMs(row.int64(1)), eventOf(row), row.bytes(9)});
                return {};
            },
            before > 0 ? before : std::numeric_limits<qint64>::max(), limit);
        if (!done)
            return failure(std::move(done.error()));
        return records;
    });
}

namespace {

constexpr int partSize = 1000;

// The chain as far as it was followed.
struct Walk {
    Head seen;
    qint64 rows = 0;
    std::optional<AuditVerdict> bad; // the first record that does not fit; then the rest is only counted
    qint64 last = std::numeric_limits<qint64>::min();

    void take(const Statement& row) {
        ++rows;
        const qint64 number = last = row.int64(0);
        if (bad)
            return;
        const QByteArray stored = row.bytes(9);
        const qint64 next = seen.records + 1;
        if (number != next)
            bad = broken(0, next, QStringLiteral("Record %1 is missing.").arg(next));
        else if (auditHash(seen.hash, number, row.int64(1), eventOf(row)) != stored)
            bad = broken(0, number,
                         QStringLiteral("Record %1 was changed, or does not follow the record before it.")
                             .arg(number));
        seen = {number, stored};
    }
};

AuditVerdict judge(const Walk& walk, const Head& head) {
    const Head& seen = walk.seen;
    if (walk.bad)
        return broken(walk.rows, walk.bad->firstBroken, walk.bad->explanation);
    if (seen.records < head.records)
        return broken(walk.rows, seen.records + 1,
                      QStringLiteral("The end is cut off: records %1 to %2 are missing.")
                          .arg(seen.records + 1)
                          .arg(head.records));
    if (seen.records > head.records)
        return broken(walk.rows, head.records + 1,
                      QStringLiteral("Record %1 was added without the program.").arg(head.records + 1));
    if (seen.hash != head.hash)
        return broken(walk.rows, seen.records, QStringLiteral("The last record was replaced."));
    return AuditVerdict{true, walk.rows, 0,
                        QStringLiteral("%1 records, an unbroken chain. Last hash: %2")
                            .arg(walk.rows)
                            .arg(QString::fromLatin1(seen.hash.toHex()))};
}

} // namespace

// Records are only ever added at the end, so the parts fit together. The head is read in the same moment as
// the last part.
Result<AuditVerdict> SqlAuditTrail::verify(WorkProgress& progress) {
    Walk walk;
    for (;;) {
        if (progress.cancelled)
            return failure(ErrorKind::Cancelled, QStringLiteral("The verification was stopped."));
        auto verdict = workspace_.read([&walk](Database& db) -> Result<std::optional<AuditVerdict>> {
            auto moment = Transaction::begin(db, Transaction::Kind::Deferred);
            if (!moment)
                return failure(std::move(moment.error()));
            const qint64 before = walk.rows;
            auto done = eachRowOf(
                db, QByteArray(recordColumns) + "WHERE number > ? ORDER BY number LIMIT ?",
                [&](const Statement& row) -> Result<void> {
                    walk.take(row);
                    return {};
                },
                walk.last, partSize);
            if (!done)
                return failure(std::move(done.error()));
            if (walk.rows - before == partSize)
                return std::nullopt;
            auto head = readHead(db);
            if (!head)
                return failure(std::move(head.error()));
            return judge(walk, *head);
        });
        if (!verdict)
            return failure(std::move(verdict.error()));
        progress.done = walk.rows;
        if (*verdict)
            return **verdict;
    }
}

} // namespace signalbox
