// Dead-lettering by hand on the Service Bus peer: reason and description arrive, nobody else's message goes.
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* namespaceOfHand = R"({"queues": [{"name": "orders", "lockMs": 10000}],
    "topics": [{"name": "events", "subscriptions": [{"name": "audit"}]}]})";

using Counts = std::map<ItemState, qint64>;

} // namespace

class TestLiveDeadLetter : public QObject, private BusScene {
    Q_OBJECT

    Result<QString> prepared(const QString& queue, std::vector<PlanInput> inputs, DeadLetterWords words) {
        ReplayOptions options;
        options.deadLetter = std::move(words);
        const auto request = desk_->request(RunKind::DeadLetter, queue, std::move(inputs), options);
        if (!request)
            return failure(request.error());
        const auto plan = desk_->plan(*request);
        return plan ? desk_->accept(*request, *plan) : failure(plan.error());
    }
    static QByteArray property(const sbpeer::HeldMessage& held, const char* name) {
        return held.message.applicationProperties[name].bytes();
    }

private Q_SLOTS:
    void init() { startPeer(namespaceOfHand); }
    void cleanup() { stopPeer(); }

    void chosen_areDeadLetteredWithTheirWords_data() {
        QTest::addColumn<QString>("queue");
        QTest::addColumn<QByteArray>("sendTo");
        QTest::newRow("queue") << QStringLiteral("orders") << QByteArray("orders");
        QTest::newRow("subscription") << QStringLiteral("events/Subscriptions/audit") << QByteArray("events");
    }
    void chosen_areDeadLetteredWithTheirWords() {
        QFETCH(QString, queue);
        QFETCH(QByteArray, sendTo);
        for (int i = 0; i < 5; ++i)
            QVERIFY(put(*peer_, sendTo, {"id-" + QByteArray::number(i), "body", {}}));
        auto inputs = desk_->read(queue);
        VERIFY_RESULT(inputs);
        std::vector<PlanInput> some{(*inputs)[1], (*inputs)[4]};
        const auto run = prepared(queue, std::move(some),
                                  {QStringLiteral("BadCustomer"), QStringLiteral("by hand: größer")});
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 2}}));
        const auto dead = peer_->messages(queue.toUtf8() + "/$DeadLetterQueue");
        QCOMPARE(dead.size(), std::size_t{2});
        QCOMPARE(dead.front().messageId, QByteArray("id-1"));
        QCOMPARE(property(dead.front(), "DeadLetterReason"), QByteArray("BadCustomer"));
        QCOMPARE(property(dead.front(), "DeadLetterErrorDescription"),
                 QStringLiteral("by hand: größer").toUtf8());
        for (const sbpeer::HeldMessage& held : peer_->messages(queue.toUtf8()))
            QVERIFY(!held.locked);
        QCOMPARE(peer_->count(queue.toUtf8()), qint64{3});
        VERIFY_RESULT(desk_->journal().copy(*run, 1));
        const auto restored = desk_->restore(*run);
        QVERIFY2(!restored && restored.error().summary.contains(QLatin1String("$DeadLetterQueue")),
                 "a copy would be a double");
    }

    void deferredOne_isDeadLetteredByItsNumber() {
        for (int i = 0; i < 2; ++i)
            QVERIFY(put(*peer_, "orders", {"id-" + QByteArray::number(i), "body", {}}));
        peer_->run([](sbpeer::Host& host) {
            sbpeer::MessageStore& store = *host.broker().resolve("orders")->store();
            store.defer(store.lockNext(1)->number, {});
        });
        const QString queue = QStringLiteral("orders");
        auto inputs = desk_->read(queue);
        VERIFY_RESULT(inputs);
        inputs->resize(1);
        const auto run = prepared(queue, std::move(*inputs), {QStringLiteral("Old"), {}});
        VERIFY_RESULT(run);
        VERIFY_RESULT(desk_->carryOut(*run));
        const auto dead = peer_->messages("orders/$DeadLetterQueue");
        QCOMPARE(dead.size(), std::size_t{1});
        QCOMPARE(property(dead.front(), "DeadLetterReason"), QByteArray("Old"));
        const auto left = peer_->messages("orders");
        QCOMPARE(left.size(), std::size_t{1});
        QCOMPARE(left.front().deliveryCount, 0);
    }

    void withoutWords_itGoesWithoutThem() {
        QVERIFY(put(*peer_, "orders", {"id-0", "body", {}}));
        const QString queue = QStringLiteral("orders");
        auto inputs = desk_->read(queue);
        VERIFY_RESULT(inputs);
        const auto run = prepared(queue, std::move(*inputs), {});
        VERIFY_RESULT(run);
        VERIFY_RESULT(desk_->carryOut(*run));
        const auto dead = peer_->messages("orders/$DeadLetterQueue");
        QCOMPARE(dead.size(), std::size_t{1});
    }

    void lostLink_deadLettersEachOnce() {
        for (int i = 0; i < 300; ++i)
            QVERIFY(put(*peer_, "orders", {"id-" + QByteArray::number(i), "body", {}}));
        const QString queue = QStringLiteral("orders");
        auto inputs = desk_->read(queue);
        VERIFY_RESULT(inputs);
        ReplayOptions options;
        options.ratePerSecond = 300;
        const auto request = desk_->request(RunKind::DeadLetter, queue, std::move(*inputs), options);
        VERIFY_RESULT(request);
        const auto plan = desk_->plan(*request);
        VERIFY_RESULT(plan);
        const auto run = desk_->accept(*request, *plan);
        VERIFY_RESULT(run);
        VERIFY_RESULT(desk_->start(*run));
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("orders/$DeadLetterQueue") >= 100, patienceMs);
        QVERIFY(peer_->dropConnections() > 0);
        peer_->advance(11000);
        const auto record = desk_->ended(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 300}}));
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{300});
        QCOMPARE(peer_->count("orders"), qint64{0});
    }

    void whatIsDeadOrTooLong_isRefused() {
        QVERIFY(put(*peer_, "orders/$DeadLetterQueue", {"id-0", "body", {}}));
        QVERIFY(put(*peer_, "orders", {"id-1", "body", {}}));
        const QString dead = QStringLiteral("orders/$DeadLetterQueue");
        auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        const auto twice = prepared(dead, std::move(*inputs), {});
        QVERIFY(!twice && twice.error().kind == ErrorKind::Unsupported);
        inputs = desk_->read(QStringLiteral("orders"));
        VERIFY_RESULT(inputs);
        const auto tooLong =
            prepared(QStringLiteral("orders"), std::move(*inputs), {QString(4097, QLatin1Char('x')), {}});
        QVERIFY(!tooLong && tooLong.error().kind == ErrorKind::Invalid);
        QCOMPARE(peer_->count("orders"), qint64{1});
    }
};

QTEST_GUILESS_MAIN(TestLiveDeadLetter)
#include "tst_livedeadletter.moc"
