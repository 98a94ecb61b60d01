#include "app/rabbitmq/managementjson.h"

namespace signalbox::rabbitmq {

namespace {

HeaderValue valueOf(const Json& json) {
    if (json.is_boolean())
        return HeaderValue::boolean(json.get<bool>());
    if (json.is_number_integer())
        return HeaderValue::int64(json.get<std::int64_t>());
    if (json.is_number_float()) {
        HeaderValue number;
        number.kind = ValueKind::Double;
        number.data = json.get<double>();
        return number;
    }
    if (json.is_string())
        return HeaderValue::string(QByteArray::fromStdString(json.get_ref<const std::string&>()));
    return {};
}

} // namespace

Result<Json> parseManagement(const QByteArray& body, const QString& what) {
    Json json = Json::parse(body.begin(), body.end(), nullptr, false);
    if (json.is_discarded() || (!json.is_object() && !json.is_array()))
        return failure(
            ErrorKind::Corrupt,
            QStringLiteral("The management API's answer about %1 is not valid JSON. Is its address right?")
                .arg(what),
            QString::fromUtf8(body.left(200)).simplified());
    return json;
}

const Json& at(const Json& object, const char* name) {
    static const Json none;
    if (!object.is_object())
        return none;
    const auto found = object.find(name);
    return found == object.end() ? none : *found;
}

QString text(const Json& object, const char* name) {
    const Json& value = at(object, name);
    return value.is_string() ? QString::fromStdString(value.get_ref<const std::string&>()) : QString();
}

qint64 integer(const Json& object, const char* name, qint64 otherwise) {
    const Json& value = at(object, name);
    return value.is_number_integer() ? value.get<qint64>() : otherwise;
}

double real(const Json& object, const char* name, double otherwise) {
    const Json& value = at(object, name);
    return value.is_number() ? value.get<double>() : otherwise;
}

bool flag(const Json& object, const char* name, bool otherwise) {
    const Json& value = at(object, name);
    return value.is_boolean() ? value.get<bool>() : otherwise;
}

HeaderTable arguments(const Json& object) {
    HeaderTable table;
    if (!object.is_object())
        return table;
    for (const auto& entry : object.items())
        table.push_back({QByteArray::fromStdString(entry.key()), valueOf(entry.value())});
    return table;
}

} // namespace signalbox::rabbitmq
