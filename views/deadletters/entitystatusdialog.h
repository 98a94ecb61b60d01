// Stops an entity or lets it work again, whole or in one direction. GUI thread.
#pragma once

#include "views/deadletters/entitydialog.h"

class QButtonGroup;
class QComboBox;

namespace signalbox {

class EntityStatusDialog final : public EntityDialog {
    Q_OBJECT
public:
    // Of a subscription its topic can be chosen as well.
    EntityStatusDialog(ConsoleContext& context, EntityDesk& desk, const QString& connectionId,
                       const QString& entity, QWidget* parent = nullptr);

    QComboBox* entityBox() const { return entity_; }
    void choose(BusEntity::Status status);
    QString told() const; // what is known of it now

protected:
    QString problem() const override;
    void act(const EntityDesk::Scene& scene) override;

private:
    void read();
    BusEntity::Status chosen() const;
    QComboBox* entity_;
    QLabel* now_;
    QButtonGroup* status_;
    std::optional<EntityFacts> facts_;
    int asked_ = 0; // answers about another entity are dropped
};

} // namespace signalbox
