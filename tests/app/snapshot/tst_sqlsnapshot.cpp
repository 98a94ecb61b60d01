// One snapshot file: reading in, merging a refresh, giving messages back, and what a crash leaves.
#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "models/messaging/amqp10.h"
#include "tests/support/fakeclock.h"
#include "tests/support/parkedmessage.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>
#include <thread>

using namespace signalbox;

namespace {

std::vector<SnapshotEntry> entries(const QList<QByteArray>& ids) {
    std::vector<SnapshotEntry> all;
    for (const QByteArray& id : ids)
        all.push_back({ParkedMessage{.id = id, .body = "{\"n\":\"" + id + "\"}"}.message(), -1});
    return all;
}

// "id:position" in queue order.
QStringList listing(Snapshot& snapshot, const SnapshotQuery& query = {}) {
    QStringList lines;
    SnapshotCursor cursor;
    while (!cursor.atEnd) {
        const auto page = snapshot.ids(query, cursor, 3);
        if (!page)
            return {page.error().summary};
        const auto rows = snapshot.rows(page->ids);
        if (!rows)
            return {rows.error().summary};
        for (const SnapshotRow& row : *rows)
            lines << QStringLiteral("%1:%2").arg(QString::fromUtf8(row.messageId)).arg(row.position);
        cursor = page->next;
    }
    return lines;
}

} // namespace

class TestSqlSnapshot : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    FakeClock clock_;
    std::unique_ptr<SqlSnapshotLibrary> library_;

    std::shared_ptr<Snapshot> open(const QString& name, bool keepBodies = true) {
        return library_
            ->openFor({QStringLiteral("c"), QStringLiteral("/"), name}, QStringLiteral("Test"),
                      QStringLiteral("classic"), keepBodies)
            .value_or(nullptr);
    }
    static void read(Snapshot& snapshot, const QList<QByteArray>& ids, bool whole = true) {
        QVERIFY(snapshot.beginReading().has_value());
        QVERIFY(snapshot.append(entries(ids)).has_value());
        QVERIFY(snapshot.finish(whole, QStringLiteral("end of queue")).has_value());
    }
    QString fileOf(const Snapshot& snapshot) const {
        return folder_.path() + QStringLiteral("/snapshots/") + snapshot.info().id +
               QStringLiteral(".snapshot");
    }

private Q_SLOTS:
    void init() {
        library_ = std::make_unique<SqlSnapshotLibrary>(folder_.path() + QStringLiteral("/snapshots"),
                                                        parkedFacts, clock_);
    }

    void message_comesBackByteExact() {
        const auto snapshot = open(QStringLiteral("exact"));
        Message message = ParkedMessage{.id = "m1", .body = QByteArray("\x00\xff binary", 9)}.message();
        message.redelivered = true;
        message.properties.priority = 7;
        setHeader(*message.properties.headers, "table",
                  HeaderValue::table({{"flag", HeaderValue::boolean(true)}}));
        const std::vector<SnapshotEntry> one{{message, -1}};
        QVERIFY(snapshot->beginReading().has_value());
        QVERIFY(snapshot->append(one).has_value());
        QVERIFY(snapshot->finish(true, {}).has_value());
        const auto ids = snapshot->ids({}, {}, 10);
        QVERIFY(ids.has_value());
        QCOMPARE(ids->ids.size(), std::size_t(1));
        const auto back = snapshot->message(ids->ids.front());
        QVERIFY(back.has_value());
        QVERIFY(*back == message);
        const auto rows = snapshot->rows(ids->ids);
        QVERIFY(rows.has_value());
        QCOMPARE(rows->front().fingerprint, fingerprintOf(message));
        QCOMPARE(rows->front().size, 9);
        QCOMPARE(rows->front().facts, parkedFacts(message));
        QVERIFY(rows->front().redelivered);
    }

    void deathHeaders_areRemembered() {
        auto snapshot = open(QStringLiteral("dead"));
        QVERIFY(!snapshot->info().hasDeaths);
        QVERIFY(parkedFacts(entries({"a"}).front().message).deaths > 0);
        read(*snapshot, {"a"});
        QVERIFY(snapshot->info().hasDeaths);
        const QString id = snapshot->info().id;
        snapshot.reset();
        init();
        QVERIFY((*library_->open(id))->info().hasDeaths);
    }

    void reading_isWholeOnlyAfterFinish() {
        const auto snapshot = open(QStringLiteral("whole"));
        QVERIFY(!snapshot->info().whole);
        QVERIFY(snapshot->beginReading().has_value());
        QVERIFY(snapshot->append(entries({"a", "b"})).has_value());
        QVERIFY(!snapshot->info().whole);
        QCOMPARE(snapshot->info().count, 2);
        QCOMPARE(listing(*snapshot),
                 (QStringList{QStringLiteral("a:1"), QStringLiteral("b:2")})); // seen while it is read
        QVERIFY(snapshot->append(entries({"c"})).has_value());
        QCOMPARE(listing(*snapshot).size(), 3);
        QVERIFY(snapshot->finish(true, QStringLiteral("end of queue")).has_value());
        QVERIFY(snapshot->info().whole);
        QCOMPARE(snapshot->info().endReason, QStringLiteral("end of queue"));
        QCOMPARE(snapshot->info().takenAt, clock_.now());
        QCOMPARE(listing(*snapshot).size(), 3);
    }

    void reading_thatDiedIsNotWhole() {
        auto snapshot = open(QStringLiteral("died"));
        read(*snapshot, {"a"});
        QVERIFY(snapshot->info().whole);
        QVERIFY(snapshot->beginReading().has_value());
        QVERIFY(snapshot->append(entries({"a", "b"})).has_value());
        const QString id = snapshot->info().id;
        snapshot.reset(); // as a crash leaves it
        init();
        snapshot = library_->open(id).value_or(nullptr);
        QVERIFY(snapshot);
        QVERIFY(!snapshot->info().whole);
        QVERIFY(snapshot->info().endReason.contains(QStringLiteral("interrupted")));
        QCOMPARE(snapshot->info().count, 2);
        // The words of the dead reading are found all the same, before and after the next one.
        SnapshotQuery query;
        query.text = QStringLiteral("b");
        QCOMPARE(listing(*snapshot, query), QStringList{QStringLiteral("b:2")});
        read(*snapshot, {"a", "b"});
        QCOMPARE(listing(*snapshot, query), QStringList{QStringLiteral("b:2")});
    }

    void refresh_keepsIdsAndDropsWhatIsGone() {
        const auto snapshot = open(QStringLiteral("refresh"));
        read(*snapshot, {"a", "b", "c", "d"});
        const auto before = snapshot->ids({}, {}, 10);
        clock_.advanceSeconds(60);
        read(*snapshot, {"b", "x", "d", "y"});
        QCOMPARE(listing(*snapshot), (QStringList{QStringLiteral("b:1"), QStringLiteral("x:2"),
                                                  QStringLiteral("d:3"), QStringLiteral("y:4")}));
        const auto after = snapshot->ids({}, {}, 10);
        QCOMPARE(after->ids.at(0), before->ids.at(1));
        QCOMPARE(after->ids.at(2), before->ids.at(3));
        QVERIFY(after->ids.at(1) > before->ids.at(3));
        QCOMPARE(snapshot->info().count, 4);
        QCOMPARE(snapshot->info().takenAt, clock_.now());
        const auto gone = snapshot->message(before->ids.at(0));
        QVERIFY(!gone.has_value());
        QCOMPARE(gone.error().kind, ErrorKind::NotFound);
        SnapshotQuery query;
        query.text = QStringLiteral("a"); // still in the index, but not in the snapshot
        QCOMPARE(listing(*snapshot, query), QStringList());
    }

    void refresh_thatWasCutShortDropsNothing() {
        const auto snapshot = open(QStringLiteral("cut"));
        read(*snapshot, {"a", "b", "c"});
        read(*snapshot, {"b", "x"}, false);
        QCOMPARE(listing(*snapshot), (QStringList{QStringLiteral("b:1"), QStringLiteral("x:2"),
                                                  QStringLiteral("a:3"), QStringLiteral("c:5")}));
        QVERIFY(!snapshot->info().whole);
    }

    void twins_areToldApart() {
        const auto snapshot = open(QStringLiteral("twins"));
        read(*snapshot, {"t", "t", "u", "t"});
        const auto first = snapshot->ids({}, {}, 10);
        const auto rows = snapshot->rows(first->ids);
        QCOMPARE(rows->at(0).occurrence, 0);
        QCOMPARE(rows->at(1).occurrence, 1);
        QCOMPARE(rows->at(3).occurrence, 2);
        QCOMPARE(rows->at(0).fingerprint, rows->at(3).fingerprint);
        QVERIFY(snapshot->twins() == (std::map<Fingerprint, int>{{rows->at(0).fingerprint, 3}}));
        read(*snapshot, {"t", "u", "t"});
        QVERIFY(snapshot->twins() == (std::map<Fingerprint, int>{{rows->at(0).fingerprint, 2}}));
        const auto second = snapshot->ids({}, {}, 10);
        QCOMPARE(second->ids, (std::vector<qint64>{first->ids[0], first->ids[2], first->ids[1]}));
    }

    void refresh_renewsVolatileHeaders() {
        const auto snapshot = open(QStringLiteral("volatile"));
        Message message = ParkedMessage{.id = "q"}.message();
        for (const int count : {1, 2}) {
            setHeader(*message.properties.headers, "x-delivery-count", HeaderValue::int64(count));
            message.redelivered = count > 1;
            const std::vector<SnapshotEntry> one{{message, -1}};
            QVERIFY(snapshot->beginReading().has_value());
            QVERIFY(snapshot->append(one).has_value());
            QVERIFY(snapshot->finish(true, {}).has_value());
        }
        const auto ids = snapshot->ids({}, {}, 10);
        QCOMPARE(ids->ids.size(), std::size_t(1));
        const auto back = snapshot->message(ids->ids.front());
        QVERIFY2(back.has_value(), back ? "" : qPrintable(back.error().summary));
        QVERIFY(*back == message);
    }

    // Of Service Bus: how often a message was delivered, and that it is deferred by now.
    void refresh_renewsCountAndStateOfAmqp10() {
        const auto snapshot = open(QStringLiteral("counted"));
        Message message = ParkedMessage{.id = "q"}.message();
        for (const int count : {0, 9}) {
            HeaderTable annotations{{"x-opt-sequence-number", HeaderValue::int64(7)}};
            if (count > 0)
                annotations.push_back({"x-opt-message-state", HeaderValue::int64(1)});
            message.properties.amqp10 = HeaderTable{{amqp10::deliveryCount, HeaderValue::int64(count)},
                                                    {amqp10::annotations, HeaderValue::table(annotations)}};
            const std::vector<SnapshotEntry> one{{message, 7}};
            QVERIFY(snapshot->beginReading().has_value());
            QVERIFY(snapshot->append(one).has_value());
            QVERIFY(snapshot->finish(true, {}).has_value());
        }
        const auto ids = snapshot->ids({}, {}, 10);
        QCOMPARE(ids->ids.size(), std::size_t(1));
        const auto back = snapshot->message(ids->ids.front());
        QVERIFY2(back.has_value(), back ? "" : qPrintable(back.error().summary));
        QVERIFY(*back == message);
    }

    void streams_keepTheirOffsets() {
        const auto snapshot = open(QStringLiteral("stream"));
        const auto readFrom = [&](qint64 offset, const QList<QByteArray>& ids, bool whole) {
            auto batch = entries(ids);
            for (SnapshotEntry& entry : batch)
                entry.streamOffset = offset++;
            QVERIFY(snapshot->beginReading().has_value());
            QVERIFY(snapshot->append(batch).has_value());
            QVERIFY(snapshot->finish(whole, {}).has_value());
        };
        readFrom(0, {"a", "b", "c"}, true);
        readFrom(2, {"c", "d"}, false);
        QCOMPARE(listing(*snapshot), (QStringList{QStringLiteral("a:0"), QStringLiteral("b:1"),
                                                  QStringLiteral("c:2"), QStringLiteral("d:3")}));
    }

    void bodies_areNotKeptIfAskedFor() {
        const auto snapshot = open(QStringLiteral("bare"), false);
        const std::vector<SnapshotEntry> one{
            {ParkedMessage{.id = "m", .body = "{\"secret\":\"s3cretword\"}"}.message(), -1}};
        QVERIFY(snapshot->beginReading().has_value());
        QVERIFY(snapshot->append(one).has_value());
        QVERIFY(snapshot->finish(true, {}).has_value());
        QVERIFY(!snapshot->info().bodiesKept);
        const auto ids = snapshot->ids({}, {}, 10);
        const auto back = snapshot->message(ids->ids.front());
        QVERIFY(back.has_value());
        QVERIFY(!back->bodyComplete);
        QVERIFY(back->body.isEmpty());
        QCOMPARE(back->bodySize, one.front().message.bodySize);
        QVERIFY(back->properties == one.front().message.properties);
        QVERIFY(!snapshot->rows(ids->ids)->front().bodyComplete);
        QCOMPARE(snapshot->rows(ids->ids)->front().fingerprint, fingerprintOf(one.front().message));
        QFile file(fileOf(*snapshot));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("s3cretword"));
        read(*snapshot, {"n"});
    }

    void message_thatWasDamagedIsRefused() {
        const auto snapshot = open(QStringLiteral("damaged"));
        read(*snapshot, {"a"});
        auto db = Database::open(fileOf(*snapshot));
        QVERIFY(db.has_value());
        QVERIFY(db->execute("UPDATE content SET body = 'other'").has_value());
        const auto message = snapshot->message(snapshot->ids({}, {}, 1)->ids.front());
        QVERIFY(!message.has_value());
        QCOMPARE(message.error().kind, ErrorKind::Corrupt);
    }

    void reading_isOneAtATime() {
        const auto snapshot = open(QStringLiteral("one"));
        QVERIFY(snapshot->beginReading().has_value());
        const auto again = snapshot->beginReading();
        QCOMPARE(again.error().kind, ErrorKind::Conflict);
        // A second program on the same file.
        SqlSnapshotLibrary other(folder_.path() + QStringLiteral("/snapshots"), parkedFacts, clock_);
        const auto there = other.open(snapshot->info().id);
        QVERIFY(there.has_value());
        QCOMPARE((*there)->beginReading().error().kind, ErrorKind::Conflict);
        QVERIFY(snapshot->append(entries({"a"})).has_value());
        QVERIFY(snapshot->finish(true, {}).has_value());
        QVERIFY((*there)->beginReading().has_value());
        QVERIFY((*there)->append(entries({"a", "b"})).has_value());
        QVERIFY((*there)->finish(true, {}).has_value());
        QCOMPARE(listing(*snapshot).size(), 2); // and the first program sees it
    }

    void append_withoutBeginIsRefused() {
        const auto snapshot = open(QStringLiteral("order"));
        QCOMPARE(snapshot->append(entries({"a"})).error().kind, ErrorKind::Internal);
        QCOMPARE(snapshot->finish(true, {}).error().kind, ErrorKind::Internal);
        QVERIFY(snapshot->beginReading().has_value());
        QVERIFY(snapshot->append({}).has_value());
    }

    void groups_countWhatIsThere() {
        const auto snapshot = open(QStringLiteral("groups"));
        std::vector<SnapshotEntry> batch;
        for (int i = 0; i < 30; ++i) {
            batch.push_back({ParkedMessage{.id = QByteArray::number(i),
                                           .error = "Timeout after " + QByteArray::number(i) + " s",
                                           .diedAt = 1700000000 + i}
                                 .message(),
                             -1});
        }
        for (int i = 0; i < 5; ++i)
            batch.push_back(
                {ParkedMessage{.id = "x" + QByteArray::number(i), .reason = "expired"}.message(), -1});
        QVERIFY(snapshot->beginReading().has_value());
        QVERIFY(snapshot->append(batch).has_value());
        QCOMPARE(snapshot->groups({})->size(), std::size_t(2)); // kept up while it is read
        QVERIFY(snapshot->finish(true, {}).has_value());
        const auto groups = snapshot->groups({});
        QCOMPARE(groups->at(0).count, 30);
        QCOMPARE(groups->at(0).title, QStringLiteral("Timeout after <n> s"));
        QCOMPARE(groups->at(0).firstSeen.toSecsSinceEpoch(), 1700000000);
        QCOMPARE(groups->at(0).lastSeen.toSecsSinceEpoch(), 1700000029);
        QCOMPARE(groups->at(1).count, 5);
        QVERIFY(!groups->at(1).firstSeen.isValid());
        SnapshotQuery query;
        query.groupId = groups->at(1).id;
        QCOMPARE(*snapshot->count(query), 5);
        batch.resize(10); // the rest is gone
        QVERIFY(snapshot->beginReading().has_value());
        QVERIFY(snapshot->append(batch).has_value());
        QVERIFY(snapshot->finish(true, {}).has_value());
        QCOMPARE(snapshot->groups({})->size(), std::size_t(1));
        QCOMPARE(snapshot->groups({})->at(0).count, 10);
        QCOMPARE(snapshot->groups({})->at(0).id, groups->at(0).id);
        QCOMPARE(snapshot->groups({})->at(0).lastSeen.toSecsSinceEpoch(), 1700000009);
    }

    void interrupt_endsASearch() {
        const auto snapshot = open(QStringLiteral("interrupt"));
        QVERIFY(snapshot->beginReading().has_value());
        for (int i = 0; i < 20; ++i) {
            std::vector<SnapshotEntry> batch;
            for (int j = 0; j < 1000; ++j)
                batch.push_back(
                    {ParkedMessage{.id = QByteArray::number(i * 1000 + j), .body = "{\"a\":{\"b\":[1,2,3]}}"}
                         .message(),
                     -1});
            QVERIFY(snapshot->append(batch).has_value());
        }
        SnapshotQuery query;
        query.where = *Where::parse(QStringLiteral("body.a.b[*] = 7"));
        std::atomic<bool> over = false;
        Result<qint64> counted = 0;
        std::thread searching([&] {
            counted = snapshot->count(query);
            over = true;
        });
        while (!over) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            snapshot->interrupt();
        }
        searching.join();
        QVERIFY(!counted.has_value());
        QCOMPARE(counted.error().kind, ErrorKind::Cancelled);
        QCOMPARE(snapshot->count(query).value_or(-1), 0); // the next one is not touched
        // A page of such a search comes soon, even if it found nothing yet.
        const auto page = snapshot->ids(query, {}, 100);
        QVERIFY(page.has_value());
        QVERIFY(page->ids.empty());
        QVERIFY(snapshot->finish(true, {}).has_value());
    }

    void files_arePrivate() {
        const auto snapshot = open(QStringLiteral("private"));
        QVERIFY(snapshot->beginReading().has_value());
        QVERIFY(snapshot->append(entries({"a"})).has_value());
        const QFile::Permissions others =
            QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
        for (const QString& end : {QString(), QStringLiteral("-wal"), QStringLiteral("-shm")}) {
            const QString file = fileOf(*snapshot) + end;
            QVERIFY2(QFile::exists(file), qPrintable(file));
            QVERIFY2(!(QFile::permissions(file) & others), qPrintable(file));
        }
        QVERIFY(!(QFile::permissions(folder_.path() + QStringLiteral("/snapshots")) &
                  (others | QFile::ExeOther)));
        QVERIFY(snapshot->finish(true, {}).has_value());
    }
};

QTEST_GUILESS_MAIN(TestSqlSnapshot)
#include "tst_sqlsnapshot.moc"
