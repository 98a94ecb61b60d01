#include "tests/support/live/nodesetup.h"

#include <QDir>
#include <QFile>
#include <QHostAddress>
#include <QJsonArray>
#include <QRandomGenerator>
#include <QSaveFile>
#include <QTcpServer>

namespace signalbox::live {

namespace {

// Below the range the system gives to outgoing connections, so that nobody gets one by chance while the node
// restarts.
constexpr int firstPort = 20000;
constexpr int lastPort = 32000;

bool isFree(int port) {
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost, static_cast<quint16>(port));
}

struct PortField {
    const char* name;
    int NodePorts::*port;
};
constexpr PortField portFields[] = {{"amqp", &NodePorts::amqp},
                                    {"amqps", &NodePorts::amqps},
                                    {"management", &NodePorts::management},
                                    {"managementTls", &NodePorts::managementTls},
                                    {"distribution", &NodePorts::distribution},
                                    {"epmd", &NodePorts::epmd}};

} // namespace

NodePorts NodePorts::choose() {
    NodePorts ports;
    int last = 0;
    for (const PortField& field : portFields) {
        int port = 0;
        do {
            port = QRandomGenerator::system()->bounded(firstPort, lastPort);
        } while (port == last || !isFree(port));
        ports.*field.port = last = port;
    }
    return ports;
}

int NodePorts::taken() const {
    for (const PortField& field : portFields) {
        if (!isFree(this->*field.port))
            return this->*field.port;
    }
    return 0;
}

QString rabbitScripts() {
    QStringList folders{QStringLiteral("/usr/lib/rabbitmq/bin"),
                        QStringLiteral("/usr/local/opt/rabbitmq/sbin"),
                        QStringLiteral("/opt/homebrew/opt/rabbitmq/sbin")};
    if (const QString given = qEnvironmentVariable("SIGNALBOX_RABBITMQ_SCRIPTS"); !given.isEmpty())
        folders = {given};
    for (const QString& folder : folders) {
        if (QFile::exists(folder + QStringLiteral("/rabbitmq-server")))
            return folder;
    }
    return {};
}

Result<void> writePrivateFile(const QString& path, const QByteArray& content) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
        file.write(content) == content.size() && file.commit())
        return {};
    return failure(ErrorKind::Storage, QStringLiteral("Cannot write %1.").arg(path), file.errorString());
}

QString randomPassword() {
    constexpr qsizetype words = 4;
    QByteArray bytes;
    for (qsizetype i = 0; i < words; ++i)
        bytes += QByteArray::number(QRandomGenerator::system()->generate(), 36);
    return QString::fromLatin1(bytes);
}

Result<void> writeNodeFiles(const NodeOptions& options, const NodePorts& ports,
                            const std::optional<Certificates>& certificates) {
    const QDir folder(options.folder);
    for (const QString& part : {QStringLiteral("home"), QStringLiteral("data"), QStringLiteral("log")}) {
        if (!folder.mkpath(part))
            return failure(ErrorKind::Storage, QStringLiteral("Cannot write into %1.").arg(options.folder));
    }
    QByteArray conf;
    const auto line = [&conf](const char* key, const QString& value) {
        conf += key + QByteArrayLiteral(" = ") + value.toUtf8() + '\n';
    };
    const auto address = [](int port) { return QStringLiteral("127.0.0.1:%1").arg(port); };
    line("listeners.tcp.1", address(ports.amqp));
    line("loopback_users", QStringLiteral("none"));
    line("default_user", options.user);
    line("default_pass", options.password);
    line("default_user_tags.administrator", QStringLiteral("true"));
    line("disk_free_limit.absolute", QStringLiteral("50MB"));
    line("vm_memory_high_watermark.absolute", QStringLiteral("1GB"));
    line("log.console", QStringLiteral("false"));
    // The broker hangs up on a client that is slower; the defaults (10 s and 5 s) are short on a loaded
    // machine.
    line("handshake_timeout", QStringLiteral("60000"));
    line("ssl_handshake_timeout", QStringLiteral("60000"));
    QStringList plugins = options.plugins;
    // Also without the plug-in, which may be enabled later.
    line("management.tcp.ip", QStringLiteral("127.0.0.1"));
    line("management.tcp.port", QString::number(ports.management));
    if (certificates) {
        line("listeners.ssl.1", address(ports.amqps));
        line("ssl_options.cacertfile", certificates->ca);
        line("ssl_options.certfile", certificates->server);
        line("ssl_options.keyfile", certificates->serverKey);
        line("ssl_options.verify", QStringLiteral("verify_peer"));
        line("ssl_options.fail_if_no_peer_cert",
             options.requireClientCertificate ? QStringLiteral("true") : QStringLiteral("false"));
        line("auth_mechanisms.1", QStringLiteral("PLAIN"));
        line("auth_mechanisms.2", QStringLiteral("AMQPLAIN"));
        line("auth_mechanisms.3", QStringLiteral("EXTERNAL"));
        line("ssl_cert_login_from", QStringLiteral("common_name"));
        plugins << QStringLiteral("rabbitmq_auth_mechanism_ssl");
        line("management.ssl.ip", QStringLiteral("127.0.0.1"));
        line("management.ssl.port", QString::number(ports.managementTls));
        line("management.ssl.cacertfile", certificates->ca);
        line("management.ssl.certfile", certificates->server);
        line("management.ssl.keyfile", certificates->serverKey);
    }
    conf += options.extraConf;
    if (auto written = writePrivateFile(folder.filePath(QStringLiteral("rabbitmq.conf")), conf); !written)
        return written;
    return writePrivateFile(folder.filePath(QStringLiteral("enabled_plugins")),
                            '[' + plugins.join(QLatin1Char(',')).toUtf8() + "].\n");
}

QProcessEnvironment nodeEnvironment(const NodeOptions& options, const NodePorts& ports) {
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString& key : environment.keys()) {
        if (key.startsWith(QStringLiteral("RABBITMQ_")) || key.startsWith(QStringLiteral("ERL_")) ||
            key == QStringLiteral("NOTIFY_SOCKET"))
            environment.remove(key);
    }
    const QDir folder(options.folder);
    const QString loopback = QStringLiteral("-kernel inet_dist_use_interface {127,0,0,1}");
    const auto set = [&environment](const char* name, const QString& value) {
        environment.insert(QLatin1String(name), value);
    };
    set("HOME", folder.filePath(QStringLiteral("home")));
    set("LC_ALL", QStringLiteral("C.UTF-8"));
    set("RABBITMQ_NODENAME", QStringLiteral("signalbox@localhost"));
    set("RABBITMQ_DIST_PORT", QString::number(ports.distribution));
    set("ERL_EPMD_PORT", QString::number(ports.epmd));
    set("ERL_EPMD_ADDRESS", QStringLiteral("127.0.0.1"));
    set("RABBITMQ_MNESIA_BASE", folder.filePath(QStringLiteral("data")));
    set("RABBITMQ_LOG_BASE", folder.filePath(QStringLiteral("log")));
    set("RABBITMQ_CONFIG_FILE", folder.filePath(QStringLiteral("rabbitmq.conf")));
    set("RABBITMQ_ENABLED_PLUGINS_FILE", folder.filePath(QStringLiteral("enabled_plugins")));
    set("RABBITMQ_CONF_ENV_FILE", QStringLiteral("/dev/null"));
    // The script becomes the Erlang machine instead of waiting for it: one process, whose id we know.
    set("RABBITMQ_ALLOW_INPUT", QStringLiteral("1"));
    set("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", QStringLiteral("-noinput ") + loopback);
    set("RABBITMQ_CTL_ERL_ARGS", loopback);
    return environment;
}

QJsonObject toJson(const NodeOptions& options, const NodePorts& ports) {
    QJsonObject object{{QStringLiteral("plugins"), QJsonArray::fromStringList(options.plugins)},
                       {QStringLiteral("tls"), options.tls},
                       {QStringLiteral("user"), options.user},
                       {QStringLiteral("password"), options.password},
                       {QStringLiteral("extraConf"), QString::fromUtf8(options.extraConf)}};
    for (const PortField& field : portFields)
        object[QLatin1String(field.name)] = ports.*field.port;
    return object;
}

void fromJson(const QJsonObject& object, NodeOptions* options, NodePorts* ports) {
    options->plugins.clear();
    const QJsonArray plugins = object.value(QStringLiteral("plugins")).toArray();
    for (const auto& plugin : plugins)
        options->plugins << plugin.toString();
    options->tls = object.value(QStringLiteral("tls")).toBool();
    options->user = object.value(QStringLiteral("user")).toString();
    options->password = object.value(QStringLiteral("password")).toString();
    options->extraConf = object.value(QStringLiteral("extraConf")).toString().toUtf8();
    for (const PortField& field : portFields)
        ports->*field.port = object.value(QLatin1String(field.name)).toInt();
}

} // namespace signalbox::live
