#include "app/cli/bodytext.h"
#include "app/cli/commandset.h"
#include "app/cli/reading.h"
#include "app/cli/shapes.h"
#include "models/messaging/messagecodec.h"
#include "models/messaging/tracecontext.h"

#include <QJsonDocument>

#include <algorithm>

namespace signalbox {

namespace deadlettersshowcommand {
namespace {

struct Options {
    std::string queue, connection;
    qint64 id = 0;
    bool bodyOnly = false;
    bool full = false;
};

constexpr qsizetype widestAnnotation = 30;

class Lines {
public:
    explicit Lines(Output& output)
        : output_(output) {}
    void title(const QString& text) {
        output_.line();
        output_.line(text);
    }
    void line(const QString& name, const QString& value, qsizetype nameWidth = 18) {
        if (!value.isEmpty())
            output_.line(
                QStringLiteral("  %1 %2").arg(printable(name).leftJustified(nameWidth), printable(value)));
    }
    // A header that holds nothing is there all the same.
    void whole(const QString& name, const HeaderValue& value, qsizetype nameWidth = widestAnnotation) {
        const QString text = QString::fromUtf8(headerText(value));
        line(name,
             value.kind == ValueKind::Void ? QStringLiteral("(void)")
             : text.isEmpty()              ? QStringLiteral("\"\"")
                                           : text,
             nameWidth);
    }
    void line(const QString& name, const std::optional<QByteArray>& value) {
        if (value)
            line(name, QString::fromUtf8(*value));
    }

private:
    Output& output_;
};

void showSummary(Lines& lines, const SnapshotRow& row, const DeathFacts& facts) {
    lines.line(QStringLiteral("id"), QString::number(row.id));
    lines.line(QStringLiteral("position"), QString::number(row.position));
    if (!row.removedBy.isEmpty())
        lines.line(QStringLiteral("removed"),
                   QStringLiteral("by run %1, after this reading").arg(row.removedBy.left(8)));
    lines.line(QStringLiteral("reason"), facts.reason);
    lines.line(QStringLiteral("origin queue"), facts.originQueue);
    lines.line(QStringLiteral("origin exchange"), facts.originExchange);
    lines.line(QStringLiteral("origin keys"), facts.originKeys.join(QStringLiteral(", ")));
    lines.line(QStringLiteral("first death (UTC)"), shapes::time(facts.firstDeath));
    lines.line(QStringLiteral("last death (UTC)"), shapes::time(facts.lastDeath));
    lines.line(QStringLiteral("deaths"), QString::number(facts.deaths));
    lines.line(QStringLiteral("replay attempts"), QString::number(facts.replayAttempts));
    lines.line(QStringLiteral("framework"), facts.framework);
    lines.line(QStringLiteral("exception type"), facts.exceptionType);
    lines.line(QStringLiteral("exception"), facts.exceptionText);
    lines.line(QStringLiteral("message type"), facts.messageType);
}

void showPath(Output& output, const DeathFacts& facts) {
    if (facts.path.empty())
        return;
    output.line();
    output.line(QStringLiteral("Path, oldest first"));
    int number = 0;
    for (const DeathHop& hop : facts.path)
        output.line(QStringLiteral("  %1. %2 %3 x%4, from exchange \"%5\" with key %6, %7")
                        .arg(QString::number(++number), printable(hop.queue), printable(hop.reason),
                             QString::number(hop.count), printable(hop.exchange),
                             printable(hop.routingKeys.join(QStringLiteral(", "))), shapes::time(hop.time)));
}

// As a header of that type is shown: a time, or the number where it is none.
QString timestampText(std::uint64_t seconds) {
    HeaderValue value;
    value.kind = ValueKind::Timestamp;
    value.data =
        static_cast<std::int64_t>(std::min<std::uint64_t>(seconds, std::numeric_limits<std::int64_t>::max()));
    return QString::fromUtf8(headerText(value));
}

void showProperties(Lines& lines, const Message& message) {
    const MessageProperties& properties = message.properties;
    lines.line(QStringLiteral("exchange"), QString::fromUtf8(message.exchange));
    lines.line(QStringLiteral("routing key"), QString::fromUtf8(message.routingKey));
    lines.line(QStringLiteral("content type"), properties.contentType);
    lines.line(QStringLiteral("content encoding"), properties.contentEncoding);
    lines.line(QStringLiteral("message id"), properties.messageId);
    lines.line(QStringLiteral("correlation id"), properties.correlationId);
    if (const auto trace = traceOf(message))
        lines.line(QStringLiteral("trace"), traceText(*trace));
    lines.line(QStringLiteral("reply to"), properties.replyTo);
    lines.line(QStringLiteral("type"), properties.type);
    lines.line(QStringLiteral("app id"), properties.appId);
    lines.line(QStringLiteral("user id"), properties.userId);
    lines.line(QStringLiteral("expiration"), properties.expiration);
    if (properties.priority)
        lines.line(QStringLiteral("priority"), QString::number(*properties.priority));
    if (properties.timestamp)
        lines.line(QStringLiteral("timestamp"), timestampText(*properties.timestamp));
    if (properties.deliveryMode)
        lines.line(QStringLiteral("delivery mode"), QString::number(*properties.deliveryMode));
}

// Annotations stand among the rest: their names tell them apart.
void showAmqp10(Lines& lines, const HeaderTable& entries) {
    for (const Header& entry : entries) {
        if (const HeaderValue::Table* inner = entry.value.asTable())
            showAmqp10(lines, *inner);
        else
            lines.whole(QString::fromUtf8(entry.name), entry.value);
    }
}

void showPeople(Session& session, const SnapshotRow& row, const DeathFacts& facts, const Message& message,
                bool full) {
    Lines lines(session.out());
    session.out().line(QStringLiteral("Dead letter"));
    showSummary(lines, row, facts);
    showPath(session.out(), facts);
    lines.title(QStringLiteral("Properties"));
    showProperties(lines, message);
    if (message.properties.headers && !message.properties.headers->empty()) {
        lines.title(QStringLiteral("Headers"));
        constexpr qsizetype widest = 45; // longer names push their own value only
        qsizetype width = 0;
        for (const Header& header : *message.properties.headers) {
            const qsizetype own = QString::fromUtf8(header.name).size();
            width = own <= widest ? std::max(width, own) : width;
        }
        for (const Header& header : *message.properties.headers)
            lines.whole(QString::fromUtf8(header.name), header.value, width);
    }
    if (message.properties.amqp10) {
        lines.title(QStringLiteral("AMQP 1.0"));
        showAmqp10(lines, *message.properties.amqp10);
    }
    session.out().line();
    for (const QString& line : bodyLines(message, full))
        session.out().line(line);
}

Result<int> run(Session& session, const Options& options) {
    if (options.bodyOnly && session.out().json())
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("--body gives bytes, not JSON: leave out --json, or leave out --body and "
                           "take message.body."));
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto reading = readQueue(session, *profile, {.queue = text(options.queue)});
    if (!reading)
        return failure(std::move(reading.error()));
    const std::shared_ptr<Snapshot>& snapshot = reading->snapshot;
    const std::vector<qint64> ids{options.id};
    auto rows = snapshot->rows(ids);
    if (!rows)
        return failure(std::move(rows.error()));
    if (auto marked = markRemoved(session, snapshot->info(), *rows); !marked)
        return failure(std::move(marked.error()));
    if (rows->empty())
        return failure(ErrorKind::NotFound,
                       QStringLiteral("The snapshot of %1 has no message %2. Take the number from signalbox "
                                      "deadletters list.")
                           .arg(text(options.queue), QString::number(options.id)));
    auto message = snapshot->message(options.id);
    if (!message)
        return failure(std::move(message.error()));
    const int code = message->bodyComplete ? exitcode::done : exitcode::partly;
    if (options.bodyOnly) {
        if (!message->bodyComplete)
            return failure(ErrorKind::NotFound,
                           QStringLiteral("The whole body of message %1 was not kept by the reading; "
                                          "signalbox deadletters list %2 --refresh reads it again.")
                               .arg(QString::number(options.id), text(options.queue)));
        session.out().raw(message->body);
        return code;
    }
    const DeathFacts facts = deathFacts(*message, (*session.workspace())->conventions());
    if (session.out().json()) {
        // The message's own line is spliced in, so that it stays byte for byte what export writes.
        QByteArray line = QJsonDocument(shapes::row(rows->front())).toJson(QJsonDocument::Compact);
        line.chop(1);
        line += ",\"facts\":" + QJsonDocument(shapes::facts(facts)).toJson(QJsonDocument::Compact) +
                ",\"message\":" + toJsonLine(*message) + '}';
        session.out().jsonLine(line);
        return code;
    }
    showPeople(session, rows->front(), facts, *message, options.full);
    return code;
}

} // namespace
} // namespace deadlettersshowcommand

void declareDeadLettersShow(CommandSet& set) {
    using namespace deadlettersshowcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("deadletters", "show", "Show one dead letter: death, path, properties, headers, body",
                "  signalbox deadletters show billing.dead 17\n"
                "  signalbox deadletters show billing.dead 17 --body > body.bin     # the bytes as they are\n"
                "\nExit code 1: the body is not whole.\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue")->required();
    command->add_option("id", options->id, "Message (id of deadletters list)")
        ->required()
        ->check(wholeNumber(1));
    addConnectionOption(*command, options->connection);
    command->add_flag("--body", options->bodyOnly, "Only the body, byte for byte");
    command->add_flag("--full", options->full, "The whole body, however long");
}

} // namespace signalbox
