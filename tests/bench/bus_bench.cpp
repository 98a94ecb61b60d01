// Peeks at, takes and replays N messages of 1 KiB on the Service Bus peer: by Signalbox and by the vendor's
// JavaScript client, in the same run. Peeking and taking are the adapter alone; a replay is a run of
// the program from its acceptance to its end, journal and saved copies included. Then three chosen messages
// deep in a dead-letter queue. Usage: bus_bench --program signalbox --peer signalbox-servicebuspeer --client
// bus.js [--messages N]
#include "app/servicebus/locksource.h"
#include "app/servicebus/peeksource.h"
#include "tests/bench/table.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDateTime>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

constexpr int patienceMs = 600000;
const QString deadLetters = QStringLiteral("from/$DeadLetterQueue");

[[noreturn]] void die(const QString& what) {
    std::fprintf(stderr, "bus_bench: %s\n", qPrintable(what));
    std::exit(2);
}

struct Figure {
    double perSecond = 0;
    double peakMb = 0;
};

double peakMbOf(const QString& process) {
    QFile status(QStringLiteral("/proc/%1/status").arg(process));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const auto found =
        QRegularExpression(QStringLiteral("VmHWM:\\s+(\\d+)")).match(QString::fromLatin1(status.readAll()));
    return found.captured(1).toDouble() / 1024;
}

NamespaceAccess accessAt(int port) {
    NamespaceAccess access;
    access.endpoint.kind = Endpoint::Kind::Plain;
    access.endpoint.host = QStringLiteral("127.0.0.1");
    access.endpoint.port = port;
    access.hostname = QStringLiteral("localhost");
    access.keyName = QStringLiteral("RootManageSharedAccessKey");
    access.secret = Secret(QByteArray("SAS_KEY_VALUE"));
    return access;
}

template<class T>
T need(Result<T> result) {
    if (!result)
        die(result.error().summary + QLatin1Char(' ') + result.error().detail);
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

// --- one part, in a process of its own
// ------------------------------------------------------------------------

void fill(int port, const QByteArray& queue, int count, bool dies) {
    SendTarget target(accessAt(port));
    need(target.open());
    Message message;
    message.properties.amqp10.emplace();
    message.properties.contentType = "application/octet-stream";
    message.body = QByteArray(1024, 'x');
    if (dies)
        message.properties.expiration = "60000";
    int open = 0;
    for (int i = 0; i < count || open > 0;) {
        if (i < count && open < 2000) {
            message.properties.messageId = "m-" + QByteArray::number(i);
            const Outgoing out{i, {}, queue, &message};
            need(target.publish(std::span(&out, 1)));
            ++i;
            ++open;
        }
        open -= static_cast<int>(need(target.outcomes(open >= 2000 || i == count ? 100 : 0)).size());
    }
    target.close();
}

int peek(int port, const QString& queue) {
    SourceOptions options;
    options.queue.name = queue;
    PeekSource source(accessAt(port), options);
    need(source.open());
    int count = 0;
    for (;;) {
        const auto some = need(source.receive(500, 100));
        if (some.empty())
            return count;
        count += static_cast<int>(some.size());
    }
}

int take(int port, const QString& queue, int count) {
    SourceOptions options;
    options.queue.name = queue;
    options.takes = true;
    LockSource source(accessAt(port), options);
    need(source.open());
    int taken = 0;
    while (taken < count) {
        const auto some = need(source.receive(std::min(500, count - taken), 2000));
        std::vector<std::uint64_t> tags;
        for (const Delivery& delivery : some)
            tags.push_back(delivery.tag);
        need(source.settle(tags));
        taken += static_cast<int>(some.size());
        if (some.empty())
            break;
    }
    need(source.sync());
    source.close();
    return taken;
}

int runPart(const QString& part, int port, const QString& queue, int count) {
    QElapsedTimer clock;
    clock.start();
    if (part == QLatin1String("fill") || part == QLatin1String("dying"))
        fill(port, queue.toUtf8(), count, part == QLatin1String("dying"));
    else if ((part == QLatin1String("peek") ? peek(port, queue) : take(port, queue, count)) != count)
        die(QStringLiteral("not all messages came"));
    const double seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    std::printf("{\"perSecond\":%f,\"peakKb\":%f}\n", count / seconds,
                peakMbOf(QStringLiteral("self")) * 1024);
    return 0;
}

// --- the driver
// -----------------------------------------------------------------------------------------------

class Bench {
public:
    Bench(QString program, const QString& peer, QString client, int messages)
        : program_(std::move(program))
        , client_(std::move(client))
        , messages_(messages) {
        peer_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        peer_.start(peer, {});
        peer_.write("{\"queues\": [{\"name\": \"from\", \"deadLettersExpired\": true, \"lockMs\": 30000}, "
                    "{\"name\": \"plain\"}, {\"name\": \"to\"}]}\n");
        if (!peer_.waitForStarted() || !peer_.waitForReadyRead(patienceMs))
            die(QStringLiteral("the peer does not start"));
        const QJsonObject ports = QJsonDocument::fromJson(peer_.readLine()).object();
        amqp_ = ports.value(QStringLiteral("amqp")).toInt();
        http_ = ports.value(QStringLiteral("http")).toInt();
    }
    ~Bench() {
        peer_.closeWriteChannel();
        peer_.waitForFinished();
    }

    int run() {
        prepare();
        compare(QStringLiteral("peek"), [this] { make(QStringLiteral("dying"), "from", messages_); },
                deadLetters, {});
        compare(QStringLiteral("take"), [this] { make(QStringLiteral("fill"), "plain", messages_); },
                QStringLiteral("plain"), {});
        compare(
            QStringLiteral("replay"), [this] { make(QStringLiteral("dying"), "from", messages_); },
            deadLetters, QStringLiteral("to"));
        deep();
        return table_.code();
    }

private:
    QString amqp() const { return QString::number(amqp_); }

    Figure call(const QString& program, const QStringList& words) {
        QProcess process;
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(program, words);
        if (!process.waitForFinished(patienceMs) || process.exitCode() != 0)
            die(QStringLiteral("%1 %2 failed").arg(program, words.join(QLatin1Char(' '))));
        const QJsonObject said = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
        return {said.value(QStringLiteral("perSecond")).toDouble(),
                said.value(QStringLiteral("peakKb")).toDouble() / 1024};
    }
    Figure ours(const QString& part, const QString& queue, int count) {
        return call(QCoreApplication::applicationFilePath(),
                    {QStringLiteral("--part"), part, amqp(), queue, QString::number(count)});
    }
    // Fresh messages; dying ones are dead letters when it returns.
    void make(const QString& part, const char* queue, int count) {
        control(QStringLiteral("clear"), {});
        ours(part, QString::fromLatin1(queue), count);
        if (part == QLatin1String("dying"))
            control(QStringLiteral("clock"), {{QStringLiteral("advanceMs"), 120000}});
    }
    void control(const QString& what, const QJsonObject& body) {
        if (what == QLatin1String("clear")) { // what earlier parts have left
            for (const char* queue : {"from/$DeadLetterQueue", "plain", "to"}) {
                const int left = countIn(queue);
                if (left > 0)
                    ours(QStringLiteral("take"), QString::fromLatin1(queue), left);
            }
            return;
        }
        ask(what, QJsonDocument(body).toJson(QJsonDocument::Compact));
    }
    // The peer's control endpoint: a GET without a body.
    QByteArray ask(const QString& what, const QByteArray& body) {
        QNetworkAccessManager network;
        QNetworkRequest request(QUrl(QStringLiteral("http://127.0.0.1:%1/$peer/%2").arg(http_).arg(what)));
        request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
        const std::unique_ptr<QNetworkReply> reply(body.isEmpty() ? network.get(request)
                                                                  : network.post(request, body));
        QEventLoop loop;
        QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
        if (!reply->isFinished())
            loop.exec();
        if (reply->error() != QNetworkReply::NoError)
            die(what + QStringLiteral(": ") + reply->errorString());
        return reply->readAll();
    }
    int countIn(const QByteArray& queue) {
        const QByteArray said = ask(QStringLiteral("counts"), {});
        const bool isDead = queue.endsWith("/$DeadLetterQueue");
        const QString name = QString::fromUtf8(queue.split('/').front());
        return QJsonDocument::fromJson(said)
            .object()
            .value(name)
            .toObject()
            .value(isDead ? QStringLiteral("dead") : QStringLiteral("active"))
            .toInt();
    }

    void prepare() {
        signalbox({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("bus"),
                   QStringLiteral("--service-bus"), QStringLiteral("--management"),
                   QStringLiteral("http://localhost:%1").arg(http_)});
    }
    Figure signalbox(QStringList words, int count = 0) {
        QProcess process;
        said_.clear();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HOME"), folder_.path());
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        environment.insert(
            QStringLiteral("SIGNALBOX_PASSWORD"),
            QStringLiteral("Endpoint=sb://localhost:%1;SharedAccessKeyName=RootManageSharedAccessKey;"
                           "SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;")
                .arg(amqp_));
        process.setProcessEnvironment(environment);
        words << QStringLiteral("--workspace") << folder_.filePath(QStringLiteral("bench.signalbox"));
        QElapsedTimer clock;
        clock.start();
        process.start(program_, words);
        process.waitForStarted();
        double peak = 0;
        while (process.state() != QProcess::NotRunning) {
            peak = std::max(peak, peakMbOf(QString::number(process.processId())));
            process.waitForFinished(50);
        }
        said_ = process.readAllStandardOutput();
        if (process.exitCode() != 0)
            die(words.join(QLatin1Char(' ')) + QLatin1Char('\n') +
                QString::fromUtf8(said_.right(1000) + process.readAllStandardError().right(1000)));
        return {count / (static_cast<double>(clock.nsecsElapsed()) / 1e9), peak};
    }

    // From the plan's acceptance to the last answer, as the journal has it.
    double secondsOfRun() const {
        const QByteArray last = said_.trimmed().split('\n').back();
        const QJsonObject run =
            QJsonDocument::fromJson(last).object().value(QStringLiteral("run")).toObject();
        const auto at = [&run](const char* name) {
            return QDateTime::fromString(run.value(QLatin1String(name)).toString(), Qt::ISODateWithMs);
        };
        if (!at("createdAt").isValid() || !at("endedAt").isValid())
            die(QStringLiteral("the run has no times"));
        return static_cast<double>(at("createdAt").msecsTo(at("endedAt"))) / 1000;
    }

    void compare(const QString& part, const std::function<void()>& fill, const QString& source,
                 const QString& target) {
        fill();
        const Figure other =
            call(QStringLiteral("node"), {client_, part, amqp(), source, target, QString::number(messages_)});
        fill();
        Figure mine;
        if (part == QLatin1String("replay")) {
            signalbox({QStringLiteral("deadletters"), QStringLiteral("list"), source,
                       QStringLiteral("--refresh"), QStringLiteral("--limit"), QStringLiteral("1")});
            mine = signalbox({QStringLiteral("replay"), QStringLiteral("run"), source,
                              QStringLiteral("--to-queue"), target, QStringLiteral("--strip-expiration"),
                              QStringLiteral("--yes"), QStringLiteral("--json")},
                             messages_);
            table_.plain(QStringLiteral("Service Bus: replay with start and plan"), mine.perSecond,
                         QStringLiteral("/s"));
            mine.perSecond = messages_ / secondsOfRun();
        } else {
            mine = ours(part, source, messages_);
        }
        table_.add({QStringLiteral("Service Bus: %1, %2 x 1 KiB").arg(part).arg(messages_), mine.perSecond,
                    QStringLiteral("/s"),
                    QStringLiteral("JavaScript client %1 /s").arg(qRound(other.perSecond)),
                    mine.perSecond / other.perSecond, bench::atLeast(5)});
        table_.add({QStringLiteral("Service Bus: %1, peak memory").arg(part), mine.peakMb,
                    QStringLiteral("MB"), QStringLiteral("JavaScript client %1 MB").arg(qRound(other.peakMb)),
                    mine.peakMb / other.peakMb, bench::atMost(1.0 / 3)});
    }

    // Scenario 1: three chosen ones deep in a dead-letter queue, with locks of 30 s.
    void deep() {
        const int count = 2 * messages_;
        make(QStringLiteral("dying"), "from", count);
        const Figure read =
            signalbox({QStringLiteral("deadletters"), QStringLiteral("list"), deadLetters,
                       QStringLiteral("--refresh"), QStringLiteral("--limit"), QStringLiteral("1")},
                      count);
        table_.plain(QStringLiteral("Service Bus: snapshot of %1").arg(count), read.perSecond,
                     QStringLiteral("/s"));
        const QString where = QStringLiteral("message_id = m-5 or message_id = m-%1 or message_id = m-%2")
                                  .arg(count / 2)
                                  .arg(count - 1);
        const Figure moved = signalbox({QStringLiteral("replay"), QStringLiteral("run"), deadLetters,
                                        QStringLiteral("--to-queue"), QStringLiteral("to"),
                                        QStringLiteral("--strip-expiration"), QStringLiteral("--where"),
                                        where, QStringLiteral("--yes")},
                                       3);
        if (countIn("from/$DeadLetterQueue") != count - 3)
            die(QStringLiteral("not three messages have left the dead-letter queue"));
        table_.plain(QStringLiteral("Service Bus: 3 chosen of %1").arg(count), 3 / moved.perSecond,
                     QStringLiteral("s"));
        table_.bound(QStringLiteral("Service Bus: 3 chosen of %1, peak memory").arg(count), moved.peakMb,
                     QStringLiteral("MB"), 300, bench::below(1));
    }

    const QString program_;
    const QString client_;
    const int messages_;
    QProcess peer_;
    int amqp_ = 0;
    int http_ = 0;
    QTemporaryDir folder_;
    QByteArray said_; // by the program, on its standard output
    bench::Table table_;
};

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.addOptions({{QStringLiteral("program"), QStringLiteral("signalbox"), QStringLiteral("file")},
                       {QStringLiteral("peer"), QStringLiteral("the peer's program"), QStringLiteral("file")},
                       {QStringLiteral("client"), QStringLiteral("bus.js"), QStringLiteral("file")},
                       {QStringLiteral("messages"), QStringLiteral("how many"), QStringLiteral("n"),
                        QStringLiteral("50000")},
                       {QStringLiteral("part"), QStringLiteral("one part: NAME PORT QUEUE COUNT"),
                        QStringLiteral("name")}});
    parser.process(application);
    const QStringList rest = parser.positionalArguments();
    if (parser.isSet(QStringLiteral("part")) && rest.size() == 3)
        return runPart(parser.value(QStringLiteral("part")), rest[0].toInt(), rest[1], rest[2].toInt());
    return Bench(parser.value(QStringLiteral("program")), parser.value(QStringLiteral("peer")),
                 parser.value(QStringLiteral("client")), parser.value(QStringLiteral("messages")).toInt())
        .run();
}
