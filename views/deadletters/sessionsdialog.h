// The sessions of one Service Bus queue with their states, and the way to the messages of one. Looks only:
// nothing is locked or changed. GUI thread.
#pragma once

#include "models/messaging/sessiondirectory.h"
#include "views/widgets/consolecontext.h"

#include <QDialog>

class QLabel;
class QPushButton;
class QSortFilterProxyModel;

namespace signalbox {

class BodyPane;
class ErrorBanner;
class SearchLine;
class SessionTableModel;
class TableView;

class SessionsDialog : public QDialog {
    Q_OBJECT
public:
    // `reading`: of the queue; null: it was not read.
    SessionsDialog(ConsoleContext& context, EntityRef queue, std::shared_ptr<Snapshot> reading,
                   QWidget* parent = nullptr);
    ~SessionsDialog() override;

    TableView* table() const { return table_; }
    BodyPane* statePane() const { return state_; }
    QPushButton* messagesButton() const { return messages_; }
    QPushButton* againButton() const { return again_; }
    SearchLine* search() const { return search_; }
    ErrorBanner* banner() const { return banner_; }
    QString note() const; // what is known of the session that is chosen

    // The filter that shows the messages of that session.
    static QString filterFor(const QString& session);

Q_SIGNALS:
    void messagesWanted(const QString& filter);

private:
    void load();
    void take(const Result<SessionListing>& listing);
    void followCurrent();
    void showNote(const QString& text);
    void showRest();
    const BusSession* current() const;
    ConsoleContext& context_;
    const EntityRef queue_;
    const std::shared_ptr<Snapshot> reading_;
    SessionTableModel* model_;
    QSortFilterProxyModel* proxy_;
    ErrorBanner* banner_;
    SearchLine* search_;
    TableView* table_;
    BodyPane* state_;
    QLabel* note_;
    QPushButton* again_ = nullptr;
    QPushButton* messages_ = nullptr;
    bool isLoading_ = false;
    bool isLoaded_ = false;
    QString shown_; // id whose state is shown
    QByteArray shownState_;
    int turn_ = 0; // of the count of messages
};

} // namespace signalbox
