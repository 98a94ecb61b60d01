#include "app/servicebus/batchpurger.h"

#include "app/servicebus/locktime.h"
#include "app/servicebus/peekpage.h"

namespace signalbox::servicebus {

namespace {

constexpr std::int64_t mostOfABatch = 500;

// Where the service deletes no batches and messages belong to sessions, a receiver without one is refused,
// and trying again does not help.
Error notTaken(Error error, const QString& address) {
    if (error.kind == ErrorKind::NotAllowed && error.detail.startsWith(QLatin1String("amqp:not-allowed")) &&
        error.detail.contains(QLatin1String("session"), Qt::CaseInsensitive))
        return {
            ErrorKind::Unsupported,
            QStringLiteral("The service deletes no batches of %1, and gives messages of sessions session by "
                           "session only: purge it with copies.")
                .arg(address),
            error.detail};
    return error;
}

} // namespace

BatchPurger::BatchPurger(NamespaceAccess access, EntityPath path, const QDateTime& before)
    : wire_(std::move(access), QStringLiteral("purge"))
    , management_(wire_, path)
    , receiver_(wire_, path)
    , beforeMs_(before.toMSecsSinceEpoch()) {}

BatchPurger::~BatchPurger() {
    close();
}

Result<void> BatchPurger::open() {
    receiver_.close();
    management_.close();
    if (auto up = wire_.open(); !up)
        return up;
    // A right that is missing from the start ends the run; one that is lost later is waited for.
    const auto mayLook = management_.demand(peekRequest(0, 1, false),
                                            QStringLiteral("look into %1").arg(management_.path().address()));
    return mayLook ? Result<void>() : failure(mayLook.error());
}

Result<bool> BatchPurger::removeSome() {
    if (!wire_.isUp())
        return failure(ErrorKind::Lost, QStringLiteral("The connection to the namespace is lost."));
    if (auto claims = wire_.claims().renewDue(); !claims)
        return failure(std::move(claims.error()));
    auto more = isReceiving_ ? receiveSome() : deleteBatch();
    if (more && !*more) {
        if (auto looked = lookWhatStays(); !looked)
            return failure(std::move(looked.error()));
    }
    return more;
}

Result<bool> BatchPurger::deleteBatch() {
    const QString doing = QStringLiteral("purge %1").arg(management_.path().address());
    HeaderValue count;
    count.kind = ValueKind::Int32;
    count.data = mostOfABatch;
    HeaderValue before;
    before.kind = ValueKind::Milliseconds;
    before.data = std::int64_t{beforeMs_};
    const auto answer = management_.ask(managementRequest(
        "batch-delete-messages", {{"message-count", count}, {"enqueued-time-utc", before}}));
    if (!answer) {
        isUnsure_ =
            isUnsure_ || answer.error().kind == ErrorKind::Busy || answer.error().kind == ErrorKind::Lost;
        return failure(answer.error());
    }
    if (answer->status == 204 || answer->condition == "com.microsoft:message-not-found")
        return false;
    if (answer->condition == "amqp:not-implemented" || answer->condition == "amqp:not-allowed" ||
        answer->status == 501) {
        isReceiving_ = true;
        return true;
    }
    if (!answer->isSuccess())
        return failure(statusError(*answer, doing));
    std::int64_t gone = 0;
    if (!headerInteger(answer->field("message-count"), &gone) || gone < 0)
        return failure(ErrorKind::Corrupt,
                       QStringLiteral("The service does not say how many messages of %1 it has removed.")
                           .arg(management_.path().address()));
    batched_ += gone;
    return gone > 0;
}

// As many as lie there from before the cut-off, page by page: in place of some that others have locked, later
// ones may come.
Result<bool> BatchPurger::receiveSome() {
    const QString address = management_.path().address();
    const auto answer = management_.demand(peekRequest(next_, mostPeeked, false),
                                           QStringLiteral("look into %1").arg(address));
    if (!answer)
        return failure(answer.error());
    const auto page = peekedMessages(*answer, next_, address);
    if (!page)
        return failure(page.error());
    if (page->empty())
        return false;
    int older = 0;
    for (const Peeked& peeked : *page) {
        if (amqp10::stateOf(peeked.message) == amqp10::State::Active &&
            millisecondsOf(amqp10::annotation(peeked.message, "x-opt-enqueued-time")) < beforeMs_)
            ++older;
    }
    const qint64 had = receiver_.taken();
    if (older > 0) {
        if (auto taken = receiver_.take(older); !taken)
            return failure(notTaken(std::move(taken.error()), address));
    }
    if (receiver_.taken() == had)
        next_ = page->back().number + 1;
    return receiver_.latestMs() < beforeMs_;
}

Result<void> BatchPurger::lookWhatStays() {
    const QString address = management_.path().address();
    const auto answer =
        management_.demand(peekRequest(0, mostPeeked, false), QStringLiteral("look into %1").arg(address));
    if (!answer)
        return failure(answer.error());
    const auto page = peekedMessages(*answer, 0, address);
    if (!page)
        return failure(page.error());
    staying_ = static_cast<qint64>(page->size());
    return {};
}

QString BatchPurger::remark() const {
    QStringList remarks;
    if (staying_ > 0)
        remarks << QStringLiteral("%1 stay: locked, deferred, scheduled, or enqueued since")
                       .arg(staying_ < mostPeeked ? QString::number(staying_) : QStringLiteral("some"));
    if (receiver_.latestMs() >= beforeMs_)
        remarks << QStringLiteral(
            "it stopped because some that came since were taken in place of older ones: "
            "purge again for the rest");
    if (isUnsure_)
        remarks << QStringLiteral("more may have gone by a batch that had no answer");
    if (receiver_.unsure() > 0)
        remarks
            << QStringLiteral("at most %1 more may have gone when the link broke").arg(receiver_.unsure());
    return remarks.join(QStringLiteral("; "));
}

void BatchPurger::close() {
    receiver_.close();
    management_.close();
    wire_.close();
}

} // namespace signalbox::servicebus
