#include "views/deadletters/queuepane.h"

#include "views/deadletters/queueboard.h"
#include "views/deadletters/queuenamedelegate.h"
#include "views/deadletters/queueproxy.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QCheckBox>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QVBoxLayout>

namespace signalbox {

namespace {

QString allKey() {
    return QStringLiteral("deadletters/allQueues");
}

} // namespace

QueuePane::QueuePane(QueueBoard& board, QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , board_(board)
    , settings_(settings)
    , proxy_(new QueueProxy(board.model(), this))
    , search_(new SearchLine(tr("Find queue"), this))
    , all_(new QCheckBox(tr("All"), this))
    , table_(new TableView(this))
    , note_(dimLabel({}, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(space::small, space::small, space::small, space::small);
    bar->setSpacing(space::small);
    bar->addWidget(search_, 1);
    bar->addWidget(all_);
    layout->addLayout(bar);
    layout->addWidget(table_, 1);
    note_->setContentsMargins(space::small, space::tight, space::small, space::tight);
    note_->setFont(smallFont());
    note_->setWordWrap(true);
    note_->setTextFormat(Qt::PlainText);
    note_->hide();
    layout->addWidget(note_);

    all_->setToolTip(tr("Show all queues, not only those that hold dead letters"));
    all_->setAccessibleName(tr("Show all queues"));
    all_->setChecked(settings.value(allKey()).toBool());
    proxy_->setShowAll(all_->isChecked());
    table_->setModel(proxy_);
    table_->setAccessibleName(tr("Queues"));
    table_->setFrameShape(QFrame::NoFrame);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setItemDelegateForColumn(QueueModel::Name, new QueueNameDelegate(table_));
    table_->setSortingEnabled(true);
    table_->sortByColumn(QueueModel::Ready, Qt::DescendingOrder);
    QList<int> hidden;
    for (int column = QueueModel::Type; column < QueueModel::ColumnCount; ++column) {
        if (column != QueueModel::Ready)
            hidden << column;
    }
    table_->rememberColumns(settings, QStringLiteral("deadletters/queues"), hidden, {236, 70, 60});

    connect(search_, &SearchLine::searched, this, [this](const QString& text) {
        proxy_->setText(text);
        followRows();
    });
    connect(search_, &SearchLine::leftDownwards, table_, [this] { table_->setFocus(); });
    connect(all_, &QCheckBox::toggled, this, [this](bool all) {
        settings_.setValue(allKey(), all);
        proxy_->setShowAll(all);
        followRows();
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (revealing_ && !table_->selectionModel()->isSelected(current))
                    return; // the focus came in, nobody has chosen that row
                const DeadLetterQueue* queue = proxy_->queueAt(current);
                if (!queue || queue->queue.ref.name == selected_)
                    return; // a filter that hides the chosen queue does not close it
                selected_ = queue->queue.ref.name;
                wanted_.clear();
                Q_EMIT chosen(selected_);
            });
    connect(table_, &TableView::opened, this, [this] { Q_EMIT opened(selected_); });
    connect(table_, &TableView::menuWanted, this, &QueuePane::fillMenu);
    connect(&board, &QueueBoard::changed, this, [this] {
        if (!wanted_.isEmpty() && revealing_)
            reveal(wanted_);
        else if (!wanted_.isEmpty())
            select(wanted_);
        followRows();
    });
    followRows();
}

QString QueuePane::selected() const {
    return selected_;
}

void QueuePane::select(const QString& queue) {
    revealing_ = false;
    if (queue.isEmpty()) {
        selected_.clear();
        wanted_.clear();
        proxy_->forgetAlways();
        table_->selectionModel()->clear();
        return;
    }
    const int row = proxy_->rowOf(queue);
    wanted_ = row < 0 ? queue : QString();
    if (row < 0)
        return;
    const QModelIndex index = proxy_->index(row, QueueModel::Name);
    table_->setCurrentIndex(index);
    table_->selectRow(row);
    table_->scrollTo(index);
}

bool QueuePane::reveal(const QString& queue) {
    if (board_.find(queue) && proxy_->rowOf(queue) < 0) {
        proxy_->showAlways(queue);
        if (proxy_->rowOf(queue) < 0)
            search_->setText({});
        followRows();
    }
    select(queue);
    if (wanted_.isEmpty())
        return true;
    // What is asked for next must not hit the queue chosen before.
    selected_.clear();
    table_->selectionModel()->clear();
    revealing_ = true;
    return false;
}

void QueuePane::openByName(const QString& queue) {
    search_->setText({});
    board_.setPin(queue, true);
    select(queue); // as soon as the broker has told about it
    board_.refresh();
}

void QueuePane::setOffline(const QString& headline, const QString& next, const QString& actionText,
                           std::function<void()> action) {
    offline_ = true;
    offlineHeadline_ = headline;
    offlineNext_ = next;
    offlineAction_ = actionText;
    offlineRun_ = std::move(action);
    followRows();
}

void QueuePane::setOnline() {
    offline_ = false;
    followRows();
}

void QueuePane::followRows() {
    proxy_->setRead(board_.read());
    const int hidden = proxy_->hiddenCount();
    EmptyState* empty = table_->emptyState();
    if (offline_)
        empty->present(QStringLiteral("disconnect"), offlineHeadline_, offlineNext_, offlineAction_,
                       offlineRun_);
    else if (!board_.missing().isEmpty() && !search_->text().trimmed().isEmpty())
        empty->present(
            QStringLiteral("search"), tr("No known queue of that name"),
            tr("Without the management API only queues that were pinned or read are known. Opening a "
               "queue by its name pins it."),
            tr("Open %1").arg(search_->text().trimmed()),
            [this, name = search_->text().trimmed()] { openByName(name); });
    else if (!search_->text().isEmpty())
        empty->present(QStringLiteral("search"), tr("No queue of that name"),
                       all_->isChecked() ? tr("Change the words.")
                                         : tr("It may be a queue that is not known to hold dead letters."),
                       all_->isChecked() ? QString() : tr("Show all queues"),
                       [this] { all_->setChecked(true); });
    else if (board_.isLoading() && !board_.wasListed())
        empty->present(QStringLiteral("wait"), tr("Asking the broker…"), {});
    else if (!board_.missing().isEmpty())
        empty->present(QStringLiteral("search"), tr("The list of queues is not known"),
                       tr("Type the whole name of a queue above to open it."), tr("Type a name"),
                       [this] { search_->edit()->setFocus(); });
    else
        empty->present(
            QStringLiteral("ok"), tr("No queue holds dead letters"),
            tr("None is the target of a dead-letter exchange, follows a framework's naming or is pinned."),
            hidden > 0 ? tr("Show all %1 queues").arg(words::count(hidden)) : QString(),
            [this] { all_->setChecked(true); });
    table_->followRows();

    QStringList notes;
    if (!all_->isChecked() && hidden > 0 && proxy_->rowCount() > 0)
        notes << (hidden == 1 ? tr("1 other queue") : tr("%1 other queues").arg(words::count(hidden)));
    if (!board_.missing().isEmpty())
        notes << board_.missing();
    if (offline_ && proxy_->rowCount() > 0)
        notes << tr("Not connected: queues that were read before.");
    note_->setText(notes.join(QLatin1Char('\n')));
    note_->setVisible(!notes.isEmpty());
}

void QueuePane::fillMenu(QMenu* menu, const QModelIndex& index) {
    const DeadLetterQueue* queue = proxy_->queueAt(index);
    if (!queue)
        return;
    const QString name = queue->queue.ref.name;
    Q_EMIT menuWanted(menu, name);
    menu->addSeparator();
    using Kind = DeadLetterEvidence::Kind;
    const auto pin = [this, name](std::optional<bool> pinned) {
        return [this, name, pinned] { board_.setPin(name, pinned); };
    };
    if (queue->evidence.kind == Kind::Pinned)
        menu->addAction(icon(QStringLiteral("pin")), tr("Unpin"), this, pin(std::nullopt));
    else if (queue->evidence.kind == Kind::Unpinned)
        menu->addAction(icon(QStringLiteral("undo")), tr("Decide by topology again"), this,
                        pin(std::nullopt));
    else
        menu->addAction(icon(QStringLiteral("pin")), tr("Pin as a queue with dead letters"), this, pin(true));
    if (queue->holdsDeadLetters())
        menu->addAction(icon(QStringLiteral("eye")), tr("Not a queue with dead letters"), this, pin(false));
}

} // namespace signalbox
