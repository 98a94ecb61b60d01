#include "app/cli/commandset.h"
#include "app/cli/entitywork.h"
#include "app/cli/wait.h"

namespace signalbox {

namespace entitiesstatuscommand {
namespace {

struct Options {
    std::string connection, name, only, reason;
    bool yes = false;
};

QString meaning(BusEntity::Status status) {
    switch (status) {
    case BusEntity::Status::Active:
        return QStringLiteral("takes and gives messages");
    case BusEntity::Status::Disabled:
        return QStringLiteral("takes and gives no message");
    case BusEntity::Status::SendDisabled:
        return QStringLiteral("takes no message, and still gives those it has");
    case BusEntity::Status::ReceiveDisabled:
        return QStringLiteral("takes messages, and gives none");
    }
    return {};
}

Result<int> change(Session& session, const Options& options, BusEntity::Status status) {
    auto work = entityChange(session, options.connection);
    if (!work)
        return failure(std::move(work.error()));
    const QString path = text(options.name);
    const QString question = QStringLiteral("%1 (%2, %3) becomes %4: it %5.")
                                 .arg(path, work->profile.name, environmentWord(work->profile.environment),
                                      entityStatusWord(status), meaning(status));
    if (auto agreed = session.confirm(question, options.yes); !agreed)
        return failure(std::move(agreed.error()));
    auto done =
        waitFor(work->desk->setStatus(work->scene(options.reason), path, status), OnInterrupt::Finish);
    if (!done)
        return failure(std::move(done.error()));
    QJsonObject object = shapes::entity(done->after, false);
    object.insert(QStringLiteral("statusBefore"), entityStatusWord(done->before.status));
    session.out().object(object);
    const QString now = entityStatusWord(done->after.status);
    if (done->isNone())
        session.out().line(
            QStringLiteral("%1 is %2 already; nothing was changed.").arg(printable(done->after.path), now));
    else
        session.out().line(QStringLiteral("%1 is %2 now; it was %3.")
                               .arg(printable(done->after.path), now, entityStatusWord(done->before.status)));
    return exitcode::done;
}

Result<int> disable(Session& session, const Options& options) {
    const auto status = options.only == "send"      ? BusEntity::Status::SendDisabled
                        : options.only == "receive" ? BusEntity::Status::ReceiveDisabled
                                                    : BusEntity::Status::Disabled;
    if (!options.only.empty() && status == BusEntity::Status::Disabled)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("--only is send or receive, not \"%1\".").arg(text(options.only)));
    return change(session, options, status);
}

void addOptions(CLI::App& command, Options& options) {
    command.add_option("entity", options.name, "Queue, topic or TOPIC/Subscriptions/NAME")->required();
    addConnectionOption(command, options.connection);
    addYesOption(command, options.yes);
    command.add_option("--reason", options.reason, "Why; kept in the audit trail");
}

} // namespace
} // namespace entitiesstatuscommand

void declareEntitiesEnable(CommandSet& set) {
    using namespace entitiesstatuscommand;
    auto options = std::make_shared<Options>();
    CLI::App* command = set.add("entities", "enable", "Let an entity take and give messages again",
                                "  signalbox entities enable orders -c bus\n", [options](Session& session) {
                                    return change(session, *options, BusEntity::Status::Active);
                                });
    addOptions(*command, *options);
}

void declareEntitiesDisable(CommandSet& set) {
    using namespace entitiesstatuscommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("entities", "disable", "Stop an entity, whole or in one direction",
                "  signalbox entities disable orders -c bus --only receive\n"
                "  signalbox entities disable events -c bus --yes --reason INC-4711\n"
                "\nAll other settings stay as they are. Undo with: signalbox entities enable\n",
                [options](Session& session) { return disable(session, *options); });
    addOptions(*command, *options);
    command->add_option("--only", options->only,
                        "send: it takes no more; receive: it gives no more [both directions]");
}

} // namespace signalbox
