// What an administrator does on a test's RabbitMQ node, through the management API. Blocking; any thread.
#pragma once

#include "tests/support/live/httpcall.h"

#include <QJsonArray>
#include <QJsonObject>

namespace signalbox::live {

class RabbitAdmin {
public:
    explicit RabbitAdmin(HttpServer server)
        : server_(std::move(server)) {}

    Result<void> addVirtualHost(const QString& name);
    // Tags: comma-separated, e.g. "monitoring"; empty for a plain application.
    Result<void> addUser(const QString& name, const QString& password, const QString& tags);
    // Regular expressions of the names that may be configured, written and read.
    Result<void> setPermissions(const QString& virtualHost, const QString& user, const QString& configure,
                                const QString& write, const QString& read);
    Result<void> setPolicy(const QString& virtualHost, const QString& name, const QString& pattern,
                           const QJsonObject& definition, const QString& applyTo = QStringLiteral("queues"));
    Result<void> removePolicy(const QString& virtualHost, const QString& name);
    // Runtime parameter, e.g. component "shovel".
    Result<void> setParameter(const QString& component, const QString& virtualHost, const QString& name,
                              const QJsonObject& value);
    Result<void> removeParameter(const QString& component, const QString& virtualHost, const QString& name);
    Result<void> importDefinitions(const QByteArray& json);
    // Statistics in it lag by seconds; counts belong to RawAmqp.
    Result<QJsonObject> queue(const QString& virtualHost, const QString& name);
    Result<QJsonArray> list(const QByteArray& path); // e.g. "/api/connections"
    // Closes every client connection, as an administrator would; returns how many were known.
    Result<int> closeConnections();
    Result<bool> alarmed();

    Result<HttpReply> call(const QByteArray& method, const QByteArray& path, const QByteArray& body = {});

private:
    Result<void> change(const QByteArray& method, const QByteArray& path, const QJsonObject& body = {});
    HttpServer server_;
};

// Percent-encoded for a path, slashes included.
QByteArray segment(const QString& name);

} // namespace signalbox::live
