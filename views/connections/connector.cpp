#include "views/connections/connector.h"

#include "models/base/whendone.h"
#include "views/connections/passwordprompt.h"

namespace signalbox {

Connector::Connector(ConsoleContext& context, QWidget* window)
    : QObject(window)
    , context_(context)
    , window_(window) {
    connect(&context.connections, &ConnectionRegistry::linkChanged, this, &Connector::followLink);
}

void Connector::connectTo(const QString& id) {
    opening_.insert(id);
    whenDone(context_.connections.connect(id), this, [this, id](const Result<BrokerGateway*>& gateway) {
        if (gateway) {
            followLink(id); // it may have been up or failed before the answer came
            return;
        }
        opening_.erase(id);
        if (gateway.error().kind == ErrorKind::NotAuthenticated)
            askPassword(id, gateway.error().summary);
        else
            Q_EMIT errorRaised(gateway.error(), id);
    });
}

void Connector::askPassword(const QString& id, const QString& why) {
    const ConnectionProfile* profile = context_.connections.find(id);
    if (!profile || prompt_)
        return;
    prompt_ = new PasswordPrompt(context_, *profile, why, !context_.connections.keychainMissing(), window_);
    prompt_->setAttribute(Qt::WA_DeleteOnClose);
    connect(prompt_, &PasswordPrompt::given, this,
            [this, id](const Secret& secret, bool remember) { take(id, secret, remember); });
    prompt_->open();
}

void Connector::take(const QString& id, const Secret& secret, bool remember) {
    prompt_ = nullptr;
    const ConnectionProfile* profile = context_.connections.find(id);
    if (!profile)
        return;
    if (!remember) {
        context_.connections.provideSecret(id, secret);
        connectTo(id);
        return;
    }
    const QString name = profile->name;
    whenDone(context_.connections.save(*profile, secret), this, [this, id, name](const Result<void>& done) {
        // Where the keychain refuses, the password still serves for this start.
        if (!done)
            Q_EMIT notice(tr("The password of %1 is kept until Signalbox ends only: %2")
                              .arg(name, done.error().summary));
        connectTo(id);
    });
}

void Connector::followLink(const QString& id) {
    if (!opening_.contains(id))
        return;
    const BrokerGateway* gateway = context_.connections.gateway(id);
    const LinkState link = gateway ? gateway->linkState() : LinkState::Disconnected;
    if (link == LinkState::Connecting || (link == LinkState::Disconnected && gateway))
        return;
    opening_.erase(id);
    const ConnectionProfile* profile = context_.connections.find(id);
    if (!gateway || !profile || link == LinkState::Connected || link == LinkState::Blocked)
        return;
    Q_EMIT errorRaised(Error{ErrorKind::CannotConnect,
                             link == LinkState::Waiting
                                 ? tr("%1 cannot be reached; Signalbox keeps trying.").arg(profile->name)
                                 : tr("%1 cannot be connected.").arg(profile->name),
                             gateway->linkDetail()},
                       id);
}

} // namespace signalbox
