// The fields of a connection, each checked by the models' own rule with its message right below. GUI thread.
#pragma once

#include "models/base/secret.h"
#include "views/widgets/consolecontext.h"
#include "views/widgets/formfield.h"

#include <functional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QGridLayout;
class QLineEdit;
class QSpinBox;

namespace signalbox {

class ConnectionForm : public QWidget {
    Q_OBJECT
public:
    // `profile`: what to start from; an empty id means a new one.
    ConnectionForm(const ConsoleContext& context, const ConnectionProfile& profile,
                   QWidget* parent = nullptr);

    ConnectionProfile profile() const;
    std::optional<Secret> secret() const; // nullopt: leave what is known
    // Shows every message; true if there is none. Otherwise the first wrong field gets the focus.
    bool check();
    // Puts a store's or a server's objection at the field it names; false: it names none.
    bool showProblem(const Error& error);
    void adopt(const QString& id); // what is typed has become a saved connection

    enum class Field {
        Name,
        Environment,
        Host,
        Port,
        VirtualHost,
        User,
        Password,
        Tls,
        Ca,
        Certificate,
        Key,
        ServerName,
        Verify,
        Management,
        Heartbeat
    };
    FormField* field(Field which) const;
    QLineEdit* line(Field which) const;
    QCheckBox* box(Field which) const;
    QComboBox* environmentBox() const { return environment_; }
    QSpinBox* portBox() const { return port_; }

Q_SIGNALS:
    void edited();

private:
    QLineEdit* addLine(QFormLayout* form, Field which, const QString& label, const QString& value);
    QLineEdit* addFile(QFormLayout* form, Field which, const QString& label, const QString& value);
    void addField(QFormLayout* form, Field which, const QString& label, QWidget* editor);
    QWidget* makeTls(const TlsSettings& tls);
    QString problemOf(Field which) const;
    void checkField(Field which);
    void followTls(bool on);

    const ConsoleContext& context_;
    ConnectionProfile start_;
    std::map<Field, FormField*> fields_;
    std::map<Field, QLineEdit*> lines_;
    std::map<Field, QCheckBox*> boxes_;
    QComboBox* environment_ = nullptr;
    QSpinBox* port_ = nullptr;
    QSpinBox* heartbeat_ = nullptr;
    QWidget* tlsPart_ = nullptr;
};

} // namespace signalbox
