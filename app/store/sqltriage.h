// Notes on failure groups, pinned queues and saved filters in the workspace file. Any thread; blocking.
#pragma once

#include "app/store/workspacedb.h"
#include "models/deadletters/snapshot.h"

namespace signalbox {

class SqlTriage final : public TriageStore {
public:
    explicit SqlTriage(WorkspaceDb& workspace)
        : workspace_(workspace) {}
    Result<std::vector<GroupNote>> notes() override;
    Result<void> saveNote(const GroupNote& note) override;
    Result<std::vector<std::pair<EntityRef, bool>>> pins() override;
    Result<void> setPin(const EntityRef& queue, std::optional<bool> pinned) override;
    Result<std::vector<SavedFilter>> savedFilters() override;
    Result<void> saveFilter(const SavedFilter& filter) override;

private:
    WorkspaceDb& workspace_;
};

} // namespace signalbox
