#include "app/cli/commandset.h"
#include "app/cli/entitywork.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace entitiesdeletecommand {
namespace {

struct Options {
    std::string connection, name, confirmed, reason;
};

// What goes, in words: nobody agrees to a number that was not told.
QString lossText(const EntityLoss& loss) {
    const qint64 count = loss.messages();
    QStringList what;
    if (count < 0)
        what << QStringLiteral("its messages, of which no count is known");
    else
        what << (loss.isWhole() ? QString() : QStringLiteral("at least ")) + messagesText(count);
    if (loss.entity.kind == BusEntity::Kind::Topic)
        what << (loss.subscriptions.size() == 1
                     ? QStringLiteral("1 subscription")
                     : QStringLiteral("%1 subscriptions").arg(loss.subscriptions.size()));
    if (loss.entity.kind == BusEntity::Kind::Subscription)
        what << (loss.rules.size() == 1 ? QStringLiteral("1 rule")
                                        : QStringLiteral("%1 rules").arg(loss.rules.size()));
    return what.join(QStringLiteral(" and "));
}

Result<QString> typedName(Session& session, const Options& options, const EntityWork& work,
                          const EntityLoss& loss) {
    if (!options.confirmed.empty())
        return text(options.confirmed);
    const QString& path = loss.entity.path;
    if (!session.terminal().personAtInput || session.out().json())
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("Nothing was done: nobody is at the terminal to type the entity's name. Add "
                           "--confirm %1. With it goes: %2.")
                .arg(path, lossText(loss)));
    return session.terminal().askLine(
        QStringLiteral("%1 %2 (%3, %4) will be deleted, and with it %5. No copy is kept.\n"
                       "Type the entity's name: ")
            .arg(entityKindWord(loss.entity.kind), printable(path), work.profile.name,
                 environmentWord(work.profile.environment), lossText(loss)));
}

Result<int> run(Session& session, const Options& options) {
    auto work = entityChange(session, options.connection);
    if (!work)
        return failure(std::move(work.error()));
    auto loss = waitFor(work->desk->loss(*work->gateway, text(options.name)));
    if (!loss)
        return failure(std::move(loss.error()));
    auto typed = typedName(session, options, *work, *loss);
    if (!typed)
        return failure(std::move(typed.error()));
    auto done = waitFor(work->desk->remove(work->scene(options.reason), *loss, *typed), OnInterrupt::Finish);
    if (!done)
        return failure(std::move(done.error()));
    QJsonObject object = shapes::entity(done->entity, true);
    object.insert(QStringLiteral("deleted"), true);
    object.insert(QStringLiteral("messagesLost"),
                  done->messages() < 0 ? QJsonValue() : QJsonValue(done->messages()));
    session.out().object(object);
    session.out().line(QStringLiteral("%1 is deleted, and with it %2. Its settings are in the audit trail.")
                           .arg(printable(done->entity.path), lossText(*done)));
    return exitcode::done;
}

} // namespace
} // namespace entitiesdeletecommand

void declareEntitiesDelete(CommandSet& set) {
    using namespace entitiesdeletecommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("entities", "delete", "Delete a queue, topic or subscription with all its messages",
                "  signalbox entities delete old-orders -c bus --confirm old-orders\n"
                "\nIt says how many messages go, and keeps no copy of them: export or move them first.\n"
                "Where there are more by the time it would be done, nothing is deleted.\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("entity", options->name, "Queue, topic or TOPIC/Subscriptions/NAME")->required();
    addConnectionOption(*command, options->connection);
    command->add_option("--confirm", options->confirmed, "The entity's name again, letter for letter");
    command->add_option("--reason", options->reason, "Why; kept in the audit trail");
}

} // namespace signalbox
