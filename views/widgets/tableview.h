// Base of every table: rows by keyboard, columns that can be moved and hidden with their state remembered,
// cut texts told in tooltips, an empty state instead of a blank, copying of cells and rows. GUI thread.
#pragma once

#include <QHash>
#include <QSettings>
#include <QTableView>
#include <QTimer>

class QMenu;

namespace signalbox {

class EmptyState;

class TableView : public QTableView {
    Q_OBJECT
public:
    explicit TableView(QWidget* parent = nullptr);
    ~TableView() override;

    void setModel(QAbstractItemModel* model) override;

    // Call after setModel(). Columns hidden and widths (pixels at 100 %; 0 = leave) until the person changes
    // them; `key` names the table in the settings, e.g. "deadletters/messages".
    void rememberColumns(QSettings& settings, const QString& key, const QList<int>& hiddenAtFirst = {},
                         const QList<int>& widthsAtFirst = {});
    void resetColumns();
    void showColumn(int column, bool show); // never hides the last one
    void saveColumns();
    // As wide as its content wants, never less than at first; one that the person has sized stays.
    void fitColumn(int column, int width);
    // Shown while the model has no rows. Present something on it; it stays hidden otherwise.
    EmptyState* emptyState() const { return empty_; }
    void followRows(); // after something was presented on it while the table is empty

    QString cellText(const QModelIndex& index) const;
    QString selectedText() const; // tab-separated rows of the shown columns in shown order; row by row
    void copyCell();
    void copyRows();

Q_SIGNALS:
    void opened(const QModelIndex& index); // Return, Enter or double click on a row
    // Wants to add its own actions before the copy actions of the row's context menu.
    void menuWanted(QMenu* menu, const QModelIndex& index);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void showHeaderMenu(const QPoint& position);
    void applyFirstColumns();
    int firstWidth(int column) const; // 0: none is set
    void dress();
    EmptyState* empty_;
    QSettings* settings_ = nullptr;
    QString key_;
    QList<int> hiddenAtFirst_;
    QList<int> widthsAtFirst_;
    QHash<int, int> fitted_; // column -> width given by fitColumn()
    int sortedAtFirst_ = -1; // column; -1 = none
    Qt::SortOrder orderAtFirst_ = Qt::AscendingOrder;
    QTimer saveSoon_;
};

} // namespace signalbox
