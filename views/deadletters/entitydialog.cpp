#include "views/deadletters/entitydialog.h"

#include "views/deadletters/actionrow.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/theme.h"

#include <QFormLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int usualEntityWidth = 560;
}

EntityDialog::EntityDialog(ConsoleContext& context, EntityDesk& desk, QString connectionId,
                           const QString& title, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , desk_(desk)
    , connectionId_(std::move(connectionId))
    , banner_(new ErrorBanner(this))
    , inside_(new QVBoxLayout)
    , reason_(new QLineEdit(this))
    , access_(new AccessNote(context, this))
    , why_(dimLabel({}, this)) {
    setWindowTitle(title);
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, connectionId_, title, this));
    layout->addWidget(banner_);
    inside_->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside_->setSpacing(space::medium);
    layout->addLayout(inside_, 1);
    setMinimumWidth(usualEntityWidth);
}

QLabel* EntityDialog::addText(const QString& text) {
    auto* label = new QLabel(text, this);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    inside_->addWidget(label);
    return label;
}

void EntityDialog::finish(const QString& action, const QString& iconName) {
    auto* form = new QFormLayout;
    reason_->setPlaceholderText(tr("kept in the audit trail"));
    reason_->setAccessibleName(tr("Reason"));
    reason_->setMaxLength(500);
    form->addRow(tr("Re&ason"), reason_);
    guardReturn(reason_);
    inside_->addLayout(form);
    inside_->addWidget(access_);
    action_ = addActionRow(this, inside_, why_, action, iconName);
    connect(action_, &QPushButton::clicked, this, &EntityDialog::start);
    connect(access_, &AccessNote::changed, this, &EntityDialog::follow);
    connect(access_, &AccessNote::navigate, this, &EntityDialog::navigate);
    access_->setConnection(connectionId_);
    follow();
}

BrokerGateway* EntityDialog::gateway() const {
    return context_.connections.gateway(connectionId_);
}

QString EntityDialog::reasonNot() const {
    if (!access_->access().allowed())
        return access_->access().reason;
    return busy_ ? tr("Asking the service…") : problem();
}

void EntityDialog::follow() {
    if (!action_)
        return;
    const QString reason = reasonNot();
    action_->setEnabled(reason.isEmpty());
    action_->setToolTip(reason);
    action_->setAccessibleDescription(reason);
    why_->setText(access_->access().allowed() ? reason : QString());
}

void EntityDialog::setBusy(bool busy) {
    busy_ = busy;
    follow();
}

void EntityDialog::fail(const Error& error) {
    setBusy(false);
    banner_->present(error);
}

void EntityDialog::guardReturn(QLineEdit* line) {
    line->installEventFilter(this);
}

bool EntityDialog::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key != Qt::Key_Return && key != Qt::Key_Enter)
        return QDialog::eventFilter(watched, event);
    if (const QString reason = reasonNot(); reason.isEmpty())
        action_->setFocus(); // one more key: nothing is done by habit
    else
        banner_->present(Severity::Warning, reason);
    return true;
}

void EntityDialog::start() {
    if (!reasonNot().isEmpty())
        return;
    const auto permit = context_.connections.permit(connectionId_);
    const ConnectionProfile* profile = context_.connections.find(connectionId_);
    if (!permit) {
        banner_->present(permit.error());
        return;
    }
    if (!gateway() || !profile)
        return; // the access note says so
    banner_->dismiss();
    setBusy(true);
    act({gateway(), profile->name, *permit, reason_->text().trimmed()});
}

} // namespace signalbox
