// Columns of a table by keyboard: which are shown, in which order, by which one it is sorted. Every change
// is seen in the table at once and remembered as a change made at its header is. GUI thread.
#pragma once

#include <QDialog>

class QListWidget;
class QListWidgetItem;
class QPushButton;

namespace signalbox {

class TableView;

class ColumnsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ColumnsDialog(TableView& table, QWidget* parent = nullptr);

    QListWidget* list() const { return list_; } // in shown order; checked = visible

private:
    void fill(int currentColumn);
    void follow();
    void show(QListWidgetItem* item);
    void move(int step);
    void sort(Qt::SortOrder order);
    void reset();
    int currentColumn() const; // logical; -1 = none
    TableView& table_;
    QListWidget* list_;
    QPushButton* up_;
    QPushButton* down_;
    bool filling_ = false;
};

} // namespace signalbox
