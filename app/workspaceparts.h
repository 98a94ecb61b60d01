// What a workspace owns, in the order it is made. For the composition root alone.
#pragma once

#include "app/store/workspacedb.h"
#include "app/workspace.h"
#include "views/widgets/consolecontext.h"

#include <QSettings>

namespace signalbox {

struct Workspace::Parts {
    Parts() = default;
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;
    ~Parts();
    Result<void> makeStores(Adapters adapters);
    void makeModels(const QString& actor);
    Result<void> prune();
    std::function<DeathFacts(const Message&)> facts() const; // any thread

    QString file;
    QString notice;
    std::unique_ptr<Clock> clock;
    Conventions conventions;
    std::unique_ptr<WorkspaceDb> db;
    std::unique_ptr<ConnectionStore> connections;
    std::unique_ptr<ElevationStore> elevations;
    std::unique_ptr<TriageStore> triage;
    std::unique_ptr<AuditTrail> audit;
    std::shared_ptr<ReplayJournal> journal;
    std::unique_ptr<SnapshotLibrary> snapshots;
    std::unique_ptr<GatewayFactory> gateways;
    std::unique_ptr<SecretStore> secrets;
    std::unique_ptr<QSettings> settings;
    QThreadPool storeThread;
    std::unique_ptr<ConnectionRegistry> registry;
    std::unique_ptr<ReplayDesk> desk;
    std::unique_ptr<NamespaceFinder> namespaces;
    std::unique_ptr<ConsoleContext> context; // of the window
};

} // namespace signalbox
