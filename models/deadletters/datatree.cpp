#include "models/deadletters/datatree.h"

namespace signalbox {

DataTree::DataTree()
    : nodes_(1) {}

int DataTree::add(int parent, QString name, QString type, QString value) {
    Node node;
    node.name = std::move(name);
    node.type = std::move(type);
    node.value = std::move(value);
    node.parent = parent;
    node.row = nodes_[static_cast<std::size_t>(parent)].childCount++;
    nodes_.push_back(std::move(node));
    return static_cast<int>(nodes_.size()) - 1;
}

void DataTree::finish() {
    int next = 0;
    for (Node& node : nodes_) {
        node.firstChild = next;
        next += node.childCount;
    }
    children_.resize(static_cast<std::size_t>(next));
    for (std::size_t i = 1; i < nodes_.size(); ++i) {
        const Node& parent = nodes_[static_cast<std::size_t>(nodes_[i].parent)];
        children_[static_cast<std::size_t>(parent.firstChild + nodes_[i].row)] = static_cast<int>(i);
    }
}

int DataTree::child(int node, int row) const {
    const Node& parent = nodes_[static_cast<std::size_t>(node)];
    return children_[static_cast<std::size_t>(parent.firstChild + row)];
}

} // namespace signalbox
