// What is wrong with what was typed into the form, at the field where it is.
#include "views/connections/connectionform.h"

#include <QLineEdit>
#include <QUuid>

namespace signalbox {

namespace {

using Field = ConnectionForm::Field;

// The models' messages begin with the field's name, as a command line needs it.
QString withoutPrefix(const QString& summary) {
    const qsizetype colon = summary.indexOf(QLatin1String(": "));
    QString text = colon > 0 && colon < 24 ? summary.mid(colon + 2) : summary;
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

} // namespace

// One field at a time: everything else is put in order first, so that the rule speaks of this field.
QString ConnectionForm::problemOf(Field which) const {
    const ConnectionProfile typed = profile();
    ConnectionProfile probe;
    probe.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    probe.name = QStringLiteral("x");
    probe.technology = typed.technology;
    switch (which) {
    case Field::Name:
        probe.name = typed.name;
        for (const ConnectionProfile& other : context_.connections.profiles()) {
            if (other.id != typed.id && other.name == typed.name)
                return tr("Another connection has this name; choose a different one.");
        }
        break;
    case Field::ConnectionString:
        return stringProblem();
    case Field::Host:
        probe.host = typed.host;
        break;
    case Field::VirtualHost:
        probe.virtualHost = typed.virtualHost;
        break;
    case Field::User:
        probe.user = typed.user;
        if (typed.user.isEmpty() && typed.tls.enabled && !typed.tls.certificateFile.isEmpty())
            return {};
        break;
    case Field::Ca:
        probe.tls.enabled = typed.tls.enabled;
        probe.tls.caFile = typed.tls.caFile;
        break;
    case Field::Certificate:
        probe.tls.enabled = typed.tls.enabled;
        probe.tls.certificateFile = typed.tls.certificateFile;
        probe.tls.keyFile = typed.tls.keyFile.isEmpty() ? QString() : typed.tls.certificateFile;
        break;
    case Field::Key:
        probe.tls.enabled = typed.tls.enabled && !typed.tls.keyFile.isEmpty();
        probe.tls.keyFile = typed.tls.keyFile;
        probe.tls.certificateFile = typed.tls.certificateFile.isEmpty() ? QString() : typed.tls.keyFile;
        break;
    case Field::Management:
        probe.managementUrl = typed.managementUrl;
        break;
    case Field::Heartbeat:
        probe.heartbeatSeconds = typed.heartbeatSeconds;
        break;
    default:
        return {};
    }
    const auto verdict = validate(probe);
    return verdict ? QString() : withoutPrefix(verdict.error().summary);
}

QString ConnectionForm::stringProblem() const {
    if (!read_)
        return read_.error().summary;
    // What the string says is checked like a profile's own fields; this field is where to mend it.
    ConnectionProfile probe = profile();
    probe.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    probe.name = QStringLiteral("x");
    probe.managementUrl.clear();
    probe.tls = {};
    const auto verdict = validate(probe);
    return verdict ? QString() : verdict.error().summary;
}

void ConnectionForm::checkField(Field which) {
    fields_[which]->setProblem(isUsed(which) ? problemOf(which) : QString());
}

bool ConnectionForm::check() {
    FormField* first = nullptr;
    for (const auto& [which, one] : fields_) {
        checkField(which);
        if (!first && !one->problem().isEmpty())
            first = one;
    }
    if (first)
        first->editor()->setFocus();
    return first == nullptr;
}

bool ConnectionForm::showProblem(const Error& error) {
    static const std::map<QString, Field> names{
        {QStringLiteral("Name"), Field::Name},
        {QStringLiteral("Host"), Field::Host},
        {QStringLiteral("Port"), Field::Port},
        {QStringLiteral("Virtual host"), Field::VirtualHost},
        {QStringLiteral("User"), Field::User},
        {QStringLiteral("EntityPath"), Field::ConnectionString},
        {QStringLiteral("SharedAccessKeyName"), Field::ConnectionString},
        {QStringLiteral("CA file"), Field::Ca},
        {QStringLiteral("Key file"), Field::Key},
        {QStringLiteral("Client certificate"), Field::Certificate},
        {QStringLiteral("Heartbeat"), Field::Heartbeat},
        {QStringLiteral("Management URL"), Field::Management}};
    const auto found = names.find(error.summary.section(QLatin1String(": "), 0, 0));
    if (error.kind == ErrorKind::Conflict)
        fields_[Field::Name]->setProblem(error.summary);
    else if (error.kind == ErrorKind::Invalid && found != names.end() && isUsed(found->second))
        fields_[found->second]->setProblem(withoutPrefix(error.summary));
    else if (error.kind == ErrorKind::Invalid && found != names.end())
        fields_[Field::ConnectionString]->setProblem(error.summary);
    else
        return false;
    return true;
}

} // namespace signalbox
