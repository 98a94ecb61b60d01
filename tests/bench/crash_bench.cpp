// kill -9 at random moments of replays, deletes, purges and restores, counted by an independent consumer.
// Rows of the table of table.h; what went wrong is told on stderr. Usage: crash_bench PROGRAM [--kills N]
// [--messages N] [--seed N]
#include "tests/bench/table.h"
#include "tests/support/live/crashtrial.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QFileInfo>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>

using namespace signalbox;
using namespace signalbox::live;

namespace {

int fail(const Error& error) {
    std::fprintf(stderr, "crash_bench: %s %s\n", qPrintable(error.summary), qPrintable(error.detail));
    return 1;
}

// How often each act is killed, out of ten: a replay has the most to lose.
struct Series {
    CrashAct act;
    int inTen;
};
constexpr Series allSeries[] = {
    {CrashAct::Replay, 10}, {CrashAct::Delete, 2}, {CrashAct::Purge, 2}, {CrashAct::Restore, 2}};

class Killing {
public:
    Killing(RabbitNode& node, QString program, qint64 messages, quint32 seed)
        : node_(node)
        , program_(std::move(program))
        , messages_(messages)
        , random_(seed) {}

    Result<void> run(CrashAct act, int wanted, bench::Table& table) {
        int whole[2] = {0, 0}; // how long an undisturbed run takes, by type of queue
        int killed = 0;
        int trials = 0;
        CrashResult sum;
        while (killed < wanted && trials < 3 * wanted + 10) {
            QTemporaryDir folder;
            const int kind = trials % 2;
            CrashOptions options;
            options.act = act;
            options.program = program_;
            options.folder = folder.path();
            options.messages = messages_;
            options.queueType = kind == 0 ? "classic" : "quorum";
            options.killAfterMs = whole[kind] == 0 ? 60000 : whole[kind] / 4 + below(whole[kind] * 3 / 4 + 1);
            options.again = whole[kind] > 0 && trials % 3 == 2 ? 30 + below(whole[kind]) : 0;
            const auto result = crashTrial(node_, options);
            if (!result)
                return failure(result.error());
            ++trials;
            if (whole[kind] == 0)
                whole[kind] = result->ranMs;
            killed += result->killed ? 1 : 0;
            sum.lost += result->lost;
            sum.doubles += result->doubles;
            sum.unlisted += result->unlisted;
            sum.inDoubt += result->inDoubt;
            if (result->lost > 0 || result->unlisted > 0)
                std::fprintf(stderr,
                             "crash_bench: trial %d, kill after %d ms: %lld lost, %lld unlisted (%s)\n",
                             trials, options.killAfterMs, static_cast<long long>(result->lost),
                             static_cast<long long>(result->unlisted), qPrintable(result->trace));
        }
        const QString name = QStringLiteral("crash: %1, ").arg(QLatin1String(crashActWord(act)));
        table.bound(name + QStringLiteral("kills in %1 runs x %2").arg(trials).arg(messages_), killed, {},
                    wanted, bench::atLeast(1));
        table.none(name + QStringLiteral("messages lost"), static_cast<double>(sum.lost), {});
        table.none(name + QStringLiteral("doubles not listed (of %1)").arg(sum.doubles),
                   static_cast<double>(sum.unlisted), {});
        table.plain(name + QStringLiteral("listed as in doubt"), static_cast<double>(sum.inDoubt), {});
        return {};
    }

private:
    int below(int bound) { return static_cast<int>(random_.bounded(bound)); }
    RabbitNode& node_;
    QString program_;
    qint64 messages_;
    QRandomGenerator random_;
};

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
    RabbitNode node;
    if (auto started = node.start(); !started)
        return fail(started.error());
    bench::Table table;
    Killing killing(node, QFileInfo(parser.positionalArguments().value(0)).absoluteFilePath(),
                    parser.value(messages).toLongLong(), seed);
    const int wanted = parser.value(kills).toInt();
    for (const Series& series : allSeries) {
        if (auto done = killing.run(series.act, std::max(1, wanted * series.inTen / 10), table); !done)
            return fail(done.error());
    }
    if (table.code() != 0)
        std::fprintf(stderr, "crash_bench: again with --seed %u\n", seed);
    return table.code();
}
