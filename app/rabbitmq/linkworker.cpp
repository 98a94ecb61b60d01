#include "app/rabbitmq/linkworker.h"

#include "models/base/lognames.h"

#include <algorithm>
#include <spdlog/spdlog.h>

namespace signalbox::rabbitmq {

namespace {

constexpr int firstRetryMs = 500;
constexpr int longestRetryMs = 30000;

// What another attempt cannot mend: the person has to change something first.
bool isFinal(const Error& error) {
    return error.kind == ErrorKind::NotAuthenticated || error.kind == ErrorKind::NotAllowed ||
           error.kind == ErrorKind::NotFound || error.kind == ErrorKind::Invalid;
}

} // namespace

LinkWorker::LinkWorker(Dial dial, Report report)
    : dial_(std::move(dial))
    , report_(std::move(report))
    , thread_([this] { run(); }) {}

LinkWorker::~LinkWorker() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
        changed_.notify_all();
    }
    thread_.join();
    refuseAll({ErrorKind::Cancelled, QStringLiteral("The connection was closed."), {}});
}

void LinkWorker::ask(Question question) {
    const std::lock_guard lock(mutex_);
    questions_.push_back(std::move(question));
    changed_.notify_all();
}

bool LinkWorker::stopping() {
    const std::lock_guard lock(mutex_);
    return stop_;
}

void LinkWorker::run() {
    while (!stopping()) {
        report_({LinkState::Connecting, {}});
        if (connect())
            serve();
        if (!stopping())
            pauseBeforeRetry(why_);
    }
    if (link_)
        link_->close();
    link_.reset();
}

bool LinkWorker::connect() {
    auto link = AmqpLink::open(dial_);
    if (!link) {
        why_ = link.error();
        ++failures_;
        return false;
    }
    link_ = std::move(*link);
    failures_ = 0;
    everUp_ = true;
    report_({LinkState::Connected, {}});
    return true;
}

void LinkWorker::serve() {
    bool wasBlocked = false;
    while (!stopping()) {
        if (!answerOne()) {
            // Heartbeats and alarms are seen while frames are waited for.
            const auto got = link_->frame(sliceMs);
            if (!got)
                why_ = got.error();
            else if (*got)
                link_->release();
        }
        if (!link_->isUp()) {
            if (why_.summary.isEmpty())
                why_ = {ErrorKind::Lost, QStringLiteral("The link broke."), {}};
            link_.reset();
            return;
        }
        if (link_->blocked() != wasBlocked) {
            wasBlocked = link_->blocked();
            report_({wasBlocked ? LinkState::Blocked : LinkState::Connected, link_->blockedReason()});
        }
    }
}

bool LinkWorker::answerOne() {
    Question question;
    {
        const std::lock_guard lock(mutex_);
        if (questions_.empty())
            return false;
        question = std::move(questions_.front());
        questions_.pop_front();
    }
    question(link_.get(), why_);
    return true;
}

void LinkWorker::refuseAll(const Error& error) {
    std::deque<Question> open;
    {
        const std::lock_guard lock(mutex_);
        open.swap(questions_);
    }
    for (const Question& question : open)
        question(nullptr, error);
}

void LinkWorker::pauseBeforeRetry(const Error& error) {
    const bool final = isFinal(error) && !everUp_;
    const int doublings = std::clamp(failures_ - 1, 0, 10);
    const int pauseMs = std::min(firstRetryMs << doublings, longestRetryMs);
    if (auto log = spdlog::get(lognames::rabbitmq))
        log->warn("{}: {}", dial_.profile.name.toStdString(), error.summary.toStdString());
    const bool isLoginRefused = error.kind == ErrorKind::NotAuthenticated;
    if (final)
        report_({LinkState::Failed, error.summary, isLoginRefused});
    else
        report_({LinkState::Waiting, error.summary, isLoginRefused, std::max(1, (pauseMs + 500) / 1000)});
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + std::chrono::milliseconds(pauseMs);
    std::unique_lock lock(mutex_);
    while (!stop_ && (final || Clock::now() < until)) {
        if (!questions_.empty()) {
            lock.unlock();
            refuseAll(error);
            lock.lock();
            continue;
        }
        if (final)
            changed_.wait(lock);
        else
            changed_.wait_until(lock, until);
    }
    why_ = {};
}

} // namespace signalbox::rabbitmq
