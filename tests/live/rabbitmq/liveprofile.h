// The product's connection settings for a test's own node.
#pragma once

#include "app/rabbitmq/amqplink.h"
#include "tests/support/live/rabbitnode.h"

namespace signalbox::live {

inline ConnectionProfile profileOf(const RabbitNode& node, bool tls = false) {
    ConnectionProfile profile;
    profile.id = QStringLiteral("test");
    profile.name = QStringLiteral("Test node");
    profile.host = QStringLiteral("127.0.0.1");
    profile.port = tls ? node.ports().amqps : node.ports().amqp;
    profile.user = node.options().user;
    profile.managementUrl = tls ? node.managementTlsUrl() : node.managementUrl();
    profile.heartbeatSeconds = 60; // a test may look away for long on a busy machine
    if (tls) {
        profile.tls.enabled = true;
        profile.tls.caFile = node.certificates().ca;
    }
    return profile;
}

inline Secret passwordOf(const RabbitNode& node) {
    return Secret(node.options().password.toUtf8());
}

inline rabbitmq::Dial dialOf(const RabbitNode& node, bool tls = false) {
    return {profileOf(node, tls), passwordOf(node), QStringLiteral("live test"), nullptr};
}

// A judge on its own connection; fails the test loudly where it cannot be had.
inline Message textMessage(const QByteArray& body) {
    Message message;
    message.body = body;
    message.bodySize = body.size();
    message.properties.deliveryMode = std::uint8_t{2};
    return message;
}

inline QByteArray numbered(qint64 number) {
    return "message " + QByteArray::number(number);
}

} // namespace signalbox::live
