#include "tests/sandbox/sandbox.h"

#include "tests/sandbox/bus.h"
#include "tests/sandbox/playing.h"
#include "tests/sandbox/services.h"
#include "tests/support/live/rabbitnode.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QLockFile>
#include <QThread>

#include <atomic>
#include <csignal>
#include <cstdio>

namespace signalbox::sandbox {

namespace {

constexpr int stopMs = 10000;
constexpr auto operatorName = "operator";
constexpr auto companyUser = "company";
// Written by the background services: how the company's Service Bus is reached. The second one comes last.
constexpr auto busString = "bus-connection-string";
constexpr auto busManagement = "bus-management";
constexpr int busMs = 30000;

// Set in a signal handler, read by several threads.
std::atomic<bool> endAsked = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void say(const QString& text) {
    std::fprintf(stderr, "sandbox: %s\n", text.toLocal8Bit().constData());
}

class Place {
public:
    explicit Place(const QString& folder)
        : folder_(QDir(folder).absolutePath()) {}
    QString path() const { return folder_.path(); }
    QString file(const char* name) const { return folder_.filePath(QLatin1String(name)); }
    bool has(const char* name) const { return QFile::exists(file(name)); }
    QString read(const char* name) const {
        QFile text(file(name));
        return text.open(QIODevice::ReadOnly) ? QString::fromUtf8(text.readAll()).trimmed() : QString();
    }
    Result<void> write(const char* name, const QString& text) const {
        return live::writePrivateFile(file(name), text.toUtf8() + '\n');
    }
    QString companyMarker() const { return QStringLiteral("company --folder %1 ").arg(path()); }

    // Only a folder that this program made is ever removed.
    Result<void> claim() const {
        if (!QDir().mkpath(path()))
            return failure(ErrorKind::Storage, QStringLiteral("Cannot make the folder %1.").arg(path()));
        if (!has(mark) && !folder_.isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot))
            return failure(ErrorKind::Conflict,
                           QStringLiteral("%1 is not empty and not a sandbox.").arg(path()));
        QFile::setPermissions(path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        return write(mark, QStringLiteral("A Signalbox sandbox; ./dev sandbox down removes it."));
    }
    static constexpr auto mark = "sandbox";

private:
    QDir folder_;
};

void stopCompany(const Place& place) {
    live::ServerProcess company;
    company.adopt(place.read("company.pid").toLongLong(), place.companyMarker());
    company.terminate();
    if (!company.waitGone(stopMs))
        company.kill();
    company.waitGone(stopMs);
}

// Stops what runs there and empties the folder but for the lock.
Result<void> clear(const Place& place) {
    stopCompany(place);
    if (auto node = live::RabbitNode::attach(place.path()))
        (*node)->kill();
    QDir folder(place.path());
    for (const QFileInfo& entry :
         folder.entryInfoList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot)) {
        const bool gone = entry.fileName() == QStringLiteral("lock") ||
                          entry.fileName() == QLatin1String(Place::mark) ||
                          (entry.isDir() && !entry.isSymLink() ? QDir(entry.filePath()).removeRecursively()
                                                               : QFile::remove(entry.filePath()));
        if (!gone)
            return failure(ErrorKind::Storage, QStringLiteral("Cannot remove %1.").arg(entry.filePath()));
    }
    return {};
}

Result<void> makeUsers(const live::RabbitNode& node, const QString& password) {
    live::RabbitAdmin admin = node.admin();
    const QString all = QStringLiteral(".*");
    const QString host = QLatin1String(companyHost);
    for (const auto& [name, tags] :
         {std::pair(operatorName, "monitoring,policymaker"), std::pair(companyUser, "")}) {
        if (auto done = admin.addUser(QLatin1String(name), password, QLatin1String(tags)); !done)
            return done;
        if (auto done = admin.setPermissions(host, QLatin1String(name), all, all, all); !done)
            return done;
    }
    return admin.setPermissions(host, node.options().user, all, all, all);
}

Result<std::unique_ptr<live::RabbitNode>> freshNode(const Place& place) {
    if (auto cleared = clear(place); !cleared)
        return failure(std::move(cleared.error()));
    auto scenario = Scenario::load();
    auto definitions = companyDefinitions();
    if (!scenario)
        return failure(std::move(scenario.error()));
    if (!definitions)
        return failure(std::move(definitions.error()));
    say(QStringLiteral("starting a private RabbitMQ in %1").arg(place.path()));
    live::NodeOptions options;
    options.folder = place.path();
    options.outlives = true;
    options.user = QStringLiteral("administrator");
    auto node = std::make_unique<live::RabbitNode>(options);
    const QString password = live::randomPassword();
    auto done = node->start()
                    .and_then([&] { return place.write("password", password); })
                    .and_then([&] { return node->admin().importDefinitions(*definitions); })
                    .and_then([&] { return makeUsers(*node, password); });
    if (!done)
        return failure(std::move(done.error()));
    qint64 total = 0;
    const auto counts = scenario->deadLetters();
    for (const qint64 count : counts)
        total += count;
    say(QStringLiteral("letting %1 messages die in %2 queues").arg(total).arg(counts.size()));
    done = play(*scenario, node->login(QLatin1String(companyHost))).and_then([&] {
        return place.write("filled", QString::number(total));
    });
    if (!done)
        return failure(std::move(done.error()));
    return node;
}

Result<std::unique_ptr<live::RabbitNode>> runningNode(const Place& place) {
    auto node = live::RabbitNode::attach(place.path());
    if (!node || !place.has("filled"))
        return freshNode(place);
    if ((*node)->running())
        return node;
    say(QStringLiteral("starting its RabbitMQ again"));
    (*node)->kill(); // a half of it may be left
    auto started = (*node)->start();
    if (!started && started.error().kind == ErrorKind::Conflict) {
        say(started.error().summary + QStringLiteral(" Taking other ports."));
        stopCompany(place); // it works on the old ones
        (*node)->forgetPorts();
        started = (*node)->start();
    }
    if (!started)
        return failure(std::move(started.error()));
    return node;
}

Result<void> startCompany(const Place& place) {
    if (live::processIs(place.read("company.pid").toLongLong(), place.companyMarker()))
        return {};
    QFile::remove(place.file(busManagement));
    live::Launch launch;
    launch.program = QCoreApplication::applicationFilePath();
    launch.arguments = QStringList{QStringLiteral("company"), QStringLiteral("--folder"), place.path()};
    launch.environment = QProcessEnvironment::systemEnvironment();
    launch.folder = place.path();
    launch.outputFile = place.file("log/company.txt");
    launch.outlives = true;
    live::ServerProcess company;
    if (auto done = company.start(launch, place.companyMarker()); !done)
        return done;
    if (auto done = place.write("company.pid", QString::number(company.pid())); !done)
        return done;
    QElapsedTimer time;
    for (time.start(); !place.has(busManagement); QThread::msleep(20)) {
        if (time.elapsed() > busMs)
            return failure(
                ErrorKind::Internal,
                QStringLiteral("The company's Service Bus does not come up; see %1.").arg(launch.outputFile));
    }
    return {};
}

Result<void> runProgram(QProcess& process, const QString& program, const QStringList& words,
                        const Place& place) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("SIGNALBOX_PASSWORD_SANDBOX"), place.read("password"));
    environment.insert(QStringLiteral("SIGNALBOX_PASSWORD_SANDBOX_BUS"), place.read(busString));
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start(QFileInfo(program).absoluteFilePath(), words);
    if (!process.waitForStarted())
        return failure(ErrorKind::NotFound, QStringLiteral("%1 cannot be started.").arg(program));
    process.waitForFinished();
    return {};
}

// One of an earlier sandbox is changed, so that what hangs on it stays; the person may have removed it.
Result<void> addConnection(const Place& place, const QString& program, const char* name,
                           const QStringList& options) {
    const QStringList words = QStringList{QStringLiteral("--workspace"), place.file("workspace.signalbox"),
                                          QStringLiteral("connections"), QStringLiteral("add"),
                                          QLatin1String(name),           QStringLiteral("--environment"),
                                          QStringLiteral("development"), QStringLiteral("--no-password")} +
                              options;
    QProcess process;
    if (auto started = runProgram(process, program, words + QStringList{QStringLiteral("--replace")}, place);
        !started)
        return started;
    if (process.exitStatus() == QProcess::NormalExit && process.exitCode() == 1) {
        if (auto started = runProgram(process, program, words, place); !started)
            return started;
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return failure(ErrorKind::Internal,
                       QStringLiteral("The workspace could not be made (exit %1).").arg(process.exitCode()),
                       QString::fromUtf8(process.readAll()));
    return {};
}

Result<void> makeWorkspace(const Place& place, const live::RabbitNode& node, const QString& program) {
    const QString made = QStringLiteral("%1 %2 %3")
                             .arg(node.ports().amqp)
                             .arg(node.ports().management)
                             .arg(place.read(busManagement));
    if (place.has("workspace.signalbox") && place.read("connected") == made)
        return {};
    const QStringList rabbit{QStringLiteral("--host"),       QStringLiteral("127.0.0.1"),
                             QStringLiteral("--port"),       QString::number(node.ports().amqp),
                             QStringLiteral("--vhost"),      QLatin1String(companyHost),
                             QStringLiteral("--user"),       QLatin1String(operatorName),
                             QStringLiteral("--management"), node.managementUrl()};
    const QStringList bus{QStringLiteral("--service-bus"), QStringLiteral("--management"),
                          place.read(busManagement)};
    return addConnection(place, program, "sandbox", rabbit)
        .and_then([&] { return addConnection(place, program, "sandbox bus", bus); })
        .and_then([&] { return place.write("connected", made); });
}

} // namespace

Result<void> up(const QString& folder, const QString& program) {
    QElapsedTimer time;
    time.start();
    const Place place(folder);
    if (auto claimed = place.claim(); !claimed)
        return claimed;
    QLockFile lock(place.file("lock"));
    if (!lock.tryLock())
        return failure(
            ErrorKind::Busy,
            QStringLiteral("Somebody else is starting the sandbox in %1 right now.").arg(place.path()));
    auto node = runningNode(place);
    if (!node)
        return failure(std::move(node.error()));
    if (auto done = startCompany(place); !done)
        return done;
    if (!program.isEmpty()) {
        if (auto done = makeWorkspace(place, **node, program); !done)
            return done;
    }
    constexpr double second = 1000;
    say(QStringLiteral(
            "up after %1 s: AMQP 127.0.0.1:%2, virtual host %3, management %4, user %5, password in %6")
            .arg(static_cast<double>(time.elapsed()) / second, 0, 'f', 1)
            .arg((*node)->ports().amqp)
            .arg(QLatin1String(companyHost), (*node)->managementUrl(), QLatin1String(operatorName),
                 place.file("password")));
    return {};
}

Result<void> down(const QString& folder) {
    const Place place(folder);
    if (!QDir(place.path()).exists())
        return {};
    if (!place.has(Place::mark))
        return failure(ErrorKind::Conflict,
                       QStringLiteral("%1 is not a sandbox; it stays.").arg(place.path()));
    QLockFile lock(place.file("lock"));
    if (!lock.tryLock())
        return failure(
            ErrorKind::Busy,
            QStringLiteral("Somebody else is starting the sandbox in %1 right now.").arg(place.path()));
    if (auto cleared = clear(place); !cleared)
        return cleared;
    lock.unlock();
    if (!QDir(place.path()).removeRecursively())
        return failure(ErrorKind::Storage, QStringLiteral("Cannot remove %1.").arg(place.path()));
    say(QStringLiteral("stopped and removed"));
    return {};
}

Result<void> runCompany(const QString& folder) {
    const Place place(folder);
    auto node = live::RabbitNode::attach(place.path());
    if (!node)
        return failure(std::move(node.error()));
    std::signal(SIGTERM, [](int) { endAsked = true; });
    std::signal(SIGINT, [](int) { endAsked = true; });
    live::RawLogin login = (*node)->login(QLatin1String(companyHost));
    login.user = QLatin1String(companyUser);
    login.password = place.read("password");
    const int port = login.port;
    Bus bus;
    if (auto done = bus.start()
                        .and_then([&] { return place.write(busString, bus.connectionString()); })
                        .and_then([&] { return place.write(busManagement, bus.managementUrl()); });
        !done)
        return done;
    runServices(login, [&place, port] {
        if (endAsked)
            return true;
        // Gone, or the node came back on other ports, which has services of its own then.
        auto now = live::RabbitNode::attach(place.path());
        return !now || (*now)->ports().amqp != port;
    });
    return {};
}

} // namespace signalbox::sandbox
