#include "models/messaging/fingerprint.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/messagecodec.h"
#include "models/messaging/volatileheaders.h"

#include <QCryptographicHash>
#include <QtEndian>
#include <algorithm>
#include <cstring>

namespace signalbox {

namespace {

void addPart(QCryptographicHash& hash, QByteArrayView part) {
    const quint64 length = qToLittleEndian(static_cast<quint64>(part.size()));
    hash.addData(QByteArrayView(reinterpret_cast<const char*>(&length), sizeof length));
    hash.addData(part);
}

} // namespace

QByteArray Fingerprint::toHex() const {
    return toBytes().toHex();
}

Fingerprint Fingerprint::fromBytes(QByteArrayView raw) {
    Fingerprint print;
    if (raw.size() == static_cast<qsizetype>(print.bytes.size()))
        std::memcpy(print.bytes.data(), raw.data(), print.bytes.size());
    return print;
}

std::size_t FingerprintHash::operator()(const Fingerprint& fingerprint) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, fingerprint.bytes.data(), sizeof hash);
    return hash;
}

namespace {

// Service Bus numbers messages: what else comes with one may differ between looking at it and taking it.
bool addIdentity(QCryptographicHash& hash, const Message& message) {
    const HeaderValue* number = amqp10::annotation(message, "x-opt-sequence-number");
    if (!number)
        return false;
    const HeaderValue* enqueued = amqp10::annotation(message, "x-opt-enqueued-time");
    addPart(hash, "sequence-number");
    addPart(hash, headerText(*number));
    addPart(hash, enqueued ? headerText(*enqueued) : QByteArray());
    addPart(hash, message.properties.messageId.value_or(QByteArray()));
    return true;
}

} // namespace

Fingerprint fingerprintOf(const Message& message, QByteArrayView encodedProperties) {
    if (message.properties.amqp10) {
        QCryptographicHash identity(QCryptographicHash::Blake2b_160);
        if (addIdentity(identity, message)) {
            addPart(identity, message.body);
            return Fingerprint::fromBytes(QByteArrayView(identity.result()).first(16));
        }
    }
    // An empty header table counts as none: a broker may drop it on the way.
    const bool isEmptyTable = message.properties.headers && message.properties.headers->empty();
    const QByteArray stable = encodedProperties.isEmpty() || isEmptyTable || message.properties.amqp10
                                  ? encodeStableProperties(message.properties)
                                  : QByteArray();
    QCryptographicHash hash(QCryptographicHash::Blake2b_160);
    addPart(hash, message.exchange);
    addPart(hash, message.routingKey);
    addPart(hash, stable.isEmpty() ? encodedProperties : QByteArrayView(stable));
    addPart(hash, message.body);
    const QByteArray digest = hash.result();
    return Fingerprint::fromBytes(QByteArrayView(digest).first(16));
}

bool hasVolatileHeader(const Message& message) {
    if (message.properties.amqp10) // delivery count and state are among them, there or not
        return true;
    if (!message.properties.headers)
        return false;
    const HeaderTable& headers = *message.properties.headers;
    return std::any_of(headers.begin(), headers.end(),
                       [](const Header& header) { return isVolatileHeader(header.name); });
}

} // namespace signalbox
