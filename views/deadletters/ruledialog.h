// A rule of a subscription as a form: added, or put in the place of the one of that name. Checked while it is
// typed. GUI thread.
#pragma once

#include "models/messaging/ruledraft.h"
#include "views/deadletters/entitydialog.h"

class QComboBox;
class QPlainTextEdit;

namespace signalbox {

class FormField;

class RuleDialog final : public EntityDialog {
    Q_OBJECT
public:
    // `old`: the one that is replaced; nullptr: a new one.
    RuleDialog(ConsoleContext& context, EntityDesk& desk, const QString& connectionId, QString subscription,
               const BusRule* old, QWidget* parent = nullptr);

    QLineEdit* nameEdit() const { return name_; }
    QComboBox* kindBox() const { return kind_; }
    QPlainTextEdit* filterEdit() const { return filter_; }
    QLineEdit* actionEdit() const { return change_; }
    QString note() const; // what is not checked here

protected:
    QString problem() const override;
    void act(const EntityDesk::Scene& scene) override;

private:
    void followKind();
    void check();
    RuleDraft draft() const;
    BusRule::Kind kind() const;
    const QString subscription_;
    const bool isNew_;
    QLineEdit* name_;
    QComboBox* kind_;
    QPlainTextEdit* filter_;
    FormField* filterField_;
    QLineEdit* change_;
    QLabel* note_;
    Result<CheckedRule> checked_;
    QString sql_, conditions_; // what was typed for the kind that is not chosen
    BusRule::Kind shown_ = BusRule::Kind::Sql;
};

} // namespace signalbox
