#include "models/deadletters/bodyview.h"

#include "models/deadletters/datatrees.h"
#include "models/deadletters/jsonlayout.h"
#include "models/deadletters/legacyframe.h"
#include "models/deadletters/snapshotbody.h"
#include "models/messaging/amqp10.h"
#include "models/messaging/amqpreader.h"

#include <QRegularExpression>
#include <QStringConverter>
#include <QXmlStreamReader>
#include <QXmlStreamWriter>

namespace signalbox {

namespace {

struct Decoded {
    QString text;
    QString charset;
    bool isText = false;
};

QByteArray charsetOf(const QByteArray& contentType) {
    static const QRegularExpression pattern(QStringLiteral("charset\\s*=\\s*\"?([\\w.:-]+)"),
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern.match(QString::fromLatin1(contentType)).captured(1).toLatin1();
}

// What an XML document says of itself, where nobody else names a charset. Its first line was readable as
// ASCII, so the wide ones are not true: some programs write them into every text that they keep in memory.
QByteArray xmlCharset(const QByteArray& bytes) {
    static const QRegularExpression pattern(
        QStringLiteral("^<\\?xml[^>]*\\sencoding\\s*=\\s*[\"']([\\w.:-]+)"));
    const QByteArray name = pattern.match(QString::fromLatin1(bytes.left(256))).captured(1).toLatin1();
    const QByteArray lower = name.toLower();
    return lower.startsWith("utf-16") || lower.startsWith("utf-32") ? QByteArray() : name;
}

Decoded decode(const QByteArray& bytes, const QByteArray& contentType, QStringList& problems) {
    const auto mark = QStringConverter::encodingForData(bytes);
    QByteArray named = charsetOf(contentType);
    if (named.isEmpty())
        named = xmlCharset(bytes);
    bool known = mark || (!named.isEmpty() && named.compare("us-ascii", Qt::CaseInsensitive) != 0);
    QStringDecoder decoder = mark    ? QStringDecoder(*mark)
                             : known ? QStringDecoder(named.constData())
                                     : QStringDecoder(QStringConverter::Utf8);
    if (!decoder.isValid()) {
        problems << QStringLiteral("The charset %1 is not known here; it is taken for UTF-8.")
                        .arg(QString::fromLatin1(named));
        decoder = QStringDecoder(QStringConverter::Utf8);
        known = false;
    }
    const QString text = decoder(bytes);
    Decoded decoded;
    decoded.charset = QString::fromLatin1(decoder.name());
    decoded.isText = !decoder.hasError() && (known || looksLikeText(bytes));
    decoded.text = decoded.isText ? text : QString();
    if (decoder.hasError() && (known || contentType.startsWith("text/") || contentType.contains("json")))
        problems << QStringLiteral("It is not valid %1, so it is shown as bytes.").arg(decoded.charset);
    return decoded;
}

BodyKind kindOf(const QString& text, const QByteArray& contentType) {
    const QByteArray type = contentType.toLower();
    QStringView head = QStringView(text).left(4096).trimmed();
    if (type.contains("json") || head.startsWith(QLatin1Char('{')) || head.startsWith(QLatin1Char('[')))
        return BodyKind::Json;
    if (type.contains("xml") || head.startsWith(QLatin1Char('<')))
        return BodyKind::Xml;
    return BodyKind::Text;
}

QString laidOutXml(const QString& xml) {
    QXmlStreamReader reader(xml);
    QString out;
    QXmlStreamWriter writer(&out);
    writer.setAutoFormatting(true);
    writer.setAutoFormattingIndent(2);
    while (!reader.atEnd()) {
        reader.readNext();
        const bool invented = reader.isStartDocument() && reader.documentVersion().isEmpty();
        if (!reader.hasError() && !reader.isWhitespace() && !reader.isDTD() && !invented)
            writer.writeCurrentToken(reader);
    }
    return reader.hasError() ? xml : out.trimmed();
}

void addTree(BodyView& view, const Decoded& decoded, bool claimed) {
    const auto utf8 = [&] {
        return decoded.charset == QLatin1String("UTF-8") ? view.bytes : decoded.text.toUtf8();
    };
    auto tree = view.kind == BodyKind::Json ? jsonTree(utf8()) : xmlTree(decoded.text);
    if (tree) {
        view.tree = std::make_shared<const DataTree>(std::move(*tree));
        return;
    }
    if (claimed)
        view.problems << tree.error().summary;
    view.kind = BodyKind::Text;
}

void tellPacking(BodyView& view, const Message& message, BodyWrap wrap) {
    const QByteArray encoding = message.properties.contentEncoding.value_or(QByteArray()).trimmed().toLower();
    const bool packed =
        encoding == "gzip" || encoding == "x-gzip" || encoding == "deflate" || encoding == "br";
    if (wrap == BodyWrap::Packed)
        view.notes << QStringLiteral("%1, %2 bytes unpacked to %3")
                          .arg(QString::fromLatin1(encoding))
                          .arg(message.body.size())
                          .arg(view.bytes.size());
    else if (packed)
        view.problems
            << QStringLiteral(
                   "It says that it is packed with %1, but cannot be unpacked: it is shown as it is.")
                   .arg(QString::fromLatin1(encoding));
    else if (!encoding.isEmpty() && encoding != "identity" && encoding != "utf-8" && encoding != "utf8")
        view.notes
            << QStringLiteral("content encoding %1 is not undone").arg(QString::fromUtf8(encoding.left(40)));
}

void tellWrap(BodyView& view, const Message& message, BodyWrap wrap) {
    tellPacking(view, message, wrap);
    switch (wrap) {
    case BodyWrap::UndeclaredGzip:
        view.notes << QStringLiteral("gzip, though no header says so, %1 bytes unpacked to %2")
                          .arg(message.body.size())
                          .arg(view.bytes.size());
        break;
    case BodyWrap::AmqpString:
        view.notes << QStringLiteral("AMQP value: string");
        break;
    case BodyWrap::AmqpBytes:
        view.notes << QStringLiteral("AMQP value: binary");
        break;
    case BodyWrap::AmqpValues:
        view.notes << (amqp10::bodyKindOf(message) == amqp10::BodyKind::Sequence
                           ? QStringLiteral("AMQP sequence")
                           : QStringLiteral("AMQP value"));
        break;
    case BodyWrap::LegacyFrame:
        view.notes << QStringLiteral("taken out of the frame of .NET's older serializer");
        break;
    case BodyWrap::None:
        if (amqp10::bodyKindOf(message) != amqp10::BodyKind::Data && !message.body.isEmpty())
            view.problems << QStringLiteral("Its AMQP value cannot be read: it is shown as bytes.");
        else if (const QByteArray root = legacyRoot(message.body); !root.isEmpty())
            view.notes
                << QStringLiteral("binary XML of .NET's older serializer: %1").arg(QString::fromUtf8(root));
        break;
    case BodyWrap::Packed:
        break;
    }
}

bool claimsProtobuf(const QByteArray& contentType) {
    return contentType.contains("protobuf") || contentType.contains("grpc");
}

// A message of texts alone is valid UTF-8 as well, but no text has such letters.
bool seemsProtobuf(const QByteArray& bytes, const QByteArray& contentType) {
    const bool hasControls = std::any_of(bytes.begin(), bytes.end(), [](char letter) {
        const auto byte = static_cast<std::uint8_t>(letter);
        return byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t' && byte != '\f' && byte != 0x1b;
    });
    return (claimsProtobuf(contentType) || (hasControls && contentType.isEmpty())) &&
           protobufTree(bytes).has_value();
}

// Bytes that are no text: fields, where they read as such.
void addProtobuf(BodyView& view, const QByteArray& contentType) {
    const bool claimed = claimsProtobuf(contentType);
    auto tree = protobufTree(view.bytes);
    if (tree) {
        view.tree = std::make_shared<const DataTree>(std::move(*tree));
        view.notes << (claimed ? QStringLiteral("Protocol Buffers, without a schema")
                               : QStringLiteral("reads as Protocol Buffers, without a schema"));
    } else if (claimed) {
        view.problems << QStringLiteral("It says that it is Protocol Buffers, but does not read as such.");
    }
}

} // namespace

BodyView bodyView(const Message& message) {
    BodyView view;
    const PlainBody plain = plainBody(message, mostUnpackedBytes);
    view.bytes = plain.bytes;
    if (!message.bodyComplete)
        view.problems << (message.body.isEmpty()
                              ? QStringLiteral("The body was not kept (%1 bytes); it cannot be replayed.")
                                    .arg(message.bodySize)
                              : QStringLiteral("This body is cut: %1 of %2 bytes; it cannot be replayed.")
                                    .arg(message.body.size())
                                    .arg(message.bodySize));
    tellWrap(view, message, plain.wrap);
    if (!plain.whole && message.bodyComplete)
        view.problems
            << (view.bytes.size() >= mostUnpackedBytes
                    ? QStringLiteral("Only the first %1 MiB are unpacked here.").arg(mostUnpackedBytes >> 20)
                    : QStringLiteral("What is packed is broken or ends too early: only its first %1 "
                                     "bytes could be unpacked.")
                          .arg(view.bytes.size()));
    if (view.bytes.isEmpty())
        return view;
    const QByteArray contentType = message.properties.contentType.value_or(QByteArray());
    const Decoded decoded = decode(view.bytes, contentType, view.problems);
    view.charset = decoded.charset;
    const QByteArray lower = contentType.toLower();
    if (!decoded.isText || seemsProtobuf(view.bytes, lower)) {
        view.kind = BodyKind::Binary;
        view.charset.clear();
        addProtobuf(view, lower);
        return view;
    }
    if (plain.wrap == BodyWrap::AmqpValues) {
        view.kind = BodyKind::Text;
        if (const auto values = amqp10::bodyValues(message))
            view.tree = std::make_shared<const DataTree>(valuesTree(*values));
        view.text = decoded.text.left(mostShownLetters);
        view.textCut = view.text.size() < decoded.text.size();
        return view;
    }
    view.kind = kindOf(decoded.text, contentType);
    if (view.kind != BodyKind::Text)
        addTree(view, decoded, lower.contains("json") || lower.contains("xml"));
    // Laying out more than is shown would only cost time.
    const QString shown = decoded.text.left(mostShownLetters);
    view.textCut = shown.size() < decoded.text.size();
    view.text = view.kind == BodyKind::Json                   ? laidOutJson(shown)
                : view.kind == BodyKind::Xml && !view.textCut ? laidOutXml(shown)
                                                              : shown;
    return view;
}

} // namespace signalbox
