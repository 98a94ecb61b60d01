#include "tests/support/live/rabbitnode.h"

#include <QDeadlineTimer>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QStandardPaths>
#include <QStorageInfo>
#include <QThread>

namespace signalbox::live {

namespace {

constexpr int startMs = 120000; // a busy machine with sanitizers all around
constexpr int stopMs = 60000;
constexpr int toolMs = 120000;
constexpr int pollMs = 20;
constexpr qint64 neededBytes = 300LL * 1024 * 1024; // the node itself stops publishers below 50 MB

} // namespace

RabbitNode::RabbitNode(NodeOptions options)
    : options_(std::move(options)) {
    if (options_.folder.isEmpty()) {
        temporary_ = std::make_unique<QTemporaryDir>();
        options_.folder = temporary_->path();
    }
    options_.folder = QDir(options_.folder).absolutePath();
    if (options_.password.isEmpty())
        options_.password = randomPassword();
}

RabbitNode::~RabbitNode() {
    if (options_.outlives)
        return;
    kill();
}

QString RabbitNode::path(const char* name) const {
    return QDir(options_.folder).filePath(QLatin1String(name));
}

// A flag that means nothing to Erlang; it stands in the command line of the start script and of the machine
// it becomes.
QString RabbitNode::marker() const {
    return QStringLiteral("-signalbox_node ") +
           QString::fromUtf8(options_.folder.toUtf8().toPercentEncoding("/")) + QLatin1Char(' ');
}

Result<std::unique_ptr<RabbitNode>> RabbitNode::attach(const QString& folder) {
    QFile file(QDir(folder).filePath(QStringLiteral("node.json")));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::NotFound, QStringLiteral("There is no node in %1.").arg(folder));
    const QJsonObject object = QJsonDocument::fromJson(file.readAll()).object();
    NodeOptions options;
    NodePorts ports;
    fromJson(object, &options, &ports);
    options.folder = folder;
    options.outlives = true;
    if (options.password.isEmpty() || ports.amqp == 0)
        return failure(ErrorKind::Corrupt, QStringLiteral("%1 is damaged.").arg(file.fileName()));
    auto node = std::make_unique<RabbitNode>(options);
    node->ports_ = ports;
    const auto pid = [&object](const char* name) { return object.value(QLatin1String(name)).toInteger(); };
    node->epmd_.adopt(pid("epmdPid"), QStringLiteral("-port %1 ").arg(ports.epmd));
    node->server_.adopt(pid("serverPid"), node->marker());
    return node;
}

Result<void> RabbitNode::start() {
    if (running())
        return {};
    constexpr int tries = 3;
    const bool fixed = ports_ != NodePorts{};
    for (int i = 0; i < tries; ++i) {
        if (!fixed)
            ports_ = NodePorts::choose();
        auto started = tryStart();
        if (started)
            return started;
        kill();
        // Somebody was quicker on one of the ports chosen.
        if (fixed || started.error().kind != ErrorKind::Conflict || i + 1 == tries) {
            if (!fixed)
                forgetPorts();
            return started;
        }
    }
    return {};
}

Result<void> RabbitNode::tryStart() {
    const QString scripts = rabbitScripts();
    if (scripts.isEmpty())
        return failure(ErrorKind::NotFound,
                       QStringLiteral("RabbitMQ is not installed. Try: apt-get install rabbitmq-server"),
                       QStringLiteral("/usr/lib/rabbitmq/bin/rabbitmq-server is missing"));
    QString epmd = QStandardPaths::findExecutable(QStringLiteral("epmd"));
    if (epmd.isEmpty())
        epmd = QStringLiteral("/usr/bin/epmd");
    if (!QDir().mkpath(options_.folder))
        return failure(ErrorKind::Storage, QStringLiteral("Cannot make the folder %1.").arg(options_.folder));
    if (const QStorageInfo disk(options_.folder); disk.isValid() && disk.bytesAvailable() < neededBytes)
        return failure(
            ErrorKind::Storage,
            QStringLiteral("The disk is full: a RabbitMQ node in %1 needs %2 MB free, there are %3.")
                .arg(options_.folder)
                .arg(neededBytes >> 20)
                .arg(disk.bytesAvailable() >> 20));
    if (const int port = ports_.taken())
        return failure(ErrorKind::Conflict, QStringLiteral("Port %1 is taken by another program.").arg(port));
    if (options_.tls) {
        auto made = makeCertificates(path("tls"), options_.user);
        if (!made)
            return failure(std::move(made.error()));
        certificates_ = *made;
    }
    if (auto written = writeNodeFiles(options_, ports_, certificates_); !written)
        return written;
    QFile::remove(path("log/output.txt"));
    Launch launch;
    launch.environment = nodeEnvironment(options_, ports_);
    launch.folder = options_.folder;
    launch.outputFile = path("log/output.txt");
    launch.outlives = options_.outlives;
    launch.program = epmd;
    launch.arguments = QStringList{QStringLiteral("-port"), QString::number(ports_.epmd),
                                   QStringLiteral("-address"), QStringLiteral("127.0.0.1")};
    if (auto done = epmd_.start(launch, QStringLiteral("-port %1 ").arg(ports_.epmd)); !done)
        return done;
    launch.program = scripts + QStringLiteral("/rabbitmq-server");
    launch.arguments = marker().split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (auto done = server_.start(launch, marker()); !done)
        return done;
    // First, so that even an interrupted start can be cleaned up.
    if (auto done = remember(); !done)
        return done;
    return waitUntilReady();
}

Result<void> RabbitNode::remember() {
    if (!options_.outlives)
        return {};
    QJsonObject object = toJson(options_, ports_);
    object[QStringLiteral("epmdPid")] = epmd_.pid();
    object[QStringLiteral("serverPid")] = server_.pid();
    return writePrivateFile(path("node.json"), QJsonDocument(object).toJson());
}

// AMQP listeners open last, so that a login is the proof.
Result<void> RabbitNode::waitUntilReady() {
    const QDeadlineTimer deadline(startMs);
    while (!deadline.hasExpired()) {
        if (!server_.running())
            return failure(startError());
        if (RawConnection::open(login()))
            return epmd_.running() ? Result<void>() : failure(startError());
        QThread::msleep(pollMs);
    }
    return failure(ErrorKind::CannotConnect,
                   QStringLiteral("RabbitMQ did not answer within %1 s.").arg(startMs / 1000), path("log"));
}

QString RabbitNode::logTail() const {
    QString text;
    for (const char* name : {"log/output.txt", "log/signalbox@localhost.log"}) {
        QFile file(path(name));
        if (file.open(QIODevice::ReadOnly))
            text += QString::fromUtf8(file.readAll());
    }
    constexpr qsizetype tail = 3000;
    return text.right(tail);
}

Error RabbitNode::startError() {
    const QString text = logTail();
    Error error{ErrorKind::Internal, QStringLiteral("RabbitMQ ended while it started."), text};
    if (text.contains(QStringLiteral("eaddrinuse")) || text.contains(QStringLiteral("already running"))) {
        error.kind = ErrorKind::Conflict;
        error.summary = QStringLiteral("RabbitMQ cannot start: a port is taken by another program.");
    } else if (text.contains(QStringLiteral("enospc"))) {
        error.kind = ErrorKind::Storage;
        error.summary = QStringLiteral("RabbitMQ cannot start: the disk is full.");
    }
    return error;
}

Result<void> RabbitNode::stop() {
    server_.terminate();
    const bool inOrder = server_.waitGone(stopMs);
    kill();
    if (!inOrder)
        return failure(ErrorKind::Busy, QStringLiteral("RabbitMQ did not stop in time and was killed."));
    return {};
}

Result<void> RabbitNode::restart() {
    if (auto stopped = stop(); !stopped)
        return stopped;
    return start();
}

void RabbitNode::kill() {
    server_.kill();
    server_.waitGone(stopMs);
    epmd_.kill();
    epmd_.waitGone(stopMs);
}

bool RabbitNode::running() {
    return server_.running() && epmd_.running();
}

QString RabbitNode::managementUrl() const {
    return QStringLiteral("http://127.0.0.1:%1").arg(ports_.management);
}

QString RabbitNode::managementTlsUrl() const {
    return QStringLiteral("https://localhost:%1").arg(ports_.managementTls);
}

RawLogin RabbitNode::login(const QString& virtualHost) const {
    RawLogin login;
    login.port = ports_.amqp;
    login.virtualHost = virtualHost;
    login.user = options_.user;
    login.password = options_.password;
    return login;
}

RawLogin RabbitNode::tlsLogin(const QString& virtualHost) const {
    RawLogin login = this->login(virtualHost);
    login.host = QStringLiteral("localhost");
    login.port = ports_.amqps;
    login.caFile = certificates_->ca;
    login.certificateFile = certificates_->client;
    login.keyFile = certificates_->clientKey;
    return login;
}

RabbitAdmin RabbitNode::admin() const {
    return RabbitAdmin({ports_.management, options_.user, options_.password});
}

Result<QString> RabbitNode::ctl(const QStringList& arguments) {
    return runTool(QStringLiteral("rabbitmqctl"), arguments);
}

Result<void> RabbitNode::enablePlugin(const QString& name) {
    return runTool(QStringLiteral("rabbitmq-plugins"), {QStringLiteral("enable"), name})
        .map([](const QString&) {});
}

Result<void> RabbitNode::disablePlugin(const QString& name) {
    return runTool(QStringLiteral("rabbitmq-plugins"), {QStringLiteral("disable"), name})
        .map([](const QString&) {});
}

Result<void> RabbitNode::setMemoryAlarm(bool on) {
    auto set = ctl({QStringLiteral("set_vm_memory_high_watermark"), QStringLiteral("absolute"),
                    on ? QStringLiteral("1") : QStringLiteral("1GB")});
    if (!set)
        return failure(std::move(set.error()));
    const QDeadlineTimer deadline(toolMs);
    while (!deadline.hasExpired()) {
        auto alarms = ctl({QStringLiteral("eval"), QStringLiteral("rabbit_alarm:get_alarms().")});
        if (!alarms)
            return failure(std::move(alarms.error()));
        if (alarms->contains(QStringLiteral("memory")) == on)
            return {};
    }
    return failure(ErrorKind::Busy, QStringLiteral("The memory alarm did not change."));
}

Result<QString> RabbitNode::runTool(const QString& tool, const QStringList& arguments) {
    QProcess process;
    process.setProcessEnvironment(nodeEnvironment(options_, ports_));
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(rabbitScripts() + QLatin1Char('/') + tool, QStringList{QStringLiteral("-q")} + arguments);
    const bool finished = process.waitForFinished(toolMs);
    const QString text = QString::fromUtf8(process.readAll());
    if (!finished || process.exitCode() != 0)
        return failure(ErrorKind::Internal, QStringLiteral("%1 %2 failed.").arg(tool, arguments.value(0)),
                       text);
    return text;
}

} // namespace signalbox::live
