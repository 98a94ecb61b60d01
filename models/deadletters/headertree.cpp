#include "models/deadletters/datatrees.h"

namespace signalbox {

namespace {

void addValue(DataTree& tree, int parent, const QString& name, const HeaderValue& value) {
    const QString type = valueKindWord(value.kind);
    if (const HeaderValue::Table* table = value.asTable()) {
        const int node = tree.add(parent, name, type, QStringLiteral("{%1}").arg(table->size()));
        for (const Header& entry : *table)
            addValue(tree, node, QString::fromUtf8(entry.name), entry.value);
    } else if (const HeaderValue::Array* array = value.asArray()) {
        const int node = tree.add(parent, name, type, QStringLiteral("[%1]").arg(array->size()));
        for (std::size_t i = 0; i < array->size(); ++i)
            addValue(tree, node, QStringLiteral("[%1]").arg(i), (*array)[i]);
    } else {
        tree.add(parent, name, type, QString::fromUtf8(headerText(value)));
    }
}

} // namespace

QString valueKindWord(ValueKind kind) {
    static const char* const words[] = {"void",    "bool",      "int8",   "uint8",  "int16", "uint16",
                                        "int32",   "uint32",    "int64",  "uint64", "float", "double",
                                        "decimal", "timestamp", "string", "bytes",  "array", "table"};
    return QString::fromLatin1(words[static_cast<std::size_t>(kind)]);
}

DataTree headerTree(const HeaderTable& headers) {
    DataTree tree;
    for (const Header& header : headers)
        addValue(tree, 0, QString::fromUtf8(header.name), header.value);
    tree.finish();
    return tree;
}

} // namespace signalbox
