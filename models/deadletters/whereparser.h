// Recursive descent over the grammar in docs/guide/filters.md. Pure.
#pragma once

#include "models/deadletters/wherelexer.h"

namespace signalbox {

inline constexpr qsizetype whereTextLimit = 20000;
inline constexpr int whereNestingLimit = 64;
inline constexpr qsizetype whereRegexLimit = 1000;

class WhereParser {
public:
    WhereParser(QStringView text, const QDateTime& now)
        : lexer_(text)
        , now_(now) {}
    using Node = std::shared_ptr<const WhereNode>;
    Result<Node> parse();

private:
    struct Kind { // what an operand may be compared with
        ColumnType type = ColumnType::Text;
        bool dynamic = false; // header or body: any operator, any literal
        QString name;
    };
    Result<Node> either();
    Result<Node> both();
    Result<Node> negation();
    Result<Node> test();
    Result<WhereOperand> operand(Kind* kind);
    Result<bool> operation(WhereTest& test, const Kind& kind); // true: negated
    Result<void> wordOperation(WhereTest& test, const Kind& kind, bool* negated);
    Result<void> literals(WhereTest& test, const Kind& kind);
    Result<void> regex(WhereTest& test);
    Result<void> within(WhereTest& test);
    Result<WhereLiteral> literal(const Kind& kind);
    Result<void> expectWord(QLatin1StringView word);

    WhereLexer lexer_;
    QDateTime now_;
    int depth_ = 0;
};

} // namespace signalbox
