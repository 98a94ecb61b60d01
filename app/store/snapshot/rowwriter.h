// The statements that store one message. Writer's thread only.
#pragma once

#include "app/store/snapshot/snapshotentry.h"
#include "app/store/snapshot/termtable.h"

namespace signalbox {

class RowWriter {
public:
    RowWriter(Database& db, TermTable& terms)
        : db_(db)
        , terms_(terms) {}
    struct Place {
        qint64 id = 0;
        qint64 position = 0;
        int occurrence = 0;
        qint64 groupId = 0;
    };
    Result<void> insert(const PreparedEntry& entry, const Place& place, bool keepBody);
    // What may differ when the same message is met again: place, redelivered, headers the broker counts up.
    Result<void> renew(const PreparedEntry& entry, qint64 id, qint64 position, bool bodyKept);
    Result<qint64> find(const Fingerprint& fingerprint, int occurrence); // 0: not there

private:
    Result<void> prepare();
    Result<qint64> term(const QString& text) { return terms_.idOf(text.toUtf8()); }
    Database& db_;
    TermTable& terms_;
    Statement facts_, content_, renewFacts_, renewProperties_, find_;
};

} // namespace signalbox
