// Deleting chosen messages: the plan first, a copy of each is kept. GUI thread.
#pragma once

#include "views/deadletters/planner.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox {

class AccessNote;
class PlanPreview;

class DeleteDialog : public QDialog {
    Q_OBJECT
public:
    DeleteDialog(ConsoleContext& context, PlanScene scene, QWidget* parent = nullptr);

    QPushButton* deleteButton() const { return delete_; }
    PlanPreview* preview() const { return preview_; }
    QString reasonNot() const; // why it cannot start; empty = it can

Q_SIGNALS:
    void started(const QString& runId);
    void navigate(const QString& target, const QVariantMap& arguments);

private:
    void follow();
    static QString actionText(const ReplayPlan& plan);
    Planner planner_;
    PlanPreview* preview_;
    QLineEdit* reason_;
    AccessNote* access_;
    QLabel* why_;
    QPushButton* delete_ = nullptr;
};

} // namespace signalbox
