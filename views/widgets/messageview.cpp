#include "views/widgets/messageview.h"

#include "models/deadletters/datatrees.h"
#include "views/widgets/bodypane.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/messageviewsummary.h"
#include "views/widgets/theme.h"
#include "views/widgets/treepane.h"

#include <QLabel>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace signalbox {

MessageView::MessageView(QWidget* parent)
    : QWidget(parent)
    , stack_(new QStackedWidget(this))
    , empty_(new EmptyState(stack_))
    , note_(new QLabel(stack_))
    , tabs_(new QTabWidget(stack_))
    , summary_(new MessageSummary(tabs_))
    , headers_(new TreePane(tr("Headers"), tabs_))
    , body_(new BodyPane(tabs_)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(stack_);
    auto* inside = new QWidget(stack_);
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(note_);
    column->addWidget(tabs_, 1);
    note_->setTextFormat(Qt::PlainText);
    note_->setWordWrap(true);
    note_->setContentsMargins(space::medium, space::tight, space::medium, space::tight);
    setTextTone(note_, Tone::Warn);
    tabs_->setDocumentMode(true);
    tabs_->addTab(summary_, tr("&Summary"));
    tabs_->addTab(body_, tr("&Body"));
    tabs_->addTab(headers_, tr("&Headers"));
    stack_->addWidget(empty_);
    stack_->addWidget(inside);
    setAccessibleName(tr("Message"));
    connect(body_, &BodyPane::errorRaised, this, &MessageView::errorRaised);
    connect(summary_, &MessageSummary::runWanted, this, &MessageView::runWanted);
    clear();
}

MessageView::~MessageView() = default;

void MessageView::setQueue(const QString& queue) {
    queue_ = queue;
}

void MessageView::setMessage(const Message& message, const DeathFacts& facts, const QString& note) {
    note_->setText(note);
    note_->setVisible(!note.isEmpty());
    summary_->setMessage(message, facts, queue_);
    body_->setMessage(message);
    const HeaderTable headers = message.properties.headers.value_or(HeaderTable());
    HeaderTable shown = headers;
    if (message.properties.amqp10)
        shown.push_back({"AMQP 1.0", HeaderValue::table(*message.properties.amqp10)});
    headers_->setTree(std::make_shared<const DataTree>(headerTree(shown)));
    tabs_->setTabText(tabs_->indexOf(headers_), tr("&Headers (%1)").arg(headers.size()));
    stack_->setCurrentIndex(1);
}

void MessageView::clear(const QString& reason) {
    note_->clear();
    empty_->present(QStringLiteral("message"), tr("No message chosen"),
                    reason.isEmpty() ? tr("Choose a message to see why it died, its headers and its body.")
                                     : reason);
    stack_->setCurrentIndex(0);
}

QString MessageView::note() const {
    return note_->text();
}

} // namespace signalbox
