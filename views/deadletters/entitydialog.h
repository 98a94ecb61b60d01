// What the dialogs share that change an entity of a namespace: band, banner, reason, guard rails, one action.
// GUI thread.
#pragma once

#include "models/connections/entitydesk.h"
#include "views/widgets/consolecontext.h"

#include <QDialog>
#include <QVariantMap>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

class AccessNote;
class ErrorBanner;

class EntityDialog : public QDialog {
    Q_OBJECT
public:
    QPushButton* actionButton() const { return action_; }
    QLineEdit* reasonEdit() const { return reason_; }
    ErrorBanner* banner() const { return banner_; }
    QString reasonNot() const; // why it cannot be done; empty: it can

Q_SIGNALS:
    void changed(const QString& words); // what was done
    void navigate(const QString& target, const QVariantMap& arguments);

protected:
    // `desk` outlives what it was asked to do, and so the dialog.
    EntityDialog(ConsoleContext& context, EntityDesk& desk, QString connectionId, const QString& title,
                 QWidget* parent);
    // The rest of the dialog, below what the subclass has put into inside().
    void finish(const QString& action, const QString& iconName);
    virtual QString problem() const = 0; // why it cannot be done, guard rails aside
    virtual void act(const EntityDesk::Scene& scene) = 0;

    ConsoleContext& context() const { return context_; }
    EntityDesk& desk() const { return desk_; }
    BrokerGateway* gateway() const; // null: not linked
    QVBoxLayout* inside() const { return inside_; }
    QLabel* addText(const QString& text);
    void follow();
    void setBusy(bool busy);
    void fail(const Error& error); // ends being busy
    // Return in the line must not reach Cancel, the default: it would close the dialog without a word.
    void guardReturn(QLineEdit* line);
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void start();
    ConsoleContext& context_;
    EntityDesk& desk_;
    const QString connectionId_;
    ErrorBanner* banner_;
    QVBoxLayout* inside_;
    QLineEdit* reason_;
    AccessNote* access_;
    QLabel* why_;
    QPushButton* action_ = nullptr;
    bool busy_ = false;
};

} // namespace signalbox
