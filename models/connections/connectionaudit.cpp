#include "models/connections/connectionaudit.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox {

namespace {

QString json(const QJsonObject& object) {
    return QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

} // namespace

QString describe(const ConnectionProfile& profile) {
    return json({{QStringLiteral("environment"), environmentWord(profile.environment)},
                 {QStringLiteral("host"), profile.host},
                 {QStringLiteral("port"), profile.port},
                 {QStringLiteral("virtualHost"), profile.virtualHost},
                 {QStringLiteral("user"), profile.user},
                 {QStringLiteral("tls"), profile.tls.enabled}});
}

QString describeChange(const ConnectionProfile& before, const ConnectionProfile& after, bool withSecret) {
    QJsonArray fields;
    const auto note = [&](bool changed, const char* field) {
        if (changed)
            fields.append(QString::fromLatin1(field));
    };
    note(before.name != after.name, "name");
    note(before.host != after.host, "host");
    note(before.port != after.port, "port");
    note(before.virtualHost != after.virtualHost, "virtualHost");
    note(before.user != after.user, "user");
    note(before.tls != after.tls, "tls");
    note(before.managementUrl != after.managementUrl, "managementUrl");
    note(before.heartbeatSeconds != after.heartbeatSeconds, "heartbeat");
    note(withSecret, "password");
    QJsonObject detail{{QStringLiteral("changed"), fields}};
    if (before.name != after.name)
        detail.insert(QStringLiteral("nameBefore"), before.name);
    if (before.environment != after.environment) {
        fields.append(QStringLiteral("environment"));
        detail.insert(QStringLiteral("changed"), fields);
        detail.insert(QStringLiteral("environmentBefore"), environmentWord(before.environment));
        detail.insert(QStringLiteral("environment"), environmentWord(after.environment));
    }
    return json(detail);
}

QString describeElevation(const Elevation& elevation, int minutes) {
    return json({{QStringLiteral("minutes"), minutes},
                 {QStringLiteral("until"), elevation.until.toString(Qt::ISODate)}});
}

// Name and environment do not matter to the wire.
bool sameLink(ConnectionProfile a, const ConnectionProfile& b) {
    a.name = b.name;
    a.environment = b.environment;
    return a == b;
}

} // namespace signalbox
