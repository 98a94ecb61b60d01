#include "views/deadletters/entitystatusdialog.h"

#include "models/base/whendone.h"
#include "views/deadletters/entitywords.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/theme.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

namespace signalbox {

EntityStatusDialog::EntityStatusDialog(ConsoleContext& context, EntityDesk& desk, const QString& connectionId,
                                       const QString& entity, QWidget* parent)
    : EntityDialog(context, desk, connectionId, tr("Status of %1").arg(entity), parent)
    , entity_(new QComboBox(this))
    , now_(dimLabel({}, this))
    , status_(new QButtonGroup(this)) {
    entity_->addItem(entity);
    if (const QString topic = topicOf(entity); !topic.isEmpty())
        entity_->addItem(topic);
    entity_->setEnabled(entity_->count() > 1);
    entity_->setAccessibleName(tr("Entity"));
    entity_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // names can be long
    auto* form = new QFormLayout;
    form->addRow(tr("&Entity"), entity_);
    form->addRow(tr("Now"), now_);
    inside()->addLayout(form);
    now_->setTextFormat(Qt::PlainText);
    now_->setWordWrap(true);
    for (const auto status : {BusEntity::Status::Active, BusEntity::Status::SendDisabled,
                              BusEntity::Status::ReceiveDisabled, BusEntity::Status::Disabled}) {
        auto* button = new QRadioButton(
            tr("%1: %2").arg(entityWords::status(status), entityWords::meaning(status)), this);
        status_->addButton(button, static_cast<int>(status));
        inside()->addWidget(button);
    }
    addText(
        tr("All other settings stay as they are. Who sends to an entity that takes nothing gets an error."));
    finish(tr("Set status"), QStringLiteral("check"));
    connect(entity_, &QComboBox::currentIndexChanged, this, &EntityStatusDialog::read);
    connect(status_, &QButtonGroup::idToggled, this, [this] { follow(); });
    read();
}

void EntityStatusDialog::choose(BusEntity::Status status) {
    status_->button(static_cast<int>(status))->setChecked(true);
}

BusEntity::Status EntityStatusDialog::chosen() const {
    return static_cast<BusEntity::Status>(status_->checkedId());
}

QString EntityStatusDialog::told() const {
    return now_->text();
}

void EntityStatusDialog::read() {
    facts_.reset();
    const int number = ++asked_;
    now_->setText(tr("Asking the service…"));
    follow();
    BrokerGateway* broker = gateway();
    if (!broker) {
        now_->setText(tr("not known: there is no link"));
        return;
    }
    whenDone(desk().entity(*broker, entity_->currentText()), this,
             [this, number](const Result<EntityFacts>& facts) {
                 if (number != asked_)
                     return;
                 if (!facts) {
                     now_->setText(tr("not known"));
                     fail(facts.error());
                     return;
                 }
                 facts_ = *facts;
                 choose(facts->status);
                 now_->setText(entityWords::status(facts->status) + QStringLiteral(" · ") +
                               entityWords::counts(*facts));
                 follow();
             });
}

QString EntityStatusDialog::problem() const {
    if (!facts_)
        return tr("What it is now has to be known first.");
    return chosen() == facts_->status ? tr("That is its status already.") : QString();
}

void EntityStatusDialog::act(const EntityDesk::Scene& scene) {
    whenDone(desk().setStatus(scene, facts_->path, chosen()), this, [this](const Result<EntityChange>& done) {
        if (!done) {
            fail(done.error());
            return;
        }
        accept();
        Q_EMIT changed(tr("%1: %2 now; it was %3.")
                           .arg(done->after.path, entityWords::status(done->after.status),
                                entityWords::status(done->before.status)));
    });
}

} // namespace signalbox
