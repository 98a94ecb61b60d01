#include "views/replay/runproxy.h"

#include "views/replay/runwords.h"
#include "views/widgets/icons.h"
#include "views/widgets/words.h"

namespace signalbox {

namespace {

QVariant rightAligned() {
    return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
}

bool isNumber(int column) {
    return column == RunModel::Total || column == RunModel::Done || column == RunModel::InDoubt ||
           column == RunModel::Failed;
}

} // namespace

RunProxy::RunProxy(RunModel& model, QObject* parent)
    : QSortFilterProxyModel(parent)
    , model_(model) {
    setSourceModel(&model);
    setSortRole(RunModel::SortRole);
    setDynamicSortFilter(true);
}

void RunProxy::setOpenRuns(const QSet<QString>& runs) {
    if (runs == open_)
        return;
    open_ = runs;
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

QVariant RunProxy::data(const QModelIndex& index, int role) const {
    const RunRecord* run = index.isValid() ? model_.at(mapToSource(index).row()) : nullptr;
    if (!run)
        return {};
    const QVariant jobState = QSortFilterProxyModel::data(index, RunModel::JobStateRole);
    const auto job =
        jobState.isValid() ? std::optional(static_cast<ReplayJob::State>(jobState.toInt())) : std::nullopt;
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        if (column == RunModel::CreatedAt)
            return words::when(run->header.createdAt);
        if (column == RunModel::Kind)
            return runKindText(run->header.kind);
        if (column == RunModel::State)
            return runStateWords(*run, job, isOpen(run->header.id)).text;
        if (isNumber(column)) {
            const qint64 number = QSortFilterProxyModel::data(index, role).toLongLong();
            return number == 0 && column != RunModel::Total && column != RunModel::Done
                       ? QString()
                       : words::count(number);
        }
        return QSortFilterProxyModel::data(index, role);
    case Qt::DecorationRole:
        if (column == RunModel::State) {
            const StateWords words = runStateWords(*run, job, isOpen(run->header.id));
            return icon(words.iconName, words.tone);
        }
        return {};
    case Qt::ForegroundRole:
        return {};
    case Qt::TextAlignmentRole:
        return isNumber(column) ? rightAligned() : QVariant();
    case Qt::ToolTipRole:
        return column == RunModel::CreatedAt ? words::whenExact(run->header.createdAt) : outcomeText(*run);
    default:
        return QSortFilterProxyModel::data(index, role);
    }
}

QVariant RunProxy::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return isNumber(section) ? rightAligned() : QVariant();
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case RunModel::CreatedAt:
        return tr("When");
    case RunModel::Kind:
        return tr("What");
    case RunModel::Source:
        return tr("Queue");
    case RunModel::Destination:
        return tr("To");
    case RunModel::Actor:
        return tr("Who");
    case RunModel::State:
        return tr("State");
    case RunModel::Total:
        return tr("Messages");
    case RunModel::Done:
        return tr("Done");
    case RunModel::InDoubt:
        return tr("In doubt");
    case RunModel::Failed:
        return tr("Failed");
    case RunModel::Reason:
        return tr("Reason");
    default:
        return {};
    }
}

RunItemProxy::RunItemProxy(RunItemModel& model, QObject* parent)
    : QIdentityProxyModel(parent)
    , model_(model) {
    setSourceModel(&model);
}

QVariant RunItemProxy::data(const QModelIndex& index, int role) const {
    const ItemRecord* item = index.isValid() ? model_.at(index.row()) : nullptr;
    if (!item)
        return {};
    const StateWords state = itemStateWords(item->state, removes_);
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case RunItemModel::State:
            return state.text;
        case RunItemModel::Exchange:
            return item->plan.exchange.isEmpty() && item->plan.routingKey.isEmpty() ? QString()
                   : item->plan.exchange.isEmpty()                                  ? tr("(default)")
                                                   : QString::fromUtf8(item->plan.exchange);
        case RunItemModel::Receivers:
            return item->plan.receivers.join(QStringLiteral(", "));
        case RunItemModel::Changes:
            return item->plan.changes.join(QStringLiteral(", "));
        case RunItemModel::Reason:
            return item->reason.isEmpty() && item->plan.refusal != Refusal::None
                       ? refusalText(item->plan.refusal)
                       : item->reason;
        case RunItemModel::ChangedAt:
            return words::when(item->changedAt);
        case RunItemModel::Copy:
            return item->hasCopy ? tr("kept") : QString();
        default:
            return QIdentityProxyModel::data(index, role);
        }
    case Qt::DecorationRole:
        return index.column() == RunItemModel::State ? QVariant(icon(state.iconName, state.tone))
                                                     : QVariant();
    case Qt::TextAlignmentRole:
        return index.column() == RunItemModel::Number ? rightAligned() : QVariant();
    default:
        return QIdentityProxyModel::data(index, role);
    }
}

QVariant RunItemProxy::headerData(int section, Qt::Orientation orientation, int role) const {
    if (role == Qt::TextAlignmentRole && section == RunItemModel::Number)
        return rightAligned();
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case RunItemModel::Number:
        return tr("No.");
    case RunItemModel::State:
        return tr("Outcome");
    case RunItemModel::MessageId:
        return tr("Message id");
    case RunItemModel::Exchange:
        return tr("Exchange");
    case RunItemModel::RoutingKey:
        return tr("Routing key");
    case RunItemModel::Receivers:
        return tr("Receivers");
    case RunItemModel::Changes:
        return tr("Changes");
    case RunItemModel::Reason:
        return tr("Reason");
    case RunItemModel::ChangedAt:
        return tr("Changed");
    case RunItemModel::Copy:
        return tr("Copy");
    default:
        return {};
    }
}

} // namespace signalbox
