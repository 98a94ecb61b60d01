#include "tests/live/livedesk.h"

#include "models/deadletters/snapshotjob.h"
#include "tests/live/livechecks.h"
#include "tests/support/testpermit.h"

#include <QFile>

namespace signalbox::live {

namespace {

constexpr int idsAtOnce = 1000;

EntityRef entityNamed(const QString& queue) {
    return {QStringLiteral("test"), QStringLiteral("/"), queue};
}

bool isOver(SnapshotJob::State state) {
    using State = SnapshotJob::State;
    return state == State::Finished || state == State::Cancelled || state == State::Failed;
}

} // namespace

LiveDesk::LiveDesk(std::unique_ptr<BrokerGateway> gateway, QString user, QString workspaceFile)
    : user_(std::move(user))
    , file_(std::move(workspaceFile))
    , gateway_(std::move(gateway)) {}

LiveDesk::~LiveDesk() = default;

Result<void> LiveDesk::open() {
    QFile file(QStringLiteral(":/signalbox/conventions.json"));
    if (!file.open(QIODevice::ReadOnly))
        return failure(ErrorKind::Storage, QStringLiteral("The conventions are missing."));
    auto conventions = parseConventions(file.readAll());
    if (!conventions)
        return failure(conventions.error());
    conventions_ = std::move(*conventions);
    auto workspace = WorkspaceDb::open(file_);
    if (!workspace)
        return failure(workspace.error());
    workspace_ = std::move(*workspace);
    auto journal = SqlReplayJournal::open(*workspace_, clock_);
    if (!journal)
        return failure(journal.error());
    journal_ = std::move(*journal);
    audit_ = std::make_unique<SqlAuditTrail>(*workspace_, clock_);
    const auto facts = [this](const Message& message) { return factsOf(message); };
    library_ = std::make_unique<SqlSnapshotLibrary>(snapshots_.path(), facts, clock_);
    desk_ = std::make_unique<ReplayDesk>(ReplayDesk::Ports{journal_, *audit_, clock_, facts},
                                         QStringLiteral("operator@test"));
    gateway_->open();
    if (!QTest::qWaitFor([this] { return gateway_->linkState() == LinkState::Connected; }, patienceMs))
        return failure(ErrorKind::Busy, QStringLiteral("The link did not come up."), gateway_->linkDetail());
    return {};
}

Result<std::vector<PlanInput>> LiveDesk::read(const QString& queue) {
    return read(SourceOptions{entityNamed(queue), 0, {}}, false);
}

Result<std::vector<PlanInput>> LiveDesk::readStream(const QString& queue, const StreamStart& from) {
    return read(SourceOptions{entityNamed(queue), 100, from}, true);
}

Result<std::vector<PlanInput>> LiveDesk::read(const SourceOptions& options, bool isStream) {
    const auto info = answer(gateway_->queue(options.queue.name));
    if (!info)
        return failure(info.error());
    auto snapshot = library_->openFor(options.queue, QStringLiteral("test"), queueTypeWord(info->type), true);
    if (!snapshot)
        return failure(snapshot.error());
    SnapshotJob::Request request;
    request.quietMs = 300;
    request.isStream = isStream;
    SnapshotJob job(gateway_->makeSource(options), *snapshot, request);
    job.start();
    if (!QTest::qWaitFor([&job] { return isOver(job.state()); }, patienceMs))
        return failure(ErrorKind::Busy, QStringLiteral("Reading did not end."));
    if (job.error())
        return failure(*job.error());
    std::vector<PlanInput> inputs;
    SnapshotCursor cursor;
    while (!cursor.atEnd) {
        const auto page = (*snapshot)->ids({}, cursor, idsAtOnce);
        if (!page)
            return failure(page.error());
        cursor = page->next;
        const auto rows = (*snapshot)->rows(page->ids);
        if (!rows)
            return failure(rows.error());
        for (const SnapshotRow& row : *rows) {
            auto message = (*snapshot)->message(row.id);
            if (!message)
                return failure(message.error());
            const DeathFacts facts = factsOf(*message);
            inputs.push_back({row.id, row.position, row.fingerprint, row.occurrence, std::move(*message),
                              facts, std::nullopt});
        }
    }
    return inputs;
}

Result<PlanRequest> LiveDesk::request(RunKind kind, const QString& queue, std::vector<PlanInput> inputs,
                                      const ReplayOptions& options) {
    auto routing = answer(gateway_->routing());
    if (!routing)
        return failure(routing.error());
    const auto info = answer(gateway_->queue(queue));
    if (!info)
        return failure(info.error());
    PlanRequest made;
    made.kind = kind;
    made.source = entityNamed(queue);
    made.connectionName = QStringLiteral("Test node");
    made.sourceIsStream = info->type == QueueType::Stream;
    made.options = options;
    made.routing = std::move(*routing);
    made.connectionUser = user_;
    const auto rest = std::make_shared<std::vector<PlanInput>>(std::move(inputs));
    made.next = [rest]() -> Result<std::vector<PlanInput>> { return std::exchange(*rest, {}); };
    return made;
}

Result<ReplayPlan> LiveDesk::plan(const PlanRequest& request) {
    return answer(desk_->plan(request));
}

Result<QString> LiveDesk::accept(const PlanRequest& request, const ReplayPlan& plan) {
    return answer(desk_->accept(request, std::make_shared<const ReplayPlan>(plan)));
}

Result<QString> LiveDesk::prepare(RunKind kind, const QString& queue, std::vector<PlanInput> inputs,
                                  const ReplayOptions& options) {
    const auto asked = request(kind, queue, std::move(inputs), options);
    if (!asked)
        return failure(asked.error());
    auto planned = plan(*asked);
    if (!planned)
        return failure(planned.error());
    plan_ = std::move(*planned);
    return accept(*asked, plan_);
}

Result<QString> LiveDesk::prepare(const QString& queue, std::vector<PlanInput> inputs,
                                  const ReplayOptions& options) {
    return prepare(RunKind::Replay, queue, std::move(inputs), options);
}

Result<QString> LiveDesk::prepareDelete(const QString& queue, std::vector<PlanInput> inputs) {
    return prepare(RunKind::Delete, queue, std::move(inputs), {});
}

Result<ReplayJob*> LiveDesk::start(const QString& run) {
    return desk_->start(run, TestPermit::make(QStringLiteral("test")), *gateway_);
}

Result<RunRecord> LiveDesk::ended(const QString& run) {
    if (!QTest::qWaitFor([this, &run] { return !desk_->job(run); }, patienceMs))
        return failure(ErrorKind::Busy, QStringLiteral("The run did not end."),
                       desk_->job(run)->waitingFor());
    auto record = answer(desk_->run(run));
    if (record) // "0 missing" is no news
        std::erase_if(record->counts, [](const auto& entry) { return entry.second == 0; });
    return record;
}

Result<RunRecord> LiveDesk::carryOut(const QString& run) {
    if (const auto started = start(run); !started)
        return failure(started.error());
    return ended(run);
}

Result<RunRecord> LiveDesk::purge(const QString& queue) {
    const auto info = answer(gateway_->queue(queue));
    if (!info)
        return failure(info.error());
    const auto started = desk_->startPurge(*info, QStringLiteral("Test node"), queue, {},
                                           TestPermit::make(QStringLiteral("test")), *gateway_);
    if (!started)
        return failure(started.error());
    const QString run = (*started)->runId(); // the job is gone when it has ended
    return ended(run);
}

Result<ReplayJob*> LiveDesk::startBarePurge(const QString& queue) {
    const auto info = answer(gateway_->queue(queue));
    if (!info)
        return failure(info.error());
    return desk_->startPurge(*info, QStringLiteral("Test node"), queue, {},
                             TestPermit::make(QStringLiteral("test")), *gateway_, ReplayDesk::Copies::None);
}

Result<RunRecord> LiveDesk::purgeBarely(const QString& queue) {
    const auto started = startBarePurge(queue);
    if (!started)
        return failure(started.error());
    const QString run = (*started)->runId();
    return ended(run);
}

Result<RunRecord> LiveDesk::restore(const QString& ofRun) {
    const auto run = answer(desk_->acceptRestore(ofRun, {}));
    if (!run)
        return failure(run.error());
    return carryOut(*run);
}

ReplayOptions toQueue(const QString& queue) {
    ReplayOptions options;
    options.destination.kind = ReplayDestination::Kind::Queue;
    options.destination.queue = queue;
    return options;
}

ReplayOptions toOriginExchange() {
    ReplayOptions options;
    options.destination.kind = ReplayDestination::Kind::OriginExchange;
    return options;
}

ReplayOptions toExchange(const QString& exchange, const QString& key) {
    ReplayOptions options;
    options.destination.kind = ReplayDestination::Kind::Exchange;
    options.destination.exchange = exchange;
    options.destination.routingKey = key;
    return options;
}

} // namespace signalbox::live
