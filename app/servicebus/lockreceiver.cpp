#include "app/servicebus/lockreceiver.h"

#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/deadlettering.h"
#include "app/servicebus/locktime.h"
#include "app/servicebus/messagesections.h"
#include "app/servicebus/peekwalk.h"
#include "models/messaging/amqp10.h"

#include <QDateTime>
#include <QUuid>
#include <algorithm>
#include <proton/connection.h>
#include <proton/disposition.h>
#include <unordered_set>
#include <utility>

namespace signalbox::servicebus {

namespace {

using namespace std::chrono_literals;

constexpr int settleMs = 20000; // longest wait for the answer to a completion
constexpr int drainMs = 1000;
constexpr int giveBackMs = 5000;
constexpr int sessionMs = 2000;         // the service waits so long for a session that is not free
constexpr auto lookEvery = 3s;          // longer than a run needs to find that nothing is left
constexpr int partitionShift = 48;      // the upper 16 bits of a number
constexpr std::size_t mostTokens = 500; // of one renewal
constexpr int longestLockSeconds = 600; // five minutes, and clocks that differ

// The delivery tag is a .NET GUID, whose first three fields are little-endian.
QByteArray lockToken(pn_delivery_tag_t tag) {
    constexpr int order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    if (tag.size != 16)
        return {};
    QByteArray token;
    for (const int at : order)
        token += tag.start[at];
    return token;
}

std::uint64_t tagOf(pn_delivery_t* delivery) {
    return reinterpret_cast<std::uintptr_t>(pn_delivery_get_context(delivery));
}

// Locked by others, or by a connection that broke; not deferred or scheduled. In a queue one that is long
// past its time waits to be cleared away; in a dead-letter sub-queue nothing expires, and a lock outlives the
// time.
bool isActive(const Message& message, SubQueue subQueue) {
    if (amqp10::stateOf(message) != amqp10::State::Active)
        return false;
    const QDateTime expires = amqp10::time(amqp10::find(message, amqp10::absoluteExpiry));
    return subQueue != SubQueue::None || !expires.isValid() ||
           expires.addSecs(longestLockSeconds) > QDateTime::currentDateTimeUtc();
}

} // namespace

LockReceiver::LockReceiver(NamespaceWire& wire, EntityPath path, bool sharesSession)
    : wire_(wire)
    , path_(std::move(path))
    , sharesSession_(sharesSession)
    , name_("signalbox-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces))
    , management_(wire, path_) {}

LockReceiver::~LockReceiver() {
    close();
}

Result<void> LockReceiver::open() {
    close();
    if (auto up = wire_.open(); !up)
        return up;
    if (!wish_) {
        if (auto allowed = wire_.claims().put(path_.address()); !allowed)
            return allowed;
    }
    pn_session_t* session = sharesSession_ ? wire_.sharedSession() : wire_.connection().newSession();
    const QByteArray name = name_ + '-' + QByteArray::number(wire_.turn());
    turn_ = wire_.turn();
    link_ = pn_receiver(session, name.constData());
    pn_terminus_set_address(pn_link_source(link_), path_.address().toUtf8().constData());
    pn_terminus_set_address(pn_link_target(link_), name_.constData());
    pn_link_set_snd_settle_mode(link_, PN_SND_UNSETTLED);
    pn_link_set_rcv_settle_mode(link_, PN_RCV_SECOND);
    HeaderTable properties{{"com.microsoft:receiver-name", HeaderValue::string(name_)}};
    QString doing = QStringLiteral("take messages from %1").arg(path_.address());
    if (wish_) {
        HeaderValue wait;
        wait.kind = ValueKind::UInt32;
        wait.data = std::uint64_t{sessionMs};
        properties.push_back({"com.microsoft:timeout", wait});
        askForSession(link_, *wish_);
        if (*wish_)
            doing = QStringLiteral("take messages of session %1 from %2").arg(**wish_, path_.address());
    }
    writeEntries(pn_link_properties(link_), properties, Keys::Symbol);
    AmqpConnection::follow(link_, this);
    auto opened = wire_.connection().openLink(link_, doing);
    return opened && wish_ ? takeGrant(doing) : opened;
}

Result<void> LockReceiver::takeGrant(const QString& doing) {
    if (auto granted = grantedSession(link_)) {
        granted_ = std::move(*granted);
        return {};
    }
    // A refusal may come as an answer without a session and a detach behind it.
    auto refused = wire_.connection().waitUntil(
        [this] { return (pn_link_state(link_) & PN_REMOTE_CLOSED) != 0; }, sessionMs);
    if (!refused)
        return failure(std::move(refused.error()));
    if (*refused)
        return failure(conditionError(conditionOf(pn_link_remote_condition(link_)), doing));
    return failure(ErrorKind::Busy, QStringLiteral("Could not %1: no session was granted.").arg(doing));
}

bool LockReceiver::isOpen() const {
    constexpr pn_state_t up = PN_LOCAL_ACTIVE | PN_REMOTE_ACTIVE;
    return link_ && wire_.isUp() && turn_ == wire_.turn() && (pn_link_state(link_) & up) == up;
}

Error LockReceiver::lostError() const {
    if (refusal_)
        return *refusal_;
    if (lockWasLost_ && wish_)
        return {
            ErrorKind::Lost,
            QStringLiteral("The lock on session %1 of %2 has expired: its messages are in the queue again.")
                .arg(granted_.id, path_.address()),
            QStringLiteral("com.microsoft:session-lock-lost")};
    if (lockWasLost_)
        return {ErrorKind::Lost,
                QStringLiteral("A lock on messages of %1 has expired: they are in the queue again.")
                    .arg(path_.address()),
                QStringLiteral("com.microsoft:message-lock-lost")};
    if (!link_ || !wire_.isUp() || turn_ != wire_.turn())
        return {ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."), {}};
    Error error = conditionError(conditionOf(pn_link_remote_condition(link_)),
                                 QStringLiteral("keep taking messages from %1").arg(path_.address()));
    if (error.kind != ErrorKind::NotAllowed && error.kind != ErrorKind::NotFound)
        error.kind = ErrorKind::Lost;
    return error;
}

Result<std::vector<Delivery>> LockReceiver::receive(int max, int waitMs) {
    if (auto renewed = renewDue(); !renewed)
        return failure(std::move(renewed.error()));
    const Time now = std::chrono::steady_clock::now();
    if (isPast_ && ready_.empty()) {
        if (now >= nextLook_) {
            nextLook_ = now + lookEvery;
            max = 1;
        } else {
            max = 0;
        }
    }
    const int had = static_cast<int>(ready_.size()) + pn_link_credit(link_);
    if (had < max) {
        pn_link_flow(link_, max - had);
        wire_.connection().pump();
    }
    auto came = wire_.connection().waitUntil([this] { return !ready_.empty() || !isOpen(); }, waitMs);
    if (!came)
        return failure(std::move(came.error()));
    std::vector<Delivery> all;
    while (!ready_.empty() && all.size() < static_cast<std::size_t>(std::max(1, max))) {
        all.push_back(std::move(ready_.front()));
        ready_.pop_front();
    }
    if (all.empty() && !isOpen())
        return failure(lostError());
    return all;
}

void LockReceiver::delivered(pn_delivery_t* delivery) {
    if (tagOf(delivery) != 0)
        answered(delivery);
    else if (pn_delivery_readable(delivery))
        take(delivery);
    pn_delivery_clear(delivery);
}

void LockReceiver::take(pn_delivery_t* delivery) {
    if (pn_delivery_aborted(delivery)) { // the rest of it will not come
        incoming_.clear();
        pn_delivery_settle(delivery);
        return;
    }
    const std::size_t pending = pn_delivery_pending(delivery);
    const qsizetype had = incoming_.size();
    incoming_.resize(had + static_cast<qsizetype>(pending));
    const ssize_t got = pn_link_recv(link_, incoming_.data() + had, pending);
    incoming_.truncate(had + std::max<qsizetype>(0, got));
    if (pn_delivery_partial(delivery))
        return;
    pn_link_advance(link_);
    auto message = decodeMessage(incoming_);
    forgetBytes(incoming_);
    Held held;
    held.delivery = delivery;
    held.token = lockToken(pn_delivery_tag(delivery));
    const std::uint64_t tag = ++lastTag_;
    pn_delivery_set_context(delivery, reinterpret_cast<void*>(static_cast<std::uintptr_t>(tag)));
    qint64 lockedUntil = 0;
    if (message) {
        std::int64_t number = 0;
        if (const HeaderValue* value = amqp10::annotation(*message, "x-opt-sequence-number"))
            headerInteger(*value, &number);
        held.number = number;
        partitions_.insert(number >> partitionShift);
        if (isBehind(number))
            isPast_ = true;
        else if (isPast_)
            nextLook_ = std::chrono::steady_clock::now(); // where one has become free, others may have, too
        lockedUntil = millisecondsOf(amqp10::annotation(*message, "x-opt-locked-until"));
        message->routingKey = path_.entity.toUtf8();
        ready_.push_back({tag, number, std::move(*message)});
    } else { // what cannot be read was not chosen either: it is held and given back with the rest
        ++unreadable_;
    }
    if (!wish_)
        renewals_.emplace_back(std::chrono::steady_clock::now() + untilRenewal(lockedUntil), tag);
    held_.emplace(tag, std::move(held));
}

bool LockReceiver::isBehind(qint64 number) const {
    const bool isOrdered = partitions_.size() < 2 && (number >> partitionShift) == (upTo_ >> partitionShift);
    return upTo_ >= 0 && isOrdered && number > upTo_;
}

void LockReceiver::answered(pn_delivery_t* delivery) {
    const auto found = held_.find(tagOf(delivery));
    if (found == held_.end())
        return;
    Held& held = found->second;
    const std::uint64_t state = pn_delivery_remote_state(delivery);
    if (held.doing == Doing::InTransaction) {
        if (state == stateInTransaction)
            held.enlisted = Enlisted::Yes;
        else if (state != 0 || pn_delivery_settled(delivery))
            held.enlisted = Enlisted::Refused;
        return;
    }
    if (state == 0 && !pn_delivery_settled(delivery))
        return;
    if (held.doing == Doing::Holding) // the service took it back by itself
        lockWasLost_ = true;
    if (held.doing == Doing::Completing && state == PN_REJECTED)
        refused(delivery);
    if (held.doing != Doing::Holding)
        --unanswered_;
    pn_delivery_settle(delivery);
    held_.erase(found);
}

// An answer that repeats what was asked for is none.
void LockReceiver::refused(pn_delivery_t* delivery) {
    const AmqpCondition condition = conditionOf(pn_disposition_condition(pn_delivery_remote(delivery)));
    if (!deadLetters_) {
        lockWasLost_ = true;
        return;
    }
    if (isDeadLetterEcho(condition))
        return;
    if (condition.name == "com.microsoft:message-lock-lost" || isTransient(condition.name)) {
        lockWasLost_ = true;
        return;
    }
    refusal_ = conditionError(condition, QStringLiteral("dead-letter messages of %1").arg(path_.address()));
    refusal_->kind = ErrorKind::Unsupported;
}

void LockReceiver::update(std::span<const std::uint64_t> tags, Doing doing) {
    if (!isOpen())
        return;
    for (const std::uint64_t tag : tags) {
        const auto found = held_.find(tag);
        if (found == held_.end() || found->second.doing != Doing::Holding)
            continue;
        found->second.doing = doing;
        ++unanswered_;
        if (doing == Doing::Abandoning)
            pn_disposition_set_undeliverable(pn_delivery_local(found->second.delivery), false);
        if (doing == Doing::Completing && deadLetters_)
            writeDeadLetter(pn_delivery_local(found->second.delivery), *deadLetters_);
        pn_delivery_update(found->second.delivery, doing == Doing::Abandoning ? PN_MODIFIED
                                                   : deadLetters_             ? PN_REJECTED
                                                                              : PN_ACCEPTED);
    }
    wire_.connection().pump();
}

void LockReceiver::complete(std::span<const std::uint64_t> tags) {
    update(tags, Doing::Completing);
}

void LockReceiver::abandon(std::span<const std::uint64_t> tags) {
    update(tags, Doing::Abandoning);
}

Result<void> LockReceiver::await() {
    if (isOpen() && unanswered_ > 0) {
        auto done = wire_.connection().waitUntil(
            [this] { return unanswered_ == 0 || lockWasLost_ || refusal_ || !isOpen(); }, settleMs);
        if (!done)
            return failure(std::move(done.error()));
        if (!*done)
            return failure(ErrorKind::Lost,
                           QStringLiteral("%1 does not say in time whether it has removed the messages.")
                               .arg(path_.address()));
    }
    if (!isOpen() || lockWasLost_ || refusal_)
        return failure(lostError());
    return renewDue();
}

Result<void> LockReceiver::renewDue() {
    if (!isOpen() || lockWasLost_)
        return failure(lostError());
    if (auto claims = wire_.claims().renewDue(); !claims)
        return claims;
    std::vector<std::uint64_t> due;
    const Time now = std::chrono::steady_clock::now();
    while (!renewals_.empty() && renewals_.front().first <= now) {
        const std::uint64_t tag = renewals_.front().second;
        renewals_.pop_front();
        const auto found = held_.find(tag);
        if (found == held_.end() || found->second.token.isEmpty())
            continue;
        if (found->second.doing == Doing::Holding || found->second.doing == Doing::InTransaction)
            due.push_back(tag);
        if (due.size() < mostTokens)
            continue;
        if (auto renewed = renew(due); !renewed)
            return renewed;
        due.clear();
    }
    return due.empty() ? Result<void>() : renew(due);
}

HeaderValue LockReceiver::tokensOf(std::span<const std::uint64_t> tags) const {
    std::vector<QByteArray> tokens;
    for (const std::uint64_t tag : tags)
        tokens.push_back(held_.at(tag).token);
    return tokenArray(tokens);
}

Result<void> LockReceiver::renew(std::span<const std::uint64_t> tags) {
    const Request request{{{"operation", HeaderValue::string("com.microsoft:renew-lock")},
                           {"associated-link-name", HeaderValue::string(QByteArray(pn_link_name(link_)))}},
                          HeaderValue::table({{"lock-tokens", tokensOf(tags)}})};
    auto answer = management_.demand(request, QStringLiteral("renew locks of %1").arg(path_.address()));
    if (!answer) {
        if (answer.error().kind == ErrorKind::Conflict || answer.error().kind == ErrorKind::NotFound)
            answer.error().kind = ErrorKind::Lost; // expired: they are in the queue again
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

Result<qint64> LockReceiver::countOthers() {
    std::unordered_set<qint64> ours;
    for (const auto& [tag, held] : held_)
        ours.insert(held.number);
    qint64 others = 0;
    const auto looked = eachPeeked(
        management_, {{}, QStringLiteral("look into %1").arg(path_.address()), [this] { return renewDue(); }},
        [&](const Peeked& peeked) {
            if (!ours.contains(peeked.number) && !isBehind(peeked.number) &&
                isActive(peeked.message, path_.subQueue))
                ++others;
            return true;
        });
    return looked ? Result<qint64>(others) : failure(looked.error());
}

void LockReceiver::close() {
    if (isOpen()) {
        AmqpConnection& connection = wire_.connection();
        if (pn_link_credit(link_) > 0) { // what is on its way would stay locked
            pn_link_drain(link_, 0);
            connection.pump();
            (void)connection.waitUntil([this] { return pn_link_credit(link_) == 0 || !isOpen(); }, drainMs);
        }
        std::vector<std::uint64_t> all;
        all.reserve(held_.size());
        for (const auto& [tag, held] : held_)
            all.push_back(tag);
        std::sort(all.begin(), all.end());
        abandon(all);
        (void)connection.waitUntil([this] { return unanswered_ == 0 || !isOpen(); }, giveBackMs);
        AmqpConnection::follow(link_, nullptr);
        pn_link_close(link_);
        if (!sharesSession_)
            pn_session_close(pn_link_session(link_));
        connection.pump();
    } else if (link_ && turn_ == wire_.turn() && wire_.exists()) {
        AmqpConnection::follow(link_, nullptr);
        if (wire_.isUp()) { // refused, or ended by the service: its number is free again only now
            pn_link_close(link_);
            if (!sharesSession_)
                pn_session_close(pn_link_session(link_));
            wire_.connection().pump();
        }
    }
    management_.close();
    link_ = nullptr;
    ready_.clear();
    held_.clear();
    renewals_.clear();
    incoming_.clear();
    unanswered_ = 0;
    unreadable_ = 0;
    lockWasLost_ = isPast_ = false;
    refusal_.reset();
    partitions_.clear();
}

} // namespace signalbox::servicebus
