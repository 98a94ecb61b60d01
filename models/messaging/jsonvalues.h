// Header values and byte strings as JSON (docs/formats.md). Private to the codec. Readers throw BadJson,
// which the codec turns into an Error; nothing of it leaves this room.
#pragma once

#include "models/messaging/headervalue.h"

#include <QString>
#include <nlohmann/json.hpp>

namespace signalbox::jsonvalues {

using Json = nlohmann::ordered_json;

struct BadJson {
    QString path; // "headers[2].value"
    QString what;
};

// UTF-8 as a string, anything else as {"base64": "..."}.
Json fromBytes(const QByteArray& bytes);
QByteArray toBytes(const Json& json, const QString& path);
QByteArray fromBase64(const Json& json, const QString& path);
std::uint64_t toNatural(const Json& json, std::uint64_t most, const QString& path);

Json fromTable(const HeaderTable& headers);
HeaderTable toTable(const Json& json, const QString& path, int depth = 0);

// Refuses members that are not in `known`.
void expectObject(const Json& json, std::initializer_list<const char*> known, const QString& path);
const Json& member(const Json& json, const char* name, const QString& path);
QString joined(const QString& path, const char* name);
QString indexed(const QString& path, std::size_t index);

// Parses strictly; BadJson with the byte offset. Nesting deeper than any valid document is refused first.
Json parse(QByteArrayView text);

} // namespace signalbox::jsonvalues
