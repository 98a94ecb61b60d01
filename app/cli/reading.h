// Getting at a queue's dead letters: the snapshot that is there, or a reading with its notice and progress.
#pragma once

#include "app/cli/session.h"

namespace signalbox {

struct ReadRequest {
    QString queue;
    bool refresh = false;  // read again although there is a snapshot
    qint64 first = 0;      // read only so many; 0 = all
    QString from = {};     // streams: where to begin (models/deadletters/streamstart.h); empty = first
    bool noBodies = false; // bodies are looked at, not kept
};

struct Reading {
    std::shared_ptr<Snapshot> snapshot;
    // A filter for what a reading in part has met: a snapshot keeps what it had of the rest. Empty = all of
    // it.
    QString only;
};

// NotAllowed when reading could lose messages; Conflict while a run works on the queue. Everything the person
// should know goes to stderr.
Result<Reading> readQueue(Session& session, const ConnectionProfile& profile, const ReadRequest& request);

// What a run over this snapshot may still use up of the queue's delivery limit.
void setBudget(PlanRequest& request, BrokerGateway& gateway, const std::shared_ptr<Snapshot>& snapshot);

// Fills in which runs have removed these messages since they were read.
Result<void> markRemoved(Session& session, const SnapshotInfo& info, std::vector<SnapshotRow>& rows);
// How many of the reading runs have removed since.
Result<qint64> removedOf(Session& session, const SnapshotInfo& info);

EntityRef entityOf(const ConnectionProfile& profile, const QString& queue);

} // namespace signalbox
