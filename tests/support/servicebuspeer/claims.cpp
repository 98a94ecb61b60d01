#include "tests/support/servicebuspeer/claims.h"

#include <QMessageAuthenticationCode>
#include <algorithm>

namespace signalbox::sbpeer {

namespace {

tl::unexpected<Refusal> unauthorized(const QByteArray& words) {
    return refuse("amqp:unauthorized-access", words);
}

QByteArray field(const QByteArray& token, const QByteArray& name) {
    for (const QByteArray& part : token.split('&')) {
        if (part.startsWith(name + '=')) {
            return part.mid(name.size() + 1);
        }
    }
    return {};
}

bool covers(const QByteArray& parent, const QByteArray& path) {
    return parent.isEmpty() || path == parent || path.startsWith(parent + '/');
}

} // namespace

QByteArray pathOf(const QByteArray& address) {
    QByteArray path = address.toLower();
    if (const auto scheme = path.indexOf("://"); scheme >= 0) {
        const auto slash = path.indexOf('/', scheme + 3);
        path = slash < 0 ? QByteArray() : path.mid(slash);
    }
    if (const auto query = path.indexOf('?'); query >= 0) {
        path.truncate(query);
    }
    while (path.startsWith('/')) {
        path.remove(0, 1);
    }
    while (path.endsWith('/')) {
        path.chop(1);
    }
    return path;
}

Outcome<Grant> Keyring::checkSas(const QByteArray& token, const QByteArray& audience, qint64 now) const {
    const QByteArray prefix = "SharedAccessSignature ";
    if (!token.startsWith(prefix)) {
        return unauthorized("InvalidSignature: the token is not a shared access signature");
    }
    const QByteArray fields = token.mid(prefix.size());
    const QByteArray resource = field(fields, "sr"), expiry = field(fields, "se");
    const QByteArray signature = QByteArray::fromPercentEncoding(field(fields, "sig"));
    const QByteArray name = QByteArray::fromPercentEncoding(field(fields, "skn"));
    const qint64 expiresAt = expiry.toLongLong() * 1000;
    if (expiresAt <= now) {
        return unauthorized("ExpiredToken: The token is expired. Expiration time: " + expiry);
    }
    const QByteArray plain = QByteArray::fromPercentEncoding(resource);
    const QByteArray scope = pathOf(plain.contains("://") ? plain : "sb://" + plain);
    const QByteArray path = pathOf(audience);
    for (const SharedKey& key : keys) {
        const QByteArray right =
            QMessageAuthenticationCode::hash(resource + '\n' + expiry, key.key, QCryptographicHash::Sha256)
                .toBase64();
        if (key.name != name || right != signature) {
            continue;
        }
        if (!covers(scope, path) || !covers(pathOf(key.entity), path)) {
            return unauthorized("InvalidAudience: the token does not cover '" + audience + "'");
        }
        return Grant{path, key.rights, expiresAt};
    }
    return unauthorized("InvalidSignature: The token has an invalid signature.");
}

Outcome<Grant> Keyring::checkKnown(const QByteArray& token, const QByteArray& audience, qint64 now) const {
    const QByteArray path = pathOf(audience);
    for (const KnownToken& known : tokens) {
        if (known.token != token) {
            continue;
        }
        if (known.expiresAt <= now) {
            return unauthorized("ExpiredToken: The token is expired.");
        }
        if (!covers(pathOf(known.entity), path)) {
            return unauthorized("The token has no claims on '" + audience + "'");
        }
        return Grant{path, known.rights, known.expiresAt};
    }
    return unauthorized("InvalidIssuer: Token issuer is invalid.");
}

Outcome<Grant> Keyring::checkPassword(const QByteArray& name, const QByteArray& password) const {
    for (const SharedKey& key : keys) {
        if (key.name == name && key.key == password) {
            return Grant{pathOf(key.entity), key.rights, foreverMs};
        }
    }
    return unauthorized("The key name or the key is wrong.");
}

void Grants::add(const Grant& grant) {
    std::erase_if(grants_, [&](const Grant& old) { return old.path == grant.path; });
    grants_.push_back(grant);
}

bool Grants::allows(const QByteArray& path, unsigned right, qint64 now) const {
    return std::any_of(grants_.begin(), grants_.end(), [&](const Grant& grant) {
        return grant.expiresAt > now && (grant.rights & (right | Manage)) != 0 &&
               covers(grant.path, pathOf(path));
    });
}

void Grants::expire() {
    for (Grant& grant : grants_) {
        grant.expiresAt = 0;
    }
}

} // namespace signalbox::sbpeer
