#include "app/servicebus/claims.h"

#include "app/servicebus/sastoken.h"

namespace signalbox::servicebus {

namespace {

constexpr int claimMs = 15000;

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
    HeaderValue expires;
    expires.kind = ValueKind::Milliseconds;
    expires.data = std::int64_t{token->expires * 1000};
    const char* const type = token->kind == Token::Kind::Jwt ? "jwt" : "servicebus.windows.net:sastoken";
    const Request request{{{"operation", HeaderValue::string("put-token")},
                           {"type", HeaderValue::string(type)},
                           {"name", HeaderValue::string(audience.toUtf8())},
                           {"expiration", expires}},
                          HeaderValue::string(token->text.reveal())};
    const QString doing = QStringLiteral("get access to %1").arg(address);
    auto answer = link_->demand(request, doing, claimMs);
    if (!answer)
        return failure(std::move(answer.error()));
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    renewAt_[address] = now + std::max<qint64>(1, (token->expires - now) * 8 / 10);
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

} // namespace signalbox::servicebus
