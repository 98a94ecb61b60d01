#include "app/servicebus/sastoken.h"

#include <QCryptographicHash>
#include <QMessageAuthenticationCode>
#include <QUrl>

namespace signalbox::servicebus {

namespace {
constexpr QByteArrayView scheme = "SharedAccessSignature ";
}

QString audienceOf(const QString& host, const QString& path) {
    return QStringLiteral("sb://%1/%2").arg(host, path);
}

Secret signToken(const QString& audience, const QString& keyName, const Secret& key, qint64 expires) {
    const QByteArray resource = QUrl::toPercentEncoding(audience);
    const QByteArray until = QByteArray::number(expires);
    const QByteArray signature =
        QMessageAuthenticationCode::hash(resource + '\n' + until, key.reveal(), QCryptographicHash::Sha256)
            .toBase64();
    return Secret(scheme.toByteArray() + "sr=" + resource + "&sig=" + signature.toPercentEncoding() +
                  "&se=" + until + "&skn=" + QUrl::toPercentEncoding(keyName));
}

std::optional<qint64> expiryOf(const Secret& token) {
    const QByteArray text = token.reveal().trimmed();
    if (!text.startsWith(scheme))
        return std::nullopt;
    for (const QByteArray& field : text.mid(scheme.size()).split('&')) {
        if (!field.startsWith("se="))
            continue;
        bool isNumber = false;
        const qint64 expires = field.mid(3).toLongLong(&isNumber);
        return isNumber && expires >= 0 ? std::optional(expires) : std::nullopt;
    }
    return std::nullopt;
}

} // namespace signalbox::servicebus
