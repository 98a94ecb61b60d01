#include "views/deadletters/messagepane.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "views/widgets/messageview.h"

#include <QVBoxLayout>

#include <array>

namespace signalbox {

namespace {

struct Loaded {
    Message message;
    DeathFacts facts;
    QString note;
};

// Of a message that a run has removed since it was read.
QString removedNote(Snapshot& snapshot, const std::shared_ptr<const RemovalMarker>& marker, qint64 id) {
    if (!marker)
        return {};
    auto rows = snapshot.rows(std::array{id});
    if (!rows || !(*marker)(*rows) || rows->empty() || rows->front().removedBy.isEmpty())
        return {};
    return MessagePane::tr("Run %1 removed this message after the queue was read.")
        .arg(rows->front().removedBy.left(8));
}

} // namespace

MessagePane::MessagePane(ConsoleContext& context, QWidget* parent)
    : QWidget(parent)
    , context_(context)
    , view_(new MessageView(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(view_);
    pool_.setMaxThreadCount(1);
    connect(view_, &MessageView::errorRaised, this, &MessagePane::failed);
    connect(view_, &MessageView::runWanted, this, &MessagePane::runWanted);
}

MessagePane::~MessagePane() {
    pool_.waitForDone();
}

void MessagePane::setReader(std::shared_ptr<SnapshotReader> reader, const QString& queue) {
    reader_ = std::move(reader);
    view_->setQueue(queue);
    showMessage(0);
}

void MessagePane::showMessage(qint64 id) {
    if (id != 0 && id == id_ && message_)
        return;
    id_ = id;
    load(false);
}

void MessagePane::refresh() {
    if (id_ != 0)
        load(true);
}

void MessagePane::load(bool again) {
    const int turn = ++turn_;
    if (id_ == 0 || !reader_) {
        message_.reset();
        view_->clear();
        Q_EMIT shown();
        return;
    }
    using Answer = Result<Loaded>;
    auto loaded =
        inBackground(pool_,
                     [snapshot = reader_->snapshot(), marker = reader_->marker(), id = id_,
                      &conventions = context_.conventions]() -> Answer {
                         auto message = snapshot->message(id);
                         if (!message && message.error().kind == ErrorKind::Cancelled)
                             message = snapshot->message(id); // a search that began meanwhile had stopped it
                         if (!message)
                             return failure(std::move(message.error()));
                         Loaded done{std::move(*message), {}, {}};
                         done.facts = deathFacts(done.message, conventions);
                         done.note = removedNote(*snapshot, marker, id);
                         return done;
                     });
    whenDone(loaded, this, [this, turn, again](const Answer& answer) {
        if (turn != turn_)
            return;
        if (answer) {
            if (again && message_ == answer->message && view_->note() == answer->note)
                return; // keeps what is unfolded and selected
            message_ = answer->message;
            view_->setMessage(answer->message, answer->facts, answer->note);
        } else if (again && answer.error().kind == ErrorKind::NotFound) {
            id_ = 0;
            message_.reset();
            view_->clear(tr("The message has left the queue."));
        } else {
            message_.reset();
            view_->clear(answer.error().summary);
            if (answer.error().kind != ErrorKind::NotFound) {
                Q_EMIT failed(answer.error());
            }
        }
        Q_EMIT shown();
    });
}

} // namespace signalbox
