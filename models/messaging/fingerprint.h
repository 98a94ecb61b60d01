// Identity of a message: the protocol gives none, so content stands in for it.
// Covers exchange, routing key, properties, headers and body. Left out, because the broker changes them on
// every delivery: redelivered, x-delivery-count, x-acquired-count, x-stream-offset. Equal twins share a
// fingerprint and are told apart by their occurrence number in queue order (0, 1, 2 ...).
// A message that Service Bus has numbered is identified by that number, the time it was enqueued, its id and
// its body.
#pragma once

#include "models/base/result.h"
#include "models/messaging/message.h"

#include <array>
#include <functional>
#include <span>
#include <vector>

namespace signalbox {

struct Fingerprint {
    std::array<std::uint8_t, 16> bytes{}; // first 128 bits of BLAKE2b-160
    bool operator==(const Fingerprint&) const = default;
    bool operator<(const Fingerprint& other) const { return bytes < other.bytes; }
    QByteArray toHex() const;
    QByteArray toBytes() const { return QByteArray(reinterpret_cast<const char*>(bytes.data()), 16); }
    static Fingerprint fromBytes(QByteArrayView raw); // 16 bytes, else all zero
};

struct ReadMessage { // which one of equal messages of a reading
    Fingerprint fingerprint;
    int occurrence = 0; // 0 for the first
};
// Which run removed each of them since they were read; empty = none.
using RemovedByAsk = std::function<Result<std::vector<QString>>(std::span<const ReadMessage>)>;

struct FingerprintHash {
    std::size_t operator()(const Fingerprint& fingerprint) const noexcept;
};

// Thread-safe. `encodedProperties` may be given when encodeProperties(message.properties) was made anyway
// and the message has no volatile header; pass {} to have it made here.
Fingerprint fingerprintOf(const Message& message, QByteArrayView encodedProperties = {});
bool hasVolatileHeader(const Message& message);

} // namespace signalbox
