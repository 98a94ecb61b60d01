// Moves N persistent messages of 1 KiB from one queue to another, classic and quorum: by Signalbox's replay
// job with journal and saved copies on, by a bare C move, by the broker's dynamic shovel and by amqplib; and
// reads a queue into a snapshot against plain consuming. Rows of the table of table.h, ratios in the same
// run. Usage: replay_bench --amqplib move.js --baremove PROGRAM [--messages N] [--rounds N]
#include "app/rabbitmq/amqpsource.h"
#include "app/rabbitmq/amqptarget.h"
#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "app/store/sqlreplayjournal.h"
#include "models/deadletters/snapshotjob.h"
#include "models/replay/replayjob.h"
#include "tests/bench/table.h"
#include "tests/support/live/rabbitnode.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/live/rawconsumer.h"
#include "tests/support/testpermit.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr qsizetype bodyBytes = 1024;

[[noreturn]] void die(const QString& what) {
    std::fprintf(stderr, "replay_bench: %s\n", qPrintable(what));
    std::exit(1);
}

template<class T>
T need(Result<T> result) {
    if (!result)
        die(result.error().summary + QLatin1Char(' ') + result.error().detail);
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

class Bench {
public:
    Bench(qint64 messages, QString amqplib, QString baremove)
        : messages_(messages)
        , amqplib_(std::move(amqplib))
        , baremove_(std::move(baremove)) {
        NodeOptions options;
        options.plugins << QStringLiteral("rabbitmq_shovel");
        node_ = std::make_unique<RabbitNode>(options);
        need(node_->start());
        judge_ = need(RawAmqp::open(node_->login()));
        dial_.profile.id = QStringLiteral("bench");
        dial_.profile.name = QStringLiteral("bench");
        dial_.profile.host = QStringLiteral("127.0.0.1");
        dial_.profile.port = node_->ports().amqp;
        dial_.profile.user = node_->options().user;
        dial_.password = Secret(node_->options().password.toUtf8());
        dial_.purpose = QStringLiteral("bench");
    }

    Message message(qint64 number) const {
        Message made;
        made.routingKey = "from";
        made.body = QByteArray::number(number).leftJustified(bodyBytes, 'x');
        made.bodySize = made.body.size();
        made.properties.deliveryMode = std::uint8_t{2};
        made.properties.contentType = "application/json";
        made.properties.messageId = "m" + QByteArray::number(number);
        return made;
    }

    void fill(const char* type) {
        for (const char* name : {"from", "to"}) {
            (void)judge_->deleteQueue(QString::fromLatin1(name));
            need(judge_->declareQueue(QString::fromLatin1(name),
                                      {{"x-queue-type", HeaderValue::string(type)}}));
        }
        need(judge_->publish(messages_, [this](qint64 number) { return message(number); }));
        QThread::sleep(2); // the broker settles: flow control, segment files
    }

    void expectMoved() {
        const qint64 there = need(judge_->count(QStringLiteral("to")));
        const qint64 left = need(judge_->count(QStringLiteral("from")));
        if (there != messages_ || left != 0)
            die(QStringLiteral("%1 at the target, %2 left").arg(there).arg(left));
    }

    double signalbox(const char* type) {
        fill(type);
        QTemporaryDir folder;
        const SystemClock clock;
        auto workspace = need(WorkspaceDb::open(folder.filePath(QStringLiteral("bench.signalbox"))));
        auto journal = need(SqlReplayJournal::open(*workspace, clock));
        RunHeader header;
        header.id = QStringLiteral("run");
        header.source = {QStringLiteral("bench"), QStringLiteral("/"), QStringLiteral("from")};
        header.createdAt = clock.now();
        header.options.destination.kind = ReplayDestination::Kind::Queue;
        header.options.destination.queue = QStringLiteral("to");
        need(journal->createRun(header));
        std::vector<PlanItem> items;
        for (qint64 number = 0; number < messages_; ++number) {
            PlanItem item;
            item.number = item.snapshotId = item.position = number + 1;
            item.fingerprint = fingerprintOf(message(number));
            item.routingKey = "to";
            item.receivers = QStringList{QStringLiteral("to")};
            item.receiversKnown = true;
            items.push_back(std::move(item));
        }
        need(journal->addItems(header.id, items));
        items = {};
        ReplayJob::Parts parts;
        parts.journal = journal;
        parts.source = std::make_unique<rabbitmq::AmqpSource>(dial_, SourceOptions{header.source, 10000, {}});
        parts.target = std::make_unique<rabbitmq::AmqpTarget>(dial_);
        parts.facts = [](const Message&) { return DeathFacts{}; };
        ReplayJob job(TestPermit::make(QStringLiteral("bench")), header.id, std::move(parts));
        QElapsedTimer timer;
        timer.start();
        QObject::connect(&job, &ReplayJob::stateChanged, &job, [&job] {
            if (job.state() == ReplayJob::State::Finished || job.state() == ReplayJob::State::Failed)
                QCoreApplication::exit();
        });
        job.start();
        QCoreApplication::exec();
        const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
        if (job.error())
            die(job.error()->summary + job.error()->detail);
        expectMoved();
        return static_cast<double>(messages_) / seconds;
    }

    double program(const char* type, const QString& executable, QStringList arguments) {
        fill(type);
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("BENCH_PASSWORD"), node_->options().password);
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        arguments << QString::number(node_->ports().amqp) << QStringLiteral("/") << node_->options().user
                  << QStringLiteral("from") << QStringLiteral("to") << QString::number(messages_)
                  << QStringLiteral("2000");
        process.start(executable, arguments);
        if (!process.waitForFinished(-1) || process.exitCode() != 0)
            return 0;
        QThread::sleep(1);
        expectMoved();
        return QString::fromLatin1(process.readAllStandardOutput())
            .trimmed()
            .section(QLatin1Char(' '), 0, 0)
            .toDouble();
    }
    double bare(const char* type) { return program(type, baremove_, {}); }
    double amqplib(const char* type) {
        return QFileInfo::exists(amqplib_) ? program(type, QStringLiteral("node"), {amqplib_}) : 0;
    }

    double shovel(const char* type) {
        fill(type);
        RabbitAdmin admin = node_->admin();
        const QString uri = QStringLiteral("amqp://%1:%2@127.0.0.1:%3")
                                .arg(node_->options().user, node_->options().password)
                                .arg(node_->ports().amqp);
        QElapsedTimer timer;
        timer.start();
        need(admin.setParameter(QStringLiteral("shovel"), QStringLiteral("/"), QStringLiteral("bench"),
                                {{QStringLiteral("src-uri"), uri},
                                 {QStringLiteral("src-queue"), QStringLiteral("from")},
                                 {QStringLiteral("dest-uri"), uri},
                                 {QStringLiteral("dest-queue"), QStringLiteral("to")},
                                 {QStringLiteral("ack-mode"), QStringLiteral("on-confirm")},
                                 {QStringLiteral("src-prefetch-count"), 1000}}));
        while (need(judge_->count(QStringLiteral("to"))) < messages_ && timer.elapsed() < 600000)
            QThread::msleep(20);
        const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
        need(admin.removeParameter(QStringLiteral("shovel"), QStringLiteral("/"), QStringLiteral("bench")));
        return static_cast<double>(messages_) / seconds;
    }

    double consume(const char* type) {
        fill(type);
        auto consumer = need(RawConsumer::open(node_->login(), 2000));
        QElapsedTimer timer;
        timer.start();
        need(consumer->consume(QStringLiteral("from")));
        for (qint64 i = 0; i < messages_; ++i) {
            const auto delivery = need(consumer->next(30000));
            if (!delivery)
                die(QStringLiteral("consuming stopped"));
            if (i % 500 == 499 || i + 1 == messages_)
                need(consumer->ack(delivery->tag, true));
        }
        return static_cast<double>(messages_) * 1e9 / static_cast<double>(timer.nsecsElapsed());
    }

    double browse(const char* type) {
        fill(type);
        QTemporaryDir folder;
        const SystemClock clock;
        SqlSnapshotLibrary library(
            folder.filePath(QStringLiteral("snapshots")), [](const Message&) { return DeathFacts{}; }, clock);
        const EntityRef queue{QStringLiteral("bench"), QStringLiteral("/"), QStringLiteral("from")};
        auto snapshot =
            need(library.openFor(queue, QStringLiteral("bench"), QString::fromLatin1(type), true));
        SnapshotJob job(std::make_unique<rabbitmq::AmqpSource>(dial_, SourceOptions{queue, 0, {}}), snapshot,
                        {.limit = messages_, .expected = messages_});
        QElapsedTimer timer;
        timer.start();
        QObject::connect(&job, &SnapshotJob::stateChanged, &job, [&job] {
            if (job.state() == SnapshotJob::State::Finished || job.state() == SnapshotJob::State::Failed)
                QCoreApplication::exit();
        });
        job.start();
        QCoreApplication::exec();
        const double seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
        if (snapshot->info().count != messages_)
            die(QStringLiteral("the snapshot has %1 messages").arg(snapshot->info().count));
        return static_cast<double>(messages_) / seconds;
    }

private:
    qint64 messages_;
    QString amqplib_;
    QString baremove_;
    std::unique_ptr<RabbitNode> node_;
    std::unique_ptr<RawAmqp> judge_;
    rabbitmq::Dial dial_;
};

struct Contender {
    const char* name;
    std::function<double()> measure; // messages a second; 0: not available
    bench::Target target = {};       // of the first contender's rate over this one's
    std::vector<double> rates = {};
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Each round asks everyone once. Brokers have moods that last minutes, so a ratio is one of the same round,
// and the middle one of the rounds counts.
void compare(bench::Table& table, const char* type, std::vector<Contender> all, int rounds) {
    for (int round = 0; round < rounds; ++round) {
        for (Contender& one : all) {
            one.rates.push_back(one.measure());
            std::fprintf(stderr, "%s, round %d of %d: %s %.0f /s\n", type, round + 1, rounds, one.name,
                         one.rates.back());
        }
    }
    const QString name = QStringLiteral("%1, %2").arg(QLatin1String(all.front().name), QLatin1String(type));
    const double own = median(all.front().rates);
    for (std::size_t i = 1; i < all.size(); ++i) {
        const Contender& one = all[i];
        std::vector<double> ratios;
        for (std::size_t round = 0; round < one.rates.size(); ++round) {
            if (one.rates[round] > 0)
                ratios.push_back(all.front().rates[round] / one.rates[round]);
        }
        bench::Row row{name, own, QStringLiteral("/s"), QLatin1String(one.name), std::nullopt, one.target};
        if (ratios.empty()) {
            row.peer += QStringLiteral(", not measured");
        } else {
            row.peer += QStringLiteral(" %1 /s").arg(median(one.rates), 0, 'f', 0);
            row.ratio = median(ratios);
        }
        table.add(row);
    }
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    const QCommandLineOption amqplib(QStringLiteral("amqplib"), {}, QStringLiteral("FILE"));
    const QCommandLineOption bare(QStringLiteral("baremove"), {}, QStringLiteral("PROGRAM"));
    const QCommandLineOption messages(QStringLiteral("messages"), {}, QStringLiteral("N"),
                                      QStringLiteral("100000"));
    const QCommandLineOption rounds(QStringLiteral("rounds"), {}, QStringLiteral("N"), QStringLiteral("5"));
    const QCommandLineOption only(QStringLiteral("only"), {}, QStringLiteral("classic|quorum"));
    parser.addOptions({amqplib, bare, messages, rounds, only});
    parser.process(app);
    Bench moves(parser.value(messages).toLongLong(), parser.value(amqplib), parser.value(bare));
    const int times = std::max(1, parser.value(rounds).toInt());
    bench::Table table;
    for (const char* type : {"classic", "quorum"}) {
        if (parser.isSet(only) && parser.value(only) != QLatin1String(type))
            continue;
        const double share = QLatin1String(type) == QLatin1String("classic") ? 0.9 : 0.75; // of the bare move
        compare(table, type,
                {{"replay with journal and copies", [&] { return moves.signalbox(type); }},
                 {"bare C move", [&] { return moves.bare(type); }, bench::atLeast(share)},
                 {"dynamic shovel", [&] { return moves.shovel(type); }, bench::above(1)},
                 {"amqplib", [&] { return moves.amqplib(type); }, bench::above(1)}},
                times);
        compare(table, type,
                {{"reading into a snapshot", [&] { return moves.browse(type); }},
                 {"plain consuming", [&] { return moves.consume(type); }}},
                times);
    }
    return table.code();
}
