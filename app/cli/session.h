// What one call of the command line works with: terminal, output, the workspace (opened when first needed),
// connections with their secrets, questions. Main thread.
#pragma once

#include "app/cli/output.h"
#include "app/workspace.h"

#include <functional>
#include <memory>

namespace signalbox {

struct SessionOptions {
    bool json = false;
    QString workspaceFile; // empty = the default one
};

class Session {
public:
    // What does not stop the opening is told to `out`.
    using Opener = std::function<Result<std::unique_ptr<Workspace>>(const QString& file, Output& out)>;

    Session(Terminal terminal, SessionOptions options, Opener opener);
    ~Session();

    Output& out() { return output_; }
    const Terminal& terminal() const { return terminal_; }
    Result<Workspace*> workspace();

    // By name or id; an empty name means the only one there is.
    Result<ConnectionProfile> profile(const QString& name);
    // The connected gateway. The secret comes from the environment, the keychain or a question.
    Result<BrokerGateway*> connect(const ConnectionProfile& profile);
    // NotAllowed says how to elevate.
    Result<WritePermit> permit(const ConnectionProfile& profile);
    // Adds how to elevate to what is not allowed on a production connection.
    static Error withElevationHint(Error error, const ConnectionProfile& profile);

    // Names the variable a refused credential came from, where the error does not say so.
    Error withSecretHint(Error error) const;

    struct EnvironmentPassword {
        QByteArray variable; // empty: none is set
        Secret secret;
    };
    // SIGNALBOX_PASSWORD_<NAME>, else SIGNALBOX_PASSWORD. Invalid: it is set to nothing, a slip of a script.
    Result<EnvironmentPassword> environmentPassword(const QString& connectionName) const;
    // Yes, by --yes or by a person. Invalid: nobody is there to ask.
    Result<void> confirm(const QString& question, bool yes);

private:
    Error withVariable(Error error) const; // that the credential came from
    Result<void> askPassword(const ConnectionProfile& profile, const QString& why);
    Result<BrokerGateway*> tryToConnect(const ConnectionProfile& profile);
    Result<BrokerGateway*> awaitLink(BrokerGateway& gateway, const ConnectionProfile& profile);

    Terminal terminal_;
    SessionOptions options_;
    Opener opener_;
    Output output_;
    std::unique_ptr<Workspace> workspace_;
    QByteArray usedVariable_; // of the last connection; empty: its secret came another way
};

} // namespace signalbox
