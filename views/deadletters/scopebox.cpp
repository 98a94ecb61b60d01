#include "views/deadletters/scopebox.h"

#include "views/widgets/words.h"

namespace signalbox {

using Scope = MessageChoice::Scope;

QString ScopeBox::text(const MessageChoice& choice, Scope scope) {
    switch (scope) {
    case Scope::Selected:
        return choice.selected == 1 ? tr("the selected message")
                                    : tr("the %1 selected messages").arg(words::count(choice.selected));
    case Scope::Filtered:
        return choice.filtered == 1
                   ? tr("the message that fits the filter")
                   : tr("the %1 messages that fit the filter").arg(words::count(choice.filtered));
    case Scope::All:
        return tr("all %1 messages that were read").arg(words::count(choice.all));
    }
    return {};
}

ScopeBox::ScopeBox(const MessageChoice& choice, QWidget* parent)
    : QComboBox(parent) {
    setAccessibleName(tr("Which messages"));
    const auto add = [&](Scope scope) { addItem(text(choice, scope), static_cast<int>(scope)); };
    if (choice.selected > 0)
        add(Scope::Selected);
    if (choice.hasFilter) // none fits: then all must not stand there as if they were meant
        add(Scope::Filtered);
    add(Scope::All);
    setCurrentIndex(std::max(0, findData(static_cast<int>(choice.scope))));
    connect(this, &QComboBox::currentIndexChanged, this, [this] { Q_EMIT scopeChanged(scope()); });
}

Scope ScopeBox::scope() const {
    return static_cast<Scope>(currentData().toInt());
}

} // namespace signalbox
