// Failure groups of a snapshot, counted while messages come in. Writer's thread only.
#pragma once

#include "app/sql/database.h"
#include "models/deadletters/signature.h"
#include "models/deadletters/snapshot.h"

#include <QHash>

namespace signalbox {

class GroupTable {
public:
    // Past that many, messages share groups that leave their error text out.
    static constexpr qsizetype groupLimit = 20000;

    explicit GroupTable(Database& db)
        : db_(db) {}
    Result<void> load();
    // The group of a new message, which is counted.
    Result<qint64> count(const FailureSignature& signature, const DeathFacts& facts);
    Result<void> flush();   // inside the caller's transaction
    Result<void> recount(); // from the rows, after some of them went

    static Result<std::vector<FailureGroup>> read(Database& db); // most messages first

private:
    struct Tally {
        qint64 id = 0;
        qint64 messages = 0;
        qint64 firstSeen = std::numeric_limits<qint64>::max();
        qint64 lastSeen = std::numeric_limits<qint64>::min();
        bool changed = false;
    };
    Result<Tally*> tally(const FailureSignature& signature, const DeathFacts& facts);
    Database& db_;
    Statement add_, update_;
    QHash<QByteArray, Tally> tallies_;
};

} // namespace signalbox
