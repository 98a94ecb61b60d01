// kill -9 at random moments of replays, counted by an independent consumer.
// Usage: crash_bench PROGRAM [--kills N] [--messages N] [--seed N]
#include "tests/support/live/crashtrial.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <cstdio>

using namespace signalbox;
using namespace signalbox::live;

namespace {

int fail(const Error& error) {
    std::fprintf(stderr, "crash_bench: %s %s\n", qPrintable(error.summary), qPrintable(error.detail));
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption kills(QStringLiteral("kills"), {}, QStringLiteral("N"), QStringLiteral("100"));
    const QCommandLineOption messages(QStringLiteral("messages"), {}, QStringLiteral("N"),
                                      QStringLiteral("2000"));
    const QCommandLineOption seedOption(QStringLiteral("seed"), {}, QStringLiteral("N"),
                                        QString::number(QRandomGenerator::global()->generate()));
    parser.addOptions({kills, messages, seedOption});
    parser.addPositionalArgument(QStringLiteral("PROGRAM"), QStringLiteral("the signalbox binary"));
    parser.process(app);
    const quint32 seed = parser.value(seedOption).toUInt();
    QRandomGenerator random(seed);
    RabbitNode node;
    if (auto started = node.start(); !started)
        return fail(started.error());
    int whole[2] = {0, 0}; // how long an undisturbed run takes
    int killed = 0;
    int trials = 0;
    qint64 lost = 0;
    qint64 doubles = 0;
    qint64 unlisted = 0;
    qint64 inDoubt = 0;
    const int wanted = parser.value(kills).toInt();
    while (killed < wanted && trials < 3 * wanted + 10) {
        QTemporaryDir folder;
        CrashOptions options;
        const int kind = trials % 2;
        options.program = QFileInfo(parser.positionalArguments().value(0)).absoluteFilePath();
        options.folder = folder.path();
        options.messages = parser.value(messages).toLongLong();
        options.queueType = kind == 0 ? "classic" : "quorum";
        options.killAfterMs =
            whole[kind] == 0 ? 60000
                             : whole[kind] / 4 + static_cast<int>(random.bounded(whole[kind] * 3 / 4 + 1));
        options.again =
            whole[kind] > 0 && trials % 3 == 2 ? 30 + static_cast<int>(random.bounded(whole[kind])) : 0;
        const auto result = crashTrial(node, options);
        if (!result)
            return fail(result.error());
        ++trials;
        if (whole[kind] == 0)
            whole[kind] = result->ranMs;
        killed += result->killed ? 1 : 0;
        lost += result->lost;
        doubles += result->doubles;
        unlisted += result->unlisted;
        inDoubt += result->inDoubt;
        if (result->lost > 0 || result->unlisted > 0)
            std::printf("  trial %d, kill after %d ms: %lld lost, %lld unlisted doubles (%s)\n", trials,
                        options.killAfterMs, static_cast<long long>(result->lost),
                        static_cast<long long>(result->unlisted), qPrintable(result->trace));
    }
    std::printf("crash: %d kills in %d runs of %s messages (seed %u): %lld lost, %lld doubles, %lld of them "
                "not listed "
                "in doubt; %lld listed in all\n",
                killed, trials, qPrintable(parser.value(messages)), seed, static_cast<long long>(lost),
                static_cast<long long>(doubles), static_cast<long long>(unlisted),
                static_cast<long long>(inDoubt));
    return lost == 0 && unlisted == 0 && killed >= wanted ? 0 : 1;
}
