// Taking the live messages of a queue with sessions, on the Service Bus peer: session by session, in order,
// with sessions that others hold and with locks and links that are lost. The peer itself counts what is
// where.
#include "app/servicebus/locksource.h"
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* namespaceOfSessions = R"({"queues": [
    {"name": "orders", "sessions": true, "lockMs": 10000},
    {"name": "again", "sessions": true, "lockMs": 10000}],
    "topics": [{"name": "events", "subscriptions": [{"name": "audit", "sessions": true}]}]})";
const QString liveOrders = QStringLiteral("orders");

using Counts = std::map<ItemState, qint64>;

ReplayOptions intoAgain(bool atomic) {
    ReplayOptions options = toQueue(QStringLiteral("again"));
    options.separately = !atomic;
    return options;
}

} // namespace

class TestLiveSessions : public QObject, private BusScene {
    Q_OBJECT

    static void ways() {
        QTest::addColumn<bool>("atomic");
        QTest::newRow("in transactions") << true;
        QTest::newRow("send, then complete") << false;
    }
    static QByteArray sessionOf(int number) { return "s-" + QByteArray::number(number); }
    // "s-0/0", "s-1/0" ... "s-0/1": the sessions take turns in the queue.
    void fill(const QByteArray& queue, int sessions, int each) {
        for (int turn = 0; turn < each; ++turn) {
            for (int i = 0; i < sessions; ++i)
                QVERIFY(put(*peer_, queue,
                            {sessionOf(i) + '/' + QByteArray::number(turn), "body", sessionOf(i)}));
        }
    }
    std::map<QString, QStringList> bySession(const QByteArray& address) const {
        std::map<QString, QStringList> ids;
        for (const sbpeer::HeldMessage& held : peer_->messages(address))
            ids[QString::fromUtf8(held.sessionId)] << QString::fromUtf8(held.messageId);
        return ids;
    }
    static std::map<QString, QStringList> expected(int sessions, int each) {
        std::map<QString, QStringList> ids;
        for (int i = 0; i < sessions; ++i) {
            const QString session = QString::fromUtf8(sessionOf(i));
            for (int turn = 0; turn < each; ++turn)
                ids[session] << session + QLatin1Char('/') + QString::number(turn);
        }
        return ids;
    }
    QString accepted(const ReplayOptions& options) {
        auto inputs = desk_->read(liveOrders);
        const auto run = inputs ? desk_->prepare(liveOrders, std::move(*inputs), options)
                                : Result<QString>(failure(inputs.error()));
        if (!run)
            QTest::qFail(qPrintable(run.error().summary), __FILE__, __LINE__);
        return run.value_or(QString());
    }
    // Another receiver, as a session's own consumer is one.
    struct Consumer {
        explicit Consumer(const sbpeer::Peer& peer)
            : wire(accessTo(peer), QStringLiteral("consumer"))
            , receiver(wire, {QStringLiteral("orders"), servicebus::SubQueue::None}, false) {}
        servicebus::NamespaceWire wire;
        servicebus::SessionReceiver receiver;
        Result<void> hold(const QString& session) {
            receiver.expect({{session, -1}});
            return receiver.open();
        }
    };

private Q_SLOTS:
    void init() { startPeer(namespaceOfSessions); }
    void cleanup() { stopPeer(); }

    void twentySessions_keepTheirOrder_data() { ways(); }
    void twentySessions_keepTheirOrder() {
        QFETCH(bool, atomic);
        fill("orders", 20, 15);
        const QString run = accepted(intoAgain(atomic));
        const auto record = desk_->carryOut(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->state, RunState::Finished);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 300}}));
        QCOMPARE(bySession("again"), expected(20, 15));
        QCOMPARE(peer_->count("orders"), qint64{0});
        QCOMPARE(record->header.options.atomic, atomic);
        const QString warned = desk_->lastPlan().warnings.join(QLatin1Char('\n'));
        QVERIFY2(warned.contains(QLatin1String("its own consumer gets nothing of it")), qPrintable(warned));
    }

    // What follows it in its session, and was under way already, does not overtake what is moved once more.
    void oneNotTaken_keepsItsSessionInOrder_data() {
        QTest::addColumn<bool>("refused");
        QTest::newRow("refused") << true;
        QTest::newRow("the service has an error of its own") << false;
    }
    void oneNotTaken_keepsItsSessionInOrder() {
        QFETCH(bool, refused);
        fill("orders", 3, 200);
        const QString run = accepted(intoAgain(true));
        sbpeer::Faults faults;
        faults.refuseSends = 1;
        if (refused)
            faults.refusal = {"amqp:not-allowed", "This one is not welcome."};
        peer_->setFaults(faults);
        const auto record = desk_->carryOut(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, refused ? (Counts{{ItemState::Removed, 599}, {ItemState::Rejected, 1}})
                                         : (Counts{{ItemState::Removed, 600}}));
        auto wanted = expected(3, 200);
        for (const auto& [session, left] : bySession("orders")) {
            for (const QString& id : left)
                wanted[session].removeOne(id);
        }
        QCOMPARE(bySession("again"), wanted);
    }

    void chosenOnes_disturbOnlyWhatStandsInFront_data() { ways(); }
    void chosenOnes_disturbOnlyWhatStandsInFront() {
        QFETCH(bool, atomic);
        fill("orders", 20, 10);
        auto inputs = desk_->read(liveOrders);
        VERIFY_RESULT(inputs);
        // Of s-3 the fourth, of s-7 the first, of s-19 the last.
        std::vector<PlanInput> chosen{(*inputs)[7], (*inputs)[63], (*inputs)[199]};
        const auto run = desk_->prepare(liveOrders, std::move(chosen), intoAgain(atomic));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 3}}));
        QStringList moved = idsIn("again");
        moved.sort();
        QCOMPARE(moved,
                 (QStringList{QStringLiteral("s-19/9"), QStringLiteral("s-3/3"), QStringLiteral("s-7/0")}));
        QStringList counted;
        const auto left = peer_->messages("orders");
        QCOMPARE(left.size(), std::size_t{197});
        for (const sbpeer::HeldMessage& held : left) {
            QVERIFY2(!held.locked, held.messageId.constData());
            if (held.deliveryCount > 0)
                counted << QString::fromUtf8(held.messageId);
        }
        QStringList inFront = expected(4, 3).at(QStringLiteral("s-3"));
        inFront << expected(20, 9).at(QStringLiteral("s-19"));
        counted.sort();
        inFront.sort();
        QCOMPARE(counted, inFront);
        Consumer consumer(*peer_); // no session is held any more
        VERIFY_RESULT(consumer.hold(QStringLiteral("s-19")));
        consumer.receiver.close();
    }

    void deleted_isGoneAndComesBackFromItsCopy() {
        fill("orders", 12, 2);
        auto inputs = desk_->read(liveOrders);
        VERIFY_RESULT(inputs);
        const auto run = desk_->prepareDelete(liveOrders, std::move(*inputs));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 24}}));
        QCOMPARE(peer_->count("orders"), qint64{0});
        VERIFY_RESULT(desk_->restore(*run));
        QCOMPARE(bySession("orders"), expected(12, 2));
    }

    void purge_takesSessionAfterSession() {
        fill("orders", 30, 4);
        const auto record = desk_->purge(liveOrders);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 120}}));
        QCOMPARE(peer_->count("orders"), qint64{0});
    }

    void subscription_isTakenFromAsWell() {
        for (int i = 0; i < 6; ++i)
            QVERIFY(put(*peer_, "events", {"id-" + QByteArray::number(i), "body", sessionOf(i % 2)}));
        const QString audit = QStringLiteral("events/Subscriptions/audit");
        auto inputs = desk_->read(audit);
        VERIFY_RESULT(inputs);
        QCOMPARE(inputs->size(), std::size_t{6});
        const auto run = desk_->prepareDelete(audit, std::move(*inputs));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 6}}));
    }

    void refusedOnes_keepNoSessionFromBeingGivenFree_data() { ways(); }
    void refusedOnes_keepNoSessionFromBeingGivenFree() {
        QFETCH(bool, atomic);
        fill("orders", 20, 1);
        const QString run = accepted(intoAgain(atomic));
        QVERIFY(peer_->change("again", [](sbpeer::EntitySettings& settings) {
            settings.status = sbpeer::EntityStatus::SendDisabled;
        }));
        const auto record = desk_->carryOut(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Rejected, 20}}));
        QCOMPARE(bySession("orders"), expected(20, 1));
    }

    void lostLink_inTheMiddle_losesAndDoublesNothing() {
        fill("orders", 20, 20);
        ReplayOptions options = intoAgain(true);
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
        QCOMPARE(bySession("again"), expected(20, 20));
        QCOMPARE(peer_->count("orders"), qint64{0});
    }

    void lostSessionLocks_areTakenAgain_data() { ways(); }
    void lostSessionLocks_areTakenAgain() {
        QFETCH(bool, atomic);
        fill("orders", 10, 30);
        ReplayOptions options = intoAgain(atomic);
        options.ratePerSecond = 300;
        const QString run = accepted(options);
        VERIFY_RESULT(desk_->start(run));
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 100, patienceMs);
        peer_->loseLocks("orders");
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 300}}));
        QCOMPARE(bySession("again"), expected(10, 30));
        QCOMPARE(peer_->count("orders"), qint64{0});
    }

    void longRun_renewsTheLocksOfItsSessions() {
        QVERIFY(peer_->change("orders", [](sbpeer::EntitySettings& settings) { settings.lockMs = 6000; }));
        fill("orders", 1, 50);
        ReplayOptions options = intoAgain(true);
        options.ratePerSecond = 5;
        const QString run = accepted(options);
        const auto record = desk_->carryOut(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 50}}));
        for (const sbpeer::HeldMessage& held : peer_->messages("again"))
            QCOMPARE(held.deliveryCount, 0);
        QCOMPARE(bySession("again"), expected(1, 50));
        const auto noted = desk_->journal().run(run);
        VERIFY_RESULT(noted);
        QCOMPARE(noted->sourceOpens, 1); // no lock was lost
    }

    void sessionOfAnother_isToldAndWaitedFor() {
        fill("orders", 4, 3);
        Consumer consumer(*peer_);
        VERIFY_RESULT(consumer.hold(QStringLiteral("s-2")));
        const QString run = accepted(intoAgain(true));
        const auto job = desk_->start(run);
        VERIFY_RESULT(job);
        QTRY_COMPARE_WITH_TIMEOUT(peer_->count("again"), qint64{9}, patienceMs);
        QTRY_COMPARE_WITH_TIMEOUT((*job)->waitingFor(),
                                  QStringLiteral("Session s-2 of orders is held by another receiver."),
                                  patienceMs);
        QCOMPARE((*job)->state(), ReplayJob::State::Waiting);
        consumer.receiver.close();
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 12}}));
        QCOMPARE(bySession("again"), expected(4, 3));
    }

    void sessionThatItsConsumerEmptied_isNotWaitedFor() {
        fill("orders", 3, 2);
        const QString run = accepted(intoAgain(false));
        Consumer consumer(*peer_);
        VERIFY_RESULT(consumer.hold(QStringLiteral("s-1")));
        auto taken = consumer.receiver.receive(10, 5000);
        VERIFY_RESULT(taken);
        QCOMPARE(taken->size(), std::size_t{2});
        const std::vector<std::uint64_t> tags{(*taken)[0].tag, (*taken)[1].tag};
        consumer.receiver.complete(tags);
        VERIFY_RESULT(consumer.receiver.await());
        const auto record = desk_->carryOut(run); // the consumer keeps its empty session
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 4}, {ItemState::Missing, 2}}));
    }

    void purge_besideAConsumer_saysWhatItWaitsFor() {
        fill("orders", 2, 2);
        Consumer consumer(*peer_);
        VERIFY_RESULT(consumer.hold(QStringLiteral("s-0")));
        QString waited;
        bool isFree = false;
        QTimer watch;
        QObject::connect(&watch, &QTimer::timeout, [&] {
            for (ReplayJob* job : desk_->desk().jobs()) {
                if (job->waitingFor().isEmpty() || isFree)
                    continue;
                waited = job->waitingFor();
                isFree = true;
                consumer.receiver.close();
            }
        });
        watch.start(50);
        const auto record = desk_->purge(liveOrders);
        VERIFY_RESULT(record);
        QCOMPARE(waited,
                 QStringLiteral("The sessions that are left in orders are held by another receiver."));
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 4}}));
        QCOMPARE(peer_->count("orders"), qint64{0});
    }

    void runCutOff_goesOnWhereItWas() {
        fill("orders", 20, 10);
        ReplayOptions options = intoAgain(true);
        options.ratePerSecond = 100;
        const QString run = accepted(options);
        VERIFY_RESULT(desk_->start(run));
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("again") >= 50, patienceMs);
        desk_ = newDesk(); // the program ends, and another begins
        VERIFY_RESULT(desk_->open());
        const auto record = desk_->carryOut(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 200}}));
        QCOMPARE(bySession("again"), expected(20, 10));
    }
};

QTEST_GUILESS_MAIN(TestLiveSessions)
#include "tst_livesessions.moc"
