// Words, numbers and signs of a rule's SQL.
#include "tests/support/servicebuspeer/sqlrule.h"

#include <cctype>

namespace signalbox::sbpeer {

namespace {

bool startsName(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '@' || c == '#' ||
           static_cast<quint8>(c) > 127;
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

bool goesOn(char c) {
    return startsName(c) || isDigit(c) || c == '$';
}

} // namespace

void SqlRule::readWord(const QByteArray& text, qsizetype& at) {
    const qsizetype start = at;
    while (at < text.size() && goesOn(text[at])) {
        ++at;
    }
    const QByteArray word = text.mid(start, at - start);
    tokens_.push_back({word.startsWith('@') ? Token::Kind::Parameter : Token::Kind::Name, word});
}

void SqlRule::readNumber(const QByteArray& text, qsizetype& at) {
    const qsizetype start = at;
    bool real = false;
    while (at < text.size() && (isDigit(text[at]) || text[at] == '.' || text[at] == 'e' || text[at] == 'E')) {
        real = real || !isDigit(text[at]);
        ++at;
    }
    tokens_.push_back({real ? Token::Kind::Real : Token::Kind::Whole, text.mid(start, at - start)});
}

void SqlRule::split(const QByteArray& text) {
    const auto quoted = [&text](qsizetype& at, char end) {
        QByteArray inside;
        for (++at; at < text.size(); ++at) {
            if (text[at] != end) {
                inside += text[at];
            } else if (at + 1 < text.size() && text[at + 1] == end) {
                inside += text[++at]; // doubled: itself
            } else {
                break;
            }
        }
        ++at;
        return inside;
    };
    for (qsizetype at = 0; at < text.size();) {
        const char c = text[at];
        if (std::isspace(static_cast<unsigned char>(c)) != 0) {
            ++at;
        } else if (c == '\'') {
            tokens_.push_back({Token::Kind::Text, quoted(at, '\'')});
        } else if (c == '[' || c == '"') {
            tokens_.push_back({Token::Kind::Quoted, quoted(at, c == '[' ? ']' : '"')});
        } else if (startsName(c)) {
            readWord(text, at);
        } else if (isDigit(c)) {
            readNumber(text, at);
        } else {
            const QByteArray pair = text.mid(at, 2);
            const bool two = pair == "<>" || pair == "!=" || pair == "<=" || pair == ">=";
            tokens_.push_back({Token::Kind::Sign, two ? pair : pair.left(1)});
            at += two ? 2 : 1;
        }
    }
}

const SqlRule::Token& SqlRule::peek(std::size_t ahead) const {
    static const Token end;
    return next_ + ahead < tokens_.size() ? tokens_[next_ + ahead] : end;
}

bool SqlRule::isWord(const char* word, std::size_t ahead) const {
    return peek(ahead).kind == Token::Kind::Name && peek(ahead).text.toUpper() == word;
}

bool SqlRule::takeWord(const char* word) {
    const bool found = isWord(word);
    next_ += found ? 1 : 0;
    return found;
}

bool SqlRule::takeSign(const char* sign) {
    const bool found = peek().kind == Token::Kind::Sign && peek().text == sign;
    next_ += found ? 1 : 0;
    return found;
}

void SqlRule::expectSign(const char* sign) {
    if (!takeSign(sign)) {
        fail(QByteArray("'") + sign + "' is expected before '" + peek().text + "'");
    }
}

void SqlRule::fail(const QByteArray& words) {
    if (!failed_) {
        failed_ = Refusal{"amqp:invalid-field", "The SQL expression is not valid: " + words + "."};
    }
    next_ = tokens_.size(); // no more is read
}

} // namespace signalbox::sbpeer
