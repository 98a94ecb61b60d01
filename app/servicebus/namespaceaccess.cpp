#include "app/servicebus/namespaceaccess.h"

#include "app/http/accesstoken.h"
#include "app/servicebus/connectionstring.h"
#include "app/servicebus/sastoken.h"

#include <QDateTime>

#include <tuple>

namespace signalbox::servicebus {

namespace {

constexpr qint64 tokenLifeSeconds = 3600;
constexpr int webSocketPort = 443;
constexpr qint64 dueSeconds = 600; // before its end a token is looked for again

Error endedToken(bool isSignature, qint64 expires) {
    return {ErrorKind::NotAuthenticated,
            (isSignature
                 ? QStringLiteral("The shared access signature has expired at %1. Give the connection a "
                                  "new one, or a key.")
                 : QStringLiteral("The access token has expired at %1. Give the connection a new one, or "
                                  "a key."))
                .arg(http::expiryText(expires)),
            {}};
}

Error noToken() {
    return {ErrorKind::NotAuthenticated,
            QStringLiteral("The credential of this connection is neither a shared access signature nor an "
                           "access token. Give a key's name with a key, or one of the two."),
            {}};
}

// Key name and key, or no name and a token: what a secret is, which may be a whole connection string.
std::pair<QString, Secret> credentialOf(const QString& keyName, const Secret& secret) {
    if (const auto parsed = parseConnectionString(secret))
        return {parsed->keyName, parsed->keyName.isEmpty() ? parsed->signature : parsed->key};
    return {keyName, secret};
}

Result<Token> readyToken(const Secret& text) {
    if (text.reveal().startsWith("SharedAccessSignature ")) {
        const auto expires = expiryOf(text);
        return expires ? Result<Token>(Token{Token::Kind::SharedAccess, text, *expires}) : failure(noToken());
    }
    if (!http::canBeAccessToken(text))
        return failure(noToken());
    return Token{Token::Kind::Jwt, text, http::expiryOfAccessToken(text).value_or(0)};
}

// Signs anew each time: the clock of this machine decides when it ends.
class KeyTokens final : public TokenSource {
public:
    KeyTokens(QString keyName, Secret key)
        : keyName_(std::move(keyName))
        , key_(std::move(key)) {}

    Result<Token> token(const QString& audience) override {
        const qint64 expires = QDateTime::currentSecsSinceEpoch() + tokenLifeSeconds;
        return Token{Token::Kind::SharedAccess, signToken(audience, keyName_, key_, expires), expires};
    }

private:
    const QString keyName_;
    const Secret key_;
};

// Looks for a fresh one when the end is near, or not known.
class ReadyToken final : public TokenSource {
public:
    ReadyToken(Secret text, FreshSecret fresh)
        : text_(std::move(text))
        , fresh_(std::move(fresh)) {}

    Result<Token> token(const QString&) override {
        const qint64 now = QDateTime::currentSecsSinceEpoch();
        auto known = readyToken(text_);
        if (fresh_ && (!known || known->expires - now <= dueSeconds))
            known = fresher(std::move(known));
        if (known && known->expires != 0 && known->expires <= now)
            return failure(endedToken(known->kind == Token::Kind::SharedAccess, known->expires));
        return known;
    }

private:
    Result<Token> fresher(Result<Token> known) {
        const auto given = fresh_();
        if (!given)
            return known;
        const auto [keyName, secret] = credentialOf({}, *given);
        auto token = keyName.isEmpty() ? readyToken(secret) : Result<Token>(failure(noToken()));
        // One that ends before the old one is an older one.
        if (!token || (known && token->expires != 0 && token->expires < known->expires))
            return known;
        text_ = secret;
        return token;
    }

    Secret text_;
    const FreshSecret fresh_;
};

} // namespace

NamespaceAccess accessOf(const ConnectionProfile& profile, const Secret& secret, FreshSecret fresh) {
    NamespaceAccess access;
    access.endpoint.host = profile.host;
    access.endpoint.port = profile.port;
    access.endpoint.tls = profile.tls;
    access.endpoint.kind = !profile.tls.enabled            ? Endpoint::Kind::Plain
                           : profile.port == webSocketPort ? Endpoint::Kind::WebSocket
                                                           : Endpoint::Kind::Tls;
    access.hostname = profile.host;
    access.scope = profile.virtualHost == QLatin1String("/") ? QString() : profile.virtualHost;
    // The secret may be a whole connection string, as the portal gives it: what it says of the credential
    // counts.
    std::tie(access.keyName, access.secret) = credentialOf(profile.user, secret);
    access.fresh = std::move(fresh);
    return access;
}

QString opaqueTokenWords() {
    return QStringLiteral(
        " Whether the access token has expired is not known here, for it is opaque: try a new "
        "one.");
}

std::unique_ptr<TokenSource> makeTokenSource(const NamespaceAccess& access) {
    if (access.keyName.isEmpty())
        return std::make_unique<ReadyToken>(access.secret, access.fresh);
    return std::make_unique<KeyTokens>(access.keyName, access.secret);
}

} // namespace signalbox::servicebus
