#include "models/deadletters/signaturescan.h"

namespace signalbox::signaturescan {

namespace {

constexpr qsizetype quotedLimit = 300;

bool isDigit(QChar c) {
    return c >= u'0' && c <= u'9';
}

bool isLetter(QChar c) {
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c.unicode() >= 0x80;
}

bool isHex(QChar c) {
    return isDigit(c) || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
}

bool isAlnum(QChar c) {
    return isDigit(c) || (isLetter(c) && !c.isSpace());
}

// Characters that hold a mail address, host name or file of a URL together.
bool isRun(QChar c) {
    return isAlnum(c) || c == u'.' || c == u'_' || c == u'-' || c == u'+';
}

QChar at(QStringView text, qsizetype i) {
    return i < text.size() ? text.at(i) : QChar();
}

qsizetype count(QStringView text, qsizetype from, auto&& belongs) {
    qsizetype end = from;
    while (end < text.size() && belongs(text.at(end)))
        ++end;
    return end - from;
}

qsizetype digits(QStringView text, qsizetype from) {
    return count(text, from, isDigit);
}

// hh:mm, hh:mm:ss, hh:mm:ss.fff
qsizetype clockLength(QStringView text) {
    const qsizetype hours = digits(text, 0);
    if (hours < 1 || hours > 2 || at(text, hours) != u':' || digits(text, hours + 1) != 2)
        return 0;
    qsizetype end = hours + 3;
    if (at(text, end) == u':' && digits(text, end + 1) == 2) {
        end += 3;
        if ((at(text, end) == u'.' || at(text, end) == u',') && digits(text, end + 1) > 0)
            end += 1 + digits(text, end + 1);
    }
    return end;
}

// Z, +01:00, -0500, " +0100", " UTC"
qsizetype zoneLength(QStringView text) {
    if (at(text, 0) == u'Z' && !isAlnum(at(text, 1)))
        return 1;
    if (text.startsWith(u" UTC") || text.startsWith(u" GMT"))
        return 4;
    const qsizetype space = at(text, 0) == u' ' ? 1 : 0;
    if (at(text, space) != u'+' && (at(text, space) != u'-' || space == 1))
        return 0;
    const qsizetype first = digits(text, space + 1);
    if (first == 4)
        return space + 5;
    if (first == 2 && at(text, space + 3) == u':' && digits(text, space + 4) == 2)
        return space + 6;
    return 0;
}

// 2026-11-23, 2026/11/23, 23.11.2026, 11/23/2026
qsizetype dateLength(QStringView text) {
    const qsizetype first = digits(text, 0);
    const QChar mark = at(text, first);
    if ((first != 4 && first != 1 && first != 2) || (mark != u'-' && mark != u'/' && mark != u'.'))
        return 0;
    const qsizetype second = digits(text, first + 1);
    if (second < 1 || second > 2 || at(text, first + 1 + second) != mark)
        return 0;
    const qsizetype third = digits(text, first + second + 2);
    const bool fits = first == 4 ? third == 1 || third == 2 : third == 4;
    return fits ? first + second + third + 2 : 0;
}

// Runs of letters and digits mixed, as random keys have them: "a8Fk3Lz9". Names such as "srv01" are not.
bool looksRandom(QStringView word) {
    if (word.size() < 8)
        return false;
    bool hex = true;
    bool hasDigit = false;
    int switches = 0;
    for (qsizetype i = 0; i < word.size(); ++i) {
        hex = hex && isHex(word.at(i));
        hasDigit = hasDigit || isDigit(word.at(i));
        switches += i > 0 && isDigit(word.at(i)) != isDigit(word.at(i - 1));
    }
    return hasDigit && (hex || switches >= 4);
}

// URL, mail address or host:port that starts here; `run` is the length of the run of isRun characters.
qsizetype addressLength(QStringView text, qsizetype run) {
    const auto inUrl = [](QChar c) {
        return !c.isSpace() && c != u'"' && c != u'\'' && c != u'<' && c != u'>' && c != u')' && c != u',' &&
               c != u';' && c != u']' && c != u'}';
    };
    if (text.mid(run).startsWith(u"://") && run <= 20)
        return run + 3 + count(text, run + 3, inUrl);
    if (at(text, run) == u'@' && isAlnum(at(text, run + 1))) {
        qsizetype domain = count(text, run + 1, isRun);
        while (domain > 1 && at(text, run + domain) == u'.') // the full stop of the sentence
            --domain;
        return run + 1 + domain;
    }
    if (at(text, run) == u':' && isLetter(at(text, 0)) && isAlnum(at(text, run - 1))) { // host:port
        const qsizetype port = digits(text, run + 1);
        if (port >= 2 && port <= 5 && !isAlnum(at(text, run + 1 + port)))
            return run + 1 + port;
    }
    return 0;
}

class Folder {
public:
    explicit Folder(QStringView text)
        : text_(text) {
        out_.reserve(text.size());
    }

    QString run() {
        while (at_ < text_.size())
            step();
        return out_.trimmed();
    }

private:
    void put(QStringView placeholder, qsizetype consumed) {
        out_ += placeholder;
        at_ += consumed;
    }

    // The end of a quoted value: the same mark again, not inside a word.
    qsizetype quotedLength() const {
        const QChar quote = text_.at(at_);
        const QChar close = quote == u'\u201c' ? QChar(u'\u201d') : quote;
        const qsizetype last = std::min(text_.size(), at_ + quotedLimit);
        for (qsizetype i = at_ + 1; i < last && text_.at(i) != u'\n'; ++i) {
            if (text_.at(i) == close && !isAlnum(at(text_, i + 1)))
                return i + 1 - at_;
        }
        return 0;
    }

    void step() {
        const QChar c = text_.at(at_);
        const bool wordStart = at_ == 0 || !isAlnum(text_.at(at_ - 1));
        if (c.isSpace()) {
            if (!out_.isEmpty() && out_.back() != u' ')
                out_ += u' ';
            ++at_;
            return;
        }
        if (c == u'"' || c == u'\'' || c == u'`' || c == u'\u201c') {
            const qsizetype length = wordStart && at_ >= quietUntil_ ? quotedLength() : 0;
            if (length > 0)
                return put(u"<text>", length);
            if (wordStart) // no end near: do not look again inside this stretch
                quietUntil_ = at_ + quotedLimit;
        }
        if (!isAlnum(c) || !wordStart) {
            out_ += c;
            ++at_;
            return;
        }
        word();
    }

    void word() {
        const QStringView rest = text_.mid(at_);
        if (const qsizetype length = guidLength(rest))
            return put(u"<id>", length);
        if (at_ == 0 || !isRun(text_.at(at_ - 1))) {
            if (const qsizetype length = addressLength(rest, count(rest, 0, isRun)))
                return put(u"<address>", length);
        }
        if (isDigit(rest.front())) {
            if (const qsizetype length = ipAddressLength(rest))
                return put(u"<address>", length);
            if (const qsizetype length = dateTimeLength(rest))
                return put(u"<time>", length);
        }
        const qsizetype length = count(rest, 0, isAlnum);
        const QStringView whole = rest.left(length);
        if (rest.startsWith(u"0x") && length > 2)
            return put(u"<id>", length);
        if (looksRandom(whole) && digits(whole, 0) != length)
            return put(u"<id>", length);
        if (isDigit(rest.front())) {
            const qsizetype number = numberLength(rest);
            if (out_.endsWith(u'-') && (out_.size() == 1 || out_.at(out_.size() - 2) == u' '))
                out_.chop(1); // the sign
            put(u"<n>", number);
            if (number < length) // a unit: "30s" and "5ms" stay apart
                letters(whole.mid(number));
            return;
        }
        letters(whole);
    }

    // The rest of a word; digits in it are folded: "srv01" -> "srv<n>".
    void letters(QStringView whole) {
        at_ += whole.size();
        for (qsizetype i = 0; i < whole.size();) {
            const qsizetype number = digits(whole, i);
            if (number > 0)
                out_ += u"<n>";
            else
                out_ += whole.at(i);
            i += std::max<qsizetype>(number, 1);
        }
    }

    QStringView text_;
    QString out_;
    qsizetype at_ = 0;
    qsizetype quietUntil_ = 0;
};

} // namespace

QString fold(QStringView text) {
    return Folder(text).run();
}

qsizetype guidLength(QStringView text) {
    const bool brace = at(text, 0) == u'{';
    const QStringView rest = brace ? text.mid(1) : text;
    constexpr int parts[] = {8, 4, 4, 4, 12};
    qsizetype end = 0;
    for (const int part : parts) {
        if (end > 0 && at(rest, end++) != u'-')
            return 0;
        for (int i = 0; i < part; ++i) {
            if (!isHex(at(rest, end++)))
                return 0;
        }
    }
    if (isAlnum(at(rest, end)))
        return 0;
    return brace ? (at(rest, end) == u'}' ? end + 2 : 0) : end;
}

qsizetype dateTimeLength(QStringView text) {
    qsizetype end = dateLength(text);
    if (end > 0 && isDigit(at(text, end)))
        return 0;
    if (end > 0) {
        const QChar between = at(text, end);
        const qsizetype clock =
            between == u'T' || between == u' ' || between == u'_' ? clockLength(text.mid(end + 1)) : 0;
        if (clock == 0)
            return isAlnum(between) ? 0 : end;
        end += 1 + clock;
    } else {
        end = clockLength(text);
        if (end == 0)
            return 0;
    }
    if (text.mid(end).startsWith(u" AM") || text.mid(end).startsWith(u" PM"))
        end += 3;
    return end + zoneLength(text.mid(end));
}

qsizetype ipAddressLength(QStringView text) {
    qsizetype end = 0;
    for (int part = 0; part < 4; ++part) {
        if (part > 0 && at(text, end++) != u'.')
            return 0;
        const qsizetype width = digits(text, end);
        if (width < 1 || width > 3)
            return 0;
        end += width;
    }
    if (at(text, end) == u'.' && isDigit(at(text, end + 1)))
        return 0; // a version: 1.2.3.4.5
    if (at(text, end) == u':')
        if (const qsizetype port = digits(text, end + 1); port > 0 && port <= 5)
            end += 1 + port;
    return end;
}

qsizetype numberLength(QStringView text) {
    qsizetype end = digits(text, 0);
    while (end > 0 && (at(text, end) == u'.' || at(text, end) == u',') && isDigit(at(text, end + 1)))
        end += 1 + digits(text, end + 1);
    if (end > 0 && (at(text, end) == u'e' || at(text, end) == u'E')) {
        const qsizetype sign = at(text, end + 1) == u'-' || at(text, end + 1) == u'+' ? 1 : 0;
        if (const qsizetype exponent = digits(text, end + 1 + sign); exponent > 0)
            end += 1 + sign + exponent;
    }
    return end;
}

} // namespace signalbox::signaturescan
