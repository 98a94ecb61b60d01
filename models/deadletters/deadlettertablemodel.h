// Table of a snapshot's rows under one query. Holds the ids of the result (8 bytes a row) and a window of
// fetched rows; pages come through key-set queries of SnapshotReader. A refresh merges: rows that stay keep
// their model index identity by id, so selection and scroll survive. Facts by role; words and colours are the
// view's.
#pragma once

#include "models/deadletters/snapshotreader.h"

#include <QAbstractTableModel>

namespace signalbox {

class DeadLetterTableModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { IdRole = Qt::UserRole + 1, SortRole, ColumnRole, LoadedRole, BodyCompleteRole, AttemptsRole };

    explicit DeadLetterTableModel(QObject* parent = nullptr);
    ~DeadLetterTableModel() override;

    void setReader(std::shared_ptr<SnapshotReader> reader); // nullptr clears
    void setQuery(const SnapshotQuery& query);              // starts anew; emits busyChanged
    const SnapshotQuery& query() const;
    void refresh(); // same query, merge
    void reload();  // the rows in view once more, the same list
    bool isBusy() const;
    std::optional<Error> error() const;

    qint64 idAt(int row) const;
    int rowOf(qint64 id) const;              // -1 = not in the result
    const SnapshotRow* rowAt(int row) const; // nullptr: still loading (dataChanged follows)

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index,
                  int role) const override; // Qt::DisplayRole: raw facts (QDateTime, qint64, QString)
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override; // ColumnRole only
    void sort(int column, Qt::SortOrder order) override;

Q_SIGNALS:
    void busyChanged();
    void failed(const signalbox::Error& error);

private:
    struct State;
    void restart();
    void ask();
    void takePage(const IdPage& page);
    void appendRows(const std::vector<qint64>& ids);
    void startMerge();
    void applyMerge(const struct TableMerge& merge);
    void rearrange(const QList<qint64>& ids);
    void want(int row) const;
    void fetch();
    void takeRows(int generation, const std::vector<qint64>& ids,
                  const Result<std::vector<SnapshotRow>>& rows);
    void setBusy(bool busy);
    void fail(const Error& error);
    std::unique_ptr<State> state_;
};

} // namespace signalbox
