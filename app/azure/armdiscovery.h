// Namespaces found through Azure's Resource Manager: the subscriptions that a token may see, and the
// namespaces of each, page by page, waiting where the service asks for it. Lives on one thread.
#pragma once

#include "app/azure/armjson.h"
#include "app/http/patientclient.h"

#include <deque>

namespace signalbox::azure {

class ArmDiscovery final : public QObject, public NamespaceFinder {
    Q_OBJECT
public:
    explicit ArmDiscovery(http::Patience patience = {}, QObject* parent = nullptr);

    // A second search ends none that is under way.
    QFuture<Result<NamespaceFindings>> find(const QUrl& endpoint, const Secret& token) override;

private:
    struct Search;
    void askSubscriptions(const std::shared_ptr<Search>& search, const NextPage& page);
    void askNamespaces(const std::shared_ptr<Search>& search);
    void askNamespaces(const std::shared_ptr<Search>& search, const NextPage& page);
    QFuture<Result<QByteArray>> get(Search& search, const NextPage& page);

    const http::Patience patience_;
};

} // namespace signalbox::azure
