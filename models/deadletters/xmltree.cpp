#include "models/deadletters/datatrees.h"

#include <QXmlStreamReader>

namespace signalbox {

namespace {

struct Open {
    int node;
    QString text;
    bool hasElements = false;
};

// Text beside elements becomes a row of its own; text alone is the element's value.
void takeText(DataTree& tree, Open& open) {
    const QString text = open.text.trimmed();
    open.text.clear();
    if (text.isEmpty())
        return;
    if (open.hasElements || tree.node(open.node).childCount > 0)
        tree.add(open.node, QStringLiteral("(text)"), QStringLiteral("text"), text);
    else
        tree.setValue(open.node, text);
}

} // namespace

Result<DataTree> xmlTree(const QString& xml) {
    DataTree tree;
    QXmlStreamReader reader(xml); // expands few entities only and never opens files or addresses
    std::vector<Open> path{{0, {}, true}};
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement()) {
            if (path.size() > mostTreeDepth || tree.size() >= mostTreeNodes)
                return failure(ErrorKind::Corrupt,
                               QStringLiteral("It is nested too deep or has too many elements."));
            takeText(tree, path.back());
            path.back().hasElements = true;
            const int node =
                tree.add(path.back().node, reader.qualifiedName().toString(), QStringLiteral("element"));
            for (const QXmlStreamAttribute& attribute : reader.attributes())
                tree.add(node, QLatin1Char('@') + attribute.qualifiedName().toString(),
                         QStringLiteral("attribute"), attribute.value().toString());
            path.push_back({node, {}, false});
        } else if (reader.isEndElement()) {
            takeText(tree, path.back());
            path.pop_back();
        } else if (reader.isCharacters() && path.size() > 1) {
            path.back().text += reader.text();
        } else if (reader.isEntityReference() && path.size() > 1) { // to a file or address: not followed
            path.back().text += QStringLiteral("&%1;").arg(reader.name());
        } else if (reader.isComment()) {
            takeText(tree, path.back());
            tree.add(path.back().node, QStringLiteral("(comment)"), QStringLiteral("comment"),
                     reader.text().toString());
        }
    }
    if (reader.hasError())
        return failure(ErrorKind::Corrupt, QStringLiteral("It is not valid XML at line %1, column %2: %3")
                                               .arg(reader.lineNumber())
                                               .arg(reader.columnNumber())
                                               .arg(reader.errorString()));
    tree.finish();
    return tree;
}

} // namespace signalbox
