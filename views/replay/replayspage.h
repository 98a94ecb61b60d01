// Every run: who did what, when, from where to where, with the outcome of each message. Runs at work show
// their progress; runs that were cut short are offered to be resumed. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"
#include "views/widgets/page.h"

class QLabel;
class QSplitter;
class QTimer;

namespace signalbox {

class ErrorBanner;
class RunDetails;
class RunModel;
class RunProxy;
class SearchLine;
class TableView;

class ReplaysPage : public Page {
    Q_OBJECT
public:
    explicit ReplaysPage(ConsoleContext& context, QWidget* parent = nullptr);

    QString title() const override;
    QString iconName() const override;
    void activate(const QVariantMap& arguments) override; // {run: id}
    void focusSearch() override;
    QList<QWidget*> panes() override;
    std::vector<Command> commands() override;
    std::vector<Command> places() override;
    QString unfinishedWork() const override;

    void reload();
    TableView* table() const { return table_; }
    RunDetails* details() const { return details_; }
    SearchLine* search() const { return search_; }
    ErrorBanner* banner() const { return banner_; }

Q_SIGNALS:
    void loaded();

protected:
    void hideEvent(QHideEvent* event) override;

private:
    QString currentRun() const;
    void noteSaid();
    void dismissSaid();
    void tellUnread(const Error& error);
    void readRuns(const std::vector<RunRecord>& open);
    void showRuns(std::vector<RunRecord> runs, const std::vector<RunRecord>& open);
    void followJobs();
    void followSelection();
    void offerUnfinished(const std::vector<RunRecord>& open);
    void select(const QString& runId);

    ConsoleContext& context_;
    RunModel* model_;
    RunProxy* proxy_;
    ErrorBanner* banner_;
    SearchLine* search_;
    QLabel* counter_;
    TableView* table_;
    RunDetails* details_;
    QSplitter* splitter_;
    QTimer* lookAgain_; // at what other programs have done to the runs
    QString wanted_;    // to be selected once it is listed
    QString offered_;   // runs the banner named last
    QString offer_;     // as it was presented last
    QString said_;      // about the last act, on the banner
    QString saidOf_;    // the run that was chosen then
    QString unread_;    // why the runs could not be read, on the banner
    int generation_ = 0;
};

} // namespace signalbox
