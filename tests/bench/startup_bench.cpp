// Time from starting the program to its first painted window, cold files excluded: median of some starts.
// Rows of the table of table.h. Usage: startup_bench PROGRAM [--starts N]   (needs a display;
// QT_QPA_PLATFORM=offscreen will do)
#include "tests/bench/table.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <vector>

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption starts(QStringLiteral("starts"), {}, QStringLiteral("N"), QStringLiteral("7"));
    parser.addOption(starts);
    parser.addPositionalArgument(QStringLiteral("PROGRAM"), QStringLiteral("the signalbox binary"));
    parser.process(app);
    QTemporaryDir folder;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("SIGNALBOX_ANNOUNCE_WINDOW"), QStringLiteral("1"));
    if (!environment.contains(QStringLiteral("DISPLAY")) &&
        !environment.contains(QStringLiteral("WAYLAND_DISPLAY")))
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    std::vector<double> all;
    for (int i = 0; i <= parser.value(starts).toInt(); ++i) {
        QProcess process;
        process.setProcessEnvironment(environment);
        QElapsedTimer timer;
        timer.start();
        process.start(parser.positionalArguments().value(0),
                      {QStringLiteral("--workspace"), folder.filePath(QStringLiteral("bench.signalbox"))});
        QByteArray said;
        while (!said.contains("window") && process.waitForReadyRead(20000))
            said += process.readAllStandardOutput();
        const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
        process.kill();
        process.waitForFinished();
        if (!said.contains("window")) {
            std::fprintf(stderr, "startup_bench: no window came\n");
            return 1;
        }
        if (i > 0) // the first one made the workspace file
            all.push_back(seconds);
    }
    std::sort(all.begin(), all.end());
    constexpr double longestSeconds = 0.5;
    signalbox::bench::Table table;
    table.bound(QStringLiteral("startup: painted window, median of %1 starts").arg(all.size()),
                all[all.size() / 2], QStringLiteral("s"), longestSeconds, signalbox::bench::atMost(1));
    table.plain(QStringLiteral("startup: slowest"), all.back(), QStringLiteral("s"));
    return table.code();
}
