#include "tests/support/live/crashtrial.h"

#include "tests/support/live/rawamqp.h"

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QProcess>
#include <QThread>

namespace signalbox::live {

namespace {

constexpr int patienceMs = 120000;

QString queueName(const char* which, const CrashOptions& options) {
    return QStringLiteral("crash-%1-%2").arg(QLatin1String(which), QString::fromLatin1(options.queueType));
}

class Program {
public:
    Program(const RabbitNode& node, const CrashOptions& options)
        : options_(options) {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("SIGNALBOX_PASSWORD"), node.options().password);
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        process_.setProcessEnvironment(environment);
    }

    void start(QStringList arguments) {
        arguments << QStringLiteral("--json") << QStringLiteral("--workspace")
                  << options_.folder + QStringLiteral("/crash.signalbox");
        process_.start(options_.program, arguments);
    }
    bool kill(int afterMs) {
        if (process_.waitForFinished(afterMs))
            return false;
        process_.kill();
        process_.waitForFinished();
        return true;
    }
    Result<QList<QJsonObject>> finish(const QList<int>& fineCodes) {
        if (!process_.waitForFinished(patienceMs)) {
            process_.kill();
            process_.waitForFinished();
            return failure(ErrorKind::Busy, QStringLiteral("The program did not end in time."));
        }
        const QByteArray err = process_.readAllStandardError();
        lastWords_ = QStringLiteral("code %1 %2")
                         .arg(process_.exitCode())
                         .arg(QString::fromUtf8(err.right(500)).trimmed());
        if (process_.exitStatus() != QProcess::NormalExit || !fineCodes.contains(process_.exitCode()))
            return failure(ErrorKind::Internal,
                           QStringLiteral("The program ended with code %1.").arg(process_.exitCode()),
                           QString::fromUtf8(err.right(2000)));
        QList<QJsonObject> lines;
        for (const QByteArray& line : process_.readAllStandardOutput().split('\n')) {
            if (!line.isEmpty())
                lines << QJsonDocument::fromJson(line).object();
        }
        return lines;
    }
    Result<QList<QJsonObject>> run(const QStringList& arguments, const QList<int>& fineCodes = {0}) {
        start(arguments);
        return finish(fineCodes);
    }

    const QString& lastWords() const { return lastWords_; } // exit code and errors of the last one

private:
    CrashOptions options_;
    QString lastWords_;
    QProcess process_;
};

Result<void> fill(RawAmqp& judge, const CrashOptions& options) {
    const HeaderTable type{{"x-queue-type", HeaderValue::string(options.queueType)}};
    for (const char* which : {"from", "to"}) {
        const QString name = queueName(which, options);
        if (auto made = judge.declareQueue(name, type); !made)
            return made;
        if (auto emptied = judge.purge(name); !emptied)
            return emptied;
    }
    return judge.publish(options.messages, [&options](qint64 number) {
        Message message;
        message.routingKey = queueName("from", options).toUtf8();
        message.body = QByteArray::number(number);
        message.bodySize = message.body.size();
        message.properties.deliveryMode = std::uint8_t{2};
        message.properties.messageId = message.body;
        return message;
    });
}

// Every body, with how often it is there.
Result<void> count(RawAmqp& judge, const QString& queue, QMap<qint64, int>& seen) {
    // What a killed process held comes back when the broker has noticed.
    auto drained = judge.drain(queue);
    if (!drained)
        return failure(drained.error());
    for (const Message& message : *drained)
        ++seen[message.body.toLongLong()];
    return {};
}

// What the judge needs of the run's items: number of the message (its position in the queue) when in doubt.
Result<QSet<qint64>> doubtful(Program& program, const QString& run) {
    const auto shown =
        program.run({QStringLiteral("replay"), QStringLiteral("show"), run, QStringLiteral("--state"),
                     QStringLiteral("in-doubt"), QStringLiteral("--limit"), QStringLiteral("0")},
                    {0, 1});
    if (!shown)
        return failure(shown.error());
    QSet<qint64> doubts;
    for (const QJsonObject& line : *shown) {
        const QJsonObject item = line.value(QStringLiteral("item")).toObject();
        if (item.value(QStringLiteral("state")).toString() == QLatin1String("in-doubt"))
            doubts << static_cast<qint64>(item.value(QStringLiteral("position")).toDouble()) - 1;
    }
    return doubts;
}

} // namespace

Result<CrashResult> crashTrial(RabbitNode& node, const CrashOptions& options) {
    auto judge = RawAmqp::open(node.login());
    if (!judge)
        return failure(judge.error());
    if (auto filled = fill(**judge, options); !filled)
        return failure(filled.error());
    Program program(node, options);
    const QString from = queueName("from", options);
    if (auto added =
            program.run({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("node"),
                         QStringLiteral("--host"), QStringLiteral("127.0.0.1"), QStringLiteral("--port"),
                         QString::number(node.ports().amqp), QStringLiteral("--user"), node.options().user,
                         QStringLiteral("--management"), node.managementUrl()});
        !added)
        return failure(added.error());
    // Reading and planning are not what is tested: the kill is to fall into the moving.
    if (auto read = program.run({QStringLiteral("deadletters"), QStringLiteral("list"), from,
                                 QStringLiteral("--limit"), QStringLiteral("1")});
        !read)
        return failure(read.error());

    CrashResult result;
    QElapsedTimer timer;
    timer.start();
    program.start({QStringLiteral("replay"), QStringLiteral("run"), from, QStringLiteral("--to-queue"),
                   queueName("to", options), QStringLiteral("--yes")});
    result.killed = program.kill(options.killAfterMs);
    result.ranMs = static_cast<int>(timer.elapsed());
    const auto runs = program.run({QStringLiteral("replay"), QStringLiteral("list")});
    if (!runs)
        return failure(runs.error());
    QString run;
    if (!runs->isEmpty()) {
        run = runs->front().value(QStringLiteral("id")).toString();
        const QString state = runs->front().value(QStringLiteral("state")).toString();
        const QStringList resume{QStringLiteral("replay"), QStringLiteral("resume"), run,
                                 QStringLiteral("--yes")};
        if (state != QLatin1String("finished")) {
            if (options.again > 0) {
                program.start(resume);
                if (!program.kill(options.again))
                    result.trace += QStringLiteral("resumed before the second kill; ");
            }
            // 2: it is over already (the kill came after its last word).
            const auto resumed = program.run(resume, {0, 1, 2});
            if (!resumed)
                return failure(resumed.error());
            result.trace += program.lastWords() + QStringLiteral("; ");
        }
    }
    QSet<qint64> doubts;
    if (!run.isEmpty()) {
        auto listed = doubtful(program, run);
        if (!listed)
            return failure(listed.error());
        doubts = std::move(*listed);
    }
    QMap<qint64, int> target;
    QMap<qint64, int> source;
    if (auto counted = count(**judge, queueName("to", options), target); !counted)
        return failure(counted.error());
    if (auto counted = count(**judge, from, source); !counted)
        return failure(counted.error());
    result.inDoubt = doubts.size();
    result.moved = target.size();
    for (qint64 number = 0; number < options.messages; ++number) {
        const int times = target.value(number) + source.value(number);
        result.lost += times == 0 ? 1 : 0;
        if (times > 1) {
            ++result.doubles;
            result.unlisted += doubts.contains(number) ? 0 : 1;
        }
    }
    result.trace += QStringLiteral("run %1: %2 at the target, %3 in the source, %4 in doubt")
                        .arg(run.isEmpty() ? QStringLiteral("(none)") : run)
                        .arg(target.size())
                        .arg(source.size())
                        .arg(doubts.size());
    return result;
}

} // namespace signalbox::live
