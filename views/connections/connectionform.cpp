#include "views/connections/connectionform.h"

#include "views/connections/namespacedialog.h"
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

#include <utility>

namespace signalbox {

namespace {

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

} // namespace

ConnectionForm::ConnectionForm(const ConsoleContext& context, const ConnectionProfile& profile,
                               QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , start_(profile)
    , form_(new QFormLayout(this)) {
    form_->setContentsMargins(0, 0, 0, 0);
    form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form_->setLabelAlignment(Qt::AlignRight);
    form_->setHorizontalSpacing(space::medium);
    form_->setVerticalSpacing(space::small);
    addRows();
    if (start_.technology == technology::serviceBus)
        managementOf_ = start_.host;
    followKind();
    followEnvironment();
    connect(kind_, &QComboBox::currentIndexChanged, this, [this] {
        const QString typed = line(Field::Management)->text();
        line(Field::Management)->setText(std::exchange(otherManagement_, typed));
        for (const auto& [which, one] : fields_)
            one->setProblem({});
        followKind();
        Q_EMIT edited();
    });
    connect(environment_, &QComboBox::currentIndexChanged, this, [this] {
        followEnvironment();
        Q_EMIT edited();
    });
    connect(boxes_[Field::Tls], &QCheckBox::toggled, this, &ConnectionForm::followTls);
    connect(boxes_[Field::Verify], &QCheckBox::toggled, this, [this] {
        followRows();
        Q_EMIT edited();
    });
    for (const Field which : {Field::User, Field::Management})
        connect(line(which), &QLineEdit::textChanged, this, &ConnectionForm::followManagement);
}

// A line that gets the focus when the one before it goes, loses it in turn, and would be checked.
ConnectionForm::~ConnectionForm() {
    for (const auto& [which, edit] : lines_)
        edit->disconnect(this);
}

void ConnectionForm::addRows() {
    kind_ = new QComboBox(this);
    kind_->addItem(tr("RabbitMQ"), QString(technology::rabbitMq));
    kind_->addItem(tr("Azure Service Bus"), QString(technology::serviceBus));
    kind_->setCurrentIndex(std::max(0, kind_->findData(start_.technology)));
    kind_->setEnabled(start_.id.isEmpty());
    addField(Field::Kind, tr("K&ind"), kind_);
    addLine(Field::Name, tr("&Name"), start_.name);
    environment_ = new QComboBox(this);
    for (const Environment one : {Environment::Development, Environment::Test, Environment::Production})
        environment_->addItem(swatch(one, palette()),
                              one == Environment::Development ? tr("Development")
                              : one == Environment::Test      ? tr("Test")
                                                              : tr("Production"),
                              static_cast<int>(one));
    environment_->setCurrentIndex(environment_->findData(static_cast<int>(start_.environment)));
    addField(Field::Environment, tr("&Environment"), environment_);

    const QString kept = context_.connections.keychainMissing()
                             ? tr("There is no keychain here: it is kept until Signalbox ends "
                                  "and asked again at the next start.")
                             : tr("Kept in the system keychain, never in a file.");
    const bool isNew = start_.id.isEmpty();
    auto* string = addLine(Field::ConnectionString, tr("Connection strin&g"), {});
    string->setEchoMode(QLineEdit::Password);
    string->setPlaceholderText(isNew ? tr("Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…")
                                     : tr("unchanged if left empty"));
    fields_[Field::ConnectionString]->setHint(kept);
    told_ = new QLabel(this);
    told_->setTextFormat(Qt::PlainText);
    told_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed); // a long host name widens nothing
    told_->setAccessibleName(tr("What the connection string says"));
    auto* caption = new QLabel(tr("Namespace"), this);
    caption->setAlignment(Qt::AlignRight | Qt::AlignTop);
    form_->addRow(caption, told_);
    find_ = new QPushButton(icon(QStringLiteral("search")), tr("&Find namespaces…"), this);
    find_->setAutoDefault(false);
    find_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    find_->setToolTip(tr("Lists the namespaces that Azure knows, with an access token of yours"));
    connect(find_, &QPushButton::clicked, this, &ConnectionForm::findNamespaces);
    form_->addRow(QString(), find_);

    addBroker();
    auto* password = addLine(Field::Password, tr("Pass&word"), {});
    password->setEchoMode(QLineEdit::Password);
    password->setPlaceholderText(isNew ? tr("asked when connecting if left empty")
                                       : tr("unchanged if left empty"));
    fields_[Field::Password]->setHint(kept);
    addTls();
    addManagement();
}

void ConnectionForm::findNamespaces() {
    auto* dialog = new NamespaceDialog(context_, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &NamespaceDialog::chosen, this, [this](const QString& name, const QString& string) {
        if (line(Field::Name)->text().trimmed().isEmpty())
            line(Field::Name)->setText(name);
        line(Field::ConnectionString)->setText(string);
    });
    dialog->open();
}

void ConnectionForm::addBroker() {
    // What only RabbitMQ has starts with its usual values where the connection is none of it.
    const bool isBroker = start_.technology == technology::rabbitMq;
    const ConnectionProfile usual;
    const ConnectionProfile& from = isBroker ? start_ : usual;
    addLine(Field::Host, tr("&Host"), from.host);
    port_ = new QSpinBox(this);
    port_->setRange(1, highestPort);
    port_->setValue(from.port);
    addField(Field::Port, tr("&Port"), port_);
    addLine(Field::VirtualHost, tr("&Virtual host"), from.virtualHost);
    addLine(Field::User, tr("&User"), from.user);
}

void ConnectionForm::addTls() {
    const TlsSettings& tls = start_.tls;
    auto* enabled = new QCheckBox(tr("Encrypt with &TLS"), this);
    enabled->setChecked(tls.enabled && start_.technology == technology::rabbitMq);
    boxes_[Field::Tls] = enabled;
    addField(Field::Tls, {}, enabled);
    addFile(Field::Ca, tr("C&A file"), tls.caFile)->setPlaceholderText(tr("the system's certificates"));
    addFile(Field::Certificate, tr("&Client certificate"), tls.certificateFile)
        ->setPlaceholderText(tr("none"));
    addFile(Field::Key, tr("&Key file"), tls.keyFile)->setPlaceholderText(tr("none"));
    addLine(Field::ServerName, tr("&Server name"), tls.serverName)->setPlaceholderText(tr("same as host"));
    auto* verify = new QCheckBox(tr("Check the server's certificate and host name"), this);
    verify->setChecked(tls.verify);
    boxes_[Field::Verify] = verify;
    addField(Field::Verify, {}, verify);
}

void ConnectionForm::addManagement() {
    addLine(Field::Management, tr("&Management URL"), start_.managementUrl);
    heartbeat_ = new QSpinBox(this);
    heartbeat_->setRange(0, longestHeartbeat);
    heartbeat_->setSuffix(tr(" s"));
    heartbeat_->setSpecialValueText(tr("none"));
    heartbeat_->setValue(start_.heartbeatSeconds);
    addField(Field::Heartbeat, tr("Heart&beat"), heartbeat_);
}

void ConnectionForm::addField(Field which, const QString& label, QWidget* editor) {
    auto* field = new FormField(QString(label).remove(QLatin1Char('&')), editor, this);
    fields_[which] = field;
    auto* caption = new QLabel(label, this);
    caption->setBuddy(editor);
    // Beside the editor's text, not the middle of editor and message.
    caption->setContentsMargins(0, space::tight + 1, 0, 0);
    caption->setAlignment(Qt::AlignRight | Qt::AlignTop);
    form_->addRow(caption, field);
}

QLineEdit* ConnectionForm::addLine(Field which, const QString& label, const QString& value) {
    auto* edit = new QLineEdit(value, this);
    addField(which, label, edit);
    lines_[which] = edit;
    connect(edit, &QLineEdit::editingFinished, this, [this, which] { checkField(which); });
    connect(edit, &QLineEdit::textChanged, this, [this, which] {
        if (which == Field::ConnectionString)
            followString();
        if (!fields_[which]->problem().isEmpty())
            checkField(which); // the message goes as soon as the mistake does
        Q_EMIT edited();
    });
    return edit;
}

QLineEdit* ConnectionForm::addFile(Field which, const QString& label, const QString& value) {
    QLineEdit* edit = addLine(which, label, value);
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

bool ConnectionForm::isServiceBus() const {
    return kind_->currentData().toString() == technology::serviceBus;
}

ConnectionProfile ConnectionForm::profile() const {
    ConnectionProfile profile = start_;
    profile.name = line(Field::Name)->text().trimmed();
    profile.environment = static_cast<Environment>(environment_->currentData().toInt());
    profile.managementUrl = line(Field::Management)->text().trimmed();
    profile.tls.caFile = line(Field::Ca)->text().trimmed();
    profile.tls.verify = box(Field::Verify)->isChecked();
    return isServiceBus() ? namespaceProfile(std::move(profile)) : brokerProfile(std::move(profile));
}

ConnectionProfile ConnectionForm::brokerProfile(ConnectionProfile profile) const {
    profile.technology = technology::rabbitMq;
    profile.host = line(Field::Host)->text().trimmed();
    profile.port = port_->value();
    profile.virtualHost = line(Field::VirtualHost)->text();
    profile.user = line(Field::User)->text();
    profile.heartbeatSeconds = heartbeat_->value();
    profile.tls.enabled = box(Field::Tls)->isChecked();
    profile.tls.certificateFile = line(Field::Certificate)->text().trimmed();
    profile.tls.keyFile = line(Field::Key)->text().trimmed();
    profile.tls.serverName = line(Field::ServerName)->text().trimmed();
    return profile;
}

ConnectionProfile ConnectionForm::namespaceProfile(ConnectionProfile profile) const {
    profile.technology = technology::serviceBus;
    if (!read_ || line(Field::ConnectionString)->text().isEmpty())
        return profile;
    profile.host = read_->host;
    profile.port = read_->port;
    profile.virtualHost = read_->virtualHost;
    profile.user = read_->user;
    profile.tls.enabled = read_->tls.enabled;
    return profile;
}

std::optional<Secret> ConnectionForm::secret() const {
    const QByteArray typed =
        line(isServiceBus() ? Field::ConnectionString : Field::Password)->text().toUtf8();
    return typed.isEmpty() ? std::nullopt : std::optional<Secret>(Secret(typed));
}

void ConnectionForm::adopt(const QString& id) {
    start_ = profile();
    start_.id = id;
    kind_->setEnabled(false);
}

} // namespace signalbox
