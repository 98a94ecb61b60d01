#include "views/connections/connector.h"

#include "models/base/whendone.h"
#include "views/connections/passwordprompt.h"
#include "views/connections/servicebuswords.h"
#include "views/widgets/linkwords.h"

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
    if (!profile)
        return;
    if (prompt_) {
        std::erase_if(waiting_, [&](const auto& other) { return other.first == id; });
        if (id != promptFor_)
            waiting_.emplace_back(id, why);
        return;
    }
    promptFor_ = id;
    prompt_ = new PasswordPrompt(context_, *profile, why, !context_.connections.keychainMissing(), window_);
    prompt_->setAttribute(Qt::WA_DeleteOnClose);
    connect(prompt_, &PasswordPrompt::given, this,
            [this, id](const Secret& secret, bool remember) { take(id, secret, remember); });
    connect(prompt_, &QDialog::rejected, this, [this, id, why] { giveUp(id, why); });
    prompt_->open();
}

void Connector::giveUp(const QString& id, const QString& why) {
    prompt_ = nullptr;
    if (const ConnectionProfile* profile = context_.connections.find(id))
        Q_EMIT errorRaised(
            {ErrorKind::NotAuthenticated,
             (busWords::isServiceBus(*profile) ? tr("%1 is not connected: no connection string was given.")
                                               : tr("%1 is not connected: no password was given."))
                 .arg(profile->name),
             why},
            id);
    askNext();
}

void Connector::askNext() {
    if (prompt_ || waiting_.empty())
        return;
    const auto [id, why] = waiting_.front();
    waiting_.erase(waiting_.begin());
    askPassword(id, why);
}

void Connector::take(const QString& id, const Secret& secret, bool remember) {
    prompt_ = nullptr;
    askNext();
    // What another console has changed is not written over along with the password.
    (void)context_.connections.refresh(id);
    const ConnectionProfile* profile = context_.connections.find(id);
    if (!profile)
        return;
    if (!remember) {
        context_.connections.provideSecret(id, secret);
        connectTo(id);
        return;
    }
    const QString name = profile->name;
    const bool bus = busWords::isServiceBus(*profile);
    whenDone(
        context_.connections.save(*profile, secret), this, [this, id, name, bus](const Result<void>& done) {
            // Where the keychain refuses, the password still serves for this start.
            if (!done)
                Q_EMIT notice((bus ? tr("The connection string of %1 is kept until Signalbox ends only: %2")
                                   : tr("The password of %1 is kept until Signalbox ends only: %2"))
                                  .arg(name, done.error().summary));
            connectTo(id);
        });
}

void Connector::followLink(const QString& id) {
    const ConnectionProfile* profile = context_.connections.find(id);
    if (const auto refused = context_.connections.refusedLogin(id)) {
        const bool isNews = refused_.insert(id).second;
        if (opening_.erase(id) == 0 && !isNews)
            return;
        if (refused->ask)
            askPassword(id, refused->why.summary + QLatin1Char(' ') +
                                (profile && busWords::isServiceBus(*profile)
                                     ? tr("The key or token is wrong, or has ended.")
                                     : tr("It is wrong, or the user may not log in from here.")));
        else
            Q_EMIT errorRaised(refused->why, id);
        return;
    }
    if (!opening_.contains(id))
        return;
    const BrokerGateway* gateway = context_.connections.gateway(id);
    const LinkState link = gateway ? gateway->linkState() : LinkState::Disconnected;
    if (link == LinkState::Connecting || (link == LinkState::Disconnected && gateway))
        return;
    opening_.erase(id);
    refused_.erase(id);
    if (!gateway || !profile || link == LinkState::Connected || link == LinkState::Blocked)
        return;
    Q_EMIT errorRaised(Error{ErrorKind::CannotConnect,
                             link == LinkState::Waiting
                                 ? tr("%1 cannot be reached; Signalbox keeps trying.").arg(profile->name)
                                 : tr("%1 cannot be connected.").arg(profile->name),
                             linkDetailOf(gateway)},
                       id);
}

} // namespace signalbox
