// The fields of a connection, each checked by the models' own rule with its message right below. The kind of
// broker decides which there are. GUI thread.
#pragma once

#include "models/base/secret.h"
#include "views/widgets/consolecontext.h"
#include "views/widgets/formfield.h"

#include <functional>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace signalbox {

class ConnectionForm : public QWidget {
    Q_OBJECT
public:
    // `profile`: what to start from; an empty id means a new one.
    ConnectionForm(const ConsoleContext& context, const ConnectionProfile& profile,
                   QWidget* parent = nullptr);
    ~ConnectionForm() override;

    ConnectionProfile profile() const;
    std::optional<Secret> secret() const; // nullopt: leave what is known
    // Shows every message; true if there is none. Otherwise the first wrong field gets the focus.
    bool check();
    // Puts a store's or a server's objection at the field it names; false: it names none.
    bool showProblem(const Error& error);
    void adopt(const QString& id); // what is typed has become a saved connection

    enum class Field {
        Kind,
        Name,
        Environment,
        ConnectionString,
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
    QComboBox* kindBox() const { return kind_; }      // fixed once the connection is saved
    QPushButton* findButton() const { return find_; } // of Service Bus: looks for namespaces in Azure
    QLabel* told() const { return told_; }            // what the connection string says, without its secret
    QComboBox* environmentBox() const { return environment_; }
    QSpinBox* portBox() const { return port_; }

Q_SIGNALS:
    void edited();

private:
    void addRows();
    void addBroker(); // RabbitMQ: where it is and who enters
    void addTls();
    void addManagement();
    QLineEdit* addLine(Field which, const QString& label, const QString& value);
    QLineEdit* addFile(Field which, const QString& label, const QString& value);
    void addField(Field which, const QString& label, QWidget* editor);
    bool isServiceBus() const;
    bool isUsed(Field which) const; // it belongs to the chosen kind
    void findNamespaces();
    void followKind();
    void followTls(bool on);
    void followString();
    void followEnvironment();
    void followManagement();
    void followRows();
    ConnectionProfile brokerProfile(ConnectionProfile profile) const;
    ConnectionProfile namespaceProfile(ConnectionProfile profile) const;
    QString problemOf(Field which) const;
    QString stringProblem() const;
    void checkField(Field which);

    const ConsoleContext& context_;
    ConnectionProfile start_;
    QFormLayout* form_ = nullptr;
    std::map<Field, FormField*> fields_;
    std::map<Field, QLineEdit*> lines_;
    std::map<Field, QCheckBox*> boxes_;
    QComboBox* kind_ = nullptr;
    QComboBox* environment_ = nullptr;
    QSpinBox* port_ = nullptr;
    QSpinBox* heartbeat_ = nullptr;
    QLabel* told_ = nullptr;
    QPushButton* find_ = nullptr;
    Result<ConnectionProfile> read_; // what the connection string that is typed says
    QString managementOf_;           // host of the namespace whose address was filled in
    QString otherManagement_;        // typed for the kind that is not chosen
};

} // namespace signalbox
