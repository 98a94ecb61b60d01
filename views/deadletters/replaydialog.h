// The plan of a replay: choices at the left, the dry run at the right, changing as one chooses. Starts only
// what can be sent, and says exactly what that is. GUI thread.
#pragma once

#include "views/deadletters/planner.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace signalbox {

class AccessNote;
class PlanPreview;
class ReplayChoices;
class ScopeBox;

class ReplayDialog : public QDialog {
    Q_OBJECT
public:
    ReplayDialog(ConsoleContext& context, PlanScene scene, QWidget* parent = nullptr);
    ~ReplayDialog() override;

    QPushButton* startButton() const { return start_; }
    PlanPreview* preview() const { return preview_; }
    ReplayChoices* choices() const { return choices_; }
    AccessNote* access() const { return access_; }
    ScopeBox* scopeBox() const { return scope_; }
    QString startReason() const; // why it cannot start; empty = it can
    const Planner& planner() const { return planner_; }

    static QString startText(const ReplayPlan& plan);

Q_SIGNALS:
    void started(const QString& runId);
    void navigate(const QString& target, const QVariantMap& arguments);

private:
    QWidget* makeLeft();
    void plan();
    void follow();
    ConsoleContext& context_;
    Planner planner_;
    ScopeBox* scope_ = nullptr;
    ReplayChoices* choices_;
    QLineEdit* reason_;
    PlanPreview* preview_;
    AccessNote* access_;
    QLabel* why_;
    QPushButton* start_;
};

} // namespace signalbox
