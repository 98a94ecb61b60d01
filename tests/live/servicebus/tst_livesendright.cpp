// A credential that reads but may not send: the run says what it lacks and waits for it, as somebody may give
// the right at any moment. Nothing is lost meanwhile.
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* namespaceOfReaders = R"({
    "keys": [{"name": "RootManageSharedAccessKey", "key": "SAS_KEY_VALUE"},
             {"name": "reader", "key": "only reads", "rights": ["Listen"]}],
    "queues": [{"name": "orders", "deadLettersExpired": true, "lockMs": 10000}, {"name": "again"}]})";
const QString dead = QStringLiteral("orders/$DeadLetterQueue");

using Counts = std::map<ItemState, qint64>;

} // namespace

class TestLiveSendRight : public QObject, private BusScene {
    Q_OBJECT
    QString run_;

    static void ways() {
        QTest::addColumn<bool>("atomic");
        QTest::newRow("in transactions") << true;
        QTest::newRow("send, then complete") << false;
    }
    // Until it says what it waits for.
    void begin(bool atomic) {
        auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        ReplayOptions options = toQueue(QStringLiteral("again"));
        options.separately = !atomic;
        options.expiration = KeepOrStrip::Strip;
        const auto run = desk_->prepare(dead, std::move(*inputs), options);
        VERIFY_RESULT(run);
        run_ = *run;
        VERIFY_RESULT(desk_->start(run_));
        QTRY_VERIFY_WITH_TIMEOUT(waitsForTheRight(), patienceMs);
    }
    bool waitsForTheRight() {
        const auto job = desk_->desk().job(run_);
        const QString words = job ? job->waitingFor() : QString();
        return words.contains(QLatin1String("send to again")) && words.contains(QLatin1String("Send"));
    }

private Q_SLOTS:
    void init() {
        startPeer(namespaceOfReaders);
        die("orders", 5);
        desk_ = newDesk(folder_->filePath(QStringLiteral("reader.signalbox")), QStringLiteral("reader"),
                        "only reads");
        VERIFY_RESULT(desk_->open());
    }
    void cleanup() { stopPeer(); }

    void missingRight_isNamedAndTheRunCanBeEnded_data() { ways(); }
    void missingRight_isNamedAndTheRunCanBeEnded() {
        QFETCH(bool, atomic);
        begin(atomic);
        desk_->desk().job(run_)->cancel();
        const auto record = desk_->ended(run_);
        VERIFY_RESULT(record);
        QCOMPARE(record->state, RunState::Cancelled);
        QCOMPARE(record->counts, (Counts{{ItemState::Cancelled, 5}}));
        QCOMPARE(peer_->count(dead.toUtf8()), qint64{5});
        QCOMPARE(peer_->count("again"), qint64{0});
    }

    void givenRight_letsItGoOn_data() { ways(); }
    void givenRight_letsItGoOn() {
        QFETCH(bool, atomic);
        begin(atomic);
        peer_->run([](sbpeer::Host& host) { host.keyring().keys.back().rights |= sbpeer::Send; });
        peer_->advance(11000); // what a try has locked is free again
        const auto record = desk_->ended(run_);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 5}}));
        QCOMPARE(idsIn("again").size(), qsizetype{5});
        QCOMPARE(peer_->count(dead.toUtf8()), qint64{0});
    }
};

QTEST_GUILESS_MAIN(TestLiveSendRight)
#include "tst_livesendright.moc"
