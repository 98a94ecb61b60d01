// Writes journal steps on a thread of its own, one at a time, so that the broker and the disk work at the
// same time. The engine's thread submits and polls.
#pragma once

#include "models/replay/replayjournal.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace signalbox {

struct Staged { // a message taken for an item, on its way into the journal and out
    std::uint32_t index = 0;
    Message original;
    QByteArray encodedProperties;
    Fingerprint fingerprint;
};

struct Step {
    std::vector<JournalMark> marks;
    std::vector<Staged> staged;
    bool savesCopies = true; // false: restore and import, whose copies are there already
    ItemState next = ItemState::Published;
    std::vector<std::uint32_t> settle; // items whose originals may be removed once this step is durable

    void mark(ItemState state, qint64 number, const QString& reason = {});
    bool writesNothing() const { return marks.empty() && staged.empty(); }
    bool isEmpty() const { return writesNothing() && settle.empty(); }
};

class StepWriter {
public:
    StepWriter(ReplayJournal& journal, QString run);
    ~StepWriter();
    StepWriter(const StepWriter&) = delete;
    StepWriter& operator=(const StepWriter&) = delete;

    bool isBusy() const { return current_ != nullptr; }
    // Not while busy. `numbers` are those of step->staged.
    void submit(std::unique_ptr<Step> step, std::vector<qint64> numbers);
    // The finished step and what became of it, or null when it is still under way after `wait`.
    std::unique_ptr<Step> finished(std::chrono::milliseconds wait, Result<void>* outcome);
    // The last step failed: writes it again.
    void resubmit(std::unique_ptr<Step> step);

private:
    void loop();
    Result<void> write(const Step& step);

    ReplayJournal& journal_;
    QString run_;
    std::unique_ptr<Step> current_; // owned by the writer's thread while running_
    std::vector<qint64> numbers_;
    Result<void> outcome_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool running_ = false;
    bool quit_ = false;
    std::thread thread_;
};

} // namespace signalbox
