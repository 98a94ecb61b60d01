// Failure groups in words: title with its facts below it, people's state and owner. GUI thread.
#pragma once

#include "models/deadletters/groupmodel.h"

#include "views/widgets/tones.h"

#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>

namespace signalbox {

class GroupProxy : public QSortFilterProxyModel {
    Q_OBJECT
public:
    enum Role { FactsRole = Qt::UserRole + 50 }; // the dim second line of the title

    explicit GroupProxy(GroupModel& model, QObject* parent = nullptr);
    const FailureGroup* groupAt(const QModelIndex& index) const;

    static QStringList states(); // as they are stored
    static QString stateText(const QString& state);
    static QString stateIcon(const QString& state);
    static Tone stateTone(const QString& state);

    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    GroupModel& model_;
};

// Paints the title over its facts; rows are two lines high.
class GroupDelegate final : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    static int rowHeight(const QFont& font);
};

} // namespace signalbox
