// A tree of names, types and values with copying of value, path and row. GUI thread.
#pragma once

#include "models/deadletters/datatreemodel.h"

#include <QTreeView>

namespace signalbox {

class TreePane : public QTreeView {
    Q_OBJECT
public:
    explicit TreePane(const QString& name, QWidget* parent = nullptr);
    // Opens what fits on a screen or two.
    void setTree(std::shared_ptr<const DataTree> tree);
    DataTreeModel* tree() const { return model_; }
    void copyValue();
    void copyPath();
    // Level by level, as far as it goes without the window standing still.
    void openBelow(const QModelIndex& index);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    DataTreeModel* model_;
    int rows_ = 0;
};

} // namespace signalbox
