#include "models/deadletters/whereparser.h"

#include "models/deadletters/whereliteral.h"
#include "models/deadletters/whereoperand.h"
#include "models/deadletters/wherereason.h"

#include <array>

namespace signalbox {

namespace {

using Node = WhereParser::Node;

Node combine(WhereNode::Kind kind, std::vector<Node> children) {
    if (children.size() == 1 && kind != WhereNode::Kind::Not)
        return children.front();
    auto node = std::make_shared<WhereNode>();
    node->kind = kind;
    node->children = std::move(children);
    return node;
}

QString shown(const WhereToken& token) {
    return token.kind == WhereToken::Kind::End ? QStringLiteral("the end")
                                               : QStringLiteral("\"%1\"").arg(token.text.left(40));
}

QString columnList() {
    QStringList words;
    for (int i = 0; i < columnCount; ++i)
        words << columnWord(static_cast<Column>(i));
    return words.join(QStringLiteral(", "));
}

struct Sign {
    QLatin1StringView text;
    WhereOp op;
};
constexpr std::array<Sign, 6> signs = {{
    {QLatin1StringView("="), WhereOp::Equal},
    {QLatin1StringView("!="), WhereOp::Equal},
    {QLatin1StringView("<"), WhereOp::Less},
    {QLatin1StringView("<="), WhereOp::LessEqual},
    {QLatin1StringView(">"), WhereOp::Greater},
    {QLatin1StringView(">="), WhereOp::GreaterEqual},
}};

QString allowedOperators(ColumnType type, bool dynamic) {
    if (dynamic || type == ColumnType::Text)
        return QStringLiteral(
            "=, !=, <, <=, >, >=, contains, starts with, ends with, matches, in, exists or missing");
    if (type == ColumnType::Time)
        return QStringLiteral("=, !=, <, <=, >, >=, within, in, exists or missing");
    if (type == ColumnType::Flag)
        return QStringLiteral("= or !=");
    return QStringLiteral("=, !=, <, <=, >, >=, in, exists or missing");
}

} // namespace

Result<Node> WhereParser::parse() {
    auto node = either();
    if (!node)
        return node;
    const auto rest = lexer_.peek();
    if (!rest)
        return failure(rest.error());
    if (rest->kind != WhereToken::Kind::End)
        return WhereLexer::error(rest->column,
                                 QStringLiteral("expected and, or, or the end, found %1").arg(shown(*rest)));
    return node;
}

Result<Node> WhereParser::either() {
    std::vector<Node> parts;
    while (true) {
        auto part = both();
        if (!part)
            return part;
        parts.push_back(std::move(*part));
        const auto next = lexer_.peek();
        if (!next)
            return failure(next.error());
        if (!next->isWord(QLatin1StringView("or")))
            return combine(WhereNode::Kind::Or, std::move(parts));
        (void)lexer_.take();
    }
}

Result<Node> WhereParser::both() {
    std::vector<Node> parts;
    while (true) {
        auto part = negation();
        if (!part)
            return part;
        parts.push_back(std::move(*part));
        const auto next = lexer_.peek();
        if (!next)
            return failure(next.error());
        if (!next->isWord(QLatin1StringView("and")))
            return combine(WhereNode::Kind::And, std::move(parts));
        (void)lexer_.take();
    }
}

Result<Node> WhereParser::negation() {
    const auto token = lexer_.peek();
    if (!token)
        return failure(token.error());
    const bool isNot = token->isWord(QLatin1StringView("not"));
    if (!isNot && !token->isSign(QLatin1StringView("(")))
        return test();
    if (++depth_ > whereNestingLimit)
        return WhereLexer::error(token->column,
                                 QStringLiteral("more than %1 levels of parentheses").arg(whereNestingLimit));
    (void)lexer_.take();
    auto inner = isNot ? negation() : either();
    if (!inner)
        return inner;
    --depth_;
    if (isNot)
        return combine(WhereNode::Kind::Not, {*inner});
    const auto close = lexer_.take();
    if (!close)
        return failure(close.error());
    if (!close->isSign(QLatin1StringView(")")))
        return WhereLexer::error(close->column,
                                 QStringLiteral("expected ) to close the ( at column %1, found %2")
                                     .arg(token->column)
                                     .arg(shown(*close)));
    return inner;
}

Result<Node> WhereParser::test() {
    Kind kind;
    auto left = operand(&kind);
    if (!left)
        return failure(left.error());
    auto node = std::make_shared<WhereNode>();
    node->test.operand = std::move(*left);
    const auto negated = operation(node->test, kind);
    if (!negated)
        return failure(negated.error());
    if (node->test.operand.kind == WhereOperand::Kind::Column &&
        node->test.operand.column == Column::Reason &&
        (node->test.op == WhereOp::Equal || node->test.op == WhereOp::In)) {
        for (WhereLiteral& literal : node->test.literals)
            literal.text = reasonWord(literal.text);
    }
    Node result = std::move(node);
    return *negated ? combine(WhereNode::Kind::Not, {std::move(result)}) : result;
}

Result<WhereOperand> WhereParser::operand(Kind* kind) {
    const auto token = lexer_.take();
    if (!token)
        return failure(token.error());
    if (token->kind != WhereToken::Kind::Word)
        return WhereLexer::error(
            token->column,
            QStringLiteral("expected a column, headers.NAME or body.path, found %1").arg(shown(*token)));
    WhereOperand operand;
    kind->name = token->text;
    for (const bool header : {true, false}) {
        const QString prefix = header ? QStringLiteral("headers") : QStringLiteral("body");
        const QStringView rest = QStringView(token->text).mid(prefix.size());
        if (!token->text.startsWith(prefix, Qt::CaseInsensitive) ||
            (!rest.isEmpty() && rest.front() != u'.' && rest.front() != u'['))
            continue;
        operand.kind = header ? WhereOperand::Kind::Header : WhereOperand::Kind::Body;
        kind->dynamic = true;
        auto path = lexer_.takePath(token->column + static_cast<int>(prefix.size()));
        if (!path)
            return failure(path.error());
        operand.path = std::move(*path);
        if (header && (operand.path.empty() || operand.path.front().index != WherePathStep::none))
            return WhereLexer::error(token->column, QStringLiteral("expected a header's name: headers.NAME"));
        return operand;
    }
    if (const auto column = columnFromWord(token->text)) {
        operand.column = *column;
        kind->type = columnType(*column);
        return operand;
    }
    if (const auto property = propertyFromWord(token->text)) {
        operand.kind = WhereOperand::Kind::Property;
        operand.property = *property;
        kind->dynamic = !isNumeric(*property) && !isTime(*property);
        kind->type = isTime(*property) ? ColumnType::Time : ColumnType::Number;
        return operand;
    }
    return WhereLexer::error(token->column,
                             QStringLiteral("there is no column %1; there are %2, message properties such as "
                                            "content_type, app_id and session, headers.NAME and body.path")
                                 .arg(shown(*token), columnList()));
}

Result<bool> WhereParser::operation(WhereTest& test, const Kind& kind) {
    auto token = lexer_.peek();
    if (!token)
        return failure(token.error());
    const bool ends = token->kind == WhereToken::Kind::End || token->isSign(QLatin1StringView(")")) ||
                      token->isWord(QLatin1StringView("and")) || token->isWord(QLatin1StringView("or"));
    if (ends && kind.type == ColumnType::Flag) { // "redelivered" alone
        test.op = WhereOp::Equal;
        test.literals = {makeLiteral(QStringLiteral("1"), false)};
        return false;
    }
    for (const Sign& sign : signs) {
        if (!token->isSign(sign.text))
            continue;
        (void)lexer_.take();
        test.op = sign.op;
        if (kind.type == ColumnType::Flag && sign.op != WhereOp::Equal)
            return WhereLexer::error(token->column,
                                     QStringLiteral("expected = or != after %1").arg(kind.name));
        auto right = literal(kind);
        if (!right)
            return failure(right.error());
        test.literals = {std::move(*right)};
        return sign.text == QLatin1StringView("!=");
    }
    bool negated = false;
    if (token->isWord(QLatin1StringView("not"))) {
        (void)lexer_.take();
        negated = true;
    }
    if (auto done = wordOperation(test, kind, &negated); !done)
        return failure(done.error());
    return negated;
}

Result<void> WhereParser::wordOperation(WhereTest& test, const Kind& kind, bool* negated) {
    auto token = lexer_.take();
    if (!token)
        return failure(token.error());
    const auto is = [&](const char* word) { return token->isWord(QLatin1StringView(word)); };
    const bool text = kind.dynamic || kind.type == ColumnType::Text;
    const bool time = kind.dynamic || kind.type == ColumnType::Time;
    if (is("exists") || is("missing")) {
        test.op = WhereOp::Exists;
        *negated = *negated != is("missing");
        return {};
    }
    if (is("in")) {
        test.op = WhereOp::In;
        return literals(test, kind);
    }
    if (time && is("within")) {
        test.op = WhereOp::Within;
        return within(test);
    }
    if (text && is("matches")) {
        test.op = WhereOp::Matches;
        return regex(test);
    }
    if (text && (is("contains") || is("starts") || is("ends"))) {
        test.op = is("contains") ? WhereOp::Contains : is("starts") ? WhereOp::StartsWith : WhereOp::EndsWith;
        if (test.op != WhereOp::Contains) {
            if (auto with = expectWord(QLatin1StringView("with")); !with)
                return with;
        }
        auto right = literal(kind);
        if (!right)
            return failure(right.error());
        test.literals = {std::move(*right)};
        return {};
    }
    return WhereLexer::error(token->column,
                             QStringLiteral("expected %1 after %2, found %3")
                                 .arg(allowedOperators(kind.type, kind.dynamic), kind.name, shown(*token)));
}

Result<void> WhereParser::expectWord(QLatin1StringView word) {
    const auto token = lexer_.take();
    if (!token)
        return failure(token.error());
    if (!token->isWord(word))
        return WhereLexer::error(token->column,
                                 QStringLiteral("expected the word %1, found %2").arg(word, shown(*token)));
    return {};
}

Result<void> WhereParser::literals(WhereTest& test, const Kind& kind) {
    auto sign = lexer_.take();
    if (!sign)
        return failure(sign.error());
    if (!sign->isSign(QLatin1StringView("(")))
        return WhereLexer::error(sign->column, QStringLiteral("expected ( and values separated by commas"));
    while (true) {
        auto value = literal(kind);
        if (!value)
            return failure(value.error());
        test.literals.push_back(std::move(*value));
        sign = lexer_.take();
        if (!sign)
            return failure(sign.error());
        if (sign->isSign(QLatin1StringView(")")))
            return {};
        if (!sign->isSign(QLatin1StringView(",")))
            return WhereLexer::error(sign->column,
                                     QStringLiteral("expected , or ), found %1").arg(shown(*sign)));
    }
}

Result<void> WhereParser::within(WhereTest& test) {
    const auto token = lexer_.take();
    if (!token)
        return failure(token.error());
    const auto span = durationFromText(token->text);
    if (!span || token->kind == WhereToken::Kind::End)
        return WhereLexer::error(token->column,
                                 QStringLiteral("expected a duration such as 90s, 15m, 2h, 1h30m or 7d"));
    WhereLiteral since;
    since.text = token->text;
    since.time = WhereLiteral::Time{now_.toMSecsSinceEpoch() - *span, now_.toMSecsSinceEpoch()};
    test.literals = {std::move(since)};
    return {};
}

// PCRE gives up on patterns that backtrack without end; the value then counts as not matching.
Result<void> WhereParser::regex(WhereTest& test) {
    const auto found = lexer_.takeRegex();
    if (!found)
        return failure(found.error());
    if (found->pattern.size() > whereRegexLimit)
        return WhereLexer::error(
            found->column,
            QStringLiteral("a regular expression has at most %1 characters").arg(whereRegexLimit));
    const QString limits = QStringLiteral("(*LIMIT_MATCH=100000)(*LIMIT_DEPTH=2000)");
    QRegularExpression::PatternOptions options = QRegularExpression::UseUnicodePropertiesOption;
    if (found->ignoreCase)
        options |= QRegularExpression::CaseInsensitiveOption;
    // First without the limits, so that the engine's offset is one of the person's text.
    const QRegularExpression plain(found->pattern, options);
    if (!plain.isValid())
        return WhereLexer::error(
            found->column + static_cast<int>(plain.patternErrorOffset()),
            QStringLiteral("the regular expression is wrong: %1").arg(plain.errorString()));
    test.regex = QRegularExpression(limits + found->pattern, options);
    test.regex.optimize();
    return {};
}

Result<WhereLiteral> WhereParser::literal(const Kind& kind) {
    const auto token = lexer_.take();
    if (!token)
        return failure(token.error());
    if (token->kind != WhereToken::Kind::Word && token->kind != WhereToken::Kind::String)
        return WhereLexer::error(token->column,
                                 QStringLiteral("expected a value, found %1").arg(shown(*token)));
    WhereLiteral literal = makeLiteral(token->text, token->kind == WhereToken::Kind::String);
    if (kind.dynamic || kind.type == ColumnType::Text)
        return literal;
    const auto expected = [&](const char* what) {
        return WhereLexer::error(token->column, QStringLiteral("%1 is compared with %2, found %3")
                                                    .arg(kind.name, QLatin1StringView(what), shown(*token)));
    };
    switch (kind.type) {
    case ColumnType::Number:
        literal.number = strictNumber(token->text);
        literal.integer = strictInteger(token->text);
        if (!literal.number)
            return expected("a number");
        break;
    case ColumnType::Size:
        literal.integer = sizeFromText(token->text);
        if (!literal.integer)
            return expected("a size such as 300, 10KB or 1.5MiB");
        literal.number = static_cast<double>(*literal.integer);
        break;
    case ColumnType::Time:
        if (!literal.time)
            return expected("a time such as 2026-11-23 or \"2026-11-23 10:00\"");
        break;
    case ColumnType::Flag: {
        const QString word = token->text.toLower();
        if (word == u"true" || word == u"yes" || word == u"1")
            literal.integer = 1;
        else if (word == u"false" || word == u"no" || word == u"0")
            literal.integer = 0;
        else
            return expected("true or false");
        break;
    }
    case ColumnType::Text:
        break;
    }
    return literal;
}

} // namespace signalbox
