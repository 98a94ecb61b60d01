// The management API (ATOM over HTTP) of one namespace: what it is and what it holds, page by page, and what
// is written or deleted there. Waits a while where the service asks for a pause. Lives on the gateway's
// thread. Source: Azure's "Service Bus REST API", api-version 2021-05.
#pragma once

#include "app/http/patientclient.h"
#include "app/servicebus/atomfeed.h"
#include "app/servicebus/namespaceaccess.h"
#include "models/base/answerer.h"

#include <QFuture>
#include <deque>

namespace signalbox::servicebus {

struct NamespaceInfo {
    QString name;
    QString tier; // "Standard", "Premium" ...
};

struct Entity {
    enum class Kind { Queue, Topic, Subscription, Rule };
    Kind kind = Kind::Queue;
    AtomEntry entry; // its path is never empty; of a rule "events/Subscriptions/audit/Rules/big"
};

class NamespaceAdmin final : public QObject {
    Q_OBJECT
public:
    // `url`: "https://shop.servicebus.windows.net"; a namespace is 100 entities a page.
    NamespaceAdmin(const QString& url, NamespaceAccess access, http::Patience patience = {},
                   QObject* parent = nullptr);

    QFuture<Result<NamespaceInfo>> info();
    // Queues, topics, the subscriptions of each topic and, if asked for, the rules of each subscription: by
    // kind and path. NotAllowed, NotAuthenticated: no right (Manage).
    enum class Depth { Entities, Rules };
    QFuture<Result<std::vector<Entity>>> entities(Depth depth = Depth::Entities);
    // "orders" or "events/Subscriptions/audit". NotFound.
    QFuture<Result<Entity>> entity(const QString& path);
    // At most 100 of "$Resources/Queues", "$Resources/Topics" or "events/Subscriptions".
    QFuture<Result<std::vector<Entity>>> firstOf(const QString& list, Entity::Kind kind);

    // One list, page by page, in its own order.
    QFuture<Result<std::vector<Entity>>> all(const QString& list, Entity::Kind kind);

    // Writes a whole description, new or over the one that is there (read it first and change what is meant:
    // what is left out goes back to its default). Gives what the service has kept. Conflict: it is there, or
    // somebody else is changing it; Invalid: the service refuses what it says.
    enum class Put { New, Over };
    QFuture<Result<Entity>> put(const QString& path, const XmlNode& description, Put how);
    QFuture<Result<void>> remove(const QString& path);

private:
    struct Feed;
    struct Listing;
    QFuture<Result<QByteArray>> get(const QString& path, const http::Query& query);
    QFuture<Result<QByteArray>> send(http::Request request, const QString& path);
    Result<Secret> authorization(const QString& path, bool* isOpaque = nullptr);
    Result<Entity> entityOf(const QByteArray& body, const QString& path) const;
    void further(const Feed& feed, std::vector<Entity>&& before,
                 const Answerer<std::vector<Entity>>& answerer);
    void next(const std::shared_ptr<Listing>& listing);
    static void take(Listing& listing, const Feed& feed, std::vector<Entity>&& entities);
    QFuture<Result<std::vector<Entity>>> page(const Feed& feed); // each with its path

    const NamespaceAccess access_;
    std::unique_ptr<TokenSource> tokens_;
    http::PatientClient http_;
};

} // namespace signalbox::servicebus
