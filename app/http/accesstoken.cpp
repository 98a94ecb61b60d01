#include "app/http/accesstoken.h"

#include <QDateTime>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace signalbox::http {

namespace {

constexpr qsizetype longestToken = 64 * 1024;
constexpr double lastSecond = 253402300799.0; // of the year 9999

} // namespace

bool canBeAccessToken(const Secret& text) {
    const QByteArray& bytes = text.reveal();
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               QByteArrayView("-._~+/=").contains(c);
    };
    return !bytes.isEmpty() && bytes.size() <= longestToken &&
           std::all_of(bytes.begin(), bytes.end(), isAllowed);
}

std::optional<qint64> expiryOfAccessToken(const Secret& token) {
    if (token.reveal().size() > longestToken)
        return std::nullopt;
    const QList<QByteArray> parts = token.reveal().split('.');
    if (parts.size() != 3)
        return std::nullopt;
    const auto claims = QByteArray::fromBase64Encoding(parts[1], QByteArray::Base64UrlEncoding |
                                                                     QByteArray::AbortOnBase64DecodingErrors);
    if (!claims)
        return std::nullopt;
    const QJsonValue expires = QJsonDocument::fromJson(*claims).object().value(QStringLiteral("exp"));
    const double seconds = expires.toDouble(-1);
    if (!expires.isDouble() || !(seconds > 0) || seconds > lastSecond)
        return std::nullopt;
    return static_cast<qint64>(seconds);
}

QString expiryText(qint64 seconds) {
    return QDateTime::fromSecsSinceEpoch(seconds, Qt::UTC)
        .toString(QStringLiteral("yyyy-MM-dd hh:mm:ss 'UTC'"));
}

} // namespace signalbox::http
