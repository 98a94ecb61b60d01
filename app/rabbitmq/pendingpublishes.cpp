#include "app/rabbitmq/pendingpublishes.h"

#include "models/messaging/messagecodec.h"

#include <QHash>
#include <amqp.h>
#include <amqp_framing.h>

namespace signalbox::rabbitmq {

namespace {

// Messages of one exchange and key only differ in routing by their headers, and the default exchange does not
// look at those.
std::size_t contentHash(const Message& message, const QByteArray& exchange) {
    const std::size_t body = qHashMulti(0, message.body, message.properties.messageId.value_or(QByteArray()),
                                        message.properties.correlationId.value_or(QByteArray()));
    return exchange.isEmpty() ? body : qHash(encodeStableProperties(message.properties), body);
}

} // namespace

void PendingPublishes::restart() {
    entries_.clear();
    open_ = 0;
    first_ = 1;
}

void PendingPublishes::published(const Outgoing& message) {
    Entry entry;
    entry.item = message.item;
    entry.exchange = message.exchange;
    entry.routingKey = message.routingKey;
    entry.userId = message.message->properties.userId.value_or(QByteArray());
    entry.content = contentHash(*message.message, message.exchange);
    entries_.push_back(std::move(entry));
    ++open_;
}

template<class Fn>
void PendingPublishes::each(std::uint64_t tag, bool multiple, Fn fn) {
    const std::uint64_t last = multiple && tag == 0 ? first_ + entries_.size() - 1 : tag;
    if (last < first_)
        return;
    const std::uint64_t end = std::min<std::uint64_t>(last - first_ + 1, entries_.size());
    for (std::uint64_t i = multiple ? 0 : last - first_; i < end; ++i) {
        Entry& entry = entries_[i];
        if (!entry.isOpen)
            continue;
        entry.isOpen = false;
        --open_;
        if (!entry.isReturned)
            fn(entry);
    }
    dropAnswered();
}

void PendingPublishes::dropAnswered() {
    while (!entries_.empty() && !entries_.front().isOpen) {
        entries_.pop_front();
        ++first_;
    }
}

void PendingPublishes::confirmed(std::uint64_t tag, bool multiple, std::vector<PublishOutcome>& out) {
    each(tag, multiple, [&out](const Entry& entry) {
        out.push_back({entry.item, PublishOutcome::Kind::Confirmed, {}});
    });
}

void PendingPublishes::refused(std::uint64_t tag, bool multiple, std::vector<PublishOutcome>& out) {
    each(tag, multiple, [&out](const Entry& entry) {
        out.push_back({entry.item, PublishOutcome::Kind::Refused,
                       QStringLiteral("the broker refused it (basic.nack): a queue is full or failed")});
    });
}

void PendingPublishes::returned(const Message& message, const QString& reason,
                                std::vector<PublishOutcome>& out) {
    const std::size_t content = contentHash(message, message.exchange);
    Entry* best = nullptr;
    for (Entry& entry : entries_) {
        if (!entry.isOpen || entry.isReturned || entry.exchange != message.exchange ||
            entry.routingKey != message.routingKey)
            continue;
        if (entry.content == content) {
            best = &entry;
            break;
        }
        if (!best)
            best = &entry;
    }
    if (!best)
        return;
    best->isReturned = true; // its confirm follows and says nothing more
    out.push_back({best->item, PublishOutcome::Kind::Returned, reason});
}

void PendingPublishes::channelClosed(int code, const QString& text, const QByteArray& user,
                                     std::vector<PublishOutcome>& out) {
    const bool isUserId = code == AMQP_PRECONDITION_FAILED && text.contains(QLatin1String("user_id"));
    const bool isExchange = code == AMQP_NOT_FOUND || code == AMQP_ACCESS_REFUSED;
    const auto fits = [&](const Entry& entry) {
        if (isUserId)
            return !entry.userId.isEmpty() && entry.userId != user;
        const QByteArray name = entry.exchange.isEmpty() ? QByteArray("amq.default") : entry.exchange;
        return isExchange && text.contains(QStringLiteral("exchange '%1'").arg(QString::fromUtf8(name)));
    };
    std::size_t begin = entries_.size(); // of what was surely not sent
    for (std::size_t i = entries_.size(); i > 0; --i) {
        const Entry& entry = entries_[i - 1];
        if (!entry.isOpen || entry.isReturned)
            break; // it has an answer, so the broker had no objection up to here
        if (!fits(entry))
            continue;
        // A user-id does not change, so the first that is wrong was the one. An exchange or a right may have
        // been there for the first ones, whose confirms were still under way.
        begin = i - 1;
        if (!isUserId)
            break;
    }
    // A right can be given back; not the one to an internal exchange, which nobody has.
    const bool mayHeal = code == AMQP_ACCESS_REFUSED && text.contains(QLatin1String("access to"));
    for (std::size_t i = begin; i < entries_.size(); ++i) {
        Entry& entry = entries_[i];
        entry.isOpen = false;
        --open_;
        if (mayHeal)
            out.push_back({entry.item, PublishOutcome::Kind::NotSent, text});
        else if (fits(entry) || i == begin)
            out.push_back({entry.item, PublishOutcome::Kind::Refused, text, code == AMQP_NOT_FOUND});
        else
            out.push_back(
                {entry.item, PublishOutcome::Kind::NotSent,
                 QStringLiteral("not sent: the broker closed the channel over an earlier message (%1)")
                     .arg(text)});
    }
    dropAnswered();
}

} // namespace signalbox::rabbitmq
