// Careful access to the management API's JSON: any member may be missing or of another type.
#pragma once

#include "models/base/result.h"
#include "models/messaging/headervalue.h"

#include <QString>
#include <nlohmann/json.hpp>

namespace signalbox::rabbitmq {

using Json = nlohmann::json;

// Corrupt, naming what was asked for, where the bytes are no JSON of that shape.
Result<Json> parseManagement(const QByteArray& body, const QString& what);

const Json& at(const Json& object, const char* name); // null where it is missing
QString text(const Json& object, const char* name);
qint64 integer(const Json& object, const char* name, qint64 otherwise);
double real(const Json& object, const char* name, double otherwise);
bool flag(const Json& object, const char* name, bool otherwise);
// Arguments of a binding: JSON has lost their wire types; numbers become int64, texts strings.
HeaderTable arguments(const Json& object);

} // namespace signalbox::rabbitmq
