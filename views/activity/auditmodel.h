// The audit trail, newest first, read page by page as one scrolls; a filter goes on reading until it has
// found a screenful or the end. Reads run on the store's thread; the model lives on the GUI thread.
#pragma once

#include "models/base/audittrail.h"

#include <QAbstractTableModel>
#include <QThreadPool>

namespace signalbox {

class AuditModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Number, When, Who, Action, Connection, Subject, Outcome, Reason, ColumnCount };

    AuditModel(AuditTrail& trail, QThreadPool& storeThread, QObject* parent = nullptr);

    void reload(); // from the newest
    // Case is ignored; every word must occur somewhere in the record.
    void setFilter(const QString& words);
    const AuditRecord* at(int row) const;
    qint64 newest() const { return records_.empty() ? -1 : records_.front().number; } // as read, -1 = none
    qint64 read() const { return static_cast<qint64>(records_.size()); }              // fitting or not
    bool atEnd() const { return atEnd_; }
    bool isReading() const { return reading_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

Q_SIGNALS:
    void readingChanged();
    void errorRaised(const signalbox::Error& error);

private:
    bool fits(const AuditRecord& record) const;
    void take(std::vector<AuditRecord> page);
    AuditTrail& trail_;
    QThreadPool& pool_;
    std::vector<AuditRecord> records_; // newest first, without gaps
    std::vector<std::size_t> shown_;   // those that fit
    QStringList words_;
    std::size_t wanted_ = 0; // go on reading until that many are shown
    int generation_ = 0;     // answers to an older reading are dropped
    bool reading_ = false;
    bool atEnd_ = false;
};

} // namespace signalbox
