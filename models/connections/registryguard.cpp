// The guard rails of the registry: who may write now, asked of the stores and not of memory.
#include "models/connections/connectionaudit.h"
#include "models/connections/registrystate.h"

namespace signalbox {

Result<void> ConnectionRegistry::refresh(const QString& id) {
    auto profiles = state_->ports.connections.connections();
    if (!profiles)
        return failure(std::move(profiles.error()));
    const auto stored = std::find_if(profiles->begin(), profiles->end(),
                                     [&](const auto& profile) { return profile.id == id; });
    const ConnectionProfile* known = state_->byId(id);
    const bool isThere = stored != profiles->end();
    if (isThere ? known && *known == *stored : !known)
        return isThere ? refreshElevation(id) : Result<void>();
    if (known && (!isThere || !sameLink(*known, *stored)))
        disconnect(id);
    if (isThere) {
        state_->put(*stored);
    } else {
        std::erase_if(state_->profiles, [&](const auto& profile) { return profile.id == id; });
        state_->secrets.erase(id);
        state_->variables.erase(id);
    }
    // Later: who asks for a permit does not expect that the lists change under it.
    QMetaObject::invokeMethod(this, &ConnectionRegistry::changed, Qt::QueuedConnection);
    return refreshElevation(id);
}

Result<void> ConnectionRegistry::refreshElevation(const QString& id) {
    auto stored = state_->ports.elevations.elevation(id);
    if (!stored)
        return failure(std::move(stored.error()));
    const auto known = state_->elevations.find(id);
    const bool isKnown = known != state_->elevations.end();
    if (*stored ? isKnown && known->second == **stored : !isKnown)
        return {};
    state_->elevations.erase(id);
    if (*stored)
        state_->elevations.emplace(id, **stored);
    if (!state_->elevations.empty() && !state_->timer.isActive())
        state_->timer.start();
    QMetaObject::invokeMethod(
        this, [this, id] { Q_EMIT elevationChanged(id); }, Qt::QueuedConnection);
    return {};
}

Result<WritePermit> ConnectionRegistry::permit(const QString& id) {
    const bool wasLinked = gateway(id) != nullptr;
    if (auto fresh = refresh(id); !fresh)
        return failure(std::move(fresh.error()));
    const ConnectionProfile* profile = state_->byId(id);
    if (profile && wasLinked && !gateway(id))
        return failure(ErrorKind::Conflict,
                       QStringLiteral("%1 was changed by another console, so its link was closed. Look at "
                                      "its settings, connect, then try again.")
                           .arg(profile->name));
    return knownPermit(id);
}

Result<WritePermit> ConnectionRegistry::knownPermit(const QString& id) const {
    const ConnectionProfile* profile = state_->byId(id);
    if (!profile)
        return failure(ErrorKind::NotFound, QStringLiteral("There is no such connection."));
    const auto found = state_->elevations.find(id);
    return GuardRail::permit(*profile, found == state_->elevations.end() ? nullptr : &found->second,
                             state_->ports.clock.now());
}

Result<Elevation> ConnectionRegistry::elevate(const QString& id, const QString& reason, int minutes) {
    if (auto fresh = refresh(id); !fresh)
        return failure(std::move(fresh.error()));
    const ConnectionProfile* profile = state_->byId(id);
    if (!profile)
        return failure(ErrorKind::NotFound, QStringLiteral("There is no such connection."));
    auto elevation = GuardRail::elevate(*profile, state_->actor, reason, minutes, state_->ports.clock.now());
    if (!elevation)
        return elevation;
    const QString detail = describeElevation(*elevation, minutes);
    const QString action = QStringLiteral("elevation.grant");
    // First the trail, then the right: no elevation without a record.
    if (auto done = state_->record(action, profile->name, QStringLiteral("ok"), detail, elevation->reason);
        !done)
        return failure(std::move(done.error()));
    if (auto saved = state_->ports.elevations.saveElevation(*elevation); !saved) {
        (void)state_->record(action, profile->name, saved.error().summary, detail, elevation->reason);
        return failure(std::move(saved.error()));
    }
    state_->elevations[id] = *elevation;
    state_->timer.start();
    Q_EMIT elevationChanged(id);
    return elevation;
}

Result<void> ConnectionRegistry::dropElevation(const QString& id) {
    if (!state_->elevations.contains(id))
        return {};
    return endElevation(id, QStringLiteral("given back"));
}

// The right ends here and now, also when store or trail cannot be written.
Result<void> ConnectionRegistry::endElevation(const QString& id, const QString& why) {
    state_->elevations.erase(id);
    if (state_->elevations.empty())
        state_->timer.stop();
    const ConnectionProfile* profile = state_->byId(id);
    auto dropped = state_->ports.elevations.dropElevation(id);
    auto recorded = state_->record(QStringLiteral("elevation.end"), profile ? profile->name : id,
                                   QStringLiteral("ok"), {}, why);
    Q_EMIT elevationChanged(id);
    return dropped ? recorded : dropped;
}

void ConnectionRegistry::endOldElevations() {
    std::vector<QString> old;
    for (const auto& [id, elevation] : state_->elevations) {
        if (!state_->lasts(elevation))
            old.push_back(id);
    }
    for (const QString& id : old)
        (void)endElevation(id, QStringLiteral("time is over"));
    if (!state_->elevations.empty() && !state_->timer.isActive())
        state_->timer.start();
}

std::optional<Elevation> ConnectionRegistry::elevation(const QString& id) const {
    const auto found = state_->elevations.find(id);
    if (found == state_->elevations.end() || !state_->lasts(found->second))
        return std::nullopt;
    return found->second;
}

} // namespace signalbox
