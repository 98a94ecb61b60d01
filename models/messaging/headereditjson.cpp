// Headers as people edit them: one entry a line where it is short, else one member a line.
#include "models/messaging/headerjson.h"
#include "models/messaging/jsonproblem.h"
#include "models/messaging/jsontext.h"
#include "models/messaging/messagecodec.h"

namespace signalbox {

namespace {

constexpr qsizetype longestLine = 100;

void appendEntry(QByteArray& out, const QByteArray* name, const HeaderValue& value, int indent);

void lineBreak(QByteArray& out, int indent) {
    out += '\n';
    out.append(indent, ' ');
}

template<class Items, class Append>
void appendLines(QByteArray& out, const Items& items, int indent, const Append& append) {
    out += '[';
    bool isFirst = true;
    for (const auto& item : items) {
        if (!isFirst)
            out += ',';
        isFirst = false;
        lineBreak(out, indent + 2);
        append(item);
    }
    if (!isFirst)
        lineBreak(out, indent);
    out += ']';
}

void appendTable(QByteArray& out, const HeaderTable& headers, int indent) {
    appendLines(out, headers, indent,
                [&](const Header& entry) { appendEntry(out, &entry.name, entry.value, indent + 2); });
}

// False: it is too long for one line; nothing was appended.
bool appendShort(QByteArray& out, const QByteArray* name, const HeaderValue& value, int indent) {
    QByteArray line("{");
    if (name) {
        line += "\"name\":";
        appendBytes(line, *name);
        line += ',';
    }
    const qsizetype room = longestLine - indent;
    if (line.size() < room)
        appendValueMembers(line, value, room);
    line += '}';
    if (line.size() > room)
        return false;
    out += line;
    return true;
}

void appendEntry(QByteArray& out, const QByteArray* name, const HeaderValue& value, int indent) {
    if (appendShort(out, name, value, indent))
        return;
    const int inner = indent + 2;
    out += '{';
    if (name) {
        lineBreak(out, inner);
        out += "\"name\":";
        appendBytes(out, *name);
        out += ',';
    }
    lineBreak(out, inner);
    if (const HeaderValue::Table* table = value.asTable()) {
        out += "\"type\":\"table\",";
        lineBreak(out, inner);
        out += "\"value\":";
        appendTable(out, *table, inner);
    } else if (const HeaderValue::Array* array = value.asArray()) {
        out += QByteArray("\"type\":\"") + kindWord(value.kind) + "\",";
        lineBreak(out, inner);
        out += "\"value\":";
        appendLines(out, *array, inner,
                    [&](const HeaderValue& item) { appendEntry(out, nullptr, item, inner + 2); });
    } else {
        appendValueMembers(out, value, std::numeric_limits<qsizetype>::max());
    }
    lineBreak(out, indent);
    out += '}';
}

} // namespace

QByteArray headersToJson(const HeaderTable& headers) {
    QByteArray out;
    appendTable(out, headers, 0);
    return out;
}

Result<HeaderTable> headersFromJson(QByteArrayView json) {
    try {
        const nlohmann::json document = parseStrictJson(json);
        return readHeaderList(JsonNode(document));
    } catch (const JsonProblem& problem) {
        return failure(problem.toError());
    }
}

} // namespace signalbox
