// Purging without copies on the Service Bus peer: by batches of the service, and by receive-and-delete where
// it has none. What came after the purge began stays.
#include "app/servicebus/batchpurger.h"
#include "app/servicebus/locksource.h"
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr const char* namespaceOfPurges = R"({
    "keys": [{"name": "RootManageSharedAccessKey", "key": "SAS_KEY_VALUE"},
             {"name": "sender", "key": "only sends", "rights": ["Send"]}],
    "queues": [{"name": "orders", "lockMs": 60000}, {"name": "parts", "partitioned": true, "lockMs": 60000},
    {"name": "shifts", "sessions": true, "lockMs": 60000},
    {"name": "halls", "sessions": true, "partitioned": true, "lockMs": 60000}]})";

} // namespace

class TestLivePurge : public QObject, private BusScene {
    Q_OBJECT

    void fill(const QByteArray& queue, int count, const QByteArray& prefix = "id-") {
        for (int i = 0; i < count; ++i)
            QVERIFY(put(*peer_, queue, {prefix + QByteArray::number(i), "body", {}}));
    }
    void fillSessions(const QByteArray& queue) {
        for (int i = 0; i < 60; ++i)
            QVERIFY(put(*peer_, queue,
                        {"id-" + QByteArray::number(i), "body", "s-" + QByteArray::number(i % 4)}));
    }
    // As the console does; the run as it ended, which has no items.
    void purged(const QString& queue, RunRecord* ended) {
        const auto record = desk_->purgeBarely(queue);
        VERIFY_RESULT(record);
        *ended = *record;
    }
    static void queues() {
        QTest::addColumn<QByteArray>("queue");
        QTest::newRow("by batches") << QByteArray("orders");
        QTest::newRow("by receive-and-delete") << QByteArray("parts");
        QTest::newRow("dead letters") << QByteArray("orders/$DeadLetterQueue");
    }

private Q_SLOTS:
    void init() { startPeer(namespaceOfPurges); }
    void cleanup() { stopPeer(); }

    void everything_goesAndIsCounted_data() { queues(); }
    void everything_goesAndIsCounted() {
        QFETCH(QByteArray, queue);
        fill(queue, 1200);
        RunRecord run;
        purged(QString::fromUtf8(queue), &run);
        QCOMPARE(run.state, RunState::Finished);
        QVERIFY2(run.endReason.startsWith(QLatin1String("1200 removed, no copies kept")),
                 qPrintable(run.endReason));
        QVERIFY(run.counts.empty());
        QCOMPARE(peer_->count(queue), qint64{0});
        QVERIFY(!desk_->restore(run.header.id));
    }

    void whatCameSince_stays_data() { queues(); }
    void whatCameSince_stays() {
        QFETCH(QByteArray, queue);
        fill(queue, 30, "old-");
        QTest::qWait(20); // times have milliseconds
        const QDateTime before = QDateTime::currentDateTimeUtc();
        fill(queue, 5, "new-");
        servicebus::BatchPurger purger(accessTo(*peer_), servicebus::entityPath(QString::fromUtf8(queue)),
                                       before);
        VERIFY_RESULT(purger.open());
        for (;;) {
            const auto more = purger.removeSome();
            VERIFY_RESULT(more);
            if (!*more)
                break;
        }
        QCOMPARE(purger.removed(), qint64{30});
        QVERIFY2(purger.remark().contains(QLatin1String("5 stay")), qPrintable(purger.remark()));
        QCOMPARE(peer_->count(queue), qint64{5});
        // Partitions have orders of their own: later ones can come in place of older ones, and that is told.
        const auto newer = idsIn(queue).filter(QStringLiteral("new-")).size();
        QVERIFY2(queue == "parts" || newer == 5, queue.constData());
        QCOMPARE(purger.remark().contains(QLatin1String("purge again")), newer < 5);
    }

    // Another receiver holds some: they stay, and the purge ends.
    void lockedOnes_stay_data() { queues(); }
    void lockedOnes_stay() {
        QFETCH(QByteArray, queue);
        fill(queue, 10);
        SourceOptions options;
        options.queue.name = QString::fromUtf8(queue);
        servicebus::LockSource other(accessTo(*peer_), options);
        VERIFY_RESULT(other.open());
        std::size_t held = 0;
        QTRY_COMPARE_WITH_TIMEOUT(
            held += other.receive(static_cast<int>(3 - held), 100).value_or(std::vector<Delivery>()).size(),
            std::size_t{3}, patienceMs);
        RunRecord run;
        purged(QString::fromUtf8(queue), &run);
        QVERIFY2(run.endReason.startsWith(QLatin1String("7 removed")), qPrintable(run.endReason));
        QVERIFY2(run.endReason.contains(QLatin1String("3 stay")), qPrintable(run.endReason));
        QCOMPARE(peer_->count(queue), qint64{3});
    }

    void sessions_goWithCopiesAndWithout_data() {
        QTest::addColumn<QByteArray>("queue");
        QTest::addColumn<bool>("isBare");
        QTest::newRow("with copies") << QByteArray("shifts") << false;
        QTest::newRow("without") << QByteArray("shifts") << true;
        QTest::newRow("partitioned, with copies") << QByteArray("halls") << false;
    }
    void sessions_goWithCopiesAndWithout() {
        QFETCH(QByteArray, queue);
        QFETCH(bool, isBare);
        fillSessions(queue);
        const QString name = QString::fromUtf8(queue);
        const auto record = isBare ? desk_->purgeBarely(name) : desk_->purge(name);
        VERIFY_RESULT(record);
        QCOMPARE(record->state, RunState::Finished);
        if (isBare) // no items tell it
            QVERIFY2(record->endReason.startsWith(QLatin1String("60 removed")),
                     qPrintable(record->endReason));
        else
            QCOMPARE(record->counts, (std::map<ItemState, qint64>{{ItemState::Removed, 60}}));
        QCOMPARE(peer_->count(queue), qint64{0});
    }

    void sessionsWithoutBatches_endWithTheWayOn() {
        fillSessions("halls");
        RunRecord run;
        purged(QStringLiteral("halls"), &run);
        QCOMPARE(run.state, RunState::Failed);
        QVERIFY2(run.endReason.contains(QLatin1String("purge it with copies")), qPrintable(run.endReason));
        QCOMPARE(peer_->count("halls"), qint64{60});
    }

    void missingRight_endsThePurge() {
        fill("orders", 3);
        desk_ = newDesk(folder_->filePath(QStringLiteral("sender.signalbox")), QStringLiteral("sender"),
                        "only sends");
        VERIFY_RESULT(desk_->open());
        RunRecord run;
        purged(QStringLiteral("orders"), &run);
        QCOMPARE(run.state, RunState::Failed);
        QVERIFY2(run.endReason.contains(QLatin1String("Listen")), qPrintable(run.endReason));
        QCOMPARE(peer_->count("orders"), qint64{3});
    }

    void lostLink_goesOn() {
        fill("orders", 1500);
        sbpeer::Faults faults;
        faults.delayMs = 100;
        peer_->setFaults(faults);
        const auto job = desk_->startBarePurge(QStringLiteral("orders"));
        VERIFY_RESULT(job);
        const QString run = (*job)->runId();
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("orders") <= 1000, patienceMs);
        QVERIFY(peer_->dropConnections() > 0);
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->state, RunState::Finished);
        QCOMPARE(peer_->count("orders"), qint64{0});
        QVERIFY2(record->endReason.contains(QLatin1String("removed")), qPrintable(record->endReason));
    }

    void cancelled_saysWhatWent() {
        fill("orders", 1500);
        sbpeer::Faults faults;
        faults.delayMs = 200;
        peer_->setFaults(faults);
        const auto job = desk_->startBarePurge(QStringLiteral("orders"));
        VERIFY_RESULT(job);
        const QString run = (*job)->runId();
        QTRY_VERIFY_WITH_TIMEOUT(peer_->count("orders") <= 1000, patienceMs);
        (*job)->cancel();
        const auto record = desk_->ended(run);
        VERIFY_RESULT(record);
        QCOMPARE(record->state, RunState::Cancelled);
        const qint64 left = peer_->count("orders");
        QVERIFY2(record->endReason.startsWith(QStringLiteral("%1 removed").arg(1500 - left)),
                 qPrintable(record->endReason));
    }
};

QTEST_GUILESS_MAIN(TestLivePurge)
#include "tst_livepurge.moc"
