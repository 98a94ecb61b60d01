#include "views/widgets/columnsdialog.h"

#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QListWidget>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

namespace signalbox {

ColumnsDialog::ColumnsDialog(TableView& table, QWidget* parent)
    : QDialog(parent)
    , table_(table)
    , list_(new QListWidget(this)) {
    setWindowTitle(tr("Columns"));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::large, space::large, space::large, space::medium);
    layout->setSpacing(space::medium);
    auto* hint =
        dimLabel(tr("Space shows or hides a column, Alt+Up and Alt+Down move it, Alt+A and Alt+D sort "
                    "by it, Alt+R puts everything back as it was at first."),
                 this);
    hint->setWordWrap(true);
    layout->addWidget(hint);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(space::medium);
    list_->setAccessibleName(tr("Columns, in the order they are shown"));
    middle->addWidget(list_, 1);
    auto* side = new QVBoxLayout;
    side->setSpacing(space::small);
    // Not the keys of the buttons themselves: these would take the focus from the list and skip quick
    // presses.
    const auto button = [this, side](const QString& text, const char* keys, auto what) {
        auto* made = new QPushButton(text, this);
        made->setAutoDefault(false);
        auto* shortcut = new QShortcut(QKeySequence(QString::fromLatin1(keys)), this);
        made->setToolTip(shortcut->key().toString(QKeySequence::NativeText));
        connect(made, &QPushButton::clicked, this, what);
        connect(shortcut, &QShortcut::activated, this, what);
        side->addWidget(made);
        return made;
    };
    up_ = button(tr("Move up"), "Alt+Up", [this] { move(-1); });
    down_ = button(tr("Move down"), "Alt+Down", [this] { move(1); });
    if (table.isSortingEnabled()) {
        button(tr("Sort ascending"), "Alt+A", [this] { sort(Qt::AscendingOrder); });
        button(tr("Sort descending"), "Alt+D", [this] { sort(Qt::DescendingOrder); });
    }
    button(tr("Reset"), "Alt+R", [this] { reset(); });
    side->addStretch(1);
    middle->addLayout(side);
    layout->addLayout(middle, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setDefault(true);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(list_, &QListWidget::itemChanged, this, &ColumnsDialog::show);
    connect(list_, &QListWidget::currentRowChanged, this, &ColumnsDialog::follow);
    fill(table.currentIndex().isValid() ? table.currentIndex().column() : -1);
    resize(480, 520);
    list_->setFocus();
}

void ColumnsDialog::fill(int currentColumn) {
    const auto* header = table_.horizontalHeader();
    filling_ = true;
    list_->clear();
    int currentRow = 0;
    for (int visual = 0; visual < header->count(); ++visual) {
        const int column = header->logicalIndex(visual);
        QString name = table_.model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        if (name.isEmpty())
            continue;
        if (table_.isSortingEnabled() && header->sortIndicatorSection() == column)
            name = header->sortIndicatorOrder() == Qt::AscendingOrder
                       ? tr("%1 (sorted ascending)").arg(name)
                       : tr("%1 (sorted descending)").arg(name);
        auto* item = new QListWidgetItem(name, list_);
        item->setData(Qt::UserRole, column);
        item->setCheckState(header->isSectionHidden(column) ? Qt::Unchecked : Qt::Checked);
        if (column == currentColumn)
            currentRow = list_->row(item);
    }
    list_->setCurrentRow(currentRow);
    filling_ = false;
    follow();
}

void ColumnsDialog::follow() {
    const int row = list_->currentRow();
    up_->setEnabled(row > 0);
    down_->setEnabled(row >= 0 && row + 1 < list_->count());
}

int ColumnsDialog::currentColumn() const {
    const QListWidgetItem* item = list_->currentItem();
    return item ? item->data(Qt::UserRole).toInt() : -1;
}

void ColumnsDialog::show(QListWidgetItem* item) {
    if (filling_)
        return;
    const int column = item->data(Qt::UserRole).toInt();
    table_.showColumn(column, item->checkState() == Qt::Checked);
    const bool shown = !table_.isColumnHidden(column); // the last one stays
    filling_ = true;
    item->setCheckState(shown ? Qt::Checked : Qt::Unchecked);
    filling_ = false;
}

void ColumnsDialog::move(int step) {
    const int column = currentColumn();
    const QListWidgetItem* other = list_->item(list_->currentRow() + step);
    if (column < 0 || !other)
        return;
    auto* header = table_.horizontalHeader();
    header->moveSection(header->visualIndex(column), header->visualIndex(other->data(Qt::UserRole).toInt()));
    table_.saveColumns();
    fill(column);
}

void ColumnsDialog::sort(Qt::SortOrder order) {
    const int column = currentColumn();
    if (column < 0)
        return;
    table_.sortByColumn(column, order);
    table_.saveColumns();
    fill(column);
}

void ColumnsDialog::reset() {
    const int column = currentColumn();
    table_.resetColumns();
    fill(column);
}

} // namespace signalbox
