// What a plan in another order than the queue's may hold.
#include "models/replay/sendorder.h"

#include <QTest>

using namespace signalbox;

class TestSendOrder : public QObject {
    Q_OBJECT

    static ReplayPlan planOf(qint64 sendable, qint64 bytes, const char* order = "last_death desc") {
        ReplayPlan plan;
        plan.options.order = QString::fromLatin1(order);
        plan.source.name = QStringLiteral("dead");
        plan.sendable = sendable;
        plan.bytes = bytes;
        plan.items.resize(1);
        return plan;
    }

private Q_SLOTS:
    void asManyAsCanBeHeld_areFine() {
        QVERIFY(checkOrder(planOf(mostOrdered, mostOrderedBytes)));
        QCOMPARE(orderWarning(planOf(1, 1), false),
                 QStringLiteral("Sent by last_death, highest or latest first: all of them are taken and held "
                                "before the first one is sent."));
        QVERIFY(
            !orderWarning(planOf(1, 1), true).contains(QLatin1String("held"))); // a stream holds nothing back
        QVERIFY(orderWarning(planOf(0, 0), false).isEmpty());
        // The queue's order needs nothing held.
        QVERIFY(checkOrder(planOf(mostOrdered * 100, mostOrderedBytes * 100, "")));
        QVERIFY(orderWarning(planOf(1, 1, ""), false).isEmpty());
    }

    void more_isRefusedWithTheFigures() {
        const auto many = checkOrder(planOf(mostOrdered + 1, 5));
        QVERIFY(!many);
        QCOMPARE(many.error().kind, ErrorKind::Invalid);
        QVERIFY2(many.error().summary.contains(
                     QLatin1String("at most 10000 messages with 64 MiB, and these are 10001 with 1 MiB")),
                 qPrintable(many.error().summary));
        const auto large = checkOrder(planOf(2, mostOrderedBytes + 1));
        QVERIFY(!large);
        QVERIFY2(large.error().summary.contains(QLatin1String("these are 2 with 65 MiB")),
                 qPrintable(large.error().summary));
    }

    void sessions_keepTheirOwn() {
        ReplayPlan plan = planOf(1, 1);
        plan.items.front().session = QStringLiteral("a");
        const auto refused = checkOrder(plan);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Unsupported);
        QVERIFY2(refused.error().summary.startsWith(QLatin1String("dead has sessions")),
                 qPrintable(refused.error().summary));
        // A dead-letter queue has none, whatever its messages belonged to.
        plan.source.name = QStringLiteral("dead/$DeadLetterQueue");
        QVERIFY(checkOrder(plan));
    }
};

QTEST_APPLESS_MAIN(TestSendOrder)
#include "tst_sendorder.moc"
