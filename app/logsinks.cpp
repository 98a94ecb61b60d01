#include "app/logsinks.h"

#include "app/sql/database.h"
#include "models/base/lognames.h"

#include <QFile>

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

namespace signalbox {

QString logFile(const QString& workspaceFile) {
    return workspaceFile + QStringLiteral(".log");
}

Result<void> openLog(const QString& workspaceFile) {
    constexpr std::size_t mostBytes = 4 << 20;
    constexpr std::size_t mostFiles = 3;
    const QString file = logFile(workspaceFile);
    try {
        spdlog::file_event_handlers handlers;
        handlers.before_open = [](const spdlog::filename_t& name) {
            // A failure shows in the opening itself.
            (void)ensurePrivateFile(QString::fromStdString(name));
        };
        auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.toStdString(), mostBytes,
                                                                           mostFiles, false, handlers);
        const auto level = spdlog::level::from_str(
            qEnvironmentVariable("SIGNALBOX_LOG", QStringLiteral("info")).toLower().toStdString());
        for (const char* name : {lognames::app, lognames::store, lognames::rabbitmq, lognames::serviceBus,
                                 lognames::http, lognames::replay, lognames::deadletters, lognames::views}) {
            spdlog::drop(name);
            auto logger = std::make_shared<spdlog::logger>(name, sink);
            logger->set_level(level);
            // A full disk is told where it matters; the library would write to standard error.
            logger->set_error_handler([](const std::string&) {});
            logger->flush_on(spdlog::level::info);
            spdlog::register_logger(logger);
        }
    } catch (const spdlog::spdlog_ex& error) {
        return failure(ErrorKind::Storage, QStringLiteral("The log file cannot be written."),
                       QString::fromUtf8(error.what()));
    }
    return {};
}

void closeLog() {
    spdlog::shutdown();
}

} // namespace signalbox
