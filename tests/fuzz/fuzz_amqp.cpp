// Bytes of a broker as an AMQP 1.0 message. What is read must come out again as it was read: what a message
// is saved as, is restored from.
#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/messagesections.h"
#include "models/messaging/amqpreader.h"

#include <cstdint>
#include <cstdlib>

using namespace signalbox;
using namespace signalbox::servicebus;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes(data, static_cast<qsizetype>(size));
    QByteArrayView rest = bytes;
    if (const auto value = readAmqpValue(rest))
        (void)encodeValue(*value);
    const auto message = decodeMessage(bytes);
    if (!message)
        return 0;
    // The first reading may drop what has no place (a second message id of another type, say); from then on
    // nothing changes any more.
    const auto once = decodeMessage(encodeMessage(*message));
    if (!once)
        std::abort();
    // By their bytes: a number that is none equals nothing, itself included.
    if (const auto twice = decodeMessage(encodeMessage(*once));
        !twice || encodeMessage(*twice) != encodeMessage(*once))
        std::abort();
    return 0;
}
