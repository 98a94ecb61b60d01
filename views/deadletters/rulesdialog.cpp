#include "views/deadletters/rulesdialog.h"

#include "models/base/whendone.h"
#include "views/deadletters/ruledeletedialog.h"
#include "views/deadletters/ruledialog.h"
#include "views/deadletters/rulemodel.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr QSize usualRulesSize(760, 460);
}

RulesDialog::RulesDialog(ConsoleContext& context, EntityDesk& desk, QString connectionId,
                         QString subscription, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , desk_(desk)
    , connectionId_(std::move(connectionId))
    , subscription_(std::move(subscription))
    , model_(new RuleModel(this))
    , banner_(new ErrorBanner(this))
    , table_(new TableView(this))
    , add_(new QPushButton(icon(QStringLiteral("add")), tr("&Add…"), this))
    , edit_(new QPushButton(icon(QStringLiteral("edit")), tr("&Change…"), this))
    , remove_(new QPushButton(icon(QStringLiteral("remove")), tr("&Delete…"), this)) {
    setWindowTitle(tr("Rules of %1").arg(subscription_));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, connectionId_, windowTitle(), this));
    layout->addWidget(banner_);
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::medium);
    table_->setModel(model_);
    table_->setAccessibleName(tr("Rules"));
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->rememberColumns(context.settings, QStringLiteral("deadletters/rules"), {}, {160, 340, 200});
    table_->horizontalHeader()->setStretchLastSection(true);
    inside->addWidget(table_, 1);
    auto* buttons = new QHBoxLayout;
    for (QPushButton* each : {add_, edit_, remove_}) {
        each->setAutoDefault(false);
        buttons->addWidget(each);
    }
    buttons->addStretch(1);
    auto* box = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addWidget(box);
    inside->addLayout(buttons);
    layout->addLayout(inside, 1);
    connect(box, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(add_, &QPushButton::clicked, this, &RulesDialog::add);
    connect(edit_, &QPushButton::clicked, this, &RulesDialog::edit);
    connect(remove_, &QPushButton::clicked, this, &RulesDialog::remove);
    connect(table_, &TableView::opened, this, &RulesDialog::edit);
    connect(table_, &TableView::menuWanted, this, [this](QMenu* menu) {
        menu->addAction(edit_->icon(), tr("Change…"), this, &RulesDialog::edit)
            ->setEnabled(edit_->isEnabled());
        menu->addAction(remove_->icon(), tr("Delete…"), this, &RulesDialog::remove);
        menu->addSeparator();
    });
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RulesDialog::follow);
    resize(usualRulesSize);
    read();
}

void RulesDialog::read() {
    isKnown_ = false;
    table_->emptyState()->present(QStringLiteral("wait"), tr("Asking the service…"), {});
    table_->followRows();
    follow();
    BrokerGateway* broker = context_.connections.gateway(connectionId_);
    if (!broker) {
        table_->emptyState()->present(QStringLiteral("disconnect"), tr("Not connected"),
                                      tr("Connect to see the rules."));
        return;
    }
    whenDone(desk_.rules(*broker, subscription_), this, [this](const Result<std::vector<BusRule>>& rules) {
        if (!rules) {
            banner_->present(rules.error());
            table_->emptyState()->present(QStringLiteral("error"), tr("The rules are not known"), {});
            return;
        }
        isKnown_ = true;
        model_->setRules(*rules);
        table_->emptyState()->present(QStringLiteral("filter"), tr("No rule"),
                                      tr("Without a rule the subscription gets no message."));
        table_->followRows();
        if (model_->rowCount() > 0)
            table_->selectRow(0);
        follow();
    });
}

const BusRule* RulesDialog::chosen() const {
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    return rows.isEmpty() ? nullptr : model_->at(rows.front().row());
}

void RulesDialog::follow() {
    const BusRule* rule = chosen();
    add_->setEnabled(isKnown_);
    // One that is not understood would lose what is not shown.
    const bool isUnderstood =
        rule && rule->kind != BusRule::Kind::Unknown && (!rule->hasAction || !rule->action.isEmpty());
    edit_->setEnabled(isKnown_ && isUnderstood);
    edit_->setToolTip(rule && !isUnderstood ? tr("Not all of this rule is understood here.") : QString());
    remove_->setEnabled(isKnown_ && rule);
}

void RulesDialog::present(EntityDialog* dialog) {
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    opened_ = dialog;
    connect(dialog, &EntityDialog::navigate, this, &RulesDialog::navigate);
    connect(dialog, &EntityDialog::changed, this, [this](const QString& words) {
        banner_->present(Severity::Success, words);
        read();
        Q_EMIT changed(words);
    });
    dialog->open();
}

void RulesDialog::add() {
    present(new RuleDialog(context_, desk_, connectionId_, subscription_, nullptr, this));
}

void RulesDialog::edit() {
    if (const BusRule* rule = chosen(); rule && edit_->isEnabled())
        present(new RuleDialog(context_, desk_, connectionId_, subscription_, rule, this));
}

void RulesDialog::remove() {
    if (const BusRule* rule = chosen())
        present(new RuleDeleteDialog(context_, desk_, connectionId_, subscription_, *rule,
                                     model_->rowCount() == 1, this));
}

} // namespace signalbox
