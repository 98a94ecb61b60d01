#include "models/replay/stepwriter.h"

namespace signalbox {

void Step::mark(ItemState state, qint64 number, const QString& reason) {
    // Only the newest group may grow: a number can be marked twice, and the later mark must win.
    if (marks.empty() || marks.back().state != state || marks.back().reason != reason)
        marks.push_back({state, {}, reason});
    marks.back().numbers.push_back(number);
}

StepWriter::StepWriter(ReplayJournal& journal, QString run)
    : journal_(journal)
    , run_(std::move(run))
    , thread_([this] { loop(); }) {}

StepWriter::~StepWriter() {
    {
        const std::lock_guard lock(mutex_);
        quit_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void StepWriter::submit(std::unique_ptr<Step> step, std::vector<qint64> numbers) {
    numbers_ = std::move(numbers);
    resubmit(std::move(step));
}

void StepWriter::resubmit(std::unique_ptr<Step> step) {
    {
        const std::lock_guard lock(mutex_);
        current_ = std::move(step);
        running_ = true;
    }
    changed_.notify_all();
}

std::unique_ptr<Step> StepWriter::finished(std::chrono::milliseconds wait, Result<void>* outcome) {
    std::unique_lock lock(mutex_);
    if (!current_)
        return nullptr;
    if (wait.count() > 0)
        changed_.wait_for(lock, wait, [this] { return !running_; });
    if (running_)
        return nullptr;
    *outcome = std::move(outcome_);
    return std::move(current_);
}

void StepWriter::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return quit_ || running_; });
        if (running_) {
            lock.unlock();
            Result<void> outcome = write(*current_);
            lock.lock();
            outcome_ = std::move(outcome);
            running_ = false;
            changed_.notify_all();
        } else {
            return;
        }
    }
}

Result<void> StepWriter::write(const Step& step) {
    JournalStep out;
    std::vector<SavedCopy> copies;
    std::vector<JournalMark> marks;
    out.marks = step.marks;
    if (step.savesCopies) {
        copies.reserve(step.staged.size());
        for (std::size_t i = 0; i < step.staged.size(); ++i) {
            const Staged& staged = step.staged[i];
            copies.push_back({numbers_[i], &staged.original, staged.encodedProperties, staged.fingerprint});
        }
        out.copies = copies;
        out.copiesNext = step.next;
    } else if (!step.staged.empty()) {
        marks = step.marks;
        marks.push_back({step.next, numbers_, {}});
        out.marks = marks;
    }
    return journal_.write(run_, out);
}

} // namespace signalbox
