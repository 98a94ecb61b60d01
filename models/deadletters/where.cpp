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

bool testHolds(const WhereTest& test, Subject& subject) {
    const auto visit = [&](const WhereValue& value) { return testValue(test, value); };
    switch (test.operand.kind) {
    case WhereOperand::Kind::Column:
        return columnHolds(test, subject);
    case WhereOperand::Kind::Property: {
        const auto value = propertyValue(subject.message, test.operand.property);
        return value && testValue(test, *value);
    }
    case WhereOperand::Kind::Header:
        return visitHeader(subject.message, test.operand.path, visit);
    case WhereOperand::Kind::Body:
        return subject.body.mayEqual(test) && subject.body.visit(test.operand.path, visit);
    }
    return false;
}

bool nodeHolds(const WhereNode& node, Subject& subject) {
    const auto holds = [&](const auto& child) { return nodeHolds(*child, subject); };
    switch (node.kind) {
    case WhereNode::Kind::And:
        return std::all_of(node.children.begin(), node.children.end(), holds);
    case WhereNode::Kind::Or:
        return std::any_of(node.children.begin(), node.children.end(), holds);
    case WhereNode::Kind::Not:
        return !nodeHolds(*node.children.front(), subject);
    case WhereNode::Kind::Test:
        return testHolds(node.test, subject);
    }
    return false;
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
    return nodeHolds(*root_, subject);
}

bool Where::needsBody() const {
    return root_ && usesBody(*root_);
}

} // namespace signalbox
