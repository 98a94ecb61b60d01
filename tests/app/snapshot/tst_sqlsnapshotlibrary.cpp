// The folder of snapshots: one per queue, listed, opened again, removed, pruned; damaged and newer files.
#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "tests/support/fakeclock.h"
#include "tests/support/parkedmessage.h"

#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;

class TestSqlSnapshotLibrary : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> folder_;
    FakeClock clock_;
    std::unique_ptr<SqlSnapshotLibrary> library_;

    std::shared_ptr<Snapshot> make(const QString& queue) {
        return library_
            ->openFor({QStringLiteral("c1"), QStringLiteral("/"), queue}, QStringLiteral("Prod"),
                      QStringLiteral("quorum"), true)
            .value_or(nullptr);
    }
    QString fileOf(const QString& id) const {
        return folder_->path() + u'/' + id + QStringLiteral(".snapshot");
    }

private Q_SLOTS:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        library_ = std::make_unique<SqlSnapshotLibrary>(folder_->path(), parkedFacts, clock_);
    }

    void openFor_makesOnePerQueue() {
        const auto first = make(QStringLiteral("a"));
        QVERIFY(first);
        QCOMPARE(make(QStringLiteral("a")), first);
        QVERIFY(make(QStringLiteral("b")) != first);
        const SnapshotInfo info = first->info();
        QCOMPARE(info.source, (EntityRef{QStringLiteral("c1"), QStringLiteral("/"), QStringLiteral("a")}));
        QCOMPARE(info.connectionName, QStringLiteral("Prod"));
        QCOMPARE(info.queueType, QStringLiteral("quorum"));
        QVERIFY(!info.whole);
        // Parts are told apart: "a" + "bc" is not "ab" + "c".
        const auto left = library_->openFor({QStringLiteral("x"), QStringLiteral("yz"), {}}, {}, {}, true);
        const auto right = library_->openFor({QStringLiteral("xy"), QStringLiteral("z"), {}}, {}, {}, true);
        QVERIFY((*left)->info().id != (*right)->info().id);
    }

    void list_isNewestFirst() {
        QVERIFY(library_->list()->empty());
        (void)make(QStringLiteral("old"));
        clock_.advanceSeconds(10);
        const auto newer = make(QStringLiteral("new")); // in use
        const auto all = library_->list();
        QCOMPARE(all->size(), std::size_t(2));
        QCOMPARE(all->at(0).source.name, QStringLiteral("new"));
        QCOMPARE(all->at(1).source.name, QStringLiteral("old"));
    }

    void open_findsWhatWasKept() {
        const QString id = make(QStringLiteral("a"))->info().id;
        const auto again = library_->open(id);
        QVERIFY(again.has_value());
        QCOMPARE((*again)->info().source.name, QStringLiteral("a"));
        for (const QString& wrong :
             {QStringLiteral("0123"), QStringLiteral("../x"), QString(), QStringLiteral("A")})
            QCOMPARE(library_->open(wrong).error().kind, ErrorKind::NotFound);
    }

    void remove_refusesWhatIsInUse() {
        auto snapshot = make(QStringLiteral("a"));
        const QString id = snapshot->info().id;
        QCOMPARE(library_->remove(id).error().kind, ErrorKind::Busy);
        snapshot.reset();
        QVERIFY(library_->remove(id).has_value());
        QCOMPARE(QDir(folder_->path()).entryList(QDir::Files), QStringList());
        QCOMPARE(library_->remove(id).error().kind, ErrorKind::NotFound);
        QCOMPARE(library_->remove(QStringLiteral("../../x")).error().kind, ErrorKind::NotFound);
    }

    void prune_removesOldOnes() {
        (void)make(QStringLiteral("old"));
        const auto busy = make(QStringLiteral("old and in use"));
        clock_.advanceSeconds(100);
        (void)make(QStringLiteral("new"));
        QCOMPARE(library_->prune(clock_.now().addSecs(-50)).value_or(-1), 1);
        QCOMPARE(library_->list()->size(), std::size_t(2));
    }

    void openFor_replacesDamagedFiles() {
        const QString id = make(QStringLiteral("a"))->info().id;
        for (const QByteArray& junk :
             {QByteArray("not a database at all, but long enough to be read as one").repeated(20),
              QByteArray(8192, '\0')}) {
            QFile file(fileOf(id));
            QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
            file.write(junk);
            file.close();
            QCOMPARE(library_->open(id).error().kind, ErrorKind::Corrupt);
            QVERIFY(library_->list().has_value());
            const auto fresh = make(QStringLiteral("a"));
            QVERIFY(fresh);
            QCOMPARE(fresh->info().count, 0);
        }
    }

    void newerFiles_areLeftAlone() {
        const QString id = make(QStringLiteral("a"))->info().id;
        {
            auto db = Database::open(fileOf(id));
            QVERIFY(db.has_value() && db->execute("PRAGMA user_version=99").has_value());
        }
        QCOMPARE(library_->open(id).error().kind, ErrorKind::TooNew);
        QCOMPARE(
            library_->openFor({QStringLiteral("c1"), QStringLiteral("/"), QStringLiteral("a")}, {}, {}, true)
                .error()
                .kind,
            ErrorKind::TooNew);
        QVERIFY(QFile::exists(fileOf(id)));
    }

    // They cannot tell when they were taken, but hold bodies all the same.
    void prune_takesUnreadableFilesByTheirTime() {
        const QString damaged = make(QStringLiteral("damaged"))->info().id;
        const QString newer = make(QStringLiteral("newer"))->info().id;
        const QString recent = make(QStringLiteral("recent"))->info().id;
        {
            auto db = Database::open(fileOf(newer));
            QVERIFY(db.has_value() && db->execute("PRAGMA user_version=99").has_value());
        }
        const QDateTime now = QDateTime::currentDateTimeUtc();
        for (const QString& id : {damaged, newer, recent}) {
            QFile file(fileOf(id));
            QVERIFY(file.open(QIODevice::ReadWrite));
            if (id != newer)
                QVERIFY(file.resize(0) && file.write("no database") > 0);
            file.close();
            QFile::remove(fileOf(id) + QStringLiteral("-wal"));
            QVERIFY(file.open(QIODevice::ReadWrite));
            QVERIFY(
                file.setFileTime(id == recent ? now : now.addDays(-20), QFileDevice::FileModificationTime));
        }
        QCOMPARE(library_->prune(now.addDays(-14)).value_or(-1), 2);
        QVERIFY(!QFile::exists(fileOf(damaged)));
        QVERIFY(!QFile::exists(fileOf(newer)));
        QVERIFY(QFile::exists(fileOf(recent)));
    }

    void version1_isRenewed() {
        const QString id = make(QStringLiteral("a"))->info().id;
        {
            auto db = Database::open(fileOf(id));
            QVERIFY(db.has_value());
            QVERIFY(db->execute("ALTER TABLE snapshot DROP COLUMN unseen_readings; PRAGMA user_version=1")
                        .has_value());
        }
        const auto snapshot = library_->open(id);
        QVERIFY2(snapshot.has_value(), snapshot ? "" : qPrintable(snapshot.error().summary));
        QCOMPARE((*snapshot)->info().source.name, QStringLiteral("a"));
        QCOMPARE((*snapshot)->info().unseenReadings, 0);
    }

    // Counted from the moment the queue is open until its messages are stored, also when nobody ends the
    // reading.
    void unseenReading_isRemembered() {
        auto snapshot = make(QStringLiteral("a"));
        const QString id = snapshot->info().id;
        const SnapshotEntry entry{ParkedMessage{.id = "1"}.message(), -1};
        QVERIFY(snapshot->beginReading() && snapshot->noteOpened(QStringLiteral("quorum")));
        QVERIFY(snapshot->append(std::span(&entry, 1)) && snapshot->finish(true, QStringLiteral("end")));
        QCOMPARE(snapshot->info().unseenReadings, 0);
        QVERIFY(snapshot->beginReading() && snapshot->noteOpened(QStringLiteral("stream")));
        snapshot.reset(); // as after a crash
        snapshot = library_->open(id).value_or(nullptr);
        QVERIFY(snapshot);
        QCOMPARE(snapshot->info().unseenReadings, 1);
        QCOMPARE(snapshot->info().queueType, QStringLiteral("stream")); // as the broker told it last
        QVERIFY(snapshot->beginReading() && snapshot->noteOpened(QStringLiteral("quorum")));
        QCOMPARE(snapshot->info().unseenReadings, 2);
        QVERIFY(snapshot->append(std::span(&entry, 1)).has_value());
        QCOMPARE(snapshot->info().unseenReadings, 0);
    }

    void folder_thatCannotBeMadeIsAnError() {
        QFile file(folder_->path() + QStringLiteral("/file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        SqlSnapshotLibrary library(file.fileName() + QStringLiteral("/sub"), parkedFacts, clock_);
        const auto snapshot = library.openFor({}, {}, {}, true);
        QCOMPARE(snapshot.error().kind, ErrorKind::Storage);
        QVERIFY(library.list()->empty());
    }
};

QTEST_GUILESS_MAIN(TestSqlSnapshotLibrary)
#include "tst_sqlsnapshotlibrary.moc"
