// How one connection reaches its namespace: endpoint, host name, credential. Copied to each worker thread.
#pragma once

#include "app/servicebus/bytechannel.h"
#include "app/servicebus/tokensource.h"
#include "models/connections/connectionprofile.h"

#include <memory>

namespace signalbox::servicebus {

struct NamespaceAccess {
    Endpoint endpoint;
    QString hostname; // of the namespace
    QString keyName;  // empty: `secret` is a ready-made token
    QString scope;    // the only entity the credential is for; empty: the whole namespace
    Secret secret;    // key of that name, shared access signature, or access token (JWT) of Entra ID

    QString text() const { return endpoint.text(); }
};

NamespaceAccess accessOf(const ConnectionProfile& profile, const Secret& secret);

// Signs with the key, or gives the ready-made token out. NotAuthenticated: there is none, or it has ended.
std::unique_ptr<TokenSource> makeTokenSource(const NamespaceAccess& access);

} // namespace signalbox::servicebus
