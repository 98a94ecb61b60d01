#include "models/deadletters/where.h"

#include "models/deadletters/whereoperand.h"
#include "models/deadletters/whereparser.h"

#include <algorithm>

namespace signalbox {

namespace {

struct Subject {
    const Message& message;
    const DeathFacts& facts;
    qint64 position;
    WhereBody body;
};

std::optional<qint64> msOf(const QDateTime& time) {
    return time.isValid() ? std::optional<qint64>(time.toMSecsSinceEpoch()) : std::nullopt;
}

bool columnHolds(const WhereTest& test, const Subject& subject) {
    const auto bytes = [&](const std::optional<QByteArray>& value) {
        return testText(test, value ? QString::fromUtf8(*value) : QString());
    };
    const Message& message = subject.message;
    const DeathFacts& facts = subject.facts;
    switch (test.operand.column) {
    case Column::Position:
        return testNumber(test, subject.position);
    case Column::Reason:
        return testText(test, facts.reason);
    case Column::OriginQueue:
        return testText(test, facts.originQueue);
    case Column::Exchange:
        return testText(test, shownExchange(facts, message.exchange));
    case Column::RoutingKey:
        return testText(test, shownRoutingKey(facts, message.routingKey));
    case Column::FirstDeath:
        return testTime(test, msOf(facts.firstDeath));
    case Column::LastDeath:
        return testTime(test, msOf(facts.lastDeath));
    case Column::Deaths:
        return testNumber(test, facts.deaths);
    case Column::ExceptionType:
        return testText(test, facts.exceptionType);
    case Column::ExceptionText:
        return testText(test, facts.exceptionText);
    case Column::MessageType:
        return testText(test, facts.messageType);
    case Column::MessageId:
        return bytes(message.properties.messageId);
    case Column::CorrelationId:
        return bytes(message.properties.correlationId);
    case Column::Size:
        return testNumber(test, message.bodySize);
    case Column::Redelivered:
        return testFlag(test, message.redelivered);
    case Column::Attempts:
        return testNumber(test, facts.replayAttempts);
    case Column::Framework:
        return testText(test, facts.framework);
    }
    return false;
}

// In this order "and" is the least of its parts, "or" the greatest.
enum class Holds { No, Unknown, Yes };

Holds answer(bool holds) {
    return holds ? Holds::Yes : Holds::No;
}

// Of a body that is not here, or only in part, nobody knows what the rest says: neither a test nor its
// negation may choose the message.
Holds bodyHolds(const WhereTest& test, Subject& subject, const WhereVisitor& visit) {
    if (!subject.message.bodyComplete)
        return test.op == WhereOp::Contains && subject.body.visit(test.operand.path, visit) ? Holds::Yes
                                                                                            : Holds::Unknown;
    return answer(subject.body.mayEqual(test) && subject.body.visit(test.operand.path, visit));
}

Holds testHolds(const WhereTest& test, Subject& subject) {
    const auto visit = [&](const WhereValue& value) { return testValue(test, value); };
    switch (test.operand.kind) {
    case WhereOperand::Kind::Column:
        return answer(columnHolds(test, subject));
    case WhereOperand::Kind::Property: {
        const auto value = propertyValue(subject.message, test.operand.property);
        return answer(value && testValue(test, *value));
    }
    case WhereOperand::Kind::Header:
        return answer(visitHeader(subject.message, test.operand.path, visit));
    case WhereOperand::Kind::Body:
        return bodyHolds(test, subject, visit);
    }
    return Holds::No;
}

Holds nodeHolds(const WhereNode& node, Subject& subject) {
    switch (node.kind) {
    case WhereNode::Kind::And: {
        Holds least = Holds::Yes;
        for (const auto& child : node.children) {
            if (least != Holds::No)
                least = std::min(least, nodeHolds(*child, subject));
        }
        return least;
    }
    case WhereNode::Kind::Or: {
        Holds greatest = Holds::No;
        for (const auto& child : node.children) {
            if (greatest != Holds::Yes)
                greatest = std::max(greatest, nodeHolds(*child, subject));
        }
        return greatest;
    }
    case WhereNode::Kind::Not: {
        const Holds inside = nodeHolds(*node.children.front(), subject);
        return inside == Holds::Unknown ? inside : answer(inside == Holds::No);
    }
    case WhereNode::Kind::Test:
        return testHolds(node.test, subject);
    }
    return Holds::No;
}

bool usesBody(const WhereNode& node) {
    if (node.kind == WhereNode::Kind::Test)
        return node.test.operand.kind == WhereOperand::Kind::Body;
    return std::any_of(node.children.begin(), node.children.end(),
                       [](const auto& child) { return usesBody(*child); });
}

} // namespace

Result<Where> Where::parse(const QString& text, const QDateTime& now) {
    if (text.size() > whereTextLimit)
        return failure(ErrorKind::Invalid,
                       QStringLiteral("Filter, column %1: a filter has at most %2 characters.")
                           .arg(whereTextLimit + 1)
                           .arg(whereTextLimit));
    Where where;
    where.text_ = text.trimmed();
    if (where.text_.isEmpty())
        return where;
    auto root = WhereParser(text, now.isValid() ? now : QDateTime::currentDateTimeUtc()).parse();
    if (!root)
        return failure(root.error());
    where.root_ = std::move(*root);
    return where;
}

Where Where::part(std::shared_ptr<const WhereNode> node) {
    Where where;
    where.root_ = std::move(node);
    return where;
}

bool Where::matches(const Message& message, const DeathFacts& facts, qint64 position) const {
    if (!root_)
        return true;
    Subject subject{message, facts, position, WhereBody(message)};
    return nodeHolds(*root_, subject) == Holds::Yes;
}

bool Where::needsBody() const {
    return root_ && usesBody(*root_);
}

} // namespace signalbox
