#include "views/deadletters/deletedialog.h"

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
constexpr QSize usualSize(860, 620);
}

DeleteDialog::DeleteDialog(ConsoleContext& context, PlanScene scene, QWidget* parent)
    : QDialog(parent)
    , planner_(context, RunKind::Delete, std::move(scene))
    , preview_(new PlanPreview(planner_, RunKind::Delete, context.settings, this))
    , reason_(new QLineEdit(this))
    , access_(new AccessNote(context, this))
    , why_(dimLabel({}, this)) {
    const PlanScene& about = planner_.scene();
    setWindowTitle(tr("Delete from %1").arg(about.source.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, about.source.connectionId, windowTitle(), this));
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::small);
    auto* what =
        new QLabel(tr("A copy of each message is saved byte for byte before it is removed. Under Replays the "
                      "messages can be restored to the queue as long as the copies are kept."),
                   this);
    what->setWordWrap(true);
    inside->addWidget(what);
    auto* form = new QFormLayout;
    auto* scope = new ScopeBox(about.choice, this);
    form->addRow(tr("&Delete"), scope);
    reason_->setPlaceholderText(tr("kept in history and audit trail"));
    reason_->setAccessibleName(tr("Reason"));
    reason_->setMaxLength(500);
    form->addRow(tr("&Reason"), reason_);
    inside->addLayout(form);
    inside->addWidget(preview_, 1);
    inside->addWidget(access_);
    delete_ = addActionRow(this, inside, why_, tr("Delete"), QStringLiteral("remove"));
    layout->addLayout(inside, 1);

    auto* now = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
    connect(now, &QShortcut::activated, delete_, &QPushButton::click); // does nothing while it is disabled
    connect(delete_, &QPushButton::clicked, this, [this] { planner_.launch(reason_->text().trimmed()); });
    connect(scope, &ScopeBox::scopeChanged, &planner_, &Planner::setScope);
    connect(&planner_, &Planner::changed, this, &DeleteDialog::follow);
    connect(&planner_, &Planner::started, this, [this](const QString& run) {
        accept();
        Q_EMIT started(run);
    });
    connect(access_, &AccessNote::changed, this, &DeleteDialog::follow);
    connect(access_, &AccessNote::navigate, this, &DeleteDialog::navigate);
    access_->setConnection(about.source.connectionId);
    planner_.planNow();
    resize(usualSize);
}

// What is scheduled is cancelled, as the service calls it.
QString DeleteDialog::actionText(const ReplayPlan& plan) {
    const QString count = words::count(plan.sendable);
    if (plan.scheduled == 0)
        return plan.sendable == 1 ? tr("Delete 1 message") : tr("Delete %1 messages").arg(count);
    if (plan.scheduled == plan.sendable)
        return plan.sendable == 1 ? tr("Cancel 1 scheduled message")
                                  : tr("Cancel %1 scheduled messages").arg(count);
    return tr("Delete %1, cancel %2 scheduled")
        .arg(words::count(plan.sendable - plan.scheduled), words::count(plan.scheduled));
}

QString DeleteDialog::reasonNot() const {
    if (!access_->access().allowed())
        return access_->access().reason;
    if (planner_.launching())
        return tr("Writing the plan into the journal…");
    if (planner_.isPlanning())
        return tr("Planning…");
    if (!planner_.plan())
        return tr("There is no plan.");
    if (planner_.plan()->items.empty())
        return tr("There is no message to delete: none fits the filter.");
    return planner_.plan()->sendable == 0
               ? tr("Nothing can be deleted: every message is refused or has gone already.")
               : QString();
}

void DeleteDialog::follow() {
    if (!delete_)
        return;
    const QString reason = reasonNot();
    const auto plan = planner_.plan();
    QString text = tr("Delete");
    if (plan) {
        text = actionText(*plan);
        if (plan->refused > 0)
            text += tr("; %1 refused").arg(words::count(plan->refused));
    }
    delete_->setText(text);
    delete_->setEnabled(reason.isEmpty());
    delete_->setToolTip(reason);
    why_->setText(access_->access().allowed() ? reason : QString());
}

} // namespace signalbox
