// What only a moved clock shows of the test Service Bus; everything else is proven by the vendor's client
// (servicebuspeer_vendor).
#include "tests/support/servicebuspeer/peer.h"

#include <QTcpSocket>
#include <QTest>

using namespace signalbox::sbpeer;

class TestPeerBroker : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        peer_ = std::make_unique<Peer>();
        QVERIFY(peer_->start("{}"));
    }
    void cleanup() { peer_.reset(); }

    void expiredMessages_goToTheDeadLetterQueue() {
        EntitySettings settings;
        settings.timeToLiveMs = 60000;
        settings.deadLettersExpired = true;
        QVERIFY(peer_->addQueue("q", settings));
        QVERIFY(peer_->put("q", textMessage("m", "body")));
        peer_->advance(59000);
        QCOMPARE(peer_->count("q"), 1);
        peer_->advance(1001);
        QCOMPARE(peer_->count("q"), 0);
        const auto dead = peer_->messages("q/$DeadLetterQueue");
        QCOMPARE(dead.size(), 1UL);
        QCOMPARE(dead[0].message.applicationProperties["DeadLetterReason"].bytes(), "TTLExpiredException");
        peer_->advance(foreverMs / 2);
        QCOMPARE(peer_->count("q/$DeadLetterQueue"), 1); // nothing expires there
    }

    void expiredMessages_goAwayWithoutDeadLettering() {
        EntitySettings settings;
        settings.timeToLiveMs = 1000;
        QVERIFY(peer_->addQueue("q", settings));
        QVERIFY(peer_->put("q", textMessage("m", "body")));
        peer_->advance(1001);
        QCOMPARE(peer_->count("q"), 0);
        QCOMPARE(peer_->count("q/$DeadLetterQueue"), 0);
    }

    void duplicates_areDroppedInsideTheWindowOnly() {
        EntitySettings settings;
        settings.detectsDuplicates = true;
        settings.duplicateWindowMs = 30000;
        QVERIFY(peer_->addQueue("q", settings));
        QVERIFY(peer_->put("q", textMessage("same", "1")).value() > 0);
        QCOMPARE(peer_->put("q", textMessage("same", "2")).value(), 0);
        QVERIFY(peer_->put("q", textMessage("other", "3")).value() > 0);
        peer_->advance(30001);
        QVERIFY(peer_->put("q", textMessage("same", "4")).value() > 0);
        QCOMPARE(peer_->count("q"), 3);
    }

    void theFifthForward_deadLetters() {
        for (int i = 6; i >= 0; --i) {
            EntitySettings settings;
            settings.forwardTo = i < 6 ? "q" + QByteArray::number(i + 1) : QByteArray();
            QVERIFY(peer_->addQueue("q" + QByteArray::number(i), settings));
        }
        QVERIFY(peer_->put("q2", textMessage("four hops", "")));
        QCOMPARE(peer_->count("q6"), 1);
        QVERIFY(peer_->put("q1", textMessage("five hops", "")));
        QCOMPARE(peer_->count("q6"), 1);
        const auto dead = peer_->messages("q5/$DeadLetterQueue");
        QCOMPARE(dead.size(), 1UL);
        QCOMPARE(dead[0].message.applicationProperties["DeadLetterReason"].bytes(),
                 "MaxTransferHopCountExceeded");
    }

    void anUnreachableForwardTarget_fillsTheTransferDeadLetterQueue() {
        EntitySettings settings;
        settings.forwardTo = "gone";
        QVERIFY(peer_->addQueue("q", settings));
        QVERIFY(peer_->put("q", textMessage("m", "")));
        QCOMPARE(peer_->count("q/$Transfer/$DeadLetterQueue"), 1);
    }

    void deadLettersForwarded_sayWhereTheyComeFrom() {
        EntitySettings settings;
        settings.timeToLiveMs = 1000;
        settings.deadLettersExpired = true;
        settings.forwardDeadLettersTo = "graveyard";
        QVERIFY(peer_->addQueue("graveyard"));
        QVERIFY(peer_->addQueue("q", settings));
        QVERIFY(peer_->put("q", textMessage("m", "")));
        peer_->advance(1001);
        QCOMPARE(peer_->count("q/$DeadLetterQueue"), 0);
        QCOMPARE(peer_->count("graveyard"), 1);
    }

    void aSessionlessMessage_isDeadLetteredByASessionSubscription() {
        EntitySettings settings;
        settings.sessions = true;
        QVERIFY(peer_->addTopic("t"));
        QVERIFY(peer_->addSubscription("t", "s", settings));
        QVERIFY(peer_->put("t", textMessage("m", "")));
        const auto dead = peer_->messages("t/Subscriptions/s/$DeadLetterQueue");
        QCOMPARE(dead.size(), 1UL);
        QCOMPARE(dead[0].message.applicationProperties["DeadLetterReason"].bytes(), "Session ID is null");
    }

    void aQueueIsFull_atItsSize() {
        EntitySettings settings;
        settings.maxMegabytes = 1;
        settings.maxMessageKilobytes = 1024;
        QVERIFY(peer_->addQueue("q", settings));
        const QByteArray half(600000, 'x');
        QVERIFY(peer_->put("q", textMessage("1", half)));
        QVERIFY(peer_->put("q", textMessage("2", half)));
        QCOMPARE(peer_->put("q", textMessage("3", half)).error().condition, "amqp:resource-limit-exceeded");
    }

    void connections_areCountedAndCut() {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress::LocalHost, static_cast<quint16>(peer_->ports().amqp));
        QVERIFY(socket.waitForConnected(5000));
        socket.write("AMQP\x03\x01\x00\x00", 8);
        QVERIFY(socket.waitForReadyRead(5000));
        QVERIFY(socket.readAll().contains("MSSBCBS"));
        QCOMPARE(peer_->connections(), 1);
        QCOMPARE(peer_->dropConnections(), 1);
        QCOMPARE(peer_->connections(), 0);
        QVERIFY(socket.state() != QAbstractSocket::ConnectedState || socket.waitForDisconnected(5000));
    }

    void aHundredThousandMessages_areHeld() {
        EntitySettings settings;
        settings.maxMegabytes = 5000;
        QVERIFY(peer_->addQueue("q", settings));
        std::vector<Message> messages;
        for (int i = 0; i < 100000; ++i) {
            messages.push_back(textMessage(QByteArray::number(i), "body"));
        }
        QVERIFY(peer_->put("q/$DeadLetterQueue", messages));
        QCOMPARE(peer_->count("q/$DeadLetterQueue"), 100000);
    }

private:
    std::unique_ptr<Peer> peer_;
};

QTEST_GUILESS_MAIN(TestPeerBroker)
#include "tst_peerbroker.moc"
