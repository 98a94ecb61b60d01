#include "models/replay/queueintake.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/messagecodec.h"

#include <algorithm>

namespace signalbox {

QueueIntake::QueueIntake(MessageSource& source, MessageSource* wide, RunItems& items, Setup setup,
                         const ReplayTuning& tuning)
    : source_(source)
    , wide_(wide)
    , items_(items)
    , setup_(std::move(setup))
    , tuning_(tuning)
    , matcher_(items, setup_.toRemove, setup_.moves)
    , link_(tuning)
    , budget_(setup_.isStream || setup_.taking == Taking::ByNumber ? OpenBudget::Start()
                                                                   : setup_.deliveries) {
    purgeLeft_ = setup_.readyHint;
    chooseSource();
}

// A bounded source keeps most of a long queue visible to others, but would run full if more unselected
// messages than its window lay in front of what is wanted.
void QueueIntake::chooseSource() {
    if (!wide_ || setup_.takesAll || setup_.isStream)
        return;
    const qint64 unselected = std::max<qint64>(0, items_.farthestPosition() - items_.total());
    const qint64 held = setup_.holdsAll ? items_.total() : 0;
    useWide_ = unselected + held > tuning_.boundedSource / 4;
}

namespace {

// The broker or the network refused before there was a consumer, so no message was delivered.
bool cameBeforeConsuming(ErrorKind kind) {
    return kind == ErrorKind::CannotConnect || kind == ErrorKind::NotAuthenticated ||
           kind == ErrorKind::NotAllowed || kind == ErrorKind::NotFound || kind == ErrorKind::Conflict ||
           kind == ErrorKind::Busy;
}

} // namespace

Result<void> QueueIntake::mayOpen() {
    if (budget_.mayOpen())
        return {};
    return failure(budget_.spent(setup_.queue, setup_.takesAll));
}

// Written down before it begins: a process that dies in between has used a delivery, too.
Result<void> QueueIntake::payForOpening() {
    if (setup_.isStream || isByNumber() || budget_.isReserved())
        return {};
    if (setup_.noteOpen) {
        if (auto noted = setup_.noteOpen(); !noted)
            return noted;
    }
    budget_.reserve();
    return {};
}

Result<void> QueueIntake::connectSource() {
    auto opened = source().open();
    if (opened || !cameBeforeConsuming(opened.error().kind))
        budget_.begun();
    return opened;
}

Result<void> QueueIntake::open() {
    if (setup_.otherOpens && budget_.isLimited()) {
        const auto others = setup_.otherOpens();
        if (!others)
            return failure(others.error());
        budget_.setOthers(*others);
    }
    if (auto allowed = mayOpen(); !allowed)
        return allowed;
    items_.settleAppended();
    if (purgeTotal_ >= 0) // what had been met and is not known to be removed comes once more
        purgeLeft_ = std::max<qint64>(0, purgeTotal_ - items_.count(ItemState::Removed));
    matcher_.restart();
    tellWanted();
    exhausted_ = wasEmpty_ = false;
    stalled_.clear();
    auto opened = payForOpening();
    if (!opened && opened.error().kind == ErrorKind::Storage)
        opened.error().kind = ErrorKind::Busy; // a disk that is full now need not end the run
    if (opened)
        opened = connectSource();
    if (!opened) {
        if (auto down = takeDown(opened.error()); !down)
            return failure(std::move(down.error()));
        return {};
    }
    link_.opened();
    link_.worked();
    openedAt_ = lastDelivery_ = now();
    quietSince_ = stalledSince_ = {};
    metThisPass_ = sinceMatch_ = outstanding_ = 0;
    countAwaited();
    const bool isCounted = setup_.takesAll && purgeLeft_ < 0;
    if (!setup_.isStream && (isCounted || source().countsCheaply())) {
        const auto ready = source().ready();
        if (!ready) {
            if (auto down = takeDown(ready.error()); !down)
                return failure(std::move(down.error()));
            return {};
        }
        queueSize_ = std::max(queueSize_, *ready);
        if (setup_.takesAll && purgeLeft_ < 0)
            purgeLeft_ = *ready + tuning_.window; // some may be on their way already
    }
    if (setup_.takesAll && purgeTotal_ < 0 && purgeLeft_ >= 0)
        purgeTotal_ = purgeLeft_ + items_.count(ItemState::Removed);
    return {};
}

bool QueueIntake::isWanted(const RunItem& item) const {
    switch (item.state) {
    case ItemState::Planned:
        return true;
    case ItemState::Published:
        return !setup_.isStream;
    default:
        return item.state == setup_.toRemove && !setup_.isStream;
    }
}

void QueueIntake::tellWanted() {
    if (setup_.takesAll)
        return;
    source().expectUpTo(items_.farthestPosition());
    source().expectSessions(items_.sessionsOf([this](const RunItem& item) { return isWanted(item); }));
    if (setup_.taking == Taking::InOrder)
        return;
    std::vector<qint64> positions;
    for (const RunItem& item : items_.all()) {
        if (isWanted(item))
            positions.push_back(item.position);
    }
    source().expectOnly(positions);
}

void QueueIntake::countAwaited() {
    awaited_ = std::count_if(items_.all().begin(), items_.all().end(),
                             [this](const RunItem& item) { return !item.met && isWanted(item); });
}

void QueueIntake::awaitAgain(RunItem& item) {
    if (!item.hasTag)
        return; // the source went down meanwhile: it is awaited already
    item.met = item.hasTag = false;
    ++awaited_;
    --outstanding_;
    exhausted_ = wasEmpty_ = false;
}

void QueueIntake::dropAwaited(const RunItem& item) {
    if (!item.met)
        --awaited_;
    if (item.hasTag && link_.isUp())
        source().leave(std::span(&item.tag, 1));
}

Result<bool> QueueIntake::takeDown(const Error& error) {
    // After Lost nothing is held any more; any other trouble starts anew with a clean connection.
    if (error.kind != ErrorKind::Lost && link_.isUp())
        source().close();
    outstandingAtLoss_ = std::max<qint64>(outstanding_, outstandingAtLoss_);
    outstanding_ = 0;
    items_.forgetDeliveries();
    if (!link_.failed(error, now()))
        return failure(error);
    return false;
}

Result<void> QueueIntake::take(int max, int waitMs, Taken& out) {
    if (setup_.takesAll && purgeLeft_ >= 0) {
        if (purgeLeft_ == 0) {
            exhausted_ = true;
            return {};
        }
        max = static_cast<int>(std::min<qint64>(max, purgeLeft_));
    }
    auto deliveries = source().receive(max, waitMs);
    if (!deliveries) {
        if (auto down = takeDown(deliveries.error()); !down)
            return failure(std::move(down.error()));
        return {};
    }
    if (deliveries->empty())
        return waitMs > 0 ? lookAtQuiet() : Result<void>{};
    lastDelivery_ = now();
    quietSince_ = stalledSince_ = {};
    wasEmpty_ = false;
    stalled_.clear();
    out.met = static_cast<int>(deliveries->size());
    outstanding_ += out.met;
    metThisPass_ += out.met;
    tags_.clear();
    for (Delivery& delivery : *deliveries) {
        const std::uint64_t tag = delivery.tag;
        if (!sort(std::move(delivery), out) || setup_.isStream)
            tags_.push_back(tag);
    }
    if (setup_.isStream) { // returns credit; removes nothing
        outstanding_ -= out.met;
        if (auto credit = source().settle(tags_); !credit) {
            if (auto down = takeDown(credit.error()); !down)
                return failure(std::move(down.error()));
        }
    } else if (!tags_.empty()) {
        source().leave(tags_);
    }
    const qint64 known = std::max(queueSize_, items_.farthestPosition());
    if (!setup_.takesAll && sinceMatch_ > std::max<qint64>(tuning_.giveUpAfter, 2 * known))
        exhausted_ = true; // others write faster than we read: what is wanted was in front of all that
    return {};
}

// False: nobody will settle it.
bool QueueIntake::sort(Delivery&& delivery, Taken& out) {
    budget_.met(delivery.message);
    Staged staged;
    staged.encodedProperties = encodeProperties(delivery.message.properties);
    const bool isVolatile = hasVolatileHeader(delivery.message);
    staged.fingerprint = fingerprintOf(
        delivery.message, isVolatile ? QByteArrayView() : QByteArrayView(staged.encodedProperties));
    ++sinceMatch_;
    // A sequence number of Service Bus leaves no doubt whether it is the same one.
    const bool isSame = amqp10::annotation(delivery.message, "x-opt-sequence-number") != nullptr;
    Match match = matcher_.meet(staged.fingerprint, delivery.message.redelivered || isSame, delivery.tag);
    if (setup_.takesAll && !isSame &&
        (match.meeting == Meeting::Doubtful || match.meeting == Meeting::Remove)) {
        // A purge takes it anyway, as a message of its own with a copy of its own: whether it is the one
        // whose removal was not written down, or equals it, only the broker could tell.
        RunItem& other = items_.at(match.index);
        const bool mayBeThat = match.meeting == Meeting::Remove;
        other.hasTag = false;
        other.met = mayBeThat; // and no other equal one replaces it, too
        if (mayBeThat) {
            out.replaced.push_back(match.index);
            --awaited_;
        }
        match = {};
    }
    if (!match.known && setup_.takesAll) {
        match.index = items_.append(staged.fingerprint, ItemState::Planned);
        RunItem& item = items_.at(match.index);
        item.met = item.hasTag = item.staged = true;
        item.tag = delivery.tag;
        match.meeting = Meeting::Take;
        match.known = true;
    } else if (match.meeting != Meeting::Keep) {
        sinceMatch_ = 0;
        if (!setup_.isStream || match.meeting == Meeting::Take)
            --awaited_;
    }
    if (setup_.takesAll && purgeLeft_ > 0)
        --purgeLeft_;
    switch (match.meeting) {
    case Meeting::Take:
        staged.index = match.index;
        staged.original = std::move(delivery.message);
        out.staged.push_back(std::move(staged));
        break;
    case Meeting::Remove:
        out.removable.push_back(match.index);
        break;
    case Meeting::Doubtful:
        out.doubtful.push_back(match.index);
        break;
    case Meeting::Attach:
    case Meeting::Keep:
        break;
    }
    return match.meeting != Meeting::Keep && match.meeting != Meeting::Doubtful;
}

Result<void> QueueIntake::lookAtQuiet() {
    const Time time = now();
    if (quietSince_ == Time{})
        quietSince_ = time;
    if (setup_.isStream) {
        exhausted_ = time - lastDelivery_ >= tuning_.streamQuiet;
        return {};
    }
    if (time - quietSince_ < tuning_.quiet)
        return {};
    // Before ready(): what a consumer gave up in between is counted there.
    const auto held = isHeldElsewhere(time);
    const auto ready = held ? source().ready() : Result<qint64>(failure(held.error()));
    if (!ready) {
        if (auto down = takeDown(ready.error()); !down)
            return failure(std::move(down.error()));
        return {};
    }
    if (*ready > 0 || *held)
        wasEmpty_ = false;
    if (*ready > 0) {
        if (stalledSince_ == Time{})
            stalledSince_ = time;
        if (time - stalledSince_ >= 4 * tuning_.quiet) {
            if (wide_ && !useWide_) { // our own window may be what holds them back
                release();
                useWide_ = true;
                return {};
            }
            stalled_ = stallWords(*ready);
        }
        const auto patience = source().countsCheaply() ? tuning_.stallPatience : tuning_.lockPatience;
        if (time - stalledSince_ >= patience) {
            if (!source().heldBack().isEmpty())
                return failure(ErrorKind::Busy,
                               stalled_ + QStringLiteral(" Stop that receiver, then resume the run."));
            return failure(
                ErrorKind::Busy,
                QStringLiteral("The queue gives its messages to another consumer: stop that consumer, then "
                               "resume the run."),
                stalled_);
        }
        return {};
    }
    if (*held) {
        stalled_ = QStringLiteral(
            "messages of this run are held by another consumer, or by the connection that broke");
        return {};
    }
    stalled_.clear();
    // The messages of a broken connection come back only when the broker has noticed.
    if (metThisPass_ < outstandingAtLoss_ && time - openedAt_ < tuning_.lossGrace)
        return {};
    // Neither ready nor held may mean: on their way to us, and overtaken by the answer. It is believed when
    // nothing came in another quiet time after it.
    if (!wasEmpty_) {
        wasEmpty_ = true;
        quietSince_ = now();
        return {};
    }
    exhausted_ = true;
    return {};
}

QString QueueIntake::stallWords(qint64 ready) {
    if (QString why = source().heldBack(); !why.isEmpty())
        return why;
    if (!source().countsCheaply())
        return QStringLiteral(
                   "still locked, by another receiver or by a connection that broke, until the locks "
                   "end: %1")
            .arg(ready);
    return QStringLiteral("the queue has %1 messages ready but gives none to this connection; another "
                          "consumer may be its single active one")
        .arg(ready);
}

// A process that was killed leaves its messages with the broker until that has noticed; its consumer is
// counted as long. To take them for gone would leave doubles in the queue.
Result<bool> QueueIntake::isHeldElsewhere(Time time) {
    if (!setup_.cutOff || awaited_ <= 0 || time - openedAt_ >= tuning_.lossGrace)
        return false;
    const auto others = source().otherConsumers();
    if (!others)
        return failure(others.error());
    return *others > 0;
}

Result<bool> QueueIntake::settle(std::span<const std::uint32_t> indexes) {
    if (!link_.isUp())
        return false;
    tags_.clear();
    for (const std::uint32_t index : indexes) {
        const RunItem& item = items_.at(index);
        if (item.hasTag)
            tags_.push_back(item.tag);
    }
    if (tags_.empty())
        return true;
    if (auto done = source().settle(tags_); !done)
        return takeDown(done.error());
    outstanding_ -= static_cast<qint64>(tags_.size());
    return true;
}

Result<bool> QueueIntake::sync() {
    if (!link_.isUp())
        return false;
    if (setup_.isStream)
        return true;
    if (const auto done = source().sync(); !done)
        return takeDown(done.error());
    return true;
}

bool QueueIntake::holdsTooLong() const {
    return link_.isUp() && outstanding_ > 0 && now() - openedAt_ > tuning_.maxHold;
}

void QueueIntake::release() {
    if (link_.isUp())
        source().close();
    outstanding_ = outstandingAtLoss_ = 0;
    items_.forgetDeliveries();
    link_.closedOnPurpose(now());
}

void QueueIntake::close() {
    source().close();
    outstanding_ = 0;
    if (link_.isUp())
        link_.closedOnPurpose(now());
}

} // namespace signalbox
