// What the live tests of Service Bus share: messages as Proton's own encoder writes them (neither our
// client's code nor the peer's), and how a client reaches the peer.
#pragma once

#include "app/servicebus/namespaceaccess.h"
#include "tests/support/servicebuspeer/peer.h"

#include <QDateTime>
#include <proton/message.h>

namespace signalbox::live {

struct Letter {
    QByteArray id;
    QByteArray body;
    QByteArray session;
    std::uint32_t ttlMs = 0;

    QByteArray encoded() const {
        const auto bytes = [](const QByteArray& text) {
            return pn_bytes(static_cast<std::size_t>(text.size()), text.constData());
        };
        pn_message_t* message = pn_message();
        pn_atom_t atom{};
        atom.type = PN_STRING;
        atom.u.as_bytes = bytes(id);
        pn_message_set_id(message, atom);
        if (!session.isEmpty())
            pn_message_set_group_id(message, session.constData());
        if (ttlMs > 0) { // as the vendor's clients do
            const qint64 now = QDateTime::currentMSecsSinceEpoch();
            pn_message_set_ttl(message, ttlMs);
            pn_message_set_creation_time(message, now);
            pn_message_set_expiry_time(message, now + ttlMs);
        }
        pn_message_set_inferred(message, true);
        pn_data_put_binary(pn_message_body(message), bytes(body));
        QByteArray out(body.size() + 4096, Qt::Uninitialized);
        auto size = static_cast<std::size_t>(out.size());
        const int failed = pn_message_encode(message, out.data(), &size);
        pn_message_free(message);
        out.truncate(failed ? 0 : static_cast<qsizetype>(size));
        return out;
    }
};

// False: the peer refused it.
inline bool put(sbpeer::Peer& peer, const QByteArray& address, const Letter& letter) {
    const auto message = sbpeer::Message::parse(letter.encoded());
    return message && peer.put(address, *message).has_value();
}

inline servicebus::NamespaceAccess
accessTo(const sbpeer::Peer& peer, const QString& keyName = QStringLiteral("RootManageSharedAccessKey"),
         const QByteArray& key = "SAS_KEY_VALUE") {
    servicebus::NamespaceAccess made;
    made.endpoint.kind = servicebus::Endpoint::Kind::Plain;
    made.endpoint.host = QStringLiteral("127.0.0.1");
    made.endpoint.port = peer.ports().amqp;
    made.hostname = QStringLiteral("localhost");
    made.keyName = keyName;
    made.secret = Secret(key);
    return made;
}

} // namespace signalbox::live
