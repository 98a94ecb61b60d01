// Protocol Buffers without their schema: numbers and wire types of the fields, and what their values may be.
// Source: protobuf.dev, "Encoding".
#include "models/deadletters/datatrees.h"
#include "models/deadletters/snapshotbody.h"

#include <QtEndian>
#include <cstring>

namespace signalbox {

namespace {

constexpr int mostProtobufDepth = 32;
constexpr quint64 largestField = (1U << 29) - 1;

struct ProtobufField {
    quint64 number = 0;
    int wire = 0;
    quint64 value = 0;   // varint, i64, i32
    QByteArrayView part; // len
};

std::optional<quint64> varint(QByteArrayView& rest) {
    quint64 value = 0;
    for (int at = 0; at < 10 && at < rest.size(); ++at) {
        const auto byte = static_cast<std::uint8_t>(rest[at]);
        if (at == 9 && byte > 1)
            return {};
        value |= static_cast<quint64>(byte & 0x7f) << (7 * at);
        if ((byte & 0x80) == 0) {
            rest = rest.sliced(at + 1);
            return value;
        }
    }
    return {};
}

std::optional<ProtobufField> nextField(QByteArrayView& rest) {
    const auto key = varint(rest);
    if (!key || *key >> 3 == 0 || *key >> 3 > largestField)
        return {};
    ProtobufField field;
    field.number = *key >> 3;
    field.wire = static_cast<int>(*key & 7);
    const auto fixed = [&](qsizetype width) {
        if (rest.size() < width)
            return false;
        field.value = width == 8 ? qFromLittleEndian<quint64>(rest.data())
                                 : quint64{qFromLittleEndian<quint32>(rest.data())};
        rest = rest.sliced(width);
        return true;
    };
    switch (field.wire) {
    case 0: {
        const auto value = varint(rest);
        field.value = value.value_or(0);
        return value ? std::optional(field) : std::nullopt;
    }
    case 1:
        return fixed(8) ? std::optional(field) : std::nullopt;
    case 5:
        return fixed(4) ? std::optional(field) : std::nullopt;
    case 2: {
        const auto size = varint(rest);
        if (!size || *size > static_cast<quint64>(rest.size()))
            return {};
        field.part = rest.first(static_cast<qsizetype>(*size));
        rest = rest.sliced(static_cast<qsizetype>(*size));
        return field;
    }
    default: // groups are not written any more
        return {};
    }
}

std::optional<std::vector<ProtobufField>> fieldsOf(QByteArrayView bytes, int* nodes) {
    std::vector<ProtobufField> fields;
    while (!bytes.isEmpty()) {
        const auto field = nextField(bytes);
        if (!field || ++*nodes > mostTreeNodes)
            return {};
        fields.push_back(*field);
    }
    return fields;
}

bool isReadable(QByteArrayView bytes) {
    return looksLikeText(bytes) && std::none_of(bytes.begin(), bytes.end(), [](char letter) {
               const auto byte = static_cast<std::uint8_t>(letter);
               return byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t';
           });
}

void addFields(DataTree& tree, int parent, const std::vector<ProtobufField>& fields, int depth, int* nodes);

void addPart(DataTree& tree, int parent, const QString& name, QByteArrayView part, int depth, int* nodes) {
    if (isReadable(part)) {
        tree.add(parent, name, QStringLiteral("string"), QString::fromUtf8(part));
        return;
    }
    const auto inner = depth < mostProtobufDepth ? fieldsOf(part, nodes) : std::nullopt;
    if (inner && !inner->empty()) {
        const int node =
            tree.add(parent, name, QStringLiteral("message"), QStringLiteral("{%1}").arg(inner->size()));
        addFields(tree, node, *inner, depth + 1, nodes);
        return;
    }
    constexpr qsizetype mostShown = 4096;
    tree.add(parent, name, QStringLiteral("bytes"),
             QString::fromLatin1(part.first(std::min(part.size(), mostShown)).toByteArray().toHex(' ')) +
                 (part.size() > mostShown ? QStringLiteral("…") : QString()));
}

// What a number may mean besides: the schema would tell.
QString numberText(const ProtobufField& field) {
    QString text = QString::number(field.value);
    if (field.wire == 5) {
        float real = 0;
        const auto bits = static_cast<quint32>(field.value);
        std::memcpy(&real, &bits, sizeof real);
        return text + QStringLiteral(" (float %1)").arg(static_cast<double>(real));
    }
    if (field.wire == 1) {
        double real = 0;
        std::memcpy(&real, &field.value, sizeof real);
        return text + QStringLiteral(" (double %1)").arg(real);
    }
    if (field.value > static_cast<quint64>(std::numeric_limits<qint64>::max()))
        text += QStringLiteral(" (int64 %1)").arg(static_cast<qint64>(field.value));
    return text;
}

void addFields(DataTree& tree, int parent, const std::vector<ProtobufField>& fields, int depth, int* nodes) {
    for (const ProtobufField& field : fields) {
        const QString name = QString::number(field.number);
        if (field.wire == 2)
            addPart(tree, parent, name, field.part, depth, nodes);
        else
            tree.add(parent, name,
                     field.wire == 0   ? QStringLiteral("varint")
                     : field.wire == 1 ? QStringLiteral("fixed64")
                                       : QStringLiteral("fixed32"),
                     numberText(field));
    }
}

} // namespace

std::optional<DataTree> protobufTree(const QByteArray& bytes) {
    int nodes = 0;
    const auto fields = fieldsOf(bytes, &nodes);
    if (!fields || fields->empty())
        return {};
    DataTree tree;
    addFields(tree, 0, *fields, 0, &nodes);
    tree.finish();
    return tree;
}

} // namespace signalbox
