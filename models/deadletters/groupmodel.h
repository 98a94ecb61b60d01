// Item model of a snapshot's failure groups, joined with people's notes by signature. Setters merge: rows
// keep their identity, so selection survives. GUI thread. Facts by role; words are the view's.
#pragma once

#include "models/deadletters/snapshot.h"

#include <QAbstractTableModel>

namespace signalbox {

class GroupModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column {
        Count,
        Title,
        Reason,
        ExceptionType,
        MessageType,
        Origin,
        FirstSeen,
        LastSeen,
        StateColumn,
        Owner,
        NoteColumn,
        ColumnCount
    };
    enum Role { GroupIdRole = Qt::UserRole + 1, SignatureRole, SortRole };

    explicit GroupModel(QObject* parent = nullptr);
    void setGroups(std::vector<FailureGroup> groups); // most messages first
    void setNotes(const std::vector<GroupNote>& notes);
    void setNote(const GroupNote& note); // after it was saved

    const FailureGroup* at(int row) const;
    GroupNote noteAt(int row) const; // an "open" one if nobody wrote any
    int rowOf(QByteArrayView signature) const;
    int rowOfId(qint64 groupId) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override; // Qt::DisplayRole: raw facts
    QVariant headerData(int section, Qt::Orientation orientation,
                        int role) const override; // none: views name columns

private:
    void notesChanged(int first, int last);
    std::vector<FailureGroup> groups_;
    QHash<QByteArray, GroupNote> notes_; // by signature
};

} // namespace signalbox
