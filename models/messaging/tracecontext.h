// The distributed trace that a message belongs to, as senders note it: "traceparent" (W3C Trace Context) or
// "Diagnostic-Id", which Azure's libraries write and which holds the same or an older, hierarchical id. Pure.
#pragma once

#include "models/messaging/message.h"

#include <QString>
#include <optional>

namespace signalbox {

struct TraceContext {
    QString traceId; // 32 hexadecimal digits; of another form: the header's whole text
    QString spanId;  // 16 of them; empty: of another form
    QString header;  // that tells it
    bool operator==(const TraceContext&) const = default;
};
std::optional<TraceContext> traceOf(const Message& message);
// "4bf92f3577b34da6a3ce929d0e0e4736, span 00f067aa0ba902b7"
QString traceText(const TraceContext& trace);

} // namespace signalbox
