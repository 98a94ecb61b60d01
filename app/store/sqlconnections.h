// Connections and elevations in the workspace file. Any thread; blocking.
#pragma once

#include "app/store/workspacedb.h"
#include "models/connections/guardrail.h"

namespace signalbox {

class SqlConnections final : public ConnectionStore {
public:
    explicit SqlConnections(WorkspaceDb& workspace)
        : workspace_(workspace) {}
    Result<std::vector<ConnectionProfile>> connections() override;
    Result<void> save(const ConnectionProfile& profile) override;
    Result<void> remove(const QString& id) override; // its elevation and pins go with it

private:
    WorkspaceDb& workspace_;
};

class SqlElevations final : public ElevationStore {
public:
    explicit SqlElevations(WorkspaceDb& workspace)
        : workspace_(workspace) {}
    Result<std::optional<Elevation>> elevation(const QString& connectionId) override;
    Result<void> saveElevation(const Elevation& elevation) override;
    Result<void> dropElevation(const QString& connectionId) override;

private:
    WorkspaceDb& workspace_;
};

} // namespace signalbox
