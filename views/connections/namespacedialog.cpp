#include "views/connections/namespacedialog.h"

#include "models/base/whendone.h"
#include "views/connections/namespacemodel.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/formfield.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr QSize usualNamespaceSize(820, 620);
}

NamespaceDialog::NamespaceDialog(const ConsoleContext& context, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , model_(new NamespaceModel(this))
    , banner_(new ErrorBanner(this))
    , cloud_(new QComboBox(this))
    , token_(new QLineEdit(this))
    , tokenField_(new FormField(tr("Access token"), token_, this))
    , find_(new QPushButton(icon(QStringLiteral("search")), tr("&Find"), this))
    , table_(new TableView(this))
    , keyName_(new QLineEdit(QStringLiteral("RootManageSharedAccessKey"), this))
    , key_(new QLineEdit(this))
    , hint_(dimLabel({}, this)) {
    setWindowTitle(tr("Find namespaces"));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(tr("Find namespaces in Azure"), this));
    layout->addWidget(banner_);
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::medium);

    cloud_->addItem(tr("Azure"), QStringLiteral("public"));
    cloud_->addItem(tr("Azure in China (21Vianet)"), QStringLiteral("china"));
    cloud_->addItem(tr("Azure for US Government"), QStringLiteral("usgov"));
    cloud_->setAccessibleName(tr("Cloud"));
    token_->setEchoMode(QLineEdit::Password);
    const auto known = context.azureToken ? context.azureToken() : std::optional<Secret>();
    token_->setPlaceholderText(known && *known ? tr("from %1").arg(QLatin1String(azureTokenVariable))
                                               : tr("az account get-access-token --resource "
                                                    "https://management.azure.com/"));
    tokenField_->setHint(tr("Of the Resource Manager, with the role Reader. It is not kept."));
    auto* asking = new QFormLayout;
    asking->setVerticalSpacing(space::small);
    asking->addRow(tr("&Cloud"), cloud_);
    asking->addRow(tr("&Access token"), tokenField_);
    asking->addRow(QString(), find_);
    find_->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    inside->addLayout(asking);

    table_->setModel(model_);
    table_->setAccessibleName(tr("Namespaces"));
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->rememberColumns(context.settings, QStringLiteral("connections/namespaces"), {},
                            {210, 120, 90, 80, 80, 160});
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->emptyState()->present(QStringLiteral("search"), tr("Nothing was looked for yet"), {});
    inside->addWidget(table_, 1);

    key_->setEchoMode(QLineEdit::Password);
    keyName_->setAccessibleName(tr("Key name"));
    key_->setAccessibleName(tr("Key or token"));
    auto* entering = new QFormLayout;
    entering->setVerticalSpacing(space::small);
    entering->addRow(tr("Key &name"), keyName_);
    entering->addRow(tr("&Key or token"), key_);
    inside->addLayout(entering);
    hint_->setWordWrap(true);
    hint_->setTextFormat(Qt::PlainText);
    inside->addWidget(hint_);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    use_ = buttons->addButton(tr("Use this namespace"), QDialogButtonBox::ActionRole);
    ConsoleStyle::makeAccent(use_);
    for (QPushButton* each : {find_, use_})
        each->setAutoDefault(false);
    inside->addWidget(buttons);
    layout->addLayout(inside, 1);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(find_, &QPushButton::clicked, this, &NamespaceDialog::find);
    connect(token_, &QLineEdit::returnPressed, this, &NamespaceDialog::find);
    connect(use_, &QPushButton::clicked, this, &NamespaceDialog::use);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &NamespaceDialog::follow);
    for (QLineEdit* each : {keyName_, key_})
        connect(each, &QLineEdit::textChanged, this, &NamespaceDialog::follow);
    connect(token_, &QLineEdit::textChanged, this, [this] { tokenField_->setProblem({}); });
    follow();
    resize(usualNamespaceSize);
    token_->setFocus();
}

void NamespaceDialog::find() {
    Secret token(token_->text().trimmed().toUtf8());
    if (token.isEmpty() && context_.azureToken) {
        const auto given = context_.azureToken();
        if (!given) {
            tokenField_->setProblem(given.error().summary);
            return;
        }
        token = given->value_or(Secret());
    }
    if (token.isEmpty()) {
        tokenField_->setProblem(
            tr("Give an access token, or set %1 before the start.").arg(QLatin1String(azureTokenVariable)));
        return;
    }
    banner_->dismiss();
    model_->setNamespaces({});
    find_->setEnabled(false);
    table_->emptyState()->present(QStringLiteral("wait"), tr("Asking Azure…"), {});
    table_->followRows();
    const int number = ++asked_;
    whenDone(context_.namespaces->find(azureEndpoint(cloud_->currentData().toString()), token), this,
             [this, number](const Result<NamespaceFindings>& found) {
                 if (number == asked_)
                     take(found);
             });
}

void NamespaceDialog::take(const Result<NamespaceFindings>& found) {
    find_->setEnabled(true);
    if (!found) {
        table_->emptyState()->present(QStringLiteral("error"), tr("Azure did not tell"), {});
        if (found.error().kind == ErrorKind::Invalid)
            tokenField_->setProblem(found.error().summary);
        else
            banner_->present(found.error());
        return;
    }
    model_->setNamespaces(found->namespaces);
    table_->emptyState()->present(QStringLiteral("search"), tr("No namespace"),
                                  found->subscriptions == 0
                                      ? tr("The token sees no subscription.")
                                      : tr("In none of the %1 subscriptions.").arg(found->subscriptions));
    table_->followRows();
    if (!found->missing.isEmpty())
        banner_->present(Severity::Warning, tr("Not all could be looked at."),
                         found->missing.join(QLatin1Char('\n')));
    if (model_->rowCount() > 0)
        table_->selectRow(0);
    follow();
}

const FoundNamespace* NamespaceDialog::current() const {
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : model_->at(rows.front().row());
}

void NamespaceDialog::follow() {
    const FoundNamespace* found = current();
    const bool isKeyless = found && found->isKeyless;
    keyName_->setEnabled(!isKeyless);
    hint_->setText(
        isKeyless ? tr("Keys are disabled in this namespace: give an access token of Entra ID for Service "
                       "Bus (--resource https://servicebus.azure.net).")
                  : tr("A shared access key of the namespace; or no key name, and an access token of Entra "
                       "ID for Service Bus (--resource https://servicebus.azure.net)."));
    const QString why = !found                   ? tr("Choose a namespace.")
                        : key_->text().isEmpty() ? tr("Give its key, or an access token for Service Bus.")
                                                 : QString();
    use_->setEnabled(why.isEmpty());
    use_->setToolTip(why);
}

QString NamespaceDialog::connectionString(const FoundNamespace& found) const {
    const QString keyName = found.isKeyless ? QString() : keyName_->text().trimmed();
    const QString key = key_->text().trimmed();
    return keyName.isEmpty()
               ? QStringLiteral("Endpoint=sb://%1/;SharedAccessSignature=%2").arg(found.host, key)
               : QStringLiteral("Endpoint=sb://%1/;SharedAccessKeyName=%2;SharedAccessKey=%3")
                     .arg(found.host, keyName, key);
}

void NamespaceDialog::use() {
    const FoundNamespace* found = current();
    if (!found || !use_->isEnabled())
        return;
    const QString name = found->name;
    const QString string = connectionString(*found);
    accept();
    Q_EMIT chosen(name, string);
}

} // namespace signalbox
