#include "app/cli/commandset.h"
#include "app/cli/interrupt.h"
#include "app/cli/reading.h"
#include "app/cli/runs.h"
#include "app/cli/wait.h"
#include "models/messaging/messagecodec.h"
#include "models/messaging/messagefile.h"

#include <QFile>

#include <map>

namespace signalbox {

namespace deadlettersimportcommand {
namespace {

struct Options {
    std::string file, connection, queue;
    bool yes = false;
};

struct Contents {
    qint64 messages = 0;
    qint64 bytes = 0;
    qint64 withoutWholeBody = 0;
    qint64 bad = 0;
    std::map<QString, qint64> routingKeys;
};

Carrier carrierOf(const QString& technology) {
    return technology == technology::serviceBus ? Carrier::ServiceBus : Carrier::Amqp091;
}

// Reads the file line by line, however long it is; every bad line is named.
Result<Contents> look(Session& session, const QString& name, Carrier carrier) {
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly))
        return failure(file.exists() ? ErrorKind::Storage : ErrorKind::NotFound,
                       QStringLiteral("Cannot read %1.").arg(name), file.errorString());
    constexpr qint64 mostErrors = 20;
    Contents contents;
    for (qint64 number = 1; !file.atEnd(); ++number) {
        if (Interrupt::raised())
            return failure(cancelledError());
        const QByteArray line = readMessageLine(file).trimmed();
        if (line.isEmpty())
            continue;
        auto message = messageOfLine(line, carrier);
        if (!message) {
            ++contents.bad;
            if (contents.bad <= mostErrors)
                session.out().error({ErrorKind::Corrupt,
                                     QStringLiteral("Line %1: %2").arg(number).arg(message.error().summary),
                                     message.error().detail});
            continue;
        }
        ++contents.messages;
        contents.bytes += message->body.size();
        contents.withoutWholeBody += message->bodyComplete ? 0 : 1;
        ++contents.routingKeys[QString::fromUtf8(message->routingKey)];
    }
    return contents;
}

void show(Output& output, const QString& file, const Contents& contents) {
    QJsonObject keys;
    for (const auto& [key, count] : contents.routingKeys)
        keys.insert(key, count);
    output.object({{QStringLiteral("file"), file},
                   {QStringLiteral("messages"), contents.messages},
                   {QStringLiteral("bytes"), contents.bytes},
                   {QStringLiteral("withoutWholeBody"), contents.withoutWholeBody},
                   {QStringLiteral("badLines"), contents.bad},
                   {QStringLiteral("routingKeys"), keys}});
    output.line(QStringLiteral("%1 holds %2 (%3 bytes of bodies), %4 without a whole body; bad lines: %5.")
                    .arg(file, messagesText(contents.messages), QString::number(contents.bytes),
                         QString::number(contents.withoutWholeBody), QString::number(contents.bad)));
    for (const auto& [key, count] : contents.routingKeys)
        output.line(QStringLiteral("  %1 with routing key %2").arg(QString::number(count), printable(key)));
}

Result<int> run(Session& session, const Options& options) {
    const QString file = text(options.file);
    const QString queue = text(options.queue);
    auto carrier = Carrier::Unknown;
    if (!queue.isEmpty()) {
        const auto profile = session.profile(text(options.connection));
        if (!profile)
            return failure(profile.error());
        carrier = carrierOf(profile->technology);
    }
    auto contents = look(session, file, carrier);
    if (!contents)
        return failure(std::move(contents.error()));
    show(session.out(), file, *contents);
    if (queue.isEmpty())
        return contents->bad + contents->withoutWholeBody > 0 ? exitcode::partly : exitcode::done;
    if (contents->bad > 0)
        return failure(ErrorKind::Corrupt, QStringLiteral("Nothing was sent: %1 has bad lines.").arg(file));
    if (contents->messages == 0) {
        session.out().notice(QStringLiteral("Nothing was sent: the file holds no messages."));
        return exitcode::done;
    }

    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto permit = session.permit(*profile);
    if (!permit)
        return failure(std::move(permit.error()));
    auto gateway = session.connect(*profile);
    if (!gateway)
        return failure(std::move(gateway.error()));
    // Of Service Bus, where topics take messages as well, the judgement below tells.
    if (profile->technology != technology::serviceBus) {
        if (auto there = waitFor((*gateway)->queue(queue)); !there)
            return failure(std::move(there.error()));
    }
    SendBack how;
    if (auto judged = judgeSending(session, *profile, **gateway, queue, how); !judged)
        return failure(std::move(judged.error()));
    if (auto agreed = session.confirm(QStringLiteral("Send %1 to queue %2 of %3 (%4)?")
                                          .arg(messagesText(contents->messages), queue, profile->name,
                                               environmentWord(profile->environment)),
                                      options.yes);
        !agreed)
        return failure(std::move(agreed.error()));
    ReplayDesk& desk = (*session.workspace())->replays();
    auto accepted = waitFor(desk.acceptImport(entityOf(*profile, queue), profile->name, file, {}, how));
    if (!accepted)
        return failure(std::move(accepted.error()));
    return runToEnd(session, *accepted, RunIs::New, *permit, **gateway);
}

} // namespace
} // namespace deadlettersimportcommand

void declareDeadLettersImport(CommandSet& set) {
    using namespace deadlettersimportcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("deadletters", "import", "Check an export file, or send its messages to a queue",
                "  signalbox deadletters import billing.jsonl                      # what is in it?\n"
                "  signalbox deadletters import billing.jsonl --to-queue billing --yes\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("file", options->file, "JSON Lines, as deadletters export writes them")->required();
    command->add_option("--to-queue", options->queue, "Send the messages to this queue");
    addConnectionOption(*command, options->connection);
    addYesOption(*command, options->yes);
}

} // namespace signalbox
