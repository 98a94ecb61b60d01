// What every page is given by the composition root: models and ports, never adapters. All outlive the window.
#pragma once

#include "models/connections/connectionregistry.h"
#include "models/connections/namespacefinder.h"
#include "models/deadletters/snapshot.h"
#include "models/messaging/conventions.h"
#include "models/replay/replaydesk.h"

#include <QSettings>
#include <QThreadPool>
#include <functional>

namespace signalbox {

struct ConsoleContext {
    ConnectionRegistry& connections;
    ReplayDesk& replays;
    SnapshotLibrary& snapshots; // blocking: call through inBackground(storeThread, ...)
    TriageStore& triage;        // blocking: likewise
    AuditTrail& audit;          // blocking: likewise
    const Conventions& conventions;
    const Clock& clock;
    QThreadPool& storeThread;
    QSettings& settings; // geometry, columns, filters; no secrets
    QString workspacePath;
    QString workspaceNotice; // e.g. opened read-only because it is newer; empty = none
    // A connection to a namespace of Service Bus as its connection string says, the rest as in `start`;
    // `notes` gets what was ignored. Invalid: it is no such string. No text holds a part of the secret.
    std::function<Result<ConnectionProfile>(ConnectionProfile start, const Secret& connectionString,
                                            QStringList& notes)>
        serviceBusProfile = {};
    NamespaceFinder* namespaces = nullptr; // of Service Bus in Azure; null: they are not looked for
    // An access token for that, as the environment has it now; empty: a person has to give one.
    std::function<Result<std::optional<Secret>>()> azureToken = {};
};

} // namespace signalbox
