#include "app/store/snapshot/messagewords.h"

#include "models/deadletters/snapshotbody.h"

#include <array>
#include <functional>
#include <string_view>

namespace signalbox {

namespace {

constexpr int nestingLimit = 64;

// 0 = separates words; else the lower-case form. Bytes from 128 on belong to words for now.
constexpr std::array<unsigned char, 256> makeForms() {
    std::array<unsigned char, 256> forms{};
    for (unsigned c = 0; c < 256; ++c) {
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 128)
            forms.at(c) = static_cast<unsigned char>(c);
        else if (c >= 'A' && c <= 'Z')
            forms.at(c) = static_cast<unsigned char>(c - 'A' + 'a');
    }
    return forms;
}
constexpr auto forms = makeForms();

unsigned char formOf(char c) {
    return forms.at(static_cast<unsigned char>(c));
}

bool isHex(unsigned char form) {
    return (form >= '0' && form <= '9') || (form >= 'a' && form <= 'f');
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

void appendUtf8(QByteArray& out, char32_t c) {
    const char16_t units[] = {c >= 0x10000 ? QChar::highSurrogate(c) : static_cast<char16_t>(c),
                              c >= 0x10000 ? QChar::lowSurrogate(c) : u'\0'};
    out += QStringView(units, c >= 0x10000 ? 2 : 1).toUtf8();
}

std::optional<char16_t> hexUnit(QByteArrayView text, qsizetype at) {
    if (at + 4 > text.size())
        return std::nullopt;
    bool ok = false;
    const ushort unit = text.sliced(at, 4).toByteArray().toUShort(&ok, 16);
    return ok ? std::optional<char16_t>(unit) : std::nullopt;
}

// JSON text with the escapes of its strings undone; what an escape stands for matters only where it is a
// letter.
QByteArray withoutEscapes(QByteArrayView text) {
    QByteArray out;
    out.reserve(text.size());
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text.at(i) != '\\' || i + 1 == text.size()) {
            out += text.at(i);
            continue;
        }
        const char kind = text.at(++i);
        const auto unit = kind == 'u' ? hexUnit(text, i + 1) : std::nullopt;
        if (!unit) {
            out += ' ';
            continue;
        }
        i += 4;
        char32_t c = *unit;
        if (QChar::isHighSurrogate(c) && i + 2 < text.size() && text.at(i + 1) == '\\' &&
            text.at(i + 2) == 'u') {
            if (const auto low = hexUnit(text, i + 3); low && QChar::isLowSurrogate(*low)) {
                c = QChar::surrogateToUcs4(static_cast<char16_t>(c), *low);
                i += 6;
            }
        }
        appendUtf8(out, c);
    }
    return out;
}

} // namespace

void MessageWords::start() {
    if (seen_.empty())
        seen_.resize(1024);
    if (++stamp_ == 0) { // wrapped: no old stamp may look new
        std::fill(seen_.begin(), seen_.end(), Slot{});
        stamp_ = 1;
    }
    seenCount_ = 0;
    out_.resize(0);
    out_ += ' ';
}

void MessageWords::grow() {
    std::vector<Slot> old(seen_.size() * 2);
    old.swap(seen_);
    for (const Slot& slot : old) {
        if (slot.stamp != stamp_)
            continue;
        std::size_t at = slot.hash & (seen_.size() - 1);
        while (seen_[at].stamp == stamp_)
            at = (at + 1) & (seen_.size() - 1);
        seen_[at] = slot;
    }
}

void MessageWords::add(QByteArrayView word) {
    if (word.size() > wordLimit)
        word.truncate(wordLimit);
    if (seenCount_ * 2 >= seen_.size())
        grow();
    const std::uint64_t hash =
        std::hash<std::string_view>{}(std::string_view(word.data(), static_cast<std::size_t>(word.size())));
    std::size_t at = hash & (seen_.size() - 1);
    while (seen_[at].stamp == stamp_) {
        if (seen_[at].hash == hash)
            return;
        at = (at + 1) & (seen_.size() - 1);
    }
    seen_[at] = {hash, stamp_};
    ++seenCount_;
    out_.append(word.data(), word.size());
    out_ += ' ';
}

// 8-4-4-4-12 between separators becomes one word of 32. Gives its length, or 0.
qsizetype MessageWords::takeGuid(QByteArrayView text, qsizetype at) {
    constexpr qsizetype length = 36;
    if (at + length > text.size() || text.at(at + 8) != '-' || text.at(at + 13) != '-' ||
        text.at(at + 18) != '-' || text.at(at + 23) != '-' ||
        (at + length < text.size() && formOf(text.at(at + length)) != 0))
        return 0;
    std::array<char, 32> word{};
    std::size_t used = 0;
    for (qsizetype i = 0; i < length; ++i) {
        if (i == 8 || i == 13 || i == 18 || i == 23)
            continue;
        const unsigned char form = formOf(text.at(at + i));
        if (!isHex(form))
            return 0;
        word.at(used++) = static_cast<char>(form);
    }
    add(QByteArrayView(word.data(), static_cast<qsizetype>(used)));
    return length;
}

// A run with letters beyond ASCII: folded, and split where Unicode sees no letter or digit.
void MessageWords::takeForeign(QByteArrayView run) {
    const QString text = QString::fromUtf8(run).toCaseFolded();
    qsizetype from = 0;
    qsizetype i = 0;
    const auto flush = [&](qsizetype end) {
        if (end > from)
            add(QStringView(text).sliced(from, end - from).toUtf8());
    };
    while (i < text.size()) {
        const bool pair =
            text.at(i).isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate();
        const char32_t c = pair ? QChar::surrogateToUcs4(text.at(i), text.at(i + 1)) : text.at(i).unicode();
        const qsizetype width = pair ? 2 : 1;
        if (!QChar::isLetterOrNumber(c) && !QChar::isMark(c)) {
            flush(i);
            from = i + width;
        }
        i += width;
    }
    flush(text.size());
}

void MessageWords::noteOddNumber(QByteArrayView word, char before) {
    qsizetype digits = 0;
    while (digits < word.size() && isDigit(word.at(digits)))
        ++digits;
    bool odd = digits == word.size() && digits >= 15 && before == '.';
    if (digits < word.size() && word.at(digits) == 'e') {
        odd = true;
        for (qsizetype i = digits + 1; i < word.size(); ++i)
            odd = odd && isDigit(word.at(i));
    }
    if (odd)
        add(oddNumber);
}

void MessageWords::take(QByteArrayView text) {
    std::array<char, wordLimit> word{};
    qsizetype i = 0;
    const qsizetype size = text.size();
    while (i < size) {
        if (formOf(text[i]) == 0) {
            ++i;
            continue;
        }
        if (const qsizetype guid = takeGuid(text, i)) {
            i += guid;
            continue;
        }
        const qsizetype from = i;
        bool foreign = false;
        std::size_t used = 0;
        for (; i < size; ++i) {
            const unsigned char form = formOf(text[i]);
            if (form == 0)
                break;
            foreign = foreign || form >= 128;
            if (used < word.size())
                word[used++] = static_cast<char>(form);
        }
        if (foreign) {
            takeForeign(text.sliced(from, i - from));
            continue;
        }
        const QByteArrayView folded(word.data(), static_cast<qsizetype>(used));
        if (isDigit(folded.front()))
            noteOddNumber(folded, from > 0 ? text[from - 1] : ' ');
        add(folded);
    }
}

void MessageWords::takeJson(QByteArrayView text) {
    if (text.contains('\\'))
        take(withoutEscapes(text));
    else
        take(text);
}

void MessageWords::takeTable(const HeaderValue::Table& table, int depth) {
    for (const Header& header : table) {
        take(header.name);
        takeValue(header.value, depth + 1);
    }
}

void MessageWords::takeValue(const HeaderValue& value, int depth) {
    if (depth > nestingLimit)
        return;
    if (const QByteArray* bytes = value.asBytes())
        return take(*bytes);
    if (const auto* table = value.asTable())
        return takeTable(*table, depth);
    if (const auto* array = value.asArray()) {
        for (const HeaderValue& entry : *array)
            takeValue(entry, depth + 1);
        return;
    }
    if (value.kind == ValueKind::Void)
        return add("null");
    take(headerText(value));
}

MessageWords::Words MessageWords::of(const Message& message, const DeathFacts& facts) {
    start();
    Words words;
    take(message.exchange);
    take(message.routingKey);
    const MessageProperties& p = message.properties;
    for (const auto* text : {&p.contentType, &p.contentEncoding, &p.correlationId, &p.replyTo, &p.expiration,
                             &p.messageId, &p.type, &p.userId, &p.appId}) {
        if (*text)
            take(**text);
    }
    if (p.headers)
        takeTable(*p.headers, 0);
    for (const QString* fact : {&facts.reason, &facts.originQueue, &facts.exceptionType, &facts.exceptionText,
                                &facts.messageType, &facts.framework, &facts.originExchange}) {
        if (!fact->isEmpty())
            take(fact->toUtf8());
    }
    for (const QString& key : facts.originKeys)
        take(key.toUtf8());
    if (!message.body.isEmpty()) {
        const PlainBody body = plainBody(message, bodyLimit);
        words.partial = !body.whole;
        if (looksLikeText(body.bytes)) {
            QByteArrayView trimmed = QByteArrayView(body.bytes).trimmed();
            if (trimmed.startsWith("\xEF\xBB\xBF")) // byte order mark
                trimmed = trimmed.sliced(3).trimmed();
            if (trimmed.startsWith('{') || trimmed.startsWith('['))
                takeJson(trimmed);
            else
                take(trimmed);
        }
    }
    words.text = out_;
    return words;
}

QByteArray MessageWords::ofText(QByteArrayView utf8) {
    start();
    take(utf8);
    return out_.trimmed();
}

} // namespace signalbox
