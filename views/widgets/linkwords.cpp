#include "views/widgets/linkwords.h"
#include "views/widgets/freetr.h"

namespace signalbox {

LinkWords linkWords(LinkState state) {
    switch (state) {
    case LinkState::Disconnected:
        return {tr("Not connected"), QStringLiteral("circle"), Tone::TextDim};
    case LinkState::Connecting:
        return {tr("Connecting…"), QStringLiteral("wait"), Tone::Info};
    case LinkState::Connected:
        return {tr("Connected"), QStringLiteral("ok"), Tone::Ok};
    case LinkState::Blocked:
        return {tr("Blocked by the broker"), QStringLiteral("blocked"), Tone::Warn};
    case LinkState::Waiting:
        return {tr("Waiting to reconnect"), QStringLiteral("wait"), Tone::Warn};
    case LinkState::Failed:
        return {tr("Failed"), QStringLiteral("error"), Tone::Error};
    }
    return {};
}

LinkState linkStateOf(const BrokerGateway* gateway) {
    return gateway ? gateway->linkState() : LinkState::Disconnected;
}

QString linkDetailOf(const BrokerGateway* gateway) {
    if (!gateway)
        return {};
    return gateway->nextTrySeconds() > 0
               ? tr("%1 Next try in %2 s.").arg(gateway->linkDetail()).arg(gateway->nextTrySeconds())
               : gateway->linkDetail();
}

} // namespace signalbox
