#include "app/store/snapshot/wherewords.h"

#include "app/store/snapshot/messagewords.h"
#include "models/deadletters/whereliteral.h"
#include "models/deadletters/whereoperand.h"

#include <cmath>

namespace signalbox {

namespace {

constexpr int choiceLimit = 200;

QByteArray quoted(QByteArrayView word) {
    return '"' + word.toByteArray() + '"';
}

// A number may be written in many ways, but its whole part is always there as a word, or the message is
// marked as having an odd number.
QByteArray numberWords(const WhereLiteral& literal, double number) {
    constexpr double exact = 1e15;
    if (literal.text.contains(u'e', Qt::CaseInsensitive) || std::abs(number) >= exact)
        return {};
    const QByteArray whole = QByteArray::number(static_cast<qint64>(std::trunc(std::abs(number))));
    return '(' + quoted(whole) + " OR " + quoted(MessageWords::oddNumber) + ')';
}

QByteArray literalWords(const WhereLiteral& literal, bool dynamic) {
    // A time equals texts of other forms; arrays and tables are compared in a form of their own.
    if (dynamic) {
        if (literal.time || literal.text.startsWith(u'{') || literal.text.startsWith(u'['))
            return {};
        if (const auto number = strictNumber(literal.text))
            return numberWords(literal, *number);
    }
    MessageWords splitter;
    QByteArrayList words;
    for (const QByteArray& word : splitter.ofText(literal.text.toUtf8()).split(' ')) {
        if (!word.isEmpty() && word != MessageWords::oddNumber)
            words << quoted(word);
    }
    return words.isEmpty() ? QByteArray() : '(' + words.join(" AND ") + ')';
}

QByteArray testWords(const WhereTest& test) {
    if (test.op != WhereOp::Equal && test.op != WhereOp::In)
        return {};
    const WhereOperand& operand = test.operand;
    bool dynamic = true;
    switch (operand.kind) {
    case WhereOperand::Kind::Body:
        if (operand.path.empty())
            return {};
        break;
    case WhereOperand::Kind::Header:
        break;
    case WhereOperand::Kind::Column:
        if (columnType(operand.column) != ColumnType::Text)
            return {};
        dynamic = false;
        break;
    case WhereOperand::Kind::Property:
        if (isNumeric(operand.property) || isTime(operand.property) ||
            operand.property == WhereProperty::Session)
            return {};
        break;
    }
    QByteArrayList choices;
    for (const WhereLiteral& literal : test.literals) {
        const QByteArray words = literalWords(literal, dynamic);
        if (words.isEmpty() || choices.size() >= choiceLimit)
            return {};
        choices << words;
    }
    return choices.isEmpty() ? QByteArray() : '(' + choices.join(" OR ") + ')';
}

} // namespace

QByteArray wordsExpression(const WhereNode& node) {
    if (node.kind == WhereNode::Kind::Test)
        return testWords(node.test);
    if (node.kind == WhereNode::Kind::Not)
        return {};
    const bool every = node.kind == WhereNode::Kind::Or;
    QByteArrayList parts;
    for (const auto& child : node.children) {
        const QByteArray part = wordsExpression(*child);
        if (part.isEmpty() && every)
            return {};
        if (!part.isEmpty() && parts.size() < choiceLimit)
            parts << part;
        else if (every && !part.isEmpty())
            return {};
    }
    return parts.isEmpty() ? QByteArray() : '(' + parts.join(every ? " OR " : " AND ") + ')';
}

} // namespace signalbox
