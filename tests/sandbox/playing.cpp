#include "tests/sandbox/playing.h"

#include "tests/support/live/rawconsumer.h"

#include <QDeadlineTimer>
#include <algorithm>

namespace signalbox::sandbox {

namespace {

constexpr int patienceMs = 120000;
constexpr int quietMs = 100;
constexpr int prefetch = 100;
constexpr int overflowMargin = 50; // the queue's x-max-length: so many stay
constexpr int retries = 3;

bool is(const QString& word, const char* other) {
    return word == QLatin1String(other);
}

std::vector<Message> messagesOf(const Cause& cause) {
    std::vector<Message> messages;
    const int count = cause.count + (is(cause.how, "overflow") ? overflowMargin : 0);
    messages.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        messages.push_back(makeMessage(cause, i));
    return messages;
}

// How often the message was rejected in that queue, by its x-death header.
std::int64_t rejections(const Message& message, const QByteArray& queue) {
    const HeaderValue* deaths = message.header("x-death");
    if (!deaths || !deaths->asArray())
        return 0;
    for (const HeaderValue& entry : *deaths->asArray()) {
        const HeaderTable* table = entry.asTable();
        if (!table)
            continue;
        const HeaderValue* where = findHeader(*table, "queue");
        const HeaderValue* reason = findHeader(*table, "reason");
        const HeaderValue* count = findHeader(*table, "count");
        std::int64_t number = 0;
        if (where && where->asBytes() && *where->asBytes() == queue && reason && reason->asBytes() &&
            *reason->asBytes() == "rejected" && count && headerInteger(*count, &number))
            return number;
    }
    return 0;
}

// The applications on a bad day.
class BadDay {
public:
    BadDay(const Scenario& scenario, live::RawAmqp& publisher, live::RawConsumer& consumer)
        : scenario_(scenario)
        , publisher_(publisher)
        , consumer_(consumer) {}

    Result<void> consumeAll() {
        for (const Cause& cause : scenario_.deaths) {
            // Copies of what the others were sent are taken without trouble.
            for (const QString& queue : {cause.queue, QStringLiteral("portal-submit-order"),
                                         QStringLiteral("erp.invoices"), QStringLiteral("warehouse.stock")}) {
                const bool dies = is(cause.how, "reject") || is(cause.how, "retry") || is(cause.how, "limit");
                if ((queue == cause.queue && !dies) || consumed_.contains(queue))
                    continue;
                if (auto done = consumer_.consume(queue); !done)
                    return done;
                consumed_ << queue;
            }
        }
        return {};
    }

    Result<void> handle(const live::RawDelivery& delivery) {
        const QString type = QString::fromUtf8(delivery.message.properties.type.value_or(QByteArray()));
        for (const Cause& cause : scenario_.deaths) {
            if (cause.type != type || cause.queue.toUtf8() != delivery.queue)
                continue;
            if (is(cause.how, "reject"))
                return consumer_.reject(delivery.tag, false);
            if (is(cause.how, "limit"))
                return consumer_.reject(delivery.tag, true);
            if (is(cause.how, "retry")) {
                if (rejections(delivery.message, delivery.queue) < retries)
                    return consumer_.reject(delivery.tag, false);
                Message parked = delivery.message;
                parked.exchange = "dead";
                parked.routingKey = delivery.queue;
                if (auto done = publisher_.publish(parked); !done)
                    return done;
            }
        }
        return consumer_.ack(delivery.tag);
    }

private:
    const Scenario& scenario_;
    live::RawAmqp& publisher_;
    live::RawConsumer& consumer_;
    QStringList consumed_;
};

Result<QString> shortOf(const Scenario& scenario, live::RawAmqp& counter) {
    const auto wanted = scenario.deadLetters();
    for (auto it = wanted.cbegin(); it != wanted.cend(); ++it) {
        auto count = counter.count(it.key());
        if (!count)
            return failure(std::move(count.error()));
        if (*count < it.value())
            return QStringLiteral("%1 holds %2 of %3").arg(it.key()).arg(*count).arg(it.value());
    }
    return QString();
}

Result<void> publishAll(const Scenario& scenario, live::RawAmqp& publisher) {
    std::vector<Message> messages;
    for (const Cause& cause : scenario.deaths) {
        for (Message& message : messagesOf(cause))
            messages.push_back(std::move(message));
    }
    // Causes are mixed as they were in time.
    std::stable_sort(messages.begin(), messages.end(), [](const Message& a, const Message& b) {
        return a.properties.timestamp < b.properties.timestamp;
    });
    for (const Cause& cause : {scenario.unrouted, scenario.stream}) {
        if (auto done = publisher.publish(messagesOf(cause)); !done)
            return done;
    }
    return publisher.publish(messages);
}

} // namespace

Result<void> play(const Scenario& scenario, const live::RawLogin& login) {
    auto publisher = live::RawAmqp::open(login);
    if (!publisher)
        return failure(std::move(publisher.error()));
    auto consumer = live::RawConsumer::open(login, prefetch);
    if (!consumer)
        return failure(std::move(consumer.error()));
    if (auto done = publishAll(scenario, **publisher); !done)
        return done;
    BadDay day(scenario, **publisher, **consumer);
    if (auto done = day.consumeAll(); !done)
        return done;
    const QDeadlineTimer deadline(patienceMs);
    QString missing;
    while (!deadline.hasExpired()) {
        auto delivery = (*consumer)->next(quietMs);
        if (!delivery)
            return failure(std::move(delivery.error()));
        if (*delivery) {
            if (auto done = day.handle(**delivery); !done)
                return done;
            continue;
        }
        auto shortage = shortOf(scenario, **publisher);
        if (!shortage)
            return failure(std::move(shortage.error()));
        missing = *shortage;
        if (missing.isEmpty())
            return {};
    }
    return failure(ErrorKind::Busy, QStringLiteral("The sandbox could not be filled in time."), missing);
}

} // namespace signalbox::sandbox
