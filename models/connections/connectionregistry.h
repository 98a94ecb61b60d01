// The connections of a workspace: saved profiles, their live gateways, secrets, guard rails. Every change is
// audited. Lives on the GUI (or main) thread.
#pragma once

#include "models/base/audittrail.h"
#include "models/connections/gatewayfactory.h"
#include "models/connections/guardrail.h"
#include "models/connections/secretstore.h"

#include <QObject>
#include <map>
#include <memory>

namespace signalbox {

class ConnectionRegistry : public QObject {
    Q_OBJECT
public:
    struct Ports {
        ConnectionStore& connections;
        ElevationStore& elevations;
        SecretStore& secrets;
        AuditTrail& audit;
        GatewayFactory& gateways;
        const Clock& clock;
    };
    ConnectionRegistry(Ports ports, QString actor, QObject* parent = nullptr);
    ~ConnectionRegistry() override;

    Result<void> load(); // from the store; emits changed()
    const std::vector<ConnectionProfile>& profiles() const;
    const ConnectionProfile* find(const QString& idOrName) const;
    const QString& actor() const;
    // The keychain has said that there is none on this machine; false as long as nobody asked it.
    bool keychainMissing() const;

    // Adds or replaces; an empty id is filled in. The secret, if given, goes to the keychain; where there is
    // none the future carries Unsupported, the profile is saved all the same and the secret is kept for this
    // start only. A live link is closed when what it needs has changed.
    QFuture<Result<void>> save(const ConnectionProfile& profile, std::optional<Secret> secret);
    QFuture<Result<void>> remove(const QString& id);
    Result<void> mayRemove(const QString& id) const; // NotFound, or NotAllowed: production and not elevated

    // The live gateway, its link under way: linkChanged() tells how that goes. NotAuthenticated: no secret is
    // known (the summary says why); ask the person and call provideSecret(), then again.
    QFuture<Result<BrokerGateway*>> connect(const QString& id);
    // For this start. Closes a link that is not up, so that the next connect() uses the new secret.
    // `variable`: the environment variable it comes from; empty: a person typed it.
    void provideSecret(const QString& id, const Secret& secret, const QString& variable = {});
    // The broker has refused the password of the live gateway. A refused password is forgotten, save one from
    // the environment: nobody can type that one right.
    struct RefusedLogin {
        Error why;        // NotAuthenticated
        bool ask = false; // the person, for another one; then provideSecret() and connect() again
    };
    std::optional<RefusedLogin> refusedLogin(const QString& id) const;
    void disconnect(const QString& id);
    BrokerGateway* gateway(const QString& id) const; // nullptr: not connected
    // Steps for a profile that need not be saved. With an empty secret a saved one is tested with its own.
    QFuture<Result<std::vector<TestStep>>> test(const ConnectionProfile& profile, const Secret& secret);

    // Reads profile and elevation from the stores again, for another console may have changed them: a
    // write is allowed by what holds now. A link that no longer fits the profile is closed.
    Result<void> refresh(const QString& id);
    Result<WritePermit> permit(const QString& id); // refreshes first: Conflict, the link was closed
    Result<WritePermit> knownPermit(const QString& id) const; // by what is known here, for showing it
    Result<Elevation> elevate(const QString& id, const QString& reason, int minutes);
    Result<void> dropElevation(const QString& id);
    std::optional<Elevation> elevation(const QString& id) const; // only while it lasts

Q_SIGNALS:
    void changed();
    void linkChanged(const QString& id);
    void elevationChanged(const QString& id);

private:
    struct State;
    QFuture<Result<Secret>> secretOf(const ConnectionProfile& profile);
    Result<BrokerGateway*> openGateway(const QString& id, const Secret& secret);
    void followLink(const QString& id);
    Result<void> endElevation(const QString& id, const QString& why);
    void endOldElevations();
    Result<void> refreshElevation(const QString& id);
    std::unique_ptr<State> state_;
};

} // namespace signalbox
