#include "views/deadletters/ruledeletedialog.h"

#include "models/base/whendone.h"
#include "models/messaging/ruledraft.h"

#include <QCheckBox>
#include <QLabel>
#include <QVBoxLayout>

namespace signalbox {

RuleDeleteDialog::RuleDeleteDialog(ConsoleContext& context, EntityDesk& desk, const QString& connectionId,
                                   QString subscription, const BusRule& rule, bool isLast, QWidget* parent)
    : EntityDialog(context, desk, connectionId, tr("Delete the rule %1").arg(rule.name), parent)
    , subscription_(std::move(subscription))
    , name_(rule.name)
    , isLast_(isLast)
    , last_(new QCheckBox(tr("&The subscription is to get nothing"), this)) {
    addText(tr("%1 no longer takes by this rule: %2. Its filter and action go into the audit trail.")
                .arg(subscription_, conditionText(rule)));
    if (isLast_)
        addText(EntityDesk::lastRuleWords(subscription_));
    inside()->addWidget(last_);
    last_->setVisible(isLast_);
    finish(tr("Delete rule"), QStringLiteral("remove"));
    connect(last_, &QCheckBox::toggled, this, [this] { follow(); });
}

QString RuleDeleteDialog::problem() const {
    return isLast_ && !last_->isChecked()
               ? tr("It is the last rule: say that the subscription is to get nothing.")
               : QString();
}

void RuleDeleteDialog::act(const EntityDesk::Scene& scene) {
    const auto last = isLast_ ? EntityDesk::LastRule::MayGo : EntityDesk::LastRule::Keep;
    whenDone(desk().removeRule(scene, subscription_, name_, last), this, [this](const Result<void>& done) {
        if (!done) {
            fail(done.error());
            return;
        }
        accept();
        Q_EMIT changed(tr("The rule %1 of %2 is deleted.").arg(name_, subscription_));
    });
}

} // namespace signalbox
