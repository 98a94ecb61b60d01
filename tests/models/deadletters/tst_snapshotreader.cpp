// Asynchronous reads: answers arrive, newer searches end older ones, destruction waits for nobody.
#include "models/base/whendone.h"
#include "models/deadletters/snapshotreader.h"
#include "tests/support/fakesnapshot.h"
#include "tests/support/parkedmessage.h"

#include <QTest>

using namespace signalbox;

class TestSnapshotReader : public QObject {
    Q_OBJECT
    std::shared_ptr<FakeSnapshot> snapshot_;

private Q_SLOTS:
    void init() {
        snapshot_ = std::make_shared<FakeSnapshot>(parkedFacts);
        std::vector<SnapshotEntry> entries;
        for (int i = 0; i < 20; ++i)
            entries.push_back({ParkedMessage{.id = QByteArray::number(i)}.message(), -1});
        QVERIFY(snapshot_->beginReading() && snapshot_->append(entries) && snapshot_->finish(true, {}));
    }

    void reads_giveWhatTheSnapshotHas() {
        SnapshotReader reader(snapshot_);
        auto ids = reader.ids({}, {}, 5);
        auto rows = reader.rows({3, 4});
        auto message = reader.message(2);
        auto missing = reader.message(99);
        auto groups = reader.groups();
        ids.waitForFinished();
        QCOMPARE(ids.result()->ids, (std::vector<qint64>{1, 2, 3, 4, 5}));
        QCOMPARE(rows.result()->size(), std::size_t(2));
        QCOMPARE(*message.result()->properties.messageId, QByteArray("1"));
        QCOMPARE(missing.result().error().kind, ErrorKind::NotFound);
        QCOMPARE(groups.result()->size(), std::size_t(1));
        QCOMPARE(reader.count({}).result().value_or(-1), 20);
        QCOMPARE(reader.info().count, 20);
    }

    void newerSearch_endsTheOlderOne() {
        snapshot_->searchDelayMs = 60000;
        SnapshotReader reader(snapshot_);
        auto first = reader.ids({}, {}, 5);
        auto second = reader.ids({}, {}, 5); // waits, is never begun
        QTest::qWait(50);
        snapshot_->searchDelayMs = 0;
        auto third = reader.ids({}, {}, 5);
        QTRY_VERIFY_WITH_TIMEOUT(third.isFinished(), 10000);
        QCOMPARE(first.result().error().kind, ErrorKind::Cancelled);
        QCOMPARE(second.result().error().kind, ErrorKind::Cancelled);
        QVERIFY(third.result().has_value());
    }

    void rows_doNotWaitForASearch() {
        snapshot_->searchDelayMs = 60000;
        SnapshotReader reader(snapshot_);
        auto search = reader.ids({}, {}, 5);
        auto rows = reader.rows({1});
        QTRY_VERIFY(rows.isFinished());
        QVERIFY(!search.isFinished());
    }

    void destroying_endsWhatRuns() {
        snapshot_->searchDelayMs = 60000;
        auto reader = std::make_unique<SnapshotReader>(snapshot_);
        auto search = reader->ids({}, {}, 5);
        bool called = false;
        whenDone(search, reader.get(), [&](const Result<IdPage>&) { called = true; });
        QElapsedTimer timer;
        timer.start();
        reader.reset();
        QVERIFY(timer.elapsed() < 10000);
        QCoreApplication::processEvents();
        QVERIFY(!called); // its owner is gone
    }
};

QTEST_GUILESS_MAIN(TestSnapshotReader)
#include "tst_snapshotreader.moc"
