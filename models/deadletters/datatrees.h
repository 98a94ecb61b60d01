// Bytes from the wire as trees. Everything is treated as hostile: bounded depth and number of nodes, located
// errors, numbers as they were written. Pure; any thread.
#pragma once

#include "models/base/result.h"
#include "models/deadletters/datatree.h"
#include "models/messaging/headervalue.h"

#include <optional>

namespace signalbox {

inline constexpr int mostTreeDepth = 256;
inline constexpr int mostTreeNodes = 2'000'000;

Result<DataTree> jsonTree(const QByteArray& utf8);
Result<DataTree> xmlTree(const QString& xml); // whatever encoding it names: it is decoded already
// Protocol Buffers without a schema: fields by their numbers. A guess, as bytes of another kind can read as
// some; nothing: they cannot.
std::optional<DataTree> protobufTree(const QByteArray& bytes);
DataTree headerTree(const HeaderTable& headers);
DataTree valuesTree(const std::vector<HeaderValue>& values); // of a body; a single map gives its entries
// Word for the exact wire type: "int8", "string", "table" ...
QString valueKindWord(ValueKind kind);

} // namespace signalbox
