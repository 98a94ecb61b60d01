#include "views/deadletters/groupproxy.h"

#include "views/widgets/messageviewwords.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QApplication>
#include <QPainter>

namespace signalbox {

GroupProxy::GroupProxy(GroupModel& model, QObject* parent)
    : QSortFilterProxyModel(parent)
    , model_(model) {
    setSourceModel(&model);
    setSortRole(GroupModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
    setDynamicSortFilter(true);
}

const FailureGroup* GroupProxy::groupAt(const QModelIndex& index) const {
    return index.isValid() ? model_.at(mapToSource(index).row()) : nullptr;
}

QStringList GroupProxy::states() {
    return {QStringLiteral("open"), QStringLiteral("investigating"), QStringLiteral("fixed"),
            QStringLiteral("ignored")};
}

QString GroupProxy::stateText(const QString& state) {
    if (state == QLatin1String("open"))
        return tr("open");
    if (state == QLatin1String("investigating"))
        return tr("investigating");
    if (state == QLatin1String("fixed"))
        return tr("fixed");
    if (state == QLatin1String("ignored"))
        return tr("ignored");
    return state;
}

QString GroupProxy::stateIcon(const QString& state) {
    if (state == QLatin1String("investigating"))
        return QStringLiteral("eye");
    if (state == QLatin1String("fixed"))
        return QStringLiteral("check");
    if (state == QLatin1String("ignored"))
        return QStringLiteral("skip");
    return QStringLiteral("circle");
}

Tone GroupProxy::stateTone(const QString& state) {
    if (state == QLatin1String("investigating"))
        return Tone::Info;
    if (state == QLatin1String("fixed"))
        return Tone::Ok;
    if (state == QLatin1String("ignored"))
        return Tone::TextDim;
    return Tone::Error;
}

QVariant GroupProxy::data(const QModelIndex& index, int role) const {
    const FailureGroup* group = groupAt(index);
    if (!group)
        return {};
    const int row = mapToSource(index).row();
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case GroupModel::Count:
            return words::count(group->count);
        case GroupModel::Title:
            return group->title.isEmpty() ? tr("No error text: %1").arg(deathWords(group->reason).text)
                                          : oneLine(group->title);
        case GroupModel::Reason:
            return deathWords(group->reason).text;
        case GroupModel::FirstSeen:
            return words::when(group->firstSeen);
        case GroupModel::LastSeen:
            return words::when(group->lastSeen);
        case GroupModel::StateColumn:
            return stateText(model_.noteAt(row).state);
        default:
            return oneLine(QSortFilterProxyModel::data(index, role).toString());
        }
    case FactsRole: {
        QStringList facts;
        if (const QString type = group->exceptionType.section(QLatin1Char('.'), -1); !type.isEmpty())
            facts << type;
        if (!group->origin.isEmpty())
            facts << group->origin;
        if (const QString type = group->messageType.section(QLatin1Char(':'), -1); !type.isEmpty())
            facts << type;
        if (facts.isEmpty())
            facts << deathWords(group->reason).text;
        if (const QString owner = model_.noteAt(row).owner; !owner.isEmpty())
            facts << owner;
        return oneLine(facts.join(QStringLiteral(" · ")));
    }
    case Qt::DecorationRole: {
        if (index.column() != GroupModel::Title)
            return {};
        const QString state = model_.noteAt(row).state;
        return icon(stateIcon(state), stateTone(state));
    }
    case Qt::ToolTipRole: {
        const GroupNote note = model_.noteAt(row);
        QStringList lines{group->title.isEmpty() ? deathWords(group->reason).text : group->title};
        lines << tr("%1 messages, %2").arg(words::count(group->count), stateText(note.state));
        if (!group->exceptionType.isEmpty())
            lines << group->exceptionType;
        if (group->firstSeen.isValid())
            lines << tr("first %1, last %2").arg(words::when(group->firstSeen), words::when(group->lastSeen));
        if (!note.note.isEmpty())
            lines << QString() << note.note;
        return lines.join(QLatin1Char('\n'));
    }
    case Qt::TextAlignmentRole:
        return index.column() == GroupModel::Count ? QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter)
                                                   : QVariant();
    case Qt::AccessibleTextRole:
        return index.column() == GroupModel::Title
                   ? tr("%1, %2 messages")
                         .arg(data(index, Qt::DisplayRole).toString(), words::count(group->count))
                   : data(index, Qt::DisplayRole);
    default:
        return QSortFilterProxyModel::data(index, role);
    }
}

QVariant GroupProxy::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && section == GroupModel::Count)
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case GroupModel::Count:
        return tr("Count");
    case GroupModel::Title:
        return tr("Failure");
    case GroupModel::Reason:
        return tr("Reason");
    case GroupModel::ExceptionType:
        return tr("Exception");
    case GroupModel::MessageType:
        return tr("Message type");
    case GroupModel::Origin:
        return tr("Died in");
    case GroupModel::FirstSeen:
        return tr("First seen");
    case GroupModel::LastSeen:
        return tr("Last seen");
    case GroupModel::StateColumn:
        return tr("State");
    case GroupModel::Owner:
        return tr("Owner");
    case GroupModel::NoteColumn:
        return tr("Note");
    default:
        return {};
    }
}

int GroupDelegate::rowHeight(const QFont& font) {
    return QFontMetrics(font).height() + QFontMetrics(smallFont()).height() + space::small + space::hair;
}

void GroupDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    const QString title = item.text;
    const QIcon picture = item.icon;
    item.text.clear();
    item.icon = {};
    const QStyle* style = item.widget ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);

    const bool selected = item.state.testFlag(QStyle::State_Selected);
    QRect room = item.rect.adjusted(space::tight, space::tight, -space::tight, -space::tight);
    picture.paint(painter, QRect(room.topLeft(), QSize(space::iconSize, space::iconSize)));
    room.setLeft(room.left() + space::iconSize + space::small);
    painter->save();
    painter->setFont(item.font);
    painter->setPen(item.palette.color(selected ? QPalette::HighlightedText : QPalette::Text));
    painter->drawText(room, Qt::AlignLeft | Qt::AlignTop,
                      item.fontMetrics.elidedText(title, Qt::ElideRight, room.width()));
    painter->setFont(smallFont());
    if (!selected)
        painter->setPen(toneOf(Tone::TextDim, item.palette));
    painter->drawText(
        room, Qt::AlignLeft | Qt::AlignBottom,
        QFontMetrics(smallFont())
            .elidedText(index.data(GroupProxy::FactsRole).toString(), Qt::ElideRight, room.width()));
    painter->restore();
}

} // namespace signalbox
