// Work that goes on while one looks at something else: readings of other queues, exports. One strip each. GUI
// thread.
#pragma once

#include "views/deadletters/exportjob.h"
#include "views/deadletters/snapshotsession.h"

#include <QHash>
#include <QWidget>

class QVBoxLayout;

namespace signalbox {

class ProgressStrip;

class WorkList : public QWidget {
    Q_OBJECT
public:
    explicit WorkList(QWidget* parent = nullptr);
    ~WorkList() override;

    void follow(SnapshotSession* session); // shown while it reads, unless it is the one in view
    void setInView(SnapshotSession* session);
    void add(std::unique_ptr<ExportJob> job); // starts it
    bool isExporting() const { return !exports_.isEmpty(); }
    QStringList words() const; // what is under way

Q_SIGNALS:
    void exported(const QString& file, qint64 count, qint64 leftOut);
    void failed(const signalbox::Error& error);

private:
    void showReading(SnapshotSession* session);
    ProgressStrip* addStrip();
    QVBoxLayout* layout_;
    SnapshotSession* inView_ = nullptr; // only compared
    QHash<SnapshotSession*, ProgressStrip*> readings_;
    QHash<ExportJob*, ProgressStrip*> exports_;
};

} // namespace signalbox
