#include "models/connections/connectionprofile.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QUrl>
#include <QUuid>

#include <algorithm>

namespace signalbox {

namespace {

constexpr int longestName = 100;
constexpr int longestShortString = 255;      // bytes of an AMQP short string: virtual host and user
constexpr int longestEntityPath = 260 + 100; // a topic with "/Subscriptions/" and a name
constexpr int highestPort = 65535;
constexpr int shortestHeartbeat = 5;
constexpr int longestHeartbeat = 600;

bool hasControlCharacter(const QString& text) {
    return std::any_of(text.begin(), text.end(),
                       [](QChar c) { return c.category() == QChar::Other_Control; });
}

Result<void> invalid(const QString& summary) {
    return failure(ErrorKind::Invalid, summary);
}

Result<void> checkName(const QString& name) {
    if (name.trimmed().isEmpty())
        return invalid(QStringLiteral("Name: give the connection a name."));
    if (name != name.trimmed())
        return invalid(QStringLiteral("Name: remove the spaces at its start or end."));
    if (name.size() > longestName)
        return invalid(QStringLiteral("Name: use at most %1 characters.").arg(longestName));
    if (hasControlCharacter(name))
        return invalid(QStringLiteral("Name: remove line breaks, tabs and other control characters."));
    return {};
}

Result<void> checkHost(const QString& host) {
    if (host.isEmpty())
        return invalid(QStringLiteral("Host: give the broker's host name or address."));
    if (host.contains(QLatin1String("://")) || host.contains(QLatin1Char('/')) ||
        host.contains(QLatin1Char('@')))
        return invalid(
            QStringLiteral("Host: give the host name alone, without scheme, user or path; port and "
                           "virtual host have their own fields."));
    if (hasControlCharacter(host) ||
        std::any_of(host.begin(), host.end(), [](QChar c) { return c.isSpace(); }))
        return invalid(QStringLiteral("Host: remove the spaces."));
    if (host.count(QLatin1Char(':')) == 1)
        return invalid(QStringLiteral("Host: the port has its own field."));
    return {};
}

Result<void> checkFile(const QString& field, const QString& file) {
    if (file.isEmpty())
        return {};
    const QFileInfo info(file);
    if (!info.exists())
        return invalid(QStringLiteral("%1: there is no file %2.").arg(field, file));
    if (!info.isFile() || !info.isReadable())
        return invalid(QStringLiteral("%1: %2 is not a file you may read.").arg(field, file));
    return {};
}

Result<void> checkTls(const TlsSettings& tls) {
    if (!tls.enabled)
        return {};
    if (auto ok = checkFile(QStringLiteral("CA file"), tls.caFile); !ok)
        return ok;
    if (auto ok = checkFile(QStringLiteral("Client certificate"), tls.certificateFile); !ok)
        return ok;
    if (auto ok = checkFile(QStringLiteral("Key file"), tls.keyFile); !ok)
        return ok;
    if (tls.certificateFile.isEmpty() != tls.keyFile.isEmpty())
        return invalid(
            QStringLiteral("Client certificate: a certificate and its key file go together; give both or "
                           "none."));
    return {};
}

Result<void> checkManagementUrl(const QString& text, bool isServiceBus) {
    if (text.isEmpty())
        return {};
    const QUrl url(text, QUrl::StrictMode);
    const QString scheme = url.scheme();
    if (!url.isValid() || url.host().isEmpty() ||
        (scheme != QLatin1String("http") && scheme != QLatin1String("https")))
        return invalid(
            isServiceBus
                ? QStringLiteral("Management URL: write it like https://NAMESPACE.servicebus.windows.net.")
                : QStringLiteral("Management URL: write it like http://host:15672 or https://host:15671."));
    if (!url.userInfo().isEmpty())
        return invalid(
            isServiceBus
                ? QStringLiteral("Management URL: leave user and key out; the connection string has them.")
                : QStringLiteral(
                      "Management URL: leave user and password out; they have their own fields and "
                      "the password goes to the keychain."));
    if (url.hasQuery() || url.hasFragment())
        return invalid(QStringLiteral("Management URL: leave out everything after ? or #."));
    return {};
}

} // namespace

QString environmentWord(Environment environment) {
    switch (environment) {
    case Environment::Development:
        return QStringLiteral("development");
    case Environment::Test:
        return QStringLiteral("test");
    case Environment::Production:
        return QStringLiteral("production");
    }
    return {};
}

std::optional<Environment> environmentFromWord(const QString& word) {
    for (const Environment one : {Environment::Development, Environment::Test, Environment::Production}) {
        if (word == environmentWord(one))
            return one;
    }
    return std::nullopt;
}

QString managementWarning(const ConnectionProfile& profile) {
    static const QRegularExpression loopback(
        QStringLiteral("^(localhost|.+\\.localhost|127(\\.\\d{1,3}){3}|::1)\\.?$"));
    const QUrl url(profile.managementUrl, QUrl::StrictMode);
    const bool isServiceBus = profile.technology == technology::serviceBus;
    if ((profile.user.isEmpty() && !isServiceBus) || url.scheme() != QLatin1String("http") ||
        url.host().isEmpty() || loopback.match(url.host()).hasMatch())
        return {};
    if (isServiceBus)
        return QStringLiteral(
                   "The token of this connection travels in clear to %1 with every call of the management "
                   "API: anybody between can read it and act with it until it ends. Use https://.")
            .arg(url.host());
    return QStringLiteral("The password of %1 travels in clear to %2 with every call of the management API: "
                          "anybody between can read it. Use https:// where the broker offers it.")
        .arg(profile.user, url.host());
}

Result<void> validate(const ConnectionProfile& profile) {
    if (auto ok = checkName(profile.name); !ok)
        return ok;
    if (QUuid::fromString(profile.id).isNull())
        return invalid(QStringLiteral("Id: it must be a UUID; leave it to the program to make one."));
    const bool isServiceBus = profile.technology == technology::serviceBus;
    if (profile.technology != technology::rabbitMq && !isServiceBus)
        return invalid(QStringLiteral("Technology: \"%1\" is not known; use rabbitmq or servicebus.")
                           .arg(profile.technology));
    if (auto ok = checkHost(profile.host); !ok)
        return ok;
    if (profile.port < 1 || profile.port > highestPort)
        return invalid(QStringLiteral("Port: use a number from 1 to %1; usual are 5672, and 5671 with TLS.")
                           .arg(highestPort));
    if (profile.virtualHost.isEmpty())
        return invalid(QStringLiteral("Virtual host: give its name; the usual one is \"/\"."));
    if (isServiceBus && profile.virtualHost.size() > longestEntityPath)
        return invalid(
            QStringLiteral("EntityPath: a path of Service Bus has at most %1 characters; the connection "
                           "string names a longer one.")
                .arg(longestEntityPath));
    if (!isServiceBus && profile.virtualHost.toUtf8().size() > longestShortString)
        return invalid(QStringLiteral("Virtual host: use at most %1 bytes.").arg(longestShortString));
    // A client certificate may stand in for user and password.
    if (!isServiceBus && profile.user.isEmpty() &&
        !(profile.tls.enabled && !profile.tls.certificateFile.isEmpty()))
        return invalid(
            QStringLiteral("User: give the user's name, or a client certificate that stands in for it."));
    if (profile.user.toUtf8().size() > longestShortString)
        return invalid(isServiceBus
                           ? QStringLiteral("SharedAccessKeyName: a key's name has at most %1 bytes.")
                                 .arg(longestShortString)
                           : QStringLiteral("User: use at most %1 bytes.").arg(longestShortString));
    if (auto ok = checkTls(profile.tls); !ok)
        return ok;
    if (auto ok = checkManagementUrl(profile.managementUrl, isServiceBus); !ok)
        return ok;
    const int heartbeat = profile.heartbeatSeconds;
    if (heartbeat != 0 && (heartbeat < shortestHeartbeat || heartbeat > longestHeartbeat))
        return invalid(QStringLiteral("Heartbeat: use %1 to %2 seconds, or 0 for none.")
                           .arg(shortestHeartbeat)
                           .arg(longestHeartbeat));
    return {};
}

} // namespace signalbox
