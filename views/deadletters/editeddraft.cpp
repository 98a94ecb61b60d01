#include "views/deadletters/editeddraft.h"
#include "views/widgets/freetr.h"

#include "models/deadletters/jsonlayout.h"
#include "models/deadletters/snapshotbody.h"
#include "models/messaging/amqpreader.h"
#include "models/messaging/jsontext.h"
#include "models/messaging/messagecodec.h"

#include <QJsonDocument>
#include <QStringDecoder>

namespace signalbox {

namespace {

constexpr qsizetype longestLine = 160; // letters; JSON in a longer line is edited indented

const QByteArray& byteOrderMark() {
    static const QByteArray mark("\xEF\xBB\xBF");
    return mark;
}

} // namespace

EditedDraft::EditedDraft(Message original)
    : original_(std::move(original)) {
    headersText_ = QString::fromUtf8(headersToJson(original_.properties.headers.value_or(HeaderTable())));
    encoded_ = original_.properties.contentEncoding && !original_.properties.contentEncoding->isEmpty() &&
               *original_.properties.contentEncoding != "identity";
    const PlainBody plain = plainBody(original_, largestBody);
    QByteArray bytes = plain.bytes;
    if (!original_.bodyComplete) {
        bodyLocked_ = tr("The body is not here whole, so the message cannot be replayed.");
        return;
    }
    if (!plain.whole) {
        bodyLocked_ = original_.bodySize > largestBody
                          ? tr("The body is too large to be edited here.")
                          : tr("The body cannot be unpacked, so it cannot be edited.");
        return;
    }
    if (plain.wrap == BodyWrap::AmqpValues || plain.wrap == BodyWrap::AmqpBytes) {
        bodyLocked_ = tr("The body is an AMQP value, not a text, so it cannot be edited as text.");
        return;
    }
    if (plain.wrap == BodyWrap::LegacyFrame) {
        bodyLocked_ =
            tr("The body lies in a frame of .NET's older serializer, so it cannot be edited as text.");
        return;
    }
    isAmqpString_ = plain.wrap == BodyWrap::AmqpString;
    mark_ = bytes.startsWith(byteOrderMark());
    if (mark_)
        bytes.remove(0, byteOrderMark().size());
    QStringDecoder decoder(QStringDecoder::Utf8,
                           QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    const QString text = decoder.decode(bytes);
    if (decoder.hasError() || text.contains(QChar(0)) || text.contains(QChar(0x2029)) ||
        text.contains(QChar(0x2028))) {
        bodyLocked_ = tr("The body is not plain UTF-8 text, so it cannot be edited as text.");
        return;
    }
    bodyText_ = text;
    bodyText_.replace(QLatin1String("\r\n"), QLatin1String("\n"));
    windowsLines_ = bodyText_.size() != text.size();
    const QString back =
        windowsLines_ ? QString(bodyText_).replace(QLatin1Char('\n'), QLatin1String("\r\n")) : bodyText_;
    if (back != text || bodyText_.contains(QLatin1Char('\r'))) {
        bodyText_.clear();
        bodyLocked_ = tr("The body mixes kinds of line ends, which an editor would change.");
        return;
    }
    if (encoded_)
        bodyNote_ =
            tr("The body is compressed. An edited one is sent as plain text, without content-encoding.");
    else if (plain.wrap == BodyWrap::UndeclaredGzip)
        bodyNote_ = tr("The body is compressed with gzip. An edited one is sent as plain text.");
    const QByteArray type = original_.properties.contentType.value_or(QByteArray()).toLower();
    const QString start = bodyText_.trimmed().left(1);
    json_ = type.contains("json") || start == QLatin1String("{") || start == QLatin1String("[");
    sentText_ = bodyText_;
    compact_ = json_ && bodyText_.size() > longestLine && jsonProblem(bodyText_).isEmpty() &&
               compactJson(bodyText_) == bodyText_;
    if (compact_) {
        bodyText_ = laidOutJson(bodyText_);
        bodyNote_ = (bodyNote_ + QLatin1Char(' ') +
                     tr("The JSON is in one line; it is shown indented here and sent in one line again."))
                        .trimmed();
    }
}

Result<Message> EditedDraft::message(const QString& body, const QString& headers) const {
    Message edited = original_;
    if (headers != headersText_) {
        auto table = headersFromJson(headers.toUtf8());
        if (!table)
            return failure(std::move(table.error()));
        if (*table != original_.properties.headers.value_or(HeaderTable()))
            edited.properties.headers = std::move(*table);
    }
    QString text = body;
    if (compact_ && jsonProblem(text).isEmpty())
        text = compactJson(text); // what is no JSON any more goes out as it was typed
    if (bodyLocked_.isEmpty() && body != bodyText_ && text != sentText_) {
        if (windowsLines_)
            text.replace(QLatin1Char('\n'), QLatin1String("\r\n"));
        edited.body = (mark_ ? byteOrderMark() : QByteArray()) + text.toUtf8();
        if (isAmqpString_)
            edited.body = amqpString(edited.body);
        edited.bodySize = edited.body.size();
        if (encoded_)
            edited.properties.contentEncoding.reset();
    }
    return edited;
}

QString EditedDraft::jsonProblem(const QString& text) {
    const QByteArray bytes = text.toUtf8();
    QJsonParseError error;
    QJsonDocument::fromJson(bytes, &error);
    const auto at = [&bytes](qsizetype offset, const QString& what) {
        const QString before = QString::fromUtf8(bytes.left(offset));
        const auto line = before.count(QLatin1Char('\n')) + 1;
        const auto column = before.size() - before.lastIndexOf(QLatin1Char('\n'));
        return tr("line %1, column %2: %3").arg(line).arg(column).arg(what);
    };
    if (error.error != QJsonParseError::NoError)
        return at(error.offset, error.errorString());
    if (const qsizetype bare = bareControlInString(bytes); bare >= 0)
        return at(bare, bytes.at(bare) == '\n'   ? tr("a line break inside a string must be written as \\n")
                        : bytes.at(bare) == '\t' ? tr("a tab inside a string must be written as \\t")
                                                 : tr("a control character inside a string must be escaped"));
    return {};
}

} // namespace signalbox
