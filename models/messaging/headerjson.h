// Typed headers as JSON values. Private to the codec; schema in docs/formats.md.
#pragma once

#include "models/messaging/headervalue.h"
#include "models/messaging/jsonnode.h"

namespace signalbox {

// "uint16", "table", ... and back.
const char* kindWord(ValueKind kind);
std::optional<ValueKind> kindOfWord(QByteArrayView word);

// On one line. Stops early, with half a text, once `out` is longer than `limit`.
void appendHeaderList(QByteArray& out, const HeaderTable& headers, qsizetype limit);
void appendValueMembers(QByteArray& out, const HeaderValue& value, qsizetype limit); // "type":..,"value":..

// Throws JsonProblem.
HeaderTable readHeaderList(const JsonNode& node, int depth = 0);

} // namespace signalbox
