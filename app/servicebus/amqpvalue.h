// AMQP 1.0 values between Proton's data trees and typed header values. Pure; hostile trees give no crash.
#pragma once

#include "models/messaging/headervalue.h"

#include <QByteArrayView>
#include <memory>
#include <proton/codec.h>

namespace signalbox::servicebus {

inline pn_bytes_t toProton(QByteArrayView bytes) {
    return pn_bytes(static_cast<std::size_t>(bytes.size()), bytes.data());
}
inline QByteArray fromProton(pn_bytes_t bytes) {
    return {bytes.start, static_cast<qsizetype>(bytes.size)};
}

// The value at the tree's current node; the cursor stays there. Deeper than 100 levels it is cut to nothing.
HeaderValue readValue(pn_data_t* data, int depth = 0);
// A map at the current node whose keys are texts or symbols, as annotations and properties have them. Other
// keys are left out.
HeaderTable readEntries(pn_data_t* data);

struct DataFree {
    void operator()(pn_data_t* data) const { pn_data_free(data); }
};
using Data = std::unique_ptr<pn_data_t, DataFree>;
// All that the tree holds.
QByteArray encoded(pn_data_t* data);
QByteArray encodeValue(const HeaderValue& value); // alone; readAmqpValue() reads it

// Appends behind the current node.
void writeValue(pn_data_t* data, const HeaderValue& value);
enum class Keys { Text, Symbol };
void writeEntries(pn_data_t* data, const HeaderTable& entries, Keys keys);

} // namespace signalbox::servicebus
