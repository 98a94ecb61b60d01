// The window while N messages stream from a real queue into its table: the longest time its event loop did
// not turn, and how many turns took longer than 50 ms. Usage: window_bench [--messages N]   (offscreen will
// do)
#include "app/application.h"
#include "app/workspace.h"
#include "tests/bench/table.h"
#include "tests/support/live/rabbitnode.h"
#include "tests/support/live/rawamqp.h"
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
const auto queueName = QStringLiteral("orders_error");

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
    made.routingKey = queueName.toUtf8();
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

} // namespace

int main(int argc, char** argv) {
    prepareProcess();
    QApplication app(argc, argv);
    nameApplication();
    QCommandLineParser parser;
    const QCommandLineOption count(QStringLiteral("messages"), {}, QStringLiteral("N"),
                                   QStringLiteral("100000"));
    parser.addOption(count);
    parser.process(app);
    const qint64 messages = parser.value(count).toLongLong();

    RabbitNode node{NodeOptions{}};
    need(node.start());
    {
        auto judge = need(RawAmqp::open(node.login()));
        need(judge->declareQueue(queueName, {}));
        need(judge->publish(messages, message));
    }
    QTemporaryDir folder;
    auto workspace = need(Workspace::open(folder.filePath(QStringLiteral("bench.signalbox"))));
    ConnectionProfile profile;
    profile.name = QStringLiteral("bench");
    profile.host = QStringLiteral("127.0.0.1");
    profile.port = node.ports().amqp;
    profile.user = node.options().user;
    profile.environment = Environment::Development;
    profile.managementUrl = node.managementUrl();
    profile.tls.enabled = false;
    ConnectionRegistry& connections = workspace->connections();
    auto saved = connections.save(profile, std::nullopt);
    until("saving the connection", [&] { return saved.isFinished(); });
    connections.provideSecret(connections.profiles().front().id, Secret(node.options().password.toUtf8()));

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
    page->openQueue(queueName);
    until("the queue", [&] { return page->session() && page->session()->queue().name == queueName; });
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
    table.bound(QStringLiteral("window: longest gap, %1 messages stream in").arg(messages), watch.longest,
                QStringLiteral("ms"), mostMs, bench::atMost(1));
    table.plain(QStringLiteral("window: gaps over %1 ms, of %2 turns").arg(mostMs).arg(watch.turns),
                watch.over, {});
    table.plain(QStringLiteral("window: rate with the window open"), static_cast<double>(messages) / seconds,
                QStringLiteral("/s"));
    until("the table", [&] { return page->messages()->model().rowCount() == messages; });
    window.reset();
    workspace.reset();
    return table.code();
}
