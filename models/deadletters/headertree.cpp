#include "models/deadletters/datatrees.h"

#include "models/messaging/headerjson.h"

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
    return QString::fromLatin1(kindWord(kind));
}

DataTree headerTree(const HeaderTable& headers) {
    DataTree tree;
    for (const Header& header : headers)
        addValue(tree, 0, QString::fromUtf8(header.name), header.value);
    tree.finish();
    return tree;
}

DataTree valuesTree(const std::vector<HeaderValue>& values) {
    if (values.size() == 1 && values.front().asTable())
        return headerTree(*values.front().asTable());
    DataTree tree;
    for (std::size_t i = 0; i < values.size(); ++i)
        addValue(tree, 0, values.size() == 1 ? QStringLiteral("(value)") : QStringLiteral("[%1]").arg(i),
                 values[i]);
    tree.finish();
    return tree;
}

} // namespace signalbox
