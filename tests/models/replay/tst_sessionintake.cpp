// What a run tells a source whose messages belong to sessions, and how it ends where others hold them.
#include "models/messaging/amqp10.h"
#include "models/replay/queueintake.h"
#include "tests/models/replay/replayfixture.h"

using namespace signalbox;

namespace {

using std::chrono::milliseconds;

// Hands out what it was given, and notes what it is told.
class NotingSource final : public MessageSource {
public:
    Result<void> open() override { return {}; }
    Result<std::vector<Delivery>> receive(int, int) override { return std::exchange(coming, {}); }
    Result<void> settle(std::span<const std::uint64_t>) override { return {}; }
    Result<void> giveBack(std::span<const std::uint64_t>) override { return {}; }
    Result<void> sync() override { return {}; }
    Result<qint64> ready() override { return left; }
    bool countsCheaply() const override { return false; }
    void expectSessions(const std::vector<SessionSpan>& spans) override { sessions = spans; }
    void leave(std::span<const std::uint64_t> tags) override { leftAlone.insert(tags.begin(), tags.end()); }
    QString heldBack() const override { return why; }
    void close() override {}
    void interrupt() override {}

    std::vector<Delivery> coming;
    std::vector<SessionSpan> sessions;
    std::set<std::uint64_t> leftAlone;
    qint64 left = 0;
    QString why;
};

PlanItem itemIn(const char* session, int number) {
    PlanItem item = ReplayFixture::itemFor(numbered(number), number);
    if (session)
        item.session = QString::fromLatin1(session);
    return item;
}

Delivery deliveryOf(int number, std::uint64_t tag) {
    Delivery delivery;
    delivery.tag = tag;
    delivery.message = numbered(number);
    return delivery;
}

} // namespace

class TestSessionIntake : public QObject {
    Q_OBJECT
    std::unique_ptr<ReplayFixture> f_;
    std::unique_ptr<RunItems> items_;
    NotingSource source_;

    std::unique_ptr<QueueIntake> intakeOf(const std::vector<PlanItem>& items) {
        f_->plan(ReplayFixture::header(RunKind::Replay), items);
        return intake();
    }
    std::unique_ptr<QueueIntake> intake() {
        items_ = std::make_unique<RunItems>();
        if (!items_->load(*f_->journal, QStringLiteral("run")))
            return nullptr;
        QueueIntake::Setup setup;
        setup.queue = QStringLiteral("orders");
        return std::make_unique<QueueIntake>(source_, nullptr, *items_, setup, f_->tuning);
    }

private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ReplayFixture>();
        f_->tuning.quiet = milliseconds(0);
        source_ = NotingSource();
    }
    void cleanup() {
        items_.reset();
        f_.reset();
    }

    void sessions_areToldWithTheirLastPosition() {
        const auto run =
            intakeOf({itemIn("b", 1), itemIn("a", 2), itemIn("b", 3), itemIn("c", 4), itemIn(nullptr, 5)});
        QVERIFY(run && run->open());
        const std::vector<SessionSpan> expected{
            {QStringLiteral("b"), 3}, {QStringLiteral("a"), 2}, {QStringLiteral("c"), 4}};
        QCOMPARE(source_.sessions, expected);
    }

    void sessionsThatAreDone_areNotToldAgain() {
        auto run = intakeOf({itemIn("b", 1), itemIn("a", 2), itemIn("c", 3)});
        QVERIFY(run && run->open());
        QVERIFY(f_->journal->mark(QStringLiteral("run"), std::vector<qint64>{1}, ItemState::Removed, {}));
        QVERIFY(f_->journal->mark(QStringLiteral("run"), std::vector<qint64>{2}, ItemState::Confirmed, {}));
        run = intake();
        QVERIFY(run && run->open());
        // "a" is sent, and its original is still to be removed.
        const std::vector<SessionSpan> expected{{QStringLiteral("a"), 2}, {QStringLiteral("c"), 3}};
        QCOMPARE(source_.sessions, expected);
    }

    void whatNobodyWillSettle_isLeft() {
        const auto run = intakeOf({itemIn("a", 2), itemIn("a", 3)});
        QVERIFY(run && run->open());
        for (int number = 1; number <= 4; ++number)
            source_.coming.push_back(deliveryOf(number, static_cast<std::uint64_t>(10 + number)));
        Taken taken;
        QVERIFY(run->take(10, 1, taken));
        QCOMPARE(taken.staged.size(), std::size_t{2});
        QCOMPARE(source_.leftAlone, (std::set<std::uint64_t>{11, 14}));
        RunItem& refused = items_->at(0);
        run->dropAwaited(refused); // its target did not take it
        QCOMPARE(source_.leftAlone, (std::set<std::uint64_t>{11, 12, 14}));
    }

    void sessionOfAnother_isNamedAndWaitedForSoLong() {
        const auto run = intakeOf({itemIn("a", 1)});
        QVERIFY(run && run->open());
        source_.left = 1;
        source_.why = QStringLiteral("Session a of orders is held by another receiver.");
        f_->tuning.lockPatience = std::chrono::hours(1);
        for (int turn = 0; turn < 3; ++turn) {
            Taken taken;
            QVERIFY(run->take(10, 1, taken));
            QVERIFY(!run->isDone());
        }
        QCOMPARE(run->stalledBecause(), source_.why);
        f_->tuning.lockPatience = milliseconds(0);
        Taken taken;
        const auto ended = run->take(10, 1, taken);
        QVERIFY(!ended);
        QCOMPARE(ended.error().kind, ErrorKind::Busy);
        QCOMPARE(ended.error().summary,
                 QStringLiteral("Session a of orders is held by another receiver. Stop "
                                "that receiver, then resume the run."));
    }
};

QTEST_GUILESS_MAIN(TestSessionIntake)
#include "tst_sessionintake.moc"
