// The transfer dead-letter sub-queue: where the service puts what it could not hand on, to the target of a
// move that takes nothing any more, or along a forward. It is listed, read and replayed from like any other.
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* namespaceOfTransfers = R"({"queues": [
    {"name": "orders", "deadLettersExpired": true}, {"name": "again"}, {"name": "spare"},
    {"name": "relay", "forwardTo": "again"}]})";
const QString dead = QStringLiteral("orders/$DeadLetterQueue");
const QString transfer = QStringLiteral("orders/$Transfer/$DeadLetterQueue");

using Counts = std::map<ItemState, qint64>;

} // namespace

class TestLiveTransfer : public QObject, private BusScene {
    Q_OBJECT

    void replay(const QString& from, const QString& to, bool atomic, RunRecord* ended) {
        auto inputs = desk_->read(from);
        VERIFY_RESULT(inputs);
        ReplayOptions options = toQueue(to);
        options.separately = !atomic;
        options.expiration = KeepOrStrip::Strip;
        const auto run = desk_->prepare(from, std::move(*inputs), options);
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        *ended = *record;
    }
    // The target is disabled behind the plan's back, once it has taken the first message into a transaction,
    // which a run sends alone.
    void loseOne() {
        die("orders", 3);
        sbpeer::Faults faults;
        faults.sendDisabledAtCommit = "again";
        peer_->setFaults(faults);
        RunRecord run;
        replay(dead, QStringLiteral("again"), true, &run);
        // The service has accepted the commit of the first.
        QCOMPARE(run.counts, (Counts{{ItemState::Removed, 1}, {ItemState::Rejected, 2}}));
        QCOMPARE(peer_->count("again"), qint64{0});
        QCOMPARE(peer_->count(dead.toUtf8()), qint64{2});
    }
    std::optional<QueueInfo> rowOf(const QString& name) {
        const auto listing = answer(desk_->gateway().queues({}));
        if (!listing || !listing->fromManagement)
            return std::nullopt;
        for (const QueueInfo& row : listing->queues) {
            if (row.ref.name == name)
                return row;
        }
        return std::nullopt;
    }

private Q_SLOTS:
    void init() { startPeer(namespaceOfTransfers); }
    void cleanup() { stopPeer(); }

    void emptyOne_isNotListed() {
        QVERIFY(rowOf(dead));
        QVERIFY(!rowOf(transfer));
    }

    void refusedAtTheCommit_isListedAndRead() {
        loseOne();
        const auto row = rowOf(transfer);
        QVERIFY(row);
        QCOMPARE(row->ready, qint64{1});
        QCOMPARE(row->deadLettersOf, QStringLiteral("orders"));
        QCOMPARE(rowOf(dead)->ready, qint64{2});
        const auto inputs = desk_->read(transfer);
        VERIFY_RESULT(inputs);
        QCOMPARE(inputs->size(), std::size_t{1});
        QCOMPARE(inputs->front().message.properties.messageId, QByteArray("id-0"));
        QCOMPARE(inputs->front().message.body, QByteArray("body 0"));
        QCOMPARE(inputs->front().facts.reason, QStringLiteral("com.microsoft:entity-disabled"));
    }

    void whatIsThere_isReplayed_data() {
        QTest::addColumn<bool>("atomic");
        QTest::newRow("in transactions") << true;
        QTest::newRow("send, then complete") << false;
    }
    void whatIsThere_isReplayed() {
        QFETCH(bool, atomic);
        loseOne();
        RunRecord run;
        replay(transfer, QStringLiteral("spare"), atomic, &run);
        QCOMPARE(run.counts, (Counts{{ItemState::Removed, 1}}));
        QCOMPARE(idsIn("spare"), QStringList(QStringLiteral("id-0")));
        QCOMPARE(peer_->count(transfer.toUtf8()), qint64{0});
    }

    void brokenForward_isListedAndReplayed() {
        QVERIFY(peer_->change("again", [](sbpeer::EntitySettings& settings) {
            settings.status = sbpeer::EntityStatus::SendDisabled;
        }));
        QVERIFY(put(*peer_, "relay", {"id-0", "body", {}}));
        const QString ofRelay = QStringLiteral("relay/$Transfer/$DeadLetterQueue");
        const auto row = rowOf(ofRelay);
        QVERIFY(row && row->ready == 1);
        RunRecord run;
        replay(ofRelay, QStringLiteral("spare"), true, &run);
        QCOMPARE(run.counts, (Counts{{ItemState::Removed, 1}}));
        QCOMPARE(idsIn("spare"), QStringList(QStringLiteral("id-0")));
        QVERIFY(!rowOf(ofRelay));
    }

    void deleted_isGoneWithACopy() {
        loseOne();
        auto inputs = desk_->read(transfer);
        VERIFY_RESULT(inputs);
        const auto run = desk_->prepareDelete(transfer, std::move(*inputs));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 1}}));
        VERIFY_RESULT(desk_->journal().copy(*run, 1));
        const auto restored = desk_->restore(*run);
        QVERIFY2(!restored && restored.error().summary.contains(QLatin1String("dead-letter queue")),
                 "nothing can be sent there");
    }
};

QTEST_GUILESS_MAIN(TestLiveTransfer)
#include "tst_livetransfer.moc"
