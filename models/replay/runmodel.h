// Item model of replay runs, newest first; update() merges by id, so selection and scroll position stay.
// Facts by role, words are made in views. GUI thread.
#pragma once

#include "models/replay/replayjob.h"

#include <QAbstractTableModel>

namespace signalbox {

class RunModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        CreatedAt,
        Kind,
        Source,
        Destination,
        Actor,
        State,
        Total,
        Done,
        InDoubt,
        Failed,
        Reason,
        ColumnCount
    };
    enum Role {
        RunIdRole = Qt::UserRole + 1,
        SortRole,
        KindRole,     // int of RunKind
        RunStateRole, // int of RunState
        JobStateRole, // int of ReplayJob::State while it is worked on here, else invalid
        InDoubtRole,  // messages in doubt
    };

    explicit RunModel(QObject* parent = nullptr);
    void update(std::vector<RunRecord> runs);
    // Figures of a job at work here; they stand in for the journal's until the next update().
    void showJob(const QString& runId, ReplayJob::State state, const ReplayJob::Progress& progress);
    const RunRecord* at(int row) const;
    int rowOf(const QString& runId) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

    // Items to do (refused ones not counted), and those that are done.
    static qint64 totalOf(const RunRecord& run);
    static qint64 doneOf(const RunRecord& run);

private:
    struct Row {
        RunRecord run;
        std::optional<ReplayJob::State> jobState;
        std::optional<ReplayJob::Progress> progress;
    };
    QVariant value(const Row& row, int column) const;
    std::vector<Row> rows_;
};

} // namespace signalbox
