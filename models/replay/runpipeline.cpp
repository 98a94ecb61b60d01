#include "models/replay/runpipeline.h"

#include <algorithm>
#include <cmath>

namespace signalbox {
namespace {

constexpr qint64 mostStagedBytes = 64LL << 20;
constexpr qint64 bigBatchBytes = 16LL << 20;

} // namespace

ItemState RunContext::toRemove() const {
    if (!removes())
        return ItemState::Refused; // no loaded item is in that state
    return sends() ? ItemState::Confirmed : ItemState::Saved;
}

RunPipeline::RunPipeline(const RunContext& context, RunItems& items, Intake& intake, Sender& sender)
    : context_(context)
    , items_(items)
    , intake_(intake)
    , sender_(sender)
    , writer_(context.journal, context.header.id)
    , limiter_(context.header.options.ratePerSecond)
    , next_(std::make_unique<Step>())
    , lastSync_(now())
    , lastAnswer_(now()) {}

void RunPipeline::mark(RunItem& item, ItemState state, const QString& reason) {
    items_.setState(item, state);
    next_->mark(state, item.number, reason);
    if (dirtySince_ == Time{})
        dirtySince_ = now();
}

bool RunPipeline::isFull() const {
    if (isGathering()) // bounded by the plan, see sendorder.h
        return false;
    if (stagedBytes_ >= mostStagedBytes)
        return true;
    const auto count = static_cast<double>(staged_.size());
    if (limiter_.isLimited() && count >= std::max(1.0, std::ceil(limiter_.perSecond() * 2)))
        return true;
    const int most = sender_.exists() ? 2 * context_.tuning.batch : context_.tuning.window;
    return static_cast<int>(staged_.size()) >= most;
}

bool RunPipeline::isIdle() const {
    return staged_.empty() && inFlight_ == 0 && !writer_.isBusy() && !failed_ && next_->isEmpty() &&
           unsynced_.empty();
}

void RunPipeline::learnSize(int met, qint64 bytes) {
    if (met == 0)
        return;
    if (bytes > bigBatchBytes)
        takeMax_ = std::max(1, takeMax_ / 4);
    else if (met == takeMax_ && bytes < bigBatchBytes / 2)
        takeMax_ = std::min(takeMax_ * 2, context_.tuning.batch);
}

Result<void> RunPipeline::take(int waitMs) {
    Taken taken;
    auto done = intake_.take(takeMax_, waitMs, taken);
    tookSomething_ = taken.met > 0;
    if (!done)
        return done;
    if (!intake_.isUp()) {
        sourceWentDown();
        return {};
    }
    qint64 bytes = 0;
    for (Staged& staged : taken.staged) {
        bytes += staged.original.body.size();
        staged_.push_back(std::move(staged));
    }
    stagedBytes_ += bytes;
    isInOrder_ = isInOrder_ && taken.staged.empty();
    learnSize(taken.met, bytes);
    next_->settle.insert(next_->settle.end(), taken.removable.begin(), taken.removable.end());
    for (const std::uint32_t index : taken.replaced)
        mark(
            items_.at(index), ItemState::Missing,
            QStringLiteral("an equal message was taken after the break, with a copy of its own: this one had "
                           "been removed before, or it is that one. Its copy comes back by its number only "
                           "(restore --item)"));
    for (const std::uint32_t index : taken.doubtful) {
        mark(
            items_.at(index), context_.sends() ? ItemState::InDoubt : ItemState::Cancelled,
            context_.sends()
                ? QStringLiteral("sent and confirmed before; an equal message that looks new is in the queue")
                : QStringLiteral("an equal message that looks new is in the queue; it was left there"));
    }
    if (dirtySince_ == Time{} && !(staged_.empty() && next_->isEmpty()))
        dirtySince_ = now();
    return {};
}

void RunPipeline::collect(int waitMs) {
    for (const PublishOutcome& outcome : sender_.outcomes(waitMs))
        answered(outcome);
    takeBack(std::exchange(notSent_, {}));
    if (!sender_.isUp())
        doubtRest(QStringLiteral("the link broke before the broker answered"));
}

void RunPipeline::answered(const PublishOutcome& outcome) {
    const auto index = items_.indexOf(outcome.item);
    if (!index)
        return;
    RunItem& item = items_.at(*index);
    if (!item.sent || item.state != ItemState::Published)
        return; // an answer nobody waits for any more
    item.sent = false;
    --inFlight_;
    lastAnswer_ = now();
    if (outcome.noExchange)
        missingExchanges_[exchangeOf(item)] = outcome.reason;
    else if (outcome.kind == PublishOutcome::Kind::NotSent || outcome.kind == PublishOutcome::Kind::NotMoved)
        sender_.notSentTo(exchangeOf(item));
    else
        sender_.answeredFor(exchangeOf(item));
    switch (outcome.kind) {
    case PublishOutcome::Kind::NotSent:
        notSent_.push_back(*index);
        return;
    case PublishOutcome::Kind::Moved:
        mark(item, ItemState::Removed);
        item.hasTag = false;
        intake_.moved(item);
        return;
    case PublishOutcome::Kind::NotMoved:
        mark(item, ItemState::Planned);
        intake_.awaitAgain(item);
        return;
    case PublishOutcome::Kind::Confirmed:
        mark(item, ItemState::Confirmed);
        // Without a tag the source was reopened meanwhile: removed when the original is met again.
        if (context_.removes() && item.hasTag)
            next_->settle.push_back(*index);
        return;
    case PublishOutcome::Kind::Returned:
        mark(item, ItemState::Returned, outcome.reason);
        break;
    case PublishOutcome::Kind::Refused:
        mark(item, ItemState::Rejected, outcome.reason);
        break;
    case PublishOutcome::Kind::Unknown:
        mark(item, ItemState::InDoubt, outcome.reason);
        break;
    }
    intake_.dropAwaited(item);
}

Result<void> RunPipeline::sync(bool hurry) {
    if (unsynced_.empty())
        return {};
    const bool many = unsynced_.size() > static_cast<std::size_t>(4 * context_.tuning.window);
    if (!hurry && !many && now() - lastSync_ < context_.tuning.sync)
        return {};
    auto answer = intake_.sync();
    lastSync_ = now();
    if (!answer)
        return failure(std::move(answer.error()));
    if (!*answer) {
        sourceWentDown();
        return {};
    }
    for (const std::uint32_t index : unsynced_) {
        RunItem& item = items_.at(index);
        if (intake_.wasThere(item))
            mark(item, ItemState::Removed);
        else
            mark(item, ItemState::Missing,
                 QStringLiteral("it was not scheduled any more: its time had come, so it is in the queue "
                                "unless a receiver took it, or somebody else has cancelled it"));
    }
    unsynced_.clear();
    return {};
}

void RunPipeline::sourceWentDown() {
    // The items stand as the journal has them: planned ones are met and taken again, confirmed ones are met
    // and removed. What was settled may or may not have been carried out; meeting it again tells.
    unsynced_.clear();
    next_->settle.clear();
    dropStaged();
}

void RunPipeline::dropStaged() {
    for (const Staged& staged : staged_)
        items_.at(staged.index).staged = false;
    staged_.clear();
    stagedBytes_ = 0;
}

void RunPipeline::doubtRest(const QString& reason) {
    if (inFlight_ == 0)
        return;
    for (RunItem& item : items_.all()) {
        if (!item.sent)
            continue;
        item.sent = false;
        if (context_.moves())
            continue; // stays as it is in the journal until the queue is read again
        mark(item, ItemState::InDoubt, reason);
        intake_.dropAwaited(item);
    }
    inFlight_ = 0;
}

} // namespace signalbox
