// In which order a replay sends. GUI thread.
#pragma once

#include "models/deadletters/sortorder.h"

#include <QComboBox>

namespace signalbox {

class OrderBox : public QComboBox {
    Q_OBJECT
public:
    explicit OrderBox(QWidget* parent = nullptr);
    // How the list is sorted, offered as well.
    void offer(const SortOrder& ofTheList);
    SortOrder order() const;
    void choose(const SortOrder& order); // one of those offered

private:
    void add(const QString& text, const SortOrder& order);
};

} // namespace signalbox
