// The files, ports and environment of a private RabbitMQ node; no process is started here.
#pragma once

#include "models/base/result.h"
#include "tests/support/live/certificates.h"

#include <QJsonObject>
#include <QProcessEnvironment>
#include <QStringList>

namespace signalbox::live {

struct NodeOptions {
    QString folder; // empty: a temporary one that goes with the object
    QStringList plugins = {QStringLiteral("rabbitmq_management")}; // e.g. also "rabbitmq_shovel"
    bool tls = false;                        // AMQPS and management over HTTPS, client certificates welcome
    bool requireClientCertificate = false;   // on the AMQPS port
    bool outlives = false;                   // keeps running after this program
    QString user = QStringLiteral("tester"); // administrator with all rights on "/"
    QString password;                        // empty: made up
    QByteArray extraConf;                    // lines for rabbitmq.conf
};

struct NodePorts {
    int amqp = 0, amqps = 0, management = 0, managementTls = 0, distribution = 0, epmd = 0;
    static NodePorts choose();
    // The first one that somebody else listens on, 0 for none.
    int taken() const;
    bool operator==(const NodePorts&) const = default;
};

// Folder of the server's own scripts (not the wrappers that switch the user); empty: not installed.
QString rabbitScripts();

// Writes the configuration; `options.folder` is set by now.
Result<void> writeNodeFiles(const NodeOptions& options, const NodePorts& ports,
                            const std::optional<Certificates>& certificates);
QProcessEnvironment nodeEnvironment(const NodeOptions& options, const NodePorts& ports);

// A file only its owner may read.
Result<void> writePrivateFile(const QString& path, const QByteArray& content);
QString randomPassword();

QJsonObject toJson(const NodeOptions& options, const NodePorts& ports);
void fromJson(const QJsonObject& object, NodeOptions* options, NodePorts* ports);

} // namespace signalbox::live
