#include "app/servicebus/claims.h"

#include "app/servicebus/namespaceaccess.h"
#include "app/servicebus/sastoken.h"

#include <algorithm>

namespace signalbox::servicebus {

namespace {

constexpr int claimMs = 15000;
constexpr qint64 opaqueSeconds = 600; // after so many one is put again of which the end is not known

} // namespace

Result<void> Claims::put(const QString& address) {
    if (!link_ || !link_->isOpen()) {
        link_ = std::make_unique<RequestLink>(connection_, QStringLiteral("$cbs"));
        if (auto opened = link_->open(); !opened)
            return opened;
    }
    const QString audience = audienceOf(connection_.options().hostname, address);
    auto token = tokens_.token(audience);
    if (!token)
        return failure(std::move(token.error()));
    const char* const type = token->kind == Token::Kind::Jwt ? "jwt" : "servicebus.windows.net:sastoken";
    Request request{{{"operation", HeaderValue::string("put-token")},
                     {"type", HeaderValue::string(type)},
                     {"name", HeaderValue::string(audience.toUtf8())}},
                    HeaderValue::string(token->text.reveal())};
    if (token->expires != 0) {
        HeaderValue expires;
        expires.kind = ValueKind::Milliseconds;
        expires.data = std::int64_t{token->expires * 1000};
        request.properties.push_back({"expiration", expires});
    }
    const QString doing =
        QStringLiteral("get access to %1").arg(address.isEmpty() ? QStringLiteral("the namespace") : address);
    auto answer = link_->demand(request, doing, claimMs);
    if (!answer) {
        const ErrorKind kind = answer.error().kind;
        if (token->expires == 0 && (kind == ErrorKind::NotAuthenticated || kind == ErrorKind::NotAllowed))
            answer.error().summary += opaqueTokenWords();
        return failure(std::move(answer.error()));
    }
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const qint64 lasts = token->expires == 0 ? opaqueSeconds : (token->expires - now) * 8 / 10;
    renewAt_[address] = now + std::max<qint64>(1, lasts);
    return {};
}

Result<void> Claims::renewDue() {
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    for (const auto& [address, due] : renewAt_) {
        if (due > now)
            continue;
        if (auto renewed = put(address); !renewed)
            return renewed;
    }
    return {};
}

qint64 Claims::nextDue() const {
    qint64 next = 0;
    for (const auto& [address, due] : renewAt_)
        next = next == 0 ? due : std::min(next, due);
    return next;
}

} // namespace signalbox::servicebus
