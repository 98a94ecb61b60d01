#include "views/deadletters/grouppane.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "views/deadletters/groupproxy.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QComboBox>
#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

#include <utility>

namespace signalbox {

namespace {

class GroupTable final : public TableView {
public:
    using TableView::TableView;
    void tall() { verticalHeader()->setDefaultSectionSize(GroupDelegate::rowHeight(font())); }

protected:
    void changeEvent(QEvent* event) override {
        TableView::changeEvent(event);
        if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
            tall();
    }
};

} // namespace

GroupPane::GroupPane(ConsoleContext& context, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , model_(new GroupModel(this))
    , proxy_(new GroupProxy(*model_, this))
    , headline_(new QLabel(this))
    , showAll_(new QToolButton(this))
    , table_(nullptr)
    , editor_(new QWidget(this))
    , state_(new QComboBox(editor_))
    , owner_(new QLineEdit(editor_))
    , note_(new QLineEdit(editor_)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(space::small, space::tight, space::small, space::tight);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    headline_->setFont(bold);
    bar->addWidget(headline_, 1);
    showAll_->setText(tr("Show all"));
    showAll_->setAutoRaise(true);
    showAll_->setFocusPolicy(Qt::StrongFocus);
    showAll_->setToolTip(tr("Show the messages of all groups"));
    bar->addWidget(showAll_);
    layout->addLayout(bar);

    auto* table = new GroupTable(this);
    table_ = table;
    table_->setModel(proxy_);
    table_->setAccessibleName(tr("Failure groups"));
    table_->setFrameShape(QFrame::NoFrame);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setItemDelegateForColumn(GroupModel::Title, new GroupDelegate(table_));
    table_->setSortingEnabled(true);
    table_->sortByColumn(GroupModel::Count, Qt::DescendingOrder);
    QList<int> hidden;
    for (int column = GroupModel::Reason; column < GroupModel::ColumnCount; ++column)
        hidden << column;
    table_->rememberColumns(context.settings, QStringLiteral("deadletters/groups"), hidden, {58, 180});
    table->tall();
    layout->addWidget(table_, 1);

    auto* form = new QGridLayout(editor_);
    form->setContentsMargins(space::small, space::small, space::small, space::small);
    form->setSpacing(space::tight);
    for (const QString& state : GroupProxy::states())
        state_->addItem(icon(GroupProxy::stateIcon(state), GroupProxy::stateTone(state)),
                        GroupProxy::stateText(state), state);
    state_->setAccessibleName(tr("State of the group"));
    owner_->setPlaceholderText(tr("Owner"));
    owner_->setAccessibleName(tr("Owner of the group"));
    owner_->setMaxLength(100);
    note_->setPlaceholderText(tr("Note: cause, ticket, what to do"));
    note_->setAccessibleName(tr("Note on the group"));
    note_->setMaxLength(2000);
    form->addWidget(state_, 0, 0);
    form->addWidget(owner_, 0, 1);
    form->addWidget(note_, 1, 0, 1, 2);
    form->setColumnStretch(1, 1);
    editor_->hide();
    layout->addWidget(editor_);

    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &GroupPane::followSelection);
    connect(showAll_, &QToolButton::clicked, this, [this] { selectGroup(std::nullopt); });
    connect(state_, &QComboBox::activated, this, &GroupPane::saveNote);
    connect(owner_, &QLineEdit::editingFinished, this, &GroupPane::saveNote);
    connect(note_, &QLineEdit::editingFinished, this, &GroupPane::saveNote);
    connect(model_, &QAbstractItemModel::dataChanged, this, [this] {
        if (!owner_->hasFocus() && !note_->hasFocus())
            showNote();
    });
    readNotes();
    refresh();
}

void GroupPane::readNotes() {
    whenDone(inBackground(context_.storeThread, [&triage = context_.triage] { return triage.notes(); }), this,
             [this](const Result<std::vector<GroupNote>>& notes) {
                 if (notes)
                     model_->setNotes(*notes);
                 else
                     Q_EMIT failed(notes.error());
             });
}

void GroupPane::setReader(std::shared_ptr<SnapshotReader> reader) {
    reader_ = std::move(reader);
    table_->clearSelection();
    model_->setGroups({});
    asked_ = false;
    askAgain_ = false;
    filter_ = {};
    refresh();
}

void GroupPane::refresh() {
    headline_->setText(tr("Failures"));
    table_->emptyState()->present(
        QStringLiteral("group"), reader_ ? tr("No groups") : tr("No groups yet"),
        tr("Messages with the same cause are put together here once a queue is read."));
    table_->followRows();
    if (!reader_)
        return;
    if (asked_) {
        askAgain_ = true;
        return;
    }
    asked_ = true;
    whenDone(reader_->groups(filter_), this,
             [this, reader = reader_](const Result<std::vector<FailureGroup>>& groups) {
                 if (reader != reader_)
                     return;
                 asked_ = false;
                 takeGroups(groups);
                 if (std::exchange(askAgain_, false))
                     refresh();
             });
}

void GroupPane::takeGroups(const Result<std::vector<FailureGroup>>& groups) {
    isCounted_ = groups.has_value();
    if (groups)
        model_->setGroups(*groups);
    else if (groups.error().kind != ErrorKind::Cancelled)
        Q_EMIT failed(groups.error());
    const int all = model_->rowCount();
    int fitting = 0;
    for (int row = 0; row < all; ++row)
        fitting += model_->at(row)->count > 0 ? 1 : 0;
    headline_->setText(fitting < all
                           ? tr("%1 of %2 failure groups").arg(words::count(fitting), words::count(all))
                       : all == 1 ? tr("1 failure group")
                                  : tr("%1 failure groups").arg(words::count(all)));
    selectWanted();
    followSelection(); // the chosen one may be gone
}

// A count that gave way to a newer search is made up for at the next call.
void GroupPane::setFilter(const Where& where, const QString& text) {
    SnapshotQuery filter;
    filter.where = where;
    filter.text = text;
    if (filter == filter_ && isCounted_)
        return;
    filter_ = filter;
    refresh();
}

QString GroupPane::headline() const {
    return headline_->text();
}

int GroupPane::sourceRow() const {
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    return rows.isEmpty() ? -1 : proxy_->mapToSource(rows.first()).row();
}

std::optional<qint64> GroupPane::selectedGroup() const {
    const FailureGroup* group = model_->at(sourceRow());
    return group ? std::optional(group->id) : std::nullopt;
}

void GroupPane::selectGroup(std::optional<qint64> groupId) {
    const int row = groupId ? model_->rowOfId(*groupId) : -1;
    const bool waited = !std::exchange(wanted_, {}).isEmpty();
    if (row < 0) {
        table_->clearSelection();
        table_->setCurrentIndex({});
        if (waited)
            Q_EMIT groupChosen(std::nullopt);
        return;
    }
    const QModelIndex index = proxy_->mapFromSource(model_->index(row, 0));
    table_->selectRow(index.row());
    table_->scrollTo(index);
}

void GroupPane::want(const QByteArray& signature) {
    wanted_ = signature;
    selectWanted();
}

QByteArray GroupPane::chosenSignature() const {
    const FailureGroup* group = model_->at(sourceRow());
    return group ? group->signature : wanted_;
}

void GroupPane::selectWanted() {
    if (wanted_.isEmpty() || model_->rowCount() == 0)
        return;
    const FailureGroup* group = model_->at(model_->rowOf(std::exchange(wanted_, {})));
    if (group) // else it is not among them any more
        selectGroup(group->id);
}

void GroupPane::followSelection() {
    showNote();
    const std::optional<qint64> group = selectedGroup();
    if (group)
        wanted_.clear();
    showAll_->setEnabled(group.has_value());
    if (group == told_)
        return;
    told_ = group;
    Q_EMIT groupChosen(group);
}

void GroupPane::showNote() {
    const int row = sourceRow();
    editor_->setVisible(row >= 0);
    if (row < 0) {
        edited_.clear();
        return;
    }
    const GroupNote note = model_->noteAt(row);
    edited_ = note.signature;
    state_->setCurrentIndex(std::max(0, state_->findData(note.state)));
    if (owner_->text() != note.owner)
        owner_->setText(note.owner);
    if (note_->text() != note.note)
        note_->setText(note.note);
}

void GroupPane::saveNote() {
    const int row = model_->rowOf(edited_);
    if (row < 0)
        return;
    GroupNote note = model_->noteAt(row);
    const GroupNote before = note;
    note.state = state_->currentData().toString();
    note.owner = owner_->text().trimmed();
    note.note = note_->text().trimmed();
    if (note == before)
        return;
    note.changedAt = context_.clock.now();
    model_->setNote(note);
    whenDone(inBackground(context_.storeThread,
                          [&triage = context_.triage, note] { return triage.saveNote(note); }),
             this, [this](const Result<void>& saved) {
                 if (saved)
                     return;
                 Q_EMIT failed(saved.error());
                 readNotes(); // what is shown must be what is kept
             });
}

} // namespace signalbox
