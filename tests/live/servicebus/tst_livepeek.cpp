// Peeking against the Service Bus peer (which the vendor's own client proves): pages, properties, rights,
// faults.
#include "app/servicebus/peeksource.h"
#include "models/messaging/amqp10.h"
#include "tests/live/servicebus/letter.h"

#include <QTcpServer>
#include <QTest>
#include <thread>

using namespace signalbox;
using namespace signalbox::live;
using namespace signalbox::servicebus;

namespace {

constexpr const char* company = R"({"firstSequenceNumber": 9007199254740992,
    "keys": [{"name": "RootManageSharedAccessKey", "key": "SAS_KEY_VALUE"},
             {"name": "listener", "key": "only listens", "entity": "orders", "rights": ["Listen"]},
             {"name": "sender", "key": "only sends", "rights": ["Send"]}],
    "queues": [{"name": "orders", "deadLettersExpired": true}, {"name": "empty"},
               {"name": "sessions", "sessions": true}, {"name": "spread", "partitioned": true}],
    "topics": [{"name": "events", "subscriptions": [{"name": "audit"}, {"name": "billing"}]}]})";

SourceOptions of(const char* queue) {
    SourceOptions options;
    options.queue.name = QString::fromLatin1(queue);
    return options;
}

QString told(const Error& error) {
    return error.summary + QStringLiteral(" | ") + error.detail;
}

} // namespace

class TestLivePeek : public QObject {
    Q_OBJECT

    // All there is, in the order it came; an empty list and a failed test where something goes wrong.
    std::vector<Message> readAll(const char* queue, const NamespaceAccess& access) {
        PeekSource source(access, of(queue));
        std::vector<Message> all;
        if (const auto opened = source.open(); !opened) {
            QTest::qFail(qPrintable(told(opened.error())), __FILE__, __LINE__);
            return all;
        }
        for (;;) {
            auto batch = source.receive(1000, 100);
            if (!batch) {
                QTest::qFail(qPrintable(told(batch.error())), __FILE__, __LINE__);
                return {};
            }
            if (batch->empty())
                return all;
            for (Delivery& delivery : *batch)
                all.push_back(std::move(delivery.message));
        }
    }
    static Error errorOf(const NamespaceAccess& access, const char* queue) {
        PeekSource source(access, of(queue));
        if (const auto opened = source.open(); !opened)
            return opened.error();
        const auto batch = source.receive(1, 100);
        return batch ? Error{ErrorKind::Internal, QStringLiteral("it was read"), {}} : batch.error();
    }

private Q_SLOTS:
    void init() {
        peer_ = std::make_unique<sbpeer::Peer>();
        QVERIFY(peer_->start(company));
    }
    void cleanup() { peer_.reset(); }

    void read_isWholeInOrderAndTakesNothing() {
        for (int i = 0; i < 600; ++i)
            QVERIFY(
                put(*peer_, "orders", {"id-" + QByteArray::number(i), "body " + QByteArray::number(i), {}}));
        const auto all = readAll("orders", accessTo(*peer_));
        QCOMPARE(all.size(), std::size_t{600});
        for (int i = 0; i < 600; ++i) {
            const Message& message = all[static_cast<std::size_t>(i)];
            QCOMPARE(message.properties.messageId.value(), "id-" + QByteArray::number(i));
            QCOMPARE(message.body, "body " + QByteArray::number(i));
            QCOMPARE(message.routingKey, QByteArray("orders"));
        }
        // Beyond 2^53, where a double would round.
        QCOMPARE(amqp10::text(amqp10::annotation(all[0], "x-opt-sequence-number")),
                 QStringLiteral("9007199254740993"));
        QVERIFY(amqp10::time(amqp10::annotation(all[0], "x-opt-enqueued-time")).isValid());
        // Nothing was locked, counted or taken: a second reading meets the same, count and all.
        QVERIFY(readAll("orders", accessTo(*peer_)) == all);
        for (const sbpeer::HeldMessage& message : peer_->messages("orders"))
            QVERIFY(!message.locked && message.deliveryCount == 0);
    }

    void deadLetters_tellWhyTheyDied() {
        QVERIFY(put(*peer_, "orders", {"short", "gone", {}, 1000}));
        peer_->advance(5000);
        const auto dead = readAll("orders/$DeadLetterQueue", accessTo(*peer_));
        QCOMPARE(dead.size(), std::size_t{1});
        QCOMPARE(amqp10::text(dead[0].header("DeadLetterReason")), QStringLiteral("TTLExpiredException"));
        QCOMPARE(dead[0].routingKey, QByteArray("orders"));
        QCOMPARE(readAll("orders", accessTo(*peer_)).size(), std::size_t{0});
    }

    void subscriptions_haveTheirOwnCopies() {
        QVERIFY(put(*peer_, "events", {"e1", "x", {}}));
        QCOMPARE(readAll("events/Subscriptions/audit", accessTo(*peer_)).size(), std::size_t{1});
        QCOMPARE(readAll("events/Subscriptions/billing", accessTo(*peer_)).size(), std::size_t{1});
    }

    void sessionsAndPartitions_areRead_whole() {
        for (int i = 0; i < 40; ++i) {
            QVERIFY(put(*peer_, "sessions",
                        {"s" + QByteArray::number(i), "x", "session-" + QByteArray::number(i % 3)}));
            QVERIFY(put(*peer_, "spread", {"p" + QByteArray::number(i), "x", {}}));
        }
        const auto sessions = readAll("sessions", accessTo(*peer_));
        QCOMPARE(sessions.size(), std::size_t{40});
        QCOMPARE(amqp10::text(amqp10::find(sessions[4], amqp10::groupId)), QStringLiteral("session-1"));
        QSet<QByteArray> ids;
        for (const Message& message : readAll("spread", accessTo(*peer_)))
            ids.insert(message.properties.messageId.value());
        QCOMPARE(ids.size(), 40);
    }

    void reading_canBeginAtANumber() {
        for (int i = 0; i < 5; ++i)
            QVERIFY(put(*peer_, "orders", {QByteArray::number(i), "x", {}}));
        SourceOptions options = of("orders");
        options.streamStart.kind = StreamStart::Kind::Offset;
        options.streamStart.offset = 9007199254740996;
        PeekSource source(accessTo(*peer_), options);
        QVERIFY(source.open());
        const auto batch = source.receive(100, 100);
        QVERIFY2(batch, qPrintable(batch ? QString() : told(batch.error())));
        QCOMPARE(batch->size(), std::size_t{2});
        QCOMPARE(batch->front().streamOffset, qint64{9007199254740996});
    }

    // From the first one that was enqueued then on, over page bounds as well.
    void reading_canBeginAtATime() {
        for (int i = 0; i < 300; ++i)
            QVERIFY(put(*peer_, "orders", {"old-" + QByteArray::number(i), "x", {}}));
        peer_->advance(60000);
        for (int i = 0; i < 300; ++i)
            QVERIFY(put(*peer_, "orders", {"new-" + QByteArray::number(i), "x", {}}));
        const auto all = readAll("orders", accessTo(*peer_));
        QCOMPARE(all.size(), std::size_t{600});
        SourceOptions options = of("orders");
        options.streamStart.kind = StreamStart::Kind::Timestamp;
        options.streamStart.timestamp = amqp10::time(amqp10::annotation(all[300], "x-opt-enqueued-time"));
        PeekSource source(accessTo(*peer_), options);
        QVERIFY(source.open());
        QList<QByteArray> ids;
        for (;;) {
            const auto batch = source.receive(70, 100);
            QVERIFY2(batch, qPrintable(batch ? QString() : told(batch.error())));
            if (batch->empty())
                break;
            QVERIFY(batch->size() <= 70);
            for (const Delivery& delivery : *batch)
                ids << delivery.message.properties.messageId.value();
        }
        QCOMPARE(ids.size(), 300);
        QCOMPARE(ids.first(), QByteArray("new-0"));
        QCOMPARE(ids.last(), QByteArray("new-299"));
    }

    void reading_fromTheEnd_isRefused() {
        SourceOptions options = of("orders");
        options.streamStart.kind = StreamStart::Kind::Last;
        PeekSource source(accessTo(*peer_), options);
        const auto opened = source.open();
        QVERIFY(!opened);
        QVERIFY2(opened.error().summary.contains(QLatin1String("sequence:NUMBER")),
                 qPrintable(told(opened.error())));
    }

    void largeBody_comesWhole() {
        const QByteArray body(200000, 'b');
        QVERIFY(put(*peer_, "orders", {"large", body, {}}));
        const auto all = readAll("orders", accessTo(*peer_));
        QCOMPARE(all.size(), std::size_t{1});
        QCOMPARE(all[0].body, body);
    }

    void rights_areCheckedAndNamed() {
        QVERIFY(put(*peer_, "orders", {"1", "x", {}}));
        QCOMPARE(readAll("orders", accessTo(*peer_, QStringLiteral("listener"), "only listens")).size(),
                 std::size_t{1});
        for (const Error& error :
             {errorOf(accessTo(*peer_, QStringLiteral("listener"), "only listens"), "empty"),
              errorOf(accessTo(*peer_, QStringLiteral("sender"), "only sends"), "orders"),
              errorOf(accessTo(*peer_, QStringLiteral("listener"), "wrong key"), "orders"),
              errorOf(accessTo(*peer_, QStringLiteral("nobody"), "only listens"), "orders")}) {
            QVERIFY2(error.kind == ErrorKind::NotAllowed || error.kind == ErrorKind::NotAuthenticated,
                     qPrintable(told(error)));
            QVERIFY2(!told(error).contains(QLatin1String("only listens")), qPrintable(told(error)));
        }
    }

    void missingEntity_isNotFound() {
        const Error error = errorOf(accessTo(*peer_), "nothing");
        QVERIFY2(error.kind == ErrorKind::NotFound, qPrintable(told(error)));
        QVERIFY2(error.summary.contains(QLatin1String("nothing")), qPrintable(told(error)));
    }

    void brokenConnection_isLostAndCanBeOpenedAgain() {
        QVERIFY(put(*peer_, "orders", {"1", "x", {}}));
        PeekSource source(accessTo(*peer_), of("orders"));
        QVERIFY(source.open());
        QVERIFY(peer_->dropConnections() > 0);
        const auto batch = source.receive(10, 100);
        QVERIFY(!batch);
        QVERIFY2(batch.error().kind == ErrorKind::Lost, qPrintable(told(batch.error())));
        QVERIFY(source.open());
        QCOMPARE(source.receive(10, 100).value().size(), std::size_t{1});
    }

    void detachedLink_isOpenedAgain() {
        QVERIFY(put(*peer_, "orders", {"1", "x", {}}));
        PeekSource source(accessTo(*peer_), of("orders"));
        QVERIFY(source.open());
        QVERIFY(peer_->detachLinks({}, {"amqp:link:detach-forced", "IdleTimerExpired"}) > 0);
        auto batch = source.receive(10, 100);
        // The detach and the question may have crossed on the way.
        if (!batch && batch.error().kind == ErrorKind::Lost)
            batch = source.receive(10, 100);
        QVERIFY2(batch, qPrintable(batch ? QString() : told(batch.error())));
        QCOMPARE(batch->size(), std::size_t{1});
    }

    void nobodyThere_andNoAmqp_areTold() {
        NamespaceAccess access = accessTo(*peer_);
        peer_.reset();
        const Error gone = errorOf(access, "orders");
        QVERIFY2(gone.kind == ErrorKind::CannotConnect, qPrintable(told(gone)));
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        connect(&other, &QTcpServer::newConnection, &other,
                [&other] { other.nextPendingConnection()->write("HTTP/1.1 400 Bad Request\r\n\r\n"); });
        access.endpoint.port = other.serverPort();
        const Error nonsense = errorOf(access, "orders");
        QVERIFY2(nonsense.kind == ErrorKind::CannotConnect, qPrintable(told(nonsense)));
    }

    void interrupt_endsAWaitSoon() {
        PeekSource source(accessTo(*peer_), of("orders"));
        QVERIFY(source.open());
        sbpeer::Faults slow;
        slow.delayMs = 60000;
        peer_->setFaults(slow);
        std::thread other([&source] { source.interrupt(); });
        const auto batch = source.receive(10, 100);
        other.join();
        QVERIFY(!batch);
        QVERIFY2(batch.error().kind == ErrorKind::Cancelled, qPrintable(told(batch.error())));
    }

private:
    std::unique_ptr<sbpeer::Peer> peer_;
};

QTEST_GUILESS_MAIN(TestLivePeek)
#include "tst_livepeek.moc"
