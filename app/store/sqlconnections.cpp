#include "app/store/sqlconnections.h"

#include "app/store/rows.h"

namespace signalbox {

Result<std::vector<ConnectionProfile>> SqlConnections::connections() {
    return workspace_.read([](Database& db) -> Result<std::vector<ConnectionProfile>> {
        std::vector<ConnectionProfile> profiles;
        auto done = eachRowOf(
            db,
            "SELECT id, name, technology, environment, host, port, virtual_host, user_name, tls_enabled, "
            "tls_ca_file, "
            "tls_certificate, tls_key_file, tls_server_name, tls_verify, management_url, heartbeat_seconds "
            "FROM connection ORDER BY name",
            [&](const Statement& row) -> Result<void> {
                const auto environment = environmentFromWord(row.text(3));
                ConnectionProfile profile;
                profile.id = row.text(0);
                profile.name = row.text(1);
                profile.technology = row.text(2);
                // An environment this program does not know gets the strictest guard rails.
                profile.environment = environment.value_or(Environment::Production);
                profile.host = row.text(4);
                profile.port = row.integer(5);
                profile.virtualHost = row.text(6);
                profile.user = row.text(7);
                profile.tls = {row.integer(8) != 0, row.text(9),  row.text(10),
                               row.text(11),        row.text(12), row.integer(13) != 0};
                profile.managementUrl = row.text(14);
                profile.heartbeatSeconds = row.integer(15);
                profiles.push_back(std::move(profile));
                return {};
            });
        if (!done)
            return failure(std::move(done.error()));
        return profiles;
    });
}

Result<void> SqlConnections::save(const ConnectionProfile& p) {
    auto saved = workspace_.write([&](Database& db) {
        return runOnce(
            db,
            "INSERT INTO connection (id, name, technology, environment, host, port, virtual_host, user_name, "
            "tls_enabled, tls_ca_file, tls_certificate, tls_key_file, tls_server_name, tls_verify, "
            "management_url, "
            "heartbeat_seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET name = excluded.name, technology = excluded.technology, "
            "environment = excluded.environment, host = excluded.host, port = excluded.port, "
            "virtual_host = excluded.virtual_host, user_name = excluded.user_name, "
            "tls_enabled = excluded.tls_enabled, tls_ca_file = excluded.tls_ca_file, "
            "tls_certificate = excluded.tls_certificate, tls_key_file = excluded.tls_key_file, "
            "tls_server_name = excluded.tls_server_name, tls_verify = excluded.tls_verify, "
            "management_url = excluded.management_url, heartbeat_seconds = excluded.heartbeat_seconds",
            p.id, p.name, p.technology, environmentWord(p.environment), p.host, p.port, p.virtualHost, p.user,
            p.tls.enabled, p.tls.caFile, p.tls.certificateFile, p.tls.keyFile, p.tls.serverName, p.tls.verify,
            p.managementUrl, p.heartbeatSeconds);
    });
    if (!saved && saved.error().kind == ErrorKind::Conflict)
        saved.error().summary =
            QStringLiteral("There is a connection named \"%1\" already. Choose another name.").arg(p.name);
    return saved;
}

Result<void> SqlConnections::remove(const QString& id) {
    return workspace_.write([&](Database& db) -> Result<void> {
        if (auto done = runOnce(db, "DELETE FROM elevation WHERE connection_id = ?", id); !done)
            return done;
        if (auto done = runOnce(db, "DELETE FROM queue_pin WHERE connection_id = ?", id); !done)
            return done;
        if (auto done = runOnce(db, "DELETE FROM connection WHERE id = ?", id); !done)
            return done;
        if (db.changes() == 0)
            return failure(ErrorKind::NotFound, QStringLiteral("There is no such connection."));
        return {};
    });
}

Result<std::optional<Elevation>> SqlElevations::elevation(const QString& connectionId) {
    return workspace_.read([&](Database& db) -> Result<std::optional<Elevation>> {
        std::optional<Elevation> found;
        auto done = eachRowOf(
            db, "SELECT actor, reason, until_ms FROM elevation WHERE connection_id = ?",
            [&](const Statement& row) -> Result<void> {
                found = Elevation{connectionId, row.text(0), row.text(1), fromMs(row.int64(2))};
                return {};
            },
            connectionId);
        if (!done)
            return failure(std::move(done.error()));
        return found;
    });
}

Result<void> SqlElevations::saveElevation(const Elevation& elevation) {
    return workspace_.write([&](Database& db) {
        return runOnce(
            db,
            "INSERT INTO elevation (connection_id, actor, reason, until_ms) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (connection_id) DO UPDATE SET actor = excluded.actor, reason = excluded.reason, "
            "until_ms = excluded.until_ms",
            elevation.connectionId, elevation.actor, elevation.reason, toMs(elevation.until));
    });
}

Result<void> SqlElevations::dropElevation(const QString& connectionId) {
    return workspace_.write([&](Database& db) {
        return runOnce(db, "DELETE FROM elevation WHERE connection_id = ?", connectionId);
    });
}

} // namespace signalbox
