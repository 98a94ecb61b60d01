// Runs on a real node that do not simply end: messages that come back, doubts a person decides on, pause and
// cancel, a stream, two programs on one workspace. The test's own connection counts.
#include "tests/live/rabbitmq/livedeskscene.h"
#include "tests/support/live/rabbitnode.h"

#include "models/replay/replayplan.h"

#include <QSet>
#include <algorithm>

using namespace signalbox;
using namespace signalbox::live;

namespace {

using Counts = std::map<ItemState, qint64>;
using Receivers = std::map<QString, qint64>;

QByteArrayList sorted(QByteArrayList bodies) {
    std::sort(bodies.begin(), bodies.end());
    return bodies;
}

qint64 countOf(const RunRecord& record, ItemState state) {
    const auto found = record.counts.find(state);
    return found == record.counts.end() ? 0 : found->second;
}

} // namespace

class TestLiveRuns : public QObject, LiveDeskScene {
    Q_OBJECT
    void publish(const QString& queue, qint64 count) {
        VERIFY_RESULT(scene_->judge().publish(count, [&queue](qint64 number) {
            Message made = textMessage(numbered(number));
            made.routingKey = queue.toUtf8();
            return made;
        }));
    }
    // "home", "dead" and so many messages that were rejected at home.
    std::vector<PlanInput> die(int count) {
        if (!worked(scene_->declare(name("home"), name("dead"))))
            return {};
        publish(name("home"), count);
        if (!worked(scene_->reject(name("home"), name("dead"), count)))
            return {};
        return readDead();
    }
    std::vector<PlanInput> readDead() {
        auto inputs = desk_->read(name("dead"));
        return worked(inputs) ? std::move(*inputs) : std::vector<PlanInput>();
    }
    // Replays what is dead and lets it fail again; the headers tell of the run.
    void replayAndFail(const ReplayOptions& options, const Receivers& receivers, qint64 attempt) {
        std::vector<PlanInput> inputs = readDead();
        QVERIFY2(inputs.size() == 1, qPrintable(problem));
        QCOMPARE(inputs.front().facts.replayAttempts, attempt - 1);
        const auto run = desk_->prepare(name("dead"), inputs, options);
        VERIFY_RESULT(run);
        QCOMPARE(desk_->lastPlan().receivers, receivers);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 1}}));
        VERIFY_RESULT(scene_->reject(name("home"), name("dead"), 1));
        inputs = readDead();
        QCOMPARE(inputs.size(), std::size_t{1});
        QCOMPARE(inputs.front().facts.replayAttempts, attempt);
        QCOMPARE(inputs.front().facts.originQueue, name("home"));
        const HeaderValue* marker = inputs.front().message.header(runHeader);
        QVERIFY(marker && headerText(*marker) == run->toUtf8());
    }

private Q_SLOTS:
    void initTestCase() { startNode(); }
    void init() { openDesk(); }
    void cleanup() { closeDesk(); }

    // To the exchange, the auditors get their copy again; to the queue, only the one that failed does.
    void failedAgain_isKnownAsComeBack() {
        RawAmqp& judge = scene_->judge();
        VERIFY_RESULT(scene_->declare(name("home"), name("dead")));
        VERIFY_RESULT(judge.declareQueue(name("auditors")));
        VERIFY_RESULT(judge.declareExchange(name("orders"), QStringLiteral("fanout")));
        for (const char* bound : {"home", "auditors"})
            VERIFY_RESULT(judge.bindQueue(name(bound), name("orders"), QString()));
        Message sent = textMessage("order");
        sent.exchange = name("orders").toUtf8();
        VERIFY_RESULT(judge.publish(sent));
        VERIFY_RESULT(scene_->reject(name("home"), name("dead"), 1));
        QCOMPARE(judge.count(name("auditors")).value_or(-1), 1);

        replayAndFail(toOriginExchange(), {{name("auditors"), 1}, {name("home"), 1}}, 1);
        QCOMPARE(judge.count(name("auditors")).value_or(-1), 2);
        replayAndFail({}, {{name("home"), 1}}, 2);
        QCOMPARE(judge.count(name("auditors")).value_or(-1), 2);
        replayAndFail({}, {{name("home"), 1}}, 3);
    }

    // What a program leaves that was killed between sending and the answer: one had arrived, two had not.
    void doubts_areDecidedByAPerson() {
        const std::vector<PlanInput> inputs = die(3);
        QCOMPARE(inputs.size(), std::size_t{3});
        const auto run = desk_->prepare(name("dead"), inputs);
        VERIFY_RESULT(run);
        ReplayJournal& journal = desk_->journal();
        std::vector<SavedCopy> copies;
        for (const PlanInput& input : inputs)
            copies.push_back({static_cast<qint64>(copies.size()) + 1, &input.message, {}, std::nullopt});
        VERIFY_RESULT(journal.setRunState(*run, RunState::Running));
        VERIFY_RESULT(journal.saveCopies(*run, copies, ItemState::Published));
        VERIFY_RESULT(scene_->judge().publishTo(
            name("home"), outgoingMessage(inputs[0].message, inputs[0].facts, {}, *run)));

        ReplayDesk& desk = desk_->desk();
        const auto unfinished = answer(desk.unfinished());
        VERIFY_RESULT(unfinished);
        QCOMPARE(unfinished->size(), std::size_t{1});
        QCOMPARE(countOf(unfinished->front(), ItemState::InDoubt), 3);
        VERIFY_RESULT(answer(desk.decide(*run, {1}, DoubtChoice::TreatAsSent)));
        VERIFY_RESULT(answer(desk.decide(*run, {2}, DoubtChoice::SendAgain)));
        VERIFY_RESULT(answer(desk.decide(*run, {3}, DoubtChoice::Leave)));
        const auto again = answer(desk.decide(*run, {1}, DoubtChoice::SendAgain));
        QVERIFY(!again && again.error().kind == ErrorKind::Conflict);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 2}, {ItemState::Cancelled, 1}}));
        QCOMPARE(sorted(scene_->takeBodies(name("home"))), (QByteArrayList{numbered(0), numbered(1)}));
        QCOMPARE(scene_->takeBodies(name("dead")), (QByteArrayList{numbered(2)}));
    }

    void pausedResumedAndCancelled_addsUp() {
        constexpr int count = 600;
        const std::vector<PlanInput> inputs = die(count);
        QCOMPARE(inputs.size(), std::size_t{count});
        ReplayOptions options;
        options.ratePerSecond = 200; // slow enough that all of it falls into the middle
        const auto run = desk_->prepare(name("dead"), inputs, options);
        VERIFY_RESULT(run);
        const auto started = desk_->start(*run);
        VERIFY_RESULT(started);
        const QPointer<ReplayJob> job = *started;
        QTRY_VERIFY_WITH_TIMEOUT(job && job->progress().done >= 50, patienceMs);
        job->pause();
        QTRY_COMPARE_WITH_TIMEOUT(job->state(), ReplayJob::State::Paused, patienceMs);
        // What was under way is answered, then nothing moves any more.
        QTRY_COMPARE_WITH_TIMEOUT(job->progress().done, job->progress().confirmed, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(job->progress().done, scene_->judge().count(name("home")).value_or(-1),
                                  patienceMs);
        const qint64 paused = job->progress().done;
        QVERIFY(paused < count);
        QTest::qWait(400);
        QCOMPARE(scene_->judge().count(name("home")).value_or(-1), paused);
        job->resume();
        QTRY_VERIFY_WITH_TIMEOUT(job && job->progress().done >= paused + 50, patienceMs);
        job->cancel();
        const auto record = desk_->ended(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->state, RunState::Cancelled);
        const qint64 removed = countOf(*record, ItemState::Removed);
        const qint64 cancelled = countOf(*record, ItemState::Cancelled);
        QCOMPARE(removed + cancelled, count);
        QVERIFY(removed >= paused + 50 && cancelled > 0);
        VERIFY_RESULT(scene_->waitFor(name("dead"), cancelled));
        const QByteArrayList arrived = scene_->takeBodies(name("home"));
        const QByteArrayList left = scene_->takeBodies(name("dead"));
        QCOMPARE(arrived.size(), removed);
        QCOMPARE(left.size(), cancelled);
        const QByteArrayList all = arrived + left;
        QCOMPARE(QSet<QByteArray>(all.begin(), all.end()).size(), count);
    }

    // Read from an offset on; one of the chosen has an equal twin in front of it.
    void streamFromAnOffset_isCopiedAndLosesNothing() {
        const QString stream = name("stream");
        RawAmqp& judge = scene_->judge();
        VERIFY_RESULT(judge.declareQueue(stream, {{"x-queue-type", HeaderValue::string("stream")}}));
        VERIFY_RESULT(judge.declareQueue(name("target")));
        publish(stream, 60);
        publish(stream, 60); // the twins
        const auto inputs = desk_->readStream(stream, {StreamStart::Kind::Offset, 40, {}});
        VERIFY_RESULT(inputs);
        std::vector<PlanInput> chosen;
        for (const PlanInput& input : *inputs) {
            QVERIFY(input.position >= 40);
            if (input.position >= 70 && input.position < 80)
                chosen.push_back(input);
        }
        QCOMPARE(chosen.size(), std::size_t{10});
        const auto run = desk_->prepare(stream, chosen, toQueue(name("target")));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Confirmed, 10}}));
        const std::vector<Message> arrived = scene_->take(name("target"));
        QByteArrayList expected;
        for (int number = 10; number < 20; ++number)
            expected << numbered(number);
        QCOMPARE(LiveScene::bodiesOf(arrived), expected);
        for (const Message& message : arrived)
            QVERIFY(!message.header("x-stream-offset"));
        auto consumer = RawConsumer::open(node_->login(), 100);
        VERIFY_RESULT(consumer);
        VERIFY_RESULT((*consumer)->consume(stream, {{"x-stream-offset", HeaderValue::string("first")}}));
        const auto kept = (*consumer)->take(120, 20000);
        VERIFY_RESULT(kept);
        QCOMPARE(kept->size(), std::size_t{120});
    }

    void messagesOfAnOpenRun_areRefusedToTheOtherProgram() {
        const std::vector<PlanInput> inputs = die(5);
        const auto otherDesk = deskOn(workspace());
        LiveDesk& other = *otherDesk;
        VERIFY_RESULT(other.open());
        const auto request = other.request(RunKind::Replay, name("dead"), inputs, {});
        VERIFY_RESULT(request);
        const auto before = other.plan(*request);
        VERIFY_RESULT(before);
        QCOMPARE(before->sendable, 5);
        const auto run = desk_->prepare(name("dead"), inputs);
        VERIFY_RESULT(run);
        QVERIFY(!worked(other.accept(*request, *before))); // planned before, accepted after
        QVERIFY(!worked(other.prepare(name("dead"), inputs)));
        QCOMPARE(other.lastPlan().refusals, (std::map<Refusal, qint64>{{Refusal::ClaimedByOpenRun, 5}}));
        VERIFY_RESULT(desk_->carryOut(*run));
        QCOMPARE(scene_->take(name("home")).size(), std::size_t{5});
    }

    // Both have planned the same group, some of it equal to the byte, and go at the same moment.
    void twoProgramsAtOnce_sendNothingTwice() {
        constexpr int count = 200;
        VERIFY_RESULT(scene_->declare(name("home"), name("dead")));
        publish(name("home"), count);
        publish(name("home"), 20); // twins of the first twenty
        VERIFY_RESULT(scene_->reject(name("home"), name("dead"), count + 20));
        const std::vector<PlanInput> inputs = readDead();
        QCOMPARE(inputs.size(), std::size_t{count + 20});
        const auto otherDesk = deskOn(workspace());
        LiveDesk& other = *otherDesk;
        VERIFY_RESULT(other.open());
        LiveDesk* const desks[] = {desk_.get(), &other};
        QFuture<Result<QString>> accepted[2];
        std::optional<PlanRequest> requests[2];
        std::optional<ReplayPlan> plans[2];
        for (int i = 0; i < 2; ++i) {
            auto request = desks[i]->request(RunKind::Replay, name("dead"), inputs, {});
            VERIFY_RESULT(request);
            auto plan = desks[i]->plan(*request);
            VERIFY_RESULT(plan);
            QCOMPARE(plan->sendable, count + 20);
            requests[i] = std::move(*request);
            plans[i] = std::move(*plan);
        }
        for (int i = 0; i < 2; ++i)
            accepted[i] =
                desks[i]->desk().accept(*requests[i], std::make_shared<const ReplayPlan>(*plans[i]));
        QStringList runs(2);
        for (int i = 0; i < 2; ++i) {
            const auto run = answer(accepted[i]);
            if (!run) {
                QCOMPARE(run.error().kind, ErrorKind::Conflict);
                continue;
            }
            runs[i] = *run;
            VERIFY_RESULT(desks[i]->start(*run));
        }
        qint64 removed = 0;
        for (int i = 0; i < 2; ++i) {
            if (runs[i].isEmpty())
                continue;
            const auto record = desks[i]->ended(runs[i]);
            VERIFY_RESULT(record);
            QCOMPARE(record->state, RunState::Finished);
            removed += countOf(*record, ItemState::Removed);
        }
        QCOMPARE(removed, count + 20);
        QMap<QByteArray, int> seen;
        for (const QByteArray& body : scene_->takeBodies(name("home")))
            ++seen[body];
        QCOMPARE(seen.size(), count);
        for (int number = 0; number < count; ++number)
            QCOMPARE(seen.value(numbered(number)), number < 20 ? 2 : 1);
        QCOMPARE(scene_->judge().count(name("dead")).value_or(-1), 0);
    }
};

QTEST_GUILESS_MAIN(TestLiveRuns)
#include "tst_liveruns.moc"
