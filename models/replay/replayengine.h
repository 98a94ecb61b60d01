// The loop of one run on its worker thread: opens and reopens the ports, turns the pipeline, waits, pauses
// and ends. Blocking.
#pragma once

#include "models/replay/runcontrol.h"
#include "models/replay/runpipeline.h"

namespace signalbox {

class ReplayEngine {
public:
    enum class End { Finished, Cancelled, Detached, Failed };

    ReplayEngine(const RunContext& context, RunItems& items, Intake& intake, Sender& sender,
                 RunControl& control);

    End run();
    const std::optional<Error>& error() const { return error_; }
    // Set when the right to write ended in the middle: the run then ends as Detached.
    const std::optional<Error>& notAllowed() const { return notAllowed_; }
    ReplayJob::Progress progress() const;

private:
    using Time = PortLink::Time;
    using ms = std::chrono::milliseconds;
    static Time now() { return std::chrono::steady_clock::now(); }

    bool mayGoOn();
    Result<void> keepLinks();
    Result<void> turn();
    Result<void> pausedTurn();
    bool mayTake() const;
    bool isFinished() const;
    Result<void> keepAlive();
    void waitForWork();
    void watchHolding();
    QString waitReason();
    QString withNextTry(const QString& what, const Error& error, Time next);
    void showWhere();
    void enterPause();
    void leavePause();
    void measure();

    void windDown(End end);
    void awaitLastAnswers();
    void settleWhatIsLeft(End end);
    void notMetAgain(RunItem& item);
    void flush();

    const RunContext& context_;
    RunItems& items_;
    Intake& intake_;
    Sender& sender_;
    RunControl& control_;
    RunPipeline pipeline_;
    std::optional<Error> error_;
    std::optional<Error> notAllowed_;
    bool paused_ = false;
    bool refreshing_ = false; // gives back and starts again, so that nothing is held for too long
    Time pausedAt_{};
    Time blockedSince_{};
    Time lastKeepAlive_{};
    Time measuredAt_{};
    qint64 measuredCount_ = 0;
    double perSecond_ = 0;
    Time reasonFor_{};
    QString reason_;
};

} // namespace signalbox
