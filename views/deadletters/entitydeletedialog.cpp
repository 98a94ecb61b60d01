#include "views/deadletters/entitydeletedialog.h"

#include "models/base/whendone.h"
#include "views/deadletters/entitywords.h"
#include "views/widgets/errorbanner.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

EntityDeleteDialog::EntityDeleteDialog(ConsoleContext& context, EntityDesk& desk, const QString& connectionId,
                                       const QString& entity, QWidget* parent)
    : EntityDialog(context, desk, connectionId, tr("Delete %1").arg(entity), parent)
    , entity_(new QComboBox(this))
    , what_(addText({}))
    , name_(new QLineEdit(this)) {
    entity_->addItem(entity);
    if (const QString topic = topicOf(entity); !topic.isEmpty())
        entity_->addItem(topic);
    entity_->setEnabled(entity_->count() > 1);
    entity_->setAccessibleName(tr("Entity"));
    entity_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // names can be long
    name_->setAccessibleName(tr("Type the name of the entity"));
    auto* form = new QFormLayout;
    form->addRow(tr("&Entity"), entity_);
    form->addRow(tr("&Type its name"), name_);
    inside()->addLayout(form);
    finish(tr("Delete"), QStringLiteral("remove"));
    connect(entity_, &QComboBox::currentIndexChanged, this, &EntityDeleteDialog::read);
    connect(name_, &QLineEdit::textChanged, this, [this] { follow(); });
    guardReturn(name_);
    read();
    name_->setFocus();
}

QString EntityDeleteDialog::told() const {
    return what_->text();
}

void EntityDeleteDialog::read() {
    loss_.reset();
    name_->clear();
    name_->setPlaceholderText(entity_->currentText());
    const int number = ++asked_;
    what_->setText(tr("Asking the service what goes with it…"));
    actionButton()->setText(tr("Delete"));
    follow();
    BrokerGateway* broker = gateway();
    if (!broker)
        return; // the access note says so
    whenDone(
        desk().loss(*broker, entity_->currentText()), this, [this, number](const Result<EntityLoss>& loss) {
            if (number != asked_)
                return;
            if (!loss) {
                what_->setText(tr("What would go with it is not known, so it is not deleted from here."));
                fail(loss.error());
                return;
            }
            loss_ = *loss;
            what_->setText(
                tr("The %1 %2 will be deleted, and with it %3. No copy of the messages is kept: "
                   "export or move them first. Its settings go into the audit trail.")
                    .arg(entityWords::kind(loss->entity.kind), loss->entity.path, entityWords::loss(*loss)));
            actionButton()->setText(tr("Delete, with %1").arg(entityWords::loss(*loss)));
            follow();
            resize(width(), std::max(height(), layout()->totalHeightForWidth(width())));
        });
}

QString EntityDeleteDialog::problem() const {
    if (!loss_)
        return tr("What goes with it has to be known first.");
    if (name_->text().isEmpty())
        return tr("Type the entity's name to go on.");
    return name_->text() == loss_->entity.path
               ? QString()
               : tr("The typed name is not the entity's name, letter for letter.");
}

void EntityDeleteDialog::act(const EntityDesk::Scene& scene) {
    whenDone(desk().remove(scene, *loss_, name_->text()), this, [this](const Result<EntityLoss>& done) {
        if (!done) {
            const bool isMore = done.error().kind == ErrorKind::Conflict;
            fail(done.error());
            if (isMore)
                read(); // the person agrees to the new number, or not
            return;
        }
        accept();
        Q_EMIT changed(tr("%1 is deleted, with %2.").arg(done->entity.path, entityWords::loss(*done)));
    });
}

} // namespace signalbox
