#include "views/deadletters/runstart.h"

#include <QCoreApplication>

namespace signalbox {

std::optional<Error> startAccepted(ConsoleContext& context, const QString& connectionId,
                                   const QString& runId) {
    const auto words = [](const char* text) { return QCoreApplication::translate("RunStart", text); };
    const auto permit = context.connections.permit(connectionId);
    BrokerGateway* gateway = context.connections.gateway(connectionId);
    std::optional<Error> problem;
    if (!permit)
        problem = permit.error();
    else if (!gateway)
        problem = Error{
            ErrorKind::CannotConnect,
            words(QT_TRANSLATE_NOOP("RunStart", "The connection was closed before the run could start.")),
            {}};
    else if (const auto job = context.replays.start(runId, *permit, *gateway); !job)
        problem = job.error();
    if (problem)
        problem->summary +=
            QLatin1Char(' ') +
            words(QT_TRANSLATE_NOOP("RunStart",
                                    "The run is kept under Replays, where it can be started or ended."));
    return problem;
}

} // namespace signalbox
