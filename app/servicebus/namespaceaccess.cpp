#include "app/servicebus/namespaceaccess.h"

#include "app/servicebus/connectionstring.h"
#include "app/servicebus/sastoken.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

namespace signalbox::servicebus {

namespace {

constexpr qint64 tokenLifeSeconds = 3600;
constexpr int webSocketPort = 443;

Error endedToken() {
    return {ErrorKind::NotAuthenticated,
            QStringLiteral("The token of this connection has expired. Give it a new one, or a key."),
            {}};
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

// The claim "exp" of an access token; its signature is the service's to check.
std::optional<qint64> jwtExpiry(const Secret& token) {
    const QList<QByteArray> parts = token.reveal().split('.');
    if (parts.size() != 3)
        return std::nullopt;
    const auto claims = QByteArray::fromBase64Encoding(parts[1], QByteArray::Base64UrlEncoding);
    if (!claims)
        return std::nullopt;
    const QJsonValue expires = QJsonDocument::fromJson(*claims).object().value(QStringLiteral("exp"));
    return expires.isDouble() ? std::optional(static_cast<qint64>(expires.toDouble())) : std::nullopt;
}

class ReadyToken final : public TokenSource {
public:
    explicit ReadyToken(Secret text)
        : text_(std::move(text)) {}

    Result<Token> token(const QString&) override {
        const bool isSignature = text_.reveal().startsWith("SharedAccessSignature ");
        const auto expires = isSignature ? expiryOf(text_) : jwtExpiry(text_);
        if (!expires)
            return failure(
                ErrorKind::NotAuthenticated,
                QStringLiteral("The credential of this connection is neither a shared access signature nor "
                               "an access token. Give a key's name with a key, or one of the two."));
        if (*expires <= QDateTime::currentSecsSinceEpoch())
            return failure(endedToken());
        return Token{isSignature ? Token::Kind::SharedAccess : Token::Kind::Jwt, text_, *expires};
    }

private:
    const Secret text_;
};

} // namespace

NamespaceAccess accessOf(const ConnectionProfile& profile, const Secret& secret) {
    NamespaceAccess access;
    access.endpoint.host = profile.host;
    access.endpoint.port = profile.port;
    access.endpoint.tls = profile.tls;
    access.endpoint.kind = !profile.tls.enabled            ? Endpoint::Kind::Plain
                           : profile.port == webSocketPort ? Endpoint::Kind::WebSocket
                                                           : Endpoint::Kind::Tls;
    access.hostname = profile.host;
    access.keyName = profile.user;
    access.scope = profile.virtualHost == QLatin1String("/") ? QString() : profile.virtualHost;
    access.secret = secret;
    // The secret may be a whole connection string, as the portal gives it: what it says of the credential
    // counts.
    if (const auto parsed = parseConnectionString(secret)) {
        access.keyName = parsed->keyName;
        access.secret = parsed->keyName.isEmpty() ? parsed->signature : parsed->key;
    }
    return access;
}

std::unique_ptr<TokenSource> makeTokenSource(const NamespaceAccess& access) {
    if (access.keyName.isEmpty())
        return std::make_unique<ReadyToken>(access.secret);
    return std::make_unique<KeyTokens>(access.keyName, access.secret);
}

} // namespace signalbox::servicebus
