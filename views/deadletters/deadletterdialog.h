// Moving chosen messages to the dead-letter queue by hand: the plan first, with a reason and a description
// that the messages carry from then on. GUI thread.
#pragma once

#include "views/deadletters/planner.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox {

class AccessNote;
class PlanPreview;

class DeadLetterDialog : public QDialog {
    Q_OBJECT
public:
    DeadLetterDialog(ConsoleContext& context, PlanScene scene, QWidget* parent = nullptr);

    QPushButton* moveButton() const { return move_; }
    QLineEdit* deadLetterReason() const { return deadLetterReason_; }
    QLineEdit* deadLetterDescription() const { return deadLetterDescription_; }
    PlanPreview* preview() const { return preview_; }
    QString reasonNot() const; // why it cannot start; empty = it can

Q_SIGNALS:
    void started(const QString& runId);
    void navigate(const QString& target, const QVariantMap& arguments);

private:
    void follow();
    void launch();
    Planner planner_;
    PlanPreview* preview_;
    QLineEdit* deadLetterReason_;
    QLineEdit* deadLetterDescription_;
    QLineEdit* reason_;
    AccessNote* access_;
    QLabel* why_;
    QPushButton* move_ = nullptr;
};

} // namespace signalbox
