#include "views/deadletters/queueproxy.h"

#include "views/deadletters/entitywords.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QFont>
#include <QGuiApplication>

namespace signalbox {

namespace {

using Kind = DeadLetterEvidence::Kind;

QString edgeText(const DeadLetterEdge& edge) {
    const QString exchange = edge.exchange.isEmpty() ? QueueProxy::tr("default exchange") : edge.exchange;
    return edge.routingKey ? QStringLiteral("%1 → %2").arg(exchange, *edge.routingKey) : exchange;
}

// What keeps a queue of Service Bus from taking or giving messages; empty: nothing.
QString markOf(const QueueInfo& queue) {
    return queue.type == QueueType::ServiceBus ? entityWords::mark(queue.state) : QString();
}

QString known(qint64 number) {
    return number < 0 ? QStringLiteral("–") : words::count(number);
}

} // namespace

QueueProxy::QueueProxy(QueueModel& model, QObject* parent)
    : QSortFilterProxyModel(parent)
    , model_(model) {
    setSourceModel(&model);
    setDynamicSortFilter(true);
}

void QueueProxy::setShowAll(bool all) {
    all_ = all;
    invalidateFilter();
}

void QueueProxy::setText(const QString& text) {
    text_ = text.trimmed();
    invalidateFilter();
}

void QueueProxy::showAlways(const QString& name) {
    always_.insert(name);
    invalidateFilter();
}

void QueueProxy::setRead(const QHash<QString, SnapshotInfo>& read) {
    read_ = read;
    invalidateFilter();
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

const DeadLetterQueue* QueueProxy::queueAt(const QModelIndex& index) const {
    return index.isValid() ? model_.at(mapToSource(index).row()) : nullptr;
}

int QueueProxy::rowOf(const QString& name) const {
    const int row = model_.rowOf(name);
    return row < 0 ? -1 : mapFromSource(model_.index(row, 0)).row();
}

int QueueProxy::hiddenCount() const {
    int hidden = 0;
    for (int row = 0; row < model_.rowCount(); ++row)
        hidden += isListed(*model_.at(row)) ? 0 : 1;
    return hidden;
}

bool QueueProxy::isOfInterest(const DeadLetterQueue& queue) const {
    return queue.holdsDeadLetters() ||
           (read_.contains(queue.queue.ref.name) && queue.evidence.kind != Kind::Unpinned);
}

bool QueueProxy::isListed(const DeadLetterQueue& queue) const {
    return isOfInterest(queue) || always_.contains(queue.queue.ref.name);
}

bool QueueProxy::filterAcceptsRow(int row, const QModelIndex& parent) const {
    Q_UNUSED(parent)
    const DeadLetterQueue* queue = model_.at(row);
    if (!queue || (!all_ && !isListed(*queue)))
        return false;
    return text_.isEmpty() || queue->queue.ref.name.contains(text_, Qt::CaseInsensitive);
}

bool QueueProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const {
    const DeadLetterQueue* a = model_.at(left.row());
    const DeadLetterQueue* b = model_.at(right.row());
    if (!a || !b)
        return false;
    // Queues with dead letters stay first, whichever way the column is sorted.
    if (isOfInterest(*a) != isOfInterest(*b))
        return isOfInterest(*a) == (sortOrder() == Qt::AscendingOrder);
    const auto number = [&](const DeadLetterQueue& queue) -> double {
        switch (left.column()) {
        case QueueModel::Ready:
            return static_cast<double>(queue.queue.ready);
        case QueueModel::Unacked:
            return static_cast<double>(queue.queue.unacked);
        case QueueModel::Consumers:
            return queue.queue.consumers;
        case QueueModel::InRate:
            return queue.queue.publishRate;
        case QueueModel::OutRate:
            return queue.queue.deliverRate;
        default:
            return 0;
        }
    };
    if (number(*a) != number(*b))
        return number(*a) < number(*b);
    const int byText = cell(*a, left.column()).compare(cell(*b, left.column()), Qt::CaseInsensitive);
    const bool isNumber = left.column() >= QueueModel::Ready && left.column() <= QueueModel::OutRate;
    if (byText != 0 && !isNumber)
        return byText < 0;
    const bool byName = a->queue.ref.name.compare(b->queue.ref.name, Qt::CaseInsensitive) < 0;
    return byName == (sortOrder() == Qt::AscendingOrder);
}

QString QueueProxy::typeText(QueueType type) {
    switch (type) {
    case QueueType::Classic:
        return tr("classic");
    case QueueType::Quorum:
        return tr("quorum");
    case QueueType::Stream:
        return tr("stream");
    case QueueType::ServiceBus:
        return tr("Service Bus");
    case QueueType::Unknown:
        break;
    }
    return tr("unknown");
}

QString QueueProxy::cell(const DeadLetterQueue& queue, int column) const {
    const QueueInfo& info = queue.queue;
    switch (column) {
    case QueueModel::Name:
        return info.ref.name;
    case QueueModel::Type:
        return typeText(info.type);
    case QueueModel::Ready:
        return known(info.ready);
    case QueueModel::Unacked:
        return known(info.unacked);
    case QueueModel::Consumers:
        return known(info.consumers);
    case QueueModel::InRate:
        return words::rate(info.publishRate);
    case QueueModel::OutRate:
        return words::rate(info.deliverRate);
    case QueueModel::StateColumn:
        return markOf(info).isEmpty() ? info.state : markOf(info);
    case QueueModel::Policy:
        return info.policy;
    case QueueModel::DeadLettersTo:
        return info.deadLetter ? edgeText(*info.deadLetter) : QString();
    case QueueModel::Evidence:
        return queue.evidence.text;
    default:
        return {};
    }
}

QString QueueProxy::toolTip(const DeadLetterQueue& queue) {
    const QueueInfo& info = queue.queue;
    QStringList lines{info.ref.name};
    if (!queue.evidence.text.isEmpty())
        lines << queue.evidence.text;
    QStringList facts{tr("%1 queue").arg(typeText(info.type))};
    if (info.ready >= 0)
        facts << tr("%1 ready").arg(words::count(info.ready));
    if (info.unacked > 0)
        facts << tr("%1 with consumers").arg(words::count(info.unacked));
    if (info.consumers >= 0)
        facts << (info.consumers == 1 ? tr("1 consumer") : tr("%1 consumers").arg(info.consumers));
    if (!info.policy.isEmpty())
        facts << tr("policy %1").arg(info.policy);
    if (info.deliveryLimit >= 0)
        facts << tr("delivery limit %1").arg(info.deliveryLimit);
    if (const QString mark = markOf(info); !mark.isEmpty())
        facts << mark;
    lines << facts.join(QStringLiteral(" · "));
    if (info.deadLetter)
        lines << tr("dead-letters to %1 (%2)").arg(edgeText(*info.deadLetter), info.deadLetter->from);
    return lines.join(QLatin1Char('\n'));
}

QVariant QueueProxy::data(const QModelIndex& index, int role) const {
    const DeadLetterQueue* queue = queueAt(index);
    if (!queue)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return cell(*queue, index.column());
    case Qt::ToolTipRole:
        return toolTip(*queue);
    case Qt::DecorationRole:
        if (index.column() == QueueModel::Name) {
            if (queue->evidence.kind == Kind::Pinned)
                return icon(QStringLiteral("pin"), Tone::Accent);
            if (queue->holdsDeadLetters())
                return icon(QStringLiteral("deadletters"),
                            queue->queue.ready > 0 ? Tone::Error : Tone::TextDim);
            return icon(QStringLiteral("queue"), Tone::TextDim);
        }
        return {};
    case Qt::TextAlignmentRole:
        if (index.column() >= QueueModel::Ready && index.column() <= QueueModel::OutRate)
            return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case Qt::ForegroundRole:
        if (!isOfInterest(*queue) || (index.column() != QueueModel::Name && queue->queue.ready <= 0))
            return toneOf(Tone::TextDim, QGuiApplication::palette());
        return {};
    case Qt::FontRole:
        if (index.column() == QueueModel::Ready && queue->queue.ready > 0 && isOfInterest(*queue)) {
            QFont bold;
            bold.setWeight(QFont::DemiBold);
            return bold;
        }
        return {};
    case MarkRole:
        return markOf(queue->queue);
    case Qt::AccessibleTextRole: {
        if (index.column() != QueueModel::Name)
            return cell(*queue, index.column());
        const QString mark = markOf(queue->queue);
        const QString name = tr("%1, %2 ready").arg(queue->queue.ref.name, words::count(queue->queue.ready));
        return mark.isEmpty() ? name : name + QStringLiteral(", ") + mark;
    }
    default:
        return QSortFilterProxyModel::data(index, role);
    }
}

QVariant QueueProxy::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section >= QueueModel::Ready && section <= QueueModel::OutRate)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case QueueModel::Name:
        return tr("Queue");
    case QueueModel::Type:
        return tr("Type");
    case QueueModel::Ready:
        return tr("Ready");
    case QueueModel::Unacked:
        return tr("Unacked");
    case QueueModel::Consumers:
        return tr("Consumers");
    case QueueModel::InRate:
        return tr("In");
    case QueueModel::OutRate:
        return tr("Out");
    case QueueModel::StateColumn:
        return tr("State");
    case QueueModel::Policy:
        return tr("Policy");
    case QueueModel::DeadLettersTo:
        return tr("Dead-letters to");
    case QueueModel::Evidence:
        return tr("Why it is listed");
    default:
        return {};
    }
}

} // namespace signalbox
