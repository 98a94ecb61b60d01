// Links a connection the way a person expects: asks for the password when none is known or the broker refused
// it, keeps it where wanted, tells what went wrong. One per window. GUI thread.
#pragma once

#include "models/base/secret.h"
#include "views/widgets/consolecontext.h"

#include <QPointer>
#include <set>
#include <vector>

namespace signalbox {

class PasswordPrompt;

class Connector : public QObject {
    Q_OBJECT
public:
    Connector(ConsoleContext& context, QWidget* window);
    void connectTo(const QString& id);
    void askPassword(const QString& id, const QString& why); // then connects
    PasswordPrompt* prompt() const { return prompt_; }       // open at the moment, or nullptr

Q_SIGNALS:
    void errorRaised(const signalbox::Error& error, const QString& connectionId);
    void notice(const QString& text);

private:
    void askNext();
    void giveUp(const QString& id, const QString& why);
    void take(const QString& id, const Secret& secret, bool remember);
    void followLink(const QString& id);
    ConsoleContext& context_;
    QWidget* window_;
    QPointer<PasswordPrompt> prompt_;
    QString promptFor_;
    std::vector<std::pair<QString, QString>> waiting_; // connection and why: asked after the open prompt
    std::set<QString> opening_;                        // asked for by the person, neither up nor failed yet
    std::set<QString> refused_; // told already; a link that tries again by itself is refused again and again
};

} // namespace signalbox
