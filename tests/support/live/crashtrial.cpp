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

// One trial, step by step; each step's error ends it.
class Trial {
public:
    Trial(RabbitNode& node, const CrashOptions& options, RawAmqp& judge)
        : options_(options)
        , node_(node)
        , judge_(judge)
        , program_(node, options)
        , from_(queueName("from", options)) {}

    Result<CrashResult> run() {
        for (const auto step :
             {&Trial::prepare, &Trial::disturb, &Trial::resume, &Trial::bringBack, &Trial::judge}) {
            if (auto done = (this->*step)(); !done)
                return failure(done.error());
        }
        return result_;
    }

private:
    // Reading, planning and what is to be restored are not what is tested: the kill is to fall into the act.
    Result<void> prepare() {
        if (auto filled = fill(judge_, options_); !filled)
            return filled;
        if (auto added = say({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("node"),
                              QStringLiteral("--host"), QStringLiteral("127.0.0.1"), QStringLiteral("--port"),
                              QString::number(node_.ports().amqp), QStringLiteral("--user"),
                              node_.options().user, QStringLiteral("--management"), node_.managementUrl()});
            !added)
            return added;
        if (options_.act == CrashAct::Purge)
            return {};
        if (auto read = say({QStringLiteral("deadletters"), QStringLiteral("list"), from_,
                             QStringLiteral("--limit"), QStringLiteral("1")});
            !read || options_.act != CrashAct::Restore)
            return read;
        if (auto deleted = say(deleting()); !deleted)
            return deleted;
        auto run = newestRun("delete");
        if (!run)
            return failure(run.error());
        removedBy_ = *run;
        return {};
    }
    QStringList deleting() const {
        return {QStringLiteral("delete"), from_, QStringLiteral("--all"), QStringLiteral("--yes")};
    }
    QStringList acting() const {
        switch (options_.act) {
        case CrashAct::Replay:
            return {QStringLiteral("replay"),     QStringLiteral("run"),     from_,
                    QStringLiteral("--to-queue"), queueName("to", options_), QStringLiteral("--yes")};
        case CrashAct::Delete:
            return deleting();
        case CrashAct::Purge:
            return {QStringLiteral("purge"), from_, QStringLiteral("--confirm"), from_};
        case CrashAct::Restore:
            return {QStringLiteral("restore"), removedBy_, QStringLiteral("--yes")};
        }
        return {};
    }

    Result<void> disturb() {
        QElapsedTimer timer;
        timer.start();
        program_.start(acting());
        result_.killed = program_.kill(options_.killAfterMs);
        result_.ranMs = static_cast<int>(timer.elapsed());
        auto run = newestRun(crashActWord(options_.act));
        if (!run)
            return failure(run.error());
        run_ = *run;
        return {};
    }

    Result<void> resume() {
        if (run_.isEmpty() || isFinished_)
            return {};
        const QStringList words{QStringLiteral("replay"), QStringLiteral("resume"), run_,
                                QStringLiteral("--yes")};
        if (options_.again > 0) {
            program_.start(words);
            if (!program_.kill(options_.again))
                result_.trace += QStringLiteral("resumed before the second kill; ");
        }
        // 2: it is over already (the kill came after its last word).
        auto resumed = say(words, {0, 1, 2});
        result_.trace += program_.lastWords() + QStringLiteral("; ");
        return resumed;
    }

    // Undisturbed; what an earlier restore has sent, or may have, is not sent again.
    Result<void> bringBack() {
        const QString removedBy = options_.act == CrashAct::Restore ? removedBy_ : run_;
        if (options_.act == CrashAct::Replay || removedBy.isEmpty())
            return {};
        // 2 and 3: there is nothing (more) to restore. The counting tells whether that is true.
        auto restored = say({QStringLiteral("restore"), removedBy, QStringLiteral("--yes")}, {0, 1, 2, 3});
        result_.trace += QStringLiteral("brought back: %1; ").arg(program_.lastWords());
        return restored;
    }

    Result<void> judge() {
        QSet<qint64> doubts;
        if (!run_.isEmpty()) {
            auto listed = doubtful(program_, run_);
            if (!listed)
                return failure(listed.error());
            doubts = std::move(*listed);
        }
        QMap<qint64, int> target;
        QMap<qint64, int> source;
        if (auto counted = count(judge_, queueName("to", options_), target); !counted)
            return counted;
        if (auto counted = count(judge_, from_, source); !counted)
            return counted;
        result_.inDoubt = doubts.size();
        result_.moved = options_.act == CrashAct::Replay ? target.size() : source.size();
        for (qint64 number = 0; number < options_.messages; ++number) {
            const int times = target.value(number) + source.value(number);
            const bool inCopy = options_.act == CrashAct::Restore && doubts.contains(number);
            result_.lost += times == 0 && !inCopy ? 1 : 0;
            if (times > 1) {
                ++result_.doubles;
                result_.unlisted += doubts.contains(number) ? 0 : 1;
            }
        }
        result_.trace += QStringLiteral("%1 run %2: %3 at the target, %4 in the source, %5 in doubt")
                             .arg(QLatin1String(crashActWord(options_.act)),
                                  run_.isEmpty() ? QStringLiteral("(none)") : run_)
                             .arg(target.size())
                             .arg(source.size())
                             .arg(doubts.size());
        return {};
    }

    Result<void> say(const QStringList& arguments, const QList<int>& fineCodes = {0}) {
        const auto said = program_.run(arguments, fineCodes);
        return said ? Result<void>() : failure(said.error());
    }
    // Empty where none of the kind was made yet.
    Result<QString> newestRun(const char* kind) {
        const auto runs = program_.run({QStringLiteral("replay"), QStringLiteral("list")});
        if (!runs)
            return failure(runs.error());
        for (const QJsonObject& run : *runs) {
            if (run.value(QStringLiteral("kind")).toString() != QLatin1String(kind))
                continue;
            isFinished_ = run.value(QStringLiteral("state")).toString() == QLatin1String("finished");
            return run.value(QStringLiteral("id")).toString();
        }
        return QString();
    }

    const CrashOptions& options_;
    RabbitNode& node_;
    RawAmqp& judge_;
    Program program_;
    QString from_;
    QString removedBy_; // restore: the run whose copies are restored
    QString run_;       // the one that was disturbed
    bool isFinished_ = false;
    CrashResult result_;
};

} // namespace

const char* crashActWord(CrashAct act) {
    switch (act) {
    case CrashAct::Replay:
        return "replay";
    case CrashAct::Delete:
        return "delete";
    case CrashAct::Purge:
        return "purge";
    case CrashAct::Restore:
        return "restore";
    }
    return "";
}

Result<CrashResult> crashTrial(RabbitNode& node, const CrashOptions& options) {
    auto judge = RawAmqp::open(node.login());
    if (!judge)
        return failure(judge.error());
    return Trial(node, options, **judge).run();
}

} // namespace signalbox::live
