#include "models/deadletters/jsonlayout.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int deepestIndent =
    60; // beyond it lines stop moving right: hostile nesting would make the text huge

// Where the string that begins at `from` ends; the end of the text when it never does.
qsizetype stringEnd(const QString& json, qsizetype from) {
    for (qsizetype at = from + 1; at < json.size(); ++at) {
        if (json.at(at) == QLatin1Char('\\'))
            ++at;
        else if (json.at(at) == QLatin1Char('"'))
            return at + 1;
    }
    return json.size();
}

bool isJsonBlank(QChar letter) {
    return letter == QLatin1Char(' ') || letter == QLatin1Char('\t') || letter == QLatin1Char('\n') ||
           letter == QLatin1Char('\r');
}

} // namespace

QString compactJson(const QString& json) {
    QString out;
    out.reserve(json.size());
    for (qsizetype at = 0; at < json.size();) {
        const QChar letter = json.at(at);
        if (letter == QLatin1Char('"')) {
            const qsizetype end = stringEnd(json, at);
            out += QStringView(json).mid(at, end - at);
            at = end;
            continue;
        }
        if (!isJsonBlank(letter))
            out += letter;
        ++at;
    }
    return out;
}

QString laidOutJson(const QString& json) {
    const QString from = compactJson(json);
    QString out;
    out.reserve(from.size() * 2);
    int depth = 0;
    const auto newLine = [&] {
        out += QLatin1Char('\n') + QString(2 * std::clamp(depth, 0, deepestIndent), QLatin1Char(' '));
    };
    for (qsizetype at = 0; at < from.size();) {
        const char letter = from.at(at).toLatin1();
        if (letter == '"') {
            const qsizetype end = stringEnd(from, at);
            out += QStringView(from).mid(at, end - at);
            at = end;
            continue;
        }
        const bool closesAtOnce = at + 1 < from.size() && (from.at(at + 1) == QLatin1Char('}') ||
                                                           from.at(at + 1) == QLatin1Char(']'));
        if (letter == '}' || letter == ']') {
            --depth;
            newLine();
        }
        out += from.at(at);
        if ((letter == '{' || letter == '[') && closesAtOnce) {
            out += from.at(++at);
        } else if (letter == '{' || letter == '[') {
            ++depth;
            newLine();
        } else if (letter == ',') {
            newLine();
        } else if (letter == ':') {
            out += QLatin1Char(' ');
        }
        ++at;
    }
    return out;
}

} // namespace signalbox
