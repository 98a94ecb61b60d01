// What one wants to know of a dead letter first: facts as labelled rows, its death path, its replays. GUI
// thread.
#pragma once

#include "models/messaging/deathfacts.h"

#include <QScrollArea>

class QBoxLayout;
class QGridLayout;
class QLabel;
class QPushButton;

namespace signalbox {

class DeathPathView;

class MessageSummary : public QScrollArea {
    Q_OBJECT
public:
    explicit MessageSummary(QWidget* parent = nullptr);
    void setMessage(const Message& message, const DeathFacts& facts, const QString& here);
    QString text() const; // the rows as "label: value", as copied
    DeathPathView* path() const { return path_; }
    QPushButton* runButton() const { return run_; }

Q_SIGNALS:
    void runWanted(const QString& runId);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void row(const QString& label, const QString& value, const QString& toolTip = {}, bool mono = false);
    QWidget* inside_;
    QBoxLayout* columns_;
    QWidget* sheet_;
    QGridLayout* rows_;
    QWidget* back_; // came back after replay
    QLabel* backText_;
    QPushButton* run_;
    DeathPathView* path_;
    QStringList lines_;
    QString runId_;
};

} // namespace signalbox
