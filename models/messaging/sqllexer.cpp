#include "models/messaging/sqllexer.h"

namespace signalbox {

namespace {

using TokenKind = SqlToken::Kind;

class SqlLexer {
public:
    explicit SqlLexer(const QString& text)
        : text_(text) {}

    Result<SqlToken> next() {
        while (at_ < text_.size() && text_[at_].isSpace())
            ++at_;
        begin_ = at_;
        if (at_ >= text_.size())
            return made(TokenKind::End, {});
        const QChar first = text_[at_];
        if (first == QLatin1Char('\''))
            return quoted(first, TokenKind::Text, "a text has no end");
        if (first == QLatin1Char('"'))
            return quoted(first, TokenKind::DelimitedName, "a quoted name has no end");
        if (first == QLatin1Char('['))
            return quoted(QLatin1Char(']'), TokenKind::DelimitedName, "a name in brackets has no end");
        if (first.isDigit() ||
            (first == QLatin1Char('.') && at_ + 1 < text_.size() && text_[at_ + 1].isDigit()))
            return number();
        if (first.isLetter() || first == QLatin1Char('_'))
            return made(TokenKind::Name, name());
        if (first == QLatin1Char('@')) {
            ++at_;
            return made(TokenKind::Parameter, name());
        }
        return sign();
    }

private:
    SqlToken made(TokenKind kind, QString text) const { return {kind, std::move(text), begin_ + 1}; }

    QString name() {
        const qsizetype from = at_;
        while (at_ < text_.size() && (text_[at_].isLetterOrNumber() || text_[at_] == QLatin1Char('_')))
            ++at_;
        return text_.mid(from, at_ - from);
    }

    // The closing sign twice stands for itself.
    Result<SqlToken> quoted(QChar closing, TokenKind kind, const char* unended) {
        QString inside;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] != closing) {
                inside += text_[at_];
            } else if (at_ + 1 < text_.size() && text_[at_ + 1] == closing) {
                inside += closing;
                ++at_;
            } else {
                ++at_;
                return made(kind, inside);
            }
        }
        return tl::unexpected(sqlFilterError(begin_ + 1, QString::fromLatin1(unended)));
    }

    void digits() {
        while (at_ < text_.size() && text_[at_].isDigit())
            ++at_;
    }

    Result<SqlToken> number() {
        digits();
        bool isReal = false;
        if (at_ < text_.size() && text_[at_] == QLatin1Char('.')) {
            isReal = true;
            ++at_;
            digits();
        }
        if (at_ < text_.size() && text_[at_].toLower() == QLatin1Char('e')) {
            isReal = true;
            ++at_;
            if (at_ < text_.size() && (text_[at_] == QLatin1Char('+') || text_[at_] == QLatin1Char('-')))
                ++at_;
            const qsizetype from = at_;
            digits();
            if (from == at_)
                return tl::unexpected(
                    sqlFilterError(begin_ + 1, QStringLiteral("a number lacks its exponent")));
        }
        return made(isReal ? TokenKind::Real : TokenKind::Integer, text_.mid(begin_, at_ - begin_));
    }

    Result<SqlToken> sign() {
        for (const char* known :
             {"<>", "!=", "<=", ">=", "=", "<", ">", "(", ")", ",", ".", "+", "-", "*", "/", "%"}) {
            const QLatin1StringView word(known);
            if (QStringView(text_).mid(at_).startsWith(word)) {
                at_ += word.size();
                return made(TokenKind::Sign, word);
            }
        }
        return tl::unexpected(
            sqlFilterError(begin_ + 1, QStringLiteral("\"%1\" has no meaning here").arg(text_[at_])));
    }

    const QString& text_;
    qsizetype at_ = 0;
    qsizetype begin_ = 0;
};

} // namespace

Error sqlFilterError(qsizetype column, const QString& what) {
    return {ErrorKind::Invalid,
            QStringLiteral("SQL filter, column %1: %2.").arg(QString::number(column), what),
            {}};
}

Result<std::vector<SqlToken>> sqlTokens(const QString& text) {
    std::vector<SqlToken> all;
    SqlLexer lexer(text);
    do {
        auto token = lexer.next();
        if (!token)
            return tl::unexpected(std::move(token.error()));
        all.push_back(std::move(*token));
    } while (all.back().kind != TokenKind::End);
    return all;
}

} // namespace signalbox
