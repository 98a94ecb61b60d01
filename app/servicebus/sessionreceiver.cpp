#include "app/servicebus/sessionreceiver.h"

#include "app/servicebus/peekwalk.h"
#include "models/messaging/amqp10.h"

#include <QDateTime>
#include <QDeadlineTimer>
#include <algorithm>
#include <map>
#include <utility>

namespace signalbox::servicebus {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t mostSessions = 8;       // held at a time
constexpr auto tryAgainAfter = 3s;            // a session that another receiver has
constexpr auto quietAfter = 1s;               // nothing came for that long: is there still anything?
constexpr int serialShift = 32;               // of a tag: the session's serial, then the receiver's own tag
constexpr qint64 longestSessionTrust = 60000; // a clock that is behind must not make a lock look longer
constexpr int clocksDifferSeconds = 60;
constexpr qsizetype mostNamed = 3;

std::uint64_t innerTag(std::uint64_t tag) {
    return tag & ((std::uint64_t{1} << serialShift) - 1);
}

std::chrono::milliseconds untilSessionRenewal(qint64 lockedUntil) {
    const qint64 left = lockedUntil - QDateTime::currentMSecsSinceEpoch();
    return std::chrono::milliseconds(std::clamp<qint64>(left, 1000, longestSessionTrust) / 2);
}

// One that a receiver of its session gets: the session's lock keeps all others away.
bool comesToReceiver(const Message& message) {
    const QDateTime expires = amqp10::time(amqp10::find(message, amqp10::absoluteExpiry));
    return amqp10::stateOf(message) == amqp10::State::Active &&
           (!expires.isValid() || expires.addSecs(clocksDifferSeconds) > QDateTime::currentDateTimeUtc());
}

bool isTakenByOthers(const Error& error) {
    return error.detail.startsWith(QLatin1String("com.microsoft:session-cannot-be-locked")) ||
           error.detail.startsWith(QLatin1String("com.microsoft:timeout"));
}

} // namespace

SessionReceiver::SessionReceiver(NamespaceWire& wire, EntityPath path, bool sharesSession)
    : wire_(wire)
    , path_(std::move(path))
    , sharesSession_(sharesSession)
    , management_(wire, path_) {}

SessionReceiver::~SessionReceiver() {
    close();
}

bool SessionReceiver::Part::isOver() const {
    return isPast() && receiver->holds() <= receiver->unread() + receiver->unreadable() + left.size();
}

Result<void> SessionReceiver::open() {
    close();
    if (wanted_ && wanted_->empty())
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("%1 has sessions, and this run does not know those of its messages: "
                                      "read the queue again and plan anew.")
                           .arg(path_.address()));
    if (auto up = wire_.open(); !up)
        return up;
    turn_ = wire_.turn();
    if (auto allowed = wire_.claims().put(path_.address()); !allowed)
        return allowed;
    if (wanted_) {
        for (const SessionSpan& span : *wanted_)
            awaited_.push_back({span, {}, false});
    }
    isOpen_ = true;
    auto first = takeNext();
    if (!first) {
        isOpen_ = false;
        return failure(std::move(first.error()));
    }
    return {};
}

bool SessionReceiver::isOpen() const {
    return isOpen_ && wire_.isUp() && turn_ == wire_.turn() &&
           std::all_of(parts_.begin(), parts_.end(),
                       [](const Part& part) { return part.receiver->isOpen(); });
}

Result<bool> SessionReceiver::takeNext() {
    giveFree();
    if (parts_.size() >= mostSessions)
        return false;
    return wanted_ ? takeWanted() : takeAny();
}

Result<bool> SessionReceiver::takeWanted() {
    const Time now = std::chrono::steady_clock::now();
    const auto due = std::find_if(awaited_.begin(), awaited_.end(),
                                  [now](const Awaited& entry) { return entry.nextTry <= now; });
    if (due == awaited_.end())
        return false;
    Awaited entry = *due;
    awaited_.erase(due);
    auto taken = take(entry.span.id, entry.span.upTo);
    if (taken)
        return true;
    if (!isTakenByOthers(taken.error()))
        return failure(std::move(taken.error()));
    entry.isHeldByOthers = true;
    entry.nextTry = std::chrono::steady_clock::now() + tryAgainAfter;
    awaited_.push_back(std::move(entry));
    return false;
}

Result<bool> SessionReceiver::takeAny() {
    const Time now = std::chrono::steady_clock::now();
    if (now < nextAny_)
        return false;
    auto taken = take(std::nullopt, -1);
    if (!taken && !isTakenByOthers(taken.error()))
        return failure(std::move(taken.error()));
    // One without anything to take would be the next free one again and again.
    if (!taken || parts_.back().isPast())
        nextAny_ = std::chrono::steady_clock::now() + tryAgainAfter;
    return taken.has_value();
}

Result<void> SessionReceiver::take(const std::optional<QString>& id, qint64 upTo) {
    Part part;
    part.serial = ++lastSerial_;
    part.upTo = upTo;
    part.receiver = std::make_unique<LockReceiver>(wire_, path_, sharesSession_);
    if (deadLetters_)
        part.receiver->deadLetterWith(*deadLetters_);
    part.receiver->takeSession(id);
    if (auto opened = part.receiver->open(); !opened)
        return opened;
    const SessionGrant& grant = part.receiver->session();
    part.renewAt = std::chrono::steady_clock::now() + untilSessionRenewal(grant.lockedUntil);
    // Counted, so that no more is taken than is wanted and what stands in front of it.
    const auto count = countOf(grant.id, upTo, nullptr);
    if (!count)
        return failure(count.error());
    part.expected = *count;
    parts_.push_back(std::move(part));
    return {};
}

void SessionReceiver::giveFree() {
    std::erase_if(parts_, [](const Part& part) { return part.isOver(); });
}

Result<std::vector<Delivery>> SessionReceiver::receive(int max, int waitMs) {
    const QDeadlineTimer deadline(waitMs);
    if (auto renewed = renewDue(); !renewed)
        return failure(std::move(renewed.error()));
    giveFree();
    auto part = std::find_if(parts_.begin(), parts_.end(), [](const Part& entry) { return !entry.isPast(); });
    while (part == parts_.end()) {
        auto taken = takeNext();
        if (!taken)
            return failure(std::move(taken.error()));
        if (!*taken) {
            auto waited =
                wire_.connection().waitUntil([this] { return !isOpen(); },
                                             static_cast<int>(std::max<qint64>(0, deadline.remainingTime())));
            if (!waited)
                return failure(std::move(waited.error()));
            return std::vector<Delivery>();
        }
        part = parts_.back().isPast() ? parts_.end() : std::prev(parts_.end());
        if (part == parts_.end() && deadline.hasExpired())
            return std::vector<Delivery>();
    }
    const int most = static_cast<int>(std::min<qint64>(std::max(0, max), part->expected));
    auto came =
        part->receiver->receive(most, static_cast<int>(std::max<qint64>(0, deadline.remainingTime())));
    if (!came)
        return came;
    const std::size_t unreadable = part->receiver->unreadable();
    part->expected -= static_cast<qint64>(unreadable - std::exchange(part->unreadable, unreadable));
    if (came->empty()) {
        if (most > 0) {
            if (auto looked = lookAgain(*part); !looked)
                return failure(std::move(looked.error()));
        }
        return came;
    }
    part->quietSince = {};
    part->expected -= static_cast<qint64>(came->size());
    if (part->upTo >= 0 && came->back().streamOffset >= part->upTo)
        part->expected = 0;
    for (Delivery& delivery : *came)
        delivery.tag |= part->serial << serialShift;
    return came;
}

// Messages that were counted may be gone: they expired, or the count was too high.
Result<void> SessionReceiver::lookAgain(Part& part) {
    const Time now = std::chrono::steady_clock::now();
    if (part.quietSince == Time{})
        part.quietSince = now;
    if (now - part.quietSince < quietAfter)
        return {};
    part.quietSince = {};
    const auto count = countOf(part.receiver->session().id, part.upTo, part.receiver.get());
    if (!count)
        return failure(count.error());
    part.expected = *count - static_cast<qint64>(part.unreadable);
    return {};
}

Result<qint64> SessionReceiver::countOf(const QString& session, qint64 upTo, const LockReceiver* holder) {
    qint64 count = 0;
    const auto looked =
        eachPeeked(management_,
                   {session, QStringLiteral("look into session %1 of %2").arg(session, path_.address()),
                    [this] { return renewDue(); }},
                   [&](const Peeked& peeked) {
                       if (upTo >= 0 && peeked.number > upTo)
                           return false;
                       if (comesToReceiver(peeked.message) && !(holder && holder->holdsNumber(peeked.number)))
                           ++count;
                       return true;
                   });
    return looked ? Result<qint64>(count) : failure(looked.error());
}

Result<void> SessionReceiver::renewDue() {
    if (!isOpen_ || !wire_.isUp() || turn_ != wire_.turn())
        return failure(ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."));
    if (auto claims = wire_.claims().renewDue(); !claims)
        return claims;
    const Time now = std::chrono::steady_clock::now();
    for (Part& part : parts_) {
        if (!part.receiver->isOpen())
            return failure(part.receiver->lostError());
        if (part.renewAt > now)
            continue;
        const QString& id = part.receiver->session().id;
        part.renewAt = now + quietAfter; // not again from within the question
        auto answer =
            management_.demand({{{"operation", HeaderValue::string("com.microsoft:renew-session-lock")},
                                 {"associated-link-name", HeaderValue::string(part.receiver->linkName())}},
                                HeaderValue::table({{"session-id", HeaderValue::string(id.toUtf8())}})},
                               QStringLiteral("renew the lock on session %1 of %2").arg(id, path_.address()));
        if (!answer) {
            if (answer.error().kind == ErrorKind::Conflict || answer.error().kind == ErrorKind::NotFound)
                answer.error().kind = ErrorKind::Lost; // expired: its messages are in the queue again
            return failure(std::move(answer.error()));
        }
        const HeaderValue expiration = answer->field("expiration");
        const QDateTime until = amqp10::time(&expiration);
        part.renewAt = now + untilSessionRenewal(until.isValid() ? until.toMSecsSinceEpoch() : 0);
    }
    return {};
}

// Of sessions that are still to be taken; those that turn out to be empty need not be.
Result<qint64> SessionReceiver::countOthers() {
    qint64 others = 0;
    for (const Part& part : parts_)
        others += part.expected;
    if (!wanted_) {
        // Whatever is in the queue and not held here, as after it nobody may say that the queue is empty.
        const auto looked = eachPeeked(
            management_,
            {{}, QStringLiteral("look into %1").arg(path_.address()), [this] { return renewDue(); }},
            [&](const Peeked& peeked) {
                const HeaderValue* id = amqp10::find(peeked.message, amqp10::groupId);
                const bool isOurs = std::any_of(parts_.begin(), parts_.end(), [id](const Part& part) {
                    return id && amqp10::text(id) == part.receiver->session().id;
                });
                if (!isOurs && comesToReceiver(peeked.message))
                    ++others;
                return true;
            });
        return looked ? Result<qint64>(others) : failure(looked.error());
    }
    for (auto entry = awaited_.begin(); entry != awaited_.end();) {
        const auto count = countOf(entry->span.id, entry->span.upTo, nullptr);
        if (!count)
            return failure(count.error());
        others += *count;
        entry = *count == 0 ? awaited_.erase(entry) : entry + 1;
    }
    return others;
}

QString SessionReceiver::heldBack() const {
    if (!isOpen_)
        return {};
    if (!wanted_)
        return parts_.empty()
                   ? QStringLiteral("The sessions that are left in %1 are held by another receiver.")
                         .arg(path_.address())
                   : QString();
    QStringList names;
    for (const Awaited& entry : awaited_) {
        if (entry.isHeldByOthers)
            names << entry.span.id;
    }
    if (names.isEmpty())
        return {};
    names.sort();
    const qsizetype more = names.size() - mostNamed;
    names = names.first(std::min(names.size(), mostNamed));
    const QString list = names.join(QStringLiteral(", "));
    if (more > 0)
        return QStringLiteral("Sessions %1 and %2 more of %3 are held by another receiver.")
            .arg(list, QString::number(more), path_.address());
    return names.size() == 1
               ? QStringLiteral("Session %1 of %2 is held by another receiver.").arg(list, path_.address())
               : QStringLiteral("Sessions %1 of %2 are held by another receiver.").arg(list, path_.address());
}

std::size_t SessionReceiver::holds() const {
    std::size_t all = 0;
    for (const Part& part : parts_)
        all += part.receiver->holds();
    return all;
}

SessionReceiver::Part* SessionReceiver::partOf(std::uint64_t tag) {
    return const_cast<Part*>(std::as_const(*this).partOf(tag));
}

const SessionReceiver::Part* SessionReceiver::partOf(std::uint64_t tag) const {
    const auto found = std::find_if(parts_.begin(), parts_.end(),
                                    [tag](const Part& part) { return part.serial == tag >> serialShift; });
    return found == parts_.end() ? nullptr : &*found;
}

// The tags of each session, as its receiver knows them.
void SessionReceiver::eachPart(std::span<const std::uint64_t> tags,
                               const std::function<void(Part&, std::span<const std::uint64_t>)>& use) {
    std::map<Part*, std::vector<std::uint64_t>> bySession;
    for (const std::uint64_t tag : tags) {
        if (Part* part = partOf(tag); part && part->receiver->holds(innerTag(tag)))
            bySession[part].push_back(innerTag(tag));
    }
    for (const auto& [part, own] : bySession)
        use(*part, own);
}

void SessionReceiver::leave(std::span<const std::uint64_t> tags) {
    eachPart(tags, [](Part& part, std::span<const std::uint64_t> own) {
        part.left.insert(own.begin(), own.end());
    });
}

void SessionReceiver::complete(std::span<const std::uint64_t> tags) {
    eachPart(tags, [](Part& part, std::span<const std::uint64_t> own) { part.receiver->complete(own); });
}

void SessionReceiver::abandon(std::span<const std::uint64_t> tags) {
    eachPart(tags, [](Part& part, std::span<const std::uint64_t> own) {
        part.receiver->abandon(own);
        part.expected += static_cast<qint64>(own.size()); // they come again
    });
}

Result<void> SessionReceiver::await() {
    for (const Part& part : parts_) {
        if (auto done = part.receiver->await(); !done)
            return done;
    }
    return renewDue();
}

bool SessionReceiver::enlist(std::uint64_t tag, const QByteArray& transaction) {
    Part* part = partOf(tag);
    return part && part->receiver->enlist(innerTag(tag), transaction);
}

LockReceiver::Enlisted SessionReceiver::enlisted(std::uint64_t tag) const {
    const Part* part = partOf(tag);
    return part ? part->receiver->enlisted(innerTag(tag)) : LockReceiver::Enlisted::Refused;
}

void SessionReceiver::forget(std::uint64_t tag) {
    if (Part* part = partOf(tag))
        part->receiver->forget(innerTag(tag));
}

void SessionReceiver::giveUp(std::span<const std::uint64_t> tags) {
    eachPart(tags, [](Part& part, std::span<const std::uint64_t> own) {
        part.receiver->giveUp(own);
        for (const std::uint64_t tag : own)
            part.left.erase(tag);
        part.expected += static_cast<qint64>(own.size()); // they come again
    });
}

void SessionReceiver::close() {
    parts_.clear(); // each gives back what it holds
    awaited_.clear();
    nextAny_ = {};
    management_.close();
    isOpen_ = false;
}

} // namespace signalbox::servicebus
