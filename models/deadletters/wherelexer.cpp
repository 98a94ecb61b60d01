#include "models/deadletters/wherelexer.h"

namespace signalbox {

namespace {

bool isQuote(QChar c) {
    return c == u'"' || c == u'\'';
}

bool endsWord(QChar c) {
    return c.isSpace() || isQuote(c) || c == u'(' || c == u')' || c == u',' || c == u'=' || c == u'!' ||
           c == u'<' || c == u'>';
}

} // namespace

tl::unexpected<Error> WhereLexer::error(int column, const QString& words) {
    return failure(ErrorKind::Invalid, QStringLiteral("Filter, column %1: %2.").arg(column).arg(words));
}

void WhereLexer::skipSpace() {
    while (at_ < text_.size() && text_.at(at_).isSpace())
        ++at_;
}

int WhereLexer::column() {
    skipSpace();
    return static_cast<int>(at_) + 1;
}

// Backslash takes the next character as it is.
Result<QString> WhereLexer::quoted() {
    const int start = static_cast<int>(at_) + 1;
    const QChar quote = text_.at(at_++);
    QString out;
    while (at_ < text_.size()) {
        QChar c = text_.at(at_++);
        if (c == quote)
            return out;
        if (c == u'\\' && at_ < text_.size())
            c = text_.at(at_++);
        out += c;
    }
    return error(start, QStringLiteral("this quote is never closed"));
}

Result<WhereToken> WhereLexer::scan() {
    skipSpace();
    WhereToken token;
    token.column = static_cast<int>(at_) + 1;
    if (at_ >= text_.size())
        return token;
    const QChar c = text_.at(at_);
    if (isQuote(c)) {
        auto text = quoted();
        if (!text)
            return failure(text.error());
        token.kind = WhereToken::Kind::String;
        token.text = *text;
        return token;
    }
    if (endsWord(c)) {
        token.kind = WhereToken::Kind::Sign;
        const bool two = at_ + 1 < text_.size() && text_.at(at_ + 1) == u'=' &&
                         (c == u'!' || c == u'<' || c == u'>' || c == u'=');
        if (c == u'!' && !two)
            return error(token.column, QStringLiteral("expected != (or the word not)"));
        token.text = text_.mid(at_, two ? 2 : 1).toString();
        if (token.text == QLatin1StringView("=="))
            token.text = QStringLiteral("=");
        at_ += two ? 2 : 1;
        return token;
    }
    const qsizetype from = at_;
    while (at_ < text_.size() && !endsWord(text_.at(at_)))
        ++at_;
    token.kind = WhereToken::Kind::Word;
    token.text = text_.mid(from, at_ - from).toString();
    return token;
}

Result<WhereToken> WhereLexer::peek() {
    if (!ahead_) {
        const qsizetype from = at_;
        auto token = scan();
        if (!token)
            return token;
        ahead_ = *token;
        aheadEnd_ = at_;
        at_ = from;
    }
    return *ahead_;
}

Result<WhereToken> WhereLexer::take() {
    auto token = peek();
    if (token) {
        at_ = aheadEnd_;
        ahead_.reset();
    }
    return token;
}

Result<std::vector<WherePathStep>> WhereLexer::takePath(int from) {
    ahead_.reset();
    at_ = from - 1;
    std::vector<WherePathStep> steps;
    while (at_ < text_.size()) {
        const int here = static_cast<int>(at_) + 1;
        if (text_.at(at_) == u'[') {
            const qsizetype close = text_.indexOf(u']', at_);
            const QStringView inside = close < 0 ? QStringView() : text_.mid(at_ + 1, close - at_ - 1);
            bool ok = false;
            const int index = inside.toInt(&ok);
            WherePathStep step;
            if (inside == u"*")
                step.index = WherePathStep::any;
            else if (ok && index >= 0)
                step.index = index;
            else
                return error(here, QStringLiteral("expected a number from 0 or * between [ and ]"));
            steps.push_back(step);
            at_ = close + 1;
            continue;
        }
        if (text_.at(at_) != u'.')
            break;
        ++at_;
        WherePathStep step;
        if (at_ < text_.size() && isQuote(text_.at(at_))) {
            auto name = quoted();
            if (!name)
                return failure(name.error());
            step.name = *name;
            step.quoted = true;
        } else {
            const qsizetype start = at_;
            while (at_ < text_.size() && !endsWord(text_.at(at_)) && text_.at(at_) != u'.' &&
                   text_.at(at_) != u'[')
                ++at_;
            if (at_ == start)
                return error(here, QStringLiteral("expected a name after the dot"));
            step.name = text_.mid(start, at_ - start).toString();
        }
        steps.push_back(std::move(step));
    }
    if (at_ < text_.size() && !endsWord(text_.at(at_)))
        return error(static_cast<int>(at_) + 1, QStringLiteral("expected . or [ or a space here"));
    return steps;
}

Result<WhereLexer::Regex> WhereLexer::takeRegex() {
    ahead_.reset();
    skipSpace();
    Regex regex;
    regex.column = static_cast<int>(at_) + 2;
    if (at_ < text_.size() && isQuote(text_.at(at_))) {
        // Inside quotes a backslash belongs to the pattern, only \" is a quote.
        const QChar quote = text_.at(at_++);
        while (at_ < text_.size() && text_.at(at_) != quote) {
            if (text_.at(at_) == u'\\' && at_ + 1 < text_.size()) {
                if (text_.at(at_ + 1) != quote)
                    regex.pattern += u'\\';
                ++at_;
            }
            regex.pattern += text_.at(at_++);
        }
        if (at_ >= text_.size())
            return error(regex.column - 1, QStringLiteral("this quote is never closed"));
        ++at_;
        return regex;
    }
    if (at_ >= text_.size() || text_.at(at_) != u'/')
        return error(regex.column - 1, QStringLiteral("expected a regular expression: /.../"));
    ++at_;
    while (at_ < text_.size() && text_.at(at_) != u'/') {
        if (text_.at(at_) == u'\\' && at_ + 1 < text_.size()) {
            if (text_.at(at_ + 1) != u'/')
                regex.pattern += u'\\';
            ++at_;
        }
        regex.pattern += text_.at(at_++);
    }
    if (at_ >= text_.size())
        return error(regex.column - 1, QStringLiteral("this regular expression is never closed with /"));
    ++at_;
    if (at_ < text_.size() && text_.at(at_) == u'i') {
        regex.ignoreCase = true;
        ++at_;
    }
    if (at_ < text_.size() && !endsWord(text_.at(at_)))
        return error(static_cast<int>(at_) + 1,
                     QStringLiteral("the only letter after a regular expression is i (ignore case)"));
    return regex;
}

} // namespace signalbox
