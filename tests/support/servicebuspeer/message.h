// One AMQP message as the peer keeps it: the sections it must read and write are decoded, the body stays the
// bytes that came. Any thread.
#pragma once

#include "tests/support/servicebuspeer/value.h"

namespace signalbox::sbpeer {

struct Message {
    Value header;                // list: durable, priority, ttl, first-acquirer, delivery-count; or null
    Value deliveryAnnotations;   // map, or null; not kept of what came
    Value annotations;           // map, or null
    Value properties;            // list, or null
    Value applicationProperties; // map, or null
    QByteArray body;             // data, sequence or value sections with their descriptors
    QByteArray footer;           // with its descriptor; usually empty

    // Places in `properties`.
    enum Property {
        MessageId = 0,
        To = 2,
        Subject,
        ReplyTo,
        CorrelationId,
        ContentType,
        ExpiryTime = 8,
        CreationTime,
        GroupId = 10,
        ReplyToGroupId = 12
    };
    QByteArray property(Property place) const; // text of it; numbers and uuids in words; empty when not set
    QByteArray annotation(const QByteArray& key) const { return annotations[key].bytes(); }
    qint64 timeToLive() const; // ms, 0 when not given

    static std::optional<Message> parse(const QByteArray& bytes);
    QByteArray bytes() const;
    // What the service changes on the way out; nothing else of a message is copied for it.
    struct Head {
        Value header;
        Value deliveryAnnotations;
        Value annotations;
    };
    QByteArray bytesOf(const Head& head, bool withBody) const;
    // The content of the first value or data section of the body.
    Value value() const;

    bool operator==(const Message&) const = default;
};

// The messages of a batch (message-format 0x80013700), which Proton does not tell: every data section holds
// one whole encoded message. A plain message comes back as itself; nothing when the bytes are malformed.
std::optional<std::vector<Message>> unpack(const QByteArray& bytes);

// In a header section, which is made where there is none.
void setDeliveryCount(Value& header, int count);

} // namespace signalbox::sbpeer
