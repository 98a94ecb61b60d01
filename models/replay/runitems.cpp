#include "models/replay/runitems.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace signalbox {
namespace {

constexpr int pageSize = 2000;

std::uint64_t keyOf(const Fingerprint& fingerprint) {
    std::uint64_t key = 0;
    std::memcpy(&key, fingerprint.bytes.data(), sizeof key);
    return key;
}

} // namespace

Result<void> RunItems::load(ReplayJournal& journal, const QString& run) {
    qint64 after = 0;
    for (;;) {
        auto page = journal.items(run, std::nullopt, after, pageSize);
        if (!page)
            return failure(std::move(page.error()));
        for (const ItemRecord& record : *page) {
            after = record.plan.number;
            if (record.state == ItemState::Refused) {
                ++counts_[static_cast<std::size_t>(ItemState::Refused)];
                continue;
            }
            RunItem item;
            item.number = record.plan.number;
            item.fingerprint = record.plan.fingerprint;
            item.occurrence = record.plan.occurrence;
            item.twins = record.plan.twins;
            item.state = record.state;
            item.doubted = record.reason.startsWith(decidedDoubt);
            item.position = record.plan.position;
            item.edited = record.plan.edited.has_value() || record.plan.changes.contains(editedChange());
            item.route = routeIndex(record.plan.exchange, record.plan.routingKey);
            item.session = sessionIndex(record.plan);
            farthest_ = std::max(farthest_, record.plan.position);
            ++counts_[static_cast<std::size_t>(record.state)];
            items_.push_back(item);
        }
        if (static_cast<int>(page->size()) < pageSize)
            break;
    }
    sortByFingerprint();
    return {};
}

void RunItems::sortByFingerprint() {
    byFingerprint_.resize(items_.size());
    std::iota(byFingerprint_.begin(), byFingerprint_.end(), 0U);
    std::sort(byFingerprint_.begin(), byFingerprint_.end(), [this](std::uint32_t a, std::uint32_t b) {
        const std::uint64_t left = keyOf(items_[a].fingerprint);
        const std::uint64_t right = keyOf(items_[b].fingerprint);
        if (left != right)
            return left < right;
        if (items_[a].fingerprint != items_[b].fingerprint)
            return items_[a].fingerprint < items_[b].fingerprint;
        return a < b;
    });
    keys_.clear();
    keys_.reserve(items_.size());
    for (const std::uint32_t index : byFingerprint_)
        keys_.push_back(keyOf(items_[index].fingerprint));
    cursors_.assign(items_.size(), 0);
}

std::uint32_t RunItems::append(const Fingerprint& fingerprint, ItemState state) {
    RunItem item;
    item.number = items_.empty() ? 1 : items_.back().number + 1;
    item.fingerprint = fingerprint;
    item.state = state;
    ++counts_[static_cast<std::size_t>(state)];
    items_.push_back(item);
    return static_cast<std::uint32_t>(items_.size() - 1);
}

void RunItems::settleAppended() {
    const std::size_t known = byFingerprint_.size();
    while (items_.size() > known && items_.back().state == ItemState::Planned) {
        --counts_[static_cast<std::size_t>(ItemState::Planned)];
        items_.pop_back();
    }
    if (items_.size() > known)
        sortByFingerprint();
}

std::optional<std::uint32_t> RunItems::indexOf(qint64 number) const {
    // Without refused items the numbers have no gaps.
    if (number > 0 && number <= total() && items_[static_cast<std::size_t>(number - 1)].number == number)
        return static_cast<std::uint32_t>(number - 1);
    const auto found =
        std::lower_bound(items_.begin(), items_.end(), number,
                         [](const RunItem& item, qint64 wanted) { return item.number < wanted; });
    if (found == items_.end() || found->number != number)
        return std::nullopt;
    return static_cast<std::uint32_t>(found - items_.begin());
}

void RunItems::setState(RunItem& item, ItemState state) {
    --counts_[static_cast<std::size_t>(item.state)];
    ++counts_[static_cast<std::size_t>(state)];
    const bool freeAgain = state == ItemState::Planned || state == ItemState::Saved;
    item.state = state;
    if (freeAgain) {
        if (const auto [begin, end] = range(item.fingerprint); begin != end)
            cursors_[begin] = 0;
    }
}

std::pair<std::size_t, std::size_t> RunItems::range(const Fingerprint& fingerprint) const {
    const std::uint64_t key = keyOf(fingerprint);
    auto begin = static_cast<std::size_t>(std::lower_bound(keys_.begin(), keys_.end(), key) - keys_.begin());
    while (begin < keys_.size() && keys_[begin] == key &&
           items_[byFingerprint_[begin]].fingerprint < fingerprint)
        ++begin;
    std::size_t end = begin;
    // Twins are few as a rule; a queue full of equal messages is the case that must not be quadratic.
    const auto last = static_cast<std::size_t>(
        std::upper_bound(keys_.begin() + static_cast<std::ptrdiff_t>(begin), keys_.end(), key) -
        keys_.begin());
    if (begin < last && items_[byFingerprint_[begin]].fingerprint == fingerprint) {
        end = last;
        while (items_[byFingerprint_[end - 1]].fingerprint != fingerprint)
            --end;
    }
    return {begin, end};
}

std::span<const std::uint32_t> RunItems::equalTo(const Fingerprint& fingerprint) const {
    const auto [begin, end] = range(fingerprint);
    return std::span(byFingerprint_).subspan(begin, end - begin);
}

std::optional<std::uint32_t> RunItems::firstFree(const Fingerprint& fingerprint, ItemState wanted) {
    const auto [begin, end] = range(fingerprint);
    if (begin == end)
        return std::nullopt;
    std::uint32_t& cursor = cursors_[begin];
    for (; begin + cursor < end; ++cursor) {
        const std::uint32_t index = byFingerprint_[begin + cursor];
        if (items_[index].state == wanted && !items_[index].staged)
            return index;
    }
    return std::nullopt;
}

void RunItems::forgetDeliveries() {
    for (RunItem& item : items_) {
        item.tag = 0;
        item.hasTag = false;
        item.staged = false;
        item.met = false;
    }
    std::fill(cursors_.begin(), cursors_.end(), 0U);
}

std::uint32_t RunItems::sessionIndex(const PlanItem& plan) {
    if (plan.session.isNull())
        return 0;
    auto known = sessionIndexes_.find(plan.session);
    if (known == sessionIndexes_.end()) {
        sessions_.push_back({plan.session, plan.position});
        known = sessionIndexes_.insert(plan.session, static_cast<std::uint32_t>(sessions_.size()));
    }
    qint64& upTo = sessions_[*known - 1].upTo;
    upTo = std::max(upTo, plan.position);
    return *known;
}

std::vector<SessionSpan> RunItems::sessionsOf(const std::function<bool(const RunItem&)>& wants) const {
    std::vector<bool> isWanted(sessions_.size());
    for (const RunItem& item : items_) {
        if (item.session > 0 && wants(item))
            isWanted[item.session - 1] = true;
    }
    std::vector<SessionSpan> spans;
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
        if (isWanted[i])
            spans.push_back(sessions_[i]);
    }
    return spans;
}

std::uint32_t RunItems::routeIndex(const QByteArray& exchange, const QByteArray& routingKey) {
    if (!routes_.empty() && routes_.back() == Route{exchange, routingKey})
        return static_cast<std::uint32_t>(routes_.size() - 1);
    const auto [found, added] =
        routeIndexes_.try_emplace({exchange, routingKey}, static_cast<std::uint32_t>(routes_.size()));
    if (added)
        routes_.push_back({exchange, routingKey});
    return found->second;
}

} // namespace signalbox
