// Replay, delete and purge on the Service Bus peer (which the vendor's own client proves), with transactions
// and without, undisturbed and disturbed. The peer itself counts what is where.
#include "app/servicebus/locksource.h"
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* namespaceOfMoves = R"({"queues": [
    {"name": "orders", "deadLettersExpired": true, "lockMs": 10000},
    {"name": "again", "lockMs": 10000}]})";
const QString dead = QStringLiteral("orders/$DeadLetterQueue");

using Counts = std::map<ItemState, qint64>;

ReplayOptions onward(bool atomic) {
    ReplayOptions options = toQueue(QStringLiteral("again"));
    options.separately = !atomic;
    options.expiration = KeepOrStrip::Strip;
    return options;
}

} // namespace

class TestLiveMoves : public QObject, private BusScene {
    Q_OBJECT

    static void ways() {
        QTest::addColumn<bool>("atomic");
        QTest::newRow("in transactions") << true;
        QTest::newRow("send, then complete") << false;
    }
    // A run of all dead letters; empty, and a failed test, where it cannot be made.
    QString accepted(const ReplayOptions& options) {
        auto inputs = desk_->read(dead);
        const auto run = inputs ? desk_->prepare(dead, std::move(*inputs), options)
                                : Result<QString>(failure(inputs.error()));
        if (!run)
            QTest::qFail(qPrintable(run.error().summary), __FILE__, __LINE__);
        return run.value_or(QString());
    }
    // All dead letters to the queue "again"; the run as it ended.
    void moveAll(bool atomic, RunRecord* ended) {
        const QString run = accepted(onward(atomic));
        const auto record = desk_->carryOut(run);
        VERIFY_RESULT(record);
        *ended = *record;
    }
    QStringList expectedIds(int count) const {
        QStringList ids;
        for (int i = 0; i < count; ++i)
            ids << QStringLiteral("id-%1").arg(i);
        return ids;
    }

private Q_SLOTS:
    void init() { startPeer(namespaceOfMoves); }
    void cleanup() { stopPeer(); }

    void undisturbed_movesEachOnceInOrder_data() { ways(); }
    void undisturbed_movesEachOnceInOrder() {
        QFETCH(bool, atomic);
        die("orders", 300);
        RunRecord run;
        moveAll(atomic, &run);
        QCOMPARE(run.state, RunState::Finished);
        QCOMPARE(run.counts, (Counts{{ItemState::Removed, 300}}));
        QCOMPARE(idsIn("again"), expectedIds(300));
        QCOMPARE(idsIn("orders/$DeadLetterQueue"), QStringList());
        QCOMPARE(run.header.options.atomic, atomic);
    }

    void chosenOnes_areReachedAndTheRestStays_data() { ways(); }
    void chosenOnes_areReachedAndTheRestStays() {
        QFETCH(bool, atomic);
        die("orders", 200);
        auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        std::vector<PlanInput> chosen{(*inputs)[5], (*inputs)[120], (*inputs)[199]};
        const auto run = desk_->prepare(dead, std::move(chosen), onward(atomic));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 3}}));
        QCOMPARE(idsIn("again"),
                 (QStringList{QStringLiteral("id-5"), QStringLiteral("id-120"), QStringLiteral("id-199")}));
        const auto left = peer_->messages("orders/$DeadLetterQueue");
        QCOMPARE(left.size(), std::size_t{197});
        for (const sbpeer::HeldMessage& held : left)
            QVERIFY2(!held.locked, held.messageId.constData()); // given back, not left to their locks
    }

    void chosenOnes_goInTheOrderAskedFor_data() { ways(); }
    void chosenOnes_goInTheOrderAskedFor() {
        QFETCH(bool, atomic);
        die("orders", 200);
        auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        std::vector<PlanInput> chosen;
        QStringList expected;
        for (std::size_t i = 200; i > 0; i -= 5) {
            chosen.push_back((*inputs)[i - 1]);
            expected << QStringLiteral("id-%1").arg(i - 1);
        }
        ReplayOptions options = onward(atomic);
        options.order = QStringLiteral("position desc");
        const auto run = desk_->prepare(dead, std::move(chosen), options);
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 40}}));
        QCOMPARE(idsIn("again"), expected);
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{160});
    }

    void disabledTarget_refusesAndKeepsTheOriginals_data() { ways(); }
    void disabledTarget_refusesAndKeepsTheOriginals() {
        QFETCH(bool, atomic);
        die("orders", 5);
        const QString run = accepted(onward(atomic));
        // Since the plan, which would have refused it.
        QVERIFY(peer_->change("again", [](sbpeer::EntitySettings& settings) {
            settings.status = sbpeer::EntityStatus::SendDisabled;
        }));
        const auto record = desk_->carryOut(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Rejected, 5}}));
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{5});
        const auto items = desk_->journal().items(run, ItemState::Rejected, 0, 1);
        VERIFY_RESULT(items);
        QVERIFY2(items->front().reason.contains(QLatin1String("disabled")),
                 qPrintable(items->front().reason));
    }

    void deleted_isGoneWithACopy() {
        die("orders", 10);
        auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        std::vector<PlanInput> chosen{(*inputs)[0], (*inputs)[9]};
        const auto run = desk_->prepareDelete(dead, std::move(chosen));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 2}}));
        QStringList left = expectedIds(9);
        left.removeFirst();
        QCOMPARE(idsIn("orders/$DeadLetterQueue"), left);
        const auto copy = desk_->journal().copy(*run, 2);
        VERIFY_RESULT(copy);
        QCOMPARE(copy->body, QByteArray("body 9"));
        // There is no way back into a dead-letter queue, and nothing is tried.
        const auto restored = desk_->restore(*run);
        QVERIFY(!restored);
        QVERIFY2(restored.error().summary.contains(QLatin1String("dead-letter queue")),
                 qPrintable(restored.error().summary));
    }

    void deletedFromAQueue_isRestored() {
        for (int i = 0; i < 3; ++i)
            QVERIFY(put(*peer_, "again", {"id-" + QByteArray::number(i), "body", {}}));
        const QString queue = QStringLiteral("again");
        auto inputs = desk_->read(queue);
        VERIFY_RESULT(inputs);
        const auto run = desk_->prepareDelete(queue, std::move(*inputs));
        VERIFY_RESULT(run);
        VERIFY_RESULT(desk_->carryOut(*run));
        QCOMPARE(peer_->count("again"), qint64{0});
        const auto record = desk_->restore(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Confirmed, 3}}));
        QCOMPARE(idsIn("again"), expectedIds(3));
    }

    void purge_takesAllWithCopies() {
        die("orders", 300);
        const auto record = desk_->purge(dead);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 300}}));
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{0});
    }

    void lostLink_inTheMiddle_losesAndDoublesNothing() {
        die("orders", 400);
        ReplayOptions options = onward(true);
        options.ratePerSecond = 400;
        const QString run = accepted(options);
        VERIFY_RESULT(desk_->start(run));
        for (const qint64 moved : {50, 150, 250}) {
            QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= moved, patienceMs);
            QVERIFY(peer_->dropConnections() > 0);
            peer_->advance(11000); // the locks of the lost connection end
        }
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 400}}));
        QStringList ids = idsIn("again");
        QCOMPARE(ids.size(), 400);
        ids.removeDuplicates();
        QCOMPARE(ids.size(), 400);
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{0});
    }

    void lostLink_withoutTransactions_listsWhatIsInDoubt() {
        die("orders", 400);
        ReplayOptions options = onward(false);
        options.ratePerSecond = 400;
        const QString run = accepted(options);
        VERIFY_RESULT(desk_->start(run));
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 100, patienceMs);
        sbpeer::Faults faults;
        faults.dropBeforeAccepts = 1;
        peer_->setFaults(faults);
        QTRY_COMPARE_WITH_TIMEOUT(peer_->faults().dropBeforeAccepts, 0, patienceMs);
        peer_->advance(11000);
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        const qint64 doubted =
            record->counts.contains(ItemState::InDoubt) ? record->counts.at(ItemState::InDoubt) : 0;
        QVERIFY(doubted >= 1);
        QSet<QString> all;
        for (const QString& id : idsIn("again")) {
            QVERIFY2(!all.contains(id), qPrintable(id));
            all.insert(id);
        }
        for (const QString& id : idsIn("orders/$DeadLetterQueue"))
            all.insert(id);
        QCOMPARE(all.size(), qsizetype{400}); // none lost
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), doubted);
    }

    void lostLocks_areTakenAgain_data() { ways(); }
    void lostLocks_areTakenAgain() {
        QFETCH(bool, atomic);
        die("orders", 300);
        ReplayOptions options = onward(atomic);
        options.ratePerSecond = 300;
        const QString run = accepted(options);
        VERIFY_RESULT(desk_->start(run));
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 100, patienceMs);
        peer_->loseLocks("orders");
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 300}}));
        QCOMPARE(idsIn("again").size(), 300);
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{0});
    }

    void endedToken_isPutAgain_data() { ways(); }
    void endedToken_isPutAgain() {
        QFETCH(bool, atomic);
        die("orders", 200);
        ReplayOptions options = onward(atomic);
        options.ratePerSecond = 200;
        const QString run = accepted(options);
        VERIFY_RESULT(desk_->start(run));
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 50, patienceMs);
        peer_->expireTokens(); // the service closes every link of the connections
        peer_->advance(11000); // and their locks end
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        const qint64 doubted =
            record->counts.contains(ItemState::InDoubt) ? record->counts.at(ItemState::InDoubt) : 0;
        QVERIFY(!atomic || doubted == 0);
        QCOMPARE(record->counts.at(ItemState::Removed), 200 - doubted);
        QStringList ids = idsIn("again");
        ids.removeDuplicates();
        QCOMPARE(ids.size(), idsIn("again").size());
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), doubted);
    }

    void goneMessage_locksNothingThatCameSince() {
        for (int i = 0; i < 3; ++i)
            QVERIFY(put(*peer_, "again", {"old-" + QByteArray::number(i), "body", {}}));
        const QString queue = QStringLiteral("again");
        auto inputs = desk_->read(queue);
        VERIFY_RESULT(inputs);
        std::vector<PlanInput> middle{(*inputs)[1]};
        const auto run = desk_->prepareDelete(queue, std::move(middle));
        VERIFY_RESULT(run);
        SourceOptions options; // a consumer takes all three
        options.queue.name = queue;
        servicebus::LockSource consumer(accessTo(*peer_), options);
        VERIFY_RESULT(consumer.open());
        std::vector<std::uint64_t> tags;
        while (tags.size() < 3) {
            const auto some = consumer.receive(3, 1000);
            VERIFY_RESULT(some);
            for (const Delivery& delivery : *some)
                tags.push_back(delivery.tag);
        }
        VERIFY_RESULT(consumer.settle(tags));
        VERIFY_RESULT(consumer.sync());
        consumer.close();
        for (int i = 0; i < 2000; ++i)
            QVERIFY(put(*peer_, "again", {"new-" + QByteArray::number(i), "body", {}}));
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Missing, 1}}));
        qint64 touched = 0;
        for (const sbpeer::HeldMessage& held : peer_->messages("again"))
            touched += held.deliveryCount > 0 || held.locked ? 1 : 0;
        QVERIFY2(touched < 600, qPrintable(QString::number(touched))); // one helping, not all
    }

    // Somebody else, or a program that was killed, holds them: they are not taken for gone.
    void lockedByOthers_areWaitedFor_data() { ways(); }
    void lockedByOthers_areWaitedFor() {
        QFETCH(bool, atomic);
        die("orders", 5);
        SourceOptions options;
        options.queue.name = dead;
        servicebus::LockSource other(accessTo(*peer_), options);
        VERIFY_RESULT(other.open());
        std::size_t held = 0;
        QTRY_COMPARE_WITH_TIMEOUT(held += other.receive(5, 100).value_or(std::vector<Delivery>()).size(),
                                  std::size_t{5}, patienceMs);
        const QString run = accepted(onward(atomic));
        const auto job = desk_->start(run);
        VERIFY_RESULT(job);
        QTRY_VERIFY_WITH_TIMEOUT((*job)->waitingFor().contains(QLatin1String("locked")), patienceMs);
        other.close(); // gives them back
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 5}}));
        QCOMPARE(idsIn("again").size(), 5);
    }

    // Of many transactions under way: the refused message's neighbours are moved after all, alone.
    void oneRefused_holdsUpNoOther_data() { ways(); }
    void oneRefused_holdsUpNoOther() {
        QFETCH(bool, atomic);
        die("orders", 300);
        sbpeer::Faults faults;
        faults.refuseSends = 1;
        faults.refusal = {"amqp:not-allowed", "This one is not welcome."};
        peer_->setFaults(faults);
        RunRecord run;
        moveAll(atomic, &run);
        QCOMPARE(run.counts, (Counts{{ItemState::Removed, 299}, {ItemState::Rejected, 1}}));
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{1});
        QStringList there = idsIn("again") + idsIn("orders/$DeadLetterQueue");
        QStringList all = expectedIds(300);
        there.sort();
        all.sort();
        QCOMPARE(there, all);
    }

    void busyService_isGivenItsPause_data() { ways(); }
    void busyService_isGivenItsPause() {
        QFETCH(bool, atomic);
        die("orders", 20);
        sbpeer::Faults faults;
        faults.throttleSends = 1;
        peer_->setFaults(faults);
        RunRecord run;
        moveAll(atomic, &run);
        QCOMPARE(run.counts, (Counts{{ItemState::Removed, 20}}));
        QCOMPARE(idsIn("again").size(), 20);
    }

    // What was read before the pause is not read again, and nothing fails over it.
    void busyService_isReadAfterItsPause() {
        die("orders", 20);
        sbpeer::Faults faults;
        faults.throttleManagement = 1;
        peer_->setFaults(faults);
        const auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        QCOMPARE(inputs->size(), std::size_t{20});
        QCOMPARE(peer_->faults().throttleManagement, 0);
    }

    // It may have taken the message: only a transaction tells that it has not.
    void unclearAnswer_isInDoubtWithoutTransactions_data() { ways(); }
    void unclearAnswer_isInDoubtWithoutTransactions() {
        QFETCH(bool, atomic);
        die("orders", 5);
        sbpeer::Faults faults;
        faults.refuseSends = 1;
        faults.refusal = {"com.microsoft:timeout", "The operation did not complete in time."};
        peer_->setFaults(faults);
        RunRecord run;
        moveAll(atomic, &run);
        QCOMPARE(run.counts, atomic ? (Counts{{ItemState::Removed, 5}})
                                    : (Counts{{ItemState::Removed, 4}, {ItemState::InDoubt, 1}}));
        QCOMPARE(idsIn("again").size(), atomic ? 5 : 4);
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{atomic ? 0 : 1});
    }
};

QTEST_GUILESS_MAIN(TestLiveMoves)
#include "tst_livemoves.moc"
