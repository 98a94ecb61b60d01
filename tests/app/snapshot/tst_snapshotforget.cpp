// What a snapshot keeps of messages that were removed since it was read, and the order of what is equal.
#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "tests/support/fakeclock.h"
#include "tests/support/parkedmessage.h"

#include <QTemporaryDir>
#include <QTest>
#include <set>

using namespace signalbox;

class TestSnapshotForget : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    FakeClock clock_;
    std::unique_ptr<SqlSnapshotLibrary> library_;
    std::shared_ptr<Snapshot> snapshot_;

    static SnapshotEntry entry(const QByteArray& id, const QByteArray& body = "body") {
        return {ParkedMessage{.id = id, .body = body}.message(), -1};
    }
    void read(const QList<QByteArray>& ids, bool whole = true) {
        std::vector<SnapshotEntry> all;
        for (const QByteArray& id : ids)
            all.push_back(entry(id));
        QVERIFY(snapshot_->beginReading() && snapshot_->append(all) && snapshot_->finish(whole, {}));
    }
    QString ids(const SnapshotQuery& query = {}) {
        QStringList found;
        SnapshotCursor cursor;
        while (!cursor.atEnd) {
            const auto page = snapshot_->ids(query, cursor, 2);
            if (!page)
                return page.error().summary;
            const auto rows = snapshot_->rows(page->ids);
            for (const SnapshotRow& row : *rows)
                found << QString::fromUtf8(row.messageId);
            cursor = page->next;
        }
        return found.join(QLatin1Char(' '));
    }
    // As the journal answers when `count` of each of these have gone: the first are named.
    static RemovedByAsk gone(const QList<QByteArray>& names, int count = 1) {
        std::set<Fingerprint> prints;
        for (const QByteArray& name : names)
            prints.insert(fingerprintOf(entry(name).message));
        return [prints, count](std::span<const ReadMessage> messages) {
            std::vector<QString> runs;
            for (const ReadMessage& message : messages)
                runs.push_back(prints.contains(message.fingerprint) && message.occurrence < count
                                   ? QStringLiteral("run")
                                   : QString());
            return Result<std::vector<QString>>(runs);
        };
    }

private Q_SLOTS:
    void init() {
        library_ = std::make_unique<SqlSnapshotLibrary>(folder_.path() + QStringLiteral("/snapshots"),
                                                        parkedFacts, clock_);
        snapshot_ = *library_->openFor({QStringLiteral("c"), {}, QLatin1String(QTest::currentTestFunction())},
                                       {}, QStringLiteral("classic"), true);
    }

    // A reading in part does not meet what stands behind it: what had gone before does not come back by that.
    void removedOnes_goBeforeAReadingInPart() {
        read({"a", "b", "c", "d"});
        QVERIFY(snapshot_->forgetRemoved(gone({"b", "d"})));
        QCOMPARE(ids(), QStringLiteral("a c"));
        QCOMPARE(snapshot_->info().count, 2);
        QCOMPARE(snapshot_->groups({})->front().count, 2);
        read({"a"}, false);
        QCOMPARE(ids(), QStringLiteral("a c"));
        read({"a", "c", "e"});
        QCOMPARE(ids(), QStringLiteral("a c e"));
    }

    // Of equal ones as many are left as there are, also where a reading in part meets some of them.
    void equalOnes_stayAsManyAsThereAre() {
        read({"a", "t", "t", "b", "t", "t"});
        QVERIFY(snapshot_->forgetRemoved(gone({"t"}, 3)));
        QCOMPARE(ids(), QStringLiteral("a t b"));
        read({"a", "t"}, false);
        QCOMPARE(ids(), QStringLiteral("a t b"));
    }

    void whatCannotBeAsked_changesNothing() {
        read({"a", "b"});
        const auto refused = snapshot_->forgetRemoved([](auto) {
            return Result<std::vector<QString>>(failure(ErrorKind::Storage, QStringLiteral("disk")));
        });
        QVERIFY(!refused);
        QCOMPARE(ids(), QStringLiteral("a b"));
        QVERIFY(snapshot_->forgetRemoved(gone({"x"})));
        QCOMPARE(ids(), QStringLiteral("a b"));
        read({"b"});
        QCOMPARE(ids(), QStringLiteral("b"));
    }

    void searches_followAfterwards() {
        read({"a", "b", "c"});
        SnapshotQuery words;
        words.text = QStringLiteral("body");
        QCOMPARE(ids(words), QStringLiteral("a b c"));
        QVERIFY(snapshot_->forgetRemoved(gone({"a"})));
        QCOMPARE(ids(words), QStringLiteral("b c"));
        words.sort = Column::MessageId;
        words.descending = true;
        QCOMPARE(ids(words), QStringLiteral("c b"));
    }

    void equalInAColumn_staysInQueueOrder_data() {
        QTest::addColumn<int>("column");
        QTest::addColumn<bool>("down");
        QTest::addColumn<QString>("order");
        QTest::newRow("size") << int(Column::Size) << false << "b d a c";
        QTest::newRow("size, downwards") << int(Column::Size) << true << "a c b d";
        QTest::newRow("reason, downwards") << int(Column::Reason) << true << "b d a c";
        QTest::newRow("error, downwards") << int(Column::ExceptionText) << true << "b d a c";
        QTest::newRow("flag, downwards") << int(Column::Redelivered) << true << "b d a c";
        QTest::newRow("message id, downwards") << int(Column::MessageId) << true << "d c b a";
        QTest::newRow("the queue's, backwards") << int(Column::Position) << true << "c a d b";
    }
    void equalInAColumn_staysInQueueOrder() {
        QFETCH(int, column);
        QFETCH(bool, down);
        QFETCH(QString, order);
        // Read in one order, then met in another: rows keep their ids, so that ids are no queue order.
        for (const QList<QByteArray>& pass :
             {QList<QByteArray>{"a", "b", "c", "d"}, QList<QByteArray>{"b", "d", "a", "c"}}) {
            std::vector<SnapshotEntry> all;
            for (const QByteArray& id : pass)
                all.push_back(entry(id, id == "a" || id == "c" ? "longer body" : "body"));
            QVERIFY(snapshot_->beginReading() && snapshot_->append(all) && snapshot_->finish(true, {}));
        }
        SnapshotQuery query;
        query.sort = static_cast<Column>(column);
        query.descending = down;
        query.tiesAsInQueue = true;
        QCOMPARE(ids(query), order);
    }
};

QTEST_GUILESS_MAIN(TestSnapshotForget)
#include "tst_snapshotforget.moc"
