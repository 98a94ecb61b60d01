// A tree of named, typed values in one block of memory: JSON, XML and header tables as the tree views show
// them. Built once, then only read; any thread.
#pragma once

#include <QString>
#include <vector>

namespace signalbox {

class DataTree {
public:
    struct Node {
        QString name;  // key, "[3]", "@attribute"
        QString type;  // object, string, int64 ...
        QString value; // empty for what has children
        int parent = -1;
        int row = 0;
        int firstChild = 0; // into children()
        int childCount = 0;
    };

    DataTree(); // with a root node, number 0, that is not shown itself
    int add(int parent, QString name, QString type, QString value = {});
    void setValue(int node, QString value) {
        nodes_[static_cast<std::size_t>(node)].value = std::move(value);
    }
    void finish(); // once, after the last add()

    const Node& node(int number) const { return nodes_[static_cast<std::size_t>(number)]; }
    int child(int node, int row) const;
    int size() const { return static_cast<int>(nodes_.size()) - 1; } // without the root

private:
    std::vector<Node> nodes_;
    std::vector<int> children_;
};

} // namespace signalbox
