// What in the form follows from what was typed: fields of the chosen kind, hints, warnings, and what a
// connection string says.
#include "views/connections/connectionform.h"
#include "views/connections/servicebuswords.h"
#include "views/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>

#include <set>

namespace signalbox {

namespace {

constexpr int plainPort = 5672;
constexpr int tlsPort = 5671;

using Field = ConnectionForm::Field;

} // namespace

bool ConnectionForm::isUsed(Field which) const {
    static const std::set<Field> common{Field::Kind, Field::Name,   Field::Environment,
                                        Field::Ca,   Field::Verify, Field::Management};
    return common.contains(which) || (which == Field::ConnectionString) == isServiceBus();
}

void ConnectionForm::followKind() {
    const bool bus = isServiceBus();
    line(Field::Name)
        ->setPlaceholderText(bus ? tr("e.g. Orders namespace, West Europe")
                                 : tr("e.g. Orders broker, Frankfurt"));
    line(Field::Management)
        ->setPlaceholderText(bus ? tr("none; usual: https://NAMESPACE.servicebus.windows.net")
                                 : QStringLiteral("http://host:15672"));
    fields_[Field::Management]->setHint(
        bus ? tr("Lists queues, topics and subscriptions with their counts, and needs the right Manage. "
                 "Without it Signalbox reads what you name.")
            : tr("Lists queues with depth, rates and policies. Without it Signalbox works, with less."));
    form_->setRowVisible(told_, bus);
    form_->setRowVisible(find_, bus && context_.namespaces);
    followString();
    followRows();
    followManagement();
}

// Rows of the other kind, and those of TLS where there is none, are out of sight.
void ConnectionForm::followRows() {
    static const std::set<Field> ofTls{Field::Ca, Field::Certificate, Field::Key, Field::ServerName,
                                       Field::Verify};
    const ConnectionProfile typed = profile();
    // A namespace is reached by TLS as long as no connection string says otherwise.
    const bool tls = typed.tls.enabled || (isServiceBus() && typed.id.isEmpty() && !read_);
    for (const auto& [which, field] : fields_)
        form_->setRowVisible(field, isUsed(which) && (tls || !ofTls.contains(which)));
    fields_[Field::Verify]->setWarning(box(Field::Verify)->isChecked() ? QString()
                                       : isServiceBus()
                                           ? tr("Anybody between you and the namespace can read and change "
                                                "everything, and act with your credential.")
                                           : tr("Anybody between you and the broker can read and change "
                                                "everything, the password included."));
}

void ConnectionForm::followTls(bool on) {
    followRows();
    if (on && port_->value() == plainPort)
        port_->setValue(tlsPort);
    else if (!on && port_->value() == tlsPort)
        port_->setValue(plainPort);
    Q_EMIT edited();
}

// The string stays in its field; what is shown of it holds neither key nor signature.
void ConnectionForm::followString() {
    const QByteArray typed = line(Field::ConnectionString)->text().toUtf8();
    const bool isKnown = !start_.id.isEmpty() && start_.technology == technology::serviceBus;
    QStringList notes;
    if (typed.isEmpty() || !context_.serviceBusProfile)
        read_ = isKnown
                    ? Result<ConnectionProfile>(start_)
                    : failure(ErrorKind::Invalid,
                              tr("Paste the connection string of a shared access policy of the namespace."));
    else
        read_ = context_.serviceBusProfile(start_, Secret(typed), notes);
    QStringList lines{read_ ? busWords::told(*read_)
                            : tr("The connection string says it: host, port, transport, key name, entity.")};
    told_->setText((lines + notes).join(QLatin1Char('\n')));
    told_->setToolTip(read_ ? told_->text() : QString()); // where a host name is too long
    setTextTone(told_, read_ ? Tone::Text : Tone::TextDim);
    if (!isServiceBus())
        return;
    // Another namespace has another address; a new key of the same one leaves it as it was typed.
    if (read_ && !typed.isEmpty() && read_->host != managementOf_)
        line(Field::Management)->setText(read_->managementUrl);
    if (read_)
        managementOf_ = read_->host;
    followRows();
    followManagement();
}

void ConnectionForm::followEnvironment() {
    fields_[Field::Environment]->setHint(
        environment_->currentData().toInt() == static_cast<int>(Environment::Production)
            ? tr("Opens read-only. Writing needs an elevation with a reason, for a limited time.")
            : QString());
}

void ConnectionForm::followManagement() {
    fields_[Field::Management]->setWarning(managementWarning(profile()));
}

} // namespace signalbox
