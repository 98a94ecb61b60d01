#include "app/sql/database.h"

#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace signalbox;

class TestStatement : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> dir_;
    Database db_;

    Statement prepared(const char* sql) {
        auto statement = db_.prepare(sql);
        if (!statement)
            qFatal("%s", qPrintable(statement.error().detail));
        return std::move(*statement);
    }

private Q_SLOTS:
    void init() {
        dir_ = std::make_unique<QTemporaryDir>();
        auto db = Database::open(dir_->filePath(QStringLiteral("a.db")));
        QVERIFY(db);
        db_ = std::move(*db);
        QVERIFY(db_.execute("CREATE TABLE t (a, b, c, d, e)"));
    }
    void cleanup() { db_.close(); }

    void bind_roundTripsEveryKind() {
        const QByteArray blob("\0\x01\xff\0", 4);
        const QString text = QStringLiteral("gr\u00fc\u00df\u2603") + QChar(0) + QStringLiteral("x");
        Statement insert = prepared("INSERT INTO t VALUES (?, ?, ?, ?, ?)");
        QVERIFY(insert.bindAll(std::numeric_limits<qint64>::min(), 0.1, text, blob, nullptr).run());
        Statement select = prepared("SELECT * FROM t");
        QVERIFY(select.step().value());
        QCOMPARE(select.int64(0), std::numeric_limits<qint64>::min());
        QCOMPARE(select.real(1), 0.1);
        QCOMPARE(select.text(2), text);
        QCOMPARE(select.bytes(3), blob);
        QCOMPARE(select.view(3).size(), 4);
        QVERIFY(select.isNull(4));
        QVERIFY(!select.isNull(3));
        QVERIFY(!select.step().value());
    }

    void bind_emptyIsNotNull() {
        Statement insert = prepared("INSERT INTO t (a, b, c) VALUES (?, ?, ?)");
        QVERIFY(insert.bind(1, QString()).bindBlob(2, QByteArrayView()).bindText(3, QByteArrayView()).run());
        QCOMPARE(db_.words("SELECT typeof(a) || ',' || typeof(b) || ',' || typeof(c) FROM t").value(),
                 QStringLiteral("text,blob,text"));
    }

    void bind_outOfRangeIsToldByTheStep() {
        Statement insert = prepared("INSERT INTO t (a) VALUES (?)");
        const auto result = insert.bind(2, 5).run();
        QVERIFY(!result);
        QCOMPARE(result.error().kind, ErrorKind::Internal);
        QVERIFY(insert.bind(1, 5).run()); // usable again
        QCOMPARE(db_.number("SELECT COUNT(*) FROM t").value(), 1);
    }

    void run_clearsBindings() {
        Statement insert = prepared("INSERT INTO t (a) VALUES (?)");
        QVERIFY(insert.bind(1, 5).run());
        QVERIFY(insert.run());
        QCOMPARE(db_.number("SELECT COUNT(*) FROM t WHERE a IS NULL").value(), 1);
    }

    void step_aBrokenUniquenessRuleIsAConflict() {
        QVERIFY(db_.execute("CREATE TABLE u (a UNIQUE); INSERT INTO u VALUES (1)"));
        Statement insert = prepared("INSERT INTO u VALUES (?)");
        QCOMPARE(insert.bind(1, 1).run().error().kind, ErrorKind::Conflict);
        QVERIFY(insert.bind(1, 2).run());
    }

    void prepare_aSyntaxErrorIsInternal() {
        QCOMPARE(db_.prepare("SELEC 1").error().kind, ErrorKind::Internal);
    }

    void transaction_rollsBackUnlessCommitted() {
        {
            auto transaction = Transaction::begin(db_);
            QVERIFY(transaction);
            QVERIFY(db_.execute("INSERT INTO t (a) VALUES (1)"));
        }
        QCOMPARE(db_.number("SELECT COUNT(*) FROM t").value(), 0);
        {
            auto transaction = Transaction::begin(db_);
            QVERIFY(transaction);
            QVERIFY(db_.execute("INSERT INTO t (a) VALUES (1)"));
            QVERIFY(transaction->commit());
        }
        QCOMPARE(db_.number("SELECT COUNT(*) FROM t").value(), 1);
    }

    void transaction_aFullDiskRollsBackTheWhole() {
        QVERIFY(db_.execute("PRAGMA max_page_count = 8"));
        {
            auto transaction = Transaction::begin(db_);
            QVERIFY(transaction);
            QVERIFY(db_.execute("INSERT INTO t (a) VALUES (1)"));
            QCOMPARE(db_.execute("INSERT INTO t (a) VALUES (randomblob(200000))").error().kind,
                     ErrorKind::Storage);
        }
        QCOMPARE(db_.number("SELECT COUNT(*) FROM t").value(), 0);
        auto next = Transaction::begin(db_);
        QVERIFY(next);
        QVERIFY(db_.execute("INSERT INTO t (a) VALUES (1)"));
        QVERIFY(next->commit());
    }

    void transaction_immediateIsBusyWhileAnotherWrites() {
        Database::Options hasty;
        hasty.busyTimeoutMs = 20;
        auto other = Database::open(db_.file(), hasty);
        QVERIFY(other);
        auto mine = Transaction::begin(db_);
        QVERIFY(mine);
        QCOMPARE(Transaction::begin(*other).error().kind, ErrorKind::Busy);
        QVERIFY(Transaction::begin(*other, Transaction::Kind::Deferred)); // reading goes on
        mine->rollback();
        QVERIFY(Transaction::begin(*other));
    }

    void transaction_deferredSeesOneMoment() {
        auto other = Database::open(db_.file());
        QVERIFY(other);
        auto moment = Transaction::begin(*other, Transaction::Kind::Deferred);
        QVERIFY(moment);
        QCOMPARE(other->number("SELECT COUNT(*) FROM t").value(), 0);
        QVERIFY(db_.execute("INSERT INTO t (a) VALUES (1)"));
        QCOMPARE(other->number("SELECT COUNT(*) FROM t").value(), 0);
        QVERIFY(moment->commit());
        QCOMPARE(other->number("SELECT COUNT(*) FROM t").value(), 1);
    }
};

QTEST_GUILESS_MAIN(TestStatement)
#include "tst_statement.moc"
