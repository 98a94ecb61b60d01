// As much XML as ATOM management needs: a tree to read, namespaces by URI, never by prefix. Any thread.
#pragma once

#include <QByteArray>
#include <map>
#include <optional>
#include <vector>

namespace signalbox::sbpeer {

struct XmlElement {
    QByteArray name, space; // local name and namespace URI
    QByteArray text;
    std::map<QByteArray, QByteArray> attributes; // by local name
    std::vector<XmlElement> children;

    const XmlElement* child(const QByteArray& childName) const;
    QByteArray childText(const QByteArray& childName) const;
    bool has(const QByteArray& childName) const { return child(childName) != nullptr; }
};

std::optional<XmlElement> parseXml(const QByteArray& bytes);
QByteArray escaped(const QByteArray& text);

// "PT1M30S" and the like, in milliseconds; .NET's largest span is foreverMs. Nothing when it is no duration.
QByteArray isoDuration(qint64 milliseconds);
std::optional<qint64> parseDuration(const QByteArray& text);
QByteArray isoTime(qint64 milliseconds);

} // namespace signalbox::sbpeer
