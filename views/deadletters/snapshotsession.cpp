#include "views/deadletters/snapshotsession.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/deadletters/deliverybudget.h"
#include "models/deadletters/queuereading.h"
#include "models/deadletters/readingaudit.h"
#include "models/deadletters/streamstart.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr qint64 firstShown = 200;  // so that a long reading shows something at once
constexpr qint64 shownStep = 20000; // a refresh asks for all ids again, so not too often

} // namespace

SnapshotSession::SnapshotSession(ConsoleContext& context, EntityRef queue, QObject* parent)
    : QObject(parent)
    , context_(context)
    , queue_(std::move(queue)) {
    connect(&context_.replays, &ReplayDesk::runEnded, this, &SnapshotSession::countRemoved);
}

SnapshotSession::~SnapshotSession() {
    job_.reset(); // before the reader of what it writes
}

std::optional<SnapshotInfo> SnapshotSession::info() const {
    return reader_ ? std::optional(reader_->info()) : std::nullopt;
}

bool SnapshotSession::isReading() const {
    return preparing_ || (job_ && (job_->state() == SnapshotJob::State::Running ||
                                   job_->state() == SnapshotJob::State::Paused));
}

void SnapshotSession::open() {
    if (opening_ || reader_)
        return;
    opening_ = true;
    using Found = Result<std::shared_ptr<Snapshot>>;
    auto found =
        inBackground(context_.storeThread, [&library = context_.snapshots, queue = queue_]() -> Found {
            auto all = library.list();
            if (!all)
                return failure(std::move(all.error()));
            const auto known = std::find_if(all->begin(), all->end(), [&](const SnapshotInfo& info) {
                return info.source == queue && info.takenAt.isValid();
            });
            return known == all->end() ? Found(nullptr) : library.open(known->id);
        });
    whenDone(found, this, [this](const Found& snapshot) {
        opening_ = false;
        if (!snapshot)
            Q_EMIT failed(snapshot.error());
        if (snapshot && *snapshot && !reader_)
            take(*snapshot);
        else
            Q_EMIT readerChanged();
    });
}

void SnapshotSession::take(std::shared_ptr<Snapshot> snapshot) {
    if (reader_ && reader_->snapshot() == snapshot)
        return;
    reader_ = std::make_shared<SnapshotReader>(std::move(snapshot));
    reader_->setMarker([&replays = context_.replays, queue = queue_,
                        snapshot = reader_->snapshot()](std::vector<SnapshotRow>& rows) -> Result<void> {
        auto runs = replays.removedBy(queue, snapshot->info().takenAt, readMessages(rows)).result();
        if (!runs)
            return failure(std::move(runs.error()));
        setRemovedBy(rows, *runs);
        return {};
    });
    Q_EMIT readerChanged();
    countRemoved();
}

void SnapshotSession::askNotice(BrokerGateway& broker, qint64 limit) {
    limit_ = limit;
    whenDone(broker.queue(queue_.name), this, [this](const Result<QueueInfo>& facts) {
        if (!facts) {
            notice_.reset();
            Q_EMIT failed(facts.error());
            Q_EMIT noticeChanged();
            return;
        }
        facts_ = *facts;
        if (reader_ && facts->type == QueueType::Quorum && facts->deliveryLimit >= 0)
            findDeliveryCount();
        else
            judge();
    });
}

void SnapshotSession::setLimit(qint64 limit) {
    limit_ = limit;
    if (notice_)
        judge();
}

void SnapshotSession::judge() {
    notice_ = browseNotice(*facts_, limit_, deliveryCount_);
    Q_EMIT noticeChanged();
}

void SnapshotSession::findDeliveryCount() {
    auto found = inBackground(context_.storeThread,
                              [snapshot = reader_->snapshot()] { return usedDeliveries(*snapshot); });
    whenDone(found, this, [this](int used) {
        deliveryCount_ = used;
        if (used < 0 || !reader_) {
            judge();
            return;
        }
        whenDone(context_.replays.opensSince(queue_, reader_->info().takenAt), this,
                 [this, used](const Result<int>& runs) {
                     deliveryCount_ = used + runs.value_or(0);
                     judge();
                 });
    });
}

void SnapshotSession::countRemoved() {
    if (!reader_)
        return;
    whenDone(context_.replays.removedSince(queue_, reader_->info().takenAt), this,
             [this](const Result<qint64>& removed) {
                 if (std::exchange(removedSince_, removed.value_or(0)) != removedSince_)
                     Q_EMIT removedChanged();
             });
}

void SnapshotSession::read(BrokerGateway& broker, const Choice& choice) {
    if (isReading())
        return;
    preparing_ = true;
    cancelled_ = false;
    job_.reset();
    Q_EMIT readingChanged();
    auto source = std::make_shared<std::unique_ptr<MessageSource>>(broker.makeSource(
        readingSource(queue_, choice.limit, choice.streamStart, facts_ ? facts_->deliveryLimit : -1)));
    if (facts_ && facts_->type == QueueType::Stream) {
        prepare(std::move(*source), choice);
        return;
    }
    whenDone(context_.replays.runAtWorkOn(queue_), this, [this, source, choice](const Result<QString>& run) {
        if (!run)
            giveUp(run.error());
        else if (!run->isEmpty())
            giveUp({ErrorKind::Conflict,
                    tr("A run is at work on %1, and what it holds would be missing from the reading. Read "
                       "when it "
                       "has ended.")
                        .arg(queue_.name),
                    tr("run %1").arg(*run)});
        else
            prepare(std::move(*source), choice);
    });
}

void SnapshotSession::giveUp(const Error& error) {
    preparing_ = false;
    Q_EMIT failed(error);
    Q_EMIT readingChanged();
}

void SnapshotSession::prepare(std::unique_ptr<MessageSource> given, const Choice& choice) {
    if (reader_ && reader_->info().bodiesKept != choice.keepBodies) {
        reader_.reset(); // that snapshot goes
        Q_EMIT readerChanged();
    }
    auto source = std::make_shared<std::unique_ptr<MessageSource>>(std::move(given));
    const QString type = queueTypeWord(facts_ ? facts_->type : QueueType::Unknown);
    const ConnectionProfile* profile = context_.connections.find(queue_.connectionId);
    using Opened = Result<std::shared_ptr<Snapshot>>;
    auto opened = inBackground(
        context_.storeThread,
        [&library = context_.snapshots, &audit = context_.audit, queue = queue_, type, choice,
         name = profile ? profile->name : QString(), actor = context_.connections.actor(),
         start = streamStartText(choice.streamStart,
                                 facts_ && facts_->type == QueueType::ServiceBus)]() -> Opened {
            auto snapshot = snapshotForReading(library, queue, name, type, choice.keepBodies);
            if (snapshot) // reading goes on when the trail cannot be written, as connecting does
                (void)audit.append(readingEvent(actor, name, queue, choice.limit, start, choice.keepBodies));
            return snapshot;
        });
    whenDone(opened, this, [this, source, choice](const Opened& snapshot) {
        if (!snapshot) {
            giveUp(snapshot.error());
            return;
        }
        preparing_ = false;
        take(*snapshot);
        if (cancelled_)
            Q_EMIT readingChanged();
        else
            start(std::move(*source), choice);
    });
}

void SnapshotSession::start(std::unique_ptr<MessageSource> source, const Choice& choice) {
    if (!source) {
        Q_EMIT failed(Error{ErrorKind::Internal, tr("The connection gave no way to read the queue."), {}});
        Q_EMIT readingChanged();
        return;
    }
    SnapshotJob::Request how = readingRequest(facts_, choice.limit, choice.streamStart, deliveryCount_);
    if (const QDateTime since = reader_->info().takenAt; since.isValid())
        how.removedBy = [&replays = context_.replays, queue = queue_,
                         since](std::span<const ReadMessage> messages) {
            return replays.removedBy(queue, since, {messages.begin(), messages.end()}).result();
        };
    job_ = std::make_unique<SnapshotJob>(std::move(source), reader_->snapshot(), std::move(how));
    shownAt_ = 0;
    connect(job_.get(), &SnapshotJob::progressChanged, this, [this] {
        Q_EMIT progressChanged();
        const qint64 read = job_->progress().read;
        const qint64 step = shownAt_ == 0 ? firstShown : std::clamp(shownAt_, qint64(1000), shownStep);
        if (read - shownAt_ >= step) {
            shownAt_ = read;
            Q_EMIT contentChanged();
        }
    });
    connect(job_.get(), &SnapshotJob::stateChanged, this, &SnapshotSession::followJob);
    job_->start();
    Q_EMIT readingChanged();
}

void SnapshotSession::followJob() {
    const SnapshotJob::State state = job_->state();
    if (state == SnapshotJob::State::Failed && job_->error())
        Q_EMIT failed(*job_->error());
    if (state != SnapshotJob::State::Running && state != SnapshotJob::State::Paused)
        Q_EMIT contentChanged();
    Q_EMIT readingChanged();
    countRemoved();
}

void SnapshotSession::pause() {
    if (job_)
        job_->pause();
}

void SnapshotSession::resume() {
    if (job_)
        job_->resume();
}

void SnapshotSession::cancel() {
    cancelled_ = preparing_;
    if (job_)
        job_->cancel();
}

} // namespace signalbox
