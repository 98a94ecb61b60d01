#include "views/deadletters/deadletterspage.h"

#include "models/messaging/bustopology.h"
#include "views/deadletters/entitywords.h"
#include "views/deadletters/filterbar.h"
#include "views/deadletters/grouppane.h"
#include "views/deadletters/messagepane.h"
#include "views/deadletters/messagetable.h"
#include "views/deadletters/queuepane.h"
#include "views/deadletters/readingbar.h"
#include "views/deadletters/readingwords.h"
#include "views/deadletters/snapshotsession.h"
#include "views/deadletters/worklist.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/elidedlabel.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace signalbox {

namespace {

void remember(QSplitter* splitter, QSettings& settings, const QString& name) {
    const QString key = QStringLiteral("deadletters/%1").arg(name);
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(space::hair);
    if (const QByteArray state = settings.value(key).toByteArray(); !state.isEmpty())
        splitter->restoreState(state);
    QObject::connect(splitter, &QSplitter::splitterMoved, splitter,
                     [splitter, &settings, key] { settings.setValue(key, splitter->saveState()); });
}

} // namespace

DeadLettersPage::DeadLettersPage(ConsoleContext& context, QWidget* parent)
    : Page(parent)
    , context_(context)
    , entities_(context.audit, context.clock, context.connections.actor())
    , memory_(context.settings)
    , board_(context)
    , queues_(new QueuePane(board_, context.settings, this))
    , reading_(new ReadingBar(context, this))
    , stack_(new QStackedWidget(this))
    , empty_(new EmptyState(this))
    , filter_(new FilterBar(context, this))
    , groups_(new GroupPane(context, this))
    , messages_(new MessageTable(context.settings, this))
    , message_(new MessagePane(context, this))
    , work_(new WorkList(this))
    , outer_(new QSplitter(Qt::Horizontal, this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* right = new QWidget(this);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHeader());
    column->addWidget(reading_);
    stack_->addWidget(empty_);
    stack_->addWidget(makeContent());
    column->addWidget(stack_, 1);
    column->addWidget(work_);
    outer_->addWidget(queues_);
    outer_->addWidget(right);
    outer_->setStretchFactor(0, 0);
    outer_->setStretchFactor(1, 1);
    outer_->setSizes({300, 900});
    remember(outer_, context.settings, QStringLiteral("queuesSplitter"));
    layout->addWidget(outer_, 1);
    connectParts();
    followBoard();
    followSession();
}

DeadLettersPage::~DeadLettersPage() = default;

QWidget* DeadLettersPage::makeHeader() {
    auto* header = new QWidget(this);
    auto* lines = new QVBoxLayout(header);
    lines->setContentsMargins(space::medium, space::small, space::medium, space::small);
    lines->setSpacing(space::tight);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(space::small);
    headline_ = new QLabel(header);
    headline_->setFont(headlineFont());
    headline_->setTextFormat(Qt::PlainText);
    headline_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    summary_ = new ElidedLabel(header);
    setTextTone(summary_, Tone::TextDim);
    bar->addWidget(headline_);
    bar->addStretch(1);
    lines->addLayout(bar);
    lines->addWidget(summary_); // in a line of its own: beside the buttons it had no room
    const auto button = [this, header, bar](const char* iconName, const QString& text, const QString& tip,
                                            auto what) {
        auto* made = new QPushButton(icon(QString::fromLatin1(iconName)), text, header);
        made->setToolTip(tip);
        connect(made, &QPushButton::clicked, this, what);
        bar->addWidget(made);
        return made;
    };
    read_ = button("refresh", tr("&Read…"), tr("Says what reading does to the queue, then reads it (F5)"),
                   &DeadLettersPage::readQueue);
    replay_ =
        button("replays", tr("Re&play…"), tr("Plans a replay; nothing is sent before you start it (Ctrl+R)"),
               &DeadLettersPage::replay);
    delete_ = button("remove", tr("&Delete…"), tr("Removes messages from the queue; a copy of each is kept"),
                     &DeadLettersPage::deleteMessages);
    deadLetter_ = button("deadletters", tr("Dead-&letter…"),
                         tr("Moves messages to the dead-letter queue, with a reason; a copy of each is kept"),
                         &DeadLettersPage::deadLetterMessages);
    return header;
}

QWidget* DeadLettersPage::makeContent() {
    auto* content = new QWidget(this);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(filter_);
    inner_ = new QSplitter(Qt::Horizontal, content);
    lower_ = new QSplitter(Qt::Vertical, inner_);
    lower_->addWidget(messages_);
    lower_->addWidget(message_);
    lower_->setSizes({420, 320});
    remember(lower_, context_.settings, QStringLiteral("messageSplitter"));
    inner_->addWidget(groups_);
    inner_->addWidget(lower_);
    // Both: the groups keep their share of a wide window, and of one that was small at first.
    inner_->setStretchFactor(0, 3);
    inner_->setStretchFactor(1, 7);
    inner_->setSizes({300, 700});
    remember(inner_, context_.settings, QStringLiteral("groupSplitter"));
    column->addWidget(inner_, 1);
    return content;
}

void DeadLettersPage::connectParts() {
    connect(&board_, &QueueBoard::changed, this, &DeadLettersPage::followBoard);
    connect(&board_, &QueueBoard::failed, this, &Page::errorRaised);
    connect(queues_, &QueuePane::menuWanted, this, &DeadLettersPage::fillQueueMenu);
    connect(queues_, &QueuePane::chosen, this, &DeadLettersPage::openQueue);
    connect(queues_, &QueuePane::menuWanted, this, [this](QMenu* menu, const QString& queue) {
        if (!hasSessions(queue))
            return;
        const auto show = [this, queue] {
            if (!session_ || session_->queue().name != queue)
                openQueue(queue);
            showSessions();
        };
        menu->addAction(icon(QStringLiteral("group")), tr("Sessions…"), this, show)
            ->setEnabled(board_.gateway() != nullptr);
    });
    connect(queues_, &QueuePane::opened, this, [this] {
        if (hasMessages())
            messages_->table()->setFocus();
    });
    connect(reading_, &ReadingBar::changed, this, &DeadLettersPage::followSession);
    connect(reading_, &ReadingBar::left, this, [this] {
        followSession(); // the list is in view by now
        (hasMessages() ? messages_->table() : queues_->table())->setFocus(Qt::OtherFocusReason);
    });
    connect(filter_, &FilterBar::changed, this, &DeadLettersPage::applyFilter);
    for (const SearchLine* line : {filter_->whereLine(), filter_->textLine()})
        connect(line->edit(), &QLineEdit::textChanged, this, &Page::wentOn);
    connect(filter_, &FilterBar::downwards, this, [this] { messages_->table()->setFocus(); });
    connect(filter_, &FilterBar::failed, this, &Page::errorRaised);
    connect(groups_, &GroupPane::groupChosen, this, &DeadLettersPage::applyFilter);
    connect(groups_, &GroupPane::failed, this, &Page::errorRaised);
    connect(messages_, &MessageTable::currentChanged, message_, &MessagePane::showMessage);
    connect(messages_, &MessageTable::selectionChanged, this, &Page::commandsChanged);
    connect(messages_, &MessageTable::opened, message_, [this] { message_->setFocus(); });
    connect(messages_, &MessageTable::menuWanted, this, &DeadLettersPage::fillMessageMenu);
    connect(messages_, &MessageTable::clearFilterWanted, this, [this] {
        filter_->clear();
        groups_->selectGroup(std::nullopt);
    });
    connect(messages_, &MessageTable::listed, this,
            [this] { groups_->setFilter(filter_->where(), filter_->text()); });
    connect(messages_, &MessageTable::failed, this, &Page::errorRaised);
    connect(message_, &MessagePane::failed, this, &Page::errorRaised);
    connect(message_, &MessagePane::shown, this, &Page::commandsChanged);
    connect(message_, &MessagePane::runWanted, this, &DeadLettersPage::showRun);
    connect(work_, &WorkList::failed, this, &Page::errorRaised);
    connect(work_, &WorkList::exported, this, [this](const QString& file, qint64 count, qint64 leftOut) {
        QString text = count == 1 ? tr("1 message is in %1.").arg(file)
                                  : tr("%1 messages are in %2.").arg(words::count(count), file);
        if (leftOut > 0)
            text += tr(" Left out, because runs have removed them since: %1.").arg(words::count(leftOut));
        Q_EMIT statusMessage(text);
    });
    // What a run took away or brought is seen at the next reading; the depth is asked at once.
    connect(&context_.replays, &ReplayDesk::runEnded, this, [this] { board_.refresh(); });
}

QString DeadLettersPage::title() const {
    return tr("Dead letters");
}

QString DeadLettersPage::iconName() const {
    return QStringLiteral("deadletters");
}

QString DeadLettersPage::headline() const {
    return headline_->text();
}

void DeadLettersPage::activate(const QVariantMap& arguments) {
    const QString queue = arguments.value(QStringLiteral("queue")).toString();
    if (!queue.isEmpty() && !queues_->reveal(queue))
        openQueue(queue); // not listed (yet); whatever is asked for next means this one all the same
    board_.refresh();
}

void DeadLettersPage::focusSearch() {
    SearchLine* line = hasMessages() ? filter_->whereLine() : queues_->search();
    line->edit()->setFocus();
    line->edit()->selectAll();
}

QList<QWidget*> DeadLettersPage::panes() {
    return {queues_->table(), filter_->whereLine()->edit(), groups_->table(), messages_->table(), message_};
}

void DeadLettersPage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    board_.setActive(true);
}

void DeadLettersPage::hideEvent(QHideEvent* event) {
    Page::hideEvent(event);
    board_.setActive(false);
}

void DeadLettersPage::setConnection(const QString& connectionId) {
    if (board_.connectionId() == connectionId && !connectionId.isEmpty())
        return;
    board_.setConnection(connectionId);
    queues_->select({});
    session_ = nullptr;
    reading_->setSession(nullptr);
    work_->setInView(nullptr);
    // A reading under way goes on and is seen in the list of work.
    for (auto each = sessions_.begin(); each != sessions_.end();) {
        if ((*each)->isReading()) {
            ++each;
        } else {
            (*each)->deleteLater();
            each = sessions_.erase(each);
        }
    }
    followReader();
    followSession();
    followBoard();
    queues_->select(memory_.lastQueue(connectionId)); // once it is listed
}

SnapshotSession* DeadLettersPage::sessionFor(const QString& queue) {
    const EntityRef ref = board_.refOf(queue);
    SnapshotSession*& session = sessions_[ref.connectionId + QLatin1Char('\n') + queue];
    if (session)
        return session;
    session = new SnapshotSession(context_, ref, this);
    connect(session, &SnapshotSession::failed, this, &Page::errorRaised);
    const auto inView = [this, made = session](auto what) {
        return [this, made, what] {
            if (session_ == made)
                (this->*what)();
        };
    };
    connect(session, &SnapshotSession::readerChanged, this, inView(&DeadLettersPage::followReader));
    connect(session, &SnapshotSession::readingChanged, this, inView(&DeadLettersPage::followSession));
    connect(session, &SnapshotSession::removedChanged, this, inView(&DeadLettersPage::followRemoved));
    connect(session, &SnapshotSession::contentChanged, this, [this, made = session] {
        if (session_ != made)
            return;
        messages_->refresh();
        groups_->refresh();
        message_->refresh();
        followSession();
    });
    connect(session, &SnapshotSession::readingChanged, this, [this, made = session] {
        if (!made->isReading())
            board_.readAgain();
    });
    work_->follow(session);
    return session;
}

void DeadLettersPage::openQueue(const QString& queue) {
    if (queue.isEmpty())
        return;
    Q_EMIT wentOn();
    session_ = sessionFor(queue);
    reading_->setSession(session_);
    work_->setInView(session_);
    session_->open(); // first: what was read before needs no offer to be read
    memory_.keepLastQueue(board_.connectionId(), queue);
    restoreFilter();
    followSession();
}

void DeadLettersPage::restoreFilter() {
    const KeptFilter kept = memory_.filter(session_->queue());
    restoring_ = true; // half of it must not be kept in its place
    filter_->restore(kept.where, kept.words);
    followReader();
    groups_->want(kept.group);
    restoring_ = false;
    applyFilter();
}

void DeadLettersPage::followReader() {
    const std::shared_ptr<SnapshotReader> reader = session_ ? session_->reader() : nullptr;
    if (reader != shown_ || !reader) {
        shown_ = reader;
        messages_->setReader(reader);
        groups_->setReader(reader);
        message_->setReader(reader, session_ ? session_->queue().name : QString());
        applyFilter();
    }
    // Never read: what reading does is said at once, without a click.
    if (session_ && !reader && !session_->isOpening() && !session_->isReading() && board_.gateway() &&
        !reading_->isAsking())
        reading_->ask();
    followSession();
}

void DeadLettersPage::applyFilter() {
    if (restoring_)
        return;
    messages_->setFilter(filter_->where(), filter_->text(), groups_->selectedGroup());
    if (session_)
        memory_.keep(session_->queue(),
                     {filter_->where().text(), filter_->text(), groups_->chosenSignature()});
    Q_EMIT commandsChanged();
}

bool DeadLettersPage::hasMessages() const {
    return session_ && shown_;
}

bool DeadLettersPage::isStream() const {
    return shown_ && shown_->info().queueType == QLatin1String("stream");
}

bool DeadLettersPage::canDeadLetter() const {
    return hasMessages() && shown_->info().queueType == queueTypeWord(QueueType::ServiceBus) &&
           !isSubQueue(session_->queue().name);
}

void DeadLettersPage::followBoard() {
    const Access access = accessTo(context_, board_.connectionId());
    if (board_.connectionId().isEmpty())
        queues_->setOffline(
            tr("No connection yet"), tr("Add the broker or namespace whose dead letters you look after."),
            tr("Add a connection"), [this] {
                Q_EMIT navigate(QStringLiteral("connections"), {{QStringLiteral("add"), true}});
            });
    else if (!board_.gateway())
        queues_->setOffline(tr("Not connected"), tr("Connect to see the queues that hold dead letters."),
                            tr("Connect"), [this] {
                                Q_EMIT navigate(QStringLiteral("connect"),
                                                {{QStringLiteral("connection"), board_.connectionId()}});
                            });
    else
        queues_->setOnline();
    if (session_ && !session_->reader() && board_.gateway() && !session_->isOpening())
        followReader();
    followSession();
}

void DeadLettersPage::followRemoved() {
    messages_->markAgain();
    message_->refresh();
    followSession();
}

void DeadLettersPage::followSession() {
    headline_->setText(session_ ? session_->queue().name : title());
    const DeadLetterQueue* queue = session_ ? board_.find(session_->queue().name) : nullptr;
    QStringList facts;
    if (queue && queue->holdsDeadLetters())
        facts << queue->evidence.text;
    if (const QString mark = queue && queue->queue.type == QueueType::ServiceBus
                                 ? entityWords::mark(queue->queue.state)
                                 : QString();
        !mark.isEmpty())
        facts.prepend(mark);
    if (session_ && session_->removedSince() > 0)
        facts.prepend(readingSummary(*session_));
    else if (session_)
        facts << readingSummary(*session_);
    facts.removeAll(QString());
    summary_->setText(facts.join(QStringLiteral(" · ")));
    summary_->setVisible(!facts.isEmpty());
    summary_->setToolTip(facts.join(QLatin1Char('\n')));
    const bool reading = session_ && session_->isReading();
    messages_->setReading(reading);
    read_->setText(hasMessages() ? tr("&Read again…") : tr("&Read…"));
    read_->setVisible(session_ != nullptr);
    read_->setEnabled(session_ && board_.gateway() && !reading && !reading_->isAsking());
    for (QPushButton* button : {replay_, delete_, deadLetter_}) {
        button->setVisible(hasMessages());
        button->setEnabled(hasMessages() && !reading && shown_->info().count > 0);
    }
    delete_->setVisible(hasMessages() && !isStream());
    deadLetter_->setVisible(canDeadLetter());
    stack_->setCurrentIndex(hasMessages() ? 1 : 0);
    if (!session_)
        empty_->present(
            QStringLiteral("deadletters"), tr("Choose a queue"),
            tr("The list at the left shows the queues that hold dead letters and why they are known."));
    else if (session_->isOpening() || reading)
        empty_->present(QStringLiteral("wait"),
                        reading ? tr("Reading…") : tr("Looking for an earlier reading…"), {});
    else if (!board_.gateway())
        empty_->present(
            QStringLiteral("disconnect"), tr("This queue was never read"),
            tr("Connect, then read it: its messages are kept on this machine to be searched and grouped."));
    else
        empty_->present(QStringLiteral("eye"), tr("This queue was not read yet"),
                        tr("Reading takes a snapshot of it; above is what that does to the queue."),
                        reading_->isAsking() ? QString() : tr("Read…"), [this] { readQueue(); });
    Q_EMIT commandsChanged();
}

} // namespace signalbox
