// What reading does to each type of queue. Sources: RabbitMQ documentation "Consumer Acknowledgements",
// "Quorum Queues" (poison message handling), "Single Active Consumer", "Streams", "Queues" (auto-delete).
#include "models/deadletters/deadletterqueues.h"

#include <QLocale>

namespace signalbox {

namespace {

using Level = BrowseNotice::Level;

constexpr int fewReads = 3;
constexpr qint64 longHold = 500'000; // may be held for minutes; the broker's consumer time-out is 30 min

QString number(qint64 count) {
    return QLocale(QLocale::English, QLocale::UnitedStates).toString(count);
}

QString reads(int count) {
    return count == 1 ? QStringLiteral("1 reading") : QStringLiteral("%1 readings").arg(count);
}

class Notice {
public:
    Notice(const QueueInfo& queue, qint64 limit)
        : queue_(queue)
        , limit_(limit) {}

    BrowseNotice make(int highestDeliveryCount) {
        notice_.level = Level::Harmless;
        if (queue_.exclusive) {
            add(Level::Forbidden,
                QStringLiteral("%1 is exclusive: the broker lets only the connection that declared it "
                               "read it.")
                    .arg(queue_.ref.name));
            return notice_;
        }
        sayState();
        if (queue_.type == QueueType::Stream) {
            add(Level::Harmless,
                QStringLiteral("A stream is read by offset: nothing is taken out, held or marked, and "
                               "its consumers notice nothing."));
            return notice_;
        }
        if (queue_.type == QueueType::ServiceBus) {
            add(Level::Harmless,
                QStringLiteral(
                    "Reading only peeks: nothing is locked, counted or taken. Locked, deferred and "
                    "scheduled messages are met too, and expired ones that the service has not "
                    "cleared away yet."));
            if (!queue_.missing.isEmpty())
                add(Level::Notice, queue_.missing);
            return notice_;
        }
        sayHolding();
        sayAutoDelete();
        sayConsumers();
        if (queue_.type == QueueType::Quorum)
            sayBudget(highestDeliveryCount);
        if (queue_.type == QueueType::Unknown)
            add(queue_.missing.isEmpty() ? Level::Notice : Level::Warning,
                QStringLiteral("The type of the queue is not known. If it is a quorum queue with a "
                               "delivery limit, each reading uses up one delivery of each message."));
        sayBounds();
        if (!queue_.missing.isEmpty())
            add(Level::Notice, queue_.missing);
        if (queue_.messageTtlMs >= 0)
            add(Level::Notice,
                QStringLiteral("Messages expire here: those whose time is up leave the queue once "
                               "they are given back."));
        return notice_;
    }

private:
    void add(Level level, const QString& line) {
        notice_.level = std::max(notice_.level, level);
        notice_.lines << line;
    }

    void sayState() {
        const QString state = queue_.state.toLower();
        if (state == QLatin1String("down") || state == QLatin1String("stopped") ||
            state == QLatin1String("crashed") || state == QLatin1String("minority"))
            add(Level::Warning,
                QStringLiteral("The broker says that the queue is %1: it may give no messages.").arg(state));
    }

    void sayHolding() {
        const bool part = limit_ > 0 && (queue_.ready < 0 || limit_ < queue_.ready);
        const qint64 count = part ? limit_ : queue_.ready;
        const QString what = part         ? QStringLiteral("The first %1 messages are").arg(number(count))
                             : count == 1 ? QStringLiteral("The message is")
                             : count > 1  ? QStringLiteral("All %1 messages are").arg(number(count))
                                          : QStringLiteral("All messages are");
        add(Level::Notice,
            (count == 1 && !part
                 ? QStringLiteral(
                       "%1 taken without being confirmed and given back at the end: it returns to its "
                       "place, marked as redelivered. Until then nobody else gets it.")
                 : QStringLiteral(
                       "%1 taken without being confirmed and given back at the end: they return to their "
                       "places, marked as redelivered. Until then nobody else gets them."))
                .arg(what));
        if (count > longHold)
            add(Level::Warning, QStringLiteral("That many are held for some time. A limit keeps it short."));
    }

    // Only what is ready counts against the bound, so held messages make room for new ones, and what comes
    // back is over it. Source: RabbitMQ documentation "Queue Length Limit".
    void sayBounds() {
        if (queue_.refusesMore || (queue_.maxLength < 0 && queue_.maxLengthBytes < 0))
            return;
        const bool near = isNear(queue_.ready, queue_.maxLength) ||
                          isNear(queue_.bodyBytes, queue_.maxLengthBytes) ||
                          (queue_.maxLength >= 0 && queue_.ready < 0);
        const QString bound = queue_.maxLength >= 0
                                  ? QStringLiteral("%1 messages").arg(number(queue_.maxLength))
                                  : QStringLiteral("%1 bytes").arg(number(queue_.maxLengthBytes));
        add(near ? Level::Warning : Level::Notice,
            QStringLiteral("The queue holds at most %1 and drops the oldest when it is full%2: if new ones "
                           "come while messages are held, giving those back makes it drop as many.%3")
                .arg(bound, near ? QStringLiteral(", and it nearly is") : QString(),
                     near ? QStringLiteral(" Raise the bound first, or read a few only.") : QString()));
    }

    static bool isNear(qint64 count, qint64 bound) {
        return bound >= 0 && count >= 0 && 10 * count >= 9 * bound;
    }

    // The queue goes with its last consumer, and reading is one.
    void sayAutoDelete() {
        if (!queue_.autoDelete)
            return;
        if (queue_.consumers > 0)
            add(Level::Warning,
                QStringLiteral("The queue deletes itself, with its messages, when the last consumer "
                               "leaves: if the others leave meanwhile, it is gone after the reading."));
        else
            add(Level::Forbidden,
                QStringLiteral("The queue deletes itself, with its messages, when its last consumer "
                               "leaves. Reading would be that consumer."));
    }

    void sayConsumers() {
        if (queue_.singleActiveConsumer) {
            if (queue_.consumers > 0)
                add(Level::Warning,
                    QStringLiteral(
                        "A single active consumer has the queue: reading gets nothing as long as it is "
                        "connected. Should it leave, reading becomes the active one and the others wait."));
            else
                add(Level::Warning,
                    QStringLiteral("The queue has a single active consumer: one that connects during "
                                   "the reading has to wait for its end."));
            return;
        }
        if (queue_.consumers > 0) {
            const QString who = queue_.consumers == 1
                                    ? QStringLiteral("1 live consumer works")
                                    : QStringLiteral("%1 live consumers work").arg(queue_.consumers);
            add(Level::Warning,
                QStringLiteral("%1 on this queue: reading takes messages that would have been theirs; "
                               "they get them when they are given back.")
                    .arg(who));
        } else if (queue_.consumers < 0) {
            add(Level::Notice,
                QStringLiteral("Whether consumers work on this queue is not known; reading would take "
                               "messages from them until it ends."));
        }
    }

    // A message is given up when its delivery count exceeds the limit; every giving back counts one up. The
    // last one is kept for a replay, which gives back what it does not take.
    void sayBudget(int highestDeliveryCount) {
        const int limit = queue_.deliveryLimit;
        if (limit < 0)
            return;
        const QString end = queue_.deadLetter ? QStringLiteral("dead-letters a message again")
                                              : QStringLiteral("drops a message for good");
        const QString rule =
            QStringLiteral("Each reading uses up one of the %1 deliveries that a message may have; "
                           "one more, and the broker %2.")
                .arg(limit)
                .arg(end);
        if (limit < 2) {
            add(Level::Forbidden,
                QStringLiteral(
                    "The queue has a delivery limit of %1, and reading takes one, a replay another: "
                    "beyond them the broker %2 that is given back. Raise the limit first.")
                    .arg(limit)
                    .arg(end));
            notice_.remainingBudget = 0;
            return;
        }
        if (highestDeliveryCount < 0) {
            add(limit <= fewReads ? Level::Warning : Level::Notice,
                rule + QStringLiteral(" How many are used up is not known before the first reading."));
            return;
        }
        const int left = std::max(0, limit - 1 - highestDeliveryCount);
        notice_.remainingBudget = left;
        if (left == 0)
            add(Level::Forbidden,
                rule + QStringLiteral(" The oldest message has none left, but for the one that is kept for a "
                                      "replay."));
        else
            add(left <= fewReads ? Level::Warning : Level::Notice,
                rule +
                    QStringLiteral(" The oldest message has %1 left, this one included, and one delivery for "
                                   "a replay.")
                        .arg(reads(left)));
    }

    const QueueInfo& queue_;
    qint64 limit_;
    BrowseNotice notice_;
};

} // namespace

BrowseNotice browseNotice(const QueueInfo& queue, qint64 limit, int highestDeliveryCount) {
    return Notice(queue, limit).make(highestDeliveryCount);
}

} // namespace signalbox
