// Deletes a rule; says what becomes of the subscription when it is the last one. GUI thread.
#pragma once

#include "views/deadletters/entitydialog.h"

class QCheckBox;

namespace signalbox {

class RuleDeleteDialog final : public EntityDialog {
    Q_OBJECT
public:
    RuleDeleteDialog(ConsoleContext& context, EntityDesk& desk, const QString& connectionId,
                     QString subscription, const BusRule& rule, bool isLast, QWidget* parent = nullptr);
    QCheckBox* lastBox() const { return last_; } // shown where it is the last one

protected:
    QString problem() const override;
    void act(const EntityDesk::Scene& scene) override;

private:
    const QString subscription_;
    const QString name_;
    const bool isLast_;
    QCheckBox* last_;
};

} // namespace signalbox
