#include "app/servicebus/deferredreceiver.h"

#include "app/servicebus/locktime.h"
#include "app/servicebus/messagesections.h"
#include "app/servicebus/numberlook.h"

#include <algorithm>

namespace signalbox::servicebus {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t mostDeferredAtOnce = 100;
constexpr auto countWithheldEvery = 1s;

// One of those asked for is not there, or somebody else holds it; then the service gives none of them.
bool isWithheld(const Response& answer) {
    return answer.condition == "com.microsoft:message-not-found" ||
           answer.condition == "com.microsoft:message-lock-lost" ||
           (answer.condition.isEmpty() && (answer.status == 404 || answer.status == 410));
}

} // namespace

Result<std::vector<LockedMessage>> lockedMessages(const Response& response, std::span<const qint64> asked,
                                                  const QString& address) {
    std::vector<LockedMessage> messages;
    if (response.status == 204)
        return messages;
    const auto nonsense = [&address] {
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("The service answered with no deferred messages of %1 that make sense.")
                           .arg(address));
    };
    const HeaderValue list = response.field("messages");
    if (!list.asArray())
        return nonsense();
    std::set<qint64> left(asked.begin(), asked.end());
    for (const HeaderValue& entry : *list.asArray()) {
        const HeaderValue::Table* map = entry.asTable();
        const HeaderValue* bytes = map ? findHeader(*map, "message") : nullptr;
        const HeaderValue* token = map ? findHeader(*map, "lock-token") : nullptr;
        const bool isToken = token && token->kind == ValueKind::Uuid && token->asBytes();
        if (!bytes || !bytes->asBytes() || !isToken)
            return nonsense();
        auto message = decodeMessage(*bytes->asBytes());
        if (!message)
            return failure(std::move(message.error()));
        std::int64_t number = 0;
        const HeaderValue* sequence = amqp10::annotation(*message, "x-opt-sequence-number");
        if (!sequence || !headerInteger(*sequence, &number) || left.erase(number) == 0)
            return nonsense();
        messages.push_back({number, *token->asBytes(), std::move(*message)});
    }
    return messages;
}

void DeferredReceiver::expect(std::span<const qint64> numbers) {
    pending_.assign(numbers.begin(), numbers.end());
    withheld_.clear();
    held_.clear();
    renewals_.clear();
    atOnce_ = mostDeferredAtOnce;
    nextCount_ = {};
    counted_ = 0;
}

Result<std::vector<Delivery>> DeferredReceiver::receive(int max) {
    const QString doing = QStringLiteral("take deferred messages of %1").arg(management_.path().address());
    HeaderValue lockThem;
    lockThem.kind = ValueKind::UInt32;
    lockThem.data = std::uint64_t{1};
    while (!pending_.empty() && max > 0) {
        const std::size_t count = std::min({pending_.size(), atOnce_, static_cast<std::size_t>(max)});
        const std::vector<qint64> some(pending_.begin(),
                                       pending_.begin() + static_cast<std::ptrdiff_t>(count));
        auto answer = management_.ask(
            managementRequest("receive-by-sequence-number",
                              {{"sequence-numbers", numberArray(some)}, {"receiver-settle-mode", lockThem}}));
        if (!answer)
            return failure(std::move(answer.error()));
        const bool isOut = !answer->isSuccess() && isWithheld(*answer);
        if (!answer->isSuccess() && !isOut)
            return failure(statusError(*answer, doing));
        if (isOut && count > 1) { // which of them, fewer at once tell
            atOnce_ = count / 2;
            continue;
        }
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(count));
        if (isOut) {
            withheld_.insert(some.front());
            continue;
        }
        atOnce_ = std::min(mostDeferredAtOnce, atOnce_ * 2);
        auto taken = take(*answer, some);
        if (!taken || !taken->empty())
            return taken;
    }
    return std::vector<Delivery>();
}

Result<std::vector<Delivery>> DeferredReceiver::take(const Response& answer, std::span<const qint64> asked) {
    auto messages = lockedMessages(answer, asked, management_.path().address());
    if (!messages)
        return failure(std::move(messages.error()));
    std::set<qint64> left(asked.begin(), asked.end());
    std::vector<Delivery> deliveries;
    for (LockedMessage& locked : *messages) {
        const std::uint64_t tag = ++lastTag_;
        const qint64 until = millisecondsOf(amqp10::annotation(locked.message, "x-opt-locked-until"));
        renewals_.emplace_back(std::chrono::steady_clock::now() + untilRenewal(until), tag);
        held_.emplace(tag, std::move(locked.token));
        left.erase(locked.number);
        locked.message.routingKey = management_.path().entity.toUtf8();
        deliveries.push_back({tag, locked.number, std::move(locked.message)});
    }
    withheld_.insert(left.begin(), left.end());
    return deliveries;
}

std::vector<QByteArray> DeferredReceiver::tokensOf(std::span<const std::uint64_t> tags) const {
    std::vector<QByteArray> tokens;
    for (const std::uint64_t tag : tags) {
        if (const auto found = held_.find(tag); found != held_.end())
            tokens.push_back(found->second);
    }
    return tokens;
}

Result<void> DeferredReceiver::dispose(std::span<const std::uint64_t> tags, QByteArrayView status,
                                       const HeaderTable& more) {
    for (std::size_t at = 0; at < tags.size(); at += mostDeferredAtOnce) {
        const auto part = tags.subspan(at, std::min(mostDeferredAtOnce, tags.size() - at));
        const auto tokens = tokensOf(part);
        if (tokens.empty())
            continue;
        HeaderTable body{{"disposition-status", HeaderValue::string(status.toByteArray())},
                         {"lock-tokens", tokenArray(tokens)}};
        body.insert(body.end(), more.begin(), more.end());
        auto answer =
            management_.demand(managementRequest("update-disposition", std::move(body)),
                               QStringLiteral("settle messages of %1").arg(management_.path().address()));
        if (!answer) {
            // Some may be settled, some locks may have ended: what lies there tells, when it is asked again.
            const ErrorKind kind = answer.error().kind;
            if (kind == ErrorKind::Conflict || kind == ErrorKind::NotFound || kind == ErrorKind::Busy)
                answer.error().kind = ErrorKind::Lost;
            return failure(std::move(answer.error()));
        }
        for (const std::uint64_t tag : part)
            held_.erase(tag);
    }
    return {};
}

Result<void> DeferredReceiver::complete(std::span<const std::uint64_t> tags) {
    return dispose(tags, "completed");
}

Result<void> DeferredReceiver::deadLetter(std::span<const std::uint64_t> tags, const DeadLetterWords& words) {
    HeaderTable more;
    if (!words.reason.isEmpty())
        more.push_back({"deadletter-reason", HeaderValue::string(words.reason.toUtf8())});
    if (!words.description.isEmpty())
        more.push_back({"deadletter-description", HeaderValue::string(words.description.toUtf8())});
    return dispose(tags, "suspended", more);
}

Result<void> DeferredReceiver::deferAgain(std::span<const std::uint64_t> tags) {
    return dispose(tags, "defered"); // as the wire spells it
}

Result<void> DeferredReceiver::renewDue() {
    std::vector<std::uint64_t> due;
    const Time now = std::chrono::steady_clock::now();
    while (!renewals_.empty() && renewals_.front().first <= now) {
        const std::uint64_t tag = renewals_.front().second;
        renewals_.pop_front();
        if (held_.contains(tag))
            due.push_back(tag);
    }
    for (std::size_t at = 0; at < due.size(); at += mostDeferredAtOnce) {
        const auto part = std::span(due).subspan(at, std::min(mostDeferredAtOnce, due.size() - at));
        if (auto renewed = renew(part); !renewed)
            return renewed;
    }
    return {};
}

Result<void> DeferredReceiver::renew(std::span<const std::uint64_t> tags) {
    auto answer =
        management_.demand(managementRequest("renew-lock", {{"lock-tokens", tokenArray(tokensOf(tags))}}),
                           QStringLiteral("renew locks of %1").arg(management_.path().address()));
    if (!answer) {
        if (answer.error().kind == ErrorKind::Conflict || answer.error().kind == ErrorKind::NotFound)
            answer.error().kind = ErrorKind::Lost; // expired: they lie there again
        return failure(std::move(answer.error()));
    }
    const HeaderValue until = answer->field("expirations");
    const HeaderValue::Array* times = until.asArray();
    const Time now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const bool told = times && i < times->size();
        renewals_.emplace_back(now + untilRenewal(told ? millisecondsOf(&(*times)[i]) : 0), tags[i]);
    }
    return {};
}

Result<qint64> DeferredReceiver::countWithheld() {
    const Time now = std::chrono::steady_clock::now();
    if (withheld_.empty())
        return static_cast<qint64>(pending_.size());
    if (now < nextCount_)
        return counted_;
    nextCount_ = now + countWithheldEvery;
    const auto states = statesOf(management_, withheld_);
    if (!states)
        return failure(states.error());
    withheld_.clear(); // gone, unless they are found
    for (const auto& [number, state] : *states) {
        if (state == amqp10::State::Deferred)
            pending_.push_back(number);
    }
    counted_ = static_cast<qint64>(pending_.size());
    return counted_;
}

void DeferredReceiver::close() {
    std::vector<std::uint64_t> all;
    all.reserve(held_.size());
    for (const auto& [tag, token] : held_)
        all.push_back(tag);
    if (!all.empty() && !deferAgain(all)) { // one lock that has ended keeps no other from being given back
        for (const std::uint64_t tag : all)
            (void)deferAgain(std::span(&tag, 1));
    }
    expect({});
}

} // namespace signalbox::servicebus
