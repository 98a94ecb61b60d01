#include "tests/support/servicebuspeer/sqlrule.h"

#include <QRegularExpression>
#include <cmath>
#include <map>

namespace signalbox::sbpeer {

namespace {

using Type = Value::Type;

std::optional<bool> truth(const Value& value) {
    return value.type() == Type::Bool ? std::optional(value.toInt() != 0) : std::nullopt;
}

bool isNumber(const Value& value) {
    return value.isWholeNumber() || value.type() == Type::Double || value.type() == Type::Float;
}

Value both(const Value& left, const Value& right) {
    const auto a = truth(left), b = truth(right);
    if ((a && !*a) || (b && !*b)) {
        return Value::boolean(false);
    }
    return a && b ? Value::boolean(true) : Value();
}

Value either(const Value& left, const Value& right) {
    const auto a = truth(left), b = truth(right);
    if ((a && *a) || (b && *b)) {
        return Value::boolean(true);
    }
    return a && b ? Value::boolean(false) : Value();
}

Value opposite(const Value& value) {
    const auto known = truth(value);
    return known ? Value::boolean(!*known) : Value();
}

// -1, 0, 1; nothing when the two cannot be compared.
std::optional<int> order(const Value& left, const Value& right) {
    const auto sign = [](auto a, auto b) { return a < b ? -1 : (b < a ? 1 : 0); };
    if (left.isWholeNumber() && right.isWholeNumber()) {
        return sign(left.toInt(), right.toInt());
    }
    if (isNumber(left) && isNumber(right)) {
        return sign(left.toReal(), right.toReal());
    }
    if (left.isText() && right.isText()) {
        return sign(left.bytes(), right.bytes());
    }
    if (left.type() == right.type() && (left.type() == Type::Bool || left.type() == Type::Timestamp)) {
        return sign(left.toInt(), right.toInt());
    }
    return left.type() == right.type() && left.type() == Type::Uuid
               ? std::optional(sign(left.bytes(), right.bytes()))
               : std::nullopt;
}

Value compared(const Value& left, const QByteArray& sign, const Value& right) {
    const auto found = order(left, right);
    if (!found) {
        return {};
    }
    return Value::boolean(sign == "="                    ? *found == 0
                          : sign == "<>" || sign == "!=" ? *found != 0
                          : sign == "<"                  ? *found < 0
                          : sign == ">"                  ? *found > 0
                          : sign == "<="                 ? *found <= 0
                                                         : *found >= 0);
}

Value reckoned(const Value& left, char sign, const Value& right) {
    if (left.isText() && right.isText() && sign == '+') {
        return Value::text(left.bytes() + right.bytes());
    }
    if (!isNumber(left) || !isNumber(right)) {
        return {};
    }
    const bool whole = left.isWholeNumber() && right.isWholeNumber();
    const qint64 a = left.toInt(), b = right.toInt();
    if (whole && (b == 0 && (sign == '/' || sign == '%'))) {
        return {};
    }
    switch (sign) {
    case '+':
        return whole ? Value::number(Type::Long, a + b) : Value::real(left.toReal() + right.toReal());
    case '-':
        return whole ? Value::number(Type::Long, a - b) : Value::real(left.toReal() - right.toReal());
    case '*':
        return whole ? Value::number(Type::Long, a * b) : Value::real(left.toReal() * right.toReal());
    case '/':
        return whole ? Value::number(Type::Long, a / b) : Value::real(left.toReal() / right.toReal());
    default:
        return whole ? Value::number(Type::Long, a % b)
                     : Value::real(std::fmod(left.toReal(), right.toReal()));
    }
}

const std::map<QByteArray, Message::Property> systemNames{{"correlationid", Message::CorrelationId},
                                                          {"messageid", Message::MessageId},
                                                          {"to", Message::To},
                                                          {"replyto", Message::ReplyTo},
                                                          {"label", Message::Subject},
                                                          {"subject", Message::Subject},
                                                          {"sessionid", Message::GroupId},
                                                          {"replytosessionid", Message::ReplyToGroupId},
                                                          {"contenttype", Message::ContentType}};

} // namespace

SqlRule::SqlRule(const QByteArray& text, const Value& parameters, const Message& message)
    : parameters_(parameters)
    , message_(message) {
    split(text);
}

Outcome<bool> SqlRule::condition() {
    const Value value = disjunction();
    if (!failed_ && peek().kind != Token::Kind::End) {
        fail("'" + peek().text + "' is not expected here");
    }
    if (failed_) {
        return tl::unexpected(*failed_);
    }
    return truth(value).value_or(false);
}

Outcome<void> SqlRule::action(Message& target) {
    while (!failed_ && peek().kind != Token::Kind::End) {
        bool isSystem = false;
        if (takeWord("SET")) {
            const QByteArray name = propertyName(&isSystem);
            expectSign("=");
            assign(target, name, isSystem, sum());
        } else if (takeWord("REMOVE")) {
            assign(target, propertyName(&isSystem), isSystem, Value());
        } else if (!takeSign(";")) {
            fail("'" + peek().text + "' is no action known here");
        }
    }
    return failed_ ? Outcome<void>(tl::unexpected(*failed_)) : Outcome<void>();
}

void SqlRule::assign(Message& target, const QByteArray& name, bool isSystem, const Value& value) {
    if (!isSystem) {
        if (value.isNull()) {
            target.applicationProperties.remove(name);
        } else {
            target.applicationProperties.set(name, value);
        }
        return;
    }
    const auto known = systemNames.find(name.toLower());
    if (known == systemNames.end()) {
        fail("the property sys." + name + " cannot be set");
        return;
    }
    auto& items = target.properties.items();
    target.properties = target.properties.isNull() ? Value::list() : target.properties;
    items.resize(std::max<std::size_t>(items.size(), known->second + 1UL));
    items[known->second] = value;
}

Value SqlRule::disjunction() {
    Value value = conjunction();
    while (takeWord("OR")) {
        value = either(value, conjunction());
    }
    return value;
}

Value SqlRule::conjunction() {
    Value value = negation();
    while (takeWord("AND")) {
        value = both(value, negation());
    }
    return value;
}

Value SqlRule::negation() {
    return takeWord("NOT") ? opposite(negation()) : predicate();
}

Value SqlRule::predicate() {
    if (takeWord("EXISTS")) {
        bool isSystem = false;
        expectSign("(");
        const QByteArray name = propertyName(&isSystem);
        expectSign(")");
        return Value::boolean(!property(name, isSystem).isNull());
    }
    Value left = sum();
    if (takeWord("IS")) {
        const bool negated = takeWord("NOT");
        if (!takeWord("NULL")) {
            fail("NULL is expected behind IS");
        }
        return Value::boolean(left.isNull() != negated);
    }
    const bool negated = takeWord("NOT");
    if (takeWord("LIKE")) {
        const Value result = like(left);
        return negated ? opposite(result) : result;
    }
    if (takeWord("IN")) {
        const Value result = oneOf(left);
        return negated ? opposite(result) : result;
    }
    for (const char* sign : {"=", "<>", "!=", "<=", ">=", "<", ">"}) {
        if (takeSign(sign)) {
            return compared(left, sign, sum());
        }
    }
    return left;
}

Value SqlRule::like(const Value& left) {
    const Value pattern = sum();
    const QByteArray escape = takeWord("ESCAPE") ? sum().bytes() : QByteArray();
    if (!left.isText() || !pattern.isText()) {
        return {};
    }
    QString form;
    const QString text = QString::fromUtf8(pattern.bytes());
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool literal = !escape.isEmpty() && text[i] == QLatin1Char(escape[0]) && i + 1 < text.size();
        i += literal ? 1 : 0;
        form += !literal && text[i] == QLatin1Char('%')   ? QStringLiteral(".*")
                : !literal && text[i] == QLatin1Char('_') ? QStringLiteral(".")
                                                          : QRegularExpression::escape(text.mid(i, 1));
    }
    const QRegularExpression expression(QRegularExpression::anchoredPattern(form),
                                        QRegularExpression::DotMatchesEverythingOption);
    return Value::boolean(expression.match(QString::fromUtf8(left.bytes())).hasMatch());
}

Value SqlRule::oneOf(const Value& left) {
    Value result = Value::boolean(false);
    expectSign("(");
    do {
        result = either(result, compared(left, "=", sum()));
    } while (takeSign(","));
    expectSign(")");
    return result;
}

Value SqlRule::sum() {
    Value value = product();
    for (;;) {
        if (takeSign("+")) {
            value = reckoned(value, '+', product());
        } else if (takeSign("-")) {
            value = reckoned(value, '-', product());
        } else {
            return value;
        }
    }
}

Value SqlRule::product() {
    Value value = operand();
    for (;;) {
        if (takeSign("*")) {
            value = reckoned(value, '*', operand());
        } else if (takeSign("/")) {
            value = reckoned(value, '/', operand());
        } else if (takeSign("%")) {
            value = reckoned(value, '%', operand());
        } else {
            return value;
        }
    }
}

Value SqlRule::operand() {
    if (takeSign("(")) {
        Value value = disjunction();
        expectSign(")");
        return value;
    }
    if (takeSign("-")) {
        return reckoned(Value::number(Type::Long, 0), '-', operand());
    }
    if (takeSign("+")) {
        return operand();
    }
    for (const char* word : {"TRUE", "FALSE", "NULL"}) {
        if (takeWord(word)) {
            return *word == 'N' ? Value() : Value::boolean(*word == 'T');
        }
    }
    const Token token = peek();
    switch (token.kind) {
    case Token::Kind::Text:
        ++next_;
        return Value::text(token.text);
    case Token::Kind::Whole:
        ++next_;
        return Value::number(Type::Long, token.text.toLongLong());
    case Token::Kind::Real:
        ++next_;
        return Value::real(token.text.toDouble());
    case Token::Kind::Parameter:
        ++next_;
        if (!parameters_.has(token.text)) {
            fail("the parameter " + token.text + " has no value");
        }
        return parameters_[token.text];
    case Token::Kind::Name:
    case Token::Kind::Quoted: {
        bool isSystem = false;
        const QByteArray name = propertyName(&isSystem);
        return property(name, isSystem);
    }
    default:
        fail("'" + token.text + "' is not expected here");
        return {};
    }
}

QByteArray SqlRule::propertyName(bool* isSystem) {
    QByteArray scope, name = peek().text;
    if (peek().kind != Token::Kind::Name && peek().kind != Token::Kind::Quoted) {
        fail("a property is expected before '" + name + "'");
        return {};
    }
    ++next_;
    if (takeSign(".")) {
        scope = name.toLower();
        name = peek().text;
        ++next_;
    }
    if (peek().text == "(" && scope.isEmpty() && tokens_[next_ - 1].kind == Token::Kind::Name) {
        fail("functions are not known here: " + name);
    }
    if (!scope.isEmpty() && scope != "sys" && scope != "user") {
        fail("the scope '" + scope + "' is not known");
    }
    *isSystem = scope == "sys";
    return name;
}

Value SqlRule::property(const QByteArray& name, bool isSystem) {
    if (!isSystem) {
        return message_.applicationProperties[name];
    }
    const auto known = systemNames.find(name.toLower());
    if (known == systemNames.end()) {
        fail("the property sys." + name + " is not known");
        return {};
    }
    const bool given = !message_.properties.at(known->second).isNull();
    return given ? Value::text(message_.property(known->second)) : Value();
}

} // namespace signalbox::sbpeer
