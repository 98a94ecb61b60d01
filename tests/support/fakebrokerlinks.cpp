#include "tests/support/fakebrokerlinks.h"

#include <QThread>
#include <algorithm>

namespace signalbox {
namespace {

Error deadError() {
    return {ErrorKind::Internal, QStringLiteral("the process is dead"), {}};
}

Error lostError() {
    return {ErrorKind::Lost, QStringLiteral("The link broke."), {}};
}

bool isLoss(Trouble trouble) {
    return trouble == Trouble::LostBefore || trouble == Trouble::LostMidway || trouble == Trouble::LostAfter;
}

// How many of `count` things are still done.
std::size_t doneOf(Trouble trouble, std::size_t count) {
    switch (trouble) {
    case Trouble::LostBefore:
    case Trouble::DieBefore:
        return 0;
    case Trouble::LostMidway:
    case Trouble::DieMidway:
        return count / 2;
    default:
        return count;
    }
}

} // namespace

FakeSource::FakeSource(FakeBroker& broker, QByteArray queue, int window, bool isStream)
    : broker_(broker)
    , window_(window)
    , isStream_(isStream) {
    const std::lock_guard lock(broker_.mutex_);
    link_.queue = std::move(queue);
    broker_.links_.insert(&link_);
}

FakeSource::~FakeSource() {
    const std::lock_guard lock(broker_.mutex_);
    broker_.breakLink(link_);
    broker_.links_.erase(&link_);
}

// Called with the lock held; an error ends the call without an effect.
std::optional<Error> FakeSource::enter(const QByteArray& call, Trouble* trouble) {
    *trouble = broker_.world_->next(call);
    if (*trouble == Trouble::DieBefore)
        return deadError();
    if (link_.wasBroken) {
        link_.wasBroken = false;
        return lostError();
    }
    if (!link_.open && call != "open") {
        broker_.violation(QStringLiteral("%1 on a closed source").arg(QString::fromLatin1(call)));
        return lostError();
    }
    return std::nullopt;
}

tl::unexpected<Error> FakeSource::lose(Trouble trouble) {
    broker_.breakLink(link_);
    link_.wasBroken = false;
    return failure(isLoss(trouble) ? lostError() : deadError());
}

Result<void> FakeSource::open() {
    const std::lock_guard lock(broker_.mutex_);
    broker_.breakLink(link_);
    link_.wasBroken = false;
    Trouble trouble = Trouble::None;
    if (const auto error = enter("open", &trouble))
        return failure(*error);
    if (broker_.openError) {
        if (const Error error = broker_.openError(); error.kind != ErrorKind::Internal)
            return failure(error);
    }
    ++broker_.sourceOpens_;
    link_.open = true;
    if (trouble != Trouble::None)
        return lose(trouble);
    return {};
}

Result<std::vector<Delivery>> FakeSource::receive(int max, int waitMs) {
    if (broker_.onReceive)
        broker_.onReceive();
    std::unique_lock lock(broker_.mutex_);
    Trouble trouble = Trouble::None;
    if (const auto error = enter("receive", &trouble))
        return failure(*error);
    std::vector<Delivery> deliveries;
    const auto gather = [&] {
        for (auto& [place, stored] : broker_.queues_[link_.queue]) {
            if (static_cast<int>(deliveries.size()) >= max)
                break;
            if (window_ > 0 && static_cast<int>(link_.tags.size()) >= window_)
                break;
            if (stored.held)
                continue;
            stored.held = true;
            const std::uint64_t tag = link_.nextTag++;
            link_.tags[tag] = place;
            deliveries.push_back({tag, -1, stored.message});
        }
        return !deliveries.empty();
    };
    if (!gather() && waitMs > 0) {
        broker_.arrived_.wait_for(lock, std::chrono::milliseconds(std::min(waitMs, 3)));
        gather();
    }
    if (trouble != Trouble::None)
        return lose(trouble);
    return deliveries;
}

Result<void> FakeSource::settle(std::span<const std::uint64_t> tags) {
    const std::lock_guard lock(broker_.mutex_);
    Trouble trouble = Trouble::None;
    if (const auto error = enter("settle", &trouble))
        return failure(*error);
    const std::size_t count = doneOf(trouble, tags.size());
    for (std::size_t i = 0; i < count; ++i) {
        const auto found = link_.tags.find(tags[i]);
        if (found == link_.tags.end()) {
            broker_.violation(QStringLiteral("settle of the unknown tag %1").arg(tags[i]));
            return lose(Trouble::LostBefore);
        }
        if (isStream_)
            continue;
        link_.unanswered.push_back(found->second);
        link_.tags.erase(found);
    }
    if (trouble != Trouble::None)
        return lose(trouble);
    return {};
}

Result<void> FakeSource::giveBack(std::span<const std::uint64_t> tags) {
    const std::lock_guard lock(broker_.mutex_);
    Trouble trouble = Trouble::None;
    if (const auto error = enter("giveBack", &trouble))
        return failure(*error);
    for (const std::uint64_t tag : tags) {
        const auto found = link_.tags.find(tag);
        if (found == link_.tags.end()) {
            broker_.violation(QStringLiteral("giveBack of the unknown tag %1").arg(tag));
            continue;
        }
        broker_.giveBack(link_.queue, found->second);
        link_.tags.erase(found);
    }
    return {};
}

Result<void> FakeSource::sync() {
    const std::lock_guard lock(broker_.mutex_);
    Trouble trouble = Trouble::None;
    if (const auto error = enter("sync", &trouble))
        return failure(*error);
    if (trouble == Trouble::LostBefore || trouble == Trouble::DieMidway || trouble == Trouble::LostMidway)
        return lose(trouble);
    auto& queue = broker_.queues_[link_.queue];
    for (const std::uint64_t place : link_.unanswered)
        queue.erase(place);
    link_.unanswered.clear();
    if (trouble != Trouble::None)
        return lose(trouble);
    return {};
}

// What was settled may still be under way to the queue: only sync() says when it is there.
Result<qint64> FakeSource::ready() {
    const std::lock_guard lock(broker_.mutex_);
    Trouble trouble = Trouble::None;
    if (const auto error = enter("ready", &trouble))
        return failure(*error);
    if (trouble != Trouble::None)
        return lose(trouble);
    qint64 count = 0;
    for (const auto& [place, stored] : broker_.queues_[link_.queue])
        count += stored.held ? 0 : 1;
    return count;
}

Result<int> FakeSource::otherConsumers() {
    const std::lock_guard lock(broker_.mutex_);
    Trouble trouble = Trouble::None;
    if (const auto error = enter("otherConsumers", &trouble))
        return failure(*error);
    if (trouble != Trouble::None)
        return lose(trouble);
    return static_cast<int>(
        std::count_if(broker_.links_.begin(), broker_.links_.end(), [this](const FakeBroker::Link* other) {
            return other != &link_ && other->open && other->queue == link_.queue;
        }));
}

void FakeSource::close() {
    const std::lock_guard lock(broker_.mutex_);
    if (!broker_.world_->isDead() && link_.open) { // an orderly close: the broker has read everything
        auto& queue = broker_.queues_[link_.queue];
        for (const std::uint64_t place : link_.unanswered)
            queue.erase(place);
        link_.unanswered.clear();
    }
    broker_.breakLink(link_);
    link_.wasBroken = false;
}

FakeTarget::FakeTarget(FakeBroker& broker)
    : broker_(broker) {
    const std::lock_guard lock(broker_.mutex_);
    broker_.links_.insert(&link_);
}

FakeTarget::~FakeTarget() {
    const std::lock_guard lock(broker_.mutex_);
    broker_.links_.erase(&link_);
}

std::optional<Error> FakeTarget::enter(const QByteArray& call, Trouble* trouble) {
    *trouble = broker_.world_->next(call);
    if (*trouble == Trouble::DieBefore)
        return deadError();
    if (link_.wasBroken) {
        link_.wasBroken = false;
        return lostError();
    }
    if (!link_.open && call != "openTarget")
        return lostError(); // asking once more after a loss is allowed
    return std::nullopt;
}

tl::unexpected<Error> FakeTarget::lose(Trouble trouble) {
    link_.open = false;
    link_.answers.clear();
    return failure(isLoss(trouble) ? lostError() : deadError());
}

Result<void> FakeTarget::open() {
    const std::lock_guard lock(broker_.mutex_);
    link_.wasBroken = false;
    link_.answers.clear();
    link_.lastWords.clear();
    Trouble trouble = Trouble::None;
    if (const auto error = enter("openTarget", &trouble))
        return failure(*error);
    if (broker_.openError) {
        if (const Error error = broker_.openError(); error.kind != ErrorKind::Internal)
            return failure(error);
    }
    link_.open = true;
    if (trouble != Trouble::None)
        return lose(trouble);
    return {};
}

Result<void> FakeTarget::publish(std::span<const Outgoing> messages) {
    const std::lock_guard lock(broker_.mutex_);
    if (broker_.blocked_ && link_.open)
        return failure(ErrorKind::Blocked, QStringLiteral("low on memory"));
    Trouble trouble = Trouble::None;
    if (const auto error = enter("publish", &trouble))
        return failure(*error);
    const std::size_t count = doneOf(trouble, messages.size());
    for (std::size_t i = 0; i < count; ++i) {
        const Outgoing& out = messages[i];
        const bool isMissing = broker_.missing.contains(out.exchange);
        if (isMissing || (broker_.forbids && broker_.forbids(out))) {
            for (const Outgoing& unsent : messages.subspan(i))
                link_.lastWords.push_back({unsent.item, PublishOutcome::Kind::NotSent, {}});
            if (isMissing)
                link_.lastWords.front() = {out.item, PublishOutcome::Kind::Refused,
                                           QStringLiteral("no such exchange"), true};
            link_.open = false;
            link_.answers.clear();
            return failure(ErrorKind::Lost,
                           QStringLiteral("The user operator lacks the \"write\" permission."));
        }
        PublishOutcome outcome{out.item, PublishOutcome::Kind::Confirmed, {}};
        if (const auto forced = broker_.verdict ? broker_.verdict(out) : std::nullopt) {
            outcome.kind = *forced;
            outcome.reason = QStringLiteral("as the script says");
        }
        if (outcome.kind == PublishOutcome::Kind::Confirmed) {
            const auto queues = broker_.queuesFor(out.exchange, out.routingKey);
            for (const QByteArray& queue : queues) {
                Message copy = *out.message;
                copy.exchange = out.exchange;
                copy.routingKey = out.routingKey;
                const std::uint64_t place = broker_.nextPlace_++;
                broker_.queues_[queue][place] = {place, std::move(copy), false};
            }
            if (queues.empty()) {
                outcome.kind = PublishOutcome::Kind::Returned;
                outcome.reason = QStringLiteral("NO_ROUTE");
            }
        }
        link_.answers.push_back(std::move(outcome));
    }
    broker_.arrived_.notify_all();
    if (trouble != Trouble::None)
        return lose(trouble);
    return {};
}

Result<std::vector<PublishOutcome>> FakeTarget::outcomes(int waitMs) {
    std::unique_lock lock(broker_.mutex_);
    if (!link_.lastWords.empty())
        return std::exchange(link_.lastWords, {});
    Trouble trouble = Trouble::None;
    if (const auto error = enter("outcomes", &trouble))
        return failure(*error);
    if (trouble != Trouble::None)
        return lose(trouble);
    std::size_t count = link_.answers.size();
    if (broker_.withholdConfirms)
        count = 0;
    else if (!broker_.confirmsAtOnce && count > 0)
        count = std::uniform_int_distribution<std::size_t>(0, count)(broker_.random_);
    if (count == 0 && waitMs > 0) {
        lock.unlock();
        QThread::usleep(200);
        return std::vector<PublishOutcome>();
    }
    std::vector<PublishOutcome> known(link_.answers.begin(),
                                      link_.answers.begin() + static_cast<std::ptrdiff_t>(count));
    link_.answers.erase(link_.answers.begin(), link_.answers.begin() + static_cast<std::ptrdiff_t>(count));
    return known;
}

bool FakeTarget::blocked() const {
    const std::lock_guard lock(broker_.mutex_);
    return broker_.blocked_;
}

void FakeTarget::close() {
    const std::lock_guard lock(broker_.mutex_);
    link_.open = false;
    link_.wasBroken = false;
    link_.answers.clear();
}

} // namespace signalbox
