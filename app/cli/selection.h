// Which messages of a snapshot a command means, and going through them page by page in queue order.
#pragma once

#include "app/cli/reading.h"
#include "models/deadletters/sortorder.h"

#include <span>

namespace signalbox {

struct Selection {
    SnapshotQuery query;     // in the queue's order unless a command asks for another one
    std::vector<qint64> ids; // given by number: only those of what the query finds; empty = all of it
    bool hasQuery() const { return !query.where.isEmpty() || !query.text.isEmpty(); }
    bool hasOrder() const { return query.sort != Column::Position || query.descending; }
    bool isEverything() const { return ids.empty() && !hasQuery(); }
};

// Another order of what it means, by a column; empty: the queue's. Invalid names the columns.
Result<SortOrder> setOrder(Selection& selection, const std::string& order);

// Invalid points at the place in the filter.
Result<Selection> parseSelection(const std::string& where, const std::string& text,
                                 const std::vector<qint64>& ids);

// Reads as readQueue() does; the selection then means what that reading met (Reading::only).
Result<std::shared_ptr<Snapshot>> readSelected(Session& session, const ConnectionProfile& profile,
                                               const ReadRequest& request, Selection& selection);

// Gives ids in pages; empty = no more. Also ends (Cancelled) when interrupted. NotFound: a given id is not in
// the snapshot at all.
class IdPages {
public:
    IdPages(std::shared_ptr<Snapshot> snapshot, Selection selection);
    Result<std::vector<qint64>> next(int most);

private:
    Result<void> narrow();
    Result<std::vector<qint64>> found(int most);

    std::shared_ptr<Snapshot> snapshot_;
    Selection selection_;
    bool byNumber_;
    bool narrowed_ = false;
    SnapshotCursor cursor_;
    std::size_t given_ = 0;
};

// For PlanRequest::next. Runs on the desk's thread, one call at a time.
std::function<Result<std::vector<PlanInput>>()>
planInputs(std::shared_ptr<Snapshot> snapshot, const Selection& selection, const Conventions& conventions);

} // namespace signalbox
