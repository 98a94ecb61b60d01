#include "views/widgets/treepane.h"

#include "views/widgets/icons.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>

#include <algorithm>
#include <deque>

namespace signalbox {

namespace {
constexpr int openedAtFirst = 60; // rows
// The view moves all rows below each row that it opens.
constexpr int mostMoves = 20'000'000;
constexpr int mostOpened = 5000;
} // namespace

TreePane::TreePane(const QString& name, QWidget* parent)
    : QTreeView(parent)
    , model_(new DataTreeModel(this)) {
    setModel(model_);
    setAccessibleName(name);
    setFrameShape(QFrame::NoFrame);
    setUniformRowHeights(true);
    setAlternatingRowColors(true);
    header()->setStretchLastSection(true);
    header()->resizeSection(DataTreeModel::Name, 240);
    header()->resizeSection(DataTreeModel::Type, 90);
}

void TreePane::setTree(std::shared_ptr<const DataTree> tree) {
    rows_ = tree ? tree->size() : 0;
    model_->setTree(std::move(tree));
    if (rows_ <= openedAtFirst) {
        expandAll();
        return;
    }
    int shown = model_->rowCount();
    for (int row = 0; row < std::min(model_->rowCount(), openedAtFirst) && shown <= openedAtFirst; ++row) {
        const QModelIndex top = model_->index(row, 0);
        shown += model_->rowCount(top);
        expand(top);
    }
}

void TreePane::openBelow(const QModelIndex& index) {
    int left = std::clamp(mostMoves / std::max(1, rows_), openedAtFirst, mostOpened);
    std::deque<QModelIndex> waiting{index.siblingAtColumn(0)};
    for (; !waiting.empty() && left > 0; waiting.pop_front()) {
        const int children = model_->rowCount(waiting.front());
        if (children == 0)
            continue;
        expand(waiting.front());
        --left;
        for (int row = 0; row < children && static_cast<int>(waiting.size()) <= mostOpened; ++row)
            waiting.push_back(model_->index(row, 0, waiting.front()));
    }
}

void TreePane::copyValue() {
    const QModelIndex value = currentIndex().siblingAtColumn(DataTreeModel::Value);
    if (value.isValid())
        QGuiApplication::clipboard()->setText(value.data(Qt::EditRole).toString());
}

void TreePane::copyPath() {
    if (currentIndex().isValid())
        QGuiApplication::clipboard()->setText(currentIndex().data(DataTreeModel::PathRole).toString());
}

void TreePane::keyPressEvent(QKeyEvent* event) {
    if (event->matches(QKeySequence::Copy))
        copyValue();
    else if (event->key() == Qt::Key_Asterisk && currentIndex().isValid())
        openBelow(currentIndex());
    else
        QTreeView::keyPressEvent(event);
}

void TreePane::contextMenuEvent(QContextMenuEvent* event) {
    if (!currentIndex().isValid())
        return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(icon(QStringLiteral("copy")), tr("Copy value"), this, &TreePane::copyValue);
    menu->addAction(icon(QStringLiteral("copy")), tr("Copy path"), this, &TreePane::copyPath);
    menu->addSeparator();
    menu->addAction(tr("Open below"), this, [this] { openBelow(currentIndex()); });
    menu->popup(event->globalPos());
}

} // namespace signalbox
