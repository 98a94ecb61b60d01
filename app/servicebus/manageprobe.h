// The management API of a connection test: whether it answers, whether the credential has the right Manage,
// and which entities there are to try the other rights on. Asks only. On the gateway's thread.
#pragma once

#include "app/servicebus/namespaceadmin.h"
#include "app/servicebus/rightsprobe.h"

namespace signalbox::servicebus {

struct ManageFinding {
    TestStep api;    // "Management API"
    TestStep manage; // "Manage"
    ProbePlaces places;
};

// `admin` null: no address is set. `scope` is the only entity of the credential, or empty; `lists` says what
// is not known without the API. Where nobody is logged in, a refusal says nothing of Manage.
QFuture<ManageFinding> probeManage(NamespaceAdmin* admin, const QString& scope, const QString& lists,
                                   bool loggedIn);
// Where to try the rights of a credential for one entity of which no more is known.
ProbePlaces placesOf(const QString& scope);

} // namespace signalbox::servicebus
