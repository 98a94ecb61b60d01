// What a service can do to a replay: answers that never come, late ones, connections that break at a bad
// moment or are closed with a reason. Whatever it is, no message is lost; in transactions none is doubled;
// without them each that may be double is listed in doubt. The peer itself counts what is where.
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* namespaceOfFaults = R"({"queues": [
    {"name": "orders", "deadLettersExpired": true, "lockMs": 10000},
    {"name": "again", "lockMs": 10000}]})";
constexpr int count = 20;
const QString dead = QStringLiteral("orders/$DeadLetterQueue");

using Counts = std::map<ItemState, qint64>;

QStringList sorted(QStringList ids) {
    ids.sort();
    return ids;
}

} // namespace

class TestLiveFaults : public QObject, private BusScene {
    Q_OBJECT
    QString run_;
    RunRecord ended_;

    static void ways() {
        QTest::addColumn<bool>("atomic");
        QTest::newRow("in transactions") << true;
        QTest::newRow("send, then complete") << false;
    }
    // A replay of all dead letters is accepted, then the service gets its fault, then the run begins.
    void begin(bool atomic, const sbpeer::Faults& faults, int perSecond = 0) {
        die("orders", count);
        auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        ReplayOptions options = toQueue(QStringLiteral("again"));
        options.separately = !atomic;
        options.expiration = KeepOrStrip::Strip;
        options.ratePerSecond = perSecond;
        const auto run = desk_->prepare(dead, std::move(*inputs), options);
        VERIFY_RESULT(run);
        run_ = *run;
        peer_->setFaults(faults);
        VERIFY_RESULT(desk_->start(run_));
    }
    // The first ones are answered, so that it sends on without waiting for each.
    void beginAndLoseThree(bool atomic) {
        begin(atomic, {}, count);
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 2, patienceMs);
        sbpeer::Faults faults;
        faults.swallowAccepts = 3;
        peer_->setFaults(faults);
    }
    // Until the run says that it waits, with these words.
    void waitFor(const char* words) {
        QTRY_VERIFY2_WITH_TIMEOUT(waitsFor(words), qPrintable(waitingFor()), patienceMs);
    }
    QString waitingFor() {
        const auto job = desk_->desk().job(run_);
        return job ? job->waitingFor() : QStringLiteral("(the run is over)");
    }
    bool waitsFor(const char* words) { return waitingFor().contains(QLatin1String(words)); }
    void endItsLocks() { peer_->advance(11000); } // of the lost connection
    void end(RunState wanted = RunState::Finished) {
        if (QTest::currentTestFailed())
            return; // it may never end
        const auto record = desk_->ended(run_);
        VERIFY_RESULT(record);
        ended_ = *record;
        QCOMPARE(ended_.state, wanted);
    }
    qint64 counted(ItemState state) const {
        const auto found = ended_.counts.find(state);
        return found == ended_.counts.end() ? 0 : found->second;
    }
    QStringList idsOf(ItemState state) {
        QStringList ids;
        const auto items = desk_->journal().items(run_, state, 0, count);
        for (const ItemRecord& item : items.value_or(std::vector<ItemRecord>()))
            ids << QStringLiteral("id-%1").arg(item.plan.number - 1);
        return ids;
    }
    static QStringList idsInOrder() {
        QStringList ids;
        for (int i = 0; i < count; ++i)
            ids << QStringLiteral("id-%1").arg(i);
        return ids;
    }
    // Each message is in exactly one of the two queues.
    void judgeAtomic() {
        QCOMPARE(ended_.counts, (Counts{{ItemState::Removed, count}}));
        QCOMPARE(sorted(idsIn("again")), sorted(idsInOrder()));
        QCOMPARE(idsIn("orders/$DeadLetterQueue"), QStringList());
    }
    // The originals that are left are those in doubt, and only they may have been sent as well.
    void judgeSeparate() {
        const QStringList doubted = sorted(idsOf(ItemState::InDoubt));
        QCOMPARE(counted(ItemState::InDoubt), qint64{doubted.size()});
        QCOMPARE(sorted(idsIn("orders/$DeadLetterQueue")), doubted);
        QStringList sent = idsIn("again");
        QCOMPARE(sent.removeDuplicates(), 0);
        for (const QString& id : idsInOrder())
            QVERIFY2(sent.contains(id) || doubted.contains(id), qPrintable(id)); // none is lost
        QCOMPARE(counted(ItemState::Removed) + counted(ItemState::InDoubt), qint64{count});
    }
    void judge(bool atomic) {
        if (atomic)
            judgeAtomic();
        else
            judgeSeparate();
    }

private Q_SLOTS:
    void init() { startPeer(namespaceOfFaults); }
    void cleanup() { stopPeer(); }

    void sendsWithoutAnswers_data() { ways(); }
    void sendsWithoutAnswers() {
        QFETCH(bool, atomic);
        beginAndLoseThree(atomic);
        if (atomic) { // it waits for them itself, and gives the connection up
            waitFor("does not answer for a transaction");
        } else { // it waits on, until a person or the connection ends that
            waitFor("has not confirmed 3 messages");
            QVERIFY(peer_->dropConnections() > 0);
        }
        endItsLocks();
        end();
        judge(atomic);
        QCOMPARE(counted(ItemState::InDoubt), qint64{atomic ? 0 : 3});
        QCOMPARE(idsIn("again").size(), qsizetype{count});
    }

    void cancelledWithoutAnswers_listsThemInDoubt() {
        beginAndLoseThree(false);
        waitFor("has not confirmed 3 messages");
        desk_->desk().job(run_)->cancel();
        end(RunState::Cancelled);
        judge(false);
        QCOMPARE(counted(ItemState::InDoubt), qint64{3});
    }

    void removalsWithoutAnswers_data() { ways(); }
    void removalsWithoutAnswers() {
        QFETCH(bool, atomic);
        sbpeer::Faults faults;
        faults.swallowSettlements = atomic ? 1 : 3;
        begin(atomic, faults);
        waitFor(atomic ? "does not answer for a transaction" : "does not say in time");
        endItsLocks();
        end();
        judge(atomic);
        QCOMPARE(counted(ItemState::InDoubt), qint64{0}); // each was confirmed, and its original is gone
        QCOMPARE(peer_->faults().swallowSettlements, 0);
    }

    void connectionCutBySend_data() { ways(); }
    void connectionCutBySend() {
        QFETCH(bool, atomic);
        sbpeer::Faults faults;
        faults.dropAfterTransfers = 5;
        begin(atomic, faults);
        QTRY_COMPARE_WITH_TIMEOUT(peer_->faults().dropAfterTransfers, 0, patienceMs);
        endItsLocks();
        end();
        judge(atomic);
        QVERIFY(atomic || counted(ItemState::InDoubt) >= 1);
    }

    void connectionCutByKeptSend_data() { ways(); }
    void connectionCutByKeptSend() {
        QFETCH(bool, atomic);
        sbpeer::Faults faults;
        faults.dropBeforeAccepts = 5;
        begin(atomic, faults);
        QTRY_COMPARE_WITH_TIMEOUT(peer_->faults().dropBeforeAccepts, 0, patienceMs);
        endItsLocks();
        end();
        judge(atomic);
        QVERIFY(atomic || counted(ItemState::InDoubt) >= 1);
    }

    // As when a node of the service is shut down.
    void connectionsClosed_withAReason_data() { ways(); }
    void connectionsClosed_withAReason() {
        QFETCH(bool, atomic);
        begin(atomic, {}, count);
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 5, patienceMs);
        QVERIFY(peer_->closeConnections({"amqp:connection:forced", "The node is shut down."}) > 0);
        endItsLocks();
        end();
        judge(atomic);
    }

    void linksDetached_withAReason_data() { ways(); }
    void linksDetached_withAReason() {
        QFETCH(bool, atomic);
        begin(atomic, {}, count);
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 5, patienceMs);
        QVERIFY(peer_->detachLinks({}, {"amqp:link:detach-forced", "The link is idle."}) > 0);
        endItsLocks();
        end();
        judge(atomic);
    }

    void lateAnswers_changeNothing_data() { ways(); }
    void lateAnswers_changeNothing() {
        QFETCH(bool, atomic);
        sbpeer::Faults faults;
        faults.delayMs = 400;
        begin(atomic, faults);
        end();
        judge(atomic);
        QCOMPARE(ended_.counts, (Counts{{ItemState::Removed, count}}));
        QCOMPARE(idsIn("again"), idsInOrder());
    }
};

QTEST_GUILESS_MAIN(TestLiveFaults)
#include "tst_livefaults.moc"
