// Said before a queue is read: what reading does to it; how much to read, with bodies or not. GUI thread.
#pragma once

#include "views/deadletters/snapshotsession.h"

#include <QFrame>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace signalbox {

class BrowsePanel : public QFrame {
    Q_OBJECT
public:
    explicit BrowsePanel(QSettings& settings, QWidget* parent = nullptr);

    // `again`: there is a reading of it already.
    void present(const QString& queue, const std::optional<QueueInfo>& facts,
                 const std::optional<BrowseNotice>& notice, bool again);
    SnapshotSession::Choice choice() const;
    QLabel* problemLabel() const { return problem_; }
    QLineEdit* startEdit() const { return start_; } // shown for streams and on Service Bus
    QPushButton* readButton() const { return read_; }
    QPushButton* closeButton() const { return close_; }
    QString text() const; // headline and notice, as they are read

Q_SIGNALS:
    void readWanted(const signalbox::SnapshotSession::Choice& choice);
    void limitChanged(qint64 limit); // the notice may differ
    void closed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void dress();
    void saveChoice();
    void judgeStart();
    void showProblem();
    QString startProblem() const; // what is wrong with the start that is typed; empty = nothing
    bool readable_ = false;       // the notice allows it
    QSettings& settings_;
    BrowseNotice::Level level_ = BrowseNotice::Level::Notice;
    bool asked_ = false;
    bool isServiceBus_ = false;
    QLabel* picture_;
    QLabel* headline_;
    QLabel* lines_;
    QComboBox* amount_;
    QSpinBox* first_;
    QCheckBox* bodies_;
    QLabel* startCaption_;
    QLineEdit* start_;
    QLabel* problem_;
    QTimer tellSoon_;
    QPushButton* read_;
    QPushButton* close_;
};

} // namespace signalbox
