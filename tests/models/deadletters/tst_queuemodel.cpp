// Queues as an item model: merged by name.
#include "models/deadletters/queuemodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <random>

using namespace signalbox;

namespace {

DeadLetterQueue queue(const QString& name, qint64 ready = 0) {
    DeadLetterQueue made;
    made.queue.ref.name = name;
    made.queue.ready = ready;
    return made;
}

DeadLetterQueue queue(const char* name, qint64 ready = 0) {
    return queue(QString::fromLatin1(name), ready);
}

QString listing(const QueueModel& model) {
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row)
        rows << QStringLiteral("%1 %2").arg(model.index(row, QueueModel::Name).data().toString(),
                                            model.index(row, QueueModel::Ready).data().toString());
    return rows.join(u'\n');
}

} // namespace

class TestQueueModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void queues_areListedByName() {
        QueueModel model;
        const QAbstractItemModelTester tester(&model);
        DeadLetterQueue dead = queue("b", 3);
        dead.queue.type = QueueType::Quorum;
        dead.queue.consumers = 2;
        dead.queue.publishRate = 1.5;
        dead.queue.policy = QStringLiteral("dead");
        dead.evidence = {DeadLetterEvidence::Kind::Edge, QStringLiteral("dead letters of a (argument)"), {}};
        model.update({queue("c"), dead, queue("a", 7), queue("a", 8)});
        QCOMPARE(listing(model), QStringLiteral("a 7\nb 3\nc 0"));
        QCOMPARE(model.rowOf(QStringLiteral("b")), 1);
        QCOMPARE(model.rowOf(QStringLiteral("bb")), -1);
        QVERIFY(!model.at(-1) && !model.at(3));
        const auto cell = [&](int column) { return model.index(1, column).data(); };
        QCOMPARE(cell(QueueModel::Type).toInt(), static_cast<int>(QueueType::Quorum));
        QCOMPARE(cell(QueueModel::Consumers).toInt(), 2);
        QCOMPARE(cell(QueueModel::InRate).toDouble(), 1.5);
        QCOMPARE(cell(QueueModel::Policy).toString(), QStringLiteral("dead"));
        QCOMPARE(cell(QueueModel::Evidence).toString(), QStringLiteral("dead letters of a (argument)"));
        QCOMPARE(model.index(1, 0).data(QueueModel::HoldsRole).toBool(), true);
        QCOMPARE(model.index(0, 0).data(QueueModel::HoldsRole).toBool(), false);
    }

    void update_keepsRowsThatStay() {
        QueueModel model;
        const QAbstractItemModelTester tester(&model);
        model.update({queue("b", 1), queue("d", 2), queue("f", 3)});
        const QPersistentModelIndex b = model.index(0, 0);
        const QPersistentModelIndex d = model.index(1, 0);
        const QPersistentModelIndex f = model.index(2, 0);
        QSignalSpy resets(&model, &QueueModel::modelReset);
        model.update({queue("a"), queue("b", 9), queue("c"), queue("f", 3), queue("g"), queue("h")});
        QCOMPARE(listing(model), QStringLiteral("a 0\nb 9\nc 0\nf 3\ng 0\nh 0"));
        QCOMPARE(b.row(), 1);
        QVERIFY(!d.isValid());
        QCOMPARE(f.row(), 3);
        QCOMPARE(resets.count(), 0);
        model.update({});
        QCOMPARE(model.rowCount(), 0);
    }

    void update_tellsOnlyWhatChanged() {
        QueueModel model;
        model.update({queue("a", 1), queue("b", 2), queue("c", 3)});
        QSignalSpy changes(&model, &QueueModel::dataChanged);
        model.update({queue("a", 1), queue("b", 2), queue("c", 3)});
        QCOMPARE(changes.count(), 0);
        model.update({queue("a", 1), queue("b", 5), queue("c", 3)});
        QCOMPARE(changes.count(), 1);
        QCOMPARE(changes.first().at(0).toModelIndex().row(), 1);
        QCOMPARE(changes.first().at(1).toModelIndex().row(), 1);
    }

    void anyChange_givesTheNewList() {
        QueueModel model;
        const QAbstractItemModelTester tester(&model);
        std::mt19937 random(7);
        for (int turn = 0; turn < 300; ++turn) {
            std::vector<DeadLetterQueue> queues;
            QStringList expected;
            for (int i = 0; i < 12; ++i) {
                if (random() % 2 == 0)
                    continue;
                const QString name = QStringLiteral("q%1").arg(i, 2, 10, QLatin1Char('0'));
                const auto ready = static_cast<qint64>(random() % 3);
                queues.push_back(queue(name, ready));
                expected << QStringLiteral("%1 %2").arg(name).arg(ready);
            }
            std::shuffle(queues.begin(), queues.end(), random);
            model.update(queues);
            QCOMPARE(listing(model), expected.join(u'\n'));
        }
    }
};

QTEST_GUILESS_MAIN(TestQueueModel)
#include "tst_queuemodel.moc"
