// Deletes a queue, topic or subscription: says what goes with it and needs its typed name. GUI thread.
#pragma once

#include "views/deadletters/entitydialog.h"

class QComboBox;

namespace signalbox {

class EntityDeleteDialog final : public EntityDialog {
    Q_OBJECT
public:
    // Of a subscription its topic can be chosen as well.
    EntityDeleteDialog(ConsoleContext& context, EntityDesk& desk, const QString& connectionId,
                       const QString& entity, QWidget* parent = nullptr);

    QComboBox* entityBox() const { return entity_; }
    QLineEdit* nameEdit() const { return name_; }
    QString told() const; // what would go

protected:
    QString problem() const override;
    void act(const EntityDesk::Scene& scene) override;

private:
    void read();
    QComboBox* entity_;
    QLabel* what_;
    QLineEdit* name_;
    std::optional<EntityLoss> loss_;
    int asked_ = 0;
};

} // namespace signalbox
