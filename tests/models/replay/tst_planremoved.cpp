// What a run has taken from the queue since the reading cannot be sent or deleted again.
#include "models/replay/replayplan.h"

#include <QTest>

using namespace signalbox;

class TestPlanRemoved : public QObject {
    Q_OBJECT

    const QDateTime readAt_ = QDateTime(QDate(2026, 11, 26), QTime(10, 0), Qt::UTC);

    // Two equal messages; the journal remembers `removals` of their kind.
    ReplayPlan planned(RunKind kind, const std::vector<JournalMemory::Removal>& removals) const {
        PlanContext context;
        context.kind = kind;
        context.runId = QStringLiteral("now");
        context.source.name = QStringLiteral("dead");
        context.readAt = readAt_;
        context.routing.known = false;
        ReplayPlan plan;
        plan.options.destination.kind = ReplayDestination::Kind::Queue;
        plan.options.destination.queue = QStringLiteral("billing");
        plan.options.allowRepeat = true;
        std::vector<PlanInput> twins(2);
        for (int i = 0; i < 2; ++i) {
            PlanInput& input = twins[static_cast<std::size_t>(i)];
            input.position = i + 1;
            input.occurrence = i;
            input.message.body = "same";
            input.message.bodySize = 4;
            input.fingerprint = fingerprintOf(input.message);
        }
        JournalMemory memory;
        memory.removed[twins.front().fingerprint] = removals;
        planBatch(plan, context, twins, memory);
        return plan;
    }

    static QString refusals(const ReplayPlan& plan) {
        QStringList words;
        for (const PlanItem& item : plan.items)
            words << refusalWord(item.refusal) +
                         (item.note.isEmpty() ? QString() : QLatin1Char(' ') + item.note);
        return words.join(QStringLiteral(", "));
    }

private Q_SLOTS:
    void removedSinceTheReading_isRefusedOnce() {
        for (const RunKind kind : {RunKind::Replay, RunKind::Delete}) {
            const auto later = readAt_.addSecs(60);
            QCOMPARE(refusals(planned(kind, {{later, QStringLiteral("r1")}})),
                     QStringLiteral("already-removed run r1, none"));
            QCOMPARE(refusals(planned(kind, {{later, QStringLiteral("r1")}, {later, QStringLiteral("r2")}})),
                     QStringLiteral("already-removed run r2, already-removed run r2"));
        }
    }

    // What is equal to one that went before the reading came later: it is another message.
    void removedBeforeTheReading_isNotMeant() {
        QCOMPARE(refusals(planned(RunKind::Delete, {{readAt_.addSecs(-60), QStringLiteral("r1")}})),
                 QStringLiteral("none, none"));
    }
};

QTEST_GUILESS_MAIN(TestPlanRemoved)
#include "tst_planremoved.moc"
