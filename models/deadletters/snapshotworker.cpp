#include "models/deadletters/snapshotworker.h"

#include "models/base/lognames.h"
#include "models/deadletters/deliverybudget.h"

#include <spdlog/spdlog.h>

namespace signalbox {

namespace {

constexpr int batchSize = 1000;
constexpr int receiveWaitMs = 100;
constexpr int reportEveryMs = 100;
constexpr int keepAliveMs = 5000;
constexpr int trickleBatch = 50; // smaller batches than that: only what arrives just now

qint64 msSince(std::chrono::steady_clock::time_point then) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - then)
        .count();
}

} // namespace

SnapshotJob::Worker::Worker(std::unique_ptr<MessageSource> source, std::shared_ptr<Snapshot> snapshot,
                            Request request, Callbacks callbacks)
    : source_(std::move(source))
    , snapshot_(std::move(snapshot))
    , request_(request)
    , callbacks_(std::move(callbacks)) {
    progress_.expected = request.expected;
}

SnapshotJob::Worker::~Worker() {
    cancel();
    if (thread_.joinable())
        thread_.join();
}

void SnapshotJob::Worker::start() {
    if (!thread_.joinable())
        thread_ = std::thread([this] { run(); });
}

void SnapshotJob::Worker::setPaused(bool paused) {
    const std::lock_guard lock(mutex_);
    paused_ = paused;
    changed_.notify_all();
}

void SnapshotJob::Worker::cancel() {
    {
        const std::lock_guard lock(mutex_);
        cancelled_ = true;
        changed_.notify_all();
    }
    if (source_)
        source_->interrupt();
}

bool SnapshotJob::Worker::sleepUnlessCancelled(int ms) {
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return cancelled_.load(); });
}

void SnapshotJob::Worker::run() {
    Outcome outcome;
    used_ = std::max(0, request_.usedDeliveries);
    do {
        outcome = readOnce();
        if (outcome.step == Step::Again && !cancelled_ && !mayReadAgain())
            outcome = {Step::Over, State::Failed, false, {}, spent()};
    } while (outcome.step == Step::Again && !cancelled_);
    if (outcome.step == Step::Again)
        outcome = {Step::Over, State::Cancelled, false, QStringLiteral("cancelled"), std::nullopt};
    report(true);
    callbacks_.ended(outcome.state, outcome.error);
}

// One delivery is kept for a replay, as the notice before the reading says.
bool SnapshotJob::Worker::mayReadAgain() const {
    return isStream_ || source_->peeks() || request_.deliveryLimit < 0 || used_ + 1 < request_.deliveryLimit;
}

Error SnapshotJob::Worker::spent() const {
    return {
        ErrorKind::NotAllowed,
        QStringLiteral("The reading stopped: the messages have used %1 of the %2 deliveries that the queue "
                       "allows, and reading on could lose some. What was read is kept. Raise the queue's "
                       "delivery limit, then read again.")
            .arg(used_)
            .arg(request_.deliveryLimit),
        {}};
}

// From here on a message may have been delivered, whether it arrives or not.
std::optional<SnapshotJob::Worker::Outcome> SnapshotJob::Worker::noteOpened() {
    isStream_ = request_.isStream || source_->isStream();
    used_ += source_->peeks() ? 0 : 1;
    auto noted = snapshot_->noteOpened(isStream_ ? QStringLiteral("stream") : request_.queueType);
    if (noted)
        return std::nullopt;
    return Outcome{Step::Over, State::Failed, false, noted.error().summary, noted.error()};
}

// One pass from the head of the queue. What is held goes back before the snapshot is put in order.
SnapshotJob::Worker::Outcome SnapshotJob::Worker::readOnce() {
    if (const auto removedBy = std::exchange(request_.removedBy, nullptr)) {
        if (auto forgotten = snapshot_->forgetRemoved(removedBy); !forgotten)
            return {Step::Over, State::Failed, false, {}, forgotten.error()};
    }
    if (auto begun = snapshot_->beginReading(); !begun)
        return {Step::Over, State::Failed, false, {}, begun.error()};
    progress_.read = 0;
    progress_.bytes = 0;
    emptyAnswers_ = 0;
    began_ = lastCame_ = caughtUpSince_ = askedReady_ = Clock::now();
    Outcome outcome;
    if (auto opened = source_->open(); !opened)
        outcome = afterError(opened.error());
    else if (auto failed = noteOpened())
        outcome = std::move(*failed);
    else
        outcome = readAll();
    source_->close();
    report(true);
    auto finished = snapshot_->finish(outcome.whole, outcome.reason);
    if (!finished && !outcome.error)
        outcome = {Step::Over, State::Failed, false, {}, finished.error()};
    return outcome;
}

SnapshotJob::Worker::Outcome SnapshotJob::Worker::afterError(const Error& error) {
    if (cancelled_)
        return {Step::Over, State::Cancelled, false, QStringLiteral("cancelled"), std::nullopt};
    if (error.kind == ErrorKind::Lost && losses_ < request_.retries) {
        mostRead_ = std::max(mostRead_, progress_.read);
        const int pauseMs = 250 << losses_++;
        if (auto log = spdlog::get(lognames::deadletters))
            log->warn("link lost while a queue was read; reading it again in {} ms", pauseMs);
        source_->close();
        if (sleepUnlessCancelled(pauseMs))
            return {Step::Again, State::Running, false, error.summary, std::nullopt};
        return {Step::Over, State::Cancelled, false, QStringLiteral("cancelled"), std::nullopt};
    }
    return {Step::Over, State::Failed, false, error.summary, error};
}

SnapshotJob::Worker::Outcome SnapshotJob::Worker::readAll() {
    for (;;) {
        if (cancelled_)
            return {Step::Over, State::Cancelled, false, QStringLiteral("cancelled"), std::nullopt};
        if (!waitWhilePaused())
            return {Step::Again, State::Running, false, QStringLiteral("paused"), std::nullopt};
        const qint64 left = request_.limit > 0 ? request_.limit - progress_.read : batchSize;
        if (left <= 0)
            return {Step::Over, State::Finished, false,
                    QStringLiteral("limit of %1 reached").arg(request_.limit), std::nullopt};
        auto batch = source_->receive(static_cast<int>(std::min<qint64>(left, batchSize)), receiveWaitMs);
        if (!batch)
            return afterError(batch.error());
        const std::size_t came = batch->size();
        if (came > 0) {
            lastCame_ = Clock::now();
            const auto tags = take(std::move(*batch));
            if (!tags) // the store's error, not the link's
                return {Step::Over, State::Failed, false, tags.error().summary, tags.error()};
            // Streams only need their credit back; other queues keep everything until the end.
            if (isStream_) {
                if (auto settled = source_->settle(*tags); !settled)
                    return afterError(settled.error());
            }
            report(false);
            if (!isStream_ && request_.deliveryLimit >= 0 && used_ >= request_.deliveryLimit)
                return {Step::Over, State::Failed, false, spent().summary, spent()};
        }
        if (source_->peeks() && came == 0)
            return endReached();
        if (source_->peeks() || came >= trickleBatch)
            caughtUpSince_ = Clock::now();
        else if (auto end = atEnd(came == 0))
            return *end;
    }
}

Result<std::vector<std::uint64_t>> SnapshotJob::Worker::take(std::vector<Delivery> batch) {
    std::vector<SnapshotEntry> entries;
    std::vector<std::uint64_t> tags;
    entries.reserve(batch.size());
    tags.reserve(batch.size());
    if (request_.deliveryLimit >= 0) { // the messages know better than any earlier count
        int highest = progress_.read > 0 ? used_ - 1 : 0;
        for (const Delivery& delivery : batch)
            highest = std::max(highest, deliveryCount(delivery.message));
        used_ = highest + 1;
    }
    for (Delivery& delivery : batch) {
        progress_.bytes += delivery.message.bodySize;
        tags.push_back(delivery.tag);
        entries.push_back({std::move(delivery.message), delivery.streamOffset});
    }
    if (auto stored = snapshot_->append(entries); !stored)
        return failure(stored.error());
    if (progress_.read == 0 && !entries.empty())
        progress_.firstOffset = entries.front().streamOffset;
    if (!entries.empty())
        progress_.lastOffset = entries.back().streamOffset;
    progress_.read += static_cast<qint64>(entries.size());
    return tags;
}

// What lies in front of a later start was not seen, so the snapshot keeps what it had of it.
SnapshotJob::Worker::Outcome SnapshotJob::Worker::endReached() const {
    const bool fromHead = !(isStream_ || source_->peeks()) || request_.streamStart.isEmpty();
    return {Step::Over, State::Finished, fromHead,
            fromHead ? QStringLiteral("end of queue")
                     : QStringLiteral("read from %1 to the end").arg(request_.streamStart),
            std::nullopt};
}

// The end of a queue: nothing came for a while and nothing is ready. New dead letters may trickle in for
// ever; then it is the end when all that was expected came and the queue was found empty three times.
std::optional<SnapshotJob::Worker::Outcome> SnapshotJob::Worker::atEnd(bool nothingCame) {
    const Outcome whole = endReached();
    const bool allCame = progress_.expected >= 0 && progress_.read >= progress_.expected;
    const qint64 quiet = nothingCame ? msSince(lastCame_) : 0;
    // After a restart of the broker a queue may say that it is empty until it has found its messages again.
    const bool missesSome = progress_.read < mostRead_;
    const qint64 enough = missesSome ? 20LL * request_.quietMs
                          : allCame  ? std::min(request_.quietMs, 300)
                                     : request_.quietMs;
    if (isStream_) {
        const bool caughtUp = msSince(caughtUpSince_) > 3LL * request_.quietMs;
        return quiet >= enough || caughtUp ? std::optional<Outcome>(whole) : std::nullopt;
    }
    const bool trickles = allCame && !nothingCame && msSince(askedReady_) >= enough;
    if (quiet < enough && !trickles)
        return std::nullopt;
    askedReady_ = Clock::now();
    const auto ready = source_->ready();
    if (!ready && ready.error().kind == ErrorKind::Lost)
        return afterError(ready.error());
    const qint64 waiting = ready.value_or(0);
    if (waiting == 0) {
        ++emptyAnswers_;
        return !trickles || emptyAnswers_ >= 3 ? std::optional<Outcome>(whole) : std::nullopt;
    }
    emptyAnswers_ = 0;
    if (quiet < std::max<qint64>(10LL * request_.quietMs, enough))
        return std::nullopt;
    Error held;
    held.kind = ErrorKind::Busy;
    held.summary =
        QStringLiteral("The broker says that %1 messages are ready, but gives none. Another consumer may "
                       "have the queue for itself.")
            .arg(waiting);
    return Outcome{Step::Over, State::Failed, false, held.summary, held};
}

bool SnapshotJob::Worker::waitWhilePaused() {
    const auto since = Clock::now();
    auto asked = since;
    bool wasPaused = false;
    std::unique_lock lock(mutex_);
    while (paused_ && !cancelled_) {
        wasPaused = true;
        changed_.wait_for(lock, std::chrono::milliseconds(std::min(request_.giveBackAfterMs, keepAliveMs)));
        if (!paused_ || cancelled_)
            break;
        lock.unlock();
        if (msSince(since) >= request_.giveBackAfterMs) {
            source_->close();
            lock.lock();
            changed_.wait(lock, [this] { return !paused_ || cancelled_; });
            return false;
        }
        if (msSince(asked) >= keepAliveMs) { // heartbeats flow only while the source is called
            (void)source_->ready();
            asked = Clock::now();
        }
        lock.lock();
    }
    if (wasPaused) {
        const qint64 ms = msSince(since);
        lastCame_ += std::chrono::milliseconds(ms);
        caughtUpSince_ += std::chrono::milliseconds(ms);
        began_ += std::chrono::milliseconds(ms);
    }
    return true;
}

void SnapshotJob::Worker::report(bool always) {
    if (!always && msSince(reported_) < reportEveryMs)
        return;
    reported_ = Clock::now();
    const double seconds = static_cast<double>(msSince(began_)) / 1000;
    progress_.perSecond = seconds > 0 ? static_cast<double>(progress_.read) / seconds : 0;
    const qint64 goal = request_.limit > 0 && (progress_.expected < 0 || request_.limit < progress_.expected)
                            ? request_.limit
                            : progress_.expected;
    progress_.secondsLeft =
        goal >= 0 && progress_.perSecond > 0
            ? static_cast<int>(static_cast<double>(std::max<qint64>(goal - progress_.read, 0)) /
                               progress_.perSecond)
            : -1;
    callbacks_.progress(progress_);
}

} // namespace signalbox
