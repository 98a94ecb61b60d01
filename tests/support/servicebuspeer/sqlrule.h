// The SQL of rules, as far as the peer speaks it: comparison, LIKE, IN, IS NULL, EXISTS, arithmetic, AND, OR,
// NOT over three-valued logic; SET and REMOVE as actions. Written for the peer alone. Any thread.
#pragma once

#include "tests/support/servicebuspeer/message.h"
#include "tests/support/servicebuspeer/refusal.h"

namespace signalbox::sbpeer {

// Evaluates while it reads. amqp:invalid-field says what it does not understand, functions among it.
class SqlRule {
public:
    SqlRule(const QByteArray& text, const Value& parameters, const Message& message);

    Outcome<bool> condition(); // unknown is no
    Outcome<void> action(Message& target);

private:
    // A value, or unknown: null. Conditions are Bool.
    struct Token {
        enum class Kind { End, Name, Quoted, Text, Whole, Real, Parameter, Sign };
        Kind kind = Kind::End;
        QByteArray text;
    };
    void split(const QByteArray& text);
    void readWord(const QByteArray& text, qsizetype& at);
    void readNumber(const QByteArray& text, qsizetype& at);
    const Token& peek(std::size_t ahead = 0) const;
    bool isWord(const char* word, std::size_t ahead = 0) const;
    bool takeWord(const char* word);
    bool takeSign(const char* sign);
    void expectSign(const char* sign);
    void fail(const QByteArray& words);

    Value disjunction();
    Value conjunction();
    Value negation();
    Value predicate();
    Value like(const Value& left);
    Value oneOf(const Value& left);
    Value sum();
    Value product();
    Value operand();
    QByteArray propertyName(bool* isSystem);
    Value property(const QByteArray& name, bool isSystem);
    void assign(Message& target, const QByteArray& name, bool isSystem, const Value& value);

    const Value& parameters_;
    const Message& message_;
    std::vector<Token> tokens_;
    std::size_t next_ = 0;
    std::optional<Refusal> failed_;
};

} // namespace signalbox::sbpeer
