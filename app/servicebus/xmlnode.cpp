#include "app/servicebus/xmlnode.h"

#include <QXmlStreamReader>
#include <QXmlStreamWriter>

#include <algorithm>

namespace signalbox::servicebus {

namespace {

constexpr std::size_t deepest = 64; // a rule's parameter lies at ten

tl::unexpected<Error> broken(const QXmlStreamReader& reader, const QString& what) {
    return failure(ErrorKind::Corrupt, QStringLiteral("The answer of the management API is not valid XML."),
                   QStringLiteral("line %1, column %2: %3")
                       .arg(reader.lineNumber())
                       .arg(reader.columnNumber())
                       .arg(what));
}

XmlNode started(const QXmlStreamReader& reader) {
    XmlNode node;
    node.space = reader.namespaceUri().toString();
    node.name = reader.name().toString();
    for (const QXmlStreamNamespaceDeclaration& declared : reader.namespaceDeclarations()) {
        if (!declared.prefix().isEmpty())
            node.prefixes.emplace_back(declared.prefix().toString(), declared.namespaceUri().toString());
    }
    for (const QXmlStreamAttribute& attribute : reader.attributes())
        node.attributes.push_back(
            {attribute.namespaceUri().toString(), attribute.name().toString(), attribute.value().toString()});
    return node;
}

// Namespaces are declared as the default ones of their elements, as Azure's own clients write them.
void write(QXmlStreamWriter& writer, const XmlNode& node, const QString& around) {
    if (node.space != around) {
        writer.writeCharacters(QString()); // ends the start tag around, which would take the declaration
        writer.writeDefaultNamespace(node.space);
    }
    writer.writeStartElement(node.space, node.name);
    for (const auto& [prefix, uri] : node.prefixes)
        writer.writeNamespace(uri, prefix);
    for (const XmlAttribute& attribute : node.attributes)
        writer.writeAttribute(attribute.space, attribute.name, attribute.value);
    if (node.children.empty())
        writer.writeCharacters(node.text);
    for (const XmlNode& each : node.children)
        write(writer, each, node.space);
    writer.writeEndElement();
}

} // namespace

const XmlNode* XmlNode::child(const QString& named) const {
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](const XmlNode& each) { return each.name == named; });
    return found == children.end() ? nullptr : &*found;
}

QString XmlNode::childText(const QString& named) const {
    const XmlNode* found = child(named);
    return found ? found->text : QString();
}

Result<XmlNode> parseXml(const QByteArray& bytes) {
    QXmlStreamReader reader(bytes);
    std::vector<XmlNode> open; // the root first
    while (!reader.atEnd()) {
        switch (reader.readNext()) {
        case QXmlStreamReader::DTD:
        case QXmlStreamReader::EntityReference:
            return broken(reader, QStringLiteral("document types and entities are not taken"));
        case QXmlStreamReader::StartElement:
            if (open.size() >= deepest)
                return broken(reader, QStringLiteral("it is nested too deep"));
            open.push_back(started(reader));
            break;
        case QXmlStreamReader::Characters:
            if (!open.empty())
                open.back().text += reader.text();
            break;
        case QXmlStreamReader::EndElement: {
            XmlNode done = std::move(open.back());
            open.pop_back();
            if (!done.children.empty())
                done.text.clear(); // white space between them
            if (open.empty()) {
                while (!reader.atEnd()) // what follows must be well-formed as well
                    reader.readNext();
                return reader.hasError() ? Result<XmlNode>(broken(reader, reader.errorString())) : done;
            }
            open.back().children.push_back(std::move(done));
            break;
        }
        default:
            break;
        }
    }
    return broken(reader, reader.hasError() ? reader.errorString() : QStringLiteral("it has no element"));
}

QByteArray writeXml(const XmlNode& root) {
    QByteArray bytes;
    QXmlStreamWriter writer(&bytes);
    write(writer, root, {});
    return bytes;
}

} // namespace signalbox::servicebus
