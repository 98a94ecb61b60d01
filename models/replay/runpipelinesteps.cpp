// The journal steps of the pipeline: what is written when, and what may happen only after it is durable.
#include "models/messaging/messagecodec.h"
#include "models/replay/outgoing.h"
#include "models/replay/runpipeline.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace signalbox {
namespace {

constexpr std::chrono::seconds journalRetry{1};

} // namespace

Result<void> RunPipeline::advance(Gate gate, bool hurry, std::chrono::milliseconds wait) {
    if (auto done = finishStep(gate, wait); !done)
        return done;
    if (!writer_.isBusy() && !failed_)
        beginStep(gate, hurry);
    return {};
}

// What came back unsent may stand among others now.
void RunPipeline::putInOrder() {
    if (context_.hasOrder() && !std::exchange(isInOrder_, true))
        std::sort(staged_.begin(), staged_.end(),
                  [](const Staged& a, const Staged& b) { return a.index < b.index; });
}

int RunPipeline::sendableNow() {
    if (isGathering())
        return 0;
    putInOrder();
    int count = static_cast<int>(
        std::min<std::size_t>(staged_.size(), static_cast<std::size_t>(context_.tuning.batch)));
    if (sender_.exists()) {
        if (!sender_.isUp() || sender_.isBlocked())
            return 0;
        const qint64 window = sender_.isCautious() ? 1 : context_.tuning.window;
        count = static_cast<int>(std::clamp<qint64>(window - inFlight_, 0, count));
    }
    return limiter_.allowed(now(), publishable(staged_, count));
}

QByteArray RunPipeline::exchangeOf(const RunItem& item) const {
    return context_.fromCopies() ? QByteArray() : items_.route(item).exchange;
}

// How many from the front may go to the sender now, see Sender::mayPublishTo().
template<class Range>
int RunPipeline::publishable(const Range& staged, int most) {
    if (!sender_.exists())
        return most;
    std::set<QByteArray> asked;
    for (int i = 0; i < most; ++i) {
        const QByteArray exchange = exchangeOf(items_.at(staged[static_cast<std::size_t>(i)].index));
        if (missingExchanges_.contains(exchange))
            continue; // is not sent at all
        if (!sender_.mayPublishTo(exchange, asked))
            return i;
        asked.insert(exchange);
    }
    return most;
}

void RunPipeline::beginStep(Gate gate, bool hurry) {
    const int count = gate == Gate::Open ? sendableNow() : 0;
    std::size_t work = next_->settle.size() + static_cast<std::size_t>(count);
    for (const JournalMark& entry : next_->marks)
        work += entry.numbers.size();
    if (work == 0)
        return;
    const bool enough = work >= static_cast<std::size_t>(context_.tuning.batch);
    const auto patience =
        inFlight_ >= context_.tuning.window / 2 ? context_.tuning.gatherBusy : context_.tuning.gather;
    if (!enough && !hurry && !limiter_.isLimited() && now() - dirtySince_ < patience)
        return;
    limiter_.spend(count);
    auto step = std::exchange(next_, std::make_unique<Step>());
    step->savesCopies = !context_.fromCopies();
    step->next = context_.sends() ? ItemState::Published : ItemState::Saved;
    std::vector<qint64> numbers;
    for (int i = 0; i < count; ++i) {
        Staged& staged = staged_.front();
        RunItem& item = items_.at(staged.index);
        item.staged = false;
        items_.setState(item, step->next);
        numbers.push_back(item.number);
        stagedBytes_ -= staged.original.body.size();
        step->staged.push_back(std::move(staged));
        staged_.pop_front();
    }
    dirtySince_ = staged_.empty() ? Time{} : now();
    writer_.submit(std::move(step), std::move(numbers));
}

Result<void> RunPipeline::finishStep(Gate gate, std::chrono::milliseconds wait) {
    if (failed_) {
        if (now() < nextJournalTry_)
            return {};
        writer_.resubmit(std::move(failed_));
    }
    if (!writer_.isBusy())
        return {};
    Result<void> outcome;
    std::unique_ptr<Step> step = writer_.finished(wait, &outcome);
    if (!step)
        return {};
    if (!outcome)
        return journalFailed(std::move(step), outcome.error());
    journalTrouble_.reset();
    if (!context_.sends()) {
        for (const Staged& staged : step->staged)
            step->settle.push_back(staged.index);
    } else if (!step->staged.empty()) {
        if (gate == Gate::NoSending || !sender_.isUp())
            unsend(step->staged);
        else
            publish(step->staged);
    }
    return settle(step->settle);
}

Result<void> RunPipeline::journalFailed(std::unique_ptr<Step> step, const Error& error) {
    if (!journalTrouble_)
        troubleSince_ = now();
    journalTrouble_ = error;
    failed_ = std::move(step);
    nextJournalTry_ = now() + journalRetry;
    const bool mayPass = error.kind == ErrorKind::Busy || error.kind == ErrorKind::Storage;
    if (!mayPass || now() - troubleSince_ >= context_.tuning.journalPatience)
        return failure(error);
    return {};
}

Message RunPipeline::outgoing(const Staged& staged, const RunItem& item, QString* trouble) {
    if (context_.fromCopies())
        return restoredMessage(staged.original, sender_.user(), context_.header.options,
                               context_.header.id + QLatin1Char('/') + QString::number(item.number));
    const ReplayOptions& options = context_.header.options;
    DeathFacts facts;
    const bool needsPath = options.restoreExpiration ||
                           options.destination.kind == ReplayDestination::Kind::OriginExchange ||
                           (options.destination.kind == ReplayDestination::Kind::Exchange &&
                            options.destination.routingKey.isEmpty());
    if (needsPath) {
        facts = context_.facts(staged.original);
    } else if (const HeaderValue* attempts = staged.original.header(attemptHeader)) {
        std::int64_t before = 0;
        if (headerInteger(*attempts, &before))
            facts.replayAttempts = before;
    }
    if (!item.edited)
        return outgoingMessage(staged.original, facts, options, context_.header.id);
    auto record = context_.journal.item(context_.header.id, item.number);
    if (!record || !record->plan.edited) {
        *trouble =
            record ? QStringLiteral("the edited message is not in the journal") : record.error().summary;
        return {};
    }
    return outgoingMessage(*record->plan.edited, facts, options, context_.header.id);
}

void RunPipeline::publish(std::vector<Staged>& staged) {
    // The link may be another one than when this step began.
    const int allowed = publishable(staged, static_cast<int>(staged.size()));
    std::vector<Staged> later(std::make_move_iterator(staged.begin() + allowed),
                              std::make_move_iterator(staged.end()));
    staged.erase(staged.begin() + allowed, staged.end());
    unsend(later);
    std::vector<Message> messages;
    std::vector<Outgoing> out;
    messages.reserve(staged.size());
    out.reserve(staged.size());
    for (const Staged& entry : staged) {
        RunItem& item = items_.at(entry.index);
        if (context_.moves() && !item.hasTag) { // the source was reopened: it is met again
            mark(item, ItemState::Planned);
            continue;
        }
        QString trouble;
        if (const auto missing = missingExchanges_.find(exchangeOf(item)); missing != missingExchanges_.end())
            trouble = missing->second;
        else
            messages.push_back(outgoing(entry, item, &trouble));
        if (!trouble.isEmpty()) {
            mark(item, ItemState::Rejected, trouble);
            intake_.dropAwaited(item);
            continue;
        }
        const RunItems::Route& route = items_.route(item);
        if (context_.fromCopies())
            out.push_back({item.number, {}, context_.header.source.name.toUtf8(), &messages.back()});
        else
            out.push_back({item.number, route.exchange, route.routingKey, &messages.back(),
                           item.hasTag ? item.tag : 0});
    }
    if (out.empty())
        return;
    if (inFlight_ == 0)
        lastAnswer_ = now(); // nobody has waited before this
    const Sender::Sent sent = sender_.publish(out);
    if (sent == Sender::Sent::Blocked) {
        unsend(staged);
        return;
    }
    for (const Outgoing& entry : out) {
        items_.at(*items_.indexOf(entry.item)).sent = true;
        ++inFlight_;
    }
    if (sent == Sender::Sent::Lost)
        collect(0); // the last answers, then doubt
}

// Written ahead, but surely not sent.
void RunPipeline::unsend(std::vector<Staged>& staged) {
    const ItemState before = context_.fromCopies() ? ItemState::Saved : ItemState::Planned;
    for (auto entry = staged.rbegin(); entry != staged.rend(); ++entry) {
        RunItem& item = items_.at(entry->index);
        if (item.state != ItemState::Published)
            continue;
        mark(item, before);
        if (!item.hasTag && !context_.fromCopies())
            continue; // the source was reopened: it is met again
        item.staged = true;
        stagedBytes_ += entry->original.body.size();
        staged_.push_front(std::move(*entry));
    }
}

// Published without leaving any trace at the broker: they are sent again, from their saved copies. Nothing is
// given back for it, which would cost a delivery.
void RunPipeline::takeBack(const std::vector<std::uint32_t>& notSent) {
    for (auto index = notSent.rbegin(); index != notSent.rend(); ++index) {
        RunItem& item = items_.at(*index);
        mark(item, context_.fromCopies() ? ItemState::Saved : ItemState::Planned);
        if (!item.hasTag && !context_.fromCopies())
            continue; // the source was reopened: it is met again
        auto original = context_.journal.copy(context_.header.id, item.number);
        if (!original) {
            mark(item, ItemState::Rejected,
                 QStringLiteral("not sent: its copy cannot be read again. %1").arg(original.error().summary));
            intake_.dropAwaited(item);
            continue;
        }
        Staged staged;
        staged.index = *index;
        staged.fingerprint = item.fingerprint;
        staged.encodedProperties = encodeProperties(original->properties);
        staged.original = std::move(*original);
        item.staged = true;
        stagedBytes_ += staged.original.body.size();
        staged_.push_front(std::move(staged));
    }
}

Result<void> RunPipeline::settle(const std::vector<std::uint32_t>& indexes) {
    if (indexes.empty() || !context_.removes())
        return {};
    std::vector<std::uint32_t> tagged;
    for (const std::uint32_t index : indexes) {
        if (items_.at(index).hasTag)
            tagged.push_back(index);
    }
    auto done = intake_.settle(tagged);
    if (!done)
        return failure(std::move(done.error()));
    if (!*done) {
        sourceWentDown();
        return {};
    }
    for (const std::uint32_t index : tagged) {
        items_.at(index).hasTag = false; // a tag is used once
        unsynced_.push_back(index);
    }
    return {};
}

} // namespace signalbox
