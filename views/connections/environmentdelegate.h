// Paints a bar in the environment's colour before a cell; the words stand in a column of their own. GUI
// thread.
#pragma once

#include <QStyledItemDelegate>

namespace signalbox {

class EnvironmentDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    EnvironmentDelegate(int environmentRole, QObject* parent)
        : QStyledItemDelegate(parent)
        , role_(environmentRole) {}
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

private:
    int role_;
};

} // namespace signalbox
