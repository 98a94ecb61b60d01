// Asks for the password of one connection, says why it is asked, and offers the keychain only where there is
// one. Open it with open(). GUI thread.
#pragma once

#include "models/base/secret.h"
#include "views/widgets/consolecontext.h"

#include <QDialog>

class QCheckBox;
class QLineEdit;

namespace signalbox {

class PasswordPrompt : public QDialog {
    Q_OBJECT
public:
    PasswordPrompt(const ConsoleContext& context, const ConnectionProfile& profile, const QString& why,
                   bool keychain, QWidget* parent = nullptr);
    QLineEdit* passwordEdit() const { return password_; }
    QCheckBox* rememberBox() const { return remember_; } // hidden without a keychain

Q_SIGNALS:
    void given(const signalbox::Secret& secret, bool remember);

private:
    QLineEdit* password_;
    QCheckBox* remember_;
};

} // namespace signalbox
