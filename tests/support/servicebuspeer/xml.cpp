#include "tests/support/servicebuspeer/xml.h"

#include "tests/support/servicebuspeer/clock.h"

#include <QRegularExpression>
#include <QXmlStreamReader>

namespace signalbox::sbpeer {

namespace {

const QByteArray largestSpan = "P10675199DT2H48M5.4775807S";
constexpr qint64 second = 1000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;

XmlElement readElement(QXmlStreamReader& reader) {
    XmlElement element;
    element.name = reader.name().toUtf8();
    element.space = reader.namespaceUri().toUtf8();
    for (const QXmlStreamAttribute& attribute : reader.attributes()) {
        element.attributes[attribute.name().toUtf8()] = attribute.value().toUtf8();
    }
    while (!reader.atEnd()) {
        const auto token = reader.readNext();
        if (token == QXmlStreamReader::StartElement) {
            element.children.push_back(readElement(reader));
        } else if (token == QXmlStreamReader::Characters) {
            element.text += reader.text().toUtf8();
        } else if (token == QXmlStreamReader::EndElement) {
            break;
        }
    }
    return element;
}

} // namespace

const XmlElement* XmlElement::child(const QByteArray& childName) const {
    for (const XmlElement& element : children) {
        if (element.name == childName) {
            return &element;
        }
    }
    return nullptr;
}

QByteArray XmlElement::childText(const QByteArray& childName) const {
    const XmlElement* found = child(childName);
    return found == nullptr ? QByteArray() : found->text;
}

std::optional<XmlElement> parseXml(const QByteArray& bytes) {
    QXmlStreamReader reader(bytes);
    if (!reader.readNextStartElement()) {
        return std::nullopt;
    }
    XmlElement root = readElement(reader);
    return reader.hasError() ? std::nullopt : std::optional(std::move(root));
}

QByteArray escaped(const QByteArray& text) {
    return QString::fromUtf8(text).toHtmlEscaped().toUtf8();
}

QByteArray isoDuration(qint64 milliseconds) {
    if (milliseconds >= foreverMs) {
        return largestSpan;
    }
    QByteArray text = "P";
    if (milliseconds >= day) {
        text += QByteArray::number(milliseconds / day) + 'D';
    }
    const qint64 rest = milliseconds % day;
    if (rest == 0 && milliseconds >= day) {
        return text;
    }
    text += 'T';
    if (rest >= hour) {
        text += QByteArray::number(rest / hour) + 'H';
    }
    if (rest % hour >= minute) {
        text += QByteArray::number(rest % hour / minute) + 'M';
    }
    if (const qint64 ms = rest % minute; ms > 0 || rest == 0) {
        text += QByteArray::number(static_cast<double>(ms) / second, 'g', 6) + 'S';
    }
    return text;
}

std::optional<qint64> parseDuration(const QByteArray& text) {
    static const QRegularExpression form(
        QStringLiteral("^P(?:(\\d+)D)?(?:T(?:(\\d+)H)?(?:(\\d+)M)?(?:([\\d.]+)S)?)?$"));
    const auto match = form.match(QString::fromLatin1(text));
    if (!match.hasMatch() || text.size() < 3) {
        return std::nullopt;
    }
    const auto part = [&match](int index) { return match.captured(index).toLongLong(); };
    const auto seconds = static_cast<qint64>(match.captured(4).toDouble() * second);
    return std::min(part(1) * day + part(2) * hour + part(3) * minute + seconds, foreverMs);
}

QByteArray isoTime(qint64 milliseconds) {
    return QDateTime::fromMSecsSinceEpoch(milliseconds, Qt::UTC).toString(Qt::ISODateWithMs).toLatin1();
}

} // namespace signalbox::sbpeer
