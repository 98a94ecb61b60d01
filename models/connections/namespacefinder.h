// Port: namespaces of Service Bus as Azure knows them, found with an access token of its Resource Manager.
// Lives on the GUI (or main) thread; futures complete there.
#pragma once

#include "models/base/result.h"
#include "models/base/secret.h"

#include <QFuture>
#include <QStringList>
#include <QUrl>
#include <vector>

namespace signalbox {

struct FoundNamespace {
    QString name;
    QString host;         // shop.servicebus.windows.net
    QString subscription; // its display name
    QString resourceGroup;
    QString location;
    QString tier;           // Basic, Standard, Premium
    QString status;         // Active ...
    bool isKeyless = false; // local authentication is disabled: no shared access keys, tokens only
    bool operator==(const FoundNamespace&) const = default;
};

struct NamespaceFindings {
    std::vector<FoundNamespace> namespaces; // by name
    QStringList missing;                    // what could not be looked at, a sentence each
    int subscriptions = 0;                  // that were looked at
};

class NamespaceFinder {
public:
    NamespaceFinder() = default;
    virtual ~NamespaceFinder() = default;
    NamespaceFinder(const NamespaceFinder&) = delete;
    NamespaceFinder& operator=(const NamespaceFinder&) = delete;
    NamespaceFinder(NamespaceFinder&&) = delete;
    NamespaceFinder& operator=(NamespaceFinder&&) = delete;

    // NotAuthenticated: the token is refused, or has ended; Invalid: it is none, or the endpoint is no https.
    virtual QFuture<Result<NamespaceFindings>> find(const QUrl& endpoint, const Secret& token) = 0;
};

// Where the token comes from when nobody types one; with "_FILE" behind it, the name of a file.
inline constexpr const char* azureTokenVariable = "SIGNALBOX_AZURE_TOKEN";

// Resource Manager of "public", "china" or "usgov"; invalid: there is no such cloud.
QUrl azureEndpoint(const QString& cloud);

} // namespace signalbox
