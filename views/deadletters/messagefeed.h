// Which messages of a snapshot an action means, and going through them in queue order, or another one: batch
// by batch on a worker's thread. The feed's state is shared with the GUI thread for progress and cancel.
#pragma once

#include "models/deadletters/sortorder.h"
#include "models/messaging/conventions.h"
#include "models/replay/replayplan.h"

#include <atomic>
#include <functional>

namespace signalbox {

struct MessageChoice {
    enum class Scope { Selected, Filtered, All };
    Scope scope = Scope::Filtered;
    std::vector<qint64> ids; // Selected: in any order
    SnapshotQuery query;     // Filtered: what is shown
    qint64 selected = 0;     // counts, for words
    qint64 filtered = 0;
    qint64 all = 0;
    bool hasFilter = false;
    qint64 count() const {
        return scope == Scope::Selected ? selected : scope == Scope::Filtered ? filtered : all;
    }
};

class MessageFeed {
public:
    MessageFeed(std::shared_ptr<Snapshot> snapshot, MessageChoice choice, const Conventions& conventions);

    void setOrder(const SortOrder& order); // before the first batch

    // Empty = no more. One caller at a time. A batch holds at most some megabytes of bodies.
    Result<std::vector<PlanInput>> nextInputs(); // for PlanRequest::next
    Result<std::vector<Message>> nextMessages();

    // Any thread.
    void cancel() { cancelled_ = true; }
    qint64 given() const { return given_; }

    // Messages that runs have removed since the reading are left out, and counted.
    void leaveOutRemoved(std::shared_ptr<const RemovalMarker> marker) { marker_ = std::move(marker); }
    qint64 leftOut() const { return leftOut_; } // any thread

    // What stands in for the message with this id; see PlanInput::edited.
    void setEdited(qint64 id, const Message& edited);

private:
    bool isArranged() const;
    Result<void> arrange();
    Result<std::vector<qint64>> nextIds(int most);
    Result<bool> fillRows(); // false: no more
    Result<Message> nextMessage();
    std::shared_ptr<Snapshot> snapshot_;
    MessageChoice choice_;
    const Conventions& conventions_;
    SnapshotCursor cursor_;
    std::size_t selectedGiven_ = 0; // ids of selected ones that were walked to
    std::vector<qint64> arranged_;  // few selected ones, in queue order
    std::size_t next_ = 0;
    std::vector<SnapshotRow> rows_; // fetched, in that order
    std::size_t nextRow_ = 0;
    std::optional<std::map<Fingerprint, int>> twins_; // of the whole reading; asked for once
    bool started_ = false;
    std::shared_ptr<const RemovalMarker> marker_;
    std::atomic<qint64> leftOut_{0};
    std::optional<std::pair<qint64, Message>> edited_;
    std::atomic<bool> cancelled_{false};
    std::atomic<qint64> given_{0};
};

} // namespace signalbox
