// A snapshot in memory that answers queries in the plainest way: every message is tested with Where::matches
// and the results are sorted by columnValue. The reference that the real store is compared with. Thread-safe.
#pragma once

#include "models/deadletters/signature.h"
#include "models/deadletters/snapshotcolumns.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

namespace signalbox {

class FakeSnapshot final : public Snapshot {
public:
    using FactsOf = std::function<DeathFacts(const Message&)>;
    explicit FakeSnapshot(FactsOf factsOf)
        : factsOf_(std::move(factsOf)) {}

    std::optional<Error> appendError; // given once
    std::optional<Error> rowsError;   // given until taken away
    int searchDelayMs = 0;            // a slow search, ended early by interrupt()

    SnapshotInfo info() const override {
        const std::lock_guard lock(mutex_);
        return info_;
    }
    Result<void> beginReading() override {
        const std::lock_guard lock(mutex_);
        ++readings;
        info_.whole = false;
        met_.clear();
        twins_.clear();
        position_ = 0;
        return {};
    }
    Result<void> forgetRemoved(const RemovedByAsk& removedBy) override {
        const std::lock_guard lock(mutex_);
        std::vector<SnapshotRow> rows;
        for (const auto& [id, stored] : rows_)
            rows.push_back(stored.row);
        const auto runs = removedBy(readMessages(rows));
        if (!runs)
            return failure(runs.error());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (!(*runs)[i].isEmpty())
                rows_.erase(rows[i].id);
        }
        return {};
    }
    Result<void> noteOpened(const QString& queueType) override {
        const std::lock_guard lock(mutex_);
        info_.queueType = queueType;
        ++info_.unseenReadings;
        return {};
    }
    Result<void> append(std::span<const SnapshotEntry> entries) override {
        const std::lock_guard lock(mutex_);
        if (!entries.empty())
            info_.unseenReadings = 0;
        if (appendError)
            return failure(*std::exchange(appendError, std::nullopt));
        for (const SnapshotEntry& entry : entries)
            take(entry);
        return {};
    }
    Result<void> finish(bool whole, const QString& endReason) override {
        const std::lock_guard lock(mutex_);
        if (whole)
            std::erase_if(rows_, [this](const auto& row) { return !met_.contains(row.first); });
        info_.whole = whole;
        info_.endReason = endReason;
        info_.takenAt = QDateTime::fromSecsSinceEpoch(1700000000, Qt::UTC);
        info_.count = static_cast<qint64>(rows_.size());
        return {};
    }
    Result<IdPage> ids(const SnapshotQuery& query, const SnapshotCursor& from, int limit) override {
        const int started = interrupts_;
        for (int waited = 0; waited < searchDelayMs; ++waited) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            if (interrupts_ != started)
                return failure(ErrorKind::Cancelled, QStringLiteral("interrupted"));
        }
        const std::lock_guard lock(mutex_);
        ++searches;
        const std::vector<qint64> all = found(query);
        auto at = all.begin();
        if (!from.key.isEmpty())
            at = std::find(all.begin(), all.end(), from.key.toLongLong());
        if (at != all.end() && !from.key.isEmpty())
            ++at;
        IdPage page;
        while (at != all.end() && static_cast<int>(page.ids.size()) < limit)
            page.ids.push_back(*at++);
        page.next.atEnd = at == all.end();
        page.next.key = page.ids.empty() ? from.key : QByteArray::number(page.ids.back());
        return page;
    }
    Result<qint64> count(const SnapshotQuery& query) override {
        const std::lock_guard lock(mutex_);
        return static_cast<qint64>(found(query).size());
    }
    Result<std::vector<SnapshotRow>> rows(std::span<const qint64> ids) override {
        const std::lock_guard lock(mutex_);
        ++fetches;
        if (rowsError)
            return failure(*rowsError);
        std::vector<SnapshotRow> rows;
        for (const qint64 id : ids) {
            if (const auto row = rows_.find(id); row != rows_.end())
                rows.push_back(row->second.row);
        }
        return rows;
    }
    Result<Message> message(qint64 id) override {
        const std::lock_guard lock(mutex_);
        const auto row = rows_.find(id);
        if (row == rows_.end())
            return failure(ErrorKind::NotFound, QStringLiteral("no such message"));
        return row->second.message;
    }
    Result<std::vector<FailureGroup>> groups(const SnapshotQuery& query) override {
        const std::lock_guard lock(mutex_);
        SnapshotQuery filter = query;
        filter.groupId.reset();
        std::map<qint64, FailureGroup> all;
        const std::vector<qint64> counted = found(filter);
        for (const auto& [id, row] : rows_) {
            FailureGroup& group = all[row.row.groupId];
            group.id = row.row.groupId;
            const FailureSignature signature = failureSignature(row.row.facts);
            group.signature = signature.bytes;
            group.title = signature.title;
            group.count += std::find(counted.begin(), counted.end(), id) == counted.end() ? 0 : 1;
        }
        std::vector<FailureGroup> groups;
        for (const auto& [id, group] : all)
            groups.push_back(group);
        return groups;
    }
    Result<std::map<Fingerprint, int>> twins() override {
        const std::lock_guard lock(mutex_);
        std::map<Fingerprint, int> all;
        for (const auto& [id, row] : rows_)
            ++all[row.row.fingerprint];
        std::erase_if(all, [](const auto& entry) { return entry.second < 2; });
        return all;
    }
    void interrupt() override { ++interrupts_; }

    int readings = 0;
    int searches = 0;
    int fetches = 0;

private:
    struct Kept {
        SnapshotRow row;
        Message message;
    };
    void take(const SnapshotEntry& entry) {
        const Message& message = entry.message;
        const QByteArray key = keyOf(message);
        const int occurrence = twins_[key]++;
        const qint64 position = entry.streamOffset >= 0 ? entry.streamOffset : ++position_;
        if (const auto known = idOf_.find({key, occurrence});
            known != idOf_.end() && rows_.contains(known->second)) {
            SnapshotRow& row = rows_.at(known->second).row;
            row.position = position;
            row.redelivered = message.redelivered;
            rows_.at(known->second).message = message; // the broker may have counted a header up
            met_.insert(row.id);
            return;
        }
        Kept kept{{}, message};
        kept.row.id = ++lastId_;
        kept.row.position = position;
        kept.row.occurrence = occurrence;
        kept.row.fingerprint = fingerprintOf(message);
        kept.row.facts = factsOf_(message);
        kept.row.state = amqp10::stateOf(message);
        kept.row.exchange = message.exchange;
        kept.row.routingKey = message.routingKey;
        kept.row.messageId = message.properties.messageId.value_or(QByteArray());
        kept.row.correlationId = message.properties.correlationId.value_or(QByteArray());
        kept.row.size = message.bodySize;
        kept.row.redelivered = message.redelivered;
        kept.row.bodyComplete = message.bodyComplete;
        const QByteArray signature = failureSignature(kept.row.facts).bytes;
        kept.row.groupId =
            groupIds_.try_emplace(signature, static_cast<qint64>(groupIds_.size()) + 1).first->second;
        met_.insert(kept.row.id);
        idOf_[{key, occurrence}] = kept.row.id;
        rows_.emplace(kept.row.id, std::move(kept));
        info_.count = static_cast<qint64>(rows_.size());
    }
    static QByteArray keyOf(const Message& message) {
        return message.exchange + '|' + message.routingKey + '|' + message.properties.messageId.value_or("") +
               '|' + message.body;
    }
    std::vector<qint64> found(const SnapshotQuery& query) const {
        std::vector<qint64> ids;
        for (const auto& [id, kept] : rows_) {
            const bool hasText =
                query.text.isEmpty() || kept.message.body.toLower().contains(query.text.toUtf8());
            if (hasText && (!query.groupId || kept.row.groupId == *query.groupId) &&
                query.where.matches(kept.message, kept.row.facts, kept.row.position))
                ids.push_back(id);
        }
        std::stable_sort(ids.begin(), ids.end(), [&](qint64 a, qint64 b) {
            return before(columnValue(rows_.at(a).row, query.sort), columnValue(rows_.at(b).row, query.sort));
        });
        if (query.descending)
            std::reverse(ids.begin(), ids.end());
        return ids;
    }
    static bool before(const QVariant& a, const QVariant& b) {
        if (a.userType() == QMetaType::QDateTime) {
            const QDateTime left = a.toDateTime();
            const QDateTime right = b.toDateTime();
            return left.isValid() && right.isValid() ? left < right : !left.isValid() && right.isValid();
        }
        if (a.userType() != QMetaType::QString)
            return a.toLongLong() < b.toLongLong();
        const int order = a.toString().compare(b.toString(), Qt::CaseInsensitive);
        return order != 0 ? order < 0 : a.toString().toUtf8() < b.toString().toUtf8();
    }

    FactsOf factsOf_;
    mutable std::mutex mutex_;
    std::atomic<int> interrupts_ = 0;
    SnapshotInfo info_;
    std::map<qint64, Kept> rows_;
    std::map<QByteArray, qint64> groupIds_;
    std::map<QByteArray, int> twins_;
    std::map<std::pair<QByteArray, int>, qint64> idOf_;
    std::set<qint64> met_;
    qint64 lastId_ = 0;
    qint64 position_ = 0;
};

} // namespace signalbox
