// What a registry knows; only its own source files look at it.
#pragma once

#include "models/base/lognames.h"
#include "models/connections/connectionregistry.h"

#include <QTimer>

#include <algorithm>
#include <set>
#include <spdlog/spdlog.h>

namespace signalbox {

struct ConnectionRegistry::State {
    State(Ports given, QString who)
        : ports(given)
        , actor(std::move(who)) {}

    Result<void> record(const QString& action, const QString& connection, const QString& outcome,
                        const QString& detail = {}, const QString& reason = {}) {
        AuditEvent event{actor, action, connection, {}, reason, outcome, detail};
        auto done = ports.audit.append(event);
        if (!done && spdlog::get(lognames::app))
            spdlog::get(lognames::app)
                ->warn("audit record {} not written: {}", action.toStdString(),
                       done.error().summary.toStdString());
        return done;
    }

    const ConnectionProfile* byId(const QString& id) const {
        const auto found = std::find_if(profiles.begin(), profiles.end(),
                                        [&](const auto& profile) { return profile.id == id; });
        return found == profiles.end() ? nullptr : &*found;
    }

    void put(const ConnectionProfile& profile) {
        std::erase_if(profiles, [&](const auto& other) { return other.id == profile.id; });
        const auto place =
            std::upper_bound(profiles.begin(), profiles.end(), profile, [](const auto& a, const auto& b) {
                return a.name.compare(b.name, Qt::CaseInsensitive) < 0;
            });
        profiles.insert(place, profile);
    }

    bool lasts(const Elevation& elevation) const { return elevation.until > ports.clock.now(); }

    Ports ports;
    QString actor;
    std::vector<ConnectionProfile> profiles;
    std::map<QString, std::unique_ptr<BrokerGateway>> gateways;
    std::map<QString, Secret> secrets;    // known for this start
    std::map<QString, QString> variables; // where a secret comes from the environment
    bool keychainMissing = false;
    std::map<QString, Elevation> elevations;
    std::set<QString> toAudit; // opened, but neither connected nor failed yet
    QTimer timer;
};

} // namespace signalbox
