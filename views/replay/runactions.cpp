// What RunDetails does about a run; how it looks is in rundetails.cpp.
#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/deadletters/deliverybudget.h"
#include "views/replay/rundetails.h"
#include "views/replay/runexport.h"
#include "views/replay/runmessage.h"
#include "views/replay/runwords.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/progressstrip.h"
#include "views/widgets/question.h"
#include "views/widgets/sendbackcheck.h"
#include "views/widgets/tableview.h"
#include "views/widgets/words.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QFutureWatcher>
#include <QPushButton>

namespace signalbox {

namespace {

constexpr int gatherPage = 5000;

bool hasWork(const RunRecord& run) {
    return countOf(run, ItemState::Planned) + countOf(run, ItemState::Saved) +
               countOf(run, ItemState::Confirmed) + countOf(run, ItemState::Published) >
           0;
}

bool isLeftOver(const RunRecord& run) {
    if (run.state == RunState::Planned && hasWork(run))
        return true;
    // A purge that failed is made anew: nobody typed the queue's name for what came since.
    return run.state == RunState::Failed && run.header.kind != RunKind::Purge && hasWork(run);
}

} // namespace

void RunDetails::ask(const Question::Words& words, std::function<void()> then) {
    auto* question = new Question(context_, run_->header.source.connectionId, words, this);
    connect(question, &QDialog::accepted, this, std::move(then));
    question->open();
}

bool RunDetails::canResume() const {
    if (!run_ || job_ || asking_ == run_->header.id)
        return false;
    return isOpen_ || isLeftOver(*run_);
}

bool RunDetails::canEnd() const {
    return canResume();
}

bool RunDetails::isWorking() const {
    return job_ && (job_->state() == ReplayJob::State::Idle || job_->state() == ReplayJob::State::Running ||
                    job_->state() == ReplayJob::State::Waiting || job_->state() == ReplayJob::State::Paused);
}

void RunDetails::pauseOrGoOn() {
    if (!isWorking())
        return;
    if (job_->state() == ReplayJob::State::Paused)
        job_->resume();
    else
        job_->pause();
}

void RunDetails::cancelRun() {
    if (isWorking())
        job_->cancel();
}

bool RunDetails::canDecide() const {
    return run_ && !job_ && countOf(*run_, ItemState::InDoubt) > 0;
}

bool RunDetails::canRestore() const {
    if (!run_ || job_ || isOpen_ || restoring_ || run_->state == RunState::Planned)
        return false;
    const bool hasUnclear = !sends(run_->header.kind) && countOf(*run_, ItemState::Missing) > 0;
    return whyNotRestorable(run_->header).isEmpty() && (countOf(*run_, ItemState::Removed) > 0 || hasUnclear);
}

void RunDetails::start(const QString& runId, const QString& connectionId, std::optional<int> deliveryLimit) {
    const auto permit = context_.connections.permit(connectionId);
    if (!permit) {
        Q_EMIT errorRaised(permit.error());
        return;
    }
    BrokerGateway* gateway = context_.connections.gateway(connectionId);
    if (!gateway) {
        Q_EMIT errorRaised(
            {ErrorKind::CannotConnect, tr("The connection is not open. Connect, then try again."), {}});
        return;
    }
    if (const auto started = context_.replays.start(runId, *permit, *gateway, deliveryLimit); !started)
        Q_EMIT errorRaised(started.error());
    Q_EMIT changed();
}

// The queue's delivery limit may have been raised so that the run can go on.
void RunDetails::askLimitAndStart(const RunHeader& run) {
    BrokerGateway* gateway = context_.connections.gateway(run.source.connectionId);
    if (!gateway) {
        start(run.id, run.source.connectionId); // says what is missing
        return;
    }
    asking_ = run.id;
    follow();
    // Not whenDone(): a connection that is closed meanwhile never answers.
    auto* watcher = new QFutureWatcher<Result<QueueInfo>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, run] {
        watcher->deleteLater();
        if (asking_ == run.id)
            asking_.clear();
        const auto future = watcher->future();
        start(run.id, run.source.connectionId,
              future.resultCount() > 0 ? knownDeliveryLimit(future.result()) : std::nullopt);
        follow();
    });
    watcher->setFuture(gateway->queue(run.source.name));
}

// Another program may have gone on with the run, or ended it, since it was shown.
void RunDetails::resumeRun() {
    if (!canResume())
        return;
    Q_EMIT acting();
    const RunHeader header = run_->header;
    asking_ = header.id;
    follow();
    whenDone(context_.replays.run(header.id), this, [this, header](const Result<RunRecord>& now) {
        if (asking_ == header.id)
            asking_.clear();
        if (now && (isUnfinished(*now) || isLeftOver(*now))) {
            askLimitAndStart(header);
            return;
        }
        Q_EMIT errorRaised(now ? Error{ErrorKind::Conflict,
                                       tr("This run has ended meanwhile, by another program or window: "
                                          "there is nothing to go on with."),
                                       now->endReason}
                               : now.error());
        follow();
        Q_EMIT changed();
    });
}

void RunDetails::endRun() {
    if (!canEnd())
        return;
    Q_EMIT acting();
    const QString removal =
        !sends(run_->header.kind) ? tr(" What has a copy and may be gone already is listed as not met in the "
                                       "queue: choose such messages "
                                       "to restore them, or resume the run instead.")
        : removesOriginals(run_->header)
            ? tr(" Where messages arrived and the removal of the original is not on record, "
                 "it may still be in the queue: resume the run instead to remove it.")
            : QString();
    ask({tr("End a run"), tr("End this run?"),
         restText(run_->header) + tr(" What has no answer is listed in doubt.") + removal +
             tr(" The run cannot be resumed afterwards."),
         tr("End the run")},
        [this, id = run_->header.id] {
            whenDone(context_.replays.abandon(id), this, [this](const Result<RunRecord>& ended) {
                if (!ended)
                    Q_EMIT errorRaised(ended.error());
                Q_EMIT changed();
            });
        });
}

std::vector<qint64> RunDetails::chosen(const std::function<bool(const ItemRecord&)>& fits) const {
    std::vector<qint64> numbers;
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    for (const QModelIndex& row : rows) {
        if (const ItemRecord* item = items_->at(row.row()); item && fits(*item))
            numbers.push_back(item->plan.number);
    }
    return numbers;
}

void RunDetails::gather(const std::shared_ptr<Gathering>& gathering) {
    // By id: the person may choose another run while the pages come in.
    const qint64 after = gathering->all.empty() ? 0 : gathering->all.back().plan.number;
    whenDone(context_.replays.items(gathering->id, gathering->state, after, gatherPage), this,
             [this, gathering](Result<std::vector<ItemRecord>> page) {
                 if (!page) {
                     if (gathering->failed)
                         gathering->failed();
                     Q_EMIT errorRaised(page.error());
                     return;
                 }
                 const bool more = static_cast<int>(page->size()) == gatherPage;
                 std::move(page->begin(), page->end(), std::back_inserter(gathering->all));
                 if (gathering->goesOn && !gathering->goesOn(static_cast<qint64>(gathering->all.size())))
                     return;
                 if (more)
                     gather(gathering);
                 else
                     gathering->then(std::move(gathering->all));
             });
}

void RunDetails::askDecide(DoubtChoice choice) {
    if (!canDecide())
        return;
    Q_EMIT acting();
    // What the person sees now is what is decided on, whatever is chosen while the question stands.
    const auto numbers = chosen([](const ItemRecord& item) { return item.state == ItemState::InDoubt; });
    const qint64 count =
        numbers.empty() ? countOf(*run_, ItemState::InDoubt) : static_cast<qint64>(numbers.size());
    // Deciding goes on with the run: what that sends besides must be agreed to.
    const qint64 left = stillToSend(*run_);
    const QString further = left == 0 ? QString()
                            : left == 1
                                ? tr(" The run goes on: 1 message that is still to do is sent as well.")
                                : tr(" The run goes on: %1 messages that are still to do are sent as well.")
                                      .arg(words::count(left));
    const auto then = [this, choice, numbers] { decide(choice, numbers); };
    if (choice == DoubtChoice::Leave)
        ask({tr("Messages in doubt"),
             count == 1 ? tr("Leave 1 message in the queue?")
                        : tr("Leave %1 messages in the queue?").arg(words::count(count)),
             tr("Nothing is sent or removed. Later plans take what is left in %1 to have been sent, and this "
                "run "
                "does not offer it again.")
                 .arg(run_->header.source.name),
             tr("Leave there")},
            then);
    else if (choice == DoubtChoice::TreatAsSent && !removesOriginals(run_->header))
        ask({tr("Messages in doubt"),
             count == 1 ? tr("Take 1 message to have arrived?")
                        : tr("Take %1 messages to have arrived?").arg(words::count(count)),
             tr("They are not sent again, so do it only for what you saw at the receiver.") + further,
             left == 0 ? tr("They arrived") : tr("Agree and go on")},
            then);
    else if (choice == DoubtChoice::TreatAsSent)
        ask({tr("Messages in doubt"),
             count == 1 ? tr("Remove the original of 1 message?")
                        : tr("Remove the originals of %1 messages?").arg(words::count(count)),
             tr("They leave %1 and are not sent again, so do it only for what you saw at the receiver. "
                "Their copies are kept.")
                     .arg(run_->header.source.name) +
                 further,
             left == 0 ? tr("Remove the originals") : tr("Remove and go on")},
            then);
    else
        ask({tr("Messages in doubt"),
             count == 1 ? tr("Send 1 message again that may have arrived?")
                        : tr("Send %1 messages again that may have arrived?").arg(words::count(count)),
             tr("If the broker had taken one of these messages, its receiver will get it twice. Look there "
                "first.") +
                 further,
             tr("Send again")},
            then);
}

void RunDetails::decide(DoubtChoice choice, std::vector<qint64> numbers) {
    if (!canDecide())
        return;
    const QString id = run_->header.id;
    const auto carryOut = [this, header = run_->header, choice](std::vector<qint64> doubts) {
        whenDone(context_.replays.decide(header.id, doubts, choice), this,
                 [this, header, choice](const Result<void>& decided) {
                     if (decided && choice != DoubtChoice::Leave) {
                         askLimitAndStart(header);
                         return;
                     }
                     if (!decided) {
                         Q_EMIT errorRaised(decided.error());
                     }
                     Q_EMIT changed();
                 });
    };
    if (!numbers.empty()) {
        carryOut(std::move(numbers));
        return;
    }
    auto gathering = std::make_shared<Gathering>();
    gathering->id = id;
    gathering->state = ItemState::InDoubt;
    gathering->then = [carryOut](const std::vector<ItemRecord>& doubts) {
        std::vector<qint64> all;
        all.reserve(doubts.size());
        for (const ItemRecord& item : doubts)
            all.push_back(item.plan.number);
        carryOut(std::move(all));
    };
    gather(gathering);
}

void RunDetails::restore() {
    if (!canRestore())
        return;
    Q_EMIT acting();
    const RunRecord run = *run_;
    const auto numbers = chosen([](const ItemRecord& item) { return item.hasCopy; });
    const QString queue = run.header.source.name;
    const QString question =
        numbers.empty()
            ? tr("Restore all saved copies of this run to %1?").arg(queue)
            : tr("Restore %1 messages to %2?").arg(words::count(static_cast<qint64>(numbers.size())), queue);
    const ConnectionProfile* profile = context_.connections.find(run.header.source.connectionId);
    const QString changes = profile && profile->technology == technology::serviceBus
                                ? tr("They are sent as they were, to the end of the queue.")
                                : sendBackChanges();
    const QString explanation =
        run.header.kind == RunKind::Replay
            ? tr("They were sent (%1) and are there already: restoring makes doubles. %2")
                  .arg(run.header.destination, changes)
            : changes;
    ask({tr("Restore copies"), question, explanation, tr("Restore")}, [this, run, numbers] {
        if (restoring_)
            return;
        restoring_ = true;
        follow();
        auto progress = std::make_shared<WorkProgress>();
        const auto removed = run.counts.find(ItemState::Removed);
        restoreStrip_->follow(tr("Writing the restore into the journal"), progress,
                              !numbers.empty()              ? static_cast<qint64>(numbers.size())
                              : removed == run.counts.end() ? -1
                                                            : removed->second);
        const auto ended = [this, run](const Result<QString>& made) {
            restoring_ = false;
            restoreStrip_->end();
            follow();
            if (!made) {
                if (made.error().kind == ErrorKind::Cancelled)
                    Q_EMIT said(made.error().summary);
                else
                    Q_EMIT errorRaised(made.error());
                return;
            }
            start(*made, run.header.source.connectionId);
            Q_EMIT runMade(*made);
        };
        checkSendBack(context_, run.header.source, this,
                      [this, run, numbers, progress, ended](const Result<SendBack>& how) {
                          if (!how)
                              ended(failure(how.error()));
                          else
                              whenDone(context_.replays.acceptRestore(run.header.id, numbers, progress, *how),
                                       this, ended);
                      });
    });
}

void RunDetails::chooseExport() {
    if (!run_)
        return;
    auto* dialog = new QFileDialog(this, tr("Export the run"),
                                   QStringLiteral("run-%1.jsonl").arg(run_->header.id.left(8)),
                                   tr("JSON Lines (*.jsonl);;CSV for spreadsheets (*.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String(".csv")) ? QStringLiteral("csv")
                                                                        : QStringLiteral("jsonl"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &RunDetails::exportTo);
    dialog->open();
}

void RunDetails::exportTo(const QString& fileName) {
    if (!run_ || exporting_ != Exporting::No)
        return;
    Q_EMIT acting();
    exporting_ = Exporting::Reading;
    qint64 total = 0;
    for (const auto& [state, count] : run_->counts)
        total += count;
    const auto show = [this, total](const QString& label, qint64 done, bool canCancel) {
        ProgressStrip::State state;
        state.label = label;
        state.done = done;
        state.total = total;
        state.canPause = false;
        state.canCancel = canCancel;
        exportStrip_->present(state);
    };
    const auto over = [this] {
        exporting_ = Exporting::No;
        exportStrip_->hide();
    };
    show(tr("Export of the run"), 0, true);
    auto gathering = std::make_shared<Gathering>();
    gathering->id = run_->header.id;
    gathering->failed = over;
    gathering->goesOn = [this, show, over](qint64 read) {
        if (exporting_ == Exporting::Cancelled) {
            over();
            Q_EMIT said(tr("The export was cancelled; no file was written."));
            return false;
        }
        show(tr("Export of the run"), read, true);
        return true;
    };
    gathering->then = [this, fileName, run = *run_, show, over](std::vector<ItemRecord> items) {
        const auto count = static_cast<qint64>(items.size());
        show(tr("Writing %1").arg(QFileInfo(fileName).fileName()), count, false);
        whenDone(inBackground(context_.storeThread, [run, items = std::move(items),
                                                     fileName] { return exportRun(run, items, fileName); }),
                 this, [this, fileName, count, over](const Result<void>& written) {
                     over();
                     if (written)
                         Q_EMIT said(
                             tr("%1 messages of the run are in %2.").arg(words::count(count), fileName));
                     else
                         Q_EMIT errorRaised(written.error());
                 });
    };
    gather(gathering);
}

void RunDetails::cancelExport() {
    if (exporting_ == Exporting::Reading)
        exporting_ = Exporting::Cancelled;
}

void RunDetails::showMessage() {
    const ItemRecord* item = items_->at(table_->currentIndex().row());
    if (!run_ || !item)
        return;
    if (!item->hasCopy) {
        Q_EMIT said(tr("No copy of this message was saved: it was never taken from the queue, or its copy "
                       "has expired."));
        return;
    }
    auto* dialog = new RunMessage(context_, run_->header.id, item->plan.number, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &RunMessage::errorRaised, this, &RunDetails::errorRaised);
    dialog->show();
}

} // namespace signalbox
