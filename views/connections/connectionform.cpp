#include "views/connections/connectionform.h"

#include "views/widgets/environmentbadge.h"
#include "views/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSpinBox>
#include <QUuid>

namespace signalbox {

namespace {

constexpr int plainPort = 5672;
constexpr int tlsPort = 5671;
constexpr int highestPort = 65535;
constexpr int longestHeartbeat = 600;

using Field = ConnectionForm::Field;

QIcon swatch(Environment environment, const QPalette& palette) {
    QPixmap pixmap(space::iconSize * 2, space::iconSize * 2);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(toneOf(toneOf(environment), palette));
    painter.drawRoundedRect(pixmap.rect().adjusted(4, 4, -4, -4), 6, 6);
    return QIcon(pixmap);
}

// The models' messages begin with the field's name, as a command line needs it.
QString withoutPrefix(const QString& summary) {
    const qsizetype colon = summary.indexOf(QLatin1String(": "));
    QString text = colon > 0 && colon < 24 ? summary.mid(colon + 2) : summary;
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

QFormLayout* makeForm(QWidget* parent) {
    auto* form = new QFormLayout(parent);
    form->setContentsMargins(0, 0, 0, 0);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setLabelAlignment(Qt::AlignRight);
    form->setHorizontalSpacing(space::medium);
    form->setVerticalSpacing(space::small);
    return form;
}

} // namespace

ConnectionForm::ConnectionForm(const ConsoleContext& context, const ConnectionProfile& profile,
                               QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , start_(profile) {
    auto* form = makeForm(this);
    addLine(form, Field::Name, tr("&Name"), profile.name)
        ->setPlaceholderText(tr("e.g. Orders broker, Frankfurt"));
    environment_ = new QComboBox(this);
    for (const Environment one : {Environment::Development, Environment::Test, Environment::Production})
        environment_->addItem(swatch(one, palette()),
                              one == Environment::Development ? tr("Development")
                              : one == Environment::Test      ? tr("Test")
                                                              : tr("Production"),
                              static_cast<int>(one));
    environment_->setCurrentIndex(environment_->findData(static_cast<int>(profile.environment)));
    addField(form, Field::Environment, tr("&Environment"), environment_);
    addLine(form, Field::Host, tr("&Host"), profile.host);
    port_ = new QSpinBox(this);
    port_->setRange(1, highestPort);
    port_->setValue(profile.port);
    addField(form, Field::Port, tr("&Port"), port_);
    addLine(form, Field::VirtualHost, tr("&Virtual host"), profile.virtualHost);
    addLine(form, Field::User, tr("&User"), profile.user);
    auto* password = addLine(form, Field::Password, tr("Pass&word"), {});
    password->setEchoMode(QLineEdit::Password);
    password->setPlaceholderText(profile.id.isEmpty() ? tr("asked when connecting if left empty")
                                                      : tr("unchanged if left empty"));
    fields_[Field::Password]->setHint(context.connections.keychainMissing()
                                          ? tr("There is no keychain here: it is kept until Signalbox ends "
                                               "and asked again at the next start.")
                                          : tr("Kept in the system keychain, never in a file."));
    auto* tls = new QCheckBox(tr("Encrypt with &TLS"), this);
    tls->setChecked(profile.tls.enabled);
    boxes_[Field::Tls] = tls;
    addField(form, Field::Tls, {}, tls);
    form->addRow(makeTls(profile.tls));
    addLine(form, Field::Management, tr("&Management URL"), profile.managementUrl)
        ->setPlaceholderText(QStringLiteral("http://host:15672"));
    fields_[Field::Management]->setHint(
        tr("Lists queues with depth, rates and policies. Without it Signalbox works, with less."));
    const auto warnOfClearText = [this] {
        ConnectionProfile typed;
        typed.user = line(Field::User)->text();
        typed.managementUrl = line(Field::Management)->text().trimmed();
        fields_[Field::Management]->setWarning(managementWarning(typed));
    };
    warnOfClearText();
    for (const Field which : {Field::User, Field::Management})
        connect(line(which), &QLineEdit::textChanged, this, warnOfClearText);
    heartbeat_ = new QSpinBox(this);
    heartbeat_->setRange(0, longestHeartbeat);
    heartbeat_->setSuffix(tr(" s"));
    heartbeat_->setSpecialValueText(tr("none"));
    heartbeat_->setValue(profile.heartbeatSeconds);
    addField(form, Field::Heartbeat, tr("Heart&beat"), heartbeat_);

    tlsPart_->setVisible(profile.tls.enabled);
    connect(tls, &QCheckBox::toggled, this, &ConnectionForm::followTls);
    const auto guard = [this] {
        fields_[Field::Environment]->setHint(
            environment_->currentData().toInt() == static_cast<int>(Environment::Production)
                ? tr("Opens read-only. Writing needs an elevation with a reason, for a limited time.")
                : QString());
    };
    guard();
    connect(environment_, &QComboBox::currentIndexChanged, this, [this, guard] {
        guard();
        Q_EMIT edited();
    });
}

QWidget* ConnectionForm::makeTls(const TlsSettings& tls) {
    tlsPart_ = new QWidget(this);
    auto* form = makeForm(tlsPart_);
    form->setContentsMargins(space::wide, 0, 0, space::small);
    addFile(form, Field::Ca, tr("C&A file"), tls.caFile)->setPlaceholderText(tr("the system's certificates"));
    addFile(form, Field::Certificate, tr("&Client certificate"), tls.certificateFile)
        ->setPlaceholderText(tr("none"));
    addFile(form, Field::Key, tr("&Key file"), tls.keyFile)->setPlaceholderText(tr("none"));
    addLine(form, Field::ServerName, tr("&Server name"), tls.serverName)
        ->setPlaceholderText(tr("same as host"));
    auto* verify = new QCheckBox(tr("Check the server's certificate and host name"), this);
    verify->setChecked(tls.verify);
    boxes_[Field::Verify] = verify;
    addField(form, Field::Verify, {}, verify);
    const auto warn = [this](bool on) {
        fields_[Field::Verify]->setWarning(on ? QString()
                                              : tr("Anybody between you and the broker can read and change "
                                                   "everything, the password included."));
    };
    warn(tls.verify);
    connect(verify, &QCheckBox::toggled, this, warn);
    connect(verify, &QCheckBox::toggled, this, &ConnectionForm::edited);
    return tlsPart_;
}

void ConnectionForm::addField(QFormLayout* form, Field which, const QString& label, QWidget* editor) {
    auto* field = new FormField(QString(label).remove(QLatin1Char('&')), editor, this);
    fields_[which] = field;
    auto* caption = new QLabel(label, this);
    caption->setBuddy(editor);
    // Beside the editor's text, not the middle of editor and message.
    caption->setContentsMargins(0, space::tight + 1, 0, 0);
    caption->setAlignment(Qt::AlignRight | Qt::AlignTop);
    form->addRow(caption, field);
}

QLineEdit* ConnectionForm::addLine(QFormLayout* form, Field which, const QString& label,
                                   const QString& value) {
    auto* edit = new QLineEdit(value, this);
    addField(form, which, label, edit);
    lines_[which] = edit;
    connect(edit, &QLineEdit::editingFinished, this, [this, which] { checkField(which); });
    connect(edit, &QLineEdit::textChanged, this, [this, which] {
        if (!fields_[which]->problem().isEmpty())
            checkField(which); // the message goes as soon as the mistake does
        Q_EMIT edited();
    });
    return edit;
}

QLineEdit* ConnectionForm::addFile(QFormLayout* form, Field which, const QString& label,
                                   const QString& value) {
    QLineEdit* edit = addLine(form, which, label, value);
    auto* choose =
        edit->addAction(icon(QStringLiteral("folder"), Tone::TextDim), QLineEdit::TrailingPosition);
    choose->setToolTip(tr("Choose a file"));
    connect(choose, &QAction::triggered, this, [this, edit, label] {
        auto* dialog = new QFileDialog(this, QString(label).remove(QLatin1Char('&')), edit->text(),
                                       tr("PEM files (*.pem *.crt *.cer *.key);;All files (*)"));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setFileMode(QFileDialog::ExistingFile);
        connect(dialog, &QFileDialog::fileSelected, edit, &QLineEdit::setText);
        dialog->open();
    });
    return edit;
}

FormField* ConnectionForm::field(Field which) const {
    return fields_.at(which);
}

QLineEdit* ConnectionForm::line(Field which) const {
    return lines_.at(which);
}

QCheckBox* ConnectionForm::box(Field which) const {
    return boxes_.at(which);
}

ConnectionProfile ConnectionForm::profile() const {
    ConnectionProfile profile = start_;
    profile.name = line(Field::Name)->text().trimmed();
    profile.environment = static_cast<Environment>(environment_->currentData().toInt());
    profile.host = line(Field::Host)->text().trimmed();
    profile.port = port_->value();
    profile.virtualHost = line(Field::VirtualHost)->text();
    profile.user = line(Field::User)->text();
    profile.managementUrl = line(Field::Management)->text().trimmed();
    profile.heartbeatSeconds = heartbeat_->value();
    profile.tls.enabled = box(Field::Tls)->isChecked();
    profile.tls.caFile = line(Field::Ca)->text().trimmed();
    profile.tls.certificateFile = line(Field::Certificate)->text().trimmed();
    profile.tls.keyFile = line(Field::Key)->text().trimmed();
    profile.tls.serverName = line(Field::ServerName)->text().trimmed();
    profile.tls.verify = box(Field::Verify)->isChecked();
    return profile;
}

std::optional<Secret> ConnectionForm::secret() const {
    const QByteArray typed = line(Field::Password)->text().toUtf8();
    return typed.isEmpty() ? std::nullopt : std::optional<Secret>(Secret(typed));
}

// One field at a time: everything else is put in order first, so that the rule speaks of this field.
QString ConnectionForm::problemOf(Field which) const {
    const ConnectionProfile typed = profile();
    ConnectionProfile probe;
    probe.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    probe.name = QStringLiteral("x");
    switch (which) {
    case Field::Name:
        probe.name = typed.name;
        for (const ConnectionProfile& other : context_.connections.profiles()) {
            if (other.id != typed.id && other.name == typed.name)
                return tr("Another connection has this name; choose a different one.");
        }
        break;
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

void ConnectionForm::checkField(Field which) {
    fields_[which]->setProblem(problemOf(which));
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
    static const std::map<QString, Field> names{{QStringLiteral("Name"), Field::Name},
                                                {QStringLiteral("Host"), Field::Host},
                                                {QStringLiteral("Port"), Field::Port},
                                                {QStringLiteral("Virtual host"), Field::VirtualHost},
                                                {QStringLiteral("User"), Field::User},
                                                {QStringLiteral("CA file"), Field::Ca},
                                                {QStringLiteral("Key file"), Field::Key},
                                                {QStringLiteral("Client certificate"), Field::Certificate},
                                                {QStringLiteral("Heartbeat"), Field::Heartbeat},
                                                {QStringLiteral("Management URL"), Field::Management}};
    const auto found = names.find(error.summary.section(QLatin1String(": "), 0, 0));
    if (error.kind == ErrorKind::Conflict)
        fields_[Field::Name]->setProblem(error.summary);
    else if (error.kind == ErrorKind::Invalid && found != names.end())
        fields_[found->second]->setProblem(withoutPrefix(error.summary));
    else
        return false;
    return true;
}

void ConnectionForm::adopt(const QString& id) {
    start_.id = id;
}

void ConnectionForm::followTls(bool on) {
    tlsPart_->setVisible(on);
    if (on && port_->value() == plainPort)
        port_->setValue(tlsPort);
    else if (!on && port_->value() == tlsPort)
        port_->setValue(plainPort);
    Q_EMIT edited();
}

} // namespace signalbox
