// Composition root: one workspace file with everything that works on it. Makes the adapters and the models
// and takes them down in a safe order (jobs first, then links, then stores). GUI (or main) thread.
#pragma once

#include "models/base/clock.h"
#include "models/connections/connectionregistry.h"
#include "models/deadletters/snapshot.h"
#include "models/messaging/conventions.h"
#include "models/replay/replaydesk.h"

#include <functional>
#include <memory>
#include <optional>

class QWidget;

namespace signalbox {

class Workspace {
public:
    static constexpr int keepSnapshotsDays = 14;
    static constexpr int keepCopiesDays = 30;

    struct Adapters { // what is null is made: RabbitMQ, the system's keychain, the system's clock
        std::unique_ptr<GatewayFactory> gateways;
        std::unique_ptr<SecretStore> secrets;
        std::unique_ptr<Clock> clock;
    };
    // `file` is made if missing, with mode 0600; an empty one means defaultFile().
    static Result<std::unique_ptr<Workspace>> open(const QString& file, Adapters adapters);
    static Result<std::unique_ptr<Workspace>> open(const QString& file) { return open(file, Adapters()); }
    static QString defaultFile();
    ~Workspace(); // cancels jobs and waits for them

    const QString& file() const;
    const QString& notice() const; // e.g. opened read-only because it is newer; empty = none
    QString actor() const;

    ConnectionRegistry& connections();
    SecretStore& secrets();
    ReplayDesk& replays();
    ReplayJournal& journal();
    SnapshotLibrary& snapshots();
    TriageStore& triage();
    AuditTrail& audit();
    const Conventions& conventions() const;
    const Clock& clock() const;

    // Deletes snapshots and saved copies that are older than they are kept. Blocking.
    Result<void> prune();
    // Passwords from SIGNALBOX_PASSWORD_<NAME>, for connections that have such a variable.
    void takeEnvironmentPasswords();
    // The window on this workspace; it must be gone before the workspace. Prunes in the background.
    std::unique_ptr<QWidget> makeWindow();

private:
    struct Parts;
    explicit Workspace(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// SIGNALBOX_PASSWORD_<NAME in capitals, other characters as _>; SIGNALBOX_PASSWORD for an empty name.
QByteArray passwordVariable(const QString& connectionName);
// What the variable holds, or the file that <variable>_FILE names, read again at each call. Invalid: set, but
// empty or not readable. `variable` gives the value of one by its name.
using VariableReader = std::function<std::optional<QByteArray>(const QByteArray& name)>;
Result<std::optional<Secret>> variableSecret(const QByteArray& variable, const VariableReader& reader);
std::optional<QByteArray> environmentVariable(const QByteArray& name);

} // namespace signalbox
