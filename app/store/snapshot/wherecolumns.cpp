#include "app/store/snapshot/wherecolumns.h"

#include "app/store/snapshot/snapshotentry.h"
#include "models/deadletters/wheretest.h"

namespace signalbox {

namespace {

// Texts are tested once each, rows only look up the answer.
Result<std::vector<bool>> matchingTerms(const WhereTest& test, Database& db) {
    auto terms = db.prepare("SELECT id, text FROM term");
    if (!terms)
        return failure(terms.error());
    std::vector<bool> matching;
    for (;;) {
        const auto row = terms->step();
        if (!row)
            return failure(row.error());
        if (!*row)
            return matching;
        const auto id = static_cast<std::size_t>(terms->int64(0));
        if (matching.size() <= id)
            matching.resize(id + 1, false);
        matching[id] = testText(test, terms->text(1));
    }
}

// Is there such a text at all? The flags know.
int presenceFlag(Column column) {
    return column == Column::MessageId       ? flagHasMessageId
           : column == Column::CorrelationId ? flagHasCorrelationId
                                             : flagHasError;
}

Result<SlotSet> testColumn(const WhereTest& test, Database& db, ColumnStore& columns) {
    const Field field = fieldOf(test.operand.column).value_or(Field::Flags);
    const auto loaded = columns.field(field);
    if (!loaded)
        return failure(loaded.error());
    const FieldData& data = **loaded;
    SlotSet slots(columns.size());
    const auto collect = [&](auto&& matches) {
        for (std::size_t slot = 0; slot < columns.size(); ++slot) {
            if (matches(data.at(slot)))
                slots.add(slot);
        }
    };
    if (!fieldOf(test.operand.column)) {
        const int flag = presenceFlag(test.operand.column);
        collect([&](qint64 flags) { return (flags & flag) != 0; });
        return slots;
    }
    switch (columnType(test.operand.column)) {
    case ColumnType::Text: {
        const auto terms = matchingTerms(test, db);
        if (!terms)
            return failure(terms.error());
        collect([&](qint64 term) {
            const auto id = static_cast<std::size_t>(term);
            return id < terms->size() && (*terms)[id];
        });
        break;
    }
    case ColumnType::Number:
    case ColumnType::Size:
        collect([&](qint64 number) { return testNumber(test, number); });
        break;
    case ColumnType::Time:
        collect([&](qint64 ms) { return ms != unknownTime && testTime(test, ms); });
        break;
    case ColumnType::Flag:
        collect([&](qint64 flags) { return testFlag(test, (flags & flagRedelivered) != 0); });
        break;
    }
    return slots;
}

} // namespace

bool isColumnar(const WhereNode& node) {
    if (node.kind == WhereNode::Kind::Test)
        return node.test.operand.kind == WhereOperand::Kind::Column &&
               (fieldOf(node.test.operand.column) || node.test.op == WhereOp::Exists);
    return std::all_of(node.children.begin(), node.children.end(),
                       [](const auto& child) { return isColumnar(*child); });
}

Result<SlotSet> columnMatches(const WhereNode& node, Database& db, ColumnStore& columns) {
    if (node.kind == WhereNode::Kind::Test)
        return testColumn(node.test, db, columns);
    auto all = columnMatches(*node.children.front(), db, columns);
    if (!all)
        return all;
    if (node.kind == WhereNode::Kind::Not)
        all->invert();
    for (std::size_t i = 1; i < node.children.size(); ++i) {
        auto next = columnMatches(*node.children[i], db, columns);
        if (!next)
            return next;
        if (node.kind == WhereNode::Kind::And)
            all->keep(*next);
        else
            all->join(*next);
    }
    return all;
}

} // namespace signalbox
