#include "models/messaging/jsonvalues.h"

#include <algorithm>

namespace signalbox::jsonvalues {

namespace {

constexpr int deepest = 400; // a valid document needs some levels for each of its 64

// Brackets outside of strings; the parser itself would follow any depth.
bool isTooDeep(QByteArrayView text) {
    int depth = 0;
    bool inText = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char letter = text[i];
        if (inText) {
            if (letter == '\\')
                ++i;
            else if (letter == '"')
                inText = false;
        } else if (letter == '"') {
            inText = true;
        } else if (letter == '[' || letter == '{') {
            if (++depth > deepest)
                return true;
        } else if (letter == ']' || letter == '}') {
            --depth;
        }
    }
    return false;
}

} // namespace

void expectObject(const Json& json, std::initializer_list<const char*> known, const QString& path) {
    if (!json.is_object())
        throw BadJson{path, QStringLiteral("must be an object")};
    for (const auto& entry : json.items()) {
        const bool isKnown =
            std::any_of(known.begin(), known.end(), [&](const char* name) { return entry.key() == name; });
        if (!isKnown)
            throw BadJson{joined(path, entry.key().c_str()), QStringLiteral("is not a known member")};
    }
}

const Json& member(const Json& json, const char* name, const QString& path) {
    const auto found = json.find(name);
    if (found == json.end())
        throw BadJson{joined(path, name), QStringLiteral("is missing")};
    return *found;
}

QString joined(const QString& path, const char* name) {
    return path.isEmpty() ? QString::fromUtf8(name) : path + QLatin1Char('.') + QString::fromUtf8(name);
}

QString indexed(const QString& path, std::size_t index) {
    return QStringLiteral("%1[%2]").arg(path).arg(index);
}

Json parse(QByteArrayView text) {
    if (isTooDeep(text))
        throw BadJson{{}, QStringLiteral("is nested too deep")};
    try {
        return Json::parse(text.begin(), text.end());
    } catch (const Json::parse_error& error) {
        throw BadJson{{}, QStringLiteral("is not JSON at byte %1").arg(error.byte)};
    } catch (const Json::exception&) { // a number out of range
        throw BadJson{{}, QStringLiteral("holds a number that does not fit")};
    }
}

} // namespace signalbox::jsonvalues
