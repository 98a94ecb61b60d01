// Who may do what: shared access keys, the tokens they sign, and what a connection was granted. Any thread.
#pragma once

#include "tests/support/servicebuspeer/clock.h"
#include "tests/support/servicebuspeer/refusal.h"

#include <vector>

namespace signalbox::sbpeer {

enum Right : unsigned { Listen = 1, Send = 2, Manage = 4, EveryRight = 7 };

struct SharedKey {
    QByteArray name, key; // the key is used as text
    unsigned rights = EveryRight;
    QByteArray entity; // path below which it counts; empty: the namespace
};

// A token that is not signed with a key but known: what a test's identity provider hands out as JWT.
struct KnownToken {
    QByteArray token;
    unsigned rights = EveryRight;
    QByteArray entity;
    qint64 expiresAt = foreverMs;
};

struct Grant {
    QByteArray path; // lower case; empty: the namespace
    unsigned rights = 0;
    qint64 expiresAt = foreverMs;
};

struct Keyring {
    std::vector<SharedKey> keys;
    std::vector<KnownToken> tokens;

    // amqp:unauthorized-access with words that say what is wrong.
    Outcome<Grant> checkSas(const QByteArray& token, const QByteArray& audience, qint64 now) const;
    Outcome<Grant> checkKnown(const QByteArray& token, const QByteArray& audience, qint64 now) const;
    Outcome<Grant> checkPassword(const QByteArray& name, const QByteArray& key) const; // SASL PLAIN
};

// Path of an audience or an address: no scheme, host, or slashes at its ends; lower case.
QByteArray pathOf(const QByteArray& address);

class Grants {
public:
    void add(const Grant& grant);
    // Manage stands for every right.
    bool allows(const QByteArray& path, unsigned right, qint64 now) const;
    void expire(); // all of them, now

private:
    std::vector<Grant> grants_;
};

} // namespace signalbox::sbpeer
