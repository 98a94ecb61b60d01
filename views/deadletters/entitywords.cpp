#include "views/deadletters/entitywords.h"

#include "views/widgets/freetr.h"
#include "views/widgets/words.h"

namespace signalbox::entityWords {

namespace {

QString messages(qint64 count) {
    return count == 1 ? tr("1 message") : tr("%1 messages").arg(words::count(count));
}

QString number(std::size_t count, const QString& one, const QString& many) {
    return count == 1 ? one : many.arg(words::count(static_cast<qint64>(count)));
}

} // namespace

QString status(BusEntity::Status status) {
    switch (status) {
    case BusEntity::Status::Disabled:
        return tr("Disabled");
    case BusEntity::Status::SendDisabled:
        return tr("Send disabled");
    case BusEntity::Status::ReceiveDisabled:
        return tr("Receive disabled");
    case BusEntity::Status::Active:
        break;
    }
    return tr("Active");
}

QString meaning(BusEntity::Status status) {
    switch (status) {
    case BusEntity::Status::Disabled:
        return tr("takes and gives no messages");
    case BusEntity::Status::SendDisabled:
        return tr("takes no messages, still gives those it has");
    case BusEntity::Status::ReceiveDisabled:
        return tr("takes messages, gives none");
    case BusEntity::Status::Active:
        break;
    }
    return tr("takes and gives messages");
}

QString kind(BusEntity::Kind kind) {
    return kind == BusEntity::Kind::Topic          ? tr("topic")
           : kind == BusEntity::Kind::Subscription ? tr("subscription")
                                                   : tr("queue");
}

QString counts(const EntityFacts& facts) {
    if (facts.kind == BusEntity::Kind::Topic)
        return tr("a topic: its messages are in its subscriptions");
    if (facts.messages() < 0)
        return tr("no counts are told");
    const QString all = messages(facts.messages());
    const qint64 dead = facts.deadLetters;
    return dead > 0 ? tr("%1, %2 of them dead letters").arg(all, words::count(dead)) : all;
}

QString loss(const EntityLoss& loss) {
    const qint64 count = loss.messages();
    QStringList what{count < 0        ? tr("its messages, of which no count is known")
                     : loss.isWhole() ? messages(count)
                                      : tr("at least %1").arg(messages(count))};
    if (loss.entity.kind == BusEntity::Kind::Topic)
        what << number(loss.subscriptions.size(), tr("1 subscription"), tr("%1 subscriptions"));
    if (loss.entity.kind == BusEntity::Kind::Subscription)
        what << number(loss.rules.size(), tr("1 rule"), tr("%1 rules"));
    return what.join(tr(" and "));
}

QString mark(const QString& state) {
    const auto known = entityStatusOfWord(state);
    return known && *known != BusEntity::Status::Active ? status(*known).toLower() : QString();
}

} // namespace signalbox::entityWords
