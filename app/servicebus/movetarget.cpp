#include "app/servicebus/movetarget.h"

#include "app/servicebus/messagesections.h"
#include "models/messaging/amqp10.h"

#include <algorithm>
#include <proton/disposition.h>
#include <utility>

namespace signalbox::servicebus {

namespace {

constexpr std::size_t mostMoves = 40; // two operations each, of the 100 of a transaction
constexpr std::size_t mostGroups = 8; // a round trip of one is spent on the work of the others
constexpr qsizetype mostBytes = 1 << 20;
constexpr int answerMs = 30000;

Error lateError() {
    return {ErrorKind::Lost, QStringLiteral("The service does not answer for a transaction."), {}};
}

Error lockError() {
    return {
        ErrorKind::Lost, QStringLiteral("The lock on a message has expired: it is in the queue again."), {}};
}

Error linkError() {
    return {ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."), {}};
}

QByteArray sessionOf(const Message& message) {
    return amqp10::text(amqp10::find(message, amqp10::groupId)).toUtf8();
}

// One message cannot be sent, and the others can.
bool isOfOneMessage(const Error& error) {
    switch (error.kind) {
    case ErrorKind::Lost:
    case ErrorKind::Cancelled:
    case ErrorKind::NotAuthenticated:
    case ErrorKind::Busy:
    case ErrorKind::Blocked:
        return false;
    case ErrorKind::NotAllowed: // a right is missing: the run waits for it
        return error.detail.contains(QLatin1String("disabled"));
    default:
        return true;
    }
}

} // namespace

MoveTarget::MoveTarget(std::shared_ptr<MovePair> pair)
    : pair_(std::move(pair))
    , senders_(pair_->wire, *this, true)
    , coordinator_(pair_->wire) {}

MoveTarget::~MoveTarget() {
    close();
}

Result<void> MoveTarget::open() {
    waiting_.clear();
    pair_->isMoving = true;
    NamespaceWire& wire = pair_->wire;
    if (auto up = wire.open(); !up)
        return up;
    if (turn_ != wire.turn())
        forgetGroups();
    turn_ = wire.turn();
    return coordinator_.open();
}

void MoveTarget::forgetGroups() {
    groups_.clear();
    sent_.clear();
    heldBack_.clear();
}

void MoveTarget::giveUp(std::span<const Move> moves, const QString& why) {
    for (const Move& move : moves)
        answers_.push_back({move.item, PublishOutcome::Kind::NotSent, why, false});
}

// Ends the connection: open transactions are rolled back, locks expire, and both ports start anew. Where a
// commit has no answer nobody knows: the originals tell, when the queue is read again.
Result<void> MoveTarget::lost(Error error) {
    for (const Group& group : groups_) {
        if (group.step != Group::Step::Discharging || !group.isWell)
            giveUp(group.moves, error.summary);
    }
    forgetGroups();
    for (const Move& move : waiting_)
        giveUp(std::span(&move, 1), error.summary);
    waiting_.clear();
    senders_.close();
    coordinator_.close();
    pair_->wire.close();
    if (error.kind != ErrorKind::NotAllowed && error.kind != ErrorKind::NotAuthenticated &&
        error.kind != ErrorKind::Cancelled)
        error.kind = ErrorKind::Lost;
    return failure(std::move(error));
}

Result<void> MoveTarget::publish(std::span<const Outgoing> messages) {
    const bool isUp = turn_ == pair_->wire.turn() && coordinator_.isOpen();
    if (isUp && blocked())
        return failure(ErrorKind::Blocked, blockedReason());
    for (const Outgoing& message : messages)
        waiting_.push_back({message.item,
                            message.originalTag,
                            message.routingKey,
                            isUp ? encodeMessage(*message.message) : QByteArray(),
                            sessionOf(*message.message),
                            0,
                            nullptr,
                            false,
                            {}});
    return isUp ? Result<void>() : lost(linkError());
}

bool MoveTarget::isHeldBack(const Move& move) {
    const auto held = heldBack_.find(move.session);
    if (held == heldBack_.end())
        return false;
    const bool isBack = !held->second.insert(move.item).second;
    if (isBack) // the first that was given back is here again, and so is all that follows it
        heldBack_.erase(held);
    return !isBack;
}

// Transactions end in the order of their messages, so none of these has been committed yet.
void MoveTarget::spoilAfter(const Group& failed) {
    std::set<QByteArray> sessions;
    for (const Move& move : failed.moves) {
        if (!move.session.isEmpty())
            sessions.insert(move.session);
    }
    bool isLater = false;
    for (Group& group : groups_) {
        if (isLater && std::any_of(group.moves.begin(), group.moves.end(),
                                   [&](const Move& move) { return sessions.contains(move.session); }))
            group.isWell = false;
        isLater = isLater || &group == &failed;
    }
}

bool MoveTarget::hasTrouble(const Group& group) {
    return std::any_of(group.moves.begin(), group.moves.end(),
                       [](const Move& move) { return move.trouble.has_value(); });
}

void MoveTarget::notMoved(const Move& move, const QString& why) {
    answers_.push_back({move.item, PublishOutcome::Kind::NotMoved, why, false});
    if (!move.session.isEmpty())
        heldBack_[move.session].insert(move.item);
}

void MoveTarget::giveBackLater() {
    if (heldBack_.empty())
        return;
    std::vector<std::uint64_t> tags;
    for (Move& move : std::exchange(waiting_, {})) {
        if (isHeldBack(move)) {
            notMoved(move, QStringLiteral("an earlier message of its session was given back"));
            tags.push_back(move.tag);
        } else {
            waiting_.push_back(std::move(move));
        }
    }
    if (!tags.empty())
        pair_->receiver.giveUp(tags);
}

std::vector<MoveTarget::Move> MoveTarget::nextGroup() {
    std::vector<Move> group;
    qsizetype bytes = 0;
    bool isAlone = false;
    while (!waiting_.empty() && !isAlone && group.size() < mostMoves &&
           (group.empty() || bytes + waiting_.front().bytes.size() <= mostBytes)) {
        isAlone = suspects_.contains(waiting_.front().item);
        if (isAlone && !group.empty())
            break;
        bytes += waiting_.front().bytes.size();
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return group;
}

void MoveTarget::begin() {
    giveBackLater();
    while (!waiting_.empty() && groups_.size() < mostGroups && coordinator_.mayAsk()) {
        Group& group = groups_.emplace_back();
        group.moves = nextGroup();
        group.asked = coordinator_.declare();
        group.patience.setRemainingTime(answerMs);
    }
}

Result<std::vector<PublishOutcome>> MoveTarget::outcomes(int waitMs) {
    NamespaceWire& wire = pair_->wire;
    const QDeadlineTimer turn(waitMs);
    // Why it is over comes first: what is known of the messages is told by the next call.
    const auto down = [this](Error error) -> Result<std::vector<PublishOutcome>> {
        return failure(std::move(lost(std::move(error)).error()));
    };
    for (;;) {
        if (!wire.isUp() || turn_ != wire.turn()) {
            auto over = down(linkError());
            if (answers_.empty())
                return over;
            return std::exchange(answers_, {});
        }
        if (blocked()) {
            for (const Move& move : std::exchange(waiting_, {}))
                giveUp(std::span(&move, 1), blockedReason());
        }
        begin();
        auto changed = advance();
        if (!changed)
            return down(std::move(changed.error()));
        AmqpConnection& connection = wire.connection();
        connection.pump();
        const std::uint64_t seen = connection.eventCount();
        if (*changed)
            continue;
        if (turn.hasExpired() || !answers_.empty())
            return std::exchange(answers_, {});
        auto waited = connection.waitUntil([&] { return connection.eventCount() != seen; },
                                           static_cast<int>(turn.remainingTime()));
        if (!waited)
            return down(std::move(waited.error()));
    }
}

Result<bool> MoveTarget::advance() {
    bool hasChanged = false;
    bool mayEnd = true; // commits go out in the order of the messages
    for (Group& group : groups_) {
        if (group.step != Group::Step::Enlisted || mayEnd) {
            auto changed = advance(group);
            if (!changed)
                return changed;
            hasChanged |= *changed;
        }
        mayEnd &= group.step >= Group::Step::Discharging;
    }
    std::erase_if(groups_, [](const Group& group) { return group.step == Group::Step::Over; });
    return hasChanged;
}

Result<bool> MoveTarget::advance(Group& group) {
    const auto next = [&group](Group::Step step) {
        group.step = step;
        group.patience.setRemainingTime(answerMs);
        return true;
    };
    if (group.step == Group::Step::Enlisted) {
        if (!group.isWell)
            spoilAfter(group);
        group.asked = coordinator_.mayAsk() ? coordinator_.discharge(group.id, !group.isWell) : 0;
        if (group.asked != 0)
            return next(Group::Step::Discharging);
    } else if (group.step == Group::Step::Enlisting) {
        auto over = isEnlisted(group);
        if (!over)
            return over;
        if (*over) {
            group.isWell = group.isWell && !hasTrouble(group);
            return next(Group::Step::Enlisted);
        }
    } else if (auto answer = coordinator_.answered(group.asked)) {
        if (group.step == Group::Step::Discharging) {
            group.step = Group::Step::Over;
            auto ended = end(group, *answer);
            return ended ? Result<bool>(true) : failure(std::move(ended.error()));
        }
        if (answer->declared.isEmpty())
            return failure(ErrorKind::Lost,
                           QStringLiteral("The service began no transaction. %1").arg(answer->refusal));
        group.id = answer->declared;
        auto enlisted = enlist(group);
        return enlisted ? Result<bool>(next(Group::Step::Enlisting)) : failure(std::move(enlisted.error()));
    }
    if (!coordinator_.isOpen())
        return failure(coordinator_.closedError());
    if (group.patience.hasExpired())
        return failure(lateError());
    return false;
}

Result<void> MoveTarget::enlist(Group& group) {
    for (Move& move : group.moves) {
        if (!pair_->receiver.enlist(move.tag, group.id))
            return failure(lockError());
        if (&move == &group.moves.front())
            pair_->wire.connection().pump(); // the source comes first: later sends pass through it
        auto link = senders_.to(move.address);
        if (!link) {
            const Error& error = link.error();
            if (!isOfOneMessage(error))
                return failure(error);
            move.trouble = PublishOutcome{move.item, PublishOutcome::Kind::Refused,
                                          error.summary + QLatin1Char(' ') + error.detail, false};
            return {};
        }
        if (const QString tooLarge = Senders::whyTooLarge(*link, move.bytes.size()); !tooLarge.isEmpty()) {
            move.trouble = PublishOutcome{move.item, PublishOutcome::Kind::Refused, tooLarge, false};
            return {};
        }
        move.link = *link;
        move.number = ++last_;
        sent_.emplace(move.number, &move);
        Senders::send(move.link, move.bytes, move.number, group.id);
    }
    return {};
}

// Of a link that was closed over one of the messages nobody knows which it was: they go one by one.
bool MoveTarget::isAnsweredByClosing(Move& move, bool isAlone) {
    const AmqpCondition condition = conditionOf(pn_link_remote_condition(move.link));
    const Error error =
        conditionError(condition, QStringLiteral("send to %1").arg(QString::fromUtf8(move.address)));
    if (condition.isEmpty() || !isOfOneMessage(error))
        return false;
    move.isAnswered = true;
    sent_.erase(move.number);
    move.trouble =
        PublishOutcome{move.item, isAlone ? PublishOutcome::Kind::Refused : PublishOutcome::Kind::NotSent,
                       error.summary + QLatin1Char(' ') + error.detail, false};
    return true;
}

Result<bool> MoveTarget::isEnlisted(Group& group) {
    bool isOver = true;
    for (Move& move : group.moves) {
        if (move.number == 0)
            continue;
        const LockReceiver::Enlisted original = pair_->receiver.enlisted(move.tag);
        if (original == LockReceiver::Enlisted::Refused)
            return failure(lockError());
        const bool isGone = !move.isAnswered && !Senders::isOpen(move.link) &&
                            !isAnsweredByClosing(move, group.moves.size() == 1);
        const bool isWaiting = original == LockReceiver::Enlisted::Waiting;
        if (isGone || (isWaiting && !pair_->receiver.isOpen()))
            return failure(ErrorKind::Lost,
                           QStringLiteral("The service does not answer within a transaction."));
        isOver &= move.isAnswered && !isWaiting;
    }
    return isOver;
}

Result<void> MoveTarget::end(const Group& group, const TransactionLink::Answer& answer) {
    if (group.isWell && answer.isAccepted) {
        for (const Move& move : group.moves) {
            pair_->receiver.forget(move.tag);
            suspects_.erase(move.item);
            answers_.push_back({move.item, PublishOutcome::Kind::Moved, {}, false});
        }
        return {};
    }
    if (group.isWell && group.moves.size() == 1) {
        // Rolled back at the commit: usually a lock that has expired, so the message is in the queue again.
        giveUp(group.moves, answer.refusal);
        return failure(ErrorKind::Lost,
                       QStringLiteral("The service rolled a move back. %1").arg(answer.refusal));
    }
    const bool isOfItself = group.isWell || hasTrouble(group);
    std::vector<std::uint64_t> tags;
    for (const Move& move : group.moves) {
        const bool isRefused = move.trouble && move.trouble->kind == PublishOutcome::Kind::Refused;
        if (isRefused) {
            answers_.push_back(*move.trouble);
        } else {
            notMoved(move, answer.refusal);
            if (isOfItself)
                suspects_.insert(move.item);
        }
        tags.push_back(move.tag);
    }
    pair_->receiver.giveUp(tags);
    return {};
}

void MoveTarget::delivered(pn_delivery_t* delivery) {
    const std::uint64_t state = pn_delivery_remote_state(delivery);
    const std::uint64_t number = Senders::numberOf(delivery);
    if (state == 0 || number == 0)
        return;
    const auto found = sent_.extract(number);
    if (!found.empty()) {
        Move& move = *found.mapped();
        move.isAnswered = true;
        if (state != stateInTransaction && state != PN_ACCEPTED) {
            bool busy = false;
            move.trouble = outcomeOf(move.item, delivery, &busy);
            if (busy)
                pause_.begin();
        }
    }
    pn_delivery_settle(delivery);
}

void MoveTarget::close() {
    senders_.close();
    coordinator_.close();
    forgetGroups();
    waiting_.clear();
    pair_->isMoving = false;
    pair_->closed();
}

} // namespace signalbox::servicebus
