// How one connection reaches its namespace: endpoint, host name, credential. Copied to each worker thread.
#pragma once

#include "app/servicebus/bytechannel.h"
#include "app/servicebus/tokensource.h"
#include "models/connections/connectionprofile.h"

#include <functional>
#include <memory>
#include <optional>

namespace signalbox::servicebus {

// The credential as its source has it now, for one that ends: an access token that somebody renews. Nothing:
// there is no source. Called on any thread.
using FreshSecret = std::function<std::optional<Secret>()>;

struct NamespaceAccess {
    Endpoint endpoint;
    QString hostname;  // of the namespace
    QString keyName;   // empty: `secret` is a ready-made token
    QString scope;     // the only entity the credential is for; empty: the whole namespace
    Secret secret;     // key of that name, shared access signature, or access token of Entra ID
    FreshSecret fresh; // of a ready-made token; may be null

    QString text() const { return endpoint.text(); }
};

NamespaceAccess accessOf(const ConnectionProfile& profile, const Secret& secret, FreshSecret fresh = {});

// Signs with the key, or gives the ready-made token out, a fresh one from its source before it ends.
// NotAuthenticated: there is none, or it has ended, and when.
std::unique_ptr<TokenSource> makeTokenSource(const NamespaceAccess& access);

// What to add where the service refuses a token of which the end is not known here.
QString opaqueTokenWords();

} // namespace signalbox::servicebus
