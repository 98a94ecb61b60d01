// An XML element with its attributes, text and children in their order: what the management API's answers are
// kept as, so that a description goes back as it came. Pure.
#pragma once

#include "models/base/result.h"

#include <QByteArray>
#include <QString>
#include <utility>
#include <vector>

namespace signalbox::servicebus {

struct XmlAttribute {
    QString space, name, value;
    bool operator==(const XmlAttribute&) const = default;
};

struct XmlNode {
    QString space; // namespace URI
    QString name;
    std::vector<std::pair<QString, QString>>
        prefixes; // prefix, URI: values such as i:type="d:string" use them
    std::vector<XmlAttribute> attributes;
    QString text; // of an element without children
    std::vector<XmlNode> children;
    bool operator==(const XmlNode&) const = default;

    const XmlNode* child(const QString& named) const; // whatever its namespace; nullptr: none
    QString childText(const QString& named) const;
};

// Corrupt names line and column. Document types (and so entities) are refused, nesting is bounded.
Result<XmlNode> parseXml(const QByteArray& bytes);

// UTF-8, without a declaration.
QByteArray writeXml(const XmlNode& root);

} // namespace signalbox::servicebus
