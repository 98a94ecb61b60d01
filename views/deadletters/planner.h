// Makes the plan of a run again whenever the choices change: waits for a pause in typing, drops what is
// outdated, tells how far it is. Then carries it out: accept, start. Sends nothing while planning. GUI
// thread.
#pragma once

#include "views/deadletters/messagefeed.h"
#include "views/widgets/consolecontext.h"

#include <QObject>
#include <QTimer>

namespace signalbox {

struct PlanScene { // what a plan is about; the same for all its versions
    EntityRef source;
    bool sourceIsStream = false;
    RoutingTable routing;
    std::optional<QueueInfo> facts; // of the source, as known before; the broker is asked anew
    std::shared_ptr<Snapshot> snapshot;
    MessageChoice choice;
    std::optional<std::pair<qint64, Message>> edited; // id in the snapshot, message sent instead
};

class Planner : public QObject {
    Q_OBJECT
public:
    Planner(ConsoleContext& context, RunKind kind, PlanScene scene, QObject* parent = nullptr);
    ~Planner() override;

    const PlanScene& scene() const { return scene_; }
    void setRouting(const RoutingTable& routing);
    void setScope(MessageChoice::Scope scope);
    void setOptions(const ReplayOptions& options);
    // Of RunKind::DeadLetter; the plan does not depend on it.
    void setDeadLetter(const DeadLetterWords& words) { options_.deadLetter = words; }
    // No plan can be made before something is chosen; the present one goes. setOptions() ends it.
    void hold(const QString& missing);
    const QString& held() const { return held_; } // what is missing
    void planSoon();
    void planNow();

    const std::shared_ptr<const ReplayPlan>& plan() const { return plan_; } // null: none, or outdated
    bool isPlanning() const { return held_.isEmpty() && (feed_ != nullptr || soon_.isActive() || asking_); }
    qint64 looked() const { return feed_ ? feed_->given() : 0; }

    // Accepts the present plan and starts its run; started() or launchFailed() follows. A plan that went
    // wrong on the way stays in the history as a run that can be started or ended there.
    void launch(const QString& reason);
    // Null: no plan is being accepted. Cancelled by it, launchFailed() follows, unless the run was written
    // already.
    const SharedProgress& launching() const { return launch_; }

Q_SIGNALS:
    void changed();  // planning began or ended
    void progress(); // some times a second while planning
    void failed(const signalbox::Error& error);
    void started(const QString& runId);
    void launchFailed(const signalbox::Error& error);

private:
    PlanRequest request() const;
    void drop();
    void askBroker();
    void takeFacts(const Result<QueueInfo>& facts);
    void start();
    void startRun(const QString& runId);
    ConsoleContext& context_;
    RunKind kind_;
    PlanScene scene_;
    ReplayOptions options_;
    std::shared_ptr<MessageFeed> feed_;
    std::shared_ptr<const ReplayPlan> plan_;
    QString held_;
    QTimer soon_;
    QTimer tick_;
    int turn_ = 0;
    SharedProgress launch_;
    bool asking_ = false;        // the broker, for the source's delivery limit
    bool factsAreFresh_ = false; // they were told since this was opened
    QString whyNotFresh_;
};

} // namespace signalbox
