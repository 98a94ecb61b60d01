// The main page: queues that hold dead letters, reading one, its messages and failure groups, one message in
// full, and everything one does with them. What it does is in deadletteractions.cpp. GUI thread.
#pragma once

#include "models/connections/entitydesk.h"
#include "models/deadletters/snapshotreader.h"
#include "views/deadletters/filtermemory.h"
#include "views/deadletters/messagefeed.h"
#include "views/deadletters/queueboard.h"
#include "views/widgets/page.h"

#include <QHash>

class QDialog;
class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace signalbox {

class EmptyState;
class FilterBar;
class GroupPane;
class MessagePane;
class MessageTable;
class QueuePane;
class ReadingBar;
class SnapshotSession;
class WorkList;
struct PlanScene;

class DeadLettersPage : public Page {
    Q_OBJECT
public:
    explicit DeadLettersPage(ConsoleContext& context, QWidget* parent = nullptr);
    ~DeadLettersPage() override;

    QString title() const override;
    QString iconName() const override;
    void activate(const QVariantMap& arguments) override; // {queue: name}
    void focusSearch() override;
    QList<QWidget*> panes() override;
    std::vector<Command> commands() override;
    std::vector<Command> places() override;
    void setConnection(const QString& connectionId) override;
    QString unfinishedWork() const override;

    void openQueue(const QString& queue);
    void readQueue(); // says what reading does, then offers it
    void replay();
    void editAndReplay();
    void deleteMessages();
    void deadLetterMessages();
    void purge();
    void chooseColumns();
    void chooseExport();
    void exportTo(const QString& file);
    void chooseImport();
    void importFrom(const QString& file); // shows what is in it; sends nothing
    void togglePin();
    void showSessions(); // of a Service Bus queue

    SnapshotSession* session() const { return session_; }
    QueueBoard& board() { return board_; }
    QueuePane* queuePane() const { return queues_; }
    ReadingBar* readingBar() const { return reading_; }
    FilterBar* filterBar() const { return filter_; }
    GroupPane* groupPane() const { return groups_; }
    MessageTable* messages() const { return messages_; }
    MessagePane* messagePane() const { return message_; }
    EmptyState* emptyState() const { return empty_; }
    QDialog* openedDialog() const { return dialog_; }
    QString headline() const;
    MessageChoice choice() const;

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeContent();
    void connectParts();
    SnapshotSession* sessionFor(const QString& queue);
    void followBoard();
    void followRemoved();
    void followSession();
    void followReader();
    void restoreFilter();
    bool filterStands();
    void applyFilter();
    void fillMessageMenu(QMenu* menu, const QModelIndex& index);
    bool hasMessages() const;
    bool isStream() const;
    bool canDeadLetter() const; // by hand
    bool hasSessions(const QString& queue) const;
    PlanScene scene(MessageChoice choice) const;
    template<class Dialog>
    void present(Dialog* dialog);
    std::vector<Command> entityCommands(const QString& queue); // none where entities cannot be changed
    template<class Dialog>
    void presentEntity(Dialog* dialog);
    void fillQueueMenu(QMenu* menu, const QString& queue);
    void showRun(const QString& runId);

    ConsoleContext& context_;
    EntityDesk entities_;
    FilterMemory memory_;
    QueueBoard board_;
    QueuePane* queues_;
    QLabel* headline_ = nullptr;
    QLabel* summary_ = nullptr;
    QPushButton* read_ = nullptr;
    QPushButton* replay_ = nullptr;
    QPushButton* delete_ = nullptr;
    QPushButton* deadLetter_ = nullptr;
    ReadingBar* reading_;
    QStackedWidget* stack_;
    EmptyState* empty_;
    FilterBar* filter_;
    GroupPane* groups_;
    MessageTable* messages_;
    MessagePane* message_;
    WorkList* work_;
    QSplitter* outer_;
    QSplitter* inner_ = nullptr;
    QSplitter* lower_ = nullptr;
    QHash<QString, SnapshotSession*> sessions_; // connection and queue
    SnapshotSession* session_ = nullptr;
    std::shared_ptr<SnapshotReader> shown_;
    QDialog* dialog_ = nullptr;
    bool restoring_ = false; // a kept filter is being put back
};

} // namespace signalbox
