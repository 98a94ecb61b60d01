#include "views/connections/servicebuswords.h"

#include "views/widgets/freetr.h"

namespace signalbox::busWords {

namespace {

constexpr int webSocketPort = 443;

} // namespace

bool isServiceBus(const ConnectionProfile& profile) {
    return profile.technology == technology::serviceBus;
}

QString transport(const ConnectionProfile& profile) {
    const QString words = !profile.tls.enabled            ? tr("AMQP without encryption, port %1")
                          : profile.port == webSocketPort ? tr("AMQP over WebSockets and TLS, port %1")
                                                          : tr("AMQP over TLS, port %1");
    return words.arg(profile.port);
}

QString credential(const ConnectionProfile& profile) {
    return profile.user.isEmpty() ? tr("a ready-made token, no key") : profile.user;
}

QString entity(const ConnectionProfile& profile) {
    return profile.virtualHost == QLatin1String("/") ? tr("the whole namespace")
                                                     : tr("%1 only").arg(profile.virtualHost);
}

QString told(const ConnectionProfile& profile) {
    return tr("%1\n%2\nKey name: %3\nEntity: %4")
        .arg(profile.host, transport(profile), credential(profile), entity(profile));
}

} // namespace signalbox::busWords
