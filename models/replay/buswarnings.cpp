// What a plan on Service Bus warns of.
#include "models/messaging/amqp10.h"
#include "models/replay/busplan.h"

namespace signalbox {
namespace {

void say(ReplayPlan& plan, const QString& text) {
    if (!plan.warnings.contains(text))
        plan.warnings << text;
}

// "orders" of "orders/$DeadLetterQueue" and of "orders" itself.
QString ownerOf(const QString& path) {
    return path.left(path.indexOf(QLatin1String("/$")));
}

void warnOfEntity(ReplayPlan& plan, const BusEntity& entity, bool hasSession, const Message& out) {
    if (entity.detectsDuplicates && out.properties.messageId && plan.options.messageId == KeepOrStrip::Keep)
        say(plan,
            QStringLiteral("%1 detects duplicates: a message whose id it has met within %2 is taken and "
                           "dropped.")
                .arg(entity.path, lifeText(entity.duplicateWindowMs)));
    if (entity.timeToLiveMs >= 0)
        say(plan, QStringLiteral("Messages in %1 expire after %2 at the latest (its time to live).")
                      .arg(entity.path, lifeText(entity.timeToLiveMs)));
    if (!entity.requiresSession)
        return;
    if (hasSession)
        say(plan, QStringLiteral(
                      "Messages go to the end of their session in %1: later messages of a session may have "
                      "been handled already.")
                      .arg(entity.path));
    else // else it had been refused
        say(plan, QStringLiteral("%1 requires sessions: where it takes a message without a session id, it "
                                 "dead-letters it.")
                      .arg(entity.path));
}

} // namespace

void BusPlan::warnOfTaking(ReplayPlan& plan, const PlanItem& item) const {
    const QString entity = ownerOf(context_.source.name);
    const BusEntity* taken = map_.find(entity);
    if (taken &&
        (taken->status == BusEntity::Status::Disabled || taken->status == BusEntity::Status::ReceiveDisabled))
        say(plan,
            QStringLiteral("%1 is disabled for receiving: nothing can be taken from it until it is enabled.")
                .arg(entity));
    const BusEntity* source = map_.find(context_.source.name); // never a dead-letter sub-queue
    if (!source || !source->requiresSession || item.session.isNull())
        return;
    say(plan, QStringLiteral(
                  "%1 has sessions: they are taken one after the other, and while this run holds one, "
                  "its own consumer gets nothing of it. What another receiver holds has to be waited for.")
                  .arg(context_.source.name));
}

void BusPlan::warn(ReplayPlan& plan, const PlanItem& item, const PlanInput& input, const Message& out) const {
    const ReplayOptions& options = plan.options;
    const bool hasSession = amqp10::find(out, amqp10::groupId) != nullptr;
    if (!context_.routing.known)
        say(plan,
            QStringLiteral("Who will get a copy, duplicate detection, sessions and limits of the destination "
                           "are not known here: the management API (right Manage) is needed to tell. A topic "
                           "takes a message that no subscription wants, and drops it."));
    if (item.receivers.size() > 1)
        say(plan, QStringLiteral("Several receivers will get a copy: %1.")
                      .arg(item.receivers.join(QStringLiteral(", "))));
    if (item.receivers.contains(context_.source.name, Qt::CaseInsensitive))
        say(plan,
            QStringLiteral("A copy comes back to %1, which it is taken from.").arg(context_.source.name));
    const QString died = ownerOf(context_.source.name);
    if (const QString topic = topicOf(died); !topic.isEmpty() && context_.routing.known &&
                                             isSameEntity(topic, QString::fromUtf8(item.routingKey)) &&
                                             !item.receivers.contains(died, Qt::CaseInsensitive))
        say(plan,
            QStringLiteral("%1, where they died, gets no copy%2: its rules take none of them.")
                .arg(died, route_.unknown.isEmpty() ? QString() : QStringLiteral(" as far as is known")));
    for (const QString& unknown : route_.unknown)
        say(plan, QStringLiteral("Not known whether it takes a copy: %1.").arg(unknown));
    if (context_.routing.known && route_.receivers.empty())
        say(plan,
            QStringLiteral("Of some messages nobody may get a copy: the service takes them all the same, "
                           "and drops what no subscription wants."));
    for (const BusStop& stop : route_.stops)
        say(plan, QStringLiteral("A copy does not arrive: %1.").arg(stop.reason));
    for (const QString& note : route_.notes)
        say(plan, note + QLatin1Char('.'));
    for (const BusPass& pass : route_.passes)
        warnOfEntity(plan, *pass.entity, hasSession, out);
    if (options.enqueueAt.isValid())
        say(plan, QStringLiteral("Messages are scheduled for %1 and reach nobody before.")
                      .arg(options.enqueueAt.toUTC().toString(Qt::ISODate)));
    if (options.deathHeaders == KeepOrStrip::Keep && input.message.header("DeadLetterReason"))
        say(plan, QStringLiteral("DeadLetterReason and DeadLetterErrorDescription are kept: receivers and "
                                 "filters see them."));
}

} // namespace signalbox
