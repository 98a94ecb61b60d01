#include "views/deadletters/messagefeed.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int batch = 300;
constexpr qint64 batchBytes = 16LL << 20;
constexpr std::size_t fewIds = 5000; // so many rows are put in order faster than the whole queue is walked

tl::unexpected<Error> cancelledError() {
    return failure(ErrorKind::Cancelled, QStringLiteral("Stopped, as asked."));
}

} // namespace

MessageFeed::MessageFeed(std::shared_ptr<Snapshot> snapshot, MessageChoice choice,
                         const Conventions& conventions)
    : snapshot_(std::move(snapshot))
    , choice_(std::move(choice))
    , conventions_(conventions) {
    if (choice_.scope == MessageChoice::Scope::All)
        choice_.query = {};
    choice_.query.sort = Column::Position;
    choice_.query.descending = false;
    if (choice_.scope == MessageChoice::Scope::Selected)
        std::sort(choice_.ids.begin(), choice_.ids.end());
}

void MessageFeed::setEdited(qint64 id, const Message& edited) {
    edited_ = std::pair(id, edited);
}

void MessageFeed::setOrder(const SortOrder& order) {
    choice_.query.sort = order.column;
    choice_.query.descending = order.descending;
    choice_.query.tiesAsInQueue = !order.isQueues();
}

// Another order than the queue's is the reading's own matter: it is walked.
bool MessageFeed::isArranged() const {
    return choice_.scope == MessageChoice::Scope::Selected && choice_.ids.size() <= fewIds &&
           choice_.query.sort == Column::Position && !choice_.query.descending;
}

// Selected messages come in any order; the queue's order is what most plans need.
Result<void> MessageFeed::arrange() {
    started_ = true;
    if (!isArranged())
        return {};
    auto rows = snapshot_->rows(choice_.ids);
    if (!rows)
        return failure(std::move(rows.error()));
    std::sort(rows->begin(), rows->end(),
              [](const auto& a, const auto& b) { return a.position < b.position; });
    for (const SnapshotRow& row : *rows)
        arranged_.push_back(row.id);
    return {};
}

Result<std::vector<qint64>> MessageFeed::nextIds(int most) {
    if (!started_) {
        if (auto arranged = arrange(); !arranged)
            return failure(std::move(arranged.error()));
    }
    if (cancelled_)
        return cancelledError();
    const bool selected = choice_.scope == MessageChoice::Scope::Selected;
    if (isArranged()) {
        const auto from = arranged_.begin() + static_cast<std::ptrdiff_t>(next_);
        const std::size_t count = std::min(arranged_.size() - next_, static_cast<std::size_t>(most));
        next_ += count;
        return std::vector<qint64>(from, from + static_cast<std::ptrdiff_t>(count));
    }
    while (!cursor_.atEnd && (!selected || selectedGiven_ < choice_.ids.size())) {
        auto page = snapshot_->ids(choice_.query, cursor_, most);
        if (cancelled_)
            return cancelledError();
        if (!page && page.error().kind == ErrorKind::Cancelled)
            continue; // a search in the window ended this one; it is asked again
        if (!page)
            return failure(std::move(page.error()));
        cursor_ = page->next;
        if (selected) {
            std::erase_if(page->ids, [&](qint64 id) {
                return !std::binary_search(choice_.ids.begin(), choice_.ids.end(), id);
            });
            selectedGiven_ += page->ids.size();
        }
        if (!page->ids.empty())
            return std::move(page->ids);
    }
    return std::vector<qint64>();
}

Result<bool> MessageFeed::fillRows() {
    if (nextRow_ < rows_.size())
        return true;
    rows_.clear();
    nextRow_ = 0;
    while (rows_.empty()) {
        auto ids = nextIds(batch);
        if (!ids)
            return failure(std::move(ids.error()));
        if (ids->empty())
            return false;
        auto rows = snapshot_->rows(*ids);
        if (!rows)
            return failure(std::move(rows.error()));
        rows_ = std::move(*rows);
        if (!marker_)
            continue;
        if (auto marked = (*marker_)(rows_); !marked)
            return failure(std::move(marked.error()));
        leftOut_ += static_cast<qint64>(
            std::erase_if(rows_, [](const SnapshotRow& row) { return !row.removedBy.isEmpty(); }));
    }
    return true;
}

Result<Message> MessageFeed::nextMessage() {
    if (cancelled_)
        return cancelledError();
    auto message = snapshot_->message(rows_[nextRow_].id);
    ++nextRow_;
    ++given_;
    return message;
}

Result<std::vector<PlanInput>> MessageFeed::nextInputs() {
    if (!twins_) {
        auto twins = snapshot_->twins();
        if (!twins)
            return failure(std::move(twins.error()));
        twins_ = std::move(*twins);
    }
    std::vector<PlanInput> inputs;
    qint64 bytes = 0;
    while (inputs.size() < batch && bytes < batchBytes) {
        const auto more = fillRows();
        if (!more)
            return failure(more.error());
        if (!*more)
            break;
        const SnapshotRow& row = rows_[nextRow_];
        auto message = nextMessage();
        if (!message)
            return failure(std::move(message.error()));
        PlanInput input;
        input.snapshotId = row.id;
        input.position = row.position;
        input.fingerprint = row.fingerprint;
        input.occurrence = row.occurrence;
        const auto equal = twins_->find(row.fingerprint);
        input.twins = equal == twins_->end() ? 1 : equal->second;
        input.facts = deathFacts(*message, conventions_);
        input.message = std::move(*message);
        bytes += input.message.body.size();
        if (edited_ && edited_->first == row.id)
            input.edited = edited_->second;
        inputs.push_back(std::move(input));
    }
    return inputs;
}

Result<std::vector<Message>> MessageFeed::nextMessages() {
    std::vector<Message> messages;
    qint64 bytes = 0;
    while (messages.size() < batch && bytes < batchBytes) {
        const auto more = fillRows();
        if (!more)
            return failure(more.error());
        if (!*more)
            break;
        auto message = nextMessage();
        if (!message)
            return failure(std::move(message.error()));
        bytes += message->body.size();
        messages.push_back(std::move(*message));
    }
    return messages;
}

} // namespace signalbox
