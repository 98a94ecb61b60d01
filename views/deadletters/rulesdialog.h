// The rules of a subscription, which are added, changed and deleted in dialogs of their own. GUI thread.
#pragma once

#include "models/connections/entitydesk.h"
#include "views/widgets/consolecontext.h"

#include <QDialog>
#include <QPointer>
#include <QVariantMap>

class QPushButton;

namespace signalbox {

class EntityDialog;
class ErrorBanner;
class RuleModel;
class TableView;

class RulesDialog final : public QDialog {
    Q_OBJECT
public:
    RulesDialog(ConsoleContext& context, EntityDesk& desk, QString connectionId, QString subscription,
                QWidget* parent = nullptr);

    void add();
    void edit();
    void remove();
    RuleModel* model() const { return model_; }
    TableView* table() const { return table_; }
    QPushButton* addButton() const { return add_; }
    QPushButton* editButton() const { return edit_; }
    QPushButton* removeButton() const { return remove_; }
    ErrorBanner* banner() const { return banner_; }
    EntityDialog* opened() const { return opened_; }

Q_SIGNALS:
    void changed(const QString& words);
    void navigate(const QString& target, const QVariantMap& arguments);

private:
    void read();
    void follow();
    const BusRule* chosen() const;
    void present(EntityDialog* dialog);
    ConsoleContext& context_;
    EntityDesk& desk_;
    const QString connectionId_;
    const QString subscription_;
    RuleModel* model_;
    ErrorBanner* banner_;
    TableView* table_;
    QPushButton* add_;
    QPushButton* edit_;
    QPushButton* remove_;
    QPointer<EntityDialog> opened_;
    bool isKnown_ = false;
};

} // namespace signalbox
