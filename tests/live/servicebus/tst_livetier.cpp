// The Basic tier has no transactions: a plan that knows the tier does without them, one that cannot know it
// fails with the words that say how to go on.
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* basicNamespace = R"({"tier": "Basic",
    "keys": [{"name": "RootManageSharedAccessKey", "key": "SAS_KEY_VALUE"},
             {"name": "worker", "key": "reads and sends", "rights": ["Listen", "Send"]}],
    "queues": [{"name": "orders", "deadLettersExpired": true}, {"name": "again"}]})";
const QString dead = QStringLiteral("orders/$DeadLetterQueue");

using Counts = std::map<ItemState, qint64>;

} // namespace

class TestLiveTier : public QObject, private BusScene {
    Q_OBJECT

    Result<QString> accepted(bool separately) {
        auto inputs = desk_->read(dead);
        if (!inputs)
            return failure(inputs.error());
        ReplayOptions options = toQueue(QStringLiteral("again"));
        options.separately = separately;
        options.expiration = KeepOrStrip::Strip;
        return desk_->prepare(dead, std::move(*inputs), options);
    }
    void workWithoutManage() {
        desk_ = newDesk(folder_->filePath(QStringLiteral("worker.signalbox")), QStringLiteral("worker"),
                        "reads and sends");
        VERIFY_RESULT(desk_->open());
    }

private Q_SLOTS:
    void init() {
        startPeer(basicNamespace);
        die("orders", 5);
    }
    void cleanup() { stopPeer(); }

    void tier_isTold() {
        const auto facts = answer(desk_->gateway().facts());
        VERIFY_RESULT(facts);
        QCOMPARE(facts->version, QStringLiteral("Basic"));
    }

    void knownTier_isReplayedWithoutTransactions() {
        const auto run = accepted(false);
        VERIFY_RESULT(run);
        QVERIFY(!desk_->lastPlan().options.atomic);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->state, RunState::Finished);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 5}}));
        QCOMPARE(idsIn("again").size(), qsizetype{5});
    }

    void unknownTier_endsWithTheWayOn() {
        workWithoutManage();
        const auto run = accepted(false);
        VERIFY_RESULT(run);
        QVERIFY(desk_->lastPlan().options.atomic);
        const auto failed = desk_->carryOut(*run);
        VERIFY_RESULT(failed);
        QCOMPARE(failed->state, RunState::Failed);
        for (const char* words : {"no transactions", "Basic", "by sending first and completing then"})
            QVERIFY2(failed->endReason.contains(QLatin1String(words)), qPrintable(failed->endReason));
        QCOMPARE(peer_->count(dead.toUtf8()), qint64{5}); // nothing has happened
        QCOMPARE(peer_->count("again"), qint64{0});
        for (const sbpeer::HeldMessage& held : peer_->messages(dead.toUtf8()))
            QVERIFY(!held.locked);
    }

    void unknownTier_isReplayedAsTheWordsSay() {
        workWithoutManage();
        const auto inTransactions = accepted(false);
        VERIFY_RESULT(inTransactions);
        VERIFY_RESULT(desk_->carryOut(*inTransactions));
        const auto run = accepted(true);
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 5}}));
        QCOMPARE(peer_->count(dead.toUtf8()), qint64{0});
        QCOMPARE(idsIn("again").size(), qsizetype{5});
    }
};

QTEST_GUILESS_MAIN(TestLiveTier)
#include "tst_livetier.moc"
