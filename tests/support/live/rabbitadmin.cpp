#include "tests/support/live/rabbitadmin.h"

#include <QJsonDocument>
#include <QUrl>

namespace signalbox::live {

namespace {
constexpr int httpOk = 200;
constexpr int httpErrors = 300;
constexpr int httpUnavailable = 503;
} // namespace

QByteArray segment(const QString& name) {
    return QUrl::toPercentEncoding(name);
}

Result<HttpReply> RabbitAdmin::call(const QByteArray& method, const QByteArray& path,
                                    const QByteArray& body) {
    return httpCall(server_, method, path, body);
}

Result<void> RabbitAdmin::change(const QByteArray& method, const QByteArray& path, const QJsonObject& body) {
    auto reply = call(method, path, QJsonDocument(body).toJson(QJsonDocument::Compact));
    if (!reply)
        return failure(std::move(reply.error()));
    if (reply->status < httpOk || reply->status >= httpErrors)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("%1 %2 was refused (%3).")
                           .arg(QString::fromUtf8(method), QString::fromUtf8(path))
                           .arg(reply->status),
                       QString::fromUtf8(reply->body));
    return {};
}

Result<void> RabbitAdmin::addVirtualHost(const QString& name) {
    return change("PUT", "/api/vhosts/" + segment(name));
}

Result<void> RabbitAdmin::addUser(const QString& name, const QString& password, const QString& tags) {
    return change("PUT", "/api/users/" + segment(name),
                  {{QStringLiteral("password"), password}, {QStringLiteral("tags"), tags}});
}

Result<void> RabbitAdmin::setPermissions(const QString& virtualHost, const QString& user,
                                         const QString& configure, const QString& write,
                                         const QString& read) {
    return change("PUT", "/api/permissions/" + segment(virtualHost) + '/' + segment(user),
                  {{QStringLiteral("configure"), configure},
                   {QStringLiteral("write"), write},
                   {QStringLiteral("read"), read}});
}

Result<void> RabbitAdmin::setPolicy(const QString& virtualHost, const QString& name, const QString& pattern,
                                    const QJsonObject& definition, const QString& applyTo) {
    return change("PUT", "/api/policies/" + segment(virtualHost) + '/' + segment(name),
                  {{QStringLiteral("pattern"), pattern},
                   {QStringLiteral("definition"), definition},
                   {QStringLiteral("apply-to"), applyTo}});
}

Result<void> RabbitAdmin::removePolicy(const QString& virtualHost, const QString& name) {
    return change("DELETE", "/api/policies/" + segment(virtualHost) + '/' + segment(name));
}

Result<void> RabbitAdmin::setParameter(const QString& component, const QString& virtualHost,
                                       const QString& name, const QJsonObject& value) {
    return change("PUT",
                  "/api/parameters/" + segment(component) + '/' + segment(virtualHost) + '/' + segment(name),
                  {{QStringLiteral("value"), value}});
}

Result<void> RabbitAdmin::removeParameter(const QString& component, const QString& virtualHost,
                                          const QString& name) {
    return change("DELETE",
                  "/api/parameters/" + segment(component) + '/' + segment(virtualHost) + '/' + segment(name));
}

Result<void> RabbitAdmin::importDefinitions(const QByteArray& json) {
    const QJsonDocument document = QJsonDocument::fromJson(json);
    if (!document.isObject())
        return failure(ErrorKind::Invalid, QStringLiteral("The definitions are not a JSON object."));
    return change("POST", "/api/definitions", document.object());
}

Result<QJsonObject> RabbitAdmin::queue(const QString& virtualHost, const QString& name) {
    auto reply = call("GET", "/api/queues/" + segment(virtualHost) + '/' + segment(name));
    if (!reply)
        return failure(std::move(reply.error()));
    if (reply->status != httpOk)
        return failure(ErrorKind::NotFound, QStringLiteral("The queue %1 is not known.").arg(name),
                       QString::fromUtf8(reply->body));
    return QJsonDocument::fromJson(reply->body).object();
}

Result<QJsonArray> RabbitAdmin::list(const QByteArray& path) {
    auto reply = call("GET", path);
    if (!reply)
        return failure(std::move(reply.error()));
    if (reply->status != httpOk)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("%1 cannot be listed.").arg(QString::fromUtf8(path)),
                       QString::fromUtf8(reply->body));
    return QJsonDocument::fromJson(reply->body).array();
}

Result<int> RabbitAdmin::closeConnections() {
    auto connections = list("/api/connections");
    if (!connections)
        return failure(std::move(connections.error()));
    for (const auto& each : *connections) {
        // One that went by itself meanwhile is no error.
        auto closed = call("DELETE", "/api/connections/" +
                                         segment(each.toObject().value(QStringLiteral("name")).toString()));
        if (!closed)
            return failure(std::move(closed.error()));
    }
    return static_cast<int>(connections->size());
}

Result<bool> RabbitAdmin::alarmed() {
    auto reply = call("GET", "/api/health/checks/alarms");
    if (!reply)
        return failure(std::move(reply.error()));
    return reply->status == httpUnavailable;
}

} // namespace signalbox::live
