#include "models/connections/namespacefinder.h"

namespace signalbox {

QUrl azureEndpoint(const QString& cloud) {
    if (cloud == QLatin1String("public"))
        return QUrl(QStringLiteral("https://management.azure.com"));
    if (cloud == QLatin1String("china"))
        return QUrl(QStringLiteral("https://management.chinacloudapi.cn"));
    if (cloud == QLatin1String("usgov"))
        return QUrl(QStringLiteral("https://management.usgovcloudapi.net"));
    return {};
}

} // namespace signalbox
