// Which messages a run locks in passing, and what it costs them.
#include "models/deadletters/deliverybudget.h"
#include "models/deadletters/passedover.h"
#include "models/messaging/amqp10.h"
#include "tests/support/fakesnapshot.h"

#include <QTest>

using namespace signalbox;

class TestPassedOver : public QObject {
    Q_OBJECT

    // Message i has been delivered i % 10 times.
    static std::unique_ptr<FakeSnapshot> queueOf(int count) {
        auto snapshot = std::make_unique<FakeSnapshot>([](const Message&) { return DeathFacts{}; });
        for (int i = 0; i < count; ++i) {
            SnapshotEntry entry;
            entry.message.properties.messageId = QByteArray::number(i);
            HeaderValue deliveries;
            deliveries.kind = ValueKind::UInt32;
            deliveries.data = static_cast<std::uint64_t>(i % 10);
            entry.message.properties.amqp10 = HeaderTable{{amqp10::deliveryCount, deliveries}};
            (void)snapshot->append(std::span(&entry, 1));
        }
        return snapshot;
    }

private Q_SLOTS:
    void counts_thoseInFrontOfTheLastChosen() {
        const auto snapshot = queueOf(60);
        const auto all = snapshot->ids({}, {}, 100);
        QVERIFY(all);
        const auto passed = passedOver(*snapshot, {all->ids[39]}, {9}); // limit 10: nine may be given back
        QVERIFY(passed);
        QCOMPARE(passed->messages, qint64{39});
        QCOMPARE(passed->atLimit, qint64{3}); // 9, 19, 29
        QCOMPARE(passed->behind, qint64{20});
        QCOMPARE(passed->behindAtLimit, qint64{2}); // 49, 59
        QCOMPARE(passedOverText(*passed, {9}),
                 QStringLiteral(
                     "39 messages in front of the chosen ones were not chosen: they are locked meanwhile "
                     "and given back, and their delivery count rises by one. Up to 20 behind the last "
                     "chosen one may be taken along and given back, too, with a delivery more."));
        // No innocent message is dead-lettered for it, also where the oldest has deliveries left.
        const auto refused = passedOverWarning(*snapshot, {all->ids[39]}, {9});
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotAllowed);
        QVERIFY2(
            refused.error().summary.startsWith(QLatin1String(
                "5 messages that were not chosen would be dead-lettered: taken along and given back, they "
                "would reach the queue's limit of 10 deliveries.")),
            qPrintable(refused.error().summary));
        QVERIFY(passedOverWarning(*snapshot, {all->ids[3]}, {10}));
    }

    void removedOnes_areNotInFrontAnyMore() {
        const auto snapshot = queueOf(60);
        const auto all = snapshot->ids({}, {}, 100);
        QVERIFY(all);
        const auto rows = snapshot->rows(all->ids);
        QVERIFY(rows);
        const PassingRules rules{
            9, false, 500, [&](std::span<const ReadMessage> messages) {
                std::vector<QString> runs;
                for (const ReadMessage& message : messages) {
                    const auto row = std::find_if(rows->begin(), rows->end(), [&](auto& one) {
                        return one.fingerprint == message.fingerprint;
                    });
                    runs.push_back(row - rows->begin() < 35 ? QStringLiteral("run") : QString());
                }
                return Result<std::vector<QString>>(runs);
            }};
        const auto passed = passedOver(*snapshot, {all->ids[38]}, rules);
        QVERIFY(passed);
        QCOMPARE(passed->messages, qint64{3}); // 35, 36, 37
        QCOMPARE(passed->atLimit, qint64{0});  // 9, 19 and 29 have gone, with their deliveries
        // What nobody can tell is no reason to go on as if it were known.
        PassingRules blind{9};
        blind.removedBy = [](auto) {
            return Result<std::vector<QString>>(failure(ErrorKind::Storage, QStringLiteral("disk full")));
        };
        const auto unknown = passedOver(*snapshot, {all->ids[38]}, blind);
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().summary, QStringLiteral("disk full"));
    }

    // Nobody is given what is scheduled or deferred: it is neither locked nor given back.
    void scheduledOnes_areNotInFront() {
        const auto snapshot = std::make_unique<FakeSnapshot>([](const Message&) { return DeathFacts{}; });
        for (int i = 0; i < 10; ++i) {
            SnapshotEntry entry;
            entry.message.properties.messageId = QByteArray::number(i);
            HeaderValue state;
            state.kind = ValueKind::Int32;
            state.data = std::int64_t(i % 3); // active, deferred, scheduled
            HeaderTable notes{{"x-opt-message-state", state}};
            entry.message.properties.amqp10 = HeaderTable{{amqp10::annotations, HeaderValue::table(notes)}};
            (void)snapshot->append(std::span(&entry, 1));
        }
        const auto all = snapshot->ids({}, {}, 100);
        QVERIFY(all);
        const auto passed = passedOver(*snapshot, {all->ids[6]}, {});
        QVERIFY(passed);
        QCOMPARE(passed->messages, qint64{2}); // 0 and 3
        QCOMPARE(passed->behind, qint64{1});   // 9
    }

    // How often the run may open the queue again depends on those that it gives back.
    void warning_tellsTheMostUsedDeliveries() {
        const auto snapshot = queueOf(30);
        const auto all = snapshot->ids({}, {}, 100);
        QVERIFY(all);
        const auto warned = passedOverWarning(*snapshot, {all->ids[25]}, {12});
        QVERIFY(warned);
        QCOMPARE(warned->used, 9);
        const auto none = passedOverWarning(*snapshot, {all->ids.begin(), all->ids.end()}, {12});
        QVERIFY(none);
        QCOMPARE(none->used, -1);
        QVERIFY(none->text.isEmpty());
    }

    void chosenOnes_areNotCounted() {
        const auto snapshot = queueOf(5);
        const auto all = snapshot->ids({}, {}, 100);
        QVERIFY(all);
        const auto passed = passedOver(*snapshot, {all->ids[0], all->ids[1], all->ids[2]}, {});
        QVERIFY(passed);
        QCOMPARE(passed->messages, qint64{0});
        QCOMPARE(passedOverText(*passed, {}),
                 QStringLiteral("Up to 2 behind the last chosen one may be taken along and given back, too, "
                                "with a delivery more."));
        const auto last = passedOver(*snapshot, {all->ids.begin(), all->ids.end()}, {});
        QVERIFY(last);
        QCOMPARE(passedOverText(*last, {}), QString());
        const auto none = passedOver(*snapshot, {}, {});
        QVERIFY(none);
        QCOMPARE(passedOverText(*none, {}), QString());
    }

    void behind_isAHelpingAtMost() {
        const auto snapshot = queueOf(1200);
        const auto all = snapshot->ids({}, {}, 1200);
        QVERIFY(all);
        const auto passed = passedOver(*snapshot, {all->ids[1], all->ids[100]}, {});
        QVERIFY(passed);
        QCOMPARE(passed->messages, qint64{99});
        QCOMPARE(passed->behind, qint64{500});
    }

    void withoutALimit_nothingReachesIt() {
        const auto snapshot = queueOf(20);
        const auto all = snapshot->ids({}, {}, 100);
        QVERIFY(all);
        const auto passed = passedOver(*snapshot, {all->ids[19], all->ids[0]}, {});
        QVERIFY(passed);
        QCOMPARE(passed->messages, qint64{18});
        QCOMPARE(passed->atLimit, qint64{0});
        QVERIFY(!passedOverText(*passed, {}).contains(QLatin1String("limit")));
    }

    // Without the right Manage; dead letters are never dead-lettered again.
    void unknownLimit_isSaidOfWhatCanReachIt() {
        QueueInfo orders;
        orders.type = QueueType::ServiceBus;
        orders.missing = QStringLiteral("That needs the right Manage.");
        const DeliveryLimit unknown = deliveryLimitOf(orders, QStringLiteral("orders"), {});
        QCOMPARE(unknown.limit, -1);
        QVERIFY2(unknown.unknown.contains(QLatin1String("past the limit the service dead-letters it")) &&
                     unknown.unknown.endsWith(orders.missing),
                 qPrintable(unknown.unknown));
        QueueInfo dead = orders;
        dead.deadLettersOf = QStringLiteral("orders");
        QVERIFY(deliveryLimitOf(dead, QStringLiteral("orders/$DeadLetterQueue"), {}).unknown.isEmpty());
        orders.deliveryLimit = 10;
        orders.missing.clear();
        QVERIFY(deliveryLimitOf(orders, QStringLiteral("orders"), {}).unknown.isEmpty());
    }

    void withSessions_onlyTheOwnSessionStandsInFront() {
        FakeSnapshot snapshot([](const Message&) { return DeathFacts{}; });
        for (int i = 0; i < 30; ++i) { // sessions a, b, c, a, b, c ...
            SnapshotEntry entry;
            entry.message.properties.messageId = QByteArray::number(i);
            entry.message.properties.amqp10 =
                HeaderTable{{amqp10::groupId, HeaderValue::string(QByteArray(1, char('a' + i % 3)))}};
            (void)snapshot.append(std::span(&entry, 1));
        }
        const auto all = snapshot.ids({}, {}, 100);
        QVERIFY(all);
        const PassingRules rules{-1, true};
        // The fifth of a behind its first, which is chosen too; the first of b.
        const auto passed = passedOver(snapshot, {all->ids[0], all->ids[12], all->ids[1]}, rules);
        QVERIFY(passed);
        QCOMPARE(passed->messages, qint64{3});
        QCOMPARE(passed->behind, qint64{5 + 9}); // of a and b; nothing of c is taken
        QVERIFY(passedOverText(*passed, rules)
                    .startsWith(QLatin1String(
                        "3 messages in front of the chosen ones of their sessions were not chosen: ")));
    }
};

QTEST_APPLESS_MAIN(TestPassedOver)
#include "tst_passedover.moc"
