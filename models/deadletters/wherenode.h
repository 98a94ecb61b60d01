// Syntax tree of a filter. "a != b" is kept as not (a = b), "missing" as not exists, so that every filter is
// plain two-valued logic. Immutable once parsed; shared between threads.
#pragma once

#include "models/deadletters/snapshotcolumns.h"

#include <QRegularExpression>

namespace signalbox {

enum class WhereOp {
    Equal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Contains,
    StartsWith,
    EndsWith,
    Matches,
    In,     // equal to one of the literals
    Within, // time: not before literal.time
    Exists,
};

// A literal carries every reading of its text; the type of the value it meets decides which one counts.
struct WhereLiteral {
    struct Time { // a day, minute, second or millisecond: [from, to) in ms since 1970 UTC
        qint64 from = 0;
        qint64 to = 0;
    };
    QString text;
    bool quoted = false; // a quoted literal is text even if it looks like a number
    std::optional<double> number;
    std::optional<qint64> integer; // exact form of `number`, where it is one
    std::optional<Time> time;
};

struct WherePathStep {
    QString name;        // table or object entry, if index is none
    bool quoted = false; // a quoted name is never joined with its neighbours
    int index = none;
    static constexpr int none = -1;
    static constexpr int any = -2; // [*]
    bool operator==(const WherePathStep&) const = default;
};

enum class WhereProperty {
    ContentType,
    ContentEncoding,
    AppId,
    UserId,
    ReplyTo,
    Priority,
    Expiration,
    Timestamp,
    DeliveryMode,
    DeliveredExchange,
    DeliveredKey,
    Session,  // of Service Bus
    Enqueued, // of Service Bus: when it came into the queue or subscription
};

struct WhereOperand {
    enum class Kind { Column, Property, Header, Body };
    Kind kind = Kind::Column;
    Column column = Column::Position;
    WhereProperty property = WhereProperty::ContentType;
    std::vector<WherePathStep> path; // Header, Body
};

struct WhereTest {
    WhereOperand operand;
    WhereOp op = WhereOp::Exists;
    std::vector<WhereLiteral> literals; // one; In: any number; Exists: none
    QRegularExpression regex;           // Matches
};

struct WhereNode {
    enum class Kind { And, Or, Not, Test };
    Kind kind = Kind::Test;
    std::vector<std::shared_ptr<const WhereNode>> children;
    WhereTest test;
};

} // namespace signalbox
