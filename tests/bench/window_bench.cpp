// The window while N messages stream from a real queue into its table: the longest time its event loop did
// not turn, and how many turns took longer than 50 ms. Of Service Bus (--bus), besides: while three chosen
// messages deep in a dead-letter queue are planned and moved. Usage: window_bench [--bus] [--messages N]
// (offscreen will do)
#include "app/application.h"
#include "app/workspace.h"
#include "tests/bench/table.h"
#include "tests/support/live/rabbitnode.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/servicebuspeer/peer.h"
#include "tests/support/testpermit.h"
#include "views/deadletters/deadletterspage.h"
#include "views/deadletters/messagetable.h"
#include "views/deadletters/readingbar.h"
#include "views/deadletters/snapshotsession.h"
#include "views/shell/mainwindow.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTimer>
#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr double mostMs = 50; // what the user may not notice
const auto rabbitQueue = QStringLiteral("orders_error");
const auto busQueue = QStringLiteral("from/$DeadLetterQueue");

template<class T>
T need(Result<T> result) {
    if (!result) {
        std::fprintf(stderr, "window_bench: %s %s\n", qPrintable(result.error().summary),
                     qPrintable(result.error().detail));
        std::exit(1);
    }
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

// Turns the event loop until `done`.
void until(const char* what, const std::function<bool()>& done, int seconds = 600) {
    QElapsedTimer timer;
    timer.start();
    while (!done()) {
        if (timer.elapsed() > seconds * 1000LL) {
            std::fprintf(stderr, "window_bench: no end of: %s\n", what);
            std::exit(1);
        }
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents, 100);
    }
}

// A timer every millisecond: the time between two of its calls is what a key press would have waited.
class GapWatch : public QObject {
public:
    GapWatch() {
        timer_.setTimerType(Qt::PreciseTimer);
        connect(&timer_, &QTimer::timeout, this, [this] {
            const double ms = static_cast<double>(clock_.nsecsElapsed()) / 1e6;
            clock_.start();
            longest = std::max(longest, ms);
            over += ms > mostMs ? 1 : 0;
            ++turns;
        });
    }
    void start() {
        longest = 0;
        over = turns = 0;
        clock_.start();
        timer_.start(1);
    }
    void stop() { timer_.stop(); }
    double longest = 0;
    int over = 0;
    int turns = 0;

private:
    QTimer timer_;
    QElapsedTimer clock_;
};

Message message(qint64 number) {
    Message made;
    made.routingKey = rabbitQueue.toUtf8();
    const QByteArray id = QByteArray::number(number);
    made.body = "{\"order\":" + id + ",\"text\":\"" + QByteArray(900, 'x') + "\"}";
    made.bodySize = made.body.size();
    made.properties.deliveryMode = std::uint8_t{2};
    made.properties.messageId = "m" + id;
    HeaderTable headers;
    setHeader(headers, "MT-Fault-ExceptionType", HeaderValue::string("System.TimeoutException"));
    setHeader(headers, "MT-Fault-Message", HeaderValue::string("No answer after " + id + " ms"));
    made.properties.headers = std::move(headers);
    return made;
}

// A broker with the messages, and how the console reaches it.
struct Scene {
    ConnectionProfile profile;
    Secret secret;
    QString queue;
    std::unique_ptr<RabbitNode> node;
    std::unique_ptr<sbpeer::Peer> peer;
};

Scene rabbitScene(qint64 messages) {
    Scene scene;
    scene.node = std::make_unique<RabbitNode>(NodeOptions{});
    need(scene.node->start());
    {
        auto judge = need(RawAmqp::open(scene.node->login()));
        need(judge->declareQueue(rabbitQueue, {}));
        need(judge->publish(messages, message));
    }
    scene.queue = rabbitQueue;
    scene.profile.port = scene.node->ports().amqp;
    scene.profile.user = scene.node->options().user;
    scene.profile.managementUrl = scene.node->managementUrl();
    scene.secret = Secret(scene.node->options().password.toUtf8());
    return scene;
}

Scene busScene(qint64 messages) {
    Scene scene;
    scene.peer = std::make_unique<sbpeer::Peer>();
    if (!scene.peer->start(R"({"queues": [{"name": "from", "deadLettersExpired": true, "lockMs": 30000},
                                          {"name": "to"}]})")) {
        std::fprintf(stderr, "window_bench: the peer does not start\n");
        std::exit(1);
    }
    std::vector<sbpeer::Message> letters;
    for (qint64 i = 0; i < messages; ++i) {
        letters.push_back(sbpeer::textMessage("m" + QByteArray::number(i), QByteArray(1000, 'x')));
        letters.back().header = sbpeer::Value::list(
            {{}, {}, sbpeer::Value::number(sbpeer::Value::Type::UInt, 1000)}); // dies of age
    }
    (void)scene.peer->put("from", letters);
    scene.peer->advance(5000);
    scene.queue = busQueue;
    scene.profile.technology = technology::serviceBus;
    scene.profile.port = scene.peer->ports().amqp;
    scene.profile.user = QStringLiteral("RootManageSharedAccessKey");
    scene.profile.managementUrl = QStringLiteral("http://localhost:%1").arg(scene.peer->ports().http);
    scene.secret = Secret(QByteArray("SAS_KEY_VALUE"));
    return scene;
}

// Number 6, the one in the middle and the last but one, to another queue.
void moveThree(Workspace& workspace, DeadLettersPage& page, qint64 messages) {
    auto& gateway = *page.board().gateway();
    PlanRequest request;
    request.source = page.session()->queue();
    request.connectionName = QStringLiteral("bench");
    request.options.destination.kind = ReplayDestination::Kind::Queue;
    request.options.destination.queue = QStringLiteral("to");
    request.options.expiration = KeepOrStrip::Strip;
    auto routing = gateway.routing();
    until("the structure", [&] { return routing.isFinished(); });
    request.routing = need(routing.result());
    const auto snapshot = need(workspace.snapshots().open(page.session()->info()->id));
    std::vector<PlanInput> chosen;
    for (const qint64 row : {qint64{5}, messages / 2, messages - 2}) {
        const auto rows = need(snapshot->rows(std::vector<qint64>{row + 1}));
        Message original = need(snapshot->message(row + 1));
        chosen.push_back({rows[0].id,
                          rows[0].position,
                          rows[0].fingerprint,
                          rows[0].occurrence,
                          std::move(original),
                          {},
                          std::nullopt});
    }
    const auto rest = std::make_shared<std::vector<PlanInput>>(std::move(chosen));
    request.next = [rest]() -> Result<std::vector<PlanInput>> { return std::exchange(*rest, {}); };
    auto planned = workspace.replays().plan(request);
    until("the plan", [&] { return planned.isFinished(); });
    auto accepted =
        workspace.replays().accept(request, std::make_shared<const ReplayPlan>(need(planned.result())));
    until("the acceptance", [&] { return accepted.isFinished(); });
    ReplayJob* job = need(workspace.replays().start(need(accepted.result()),
                                                    TestPermit::make(gateway.connectionId()), gateway));
    const QString run = job->runId();
    until("the run", [&] { return workspace.replays().job(run) == nullptr; });
}

} // namespace

int main(int argc, char** argv) {
    prepareProcess();
    QApplication app(argc, argv);
    nameApplication();
    QCommandLineParser parser;
    const QCommandLineOption count(QStringLiteral("messages"), {}, QStringLiteral("N"),
                                   QStringLiteral("100000"));
    const QCommandLineOption bus(QStringLiteral("bus"));
    parser.addOptions({count, bus});
    parser.process(app);
    const qint64 messages = parser.value(count).toLongLong();
    const bool isBus = parser.isSet(bus);
    Scene scene = isBus ? busScene(messages) : rabbitScene(messages);

    QTemporaryDir folder;
    auto workspace = need(Workspace::open(folder.filePath(QStringLiteral("bench.signalbox"))));
    ConnectionProfile& profile = scene.profile;
    profile.name = QStringLiteral("bench");
    profile.host = QStringLiteral("127.0.0.1");
    profile.environment = Environment::Development;
    profile.tls.enabled = false;
    ConnectionRegistry& connections = workspace->connections();
    auto saved = connections.save(profile, std::nullopt);
    until("saving the connection", [&] { return saved.isFinished(); });
    connections.provideSecret(connections.profiles().front().id, scene.secret);

    auto window = workspace->makeWindow();
    auto* main = qobject_cast<MainWindow*>(window.get());
    main->resize(1280, 800);
    main->show();
    auto* page = qobject_cast<DeadLettersPage*>(main->page(QStringLiteral("deadletters")));
    until("connecting", [&] {
        const QString id = connections.profiles().front().id;
        return connections.gateway(id) && connections.gateway(id)->linkState() == LinkState::Connected &&
               page->board().gateway();
    });
    main->showPage(QStringLiteral("deadletters"));
    page->openQueue(scene.queue);
    until("the queue", [&] { return page->session() && page->session()->queue().name == scene.queue; });
    until("the look for an earlier snapshot", [&] { return !page->session()->isOpening(); });

    GapWatch watch;
    watch.start();
    QElapsedTimer timer;
    timer.start();
    page->session()->read(*page->board().gateway(), {});
    until("reading", [&] { return !page->session()->isReading() && page->session()->info(); });
    watch.stop();
    const double seconds = static_cast<double>(timer.elapsed()) / 1000;
    bench::Table table;
    const QString broker = isBus ? QStringLiteral("window, Service Bus") : QStringLiteral("window");
    table.bound(QStringLiteral("%1: longest gap, %2 messages stream in").arg(broker).arg(messages),
                watch.longest, QStringLiteral("ms"), mostMs, bench::atMost(1));
    table.plain(QStringLiteral("%1: gaps over %2 ms, of %3 turns").arg(broker).arg(mostMs).arg(watch.turns),
                watch.over, {});
    table.plain(broker + QStringLiteral(": rate with the window open"),
                static_cast<double>(messages) / seconds, QStringLiteral("/s"));
    until("the table", [&] { return page->messages()->model().rowCount() == messages; });
    if (isBus) {
        watch.start();
        moveThree(*workspace, *page, messages);
        watch.stop();
        table.bound(QStringLiteral("%1: longest gap, 3 of %2 moved").arg(broker).arg(messages), watch.longest,
                    QStringLiteral("ms"), mostMs, bench::atMost(1));
        if (scene.peer->count("to") != 3) {
            std::fprintf(stderr, "window_bench: not three have arrived\n");
            return 2;
        }
    }
    window.reset();
    workspace.reset();
    return table.code();
}
