#include "views/deadletters/deadletterdialog.h"

#include "views/deadletters/actionrow.h"
#include "views/deadletters/planpreview.h"
#include "views/deadletters/scopebox.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr QSize usualDeadLetterSize(860, 640);
constexpr int mostWords = 4096; // of the service
} // namespace

DeadLetterDialog::DeadLetterDialog(ConsoleContext& context, PlanScene scene, QWidget* parent)
    : QDialog(parent)
    , planner_(context, RunKind::DeadLetter, std::move(scene))
    , preview_(new PlanPreview(planner_, RunKind::DeadLetter, context.settings, this))
    , deadLetterReason_(new QLineEdit(this))
    , deadLetterDescription_(new QLineEdit(this))
    , reason_(new QLineEdit(this))
    , access_(new AccessNote(context, this))
    , why_(dimLabel({}, this)) {
    const PlanScene& about = planner_.scene();
    setWindowTitle(tr("Dead-letter from %1").arg(about.source.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, about.source.connectionId, windowTitle(), this));
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::small);
    auto* what = new QLabel(tr("The messages move to %1/$DeadLetterQueue, from where they can be replayed. A "
                               "copy of each is saved byte for byte before.")
                                .arg(about.source.name),
                            this);
    what->setTextFormat(Qt::PlainText);
    what->setWordWrap(true);
    inside->addWidget(what);
    auto* form = new QFormLayout;
    auto* scope = new ScopeBox(about.choice, this);
    form->addRow(tr("&Dead-letter"), scope);
    deadLetterReason_->setPlaceholderText(tr("the messages carry it as DeadLetterReason"));
    deadLetterReason_->setAccessibleName(tr("Dead-letter reason"));
    deadLetterReason_->setMaxLength(mostWords);
    form->addRow(tr("Dead-letter &reason"), deadLetterReason_);
    deadLetterDescription_->setPlaceholderText(tr("and this as DeadLetterErrorDescription"));
    deadLetterDescription_->setAccessibleName(tr("Description"));
    deadLetterDescription_->setMaxLength(mostWords);
    form->addRow(tr("D&escription"), deadLetterDescription_);
    reason_->setPlaceholderText(tr("kept in history and audit trail"));
    reason_->setAccessibleName(tr("Why, for the record"));
    reason_->setMaxLength(500);
    form->addRow(tr("&Why, for the record"), reason_);
    inside->addLayout(form);
    inside->addWidget(preview_, 1);
    inside->addWidget(access_);
    move_ = addActionRow(this, inside, why_, tr("Dead-letter"), QStringLiteral("deadletters"));
    layout->addLayout(inside, 1);

    auto* now = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
    connect(now, &QShortcut::activated, move_, &QPushButton::click); // does nothing while it is disabled
    connect(move_, &QPushButton::clicked, this, &DeadLetterDialog::launch);
    connect(scope, &ScopeBox::scopeChanged, &planner_, &Planner::setScope);
    connect(&planner_, &Planner::changed, this, &DeadLetterDialog::follow);
    connect(&planner_, &Planner::started, this, [this](const QString& run) {
        accept();
        Q_EMIT started(run);
    });
    connect(access_, &AccessNote::changed, this, &DeadLetterDialog::follow);
    connect(access_, &AccessNote::navigate, this, &DeadLetterDialog::navigate);
    access_->setConnection(about.source.connectionId);
    planner_.planNow();
    resize(usualDeadLetterSize);
    deadLetterReason_->setFocus();
}

void DeadLetterDialog::launch() {
    planner_.setDeadLetter({deadLetterReason_->text().trimmed(), deadLetterDescription_->text().trimmed()});
    planner_.launch(reason_->text().trimmed());
}

QString DeadLetterDialog::reasonNot() const {
    if (!access_->access().allowed())
        return access_->access().reason;
    if (planner_.launching())
        return tr("Writing the plan into the journal…");
    if (planner_.isPlanning())
        return tr("Planning…");
    if (!planner_.plan())
        return tr("There is no plan.");
    if (planner_.plan()->items.empty())
        return tr("There is no message to dead-letter: none fits the filter.");
    return planner_.plan()->sendable == 0
               ? tr("Nothing can be dead-lettered: every message is refused or has gone already.")
               : QString();
}

void DeadLetterDialog::follow() {
    if (!move_)
        return;
    const QString reason = reasonNot();
    const auto plan = planner_.plan();
    QString text = tr("Dead-letter");
    if (plan) {
        text = plan->sendable == 1 ? tr("Dead-letter 1 message")
                                   : tr("Dead-letter %1 messages").arg(words::count(plan->sendable));
        if (plan->refused > 0)
            text += tr("; %1 refused").arg(words::count(plan->refused));
    }
    move_->setText(text);
    move_->setEnabled(reason.isEmpty());
    move_->setToolTip(reason);
    why_->setText(access_->access().allowed() ? reason : QString());
}

} // namespace signalbox
