#include "views/replay/runmessage.h"

#include "models/base/whendone.h"
#include "views/widgets/messageview.h"
#include "views/widgets/theme.h"

#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

namespace signalbox {

RunMessage::RunMessage(ConsoleContext& context, const QString& run, qint64 number, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , original_(new MessageView(this)) {
    setWindowTitle(tr("Message %1 of run %2").arg(number).arg(run.left(8)));
    resize(760, 560);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(space::small, space::small, space::small, space::small);
    auto* tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    tabs->tabBar()->setAutoHide(true);
    tabs->addTab(original_, tr("Original"));
    layout->addWidget(tabs);
    original_->clear(tr("Reading the saved copy…"));
    connect(original_, &MessageView::errorRaised, this, &RunMessage::errorRaised);
    whenDone(context.replays.copy(run, number), this, [this](const Result<Message>& copy) {
        if (copy)
            showOriginal(*copy);
        else
            original_->clear(copy.error().summary);
    });
    whenDone(context.replays.item(run, number), this, [this, tabs](const Result<ItemRecord>& item) {
        if (!item || !item->plan.edited)
            return;
        edited_ = new MessageView(this);
        tabs->addTab(edited_, tr("Edited"));
        edited_->setMessage(*item->plan.edited, deathFacts(*item->plan.edited, context_.conventions),
                            tr("As it was edited before it was sent."));
    });
}

void RunMessage::showOriginal(const Message& original) {
    original_->setMessage(original, deathFacts(original, context_.conventions),
                          tr("As it was in the queue."));
}

} // namespace signalbox
