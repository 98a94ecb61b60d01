#include "models/deadletters/wheretest.h"

#include "models/deadletters/whereliteral.h"

#include <algorithm>

namespace signalbox {

namespace {

// -1, 0, 1 -> does the ordering operator hold?
bool holds(WhereOp op, int order) {
    switch (op) {
    case WhereOp::Equal:
    case WhereOp::In:
        return order == 0;
    case WhereOp::Less:
        return order < 0;
    case WhereOp::LessEqual:
        return order <= 0;
    case WhereOp::Greater:
        return order > 0;
    case WhereOp::GreaterEqual:
        return order >= 0;
    default:
        return false;
    }
}

int sign(auto left, auto right) {
    return left < right ? -1 : left > right ? 1 : 0;
}

bool anyLiteral(const WhereTest& test, auto&& matches) {
    return std::any_of(test.literals.begin(), test.literals.end(), matches);
}

bool textOperator(const WhereTest& test, QStringView value) {
    switch (test.op) {
    case WhereOp::Contains:
        return value.contains(test.literals.front().text, Qt::CaseInsensitive);
    case WhereOp::StartsWith:
        return value.startsWith(test.literals.front().text, Qt::CaseInsensitive);
    case WhereOp::EndsWith:
        return value.endsWith(test.literals.front().text, Qt::CaseInsensitive);
    case WhereOp::Matches:
        return test.regex.match(value.left(regexSubjectLimit).toString()).hasMatch();
    default:
        return false;
    }
}

int timeOrder(qint64 value, const WhereLiteral::Time& time) {
    return value < time.from ? -1 : value >= time.to ? 1 : 0;
}

bool timeHolds(const WhereTest& test, const WhereLiteral& literal, qint64 value) {
    if (!literal.time)
        return false;
    if (test.op == WhereOp::Within)
        return value >= literal.time->from;
    return holds(test.op, timeOrder(value, *literal.time));
}

int integerOrder(qint64 value, const WhereLiteral& literal) {
    return literal.integer ? sign(value, *literal.integer)
                           : sign(static_cast<double>(value), *literal.number);
}

bool textHolds(const WhereTest& test, const WhereLiteral& literal, QStringView value) {
    return holds(test.op, value.compare(literal.text, Qt::CaseInsensitive));
}

// A text value meets a number or a time where both sides can be read as one.
bool looseTextHolds(const WhereTest& test, const WhereLiteral& literal, QStringView value) {
    if (literal.number) {
        if (const auto exact = strictInteger(value))
            return holds(test.op, integerOrder(*exact, literal));
        if (const auto number = strictNumber(value))
            return holds(test.op, sign(*number, *literal.number));
        // 4711 is less or more than a text in no useful way
        return (test.op == WhereOp::Equal || test.op == WhereOp::In) && textHolds(test, literal, value);
    }
    if (literal.time) {
        if (const auto time = timeFromText(value))
            return timeHolds(test, literal, time->from);
    }
    return test.op != WhereOp::Within && textHolds(test, literal, value);
}

bool valueHolds(const WhereTest& test, const WhereLiteral& literal, const WhereValue& value) {
    switch (value.kind) {
    case WhereValue::Kind::Integer:
        if (literal.number)
            return holds(test.op, integerOrder(value.integer, literal));
        break;
    case WhereValue::Kind::Real:
        if (literal.number)
            return holds(test.op, sign(value.real, *literal.number));
        break;
    case WhereValue::Kind::Time:
        if (literal.time)
            return timeHolds(test, literal, value.integer);
        break;
    case WhereValue::Kind::Text:
        return looseTextHolds(test, literal, value.text);
    case WhereValue::Kind::Null:
    case WhereValue::Kind::Flag:
        break;
    }
    return (test.op == WhereOp::Equal || test.op == WhereOp::In) && textHolds(test, literal, value.asText());
}

} // namespace

bool testText(const WhereTest& test, QStringView value) {
    if (test.op == WhereOp::Exists)
        return !value.isEmpty();
    if (test.op == WhereOp::Contains || test.op == WhereOp::StartsWith || test.op == WhereOp::EndsWith ||
        test.op == WhereOp::Matches)
        return textOperator(test, value);
    return anyLiteral(test, [&](const WhereLiteral& literal) { return textHolds(test, literal, value); });
}

bool testNumber(const WhereTest& test, qint64 value) {
    if (test.op == WhereOp::Exists)
        return true;
    return anyLiteral(test, [&](const WhereLiteral& literal) {
        return literal.number && holds(test.op, integerOrder(value, literal));
    });
}

bool testTime(const WhereTest& test, std::optional<qint64> msUtc) {
    if (!msUtc)
        return false;
    return test.op == WhereOp::Exists ||
           anyLiteral(test, [&](const WhereLiteral& literal) { return timeHolds(test, literal, *msUtc); });
}

bool testFlag(const WhereTest& test, bool value) {
    if (test.op == WhereOp::Exists)
        return true;
    return anyLiteral(test, [&](const WhereLiteral& literal) {
        return literal.integer && (*literal.integer != 0) == value;
    });
}

bool testValue(const WhereTest& test, const WhereValue& value) {
    switch (test.op) {
    case WhereOp::Exists:
        return true;
    case WhereOp::Contains:
    case WhereOp::StartsWith:
    case WhereOp::EndsWith:
    case WhereOp::Matches:
        return textOperator(test, value.asText());
    default:
        return anyLiteral(test,
                          [&](const WhereLiteral& literal) { return valueHolds(test, literal, value); });
    }
}

QString WhereValue::asText() const {
    switch (kind) {
    case Kind::Null:
        return QStringLiteral("null");
    case Kind::Flag:
        return flag ? QStringLiteral("true") : QStringLiteral("false");
    case Kind::Integer:
        return QString::number(integer);
    case Kind::Real:
        return QString::number(real, 'g', QLocale::FloatingPointShortest);
    case Kind::Time:
        return QDateTime::fromMSecsSinceEpoch(integer, Qt::UTC).toString(Qt::ISODateWithMs);
    case Kind::Text:
        return text;
    }
    return {};
}

} // namespace signalbox
