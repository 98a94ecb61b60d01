// What a plan says of receivers that do not keep what they are given.
#include "models/messaging/fingerprint.h"
#include "models/replay/replayplan.h"

#include <QRegularExpression>
#include <QTest>

using namespace signalbox;

class TestPlanBounds : public QObject {
    Q_OBJECT

    static QStringList warningsOf(const QueueBounds& bounds, bool deadLetters = false) {
        PlanContext context;
        context.source.name = QStringLiteral("dead");
        context.routing.known = true;
        context.routing.queues = {QStringLiteral("small"), QStringLiteral("dead")};
        context.routing.bounds = {bounds};
        if (deadLetters)
            context.routing.deadLetterEdges = {{QStringLiteral("small"), QStringLiteral("dlx"), {}, {}, {}}};
        PlanInput input;
        input.snapshotId = input.position = 1;
        input.message.body = "order 1";
        input.message.bodySize = input.message.body.size();
        input.fingerprint = fingerprintOf(input.message);
        ReplayPlan plan;
        plan.options.destination.kind = ReplayDestination::Kind::Queue;
        plan.options.destination.queue = QStringLiteral("small");
        planBatch(plan, context, std::span(&input, 1), {});
        return plan.warnings;
    }

private Q_SLOTS:
    void bounds_areTold_data() {
        QTest::addColumn<QueueBounds>("bounds");
        QTest::addColumn<bool>("deadLetters");
        QTest::addColumn<QString>("told"); // empty: nothing
        const QString small = QStringLiteral("small");
        QTest::newRow("length")
            << QueueBounds{small, -1, 5, -1, false} << false
            << QStringLiteral("Queue small holds at most 5 messages and drops the oldest when more come.");
        QTest::newRow("bytes, with a way out")
            << QueueBounds{small, -1, -1, 1000, false} << true
            << QStringLiteral(
                   "Queue small holds at most 1000 bytes and dead-letters the oldest when more come.");
        QTest::newRow("time") << QueueBounds{small, 5000, -1, -1, false} << false
                              << QStringLiteral("Queue small drops what nobody has taken within 5000 ms.");
        QTest::newRow("refuses more") << QueueBounds{small, -1, 5, -1, true} << false << QString();
        QTest::newRow("another queue")
            << QueueBounds{QStringLiteral("other"), 1, 1, 1, false} << false << QString();
    }
    void bounds_areTold() {
        QFETCH(QueueBounds, bounds);
        QFETCH(bool, deadLetters);
        QFETCH(QString, told);
        const QStringList warnings = warningsOf(bounds, deadLetters);
        if (told.isEmpty())
            QVERIFY2(!warnings.join(QLatin1Char('\n'))
                          .contains(QRegularExpression(QStringLiteral("holds|within"))),
                     qPrintable(warnings.join(QLatin1Char('\n'))));
        else
            QVERIFY2(warnings.contains(told), qPrintable(warnings.join(QLatin1Char('\n'))));
    }
};

QTEST_APPLESS_MAIN(TestPlanBounds)
#include "tst_planbounds.moc"
