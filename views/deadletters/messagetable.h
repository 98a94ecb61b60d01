// The messages of a snapshot: table, selection and what it stands for. Selection, current row and scroll
// position stay over a refresh; the current message also over a change of filter: while it is not listed
// there is none, and it is the current one again when it comes back. GUI thread.
#pragma once

#include "models/deadletters/deadlettertablemodel.h"

#include <QSettings>
#include <QTimer>
#include <QWidget>

class QLabel;
class QMenu;

namespace signalbox {

class DeadLetterProxy;
class TableView;

class MessageTable : public QWidget {
    Q_OBJECT
public:
    explicit MessageTable(QSettings& settings, QWidget* parent = nullptr);
    ~MessageTable() override;

    void setReader(std::shared_ptr<SnapshotReader> reader);
    void setReading(bool reading); // the queue is being read: an empty list is no empty queue
    void setFilter(const Where& where, const QString& text, std::optional<qint64> groupId);
    void refresh();
    void markAgain(); // what has been removed
    void selectAll();
    void selectId(qint64 id);
    void clearSelection();

    DeadLetterTableModel& model() { return *model_; }
    TableView* table() const { return table_; }
    qint64 currentId() const; // 0 = none
    qint64 selectedCount() const;
    bool allSelected() const;
    std::vector<qint64> selectedIds() const; // in shown order
    QString countText() const;               // "1,482 messages", "37 selected of 1,482"

Q_SIGNALS:
    void currentChanged(qint64 id); // 0 = none
    void selectionChanged();
    void listed(); // the whole of what fits
    void opened();
    void menuWanted(QMenu* menu, const QModelIndex& index);
    void clearFilterWanted();
    void failed(const signalbox::Error& error);

private:
    void followCount();
    void followRow();
    void fitPositions();
    void reselect();
    DeadLetterTableModel* model_;
    DeadLetterProxy* proxy_;
    TableView* table_;
    QLabel* counts_;
    QTimer tellSoon_;
    qint64 current_ = 0;    // looked for again in a new result
    bool isChosen_ = false; // selected, not only marked by the keyboard
    qint64 told_ = 0;
    int widestPosition_ = 0; // in view so far
    bool reading_ = false;
};

} // namespace signalbox
