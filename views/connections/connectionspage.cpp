#include "views/connections/connectionspage.h"

#include "models/base/whendone.h"
#include "views/connections/connectiondetails.h"
#include "views/connections/connectiondialog.h"
#include "views/connections/connectiontablemodel.h"
#include "views/connections/environmentdelegate.h"
#include "views/connections/servicebuswords.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/question.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QVBoxLayout>

namespace signalbox {

namespace {

QString splitterKey() {
    return QStringLiteral("connections/splitter");
}

} // namespace

ConnectionsPage::ConnectionsPage(ConsoleContext& context, QWidget* parent)
    : Page(parent)
    , context_(context)
    , model_(new ConnectionTableModel(context, this))
    , sorted_(new QSortFilterProxyModel(this))
    , search_(new SearchLine(tr("Filter connections"), this))
    , addButton_(new QPushButton(icon(QStringLiteral("add"), Tone::AccentText), tr("&Add connection…"), this))
    , table_(new TableView(this))
    , details_(new ConnectionDetails(context, this))
    , splitter_(new QSplitter(Qt::Vertical, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(space::small);
    bar->setContentsMargins(space::medium, space::small, space::medium, space::small);
    auto* headline = new QLabel(title(), this);
    headline->setFont(headlineFont());
    bar->addWidget(headline);
    bar->addSpacing(space::large);
    bar->addWidget(search_, 1);
    bar->addWidget(addButton_);
    ConsoleStyle::makeAccent(addButton_);
    layout->addLayout(bar);
    splitter_->addWidget(table_);
    splitter_->addWidget(details_);
    splitter_->setChildrenCollapsible(false);
    splitter_->setStretchFactor(0, 3);
    splitter_->setStretchFactor(1, 2);
    layout->addWidget(splitter_, 1);

    sorted_->setSourceModel(model_);
    sorted_->setSortRole(ConnectionTableModel::SortRole);
    sorted_->setSortCaseSensitivity(Qt::CaseInsensitive);
    sorted_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    sorted_->setFilterKeyColumn(-1);
    table_->setModel(sorted_);
    table_->setAccessibleName(title());
    table_->setFrameShape(QFrame::NoFrame);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setItemDelegateForColumn(ConnectionTableModel::Name,
                                     new EnvironmentDelegate(ConnectionTableModel::EnvironmentRole, table_));
    table_->setSortingEnabled(true);
    table_->sortByColumn(ConnectionTableModel::Name, Qt::AscendingOrder);
    table_->rememberColumns(context.settings, QStringLiteral("connections"),
                            {ConnectionTableModel::Technology}, {200, 115, 150, 140, 200, 140, 120, 210, 90});
    if (const QByteArray state = context.settings.value(splitterKey()).toByteArray(); !state.isEmpty())
        splitter_->restoreState(state);
    connect(splitter_, &QSplitter::splitterMoved, this,
            [this] { context_.settings.setValue(splitterKey(), splitter_->saveState()); });
    connect(search_, &SearchLine::searched, sorted_, &QSortFilterProxyModel::setFilterFixedString);
    connect(search_, &SearchLine::leftDownwards, table_, [this] { table_->setFocus(); });
    connect(search_, &SearchLine::searched, this, &ConnectionsPage::followCount);
    connect(addButton_, &QPushButton::clicked, this, &ConnectionsPage::add);
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &ConnectionsPage::followSelection);
    connect(table_, &TableView::opened, this, [this] {
        Q_EMIT navigate(QStringLiteral("connect"), {{QStringLiteral("connection"), selectedId()}});
    });
    connect(table_, &TableView::menuWanted, this, [this](QMenu* menu) {
        for (const Command& command : commands()) {
            QAction* action = menu->addAction(icon(command.iconName), command.text, command.run);
            action->setEnabled(command.isEnabled());
        }
    });
    const auto pass = [this](const QString& target) {
        return [this, target](const QString& id) {
            Q_EMIT navigate(target, {{QStringLiteral("connection"), id}});
        };
    };
    connect(details_, &ConnectionDetails::connectWanted, this, pass(QStringLiteral("connect")));
    connect(details_, &ConnectionDetails::elevateWanted, this, pass(QStringLiteral("elevate")));
    connect(details_, &ConnectionDetails::editWanted, this, &ConnectionsPage::edit);
    connect(details_, &ConnectionDetails::errorRaised, this, &Page::errorRaised);
    for (const auto signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved})
        connect(model_, signal, this, &ConnectionsPage::followCount);
    followCount();
    followSelection();
    if (sorted_->rowCount() > 0)
        table_->selectRow(0);
}

ConnectionsPage::~ConnectionsPage() = default;

QString ConnectionsPage::title() const {
    return tr("Connections");
}

QString ConnectionsPage::iconName() const {
    return QStringLiteral("connections");
}

void ConnectionsPage::activate(const QVariantMap& arguments) {
    const QString id = arguments.value(QStringLiteral("connection")).toString();
    if (!id.isEmpty())
        select(id);
    if (arguments.value(QStringLiteral("add")).toBool())
        add();
}

void ConnectionsPage::focusSearch() {
    search_->setFocus();
    search_->edit()->selectAll();
}

QList<QWidget*> ConnectionsPage::panes() {
    QList<QWidget*> panes{table_, search_};
    if (!selectedId().isEmpty())
        panes << details_->connectButton();
    return panes;
}

std::vector<Command> ConnectionsPage::commands() {
    const auto some = [this] { return !selectedId().isEmpty(); };
    const auto linked = [this] { return context_.connections.gateway(selectedId()) != nullptr; };
    const auto send = [this](const QString& target) {
        Q_EMIT navigate(target, {{QStringLiteral("connection"), selectedId()}});
    };
    return {
        {QStringLiteral("connections.connect"),
         tr("Connect"),
         QKeySequence(QStringLiteral("Ctrl+Return")),
         [some, linked] { return some() && !linked(); },
         [send] { send(QStringLiteral("connect")); },
         QStringLiteral("connect"),
         {}},
        {QStringLiteral("connections.disconnect"),
         tr("Disconnect"),
         QKeySequence(QStringLiteral("Ctrl+D")),
         linked,
         [this] { context_.connections.disconnect(selectedId()); },
         QStringLiteral("disconnect"),
         {}},
        {QStringLiteral("connections.test"),
         tr("Test connection"),
         QKeySequence(QStringLiteral("Ctrl+T")),
         some,
         [this] { details_->test(); },
         QStringLiteral("test"),
         {}},
        {QStringLiteral("connections.add"),
         tr("Add connection…"),
         QKeySequence(QKeySequence::New),
         {},
         [this] { add(); },
         QStringLiteral("add"),
         {}},
        {QStringLiteral("connections.edit"),
         tr("Edit connection…"),
         QKeySequence(QStringLiteral("F2")),
         some,
         [this] { edit(selectedId()); },
         QStringLiteral("edit"),
         {}},
        {QStringLiteral("connections.duplicate"),
         tr("Duplicate connection…"),
         {},
         some,
         [this] { duplicate(selectedId()); },
         QStringLiteral("duplicate"),
         {}},
        {QStringLiteral("connections.remove"),
         tr("Remove connection…"),
         QKeySequence(QKeySequence::Delete),
         some,
         [this] { remove(selectedId()); },
         QStringLiteral("remove"),
         {}},
    };
}

std::vector<Command> ConnectionsPage::places() {
    std::vector<Command> places;
    for (const ConnectionProfile& profile : context_.connections.profiles()) {
        places.push_back(
            {QStringLiteral("connections.go.%1").arg(profile.id),
             profile.name,
             {},
             {},
             [this, id = profile.id] {
                 Q_EMIT navigate(QStringLiteral("connect"), {{QStringLiteral("connection"), id}});
             },
             QStringLiteral("connections"),
             tr("connection, %1").arg(environmentWord(profile.environment))});
    }
    return places;
}

void ConnectionsPage::setConnection(const QString& connectionId) {
    current_ = connectionId;
    select(connectionId);
}

QString ConnectionsPage::selectedId() const {
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    return rows.isEmpty() ? QString() : rows.first().data(ConnectionTableModel::IdRole).toString();
}

void ConnectionsPage::select(const QString& id) {
    const int row = model_->rowOf(id);
    const QModelIndex index = sorted_->mapFromSource(model_->index(row, 0));
    if (row >= 0 && index.isValid()) {
        table_->selectRow(index.row());
        table_->scrollTo(index);
    }
}

void ConnectionsPage::followSelection() {
    details_->setConnection(selectedId());
    details_->setVisible(!selectedId().isEmpty());
    Q_EMIT commandsChanged();
}

void ConnectionsPage::followCount() {
    if (model_->rowCount() == 0)
        table_->emptyState()->present(
            QStringLiteral("connections"), tr("No connections yet"),
            tr("Add the broker or namespace whose dead letters you look after. Signalbox only reads "
               "until you tell it to do more."),
            tr("Add connection…"), [this] { add(); });
    else
        table_->emptyState()->present(QStringLiteral("search"), tr("No connection fits the filter"),
                                      tr("Change the words or clear the filter."), tr("Clear filter"),
                                      [this] { search_->setText({}); });
    table_->followRows();
}

void ConnectionsPage::openEditor(const ConnectionProfile& profile) {
    if (dialog_)
        dialog_->close();
    auto* dialog = new ConnectionDialog(context_, profile, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog_ = dialog;
    connect(dialog, &ConnectionDialog::saved, this, [this](const QString& name) {
        if (const ConnectionProfile* saved = context_.connections.find(name))
            select(saved->id);
        Q_EMIT statusMessage(tr("%1 is saved").arg(name));
    });
    connect(dialog, &ConnectionDialog::notice, this, &Page::statusMessage);
    dialog->open();
}

void ConnectionsPage::add() {
    ConnectionProfile profile;
    profile.host = QStringLiteral("localhost");
    openEditor(profile);
}

void ConnectionsPage::edit(const QString& id) {
    if (const ConnectionProfile* profile = context_.connections.find(id))
        openEditor(*profile);
}

void ConnectionsPage::duplicate(const QString& id) {
    const ConnectionProfile* profile = context_.connections.find(id);
    if (!profile)
        return;
    ConnectionProfile copy = *profile;
    copy.id.clear();
    copy.name = tr("%1 (copy)").arg(profile->name);
    for (int number = 2; context_.connections.find(copy.name); ++number)
        copy.name = tr("%1 (copy %2)").arg(profile->name).arg(number);
    openEditor(copy);
}

void ConnectionsPage::remove(const QString& id) {
    const ConnectionProfile* profile = context_.connections.find(id);
    if (!profile)
        return;
    // Nobody should agree only to be told no.
    if (const auto allowed = context_.connections.mayRemove(id); !allowed) {
        Q_EMIT errorRaised(allowed.error());
        return;
    }
    auto* question = new Question(
        context_, id,
        {tr("Remove connection"),
         tr("Remove %1 (%2) from this workspace?").arg(profile->name, environmentWord(profile->environment)),
         busWords::isServiceBus(*profile) ? tr("Its connection string is removed from the keychain. Nothing "
                                               "is changed in the namespace; the "
                                               "history of replays stays.")
                                          : tr("Its password is removed from the keychain. Nothing is "
                                               "changed on the broker; the history of "
                                               "replays stays."),
         tr("Remove")},
        this);
    dialog_ = question;
    connect(question, &QDialog::accepted, this, [this, id] {
        whenDone(context_.connections.remove(id), this, [this](const Result<void>& done) {
            if (!done)
                Q_EMIT errorRaised(done.error());
        });
    });
    question->open();
}

} // namespace signalbox
