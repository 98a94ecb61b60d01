// Messages that no receiver is given, on the Service Bus peer: deferred ones are taken by their numbers, and
// nobody else's message is touched for it; scheduled ones are cancelled. The peer itself tells what is where.
#include "app/servicebus/locksource.h"
#include "models/messaging/amqp10.h"
#include "tests/live/servicebus/busscene.h"

#include <numeric>

using namespace signalbox;
using namespace signalbox::live;
using sbpeer::MessageState;

namespace {

constexpr const char* namespaceOfNumbers = R"({"queues": [
    {"name": "orders", "deadLettersExpired": true, "lockMs": 10000},
    {"name": "again", "lockMs": 10000}]})";
const QString orders = QStringLiteral("orders");
constexpr qint64 laterMs = 1800000; // tokens outlive it

using Counts = std::map<ItemState, qint64>;

} // namespace

class TestLiveNumbers : public QObject, private BusScene {
    Q_OBJECT

    // "id-0" ... of which every second one, or each, is deferred; the others have one delivery behind them.
    void putDeferred(const QByteArray& address, int count, bool each = false) {
        for (int i = 0; i < count; ++i)
            QVERIFY(
                put(*peer_, address, {"id-" + QByteArray::number(i), "body " + QByteArray::number(i), {}}));
        peer_->run([&](sbpeer::Host& host) {
            sbpeer::MessageStore& store = *host.broker().resolve(address)->store();
            std::vector<qint64> numbers;
            while (const sbpeer::Entry* entry = store.lockNext(1))
                numbers.push_back(entry->number);
            for (std::size_t i = 0; i < numbers.size(); ++i) {
                if (each || i % 2 == 1)
                    store.defer(numbers[i], {});
                else
                    store.abandon(numbers[i], {});
            }
        });
    }
    void putScheduled(int count, qint64 inMs = laterMs) {
        for (int i = 0; i < count; ++i) {
            auto message =
                sbpeer::Message::parse(Letter{"id-" + QByteArray::number(i), "later", {}}.encoded());
            QVERIFY(message);
            message->annotations =
                sbpeer::Value::map().set(sbpeer::Value::symbol("x-opt-scheduled-enqueue-time"),
                                         sbpeer::Value::number(sbpeer::Value::Type::Timestamp,
                                                               QDateTime::currentMSecsSinceEpoch() + inMs));
            QVERIFY(peer_->put("orders", *message).has_value());
        }
    }
    // The messages of this reading that were put as "id-<i>".
    std::vector<PlanInput> chosen(const QString& queue, const std::vector<int>& which) {
        auto inputs = desk_->read(queue);
        std::vector<PlanInput> some;
        for (PlanInput& input : inputs ? *inputs : std::vector<PlanInput>()) {
            for (const int i : which) {
                if (input.message.properties.messageId == "id-" + QByteArray::number(i))
                    some.push_back(std::move(input));
            }
        }
        if (some.size() != which.size())
            QTest::qFail("not all of the chosen messages were read", __FILE__, __LINE__);
        return some;
    }
    static std::vector<int> upTo(int count) {
        std::vector<int> all(static_cast<std::size_t>(count));
        std::iota(all.begin(), all.end(), 0);
        return all;
    }
    qint64 lockedOrCounted(const QByteArray& address, int deliveries) const {
        qint64 touched = 0;
        for (const sbpeer::HeldMessage& held : peer_->messages(address))
            touched +=
                held.locked || (held.state == MessageState::Active && held.deliveryCount != deliveries);
        return touched;
    }
    qint64 inState(const QByteArray& address, MessageState state) const {
        qint64 count = 0;
        for (const sbpeer::HeldMessage& held : peer_->messages(address))
            count += held.state == state && !held.locked;
        return count;
    }

private Q_SLOTS:
    void init() { startPeer(namespaceOfNumbers); }
    void cleanup() { stopPeer(); }

    void deferred_areMovedAndNobodyElseIsTouched_data() {
        QTest::addColumn<QString>("from");
        QTest::newRow("of a queue") << orders;
        QTest::newRow("of its dead letters") << orders + QStringLiteral("/$DeadLetterQueue");
    }
    void deferred_areMovedAndNobodyElseIsTouched() {
        QFETCH(QString, from);
        putDeferred(from.toUtf8(), 8);
        const auto run = desk_->prepare(from, chosen(from, {1, 5}), toQueue(QStringLiteral("again")));
        VERIFY_RESULT(run);
        QCOMPARE(desk_->lastPlan().deferred, qint64{2});
        QVERIFY2(desk_->lastPlan().warnings.join(QLatin1Char(' ')).contains(QLatin1String("in doubt")),
                 qPrintable(desk_->lastPlan().warnings.join(QLatin1Char('\n'))));
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 2}}));
        QVERIFY(!record->header.options.atomic);
        QCOMPARE(record->sourceOpens, 0); // no message used up a delivery
        QCOMPARE(idsIn("again"), (QStringList{QStringLiteral("id-1"), QStringLiteral("id-5")}));
        QCOMPARE(peer_->count(from.toUtf8()), qint64{6});
        QCOMPARE(lockedOrCounted(from.toUtf8(), 1), qint64{0});
        QCOMPARE(inState(from.toUtf8(), MessageState::Deferred), qint64{2});
        const auto copy = desk_->journal().copy(*run, 1);
        VERIFY_RESULT(copy);
        QCOMPARE(copy->body, QByteArray("body 1"));
    }

    void deferred_areDeletedAndRestored() {
        putDeferred("orders", 6);
        const auto run = desk_->prepareDelete(orders, chosen(orders, {3}));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 1}}));
        QVERIFY(!idsIn("orders").contains(QStringLiteral("id-3")));
        QCOMPARE(lockedOrCounted("orders", 1), qint64{0});
        VERIFY_RESULT(desk_->restore(*run));
        QVERIFY(idsIn("orders").contains(QStringLiteral("id-3")));
    }

    void activeAndDeferred_goInOneRun() {
        putDeferred("orders", 10);
        const auto run = desk_->prepareDelete(orders, chosen(orders, {1, 2, 4, 7}));
        VERIFY_RESULT(run);
        QCOMPARE(static_cast<int>(desk_->lastPlan().options.taking), static_cast<int>(Taking::Both));
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 4}}));
        QCOMPARE(idsIn("orders"),
                 (QStringList{QStringLiteral("id-0"), QStringLiteral("id-3"), QStringLiteral("id-5"),
                              QStringLiteral("id-6"), QStringLiteral("id-8"), QStringLiteral("id-9")}));
    }

    void goneOne_isMissingAndTheRestGoes() {
        putDeferred("orders", 6, true);
        const auto run = desk_->prepare(orders, chosen(orders, {0, 2, 4}), toQueue(QStringLiteral("again")));
        VERIFY_RESULT(run);
        peer_->run([&](sbpeer::Host& host) { // its application takes one
            sbpeer::MessageStore& store = *host.broker().resolve("orders")->store();
            const auto third = std::next(store.entries().begin(), 2);
            (void)store.receiveDeferred({third->first}, false, 1);
        });
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 2}, {ItemState::Missing, 1}}));
        QCOMPARE(idsIn("again"), (QStringList{QStringLiteral("id-0"), QStringLiteral("id-4")}));
    }

    void lockedByItsApplication_isWaitedFor() {
        putDeferred("orders", 3, true);
        peer_->run([&](sbpeer::Host& host) {
            sbpeer::MessageStore& store = *host.broker().resolve("orders")->store();
            (void)store.receiveDeferred({store.entries().begin()->first}, true, 1);
        });
        const auto run = desk_->prepareDelete(orders, chosen(orders, {0, 1, 2}));
        VERIFY_RESULT(run);
        const auto job = desk_->start(*run);
        VERIFY_RESULT(job);
        QTRY_VERIFY_WITH_TIMEOUT((*job)->waitingFor().contains(QLatin1String("locked")), patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(peer_->count("orders"), qint64{1}, patienceMs); // the others did not wait
        peer_->advance(11000);
        const auto record = desk_->ended(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 3}}));
    }

    void lostLink_losesNothingAndListsWhatIsInDoubt() {
        putDeferred("orders", 200, true);
        ReplayOptions options = toQueue(QStringLiteral("again"));
        options.ratePerSecond = 200;
        const auto run = desk_->prepare(orders, chosen(orders, upTo(200)), options);
        VERIFY_RESULT(run);
        VERIFY_RESULT(desk_->start(*run));
        for (const qint64 moved : {40, 120}) {
            QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= moved, patienceMs);
            QVERIFY(peer_->dropConnections() > 0);
            peer_->advance(11000); // the locks of the lost connection end
        }
        const auto record = desk_->ended(*run);
        VERIFY_RESULT(record);
        Counts counts = record->counts;
        QCOMPARE(counts[ItemState::Removed] + counts[ItemState::InDoubt], qint64{200});
        QStringList ids = idsIn("again");
        const auto sent = ids.size();
        ids.removeDuplicates();
        QCOMPARE(ids.size(), sent); // none was sent twice
        for (const QString& id : idsIn("orders"))
            QVERIFY(counts[ItemState::InDoubt] > 0 && !id.isEmpty());
        QCOMPARE(peer_->count("orders"), counts[ItemState::InDoubt]);
        QCOMPARE(inState("orders", MessageState::Deferred), counts[ItemState::InDoubt]);
    }

    void stoppedRun_isTakenUpAgain() {
        putDeferred("orders", 120, true);
        ReplayOptions options = toQueue(QStringLiteral("again"));
        options.ratePerSecond = 100;
        const auto run = desk_->prepare(orders, chosen(orders, upTo(120)), options);
        VERIFY_RESULT(run);
        VERIFY_RESULT(desk_->start(*run));
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 20, patienceMs);
        desk_.reset(); // the program ends; what it held is given back
        QCOMPARE(inState("orders", MessageState::Deferred), peer_->count("orders"));
        desk_ = newDesk();
        VERIFY_RESULT(desk_->open());
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 120}}));
        QCOMPARE(idsIn("again").size(), 120);
    }

    void scheduled_areCancelledAndRestoredToTheirTime() {
        putScheduled(3);
        const auto run = desk_->prepareDelete(orders, chosen(orders, {0, 2}));
        VERIFY_RESULT(run);
        QCOMPARE(desk_->lastPlan().scheduled, qint64{2});
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 2}}));
        QCOMPARE(idsIn("orders"), QStringList{QStringLiteral("id-1")});
        const auto copy = desk_->journal().copy(*run, 2);
        VERIFY_RESULT(copy);
        QCOMPARE(copy->body, QByteArray("later"));
        VERIFY_RESULT(desk_->restore(*run));
        QCOMPARE(inState("orders", MessageState::Scheduled), qint64{3});
        peer_->advance(laterMs + 1000);
        QCOMPARE(inState("orders", MessageState::Active), qint64{3});
    }

    void scheduled_areNotReplayed() {
        putScheduled(1);
        const auto run = desk_->prepare(orders, chosen(orders, {0}), toQueue(QStringLiteral("again")));
        QVERIFY(!run);
        QCOMPARE(desk_->lastPlan().refusals, (std::map<Refusal, qint64>{{Refusal::NotActive, 1}}));
        QCOMPARE(peer_->count("orders"), qint64{1});
    }

    void scheduledOneThatBecameActive_isMissingAndStays() {
        putScheduled(2);
        const auto run = desk_->prepareDelete(orders, chosen(orders, {0, 1}));
        VERIFY_RESULT(run);
        peer_->advance(laterMs + 1000);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Missing, 2}}));
        QCOMPARE(inState("orders", MessageState::Active), qint64{2});
        QCOMPARE(lockedOrCounted("orders", 0), qint64{0});
    }

    // Its time comes between the saved copy and the question to cancel it.
    void scheduledOne_isToldWhenItsTimeComesInBetween() {
        putScheduled(2);
        SourceOptions options;
        options.queue.name = orders;
        options.takes = true;
        std::vector<qint64> numbers;
        for (const sbpeer::HeldMessage& held : peer_->messages("orders"))
            numbers.push_back(held.number);
        servicebus::LockSource source(accessTo(*peer_), options);
        source.expectOnly(numbers);
        VERIFY_RESULT(source.open());
        const auto met = source.receive(10, 1000);
        VERIFY_RESULT(met);
        QCOMPARE(met->size(), std::size_t{2});
        const std::uint64_t first = met->front().tag;
        const std::uint64_t second = met->back().tag;
        VERIFY_RESULT(source.settle(std::span(&first, 1)));
        peer_->advance(laterMs + 1000);
        VERIFY_RESULT(source.settle(std::span(&second, 1)));
        VERIFY_RESULT(source.sync());
        QVERIFY(source.wasThere(first));
        QVERIFY(!source.wasThere(second));
        QCOMPARE(inState("orders", MessageState::Active), qint64{1});
    }

    // The program ended between the question to cancel and its answer.
    void cutOffCancel_saysWhatIsKnown_data() {
        QTest::addColumn<qint64>("inMs");
        QTest::addColumn<ItemState>("state");
        QTest::newRow("its time is far: it was cancelled") << laterMs << ItemState::Removed;
        QTest::newRow("its time may have come: nobody knows") << qint64{60000} << ItemState::Missing;
    }
    void cutOffCancel_saysWhatIsKnown() {
        QFETCH(qint64, inMs);
        QFETCH(ItemState, state);
        putScheduled(1, inMs);
        const auto inputs = chosen(orders, {0});
        const auto run = desk_->prepareDelete(orders, inputs);
        VERIFY_RESULT(run);
        const SavedCopy copy{1, &inputs.front().message, {}, {}};
        VERIFY_RESULT(desk_->journal().saveCopies(*run, std::span(&copy, 1), ItemState::Saved));
        VERIFY_RESULT(desk_->journal().setRunState(*run, RunState::Running));
        peer_->run([](sbpeer::Host& host) {
            sbpeer::MessageStore& store = *host.broker().resolve("orders")->store();
            (void)store.cancelScheduled({store.entries().begin()->first});
        });
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{state, 1}}));
    }
};

QTEST_GUILESS_MAIN(TestLiveNumbers)
#include "tst_livenumbers.moc"
