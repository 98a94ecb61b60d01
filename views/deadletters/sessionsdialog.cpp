#include "views/deadletters/sessionsdialog.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "views/deadletters/sessiontablemodel.h"
#include "views/widgets/bodypane.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int mostSessions = 1000;
constexpr QSize usualSessionsSize(920, 640);

} // namespace

SessionsDialog::SessionsDialog(ConsoleContext& context, EntityRef queue, std::shared_ptr<Snapshot> reading,
                               QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , queue_(std::move(queue))
    , reading_(std::move(reading))
    , model_(new SessionTableModel(this))
    , proxy_(new QSortFilterProxyModel(this))
    , banner_(new ErrorBanner(this))
    , search_(new SearchLine(tr("Find session"), this))
    , table_(new TableView(this))
    , state_(new BodyPane(this))
    , note_(dimLabel({}, this)) {
    setWindowTitle(tr("Sessions of %1").arg(queue_.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, queue_.connectionId, windowTitle(), this));
    layout->addWidget(banner_);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(space::medium, space::small, space::medium, space::small);
    bar->setSpacing(space::small);
    bar->addWidget(search_, 1);
    again_ = new QPushButton(icon(QStringLiteral("refresh")), tr("Ask &again"), this);
    again_->setAutoDefault(false);
    bar->addWidget(again_);
    layout->addLayout(bar);
    proxy_->setSourceModel(model_);
    proxy_->setSortRole(SessionTableModel::SortRole);
    proxy_->setSortCaseSensitivity(Qt::CaseInsensitive);
    proxy_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    proxy_->setFilterKeyColumn(-1); // the state's content, too
    table_->setModel(proxy_);
    table_->setAccessibleName(tr("Sessions"));
    table_->setFrameShape(QFrame::NoFrame);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setSortingEnabled(true);
    table_->sortByColumn(SessionTableModel::Id, Qt::AscendingOrder);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->rememberColumns(context.settings, QStringLiteral("deadletters/sessions"), {}, {260, 90, 90, 300});
    auto* parts = new QSplitter(Qt::Vertical, this);
    parts->setChildrenCollapsible(false);
    parts->setHandleWidth(space::hair);
    parts->addWidget(table_);
    parts->addWidget(state_);
    parts->setSizes({300, 240});
    layout->addWidget(parts, 1);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(space::large, space::medium, space::large, space::medium);
    note_->setWordWrap(true);
    note_->setTextFormat(Qt::PlainText);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    messages_ = buttons->addButton(tr("Show its &messages"), QDialogButtonBox::ActionRole);
    messages_->setIcon(icon(QStringLiteral("filter"), Tone::AccentText));
    ConsoleStyle::makeAccent(messages_);
    messages_->setAutoDefault(false);
    row->addWidget(note_, 1);
    row->addWidget(buttons);
    layout->addLayout(row);

    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(again_, &QPushButton::clicked, this, &SessionsDialog::load);
    connect(search_, &SearchLine::searched, this, [this](const QString& text) {
        proxy_->setFilterFixedString(text.trimmed());
        showRest();
        followCurrent();
    });
    connect(search_, &SearchLine::leftDownwards, table_, [this] { table_->setFocus(); });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { followCurrent(); });
    connect(state_, &BodyPane::errorRaised, banner_, [this](const Error& error) { banner_->present(error); });
    const auto go = [this] {
        if (!messages_->isEnabled() || !current())
            return;
        const QString filter = filterFor(current()->id);
        accept();
        Q_EMIT messagesWanted(filter);
    };
    connect(messages_, &QPushButton::clicked, this, go);
    connect(table_, &TableView::opened, this, go);
    resize(usualSessionsSize);
    load();
    search_->edit()->setFocus();
}

SessionsDialog::~SessionsDialog() = default;

QString SessionsDialog::note() const {
    return note_->text();
}

QString SessionsDialog::filterFor(const QString& session) {
    QString quoted = session;
    quoted.replace(QLatin1Char('\\'), QStringLiteral("\\\\"))
        .replace(QLatin1Char('"'), QStringLiteral("\\\""));
    return QStringLiteral("session = \"%1\"").arg(quoted);
}

const BusSession* SessionsDialog::current() const {
    return model_->at(proxy_->mapToSource(table_->currentIndex()).row());
}

void SessionsDialog::load() {
    BrokerGateway* gateway = context_.connections.gateway(queue_.connectionId);
    SessionDirectory* directory = gateway ? gateway->sessions() : nullptr;
    if (!directory) {
        take(failure(ErrorKind::CannotConnect, tr("There is no connection to the namespace.")));
        return;
    }
    isLoading_ = true;
    again_->setEnabled(false);
    banner_->dismiss();
    showRest();
    followCurrent();
    whenDone(directory->sessions(queue_.name, mostSessions), this,
             [this](const Result<SessionListing>& listing) { take(listing); });
}

void SessionsDialog::take(const Result<SessionListing>& listing) {
    isLoading_ = false;
    again_->setEnabled(true);
    if (!listing) {
        banner_->present(listing.error());
    } else {
        isLoaded_ = true;
        const QString before = current() ? current()->id : QString();
        model_->setSessions(listing->sessions);
        if (!listing->isWhole)
            banner_->present(
                Severity::Warning,
                tr("There are more sessions; these are the first %1. The command line lists more "
                   "(signalbox sessions list).")
                    .arg(words::count(static_cast<qint64>(listing->sessions.size()))));
        for (int at = 0; at < proxy_->rowCount(); ++at) {
            if (at == 0 || proxy_->index(at, SessionTableModel::Id).data().toString() == before)
                table_->setCurrentIndex(proxy_->index(at, SessionTableModel::Id));
        }
    }
    showRest();
    followCurrent();
}

// What stands in the place of the rows while there are none.
void SessionsDialog::showRest() {
    EmptyState* empty = table_->emptyState();
    if (isLoading_)
        empty->present(QStringLiteral("wait"), tr("Asking for the sessions…"), {});
    else if (!isLoaded_)
        empty->present(QStringLiteral("warning"), tr("The sessions are not known"),
                       tr("Above is why. Listing them needs the right Listen."), tr("Ask again"),
                       [this] { load(); });
    else if (model_->rowCount() > 0)
        empty->present(QStringLiteral("search"), tr("No session fits"), tr("Change the words."));
    else
        empty->present(QStringLiteral("ok"), tr("No sessions"),
                       tr("No message waits in any session, and none has state."));
    table_->followRows();
}

void SessionsDialog::followCurrent() {
    const BusSession* session = current();
    state_->setVisible(session && session->state);
    if (session && session->state && (shown_ != session->id || shownState_ != *session->state)) {
        shownState_ = *session->state;
        Message message;
        message.body = *session->state;
        message.bodySize = message.body.size();
        state_->setMessage(message);
    }
    shown_ = session ? session->id : QString();
    ++turn_;
    messages_->setEnabled(session && reading_);
    messages_->setToolTip(reading_ ? QString() : tr("Read the queue first: the list shows what was read."));
    if (!session) {
        showNote({});
        return;
    }
    const QString state = session->state ? QString()
                          : session->isStateTold
                              ? tr("Session %1 has no state.").arg(session->id)
                              : tr("The service does not tell the state of session %1.").arg(session->id);
    if (!reading_) {
        showNote(state.isEmpty() ? tr("Read the queue to see the messages of a session.")
                                 : state + QLatin1Char(' ') + tr("Read the queue to see its messages."));
        return;
    }
    showNote(state);
    auto where = Where::parse(filterFor(session->id));
    if (!where)
        return;
    SnapshotQuery query;
    query.where = std::move(*where);
    whenDone(inBackground(context_.storeThread,
                          [reading = reading_, query = std::move(query)] { return reading->count(query); }),
             this, [this, turn = turn_, state](const Result<qint64>& count) {
                 if (turn != turn_ || !count)
                     return; // another one is chosen by now; or the list itself will say what is wrong
                 const QString messages =
                     *count == 1 ? tr("1 message of it is in the reading.")
                                 : tr("%1 messages of it are in the reading.").arg(words::count(*count));
                 showNote(state.isEmpty() ? messages : state + QLatin1Char(' ') + messages);
             });
}

void SessionsDialog::showNote(const QString& text) {
    note_->setText(text);
}

} // namespace signalbox
