#include "models/connections/connectionregistry.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/connections/connectionaudit.h"
#include "models/connections/registrystate.h"

#include <QUuid>

#include <algorithm>

namespace signalbox {

namespace {

// The clock may jump (sleep, time set by hand), so running elevations are looked at this often.
constexpr int elevationCheckMs = 500;

QFuture<Result<void>> ready(Result<void> result) {
    return readyFuture(std::move(result));
}

} // namespace

ConnectionRegistry::ConnectionRegistry(Ports ports, QString actor, QObject* parent)
    : QObject(parent)
    , state_(std::make_unique<State>(ports, std::move(actor))) {
    state_->timer.setInterval(elevationCheckMs);
    QObject::connect(&state_->timer, &QTimer::timeout, this, [this] {
        for (const ConnectionProfile& profile : state_->profiles) {
            if (state_->elevations.contains(profile.id))
                (void)refreshElevation(profile.id); // not readable now: the next tick tries again
        }
        endOldElevations();
    });
}

ConnectionRegistry::~ConnectionRegistry() {
    for (auto& [id, gateway] : state_->gateways) {
        QObject::disconnect(gateway.get(), nullptr, this, nullptr);
        gateway->close();
    }
}

Result<void> ConnectionRegistry::load() {
    auto profiles = state_->ports.connections.connections();
    if (!profiles)
        return failure(std::move(profiles.error()));
    std::map<QString, Elevation> elevations;
    for (const ConnectionProfile& profile : *profiles) {
        auto elevation = state_->ports.elevations.elevation(profile.id);
        if (!elevation)
            return failure(std::move(elevation.error()));
        if (*elevation)
            elevations.emplace(profile.id, **elevation);
    }
    state_->profiles.clear();
    for (const ConnectionProfile& profile : *profiles)
        state_->put(profile);
    state_->elevations = std::move(elevations);
    // Some may have run out while the program was not there.
    endOldElevations();
    Q_EMIT changed();
    return {};
}

const std::vector<ConnectionProfile>& ConnectionRegistry::profiles() const {
    return state_->profiles;
}

const ConnectionProfile* ConnectionRegistry::find(const QString& idOrName) const {
    if (const ConnectionProfile* profile = state_->byId(idOrName))
        return profile;
    for (const ConnectionProfile& profile : state_->profiles) {
        if (profile.name == idOrName)
            return &profile;
    }
    return nullptr;
}

const QString& ConnectionRegistry::actor() const {
    return state_->actor;
}

bool ConnectionRegistry::keychainMissing() const {
    return state_->keychainMissing;
}

QFuture<Result<void>> ConnectionRegistry::save(const ConnectionProfile& given, std::optional<Secret> secret) {
    ConnectionProfile profile = given;
    if (profile.id.isEmpty())
        profile.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    if (auto valid = validate(profile); !valid)
        return ready(std::move(valid));
    if (auto fresh = refresh(profile.id); !fresh)
        return ready(std::move(fresh));
    const ConnectionProfile* known = state_->byId(profile.id);
    const std::optional<ConnectionProfile> before = known ? std::optional(*known) : std::nullopt;
    // Else the guard rails would be lifted without anybody saying why.
    const bool leaves = before && before->environment == Environment::Production &&
                        (profile.environment != Environment::Production || before->host != profile.host ||
                         before->port != profile.port || before->virtualHost != profile.virtualHost);
    if (leaves && !elevation(profile.id))
        return ready(failure(ErrorKind::NotAllowed,
                             QStringLiteral("%1 is a production connection and read-only: elevate it, then "
                                            "change its environment or the broker it leads to.")
                                 .arg(before->name)));
    const QString action = before ? QStringLiteral("connection.change") : QStringLiteral("connection.add");
    const QString detail = before ? describeChange(*before, profile, secret.has_value()) : describe(profile);
    auto saved = state_->ports.connections.save(profile);
    auto recorded =
        state_->record(action, profile.name, saved ? QStringLiteral("ok") : saved.error().summary, detail);
    if (!saved)
        return ready(std::move(saved));
    state_->put(profile);
    if (before && (!sameLink(*before, profile) || secret))
        disconnect(profile.id);
    if (profile.environment != Environment::Production && state_->elevations.contains(profile.id))
        endElevation(profile.id, QStringLiteral("no longer production"));
    if (secret) {
        state_->secrets[profile.id] = *secret;
        state_->variables.erase(profile.id);
    }
    Q_EMIT changed();
    if (!recorded)
        return ready(std::move(recorded));
    if (!secret)
        return ready({});
    auto written = state_->ports.secrets.write(profile.id, *secret);
    whenDone(written, this, [this](const Result<void>& done) {
        state_->keychainMissing = !done && done.error().kind == ErrorKind::Unsupported;
    });
    return written;
}

Result<void> ConnectionRegistry::mayRemove(const QString& id) const {
    const ConnectionProfile* known = state_->byId(id);
    if (!known)
        return failure(ErrorKind::NotFound, QStringLiteral("There is no such connection."));
    // What is removed could be added again as development.
    if (known->environment == Environment::Production && !elevation(id))
        return failure(
            ErrorKind::NotAllowed,
            QStringLiteral("%1 is a production connection and read-only: elevate it, then remove it.")
                .arg(known->name));
    return {};
}

QFuture<Result<void>> ConnectionRegistry::remove(const QString& id) {
    if (auto allowed = mayRemove(id); !allowed)
        return ready(std::move(allowed));
    const ConnectionProfile* known = state_->byId(id);
    const QString name = known->name;
    auto removed = state_->ports.connections.remove(id);
    auto recorded =
        state_->record(QStringLiteral("connection.remove"), name,
                       removed ? QStringLiteral("ok") : removed.error().summary, describe(*known));
    if (!removed)
        return ready(std::move(removed));
    disconnect(id);
    if (state_->elevations.contains(id))
        endElevation(id, QStringLiteral("connection removed"));
    std::erase_if(state_->profiles, [&](const auto& profile) { return profile.id == id; });
    state_->secrets.erase(id);
    state_->variables.erase(id);
    Q_EMIT changed();
    if (!recorded)
        return ready(std::move(recorded));
    auto promise = std::make_shared<QPromise<Result<void>>>();
    promise->start();
    whenDone(state_->ports.secrets.remove(id), this, [promise](Result<void> gone) {
        // No entry or no keychain: then there is nothing left to remove.
        const bool fine =
            gone || gone.error().kind == ErrorKind::NotFound || gone.error().kind == ErrorKind::Unsupported;
        promise->addResult(fine ? Result<void>() : std::move(gone));
        promise->finish();
    });
    return promise->future();
}

// The secret of a connection: known from this start, else the keychain's.
QFuture<Result<Secret>> ConnectionRegistry::secretOf(const ConnectionProfile& profile) {
    if (const auto found = state_->secrets.find(profile.id); found != state_->secrets.end())
        return readyFuture<Result<Secret>>(found->second);
    if (profile.entersByCertificate())
        return readyFuture<Result<Secret>>(Secret());
    auto promise = std::make_shared<QPromise<Result<Secret>>>();
    promise->start();
    whenDone(state_->ports.secrets.read(profile.id), this,
             [this, promise, id = profile.id, name = profile.name,
              bus = profile.technology == technology::serviceBus](Result<Secret> read) {
                 if (read) {
                     state_->secrets.try_emplace(id, *read);
                 } else {
                     const Error why = read.error();
                     state_->keychainMissing = why.kind == ErrorKind::Unsupported;
                     const QString reason = why.kind == ErrorKind::NotFound
                                                ? QStringLiteral("the keychain has no entry for it")
                                                : why.summary;
                     read = failure(ErrorKind::NotAuthenticated,
                                    (bus ? QStringLiteral("The connection string of %1 is not known: %2")
                                         : QStringLiteral("The password of %1 is not known: %2"))
                                        .arg(name, reason.endsWith(QLatin1Char('.'))
                                                       ? reason
                                                       : reason + QLatin1Char('.')),
                                    why.detail);
                 }
                 promise->addResult(std::move(read));
                 promise->finish();
             });
    return promise->future();
}

QFuture<Result<BrokerGateway*>> ConnectionRegistry::connect(const QString& id) {
    const ConnectionProfile* profile = state_->byId(id);
    if (!profile)
        return readyFuture<Result<BrokerGateway*>>(
            failure(ErrorKind::NotFound, QStringLiteral("There is no such connection.")));
    if (BrokerGateway* live = gateway(id)) {
        const LinkState link = live->linkState();
        if (live->isLoginRefused()) {
            disconnect(id); // it only knows the refused password; the keychain may hold another one by now
        } else {
            if (link == LinkState::Disconnected || link == LinkState::Failed) {
                state_->toAudit.insert(id);
                live->open();
            }
            return readyFuture<Result<BrokerGateway*>>(live);
        }
    }
    auto promise = std::make_shared<QPromise<Result<BrokerGateway*>>>();
    promise->start();
    whenDone(secretOf(*profile), this, [this, promise, id](Result<Secret> secret) {
        promise->addResult(secret ? openGateway(id, *secret)
                                  : Result<BrokerGateway*>(failure(std::move(secret.error()))));
        promise->finish();
    });
    return promise->future();
}

Result<BrokerGateway*> ConnectionRegistry::openGateway(const QString& id, const Secret& secret) {
    const ConnectionProfile* profile = state_->byId(id);
    if (!profile) // removed while the keychain was asked
        return failure(ErrorKind::NotFound, QStringLiteral("There is no such connection."));
    if (BrokerGateway* live = gateway(id)) // somebody else was quicker
        return live;
    std::unique_ptr<BrokerGateway> made = state_->ports.gateways.make(*profile, secret);
    if (!made)
        return failure(ErrorKind::Unsupported,
                       QStringLiteral("This program cannot connect to \"%1\".").arg(profile->technology));
    BrokerGateway* live = made.get();
    state_->gateways[id] = std::move(made);
    state_->toAudit.insert(id);
    QObject::connect(live, &BrokerGateway::linkChanged, this, [this, id] { followLink(id); });
    live->open();
    return live;
}

// Audits how an opening ended (once, not every reconnect) and passes the news on.
void ConnectionRegistry::followLink(const QString& id) {
    const BrokerGateway* live = gateway(id);
    const ConnectionProfile* profile = state_->byId(id);
    if (!live)
        return;
    const LinkState link = live->linkState();
    const bool up = link == LinkState::Connected || link == LinkState::Blocked;
    if ((up || link == LinkState::Failed) && state_->toAudit.erase(id) > 0 && profile) {
        // Reading goes on when the trail cannot be written: record() has logged it.
        (void)state_->record(QStringLiteral("connection.open"), profile->name,
                             up ? QStringLiteral("ok") : live->linkDetail(), describe(*profile));
    }
    if (live->isLoginRefused() && !state_->variables.contains(id))
        state_->secrets.erase(id);
    Q_EMIT linkChanged(id);
}

std::optional<ConnectionRegistry::RefusedLogin> ConnectionRegistry::refusedLogin(const QString& id) const {
    const BrokerGateway* live = gateway(id);
    const ConnectionProfile* profile = state_->byId(id);
    if (!live || !profile || !live->isLoginRefused() || profile->entersByCertificate())
        return std::nullopt;
    const QString refused = profile->technology == technology::serviceBus
                                ? QStringLiteral("The namespace %1 refused the credential").arg(profile->host)
                                : QStringLiteral("The broker refused the password for %1 at %2")
                                      .arg(profile->user, profile->host);
    const auto variable = state_->variables.find(id);
    if (variable == state_->variables.end())
        return RefusedLogin{{ErrorKind::NotAuthenticated, refused + QLatin1Char('.'), live->linkDetail()},
                            true};
    return RefusedLogin{
        {ErrorKind::NotAuthenticated,
         QStringLiteral("%1. It comes from the environment variable %2: set the right one and start again.")
             .arg(refused, variable->second),
         live->linkDetail()},
        false};
}

void ConnectionRegistry::provideSecret(const QString& id, const Secret& secret, const QString& variable) {
    state_->secrets[id] = secret;
    if (variable.isEmpty())
        state_->variables.erase(id);
    else
        state_->variables[id] = variable;
    // A gateway made with the old secret cannot use the new one; a working link is left alone.
    const BrokerGateway* live = gateway(id);
    if (live && live->linkState() != LinkState::Connected && live->linkState() != LinkState::Blocked)
        disconnect(id);
}

void ConnectionRegistry::disconnect(const QString& id) {
    const auto found = state_->gateways.find(id);
    if (found == state_->gateways.end())
        return;
    std::unique_ptr<BrokerGateway> gone = std::move(found->second);
    state_->gateways.erase(found);
    state_->toAudit.erase(id);
    QObject::disconnect(gone.get(), nullptr, this, nullptr);
    gone->close();
    gone.release()->deleteLater(); // we may be inside one of its signals
    Q_EMIT linkChanged(id);
}

BrokerGateway* ConnectionRegistry::gateway(const QString& id) const {
    const auto found = state_->gateways.find(id);
    return found == state_->gateways.end() ? nullptr : found->second.get();
}

QFuture<Result<std::vector<TestStep>>> ConnectionRegistry::test(const ConnectionProfile& profile,
                                                                const Secret& secret) {
    using Steps = Result<std::vector<TestStep>>;
    ConnectionProfile tested = profile;
    if (tested.id.isEmpty())
        tested.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    if (tested.name.isEmpty())
        tested.name = tested.host;
    if (auto valid = validate(tested); !valid)
        return readyFuture<Steps>(failure(std::move(valid.error())));
    auto promise = std::make_shared<QPromise<Steps>>();
    promise->start();
    const auto run = [this, promise, tested](const Result<Secret>& known) {
        std::shared_ptr<BrokerGateway> probe = state_->ports.gateways.make(tested, known ? *known : Secret());
        if (!probe) {
            promise->addResult(
                failure(ErrorKind::Unsupported,
                        QStringLiteral("This program cannot connect to \"%1\".").arg(tested.technology)));
            promise->finish();
            return;
        }
        whenDone(probe->test(), this, [promise, probe](Steps steps) {
            promise->addResult(std::move(steps));
            promise->finish();
        });
    };
    // Without a typed password a saved connection is tested with the one it has.
    if (secret.isEmpty() && state_->byId(tested.id))
        whenDone(secretOf(tested), this, run);
    else
        run(secret);
    return promise->future();
}

} // namespace signalbox
