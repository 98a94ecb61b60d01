#include "views/connections/passwordprompt.h"

#include "views/connections/servicebuswords.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/formfield.h"
#include "views/widgets/theme.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int promptWidth = 460;
}

PasswordPrompt::PasswordPrompt(const ConsoleContext& context, const ConnectionProfile& profile,
                               const QString& why, bool keychain, QWidget* parent)
    : QDialog(parent)
    , password_(new QLineEdit(this))
    , remember_(new QCheckBox(tr("&Keep it in the system keychain"), this)) {
    const bool bus = busWords::isServiceBus(profile);
    const QString title = bus ? tr("Connection string of %1") : tr("Password of %1");
    setWindowTitle(title.arg(profile.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, profile.id,
                                         bus ? tr("Connection string needed") : tr("Password needed"), this));
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::medium);
    auto* reason = new QLabel(keychain ? why : tr("%1 It is kept until Signalbox ends.").arg(why), this);
    reason->setWordWrap(true);
    reason->setTextFormat(Qt::PlainText);
    inside->addWidget(reason);
    // A bare key of the name that is known, or a bare token, is taken as well.
    auto* caption =
        new QLabel(!bus ? tr("&Password of user %1 at %2").arg(profile.user, profile.host)
                   : profile.user.isEmpty()
                       ? tr("Connection &string or token for %1").arg(profile.host)
                       : tr("Connection &string, or key of %1 at %2").arg(profile.user, profile.host),
                   this);
    caption->setTextFormat(Qt::PlainText);
    password_->setEchoMode(QLineEdit::Password);
    password_->setAccessibleName(bus ? tr("Connection string") : tr("Password"));
    caption->setBuddy(password_);
    auto* pair = new QVBoxLayout;
    pair->setSpacing(space::tight);
    pair->addWidget(caption);
    pair->addWidget(password_);
    inside->addLayout(pair);
    remember_->setVisible(keychain);
    remember_->setChecked(keychain);
    inside->addWidget(remember_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    auto* go = buttons->addButton(tr("Connect"), QDialogButtonBox::AcceptRole);
    ConsoleStyle::makeAccent(go);
    go->setDefault(true);
    inside->addWidget(buttons);
    layout->addLayout(inside);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        const Secret secret(password_->text().toUtf8());
        const bool keep = !remember_->isHidden() && remember_->isChecked();
        password_->clear();
        accept();
        Q_EMIT given(secret, keep);
    });
    setMinimumWidth(promptWidth);
    password_->setFocus();
}

} // namespace signalbox
