// An HTTP client that waits where a service asks for a pause (429, 503) and then asks again: bounded in tries
// and time. Lives on one thread; futures complete there.
#pragma once

#include "app/http/httpclient.h"

#include <QDateTime>
#include <optional>

namespace signalbox::http {

struct Patience {
    int tries = 5;
    int firstPauseMs = 1000; // where the service names none; doubled each time, with jitter
    int longestPauseMs = 30000;
    int allMs = 60000; // of all pauses together
};

// A refusal for now: nothing was done, so that any request may be sent again (429, 503).
bool isThrottled(int status);
// Of a header "Retry-After" (seconds or a date of HTTP) in milliseconds, never negative; nothing: it says
// neither.
std::optional<qint64> retryAfterMs(const QByteArray& header, const QDateTime& now);

class PatientClient final : public QObject {
    Q_OBJECT
public:
    explicit PatientClient(Settings settings, Patience patience = {}, QObject* parent = nullptr);

    // As Client::send. A throttled request is sent again after the pause that the service asks for, a GET
    // also after 500, 502 and 504. The last answer is given where patience ends.
    QFuture<Result<Answer>> send(const Request& request);

private:
    struct Call;
    void next(const std::shared_ptr<Call>& call);
    // How long to wait before the next try; nothing: no more of them.
    std::optional<int> pauseAfter(const Call& call, const Answer& answer) const;

    Client client_;
    const Patience patience_;
};

} // namespace signalbox::http
