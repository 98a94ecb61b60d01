#include "models/deadletters/sortorder.h"

#include "models/deadletters/snapshotcolumns.h"

#include <QStringList>

namespace signalbox {

namespace {

QString allSortColumns() {
    QStringList words;
    for (int i = 0; i < columnCount; ++i)
        words << columnWord(static_cast<Column>(i));
    return words.join(QLatin1String(", "));
}

} // namespace

Result<SortOrder> sortOrderFromText(const QString& text) {
    const QStringList words = text.simplified().split(QLatin1Char(' '));
    const auto column = columnFromWord(words.front());
    const QString direction = words.size() == 2 ? words.back().toLower() : QStringLiteral("asc");
    if (!column || words.size() > 2 ||
        (direction != QLatin1String("asc") && direction != QLatin1String("desc")))
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("\"%1\" is no order. Say a column, and desc for the highest or latest first, "
                           "such as \"last_death desc\". Columns: %2.")
                .arg(text, allSortColumns()));
    return SortOrder{*column, direction == QLatin1String("desc")};
}

QString sortOrderText(const SortOrder& order) {
    if (order.isQueues())
        return {};
    return columnWord(order.column) + (order.descending ? QStringLiteral(" desc") : QString());
}

} // namespace signalbox
