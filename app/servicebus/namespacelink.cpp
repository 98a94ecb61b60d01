#include "app/servicebus/namespacelink.h"

#include "app/servicebus/claims.h"
#include "models/base/lognames.h"

#include <algorithm>
#include <chrono>
#include <spdlog/spdlog.h>

namespace signalbox::servicebus {

namespace {

constexpr int firstRetryMs = 1000;
constexpr int longestRetryMs = 60000;
constexpr int keepAliveMs = 5 * 60 * 1000; // an idle link is detached after ten minutes
constexpr int connectMs = 15000;

bool isRefusal(ErrorKind kind) {
    return kind == ErrorKind::NotAuthenticated || kind == ErrorKind::NotAllowed;
}

// Before the token ends, and before the link is taken for idle.
int untilNextPut(const Claims& claims) {
    constexpr qint64 secondMs = 1000;
    const qint64 due = (claims.nextDue() - QDateTime::currentSecsSinceEpoch()) * secondMs;
    return static_cast<int>(std::clamp<qint64>(due, secondMs, keepAliveMs));
}

} // namespace

NamespaceLink::NamespaceLink(NamespaceAccess access, std::function<void(const LinkNews&)> report)
    : access_(std::move(access))
    , report_(std::move(report))
    , thread_([this] { run(); }) {}

NamespaceLink::~NamespaceLink() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
        if (connection_)
            connection_->interrupt();
    }
    changed_.notify_all();
    thread_.join();
}

void NamespaceLink::run() {
    for (;;) {
        report_({LinkState::Connecting, {}, false, 0});
        const auto ended = serve();
        {
            const std::lock_guard lock(mutex_);
            if (stop_)
                return;
        }
        if (!pause(ended ? Error{ErrorKind::Lost, QStringLiteral("The connection ended."), {}}
                         : ended.error()))
            return;
    }
}

Result<void> NamespaceLink::serve() {
    AmqpConnection connection({access_.endpoint, access_.hostname, QStringLiteral("console"), connectMs});
    {
        const std::lock_guard lock(mutex_);
        if (stop_)
            return {};
        connection_ = &connection;
    }
    const auto finish = [this](Result<void> result) {
        const std::lock_guard lock(mutex_);
        connection_ = nullptr;
        return result;
    };
    if (auto opened = connection.open(); !opened)
        return finish(std::move(opened));
    const auto tokens = makeTokenSource(access_);
    Claims claims(connection, *tokens);
    for (;;) {
        if (auto allowed = claims.put(access_.scope); !allowed)
            return finish(std::move(allowed));
        failures_ = 0;
        wasUp_ = true;
        report_({LinkState::Connected, {}, false, 0});
        if (auto waited = connection.waitUntil([] { return false; }, untilNextPut(claims)); !waited)
            return finish(failure(std::move(waited.error())));
    }
}

// False: it is time to end.
bool NamespaceLink::pause(const Error& error) {
    const bool refused = isRefusal(error.kind);
    const bool isFinal = !wasUp_ && (refused || error.kind == ErrorKind::Invalid);
    const int pauseMs = std::min(firstRetryMs << std::clamp(failures_++, 0, 10), longestRetryMs);
    if (auto log = spdlog::get(lognames::serviceBus))
        log->warn("{}: {} ({})", access_.text().toStdString(), error.summary.toStdString(),
                  error.detail.toStdString());
    report_({isFinal ? LinkState::Failed : LinkState::Waiting, error.summary,
             error.kind == ErrorKind::NotAuthenticated, isFinal ? 0 : std::max(1, (pauseMs + 500) / 1000)});
    std::unique_lock lock(mutex_);
    if (isFinal)
        changed_.wait(lock, [this] { return stop_; });
    else
        changed_.wait_for(lock, std::chrono::milliseconds(pauseMs), [this] { return stop_; });
    return !stop_;
}

} // namespace signalbox::servicebus
