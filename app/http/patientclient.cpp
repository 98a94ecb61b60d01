#include "app/http/patientclient.h"

#include "models/base/answerer.h"
#include "models/base/lognames.h"
#include "models/base/whendone.h"

#include <QLocale>
#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>
#include <spdlog/spdlog.h>

namespace signalbox::http {

namespace {

constexpr int tooMany = 429;
constexpr int unavailable = 503;

// What may pass by itself; only reading is repeated then, for a change may have been made.
bool isPassing(int status) {
    return status == 500 || status == 502 || status == 504;
}

} // namespace

struct PatientClient::Call {
    Request request;
    Answerer<Answer> answerer;
    int tried = 0;
    qint64 waitedMs = 0;
};

bool isThrottled(int status) {
    return status == tooMany || status == unavailable;
}

std::optional<qint64> retryAfterMs(const QByteArray& header, const QDateTime& now) {
    constexpr qint64 secondMs = 1000;
    constexpr qint64 mostSeconds = 365LL * 24 * 3600; // more is no pause
    const QByteArray text = header.trimmed();
    bool isNumber = false;
    const qint64 seconds = text.toLongLong(&isNumber);
    if (isNumber)
        return seconds < 0 ? std::nullopt : std::optional(std::min(seconds, mostSeconds) * secondMs);
    QDateTime date =
        QLocale::c().toDateTime(QString::fromLatin1(text), QStringLiteral("ddd, dd MMM yyyy hh:mm:ss 'GMT'"));
    if (!date.isValid())
        return std::nullopt;
    date.setTimeSpec(Qt::UTC);
    return std::clamp<qint64>(now.msecsTo(date), 0, mostSeconds * secondMs);
}

PatientClient::PatientClient(Settings settings, Patience patience, QObject* parent)
    : QObject(parent)
    , client_(std::move(settings))
    , patience_(patience) {}

QFuture<Result<Answer>> PatientClient::send(const Request& request) {
    auto call = std::make_shared<Call>();
    call->request = request;
    next(call);
    return call->answerer.future();
}

std::optional<int> PatientClient::pauseAfter(const Call& call, const Answer& answer) const {
    const bool mayAgain =
        isThrottled(answer.status) || (call.request.verb == "GET" && isPassing(answer.status));
    if (!mayAgain || call.tried >= patience_.tries)
        return std::nullopt;
    const auto asked = retryAfterMs(answer.retryAfter, QDateTime::currentDateTimeUtc());
    // Twice as long each time, and from half of it on: those that were refused together do not come together.
    const qint64 most = std::min<qint64>(qint64{patience_.firstPauseMs} << std::min(call.tried - 1, 16),
                                         patience_.longestPauseMs);
    const qint64 own = most / 2 + QRandomGenerator::global()->bounded(most / 2 + 1);
    const qint64 pause = asked.value_or(own);
    if (pause > patience_.longestPauseMs || call.waitedMs + pause > patience_.allMs)
        return std::nullopt;
    return static_cast<int>(pause);
}

void PatientClient::next(const std::shared_ptr<Call>& call) {
    ++call->tried;
    whenDone(client_.send(call->request), this, [this, call](Result<Answer> answer) {
        const auto pause = answer ? pauseAfter(*call, *answer) : std::nullopt;
        if (!pause) {
            call->answerer.answer(std::move(answer));
            return;
        }
        if (auto log = spdlog::get(lognames::http))
            log->warn("{} {}: HTTP {}, asked again in {} ms", call->request.verb.toStdString(),
                      call->request.path.toStdString(), answer->status, *pause);
        call->waitedMs += *pause;
        QTimer::singleShot(*pause, this, [this, call] { next(call); });
    });
}

} // namespace signalbox::http
