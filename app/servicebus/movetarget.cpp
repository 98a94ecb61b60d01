#include "app/servicebus/movetarget.h"

#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/messagesections.h"
#include "models/messaging/amqp10.h"

#include <QUuid>
#include <algorithm>
#include <proton/connection.h>
#include <proton/disposition.h>
#include <utility>

namespace signalbox::servicebus {

namespace {

constexpr std::size_t mostMoves = 40; // two operations each, of the 100 of a transaction
constexpr qsizetype mostBytes = 1 << 20;
constexpr int answerMs = 30000;
constexpr int turnMs = 20; // groups are moved for so long before the caller hears of them
constexpr std::uint64_t declareCode = 0x31;
constexpr std::uint64_t dischargeCode = 0x32;
constexpr std::uint64_t declaredState = 0x33;

HeaderValue described(std::uint64_t code, HeaderValue::Array fields) {
    HeaderValue descriptor;
    descriptor.kind = ValueKind::UInt64;
    descriptor.data = code;
    HeaderValue value;
    value.kind = ValueKind::Described;
    value.data = HeaderValue::Array{descriptor, HeaderValue::array(std::move(fields))};
    return value;
}

QByteArray request(const HeaderValue& body) {
    Message message;
    message.properties.amqp10 = HeaderTable{{amqp10::bodyKind, HeaderValue::string("value")}};
    message.body = encodeValue(body);
    return encodeMessage(message);
}

// The list in a disposition's state; Void: there is none.
HeaderValue stateOf(pn_delivery_t* delivery) {
    pn_data_t* data = pn_disposition_data(pn_delivery_remote(delivery));
    pn_data_rewind(data);
    return pn_data_next(data) ? readValue(data) : HeaderValue();
}

} // namespace

MoveTarget::MoveTarget(std::shared_ptr<MovePair> pair)
    : pair_(std::move(pair))
    , senders_(pair_->wire, *this, true)
    , groupSize_(mostMoves) {}

MoveTarget::~MoveTarget() {
    close();
}

Result<void> MoveTarget::open() {
    waiting_.clear();
    pair_->isMoving = true;
    NamespaceWire& wire = pair_->wire;
    if (auto up = wire.open(); !up)
        return up;
    if (coordinator_ && turn_ == wire.turn())
        return {};
    turn_ = wire.turn();
    const QByteArray name = "signalbox-moves-" + QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    coordinator_ = pn_sender(wire.sharedSession(), name.constData());
    pn_terminus_set_address(pn_link_source(coordinator_), name.constData());
    pn_terminus_set_type(pn_link_target(coordinator_), PN_COORDINATOR);
    pn_data_t* capabilities = pn_terminus_capabilities(pn_link_target(coordinator_));
    pn_data_put_symbol(capabilities, toProton("amqp:local-transactions"));
    pn_link_set_snd_settle_mode(coordinator_, PN_SND_UNSETTLED);
    AmqpConnection::follow(coordinator_, this);
    auto opened = wire.connection().openLink(coordinator_, QStringLiteral("begin transactions"));
    if (!opened) {
        coordinator_ = nullptr;
        const ErrorKind kind = opened.error().kind;
        if (kind == ErrorKind::NotAllowed || kind == ErrorKind::Unsupported || kind == ErrorKind::NotFound)
            return failure(
                ErrorKind::Unsupported,
                QStringLiteral("This namespace has no transactions (its tier may be Basic): replay "
                               "without them, by sending first and completing then."),
                opened.error().summary + QLatin1Char(' ') + opened.error().detail);
    }
    return opened;
}

void MoveTarget::giveUp(std::span<const Move> moves, const QString& why) {
    for (const Move& move : moves)
        answers_.push_back({move.item, PublishOutcome::Kind::NotSent, why, false});
}

// Ends the connection: open transactions are rolled back, locks expire, and both ports start anew.
Result<void> MoveTarget::lost(Error error) {
    for (const Move& move : waiting_)
        answers_.push_back({move.item, PublishOutcome::Kind::NotSent, error.summary, false});
    waiting_.clear();
    senders_.close();
    coordinator_ = nullptr;
    pair_->wire.close();
    if (error.kind != ErrorKind::NotAllowed && error.kind != ErrorKind::NotAuthenticated &&
        error.kind != ErrorKind::Cancelled)
        error.kind = ErrorKind::Lost;
    return failure(std::move(error));
}

Result<void> MoveTarget::publish(std::span<const Outgoing> messages) {
    const bool isUp = pair_->wire.isUp() && turn_ == pair_->wire.turn() && coordinator_;
    if (isUp && blocked())
        return failure(ErrorKind::Blocked, blockedReason());
    for (const Outgoing& message : messages)
        waiting_.push_back({message.item,
                            message.originalTag,
                            message.routingKey,
                            isUp ? encodeMessage(*message.message) : QByteArray(),
                            0,
                            false,
                            {}});
    return isUp ? Result<void>()
                : lost({ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."), {}});
}

std::vector<MoveTarget::Move> MoveTarget::nextGroup() {
    std::vector<Move> group;
    qsizetype bytes = 0;
    while (!waiting_.empty() && group.size() < groupSize_ &&
           (group.empty() || bytes + waiting_.front().bytes.size() <= mostBytes)) {
        bytes += waiting_.front().bytes.size();
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
    }
    return group;
}

Result<std::vector<PublishOutcome>> MoveTarget::outcomes(int waitMs) {
    NamespaceWire& wire = pair_->wire;
    const QDeadlineTimer turn(turnMs);
    while (!waiting_.empty() && !turn.hasExpired() && !blocked()) {
        if (auto done = run(nextGroup()); !done)
            return answers_.empty() ? Result<std::vector<PublishOutcome>>(failure(std::move(done.error())))
                                    : std::exchange(answers_, {});
    }
    if (blocked()) {
        giveUp(std::vector<Move>(std::make_move_iterator(waiting_.begin()),
                                 std::make_move_iterator(waiting_.end())),
               blockedReason());
        waiting_.clear();
    }
    if (!answers_.empty())
        return std::exchange(answers_, {});
    if (!wire.isUp() || turn_ != wire.turn())
        return failure(
            lost({ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."), {}}).error());
    if (auto waited = wire.connection().waitUntil([] { return false; }, waitMs); !waited)
        return failure(lost(std::move(waited.error())).error());
    return std::vector<PublishOutcome>();
}

Result<std::uint64_t> MoveTarget::ask(const QByteArray& body) {
    AmqpConnection& connection = pair_->wire.connection();
    pn_link_t* link = coordinator_;
    const auto closed = [link] { return (pn_link_state(link) & PN_REMOTE_CLOSED) != 0; };
    auto ready = connection.waitUntil([&] { return closed() || pn_link_credit(link) > 0; }, answerMs);
    if (!ready)
        return failure(std::move(ready.error()));
    if (closed() || !*ready)
        return failure(
            conditionError(conditionOf(pn_link_remote_condition(link)), QStringLiteral("use a transaction")));
    asked_ = ++last_;
    reply_ = 0;
    declared_.clear();
    refusal_.clear();
    senders_.send(link, body, asked_);
    connection.pump();
    auto answered = connection.waitUntil([&] { return reply_ != 0 || closed(); }, answerMs);
    if (!answered)
        return failure(std::move(answered.error()));
    if (reply_ == 0)
        return failure(ErrorKind::Lost, QStringLiteral("The service does not answer for a transaction."));
    return reply_;
}

Result<QByteArray> MoveTarget::declare() {
    auto answer = ask(request(described(declareCode, {})));
    if (!answer)
        return failure(std::move(answer.error()));
    if (*answer != declaredState || declared_.isEmpty())
        return failure(ErrorKind::Lost, QStringLiteral("The service began no transaction. %1").arg(refusal_));
    return declared_;
}

Result<bool> MoveTarget::discharge(const QByteArray& transaction, bool fail) {
    HeaderValue id;
    id.kind = ValueKind::Bytes;
    id.data = transaction;
    auto answer = ask(request(described(dischargeCode, {id, HeaderValue::boolean(fail)})));
    if (!answer)
        return failure(std::move(answer.error()));
    return *answer == PN_ACCEPTED;
}

// False: some of them were refused, which `trouble` tells.
Result<bool> MoveTarget::enlistAll(std::vector<Move>& group, const QByteArray& transaction) {
    AmqpConnection& connection = pair_->wire.connection();
    EntityReceiver& receiver = pair_->receiver;
    const auto refuse = [](Move& move, PublishOutcome::Kind kind, const QString& why) {
        move.trouble = PublishOutcome{move.item, kind, why, false};
    };
    bool isWell = true;
    for (Move& move : group) {
        if (!receiver.enlist(move.tag, transaction))
            return failure(ErrorKind::Lost, QStringLiteral("The lock on a message has expired: it is in the "
                                                           "queue again."));
        if (&move == &group.front())
            connection.pump(); // the source comes first: later sends pass through it
        auto link = senders_.to(move.address);
        if (!link) {
            const Error& error = link.error();
            if (error.kind == ErrorKind::Lost || error.kind == ErrorKind::Cancelled ||
                error.kind == ErrorKind::NotAuthenticated || error.kind == ErrorKind::Busy)
                return failure(error);
            if (error.kind == ErrorKind::NotAllowed && !error.detail.contains(QLatin1String("disabled")))
                return failure(error); // a right is missing: the run waits for it
            refuse(move, PublishOutcome::Kind::Refused, error.summary + QLatin1Char(' ') + error.detail);
            isWell = false;
            break;
        }
        move.number = ++last_;
        senders_.send(*link, move.bytes, move.number, transaction);
    }
    connection.pump();
    const auto isOver = [&] {
        return std::all_of(group.begin(), group.end(), [&](const Move& move) {
            const bool begun = move.number != 0;
            return !begun ||
                   (move.isAnswered && receiver.enlisted(move.tag) != LockReceiver::Enlisted::Waiting);
        });
    };
    auto answered = connection.waitUntil(
        [&] { return isOver() || senders_.closedLink() || !receiver.isOpen(); }, answerMs);
    if (!answered)
        return failure(std::move(answered.error()));
    if (!isOver())
        return failure(ErrorKind::Lost, QStringLiteral("The service does not answer within a transaction."));
    for (const Move& move : group) {
        if (move.number != 0 && receiver.enlisted(move.tag) == LockReceiver::Enlisted::Refused)
            return failure(ErrorKind::Lost, QStringLiteral("The lock on a message has expired: it is in the "
                                                           "queue again."));
        isWell &= !move.trouble;
    }
    return isWell;
}

Result<void> MoveTarget::run(std::vector<Move> group) {
    const auto fail = [&](Error error) -> Result<void> {
        group_ = nullptr;
        giveUp(group, error.summary); // without a commit nothing of it happens
        return lost(std::move(error));
    };
    EntityReceiver& receiver = pair_->receiver;
    auto transaction = declare();
    if (!transaction)
        return fail(std::move(transaction.error()));
    group_ = &group;
    auto enlisted = enlistAll(group, *transaction);
    if (!enlisted)
        return fail(std::move(enlisted.error()));
    auto ended = discharge(*transaction, !*enlisted);
    group_ = nullptr;
    // Without an answer to the commit nobody knows: the originals tell, when the queue is read again.
    if (!ended)
        return *enlisted ? lost(std::move(ended.error())) : fail(std::move(ended.error()));
    if (*enlisted && *ended) {
        for (const Move& move : group) {
            receiver.forget(move.tag);
            answers_.push_back({move.item, PublishOutcome::Kind::Moved, {}, false});
        }
        groupSize_ = std::min(mostMoves, groupSize_ * 2);
        return {};
    }
    if (*enlisted && group.size() == 1) {
        // Rolled back at the commit: usually a lock that has expired, so the message is in the queue again.
        return fail(
            {ErrorKind::Lost, QStringLiteral("The service rolled a move back. %1").arg(refusal_), {}});
    }
    std::vector<std::uint64_t> tags;
    for (const Move& move : group) {
        const bool isRefused = move.trouble && move.trouble->kind == PublishOutcome::Kind::Refused;
        if (isRefused)
            answers_.push_back(*move.trouble);
        else
            answers_.push_back({move.item, PublishOutcome::Kind::NotMoved, refusal_, false});
        tags.push_back(move.tag);
    }
    receiver.giveUp(tags);
    groupSize_ = 1;
    return {};
}

void MoveTarget::delivered(pn_delivery_t* delivery) {
    const std::uint64_t state = pn_delivery_remote_state(delivery);
    const std::uint64_t number = Senders::numberOf(delivery);
    if (state == 0 || number == 0)
        return;
    if (number == asked_) {
        reply_ = state;
        const HeaderValue fields = stateOf(delivery);
        if (state == declaredState && fields.asArray() && !fields.asArray()->empty()) {
            if (const QByteArray* id = fields.asArray()->front().asBytes())
                declared_ = *id;
        }
        if (state == PN_REJECTED)
            refusal_ =
                QString::fromUtf8(conditionOf(pn_disposition_condition(pn_delivery_remote(delivery))).name);
    } else if (group_) {
        const auto move = std::find_if(group_->begin(), group_->end(),
                                       [number](const Move& entry) { return entry.number == number; });
        if (move == group_->end())
            return;
        move->isAnswered = true;
        if (state != stateInTransaction && state != PN_ACCEPTED) {
            bool busy = false;
            move->trouble = outcomeOf(move->item, delivery, &busy);
            if (busy)
                pause_.begin();
        }
    }
    pn_delivery_settle(delivery);
}

void MoveTarget::close() {
    senders_.close();
    NamespaceWire& wire = pair_->wire;
    if (coordinator_ && turn_ == wire.turn() && wire.exists()) {
        AmqpConnection::follow(coordinator_, nullptr);
        if (wire.isUp()) {
            pn_link_close(coordinator_);
            wire.connection().pump();
        }
    }
    coordinator_ = nullptr;
    waiting_.clear();
    pair_->isMoving = false;
    pair_->closed();
}

} // namespace signalbox::servicebus
