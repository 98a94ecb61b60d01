#include "views/widgets/treepane.h"

#include "views/widgets/icons.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QKeyEvent>
#include <QMenu>

namespace signalbox {

namespace {
constexpr int openedAtFirst = 60; // rows
}

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
    const int rows = tree ? tree->size() : 0;
    model_->setTree(std::move(tree));
    if (rows <= openedAtFirst)
        expandAll();
    else
        expandToDepth(0);
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
    menu->addAction(tr("Open all below"), this, [this] { expandRecursively(currentIndex()); });
    menu->popup(event->globalPos());
}

} // namespace signalbox
