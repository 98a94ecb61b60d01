// One run: what it does, how far it is, what happened to every message, and what can be done about it: start
// or resume, pause, end, decide about doubts, restore saved copies, export. GUI thread.
#pragma once

#include "models/replay/runmodel.h"
#include "views/replay/runproxy.h"
#include "views/widgets/consolecontext.h"
#include "views/widgets/question.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace signalbox {

class AccessNote;
class EnvironmentBadge;
class ProgressStrip;
class TableView;

class RunDetails : public QWidget {
    Q_OBJECT
public:
    explicit RunDetails(ConsoleContext& context, QWidget* parent = nullptr);

    void present(const RunRecord& run, bool isOpen);
    void clear();
    void refresh(); // figures of a job at work here, and its messages
    const std::optional<RunRecord>& run() const { return run_; }

    void resumeRun();
    void pauseOrGoOn();
    void cancelRun();
    void endRun();
    void askDecide(DoubtChoice choice); // about the chosen doubts, or all of the run; asks with their number
    void restore();                     // the chosen messages with a copy, or all
    void chooseExport();
    void exportTo(const QString& fileName); // one export at a time
    void cancelExport();
    void showMessage();

    bool isWorking() const; // a job of this program works on it
    bool canResume() const;
    bool canEnd() const;
    bool canDecide() const;
    bool canRestore() const;
    TableView* table() const { return table_; }
    RunItemModel* items() const { return items_; }
    QPushButton* resumeButton() const { return resume_; }
    QPushButton* endButton() const { return end_; }
    QPushButton* restoreButton() const { return restore_; }
    QPushButton* button(DoubtChoice choice) const;
    QComboBox* filter() const { return filter_; }
    ProgressStrip* strip() const { return strip_; }
    ProgressStrip* exportStrip() const { return exportStrip_; }
    ProgressStrip* restoreStrip() const { return restoreStrip_; }
    EnvironmentBadge* badge() const { return badge_; }
    QString factsText() const;
    QString doubtText() const;

Q_SIGNALS:
    void errorRaised(const signalbox::Error& error);
    void said(const QString& text);     // something was done
    void acting();                      // something new is begun: what was said before is out of date
    void changed();                     // the list of runs should be read again
    void runMade(const QString& runId); // a restore: show it
    void navigate(const QString& target, const QVariantMap& arguments);

private:
    void follow();
    void decide(DoubtChoice choice, std::vector<qint64> numbers); // empty: all that are in doubt
    QString doubtReason() const;
    void start(const QString& runId, const QString& connectionId,
               std::optional<int> deliveryLimit = std::nullopt);
    void askLimitAndStart(const RunHeader& run);
    void ask(const Question::Words& words, std::function<void()> then);
    // All records of a run, page by page.
    struct Gathering {
        QString id;
        std::optional<ItemState> state; // none: of any state
        std::vector<ItemRecord> all;
        std::function<void(std::vector<ItemRecord>)> then;
        std::function<bool(qint64 read)> goesOn; // after each page; false ends it without `then`
        std::function<void()> failed;
    };
    void gather(const std::shared_ptr<Gathering>& gathering);
    std::vector<qint64> chosen(const std::function<bool(const ItemRecord&)>& fits) const;
    QPushButton* add(const QString& iconName, const QString& text, void (RunDetails::*what)());

    ConsoleContext& context_;
    RunItemModel* items_;
    RunItemProxy* proxy_;
    QLabel* headline_;
    EnvironmentBadge* badge_;
    QLabel* facts_;
    QLabel* outcome_;
    AccessNote* access_;
    ProgressStrip* strip_;
    ProgressStrip* exportStrip_;
    ProgressStrip* restoreStrip_;
    QWidget* doubtBox_;
    QLabel* doubt_;
    QPushButton* arrived_;
    QPushButton* again_;
    QPushButton* leave_;
    QPushButton* resume_;
    QPushButton* end_;
    QPushButton* restore_;
    QPushButton* export_;
    QComboBox* filter_;
    TableView* table_;
    std::optional<RunRecord> run_;
    bool isOpen_ = false;
    bool restoring_ = false; // a restore is being written into the journal
    QString asking_;         // the run about whose queue the broker is asked before it starts
    enum class Exporting { No, Reading, Cancelled } exporting_ = Exporting::No;
    QPointer<ReplayJob> job_;
    QTimer refreshSoon_; // messages of a run at work, not more often than they can be read
};

} // namespace signalbox
