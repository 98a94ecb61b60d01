// The table of a snapshot: pages stream in, rows are fetched behind the view, refreshes keep selection and
// place.
#include "models/deadletters/deadlettertablemodel.h"
#include "models/deadletters/snapshotjob.h"
#include "tests/support/fakesnapshot.h"
#include "tests/support/fakesource.h"
#include "tests/support/gapwatch.h"
#include "tests/support/parkedmessage.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

class TestDeadLetterTableModel : public QObject {
    Q_OBJECT
    std::shared_ptr<FakeSnapshot> snapshot_;

    void read(const QList<int>& numbers) {
        std::vector<SnapshotEntry> entries;
        for (const int number : numbers) {
            entries.push_back({ParkedMessage{.id = "m" + QByteArray::number(number).rightJustified(6, '0'),
                                             .deaths = number % 5}
                                   .message(),
                               -1});
        }
        QVERIFY(snapshot_->beginReading().has_value());
        QVERIFY(snapshot_->append(entries).has_value());
        QVERIFY(snapshot_->finish(true, {}).has_value());
    }
    static QList<int> upTo(int count) {
        QList<int> all(count);
        std::iota(all.begin(), all.end(), 1);
        return all;
    }
    static QString idOf(const DeadLetterTableModel& model, int row) {
        return model.index(row, static_cast<int>(Column::MessageId)).data().toString();
    }
    // Message ids of all rows, once they are loaded.
    static QStringList ids(DeadLetterTableModel& model) {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row) {
            if (!QTest::qWaitFor([&] { return model.rowAt(row) != nullptr; }))
                return {QStringLiteral("row %1 was never loaded").arg(row)};
            all << idOf(model, row);
        }
        return all;
    }
    static QStringList expected(const QList<int>& numbers) {
        QStringList all;
        for (const int number : numbers)
            all << QStringLiteral("m%1").arg(number, 6, 10, QLatin1Char('0'));
        return all;
    }
    std::shared_ptr<SnapshotReader> reader() { return std::make_shared<SnapshotReader>(snapshot_); }

private Q_SLOTS:
    void init() { snapshot_ = std::make_shared<FakeSnapshot>(parkedFacts); }

    void rows_comeInBehindTheView() {
        read(upTo(300));
        DeadLetterTableModel model;
        const QAbstractItemModelTester tester(&model);
        QSignalSpy busy(&model, &DeadLetterTableModel::busyChanged);
        model.setReader(reader());
        QVERIFY(model.isBusy());
        QTRY_VERIFY(!model.isBusy());
        QCOMPARE(busy.count(), 2);
        QCOMPARE(model.rowCount(), 300);
        QCOMPARE(model.columnCount(), 17);
        const QModelIndex index = model.index(250, static_cast<int>(Column::Position));
        QSignalSpy changed(&model, &DeadLetterTableModel::dataChanged);
        if (!index.data(DeadLetterTableModel::LoadedRole).toBool()) {
            QVERIFY(!index.data().isValid());
            QTRY_VERIFY(changed.count() > 0);
        }
        QTRY_COMPARE(index.data().toLongLong(), 251);
        QVERIFY(index.data(DeadLetterTableModel::LoadedRole).toBool());
        QCOMPARE(index.data(DeadLetterTableModel::IdRole).toLongLong(), model.idAt(250));
        QCOMPARE(index.data(DeadLetterTableModel::BodyCompleteRole).toBool(), true);
        QCOMPARE(model.headerData(3, Qt::Horizontal, DeadLetterTableModel::ColumnRole).toInt(), 3);
        QCOMPARE(model.rowOf(model.idAt(123)), 123);
        QCOMPARE(model.rowOf(4711), -1);
        QCOMPARE(ids(model), expected(upTo(300)));
        const int fetched = snapshot_->fetches;
        QVERIFY2(fetched < 30, qPrintable(QString::number(fetched))); // blocks, not rows
    }

    void query_startsANewList() {
        read(upTo(100));
        DeadLetterTableModel model;
        const QAbstractItemModelTester tester(&model);
        model.setReader(reader());
        QTRY_VERIFY(!model.isBusy());
        SnapshotQuery query;
        query.where = *Where::parse(QStringLiteral("deaths = 3"));
        model.setQuery(query);
        QTRY_VERIFY(!model.isBusy());
        QCOMPARE(model.rowCount(), 20);
        QCOMPARE(model.query(), query);
        model.setReader(nullptr);
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!model.isBusy());
    }

    void queries_overtakeEachOther() {
        read(upTo(100));
        snapshot_->searchDelayMs = 30;
        DeadLetterTableModel model;
        const QAbstractItemModelTester tester(&model);
        QSignalSpy failed(&model, &DeadLetterTableModel::failed);
        model.setReader(reader());
        for (const char* text : {"deaths = 1", "deaths = 2", "position <= 7"}) {
            SnapshotQuery query;
            query.where = *Where::parse(QString::fromLatin1(text));
            model.setQuery(query);
        }
        QTRY_VERIFY(!model.isBusy());
        QCOMPARE(model.rowCount(), 7);
        QCOMPARE(failed.count(), 0);
    }

    void refresh_mergesAndKeepsPlaces_data() {
        QTest::addColumn<QList<int>>("after");
        const QList<int> base = upTo(200);
        QTest::newRow("nothing new") << base;
        QTest::newRow("new at the end") << upTo(260);
        QTest::newRow("head gone, tail new") << upTo(250).mid(60);
        QTest::newRow("all gone") << QList<int>();
        QTest::newRow("all others") << upTo(300).mid(200);
        QList<int> reversed = base;
        std::reverse(reversed.begin(), reversed.end());
        QTest::newRow("turned round") << reversed;
        QList<int> scattered;
        for (int i = 1; i <= 400; i += 3)
            scattered << (i * 7) % 401;
        QTest::newRow("scattered") << scattered;
        QList<int> holes;
        for (int i = 1; i <= 220; ++i) {
            if (i % 50 != 0)
                holes << i;
        }
        QTest::newRow("few holes") << holes;
    }
    void refresh_mergesAndKeepsPlaces() {
        QFETCH(QList<int>, after);
        read(upTo(200));
        DeadLetterTableModel model;
        const QAbstractItemModelTester tester(&model);
        model.setReader(reader());
        QTRY_VERIFY(!model.isBusy());
        std::map<qint64, QPersistentModelIndex> places;
        for (int row = 0; row < 200; row += 3)
            places.emplace(model.idAt(row), model.index(row, row % 17));
        QSignalSpy resets(&model, &DeadLetterTableModel::modelReset);
        read(after);
        model.refresh();
        QTRY_VERIFY(!model.isBusy());
        QCOMPARE(ids(model), expected(after));
        QCOMPARE(resets.count(), 0);
        for (const auto& [id, place] : places) {
            QCOMPARE(place.isValid(), model.rowOf(id) >= 0);
            if (place.isValid())
                QCOMPARE(place.row(), model.rowOf(id));
        }
    }

    void refresh_renewsWhatIsShown() {
        read(upTo(10));
        DeadLetterTableModel model;
        model.setReader(reader());
        QTRY_VERIFY(!model.isBusy());
        QCOMPARE(ids(model).size(), 10);
        QCOMPARE(model.rowAt(9)->position, 10);
        read({10});
        QSignalSpy changed(&model, &DeadLetterTableModel::dataChanged);
        model.refresh();
        QTRY_VERIFY(!model.isBusy());
        QVERIFY(changed.count() > 0);
        QTRY_VERIFY(model.rowAt(0));
        QCOMPARE(model.rowAt(0)->position, 1);
    }

    void refresh_askedForWhileBusyIsNotForgotten() {
        read(upTo(50));
        snapshot_->searchDelayMs = 20;
        DeadLetterTableModel model;
        const QAbstractItemModelTester tester(&model);
        model.setReader(reader());
        model.refresh();
        read(upTo(80));
        model.refresh();
        QTRY_VERIFY(!model.isBusy());
        QTRY_COMPARE(model.rowCount(), 80);
    }

    void sort_keepsSelectionById() {
        read(upTo(100));
        DeadLetterTableModel model;
        const QAbstractItemModelTester tester(&model);
        model.setReader(reader());
        QTRY_VERIFY(!model.isBusy());
        const QPersistentModelIndex current = model.index(41, 0);
        const qint64 id = model.idAt(41);
        model.sort(static_cast<int>(Column::Deaths), Qt::DescendingOrder);
        QTRY_VERIFY(!model.isBusy());
        QVERIFY(current.isValid());
        QCOMPARE(model.idAt(current.row()), id);
        QTRY_VERIFY(model.rowAt(0));
        QCOMPARE(model.rowAt(0)->facts.deaths, 4);
        model.sort(-1, Qt::AscendingOrder);
        QVERIFY(!model.isBusy());
    }

    void errors_areTold() {
        read(upTo(10));
        DeadLetterTableModel model;
        QSignalSpy failed(&model, &DeadLetterTableModel::failed);
        model.setReader(reader());
        QTRY_VERIFY(!model.isBusy());
        snapshot_->rowsError = Error{ErrorKind::Corrupt, QStringLiteral("The snapshot is damaged."), {}};
        QVERIFY(!model.rowAt(3));
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(model.error()->kind, ErrorKind::Corrupt);
        for (int i = 0; i < 10; ++i)
            QVERIFY(!model.rowAt(3));
        QTest::qWait(50);
        QCOMPARE(failed.count(), 1); // told once
        snapshot_->rowsError.reset();
        model.refresh();
        QTRY_VERIFY(!model.isBusy());
        QTRY_VERIFY(model.rowAt(3));
    }

    void dyingWhileBusy_isHarmless() {
        read(upTo(1000));
        snapshot_->searchDelayMs = 20;
        for (int i = 0; i < 10; ++i) {
            DeadLetterTableModel model;
            model.setReader(reader());
            QTest::qWait(i * 3);
            (void)model.rowAt(0);
        }
        QCoreApplication::processEvents();
    }

    // A view follows a reading of 100,000 messages; the event loop is never away for long.
    void eventLoop_staysFreeWhileMessagesStreamIn() {
        auto queue = std::make_shared<FakeQueue>();
        for (int i = 0; i < 100000; ++i)
            queue->ready.push_back(ParkedMessage{.id = QByteArray::number(i)}.message());
        SnapshotJob job(std::make_unique<FakeSource>(queue), snapshot_, {.expected = 100000, .quietMs = 100});
        DeadLetterTableModel model;
        model.setReader(reader());
        connect(&job, &SnapshotJob::progressChanged, &model, [&] {
            model.refresh();
            for (int row = std::max(0, model.rowCount() - 50); row < model.rowCount(); ++row)
                (void)idOf(model, row);
        });
        GapWatch watch;
        job.start();
        QTRY_COMPARE_WITH_TIMEOUT(job.state(), SnapshotJob::State::Finished, 120000);
        model.refresh();
        QTRY_VERIFY_WITH_TIMEOUT(!model.isBusy() && model.rowCount() == 100000, 120000);
        qInfo("longest gap of the event loop: %lld ms", watch.longest);
        QVERIFY2(watch.longest < GapWatch::most, qPrintable(QString::number(watch.longest)));
    }
};

QTEST_GUILESS_MAIN(TestDeadLetterTableModel)
#include "tst_deadlettertablemodel.moc"
