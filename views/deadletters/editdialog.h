// Editing one message before it is replayed: body with a JSON check, typed headers, the difference to the
// original. Goes on to the plan; sends nothing itself. GUI thread.
#pragma once

#include "views/deadletters/editeddraft.h"
#include "views/widgets/consolecontext.h"

#include <QDialog>
#include <QTimer>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTabWidget;

namespace signalbox {

class DiffView;

class EditDialog : public QDialog {
    Q_OBJECT
public:
    EditDialog(ConsoleContext& context, const EntityRef& source, Message original, QWidget* parent = nullptr);

    QPlainTextEdit* bodyEdit() const { return body_; }
    QPlainTextEdit* headersEdit() const { return headers_; }
    QPushButton* planButton() const { return plan_; }
    QLabel* checkLabel() const { return check_; }
    DiffView* diff() const { return diff_; }
    QTabWidget* tabs() const { return tabs_; }
    QString reasonNot() const; // why it cannot go on; empty = it can
    void reject() override;    // asks first when something was changed

Q_SIGNALS:
    void edited(const signalbox::Message& message); // to be planned

private:
    void check();
    void showDiff();
    QString bodyNow() const;
    bool isChanged() const;
    ConsoleContext& context_;
    EntityRef source_;
    EditedDraft draft_;
    Result<Message> now_;
    QString jsonProblem_;
    QTimer soon_;
    QTabWidget* tabs_;
    QPlainTextEdit* body_;
    QPlainTextEdit* headers_;
    DiffView* diff_;
    QLabel* check_;
    QPushButton* plan_ = nullptr;
};

} // namespace signalbox
