// The tree of a SQL filter, shared by its parser and its evaluation. Not for others.
#pragma once

#include "models/messaging/sqlfilter.h"

#include <vector>

namespace signalbox {

struct SqlNode {
    enum class Kind {
        Constant,
        Property,
        Anything,       // newid(), @parameter: not known before the broker evaluates it
        PropertyByName, // property('name')
        Negate,
        Plus,
        Add,
        Subtract,
        Multiply,
        Divide,
        Modulo,
        Equal,
        NotEqual,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        In,   // children: what, then the list
        Like, // children: what, pattern, maybe escape
        IsNull,
        Exists,
        Not,
        And,
        Or,
    };
    Kind kind = Kind::Constant;
    SqlValue constant;
    SqlScope scope = SqlScope::User;
    QString name;
    std::vector<std::shared_ptr<const SqlNode>> children;
};

Result<std::shared_ptr<const SqlNode>> parseSqlFilter(const QString& text);

} // namespace signalbox
