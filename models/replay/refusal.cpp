#include "models/replay/replayplan.h"

#include <array>

namespace signalbox {
namespace {

struct Words {
    Refusal refusal;
    const char* word;
    const char* text;
};

constexpr std::array<Words, 23> words{{
    {Refusal::None, "none", ""},
    {Refusal::BodyCut, "body-cut",
     "The body was read only in part, and a cut body is never sent: read the queue again with whole bodies."},
    {Refusal::BodyNotKept, "body-not-kept",
     "This reading kept no bodies, so nobody can check what would be sent: read the queue again with "
     "bodies."},
    {Refusal::Unroutable, "unroutable",
     "No queue or subscription would get it, and the broker would drop it: add a binding or a rule, or "
     "choose another destination."},
    {Refusal::UnknownExchange, "unknown-exchange",
     "The exchange does not exist: declare it or choose another destination."},
    {Refusal::OriginUnknown, "origin-unknown",
     "The message does not tell where it died first: name a queue or an exchange as destination."},
    {Refusal::UserIdMismatch, "user-id-mismatch",
     "Its user-id is not this connection's user, so the broker would refuse it: strip user-id or connect as "
     "that user."},
    {Refusal::WouldExpireAtOnce, "would-expire-at-once",
     "Its expiration is so short that it would die again at once: strip the expiration."},
    {Refusal::AlreadyReplayed, "already-replayed",
     "The journal says that an equal message was replayed from this queue before: allow repeats to send it "
     "again."},
    {Refusal::ClaimedByOpenRun, "claimed-by-open-run",
     "An unfinished run has this message: resume or end that run first."},
    {Refusal::SameQueue, "same-queue",
     "It would come back to the queue it is taken from: choose another destination."},
    {Refusal::OverLimit, "over-limit", "The run's limit is reached before this message."},
    {Refusal::Unparsable, "unparsable",
     "A property would be refused by the broker: edit the message before sending it."},
    {Refusal::InDoubt, "in-doubt",
     "An earlier run sent it and got no answer, so it may have arrived: decide about that run's doubts "
     "first."},
    {Refusal::AlreadyRemoved, "already-removed",
     "A run has removed it since this reading, so it is not in the queue any more: read the queue again."},
    {Refusal::TargetMissing, "target-missing",
     "There is no such queue or topic to send to: create it or choose another destination."},
    {Refusal::TakesNothing, "takes-nothing",
     "Nobody can send to a subscription or to a dead-letter queue: choose its topic or a queue."},
    {Refusal::TargetDisabled, "target-disabled",
     "Its destination is disabled and takes no messages: enable it or choose another destination."},
    {Refusal::OtherReceivers, "other-receivers",
     "It cannot be sent to this subscription only: it goes through the topic, where others may get a copy "
     "too. "
     "Choose the topic as destination to accept that."},
    {Refusal::SessionMissing, "session-missing",
     "It has no session id and its receiver requires sessions, so it would be dead-lettered at once: edit "
     "the "
     "message or choose another destination."},
    {Refusal::WouldBeDropped, "would-be-dropped",
     "Its destination detects duplicates and may know its message id still, so it would be accepted and "
     "dropped: give it a new message id (--new-message-id), or wait until the window has passed."},
    {Refusal::TooLarge, "too-large",
     "It is larger than its destination takes: make it smaller or choose another destination."},
    {Refusal::NotActive, "not-active",
     "It is scheduled, and the service gives it to nobody before its time: wait until it is active, or "
     "delete "
     "it, which cancels it."},
}};

} // namespace

qint64 refusedAs(const ReplayPlan& plan, Refusal refusal) {
    const auto counted = plan.refusals.find(refusal);
    return counted == plan.refusals.end() ? 0 : counted->second;
}

qint64 refusedForCause(const ReplayPlan& plan) {
    return plan.refused - refusedAs(plan, Refusal::OverLimit) - refusedAs(plan, Refusal::AlreadyRemoved);
}

QString refusalWord(Refusal refusal) {
    for (const Words& entry : words) {
        if (entry.refusal == refusal)
            return QString::fromLatin1(entry.word);
    }
    return QStringLiteral("none");
}

QString refusalText(Refusal refusal) {
    for (const Words& entry : words) {
        if (entry.refusal == refusal)
            return QString::fromLatin1(entry.text);
    }
    return {};
}

QString refusalText(Refusal refusal, const ReplayDestination& to) {
    using Kind = ReplayDestination::Kind;
    if (refusal == Refusal::OriginUnknown && to.kind == Kind::OriginExchange)
        return QStringLiteral("The message does not tell which exchange it was first published to: name a "
                              "queue or an exchange as destination.");
    if (refusal == Refusal::Unroutable && to.kind == Kind::Queue)
        return QStringLiteral("Queue %1 does not exist: choose another destination.").arg(to.queue);
    if (refusal == Refusal::UnknownExchange && to.kind == Kind::Exchange)
        return QStringLiteral("Exchange %1 does not exist: declare it or choose another destination.")
            .arg(to.exchange);
    return refusalText(refusal);
}

std::optional<Refusal> refusalFromWord(const QString& word) {
    for (const Words& entry : words) {
        if (word == QLatin1String(entry.word))
            return entry.refusal;
    }
    return std::nullopt;
}

} // namespace signalbox
