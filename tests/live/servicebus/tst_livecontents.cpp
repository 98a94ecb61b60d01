// What has to come through as it is: the service's own words with the TrackingId that its support asks for,
// and the partition key of a message that is moved.
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* namespaceOfContents = R"({"queues": [
    {"name": "orders"}, {"name": "again"}, {"name": "parts", "partitioned": true}]})";
const QString dead = QStringLiteral("orders/$DeadLetterQueue");
constexpr const char* partitionKey = "x-opt-partition-key";

using Counts = std::map<ItemState, qint64>;

} // namespace

class TestLiveContents : public QObject, private BusScene {
    Q_OBJECT
    QString run_;

    static void ways() {
        QTest::addColumn<bool>("atomic");
        QTest::newRow("in transactions") << true;
        QTest::newRow("send, then complete") << false;
    }
    void putDead(const QByteArray& id, const QByteArray& key = {}) {
        auto message = sbpeer::Message::parse(Letter{id, "body", {}}.encoded());
        QVERIFY(message);
        if (!key.isEmpty())
            message->annotations =
                sbpeer::Value::map().set(sbpeer::Value::symbol(partitionKey), sbpeer::Value::text(key));
        QVERIFY(peer_->put(dead.toUtf8(), *message).has_value());
    }
    // Of all dead letters; accepted, not begun.
    void accept(const QString& target, bool atomic) {
        auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        ReplayOptions options = toQueue(target);
        options.separately = !atomic;
        const auto run = desk_->prepare(dead, std::move(*inputs), options);
        VERIFY_RESULT(run);
        run_ = *run;
    }
    QString reasonOfTheRejected() {
        const auto items = desk_->journal().items(run_, ItemState::Rejected, 0, 1);
        return items && !items->empty() ? items->front().reason : QStringLiteral("(nothing is rejected)");
    }

private Q_SLOTS:
    void init() { startPeer(namespaceOfContents); }
    void cleanup() { stopPeer(); }

    void refusedSend_keepsItsTrackingId_data() { ways(); }
    void refusedSend_keepsItsTrackingId() {
        QFETCH(bool, atomic);
        putDead("id-0");
        accept(QStringLiteral("again"), atomic);
        sbpeer::Faults faults;
        faults.refuseSends = 1;
        faults.refusal = {"amqp:not-allowed", "This one is not welcome."};
        peer_->setFaults(faults);
        VERIFY_RESULT(desk_->carryOut(run_));
        const QString reason = reasonOfTheRejected();
        for (const char* words : {"amqp:not-allowed", "This one is not welcome.", "TrackingId:"})
            QVERIFY2(reason.contains(QLatin1String(words)), qPrintable(reason));
    }

    void missingTarget_keepsItsTrackingId_data() { ways(); }
    void missingTarget_keepsItsTrackingId() {
        QFETCH(bool, atomic);
        putDead("id-0");
        accept(QStringLiteral("again"), atomic);
        QVERIFY(peer_->remove("again").has_value());
        VERIFY_RESULT(desk_->carryOut(run_));
        const QString reason = reasonOfTheRejected();
        for (const char* words : {"again", "amqp:not-found", "TrackingId:"})
            QVERIFY2(reason.contains(QLatin1String(words)), qPrintable(reason));
    }

    void failedReading_keepsItsTrackingId() {
        SourceOptions options;
        options.queue.name = QStringLiteral("nothing");
        const auto opened = desk_->gateway().makeSource(options)->open();
        QVERIFY(!opened);
        QVERIFY2(opened.error().detail.contains(QLatin1String("TrackingId:")),
                 qPrintable(opened.error().detail));
    }

    void partitionKey_arrivesWithItsMessage_data() {
        QTest::addColumn<bool>("atomic");
        QTest::addColumn<QString>("target");
        for (const char* target : {"again", "parts"}) {
            QTest::addRow("to %s in transactions", target) << true << QString::fromLatin1(target);
            QTest::addRow("to %s, send, then complete", target) << false << QString::fromLatin1(target);
        }
    }
    void partitionKey_arrivesWithItsMessage() {
        QFETCH(bool, atomic);
        QFETCH(QString, target);
        for (const char* key : {"north", "south", "north", ""})
            putDead(QByteArray("id-") + key, key);
        accept(target, atomic);
        const auto record = desk_->carryOut(run_);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, 4}}));
        std::map<QByteArray, QSet<qint64>> partitions;
        const auto arrived = peer_->messages(target.toUtf8());
        QCOMPARE(arrived.size(), std::size_t{4});
        for (const sbpeer::HeldMessage& held : arrived) {
            const QByteArray key = held.message.annotation(partitionKey);
            QCOMPARE("id-" + key, held.messageId);
            partitions[key].insert(held.number >> 48);
        }
        QCOMPARE(partitions["north"].size(), qsizetype{1}); // the key's one partition
    }
};

QTEST_GUILESS_MAIN(TestLiveContents)
#include "tst_livecontents.moc"
