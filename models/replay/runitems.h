// The items of one run in memory while it runs: compact (no bodies, no texts), found by fingerprint, with
// twins told apart by count. Used by one worker thread.
#pragma once

#include "models/messaging/messagesource.h"
#include "models/replay/replayjournal.h"

#include <QHash>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace signalbox {

struct RunItem {
    qint64 number = 0;
    std::uint64_t tag = 0; // delivery of the original in the open source; valid while hasTag
    Fingerprint fingerprint;
    std::uint32_t route = 0;
    std::uint32_t session = 0; // of sessions(); 0: none
    ItemState state = ItemState::Planned;
    bool edited = false;
    bool hasTag = false;
    bool staged = false;  // taken from the queue, not yet written to the journal
    bool sent = false;    // handed to the socket, no answer yet
    bool met = false;     // its original was met since the source was opened
    bool doubted = false; // was sent without an answer before, and is to be sent again
    int occurrence = 0;
    int twins = -1; // see PlanItem
    qint64 position = 0;
};

class RunItems {
public:
    struct Route {
        QByteArray exchange;
        QByteArray routingKey;
        bool operator==(const Route&) const = default;
    };

    // Reads all items of the run, page by page. Refused ones are only counted.
    Result<void> load(ReplayJournal& journal, const QString& run);
    // Purge: an item that was not planned; gives its index.
    std::uint32_t append(const Fingerprint& fingerprint, ItemState state);

    std::vector<RunItem>& all() { return items_; }
    RunItem& at(std::uint32_t index) { return items_[index]; }
    const Route& route(const RunItem& item) const { return routes_[item.route]; }
    // Index by number; nothing for refused or unknown ones.
    std::optional<std::uint32_t> indexOf(qint64 number) const;

    void setState(RunItem& item, ItemState state);
    qint64 count(ItemState state) const { return counts_[static_cast<std::size_t>(state)]; }
    qint64 total() const { return static_cast<qint64>(items_.size()); }
    qint64 farthestPosition() const { return farthest_; }
    // Sessions of the items that `wants` names, in the order of their first ones.
    std::vector<SessionSpan> sessionsOf(const std::function<bool(const RunItem&)>& wants) const;

    // Appended ones are found by their fingerprints from now on; those at the end that were met and not
    // written down are forgotten. Nobody may hold an index of them any more.
    void settleAppended();

    // Loaded and settled items with this fingerprint, by number.
    std::span<const std::uint32_t> equalTo(const Fingerprint& fingerprint) const;
    // The first of them that is Planned (or `wanted`) and not staged, or nothing.
    std::optional<std::uint32_t> firstFree(const Fingerprint& fingerprint, ItemState wanted);
    // The source was reopened: tags are void, nothing is staged or met any more.
    void forgetDeliveries();

private:
    std::uint32_t sessionIndex(const PlanItem& plan);
    std::uint32_t routeIndex(const QByteArray& exchange, const QByteArray& routingKey);
    std::pair<std::size_t, std::size_t> range(const Fingerprint& fingerprint) const;
    void sortByFingerprint();

    std::vector<RunItem> items_; // by number
    std::vector<std::uint32_t> byFingerprint_;
    std::vector<std::uint64_t> keys_;    // first 8 bytes of each, in the order of byFingerprint_
    std::vector<std::uint32_t> cursors_; // per range start: how many at its front are not free any more
    std::vector<Route> routes_;
    std::map<std::pair<QByteArray, QByteArray>, std::uint32_t> routeIndexes_;
    std::vector<SessionSpan> sessions_; // RunItem::session - 1; up to the last item of each
    QHash<QString, std::uint32_t> sessionIndexes_;
    std::array<qint64, 11> counts_{};
    qint64 farthest_ = 0;
};

} // namespace signalbox
