#include "app/servicebus/servicebusprofile.h"

#include "app/servicebus/connectionstring.h"

namespace signalbox {

Result<ConnectionProfile> serviceBusProfile(ConnectionProfile start, const Secret& connectionString,
                                            QStringList& notes) {
    constexpr int webSocketPort = 443;
    const auto parsed = servicebus::parseConnectionString(connectionString);
    if (!parsed)
        return failure(parsed.error());
    if (parsed->key.isEmpty() && parsed->signature.isEmpty())
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("The connection string is not valid: it holds neither a SharedAccessKey nor a "
                           "SharedAccessSignature. Copy the whole string of a shared access policy."));
    ConnectionProfile profile = std::move(start);
    profile.technology = technology::serviceBus;
    profile.host = parsed->host;
    profile.tls.enabled = !parsed->development;
    profile.port = parsed->transport == servicebus::ConnectionString::Transport::WebSocket ? webSocketPort
                                                                                           : parsed->amqpPort;
    profile.user = parsed->keyName;
    profile.virtualHost = parsed->entityPath.isEmpty() ? QStringLiteral("/") : parsed->entityPath;
    profile.managementUrl = parsed->development
                                ? QStringLiteral("http://%1:%2").arg(parsed->host).arg(parsed->managementPort)
                                : QStringLiteral("https://%1").arg(parsed->host);
    notes << parsed->notes;
    return profile;
}

} // namespace signalbox
