// Item model of one run's messages, read page by page as the view asks for more; refresh() reads the shown
// pages again and changes rows in place. Facts by role, words are made in views. GUI thread.
#pragma once

#include "models/replay/replaydesk.h"

#include <QAbstractTableModel>

namespace signalbox {

class RunItemModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Number,
        State,
        MessageId,
        Exchange,
        RoutingKey,
        Receivers,
        Changes,
        Reason,
        ChangedAt,
        Copy,
        ColumnCount
    };
    enum Role {
        NumberRole = Qt::UserRole + 1,
        StateRole,   // int of ItemState
        RefusalRole, // int of Refusal
        SortRole,
    };
    static constexpr int pageSize = 500;

    explicit RunItemModel(ReplayDesk& desk, QObject* parent = nullptr);
    // Empty run id: shows nothing. `state`: only items in that state.
    void setRun(const QString& runId, std::optional<ItemState> state = {});
    void refresh();
    const QString& runId() const { return runId_; }
    const ItemRecord* at(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
    void failed(const signalbox::Error& error);
    void loaded(); // a page has come in

private:
    void read(qint64 after, int limit, int generation, bool refreshing);
    void append(std::vector<ItemRecord> page);
    void merge(qint64 after, std::vector<ItemRecord> page);

    ReplayDesk& desk_;
    QString runId_;
    std::optional<ItemState> state_;
    std::vector<ItemRecord> rows_; // by number
    bool atEnd_ = true;
    bool reading_ = false;
    int generation_ = 0; // answers to older questions are dropped
};

} // namespace signalbox
