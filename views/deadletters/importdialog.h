// Sending the messages of an export file to a queue: what is in the file and where it goes, before anything
// is sent. GUI thread.
#pragma once

#include "views/deadletters/importcheck.h"
#include "views/widgets/consolecontext.h"

#include <QDialog>

class QLabel;
class QPushButton;

namespace signalbox {

class AccessNote;
class ErrorBanner;
class ProgressStrip;

class ImportDialog : public QDialog {
    Q_OBJECT
public:
    ImportDialog(ConsoleContext& context, EntityRef queue, const QString& file, QWidget* parent = nullptr);

    QPushButton* sendButton() const { return send_; }
    ProgressStrip* progress() const { return progress_; }
    QString summary() const;   // what the file holds
    QString reasonNot() const; // why it cannot start; empty = it can
    void reject() override;    // while messages are written into the journal: stops that first

Q_SIGNALS:
    void started(const QString& runId);
    void navigate(const QString& target, const QVariantMap& arguments);

private:
    void showLooking();
    void take(const Result<ImportContents>& contents);
    void follow();
    void send();
    void acceptFile(const QString& connectionName, const SendBack& how);
    ConsoleContext& context_;
    EntityRef queue_;
    ImportCheck check_;
    std::optional<ImportContents> contents_;
    bool looking_ = true;
    QString empty_;          // why there is nothing to send, of a file without messages
    SharedProgress sending_; // null: nothing is being written into the journal
    ErrorBanner* banner_;
    ProgressStrip* progress_;
    QLabel* summary_;
    AccessNote* access_;
    QLabel* why_;
    QPushButton* send_ = nullptr;
};

} // namespace signalbox
