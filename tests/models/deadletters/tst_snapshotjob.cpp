// Reading a queue into a snapshot: the end of the queue, limits, pause, cancel, lost links, streams.
#include "models/deadletters/deliverybudget.h"
#include "models/deadletters/snapshotjob.h"
#include "tests/support/fakesnapshot.h"
#include "tests/support/fakesource.h"
#include "tests/support/parkedmessage.h"

#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

class TestSnapshotJob : public QObject {
    Q_OBJECT
    std::shared_ptr<FakeQueue> queue_;
    std::shared_ptr<FakeSnapshot> snapshot_;

    std::unique_ptr<SnapshotJob> job(SnapshotJob::Request request = {}) {
        if (request.quietMs == SnapshotJob::Request().quietMs)
            request.quietMs = 150;
        return std::make_unique<SnapshotJob>(std::make_unique<FakeSource>(queue_), snapshot_, request);
    }
    void fill(int count, int from = 0) {
        for (int i = from; i < from + count; ++i)
            queue_->put(ParkedMessage{.id = QByteArray::number(i)}.message());
    }
    qint64 stored() const { return snapshot_->count({}).value_or(-1); }

private Q_SLOTS:
    void init() {
        queue_ = std::make_shared<FakeQueue>();
        snapshot_ = std::make_shared<FakeSnapshot>(parkedFacts);
    }

    void reading_endsWithTheQueue() {
        fill(2500);
        SnapshotJob::Request request;
        request.expected = 2500;
        const auto reading = job(request);
        QCOMPARE(reading->state(), SnapshotJob::State::Idle);
        QSignalSpy states(reading.get(), &SnapshotJob::stateChanged);
        reading->start();
        QCOMPARE(reading->state(), SnapshotJob::State::Running);
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Finished);
        QCOMPARE(states.count(), 2);
        QCOMPARE(stored(), 2500);
        QVERIFY(snapshot_->info().whole);
        QCOMPARE(snapshot_->info().endReason, QStringLiteral("end of queue"));
        QCOMPARE(reading->progress().read, 2500);
        QCOMPARE(reading->progress().bytes, 5000);
        QCOMPARE(reading->progress().secondsLeft, 0);
        QVERIFY(!reading->error());
        // Everything is back in its place, in order.
        QCOMPARE(queue_->heldCount(), 0);
        QCOMPARE(queue_->readyCount(), 2500);
        QCOMPARE(*queue_->ready.front().properties.messageId, QByteArray("0"));
        QCOMPARE(queue_->closes, 1);
    }

    void reading_ofAnEmptyQueueIsWhole() {
        const auto reading = job();
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Finished);
        QVERIFY(snapshot_->info().whole);
        QCOMPARE(stored(), 0);
    }

    void limit_isKept() {
        fill(3000);
        SnapshotJob::Request request;
        request.limit = 1234;
        const auto reading = job(request);
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Finished);
        QCOMPARE(stored(), 1234);
        QVERIFY(!snapshot_->info().whole);
        QCOMPARE(snapshot_->info().endReason, QStringLiteral("limit of 1234 reached"));
        QCOMPARE(queue_->readyCount(), 3000);
        QCOMPARE(queue_->handedOut, 1234); // and not one more was taken
    }

    void reading_waitsForASlowBroker() {
        fill(100);
        queue_->claimedReady = 50; // it has more, it says
        SnapshotJob::Request request;
        request.quietMs = 300;
        const auto reading = job(request);
        reading->start();
        QTRY_COMPARE(stored(), 100);
        QTest::qWait(600); // quiet, but not the end
        QCOMPARE(reading->state(), SnapshotJob::State::Running);
        fill(50, 100);
        {
            const std::lock_guard lock(queue_->mutex);
            queue_->claimedReady.reset();
        }
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Finished);
        QCOMPARE(stored(), 150);
        QVERIFY(snapshot_->info().whole);
    }

    void broker_thatGivesNothingIsTold() {
        queue_->claimedReady = 7;
        SnapshotJob::Request request;
        request.quietMs = 20;
        const auto reading = job(request);
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Failed);
        QCOMPARE(reading->error()->kind, ErrorKind::Busy);
        QVERIFY(reading->error()->summary.contains(QStringLiteral("7 messages are ready")));
        QVERIFY(!snapshot_->info().whole);
    }

    void reading_endsThoughMessagesTrickleIn() {
        fill(500);
        SnapshotJob::Request request;
        request.expected = 500;
        const auto reading = job(request);
        reading->start();
        int next = 500;
        for (int i = 0; i < 400 && reading->state() == SnapshotJob::State::Running; ++i) {
            fill(1, next++); // never quiet
            QTest::qWait(15);
        }
        QCOMPARE(reading->state(), SnapshotJob::State::Finished);
        QVERIFY(snapshot_->info().whole);
    }

    void cancel_keepsWhatWasRead() {
        fill(50000);
        queue_->largestBatch = 100;
        const auto reading = job();
        reading->start();
        QTRY_VERIFY(stored() > 0);
        reading->cancel();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Cancelled);
        QVERIFY(stored() > 0);
        QVERIFY(stored() < 50000);
        QVERIFY(!snapshot_->info().whole);
        QCOMPARE(snapshot_->info().endReason, QStringLiteral("cancelled"));
        QCOMPARE(queue_->readyCount(), 50000);
        QVERIFY(!reading->error());
    }

    void pause_stopsAndResumeGoesOn() {
        fill(20000);
        queue_->largestBatch = 50;
        const auto reading = job();
        reading->start();
        QTRY_VERIFY(stored() > 0);
        const auto receives = [this] {
            const std::lock_guard lock(queue_->mutex);
            return queue_->receives;
        };
        reading->pause();
        const int before = receives();
        QCOMPARE(reading->state(), SnapshotJob::State::Paused);
        QTest::qWait(200);
        QVERIFY(receives() <= before + 1); // the batch under way ends, then nothing is taken
        QVERIFY(stored() < 20000);
        QVERIFY(queue_->heldCount() > 0); // gives back nothing
        reading->resume();
        QCOMPARE(reading->state(), SnapshotJob::State::Running);
        QTRY_COMPARE_WITH_TIMEOUT(reading->state(), SnapshotJob::State::Finished, 20000);
        QCOMPARE(stored(), 20000);
        QCOMPARE(queue_->opens, 1);
    }

    void longPause_givesEverythingBack() {
        fill(20000);
        queue_->largestBatch = 50;
        SnapshotJob::Request request;
        request.giveBackAfterMs = 50;
        const auto reading = job(request);
        reading->start();
        QTRY_VERIFY(stored() > 0);
        reading->pause();
        QTRY_COMPARE(queue_->heldCount(), 0);
        QCOMPARE(queue_->readyCount(), 20000);
        reading->resume(); // from the head again
        QTRY_COMPARE_WITH_TIMEOUT(reading->state(), SnapshotJob::State::Finished, 20000);
        QCOMPARE(stored(), 20000);
        QVERIFY(snapshot_->info().whole);
        QCOMPARE(queue_->opens, 2);
    }

    void cancel_worksWhilePaused() {
        fill(10);
        const auto reading = job();
        reading->start();
        reading->pause();
        reading->cancel();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Cancelled);
    }

    void lostLink_isReadAgainWithoutDoubles() {
        fill(5000);
        queue_->errorAfter = 2000;
        queue_->receiveError = Error{ErrorKind::Lost, QStringLiteral("The link broke."), {}};
        const auto reading = job();
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Finished);
        QCOMPARE(queue_->opens, 2);
        QCOMPARE(stored(), 5000);
        QVERIFY(snapshot_->info().whole);
    }

    // A broker that has just started says of a queue that it is empty before it has found its messages.
    void lostLink_doesNotBelieveAnEmptyQueueAtOnce() {
        fill(5000);
        queue_->errorAfter = 2000;
        queue_->receiveError = Error{ErrorKind::Lost, QStringLiteral("The link broke."), {}};
        queue_->silentReceives = 8;
        const auto reading = job();
        reading->start();
        QTRY_COMPARE_WITH_TIMEOUT(reading->state(), SnapshotJob::State::Finished, 20000);
        QCOMPARE(queue_->silentReceives, 0);
        QCOMPARE(stored(), 5000);
        QVERIFY(snapshot_->info().whole);
    }

    void lostLink_endsTheJobAfterTheRetries() {
        fill(10);
        queue_->receiveError = Error{ErrorKind::Lost, QStringLiteral("The link broke."), {}};
        SnapshotJob::Request request;
        request.retries = 0;
        const auto reading = job(request);
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Failed);
        QCOMPARE(reading->error()->summary, QStringLiteral("The link broke."));
        QCOMPARE(snapshot_->info().endReason, QStringLiteral("The link broke."));
    }

    // Of two deliveries one is the reading's and one is kept for a replay: a lost link ends it.
    void lostLink_isNotReadAgainPastTheDeliveryLimit() {
        queue_->countsDeliveries = true;
        fill(3000);
        queue_->errorAfter = 1000;
        queue_->receiveError = Error{ErrorKind::Lost, QStringLiteral("The link broke."), {}};
        SnapshotJob::Request request;
        request.deliveryLimit = 2;
        const auto reading = job(request);
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Failed);
        QCOMPARE(queue_->opens, 1);
        QCOMPARE(reading->error()->kind, ErrorKind::NotAllowed);
        QVERIFY2(reading->error()->summary.contains(QLatin1String("used 1 of the 2 deliveries")),
                 qPrintable(reading->error()->summary));
        QVERIFY(stored() > 0);
        QCOMPARE(usedDeliveries(*snapshot_), 1);
        // One more is within a limit of three.
        init();
        queue_->countsDeliveries = true;
        fill(3000);
        queue_->errorAfter = 1000;
        queue_->receiveError = Error{ErrorKind::Lost, QStringLiteral("The link broke."), {}};
        request.deliveryLimit = 3;
        const auto more = job(request);
        more->start();
        QTRY_COMPARE(more->state(), SnapshotJob::State::Finished);
        QCOMPARE(queue_->opens, 2);
        QCOMPARE(usedDeliveries(*snapshot_), 2);
    }

    void longPause_isNotReadAgainPastTheDeliveryLimit() {
        queue_->countsDeliveries = true;
        fill(2000);
        queue_->largestBatch = 50;
        SnapshotJob::Request request;
        request.deliveryLimit = 2;
        request.giveBackAfterMs = 50;
        const auto reading = job(request);
        reading->start();
        QTRY_VERIFY(stored() > 0);
        reading->pause();
        QTRY_COMPARE(queue_->readyCount(), 2000);
        reading->resume();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Failed);
        QCOMPARE(reading->error()->kind, ErrorKind::NotAllowed);
        QCOMPARE(queue_->opens, 1);
    }

    // Nobody knew before: the messages tell.
    void spentMessages_endTheReading() {
        for (int i = 0; i < 100; ++i) {
            Message message = ParkedMessage{.id = QByteArray::number(i)}.message();
            FakeQueue::countUp(message);
            FakeQueue::countUp(message);
            queue_->put(message);
        }
        queue_->largestBatch = 10;
        SnapshotJob::Request request;
        request.deliveryLimit = 3;
        const auto reading = job(request);
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Failed);
        QCOMPARE(reading->error()->kind, ErrorKind::NotAllowed);
        QCOMPARE(queue_->handedOut, 10); // and no more was taken
        QCOMPARE(stored(), 10);
    }

    // What was on its way when the link broke was delivered as well, though nobody saw it.
    void unseenReading_countsForTheNextBudget() {
        queue_->countsDeliveries = true;
        fill(10);
        const auto first = job();
        first->start();
        QTRY_COMPARE(first->state(), SnapshotJob::State::Finished);
        QCOMPARE(usedDeliveries(*snapshot_), 1);
        queue_->receiveError = Error{ErrorKind::Lost, QStringLiteral("The link broke."), {}};
        SnapshotJob::Request request;
        request.retries = 0;
        const auto second = job(request);
        second->start();
        QTRY_COMPARE(second->state(), SnapshotJob::State::Failed);
        QCOMPARE(usedDeliveries(*snapshot_), 2);
    }

    // Without the management API only the broker's answer at the opening tells that it is a stream.
    void stream_isKnownFromTheOpening() {
        queue_->isStream = true;
        fill(3000);
        const auto reading = job();
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Finished);
        QCOMPARE(queue_->settled.size(), std::size_t(3000));
        QCOMPARE(snapshot_->info().queueType, QStringLiteral("stream"));
    }

    void stream_readFromALaterStartIsNotWhole() {
        queue_->isStream = true;
        fill(30);
        SnapshotJob::Request request;
        request.isStream = true;
        request.streamStart = QStringLiteral("offset 12");
        const auto reading = job(request);
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Finished);
        QVERIFY(!snapshot_->info().whole);
        QCOMPARE(snapshot_->info().endReason, QStringLiteral("read from offset 12 to the end"));
    }

    void errors_areTold() {
        queue_->openError = Error{ErrorKind::NotAllowed, QStringLiteral("No right to read."), {}};
        auto reading = job();
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Failed);
        QCOMPARE(reading->error()->kind, ErrorKind::NotAllowed);

        init();
        fill(10);
        snapshot_->appendError = Error{ErrorKind::Storage, QStringLiteral("The disk is full."), {}};
        reading = job();
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Failed);
        QCOMPARE(reading->error()->kind, ErrorKind::Storage);
        QCOMPARE(queue_->heldCount(), 0);
    }

    void streams_areReadByOffsetAndGiveCredit() {
        queue_->isStream = true;
        fill(3000);
        SnapshotJob::Request request;
        request.isStream = true;
        const auto reading = job(request);
        reading->start();
        QTRY_COMPARE(reading->state(), SnapshotJob::State::Finished);
        QCOMPARE(queue_->settled.size(), std::size_t(3000));
        const auto ids = snapshot_->ids({}, {}, 10000);
        QCOMPARE(snapshot_->rows(ids->ids)->back().position, 2999);
    }

    void progress_isToldAtMostTenTimesASecond() {
        fill(30000);
        queue_->largestBatch = 20;
        const auto reading = job();
        QSignalSpy progress(reading.get(), &SnapshotJob::progressChanged);
        QElapsedTimer timer;
        timer.start();
        reading->start();
        QTRY_COMPARE_WITH_TIMEOUT(reading->state(), SnapshotJob::State::Finished, 20000);
        QVERIFY2(progress.count() <= timer.elapsed() / 100 + 3,
                 qPrintable(QString::number(progress.count())));
        QVERIFY(progress.count() >= 1);
    }

    void destroying_cancelsAndGivesBack() {
        fill(50000);
        queue_->largestBatch = 10;
        {
            const auto reading = job();
            reading->start();
            QTRY_VERIFY(stored() > 0);
        }
        QCOMPARE(queue_->heldCount(), 0);
        QCOMPARE(queue_->readyCount(), 50000);
        QCoreApplication::processEvents();
    }

    void cancel_beforeStartIsFinal() {
        const auto reading = job();
        reading->cancel();
        QCOMPARE(reading->state(), SnapshotJob::State::Cancelled);
        reading->start();
        QCOMPARE(queue_->opens, 0);
    }
};

QTEST_GUILESS_MAIN(TestSnapshotJob)
#include "tst_snapshotjob.moc"
