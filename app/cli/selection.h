// Which messages of a snapshot a command means, and going through them page by page in queue order.
#pragma once

#include "app/cli/session.h"

#include <span>

namespace signalbox {

struct Selection {
    SnapshotQuery query;     // position order
    std::vector<qint64> ids; // given by number; empty = what the query finds
    bool isEverything() const { return ids.empty() && query.where.isEmpty() && query.text.isEmpty(); }
};

// Invalid points at the place in the filter.
Result<Selection> parseSelection(const std::string& where, const std::string& text,
                                 const std::vector<qint64>& ids);

// Gives ids in pages; empty = no more. Also ends (Cancelled) when interrupted.
class IdPages {
public:
    IdPages(std::shared_ptr<Snapshot> snapshot, Selection selection);
    Result<std::vector<qint64>> next(int most);

private:
    std::shared_ptr<Snapshot> snapshot_;
    Selection selection_;
    SnapshotCursor cursor_;
    std::size_t given_ = 0;
};

// For PlanRequest::next. Runs on the desk's thread, one call at a time.
std::function<Result<std::vector<PlanInput>>()>
planInputs(std::shared_ptr<Snapshot> snapshot, const Selection& selection, const Conventions& conventions);

} // namespace signalbox
