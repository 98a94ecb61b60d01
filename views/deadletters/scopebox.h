// Which messages an action means: the selected ones, those that fit the filter, or all. GUI thread.
#pragma once

#include "views/deadletters/messagefeed.h"

#include <QComboBox>

namespace signalbox {

class ScopeBox : public QComboBox {
    Q_OBJECT
public:
    explicit ScopeBox(const MessageChoice& choice, QWidget* parent = nullptr);
    MessageChoice::Scope scope() const;
    static QString text(const MessageChoice& choice, MessageChoice::Scope scope);

Q_SIGNALS:
    void scopeChanged(MessageChoice::Scope scope);
};

} // namespace signalbox
