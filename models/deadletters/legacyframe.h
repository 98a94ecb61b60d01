// Bodies as .NET's older Service Bus libraries (Microsoft.ServiceBus, WindowsAzure.ServiceBus) write them:
// text or bytes, serialized by the DataContractSerializer as binary XML,
// "@\x06string\x08\x33http://schemas...". Pure; hostile bytes are no frame. Source: [MC-NBFX], .NET Binary
// Format: XML Data Structure.
#pragma once

#include <QByteArray>
#include <optional>

namespace signalbox {

// The text (as UTF-8) or bytes within a frame of a string or a byte array; nothing: it is no such frame, or
// one of another type.
std::optional<QByteArray> legacyFramed(const QByteArray& body);
// Binary XML of any type: such a frame, or one of a contract of its own, whose name (of its root element)
// this is. Empty: it is none.
QByteArray legacyRoot(const QByteArray& body);

} // namespace signalbox
