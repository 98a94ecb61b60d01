// What a person saves about a connection. No secrets: those live in the keychain under the connection's id.
#pragma once

#include "models/base/result.h"

#include <QDateTime>
#include <QString>
#include <optional>
#include <vector>

namespace signalbox {

enum class Environment { Development, Test, Production };

struct TlsSettings {
    bool enabled = false;
    QString caFile;          // empty = system store
    QString certificateFile; // client certificate (PEM), empty = none
    QString keyFile;
    QString serverName; // SNI and host name check; empty = the host
    bool verify = true; // false only when the person said so; shown as a lasting warning
    bool operator==(const TlsSettings&) const = default;
};

namespace technology {
inline constexpr QLatin1String rabbitMq("rabbitmq");
inline constexpr QLatin1String serviceBus("servicebus");
} // namespace technology

// Of Service Bus: `virtualHost` is the only entity that the credential is for, or "/", the whole namespace;
// `user` the name of a shared access key, empty where the secret is a token; `managementUrl` the ATOM API.
struct ConnectionProfile {
    QString id;   // uuid, made once
    QString name; // unique in the workspace
    QString technology = technology::rabbitMq;
    Environment environment = Environment::Development;
    QString host = QStringLiteral("localhost");
    int port = 5672;
    QString virtualHost = QStringLiteral("/");
    QString user = QStringLiteral("guest");
    TlsSettings tls;
    QString managementUrl; // e.g. http://localhost:15672; empty = no management API
    int heartbeatSeconds = 30;
    // No secret is needed: a client certificate stands in for user and password.
    bool entersByCertificate() const { return technology == technology::rabbitMq && user.isEmpty(); }
    bool operator==(const ConnectionProfile&) const = default;
};

QString environmentWord(Environment environment); // development, test, production
std::optional<Environment> environmentFromWord(const QString& word);
// Field by field; the summary names the field and how to mend it. Unique names are the store's check.
Result<void> validate(const ConnectionProfile& profile);
// What a person should know about the management URL, though it is valid: the password travels in clear over
// a network. Empty: nothing.
QString managementWarning(const ConnectionProfile& profile);

class ConnectionStore {
public:
    virtual ~ConnectionStore() = default;
    virtual Result<std::vector<ConnectionProfile>> connections() = 0; // by name
    virtual Result<void> save(const ConnectionProfile& profile) = 0;  // Conflict: the name is taken
    virtual Result<void> remove(const QString& id) = 0;
};

} // namespace signalbox
