// The dry run: what a plan would do, in totals, receivers, refusals, warnings and message by message. Says
// that nothing was sent. GUI thread.
#pragma once

#include "models/replay/replayplan.h"
#include "views/widgets/tones.h"

#include <QSettings>
#include <QWidget>
#include <memory>

class QCheckBox;
class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace signalbox {

class ErrorBanner;
class Planner;
class PlanModel;
class ProgressStrip;
class TableView;

class PlanPreview : public QWidget {
    Q_OBJECT
public:
    PlanPreview(Planner& planner, RunKind kind, QSettings& settings, QWidget* parent = nullptr);

    QString totals() const;   // "1,482 would be sent · 18 refused"
    QString findings() const; // receivers, refusals and warnings, as they are read
    TableView* table() const { return table_; }
    ErrorBanner* banner() const { return banner_; }
    ProgressStrip* progress() const { return progress_; }

    static QString totalsText(const ReplayPlan& plan, RunKind kind);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void follow();
    void fitFindings();
    void showProgress();
    void showFindings(const ReplayPlan& plan);
    void finding(const QString& iconName, Tone tone, const QString& text);
    Planner& planner_;
    RunKind kind_;
    ErrorBanner* banner_;
    QLabel* totals_;
    QLabel* dry_;
    ProgressStrip* progress_;
    QScrollArea* findingsScroll_;
    QWidget* findingsBox_;
    QVBoxLayout* findings_;
    QStringList found_;
    QCheckBox* onlyRefused_;
    PlanModel* model_;
    TableView* table_;
};

} // namespace signalbox
