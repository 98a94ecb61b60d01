// signalbox-sandbox up|down --folder F [--signalbox BIN]: what ./dev run and ./dev sandbox stand on.
#include "tests/sandbox/sandbox.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>

int main(int argc, char** argv) {
    using namespace signalbox;
    QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("A private RabbitMQ with a believable company in it."));
    parser.addPositionalArgument(QStringLiteral("command"), QStringLiteral("up or down"));
    const QCommandLineOption folder(QStringLiteral("folder"), QStringLiteral("Where it lives."),
                                    QStringLiteral("path"));
    const QCommandLineOption program(QStringLiteral("signalbox"),
                                     QStringLiteral("Program that makes the workspace."),
                                     QStringLiteral("path"));
    parser.addOptions({folder, program});
    parser.addHelpOption();
    parser.process(application);
    const QString command = parser.positionalArguments().value(0);
    Result<void> done;
    constexpr int wrongUsage = 2;
    if (!parser.isSet(folder) || parser.positionalArguments().size() != 1) {
        std::fputs("usage: signalbox-sandbox up|down --folder PATH [--signalbox PROGRAM]\n", stderr);
        return wrongUsage;
    }
    if (command == QStringLiteral("up"))
        done = sandbox::up(parser.value(folder), parser.value(program));
    else if (command == QStringLiteral("down"))
        done = sandbox::down(parser.value(folder));
    else if (command == QStringLiteral("company"))
        done = sandbox::runCompany(parser.value(folder));
    else
        return wrongUsage;
    if (done)
        return 0;
    std::fprintf(stderr, "error: %s\n", done.error().summary.toLocal8Bit().constData());
    if (!done.error().detail.isEmpty())
        std::fprintf(stderr, "%s\n", done.error().detail.toLocal8Bit().constData());
    return 1;
}
