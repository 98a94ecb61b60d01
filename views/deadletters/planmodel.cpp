#include "views/deadletters/planmodel.h"

#include "views/widgets/messageviewwords.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QGuiApplication>

namespace signalbox {

PlanModel::PlanModel(QObject* parent)
    : QAbstractTableModel(parent) {}

void PlanModel::setPlan(std::shared_ptr<const ReplayPlan> plan, RunKind kind) {
    beginResetModel();
    plan_ = std::move(plan);
    kind_ = kind;
    list();
    endResetModel();
}

void PlanModel::setOnlyRefused(bool only) {
    beginResetModel();
    onlyRefused_ = only;
    list();
    endResetModel();
}

void PlanModel::list() {
    refused_.clear();
    if (!plan_ || !onlyRefused_)
        return;
    for (std::size_t i = 0; i < plan_->items.size(); ++i) {
        if (plan_->items[i].refusal != Refusal::None && !isLeftOut(plan_->items[i].refusal))
            refused_.push_back(i);
    }
}

const PlanItem& PlanModel::itemAt(int row) const {
    const auto at = static_cast<std::size_t>(row);
    return plan_->items[onlyRefused_ ? refused_[at] : at];
}

int PlanModel::rowCount(const QModelIndex& parent) const {
    if (parent.isValid() || !plan_)
        return 0;
    return static_cast<int>(onlyRefused_ ? refused_.size() : plan_->items.size());
}

int PlanModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QString PlanModel::text(const PlanItem& item, int column) const {
    const bool refused = item.refusal != Refusal::None;
    const bool sends = kind_ == RunKind::Replay;
    constexpr qint64 mostCounted = 1'000'000'000'000; // beyond that a position is a sequence number
    switch (column) {
    case Position:
        // A sequence number of Service Bus is a name, not a quantity.
        return item.position > mostCounted ? QString::number(item.position) : words::count(item.position);
    case Verdict:
        return item.refusal == Refusal::OverLimit       ? tr("beyond the limit")
               : isLeftOut(item.refusal)                ? tr("gone")
               : refused                                ? tr("refused")
               : item.edited                            ? tr("send edited")
               : sends                                  ? tr("send")
               : kind_ == RunKind::DeadLetter           ? tr("dead-letter")
               : item.state == amqp10::State::Scheduled ? tr("cancel")
                                                        : tr("delete");
    case Target:
        if (!sends || (refused && item.exchange.isEmpty() && item.routingKey.isEmpty()))
            return {};
        return item.exchange.isEmpty()
                   ? tr("queue %1").arg(oneLine(item.routingKey))
                   : tr("%1 with %2").arg(oneLine(item.exchange), oneLine(item.routingKey));
    case Receivers:
        if (!sends || refused)
            return {};
        if (!item.receiversKnown)
            return item.receivers.isEmpty()
                       ? tr("not known")
                       : tr("%1, others not known").arg(item.receivers.join(QStringLiteral(", ")));
        return item.receivers.join(QStringLiteral(", "));
    case Details: { // one column: what is sent is changed, what is not has a reason
        const QString why = refused ? refusalText(item.refusal, plan_->options.destination)
                                    : item.changes.join(QStringLiteral("; "));
        // A refusal that names the destination says what its note says.
        const bool isNamed = refused && why != refusalText(item.refusal);
        return why.isEmpty() || item.note.isEmpty() || isNamed ? (why.isEmpty() ? item.note : why)
                                                               : tr("%1 (%2)").arg(why, oneLine(item.note));
    }
    default:
        return {};
    }
}

QVariant PlanModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const PlanItem& item = itemAt(index.row());
    const bool refused = item.refusal != Refusal::None;
    const Tone tone = isLeftOut(item.refusal) ? Tone::TextDim : refused ? Tone::Error : Tone::Ok;
    switch (role) {
    case Qt::DisplayRole:
        return text(item, index.column());
    case Qt::DecorationRole:
        if (index.column() == Verdict)
            return icon(isLeftOut(item.refusal) ? QStringLiteral("circle")
                        : refused               ? QStringLiteral("blocked")
                                                : QStringLiteral("check"),
                        tone);
        return {};
    case Qt::ForegroundRole:
        if (index.column() == Verdict)
            return toneOf(tone, QGuiApplication::palette());
        if (index.column() == Position)
            return toneOf(Tone::TextDim, QGuiApplication::palette());
        return {};
    case Qt::TextAlignmentRole:
        return index.column() == Position ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter)
                                          : QVariant();
    default:
        return {};
    }
}

QVariant PlanModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section == Position)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Position:
        return tr("#");
    case Verdict:
        return tr("Plan");
    case Target:
        return tr("Published to");
    case Receivers:
        return tr("Queues that get a copy");
    case Details:
        return kind_ == RunKind::Replay ? tr("Changes, or why it is refused")
                                        : tr("Remarks, or why it is refused");
    default:
        return {};
    }
}

} // namespace signalbox
