// The small stores of a workspace in memory: connections, elevations, audit trail. Set `failure` on one of
// them and its writes answer with that error.
#pragma once

#include "models/base/audittrail.h"
#include "models/connections/guardrail.h"

#include <algorithm>
#include <map>

namespace signalbox {

class FakeConnections final : public ConnectionStore {
public:
    Result<std::vector<ConnectionProfile>> connections() override {
        std::sort(saved.begin(), saved.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return saved;
    }
    Result<void> save(const ConnectionProfile& profile) override {
        if (failure)
            return tl::make_unexpected(*failure);
        for (const ConnectionProfile& other : saved) {
            if (other.id != profile.id && other.name == profile.name)
                return signalbox::failure(ErrorKind::Conflict, QStringLiteral("The name is taken."));
        }
        std::erase_if(saved, [&](const auto& other) { return other.id == profile.id; });
        saved.push_back(profile);
        return {};
    }
    Result<void> remove(const QString& id) override {
        if (failure)
            return tl::make_unexpected(*failure);
        std::erase_if(saved, [&](const auto& other) { return other.id == id; });
        return {};
    }

    std::vector<ConnectionProfile> saved;
    std::optional<Error> failure;
};

class FakeElevations final : public ElevationStore {
public:
    Result<std::optional<Elevation>> elevation(const QString& connectionId) override {
        const auto found = saved.find(connectionId);
        return found == saved.end() ? std::optional<Elevation>() : std::optional<Elevation>(found->second);
    }
    Result<void> saveElevation(const Elevation& elevation) override {
        if (failure)
            return tl::make_unexpected(*failure);
        saved[elevation.connectionId] = elevation;
        return {};
    }
    Result<void> dropElevation(const QString& connectionId) override {
        if (failure)
            return tl::make_unexpected(*failure);
        saved.erase(connectionId);
        return {};
    }

    std::map<QString, Elevation> saved;
    std::optional<Error> failure;
};

class FakeAudit final : public AuditTrail {
public:
    Result<void> append(const AuditEvent& event) override {
        if (failure)
            return tl::make_unexpected(*failure);
        events.push_back(event);
        return {};
    }
    Result<std::vector<AuditRecord>> page(qint64 before, int limit) override {
        std::vector<AuditRecord> records;
        qint64 number = before == 0 ? static_cast<qint64>(events.size()) : before - 1;
        for (; number > 0 && static_cast<int>(records.size()) < limit; --number)
            records.push_back({number, {}, events[static_cast<std::size_t>(number - 1)], {}});
        return records;
    }
    Result<AuditVerdict> verify(WorkProgress& /*progress*/) override {
        return AuditVerdict{true, static_cast<qint64>(events.size()), 0, QStringLiteral("whole")};
    }
    // "action connection outcome", one line each, for comparing as text.
    QStringList lines() const {
        QStringList all;
        for (const AuditEvent& event : events)
            all << QStringLiteral("%1 %2 %3").arg(event.action, event.connection, event.outcome);
        return all;
    }

    std::vector<AuditEvent> events;
    std::optional<Error> failure;
};

} // namespace signalbox
