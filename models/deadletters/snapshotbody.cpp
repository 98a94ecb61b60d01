#include "models/deadletters/snapshotbody.h"

#include "models/deadletters/legacyframe.h"
#include "models/messaging/amqp10.h"
#include "models/messaging/amqpreader.h"

#include <QStringDecoder>
#include <brotli/decode.h>
#include <zlib.h>

namespace signalbox {

namespace {

constexpr qsizetype chunk = 65536;

// A gzip file may be several, one after the other; anything else behind the end is padding.
bool hasNextMember(const z_stream& stream) {
    return stream.avail_in >= 2 && stream.next_in[0] == 0x1f && stream.next_in[1] == 0x8b;
}

// `windowBits`: 47 finds gzip and zlib by their heads, -15 is deflate without one.
bool inflateBody(const QByteArray& packed, int windowBits, qsizetype limit, PlainBody& out) {
    z_stream stream{};
    if (inflateInit2(&stream, windowBits) != Z_OK)
        return false;
    QByteArray input = packed; // zlib wants it writable in its types only
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    int code = Z_OK;
    while (code == Z_OK && out.bytes.size() < limit) {
        const qsizetype before = out.bytes.size();
        const qsizetype room = std::min(chunk, limit - before);
        out.bytes.resize(before + room);
        stream.next_out = reinterpret_cast<Bytef*>(out.bytes.data() + before);
        stream.avail_out = static_cast<uInt>(room);
        code = inflate(&stream, Z_NO_FLUSH);
        out.bytes.truncate(before + room - static_cast<qsizetype>(stream.avail_out));
        if (code == Z_STREAM_END && hasNextMember(stream))
            code = inflateReset(&stream);
    }
    inflateEnd(&stream);
    out.whole = code == Z_STREAM_END;
    return code == Z_STREAM_END || code == Z_OK || !out.bytes.isEmpty();
}

bool unbrotli(const QByteArray& packed, qsizetype limit, PlainBody& out) {
    BrotliDecoderState* state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
    if (!state)
        return false;
    std::size_t availableIn = static_cast<std::size_t>(packed.size());
    const auto* nextIn = reinterpret_cast<const std::uint8_t*>(packed.constData());
    BrotliDecoderResult code = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
    while (code == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && out.bytes.size() < limit) {
        const qsizetype before = out.bytes.size();
        const qsizetype room = std::min(chunk, limit - before);
        out.bytes.resize(before + room);
        auto* nextOut = reinterpret_cast<std::uint8_t*>(out.bytes.data() + before);
        auto availableOut = static_cast<std::size_t>(room);
        code = BrotliDecoderDecompressStream(state, &availableIn, &nextIn, &availableOut, &nextOut, nullptr);
        out.bytes.truncate(before + room - static_cast<qsizetype>(availableOut));
    }
    BrotliDecoderDestroyInstance(state);
    out.whole = code == BROTLI_DECODER_RESULT_SUCCESS;
    return out.whole || !out.bytes.isEmpty();
}

// What the values of an AMQP 1.0 body are as text or bytes.
bool unwrapValues(const Message& message, PlainBody& out) {
    const auto values = amqp10::bodyValues(message);
    if (!values)
        return false;
    if (values->size() == 1) {
        const HeaderValue& value = values->front();
        if (value.kind == ValueKind::String || value.kind == ValueKind::Symbol) {
            out.wrap = BodyWrap::AmqpString;
            out.bytes = *value.asBytes();
            return true;
        }
        if (value.kind == ValueKind::Bytes) {
            out.wrap = BodyWrap::AmqpBytes;
            out.bytes = *value.asBytes();
            return true;
        }
    }
    out.wrap = BodyWrap::AmqpValues;
    for (const HeaderValue& value : *values) {
        if (!out.bytes.isEmpty())
            out.bytes += '\n';
        out.bytes += headerText(value);
    }
    return true;
}

bool unpack(const QByteArray& body, const QByteArray& encoding, qsizetype limit, PlainBody& out) {
    if (encoding == "gzip" || encoding == "x-gzip")
        return inflateBody(body, 47, limit, out);
    if (encoding == "deflate")
        return inflateBody(body, 47, limit, out) || inflateBody(body, -15, limit, out);
    return encoding == "br" && unbrotli(body, limit, out);
}

// Only what unpacks to its end is taken for gzip: nothing has said that it is.
bool unpackUndeclared(const QByteArray& body, qsizetype limit, PlainBody& out) {
    static const QByteArray head("\x1f\x8b\x08");
    if (body.startsWith(head) && inflateBody(body, 47, limit, out) &&
        (out.whole || out.bytes.size() >= limit))
        return true;
    out = {};
    return false;
}

} // namespace

PlainBody plainBody(const Message& message, qsizetype limit) {
    PlainBody out;
    const QByteArray encoding = message.properties.contentEncoding
                                    ? message.properties.contentEncoding->trimmed().toLower()
                                    : QByteArray();
    if (unpack(message.body, encoding, limit, out)) {
        out.wrap = BodyWrap::Packed;
    } else if (unwrapValues(message, out)) {
        // its bytes are there
    } else if (unpackUndeclared(message.body, limit, out)) {
        out.wrap = BodyWrap::UndeclaredGzip;
    } else if (auto framed = legacyFramed(message.body)) {
        out.wrap = BodyWrap::LegacyFrame;
        out.bytes = std::move(*framed);
    } else {
        out.bytes = message.body;
    }
    if (out.bytes.size() > limit) {
        out.bytes.truncate(limit);
        out.whole = false;
    }
    out.whole = out.whole && message.bodyComplete;
    return out;
}

bool looksLikeText(QByteArrayView bytes) {
    const QByteArrayView head = bytes.first(std::min<qsizetype>(bytes.size(), 4096));
    if (head.contains('\0'))
        return false;
    QStringDecoder decoder(QStringDecoder::Utf8); // a character cut at the end is not an error
    const QString text = decoder(head);
    return !decoder.hasError() && (text.size() > 0 || head.isEmpty());
}

} // namespace signalbox
