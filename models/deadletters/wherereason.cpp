#include "models/deadletters/wherereason.h"

#include "models/deadletters/wherenode.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct ReasonName {
    QLatin1StringView word;  // of the broker
    QLatin1StringView shown; // in the console
};

constexpr std::array<ReasonName, 5> reasonNames = {{
    {QLatin1StringView("rejected"), QLatin1StringView("rejected")},
    {QLatin1StringView("expired"), QLatin1StringView("expired")},
    {QLatin1StringView("maxlen"), QLatin1StringView("queue full")},
    {QLatin1StringView("delivery_limit"), QLatin1StringView("delivery limit")},
    {QLatin1StringView("fault"), QLatin1StringView("fault")},
}};

bool isReasonTest(const WhereTest& test) {
    return test.operand.kind == WhereOperand::Kind::Column && test.operand.column == Column::Reason &&
           (test.op == WhereOp::Equal || test.op == WhereOp::In);
}

void collectUnknown(const WhereNode& node, QStringList& unknown) {
    if (node.kind == WhereNode::Kind::Test && isReasonTest(node.test)) {
        for (const WhereLiteral& literal : node.test.literals) {
            const bool known =
                std::any_of(reasonNames.begin(), reasonNames.end(), [&](const ReasonName& name) {
                    return literal.text.compare(name.word, Qt::CaseInsensitive) == 0;
                });
            if (!known)
                unknown << literal.text;
        }
    }
    for (const auto& child : node.children)
        collectUnknown(*child, unknown);
}

} // namespace

QString reasonWord(const QString& typed) {
    for (const ReasonName& name : reasonNames) {
        if (typed.simplified().compare(name.shown, Qt::CaseInsensitive) == 0)
            return name.word;
    }
    return typed;
}

QString unknownReasonHint(const Where& where) {
    QStringList unknown;
    if (where.root())
        collectUnknown(*where.root(), unknown);
    if (unknown.isEmpty())
        return {};
    QStringList known;
    for (const ReasonName& name : reasonNames)
        known << (name.word == name.shown ? QString(name.word)
                                          : QStringLiteral("%1 (%2)").arg(name.word, name.shown));
    return QStringLiteral("No message died of \"%1\". Known reasons: %2; of Service Bus "
                          "TTLExpiredException, MaxDeliveryCountExceeded, HeaderSizeExceeded; a framework or "
                          "a receiver may give its own.")
        .arg(unknown.front().left(40), known.join(QStringLiteral(", ")));
}

} // namespace signalbox
