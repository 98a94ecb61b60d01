// The list of sessions and their states, asked of the Service Bus peer; and messages by session.
#include "models/messaging/sessiondirectory.h"
#include "tests/live/servicebus/busscene.h"

#include <algorithm>

using namespace signalbox;
using namespace signalbox::live;

class TestLiveSessionList : public QObject, private BusScene {
    Q_OBJECT
    std::unique_ptr<ServiceBusGateway> gateway_;

    void setState(const QByteArray& queue, const QByteArray& session, const QByteArray& state) {
        peer_->run([&](sbpeer::Host& host) {
            const auto place = host.broker().resolve(queue);
            QVERIFY(place);
            place->store()->setSessionState(session, sbpeer::Value::binary(state));
        });
    }
    std::unique_ptr<ServiceBusGateway> gatewayFor(const QString& user, const QByteArray& key) const {
        ConnectionProfile profile;
        profile.id = QStringLiteral("test");
        profile.technology = technology::serviceBus;
        profile.host = QStringLiteral("localhost");
        profile.port = peer_->ports().amqp;
        profile.user = user;
        profile.managementUrl = QStringLiteral("http://localhost:%1").arg(peer_->ports().http);
        return std::make_unique<ServiceBusGateway>(profile, Secret(key));
    }
    Result<SessionListing> list(const QString& queue, int most = 1000) {
        return answer(gateway_->sessions()->sessions(queue, most));
    }

private Q_SLOTS:
    void init() {
        startPeer(R"({"keys": [{"name": "RootManageSharedAccessKey", "key": "SAS_KEY_VALUE"},
                               {"name": "sender", "key": "sends", "rights": ["Send"]}],
            "queues": [{"name": "orders", "sessions": true}, {"name": "plain"}],
            "topics": [{"name": "events", "subscriptions": [{"name": "audit", "sessions": true}]}]})");
        gateway_ = gatewayFor(QStringLiteral("RootManageSharedAccessKey"), "SAS_KEY_VALUE");
    }
    void cleanup() {
        gateway_.reset();
        stopPeer();
    }

    void sessionsAreListed_withMessagesAndWithState() {
        QVERIFY(put(*peer_, "orders", {"1", "body", "b"}));
        QVERIFY(put(*peer_, "orders", {"2", "body", "a"}));
        setState("orders", "b", R"({"step": 3})");
        setState("orders", "only-state", QByteArray("\0\1", 2));
        const auto listing = list(QStringLiteral("orders"));
        VERIFY_RESULT(listing);
        QVERIFY(listing->isWhole);
        const std::vector<BusSession> expected{{QStringLiteral("a"), true, std::nullopt},
                                               {QStringLiteral("b"), true, QByteArray(R"({"step": 3})")},
                                               {QStringLiteral("only-state"), false, QByteArray("\0\1", 2)}};
        QCOMPARE(listing->sessions, expected);
        for (const sbpeer::HeldMessage& held : peer_->messages("orders"))
            QVERIFY(!held.locked && held.deliveryCount == 0);
    }

    void manySessions_areListedPageByPage() {
        for (int i = 0; i < 250; ++i)
            QVERIFY(put(*peer_, "orders", {"m", "body", "s-" + QByteArray::number(i)}));
        const auto listing = list(QStringLiteral("orders"));
        VERIFY_RESULT(listing);
        QCOMPARE(listing->sessions.size(), std::size_t{250});
        QVERIFY(listing->isWhole);
        const auto some = list(QStringLiteral("orders"), 120);
        VERIFY_RESULT(some);
        QCOMPARE(some->sessions.size(), std::size_t{120});
        QVERIFY(!some->isWhole);
    }

    void subscription_hasSessionsToo() {
        QVERIFY(put(*peer_, "events", {"1", "body", "a"}));
        const auto listing = list(QStringLiteral("events/Subscriptions/audit"));
        VERIFY_RESULT(listing);
        QCOMPARE(listing->sessions.size(), std::size_t{1});
    }

    void oneSession_isAskedFor() {
        QVERIFY(put(*peer_, "orders", {"1", "body", "a"}));
        setState("orders", "a", "done");
        SessionDirectory& directory = *gateway_->sessions();
        const auto found = answer(directory.session(QStringLiteral("orders"), QStringLiteral("a")));
        VERIFY_RESULT(found);
        QCOMPARE(*found, (BusSession{QStringLiteral("a"), true, QByteArray("done")}));
        const auto unknown = answer(directory.session(QStringLiteral("orders"), QStringLiteral("x")));
        VERIFY_RESULT(unknown);
        QCOMPARE(*unknown, (BusSession{QStringLiteral("x"), false, std::nullopt}));
    }

    void whatCannotBeAsked_isToldClearly() {
        const auto dead = list(QStringLiteral("orders/$DeadLetterQueue"));
        QVERIFY(!dead);
        QCOMPARE(dead.error().kind, ErrorKind::Invalid);
        const auto missing = list(QStringLiteral("gone"));
        QVERIFY(!missing);
        QCOMPARE(missing.error().kind, ErrorKind::NotFound);
        gateway_ = gatewayFor(QStringLiteral("sender"), "sends");
        const auto refused = list(QStringLiteral("orders"));
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotAllowed);
        QVERIFY2(refused.error().summary.contains(QLatin1String("Listen")),
                 qPrintable(refused.error().summary));
    }

    void queues_tellWhetherTheyHaveSessions() {
        const auto listing = answer(gateway_->queues({}));
        VERIFY_RESULT(listing);
        QStringList with;
        for (const QueueInfo& queue : listing->queues) {
            if (queue.hasSessions)
                with << queue.ref.name;
        }
        with.sort();
        QCOMPARE(with, (QStringList{QStringLiteral("events/Subscriptions/audit"), QStringLiteral("orders")}));
    }

    void closing_endsWhatIsUnderWay() {
        for (int i = 0; i < 50; ++i)
            setState("orders", "s-" + QByteArray::number(i), "state");
        sbpeer::Faults slow;
        slow.delayMs = 300;
        peer_->setFaults(slow);
        const auto listing = gateway_->sessions()->sessions(QStringLiteral("orders"), 1000);
        QTest::qWait(500);
        QElapsedTimer timer;
        timer.start();
        gateway_.reset();
        QVERIFY2(timer.elapsed() < 8000, "waits for all fifty states");
        QVERIFY(listing.isFinished());
    }
};

QTEST_GUILESS_MAIN(TestLiveSessionList)
#include "tst_livesessionlist.moc"
