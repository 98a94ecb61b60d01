// SQL filters of Service Bus subscriptions, evaluated here for the plan: would this rule take the message?
// Grammar and the meaning of missing properties: Azure's documentation, "Subscription rule SQL filter
// syntax". Where that says nothing (case of text, types that differ), both answers are possible and the
// verdict is NotKnown: never guessed. Pure.
#pragma once

#include "models/base/result.h"

#include <QString>
#include <functional>
#include <memory>
#include <variant>

namespace signalbox {

struct SqlMissing { // no such property: SQL's unknown
    bool operator==(const SqlMissing&) const = default;
};
struct SqlAnything { // a value nobody here can know, or of a type that is not compared here
    bool operator==(const SqlAnything&) const = default;
};
struct SqlPerhaps { // not even known whether it is there
    bool operator==(const SqlPerhaps&) const = default;
};
using SqlValue = std::variant<SqlMissing, SqlAnything, SqlPerhaps, bool, qint64, double, QString>;

enum class SqlScope { User, System };
// The value of a message's property. Names of properties are compared without regard to case.
using SqlProperties = std::function<SqlValue(SqlScope scope, const QString& name)>;

enum class FilterVerdict { Matches, MatchesNot, NotKnown };

struct SqlNode;

class SqlFilter {
public:
    // Invalid names the column; Unsupported: a function that is not known here. Neither can be judged here.
    static Result<SqlFilter> parse(const QString& text);
    FilterVerdict judge(const SqlProperties& properties) const;

private:
    explicit SqlFilter(std::shared_ptr<const SqlNode> root)
        : root_(std::move(root)) {}
    std::shared_ptr<const SqlNode> root_;
};

} // namespace signalbox
