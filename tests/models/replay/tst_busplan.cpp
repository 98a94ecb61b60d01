// Plans of replays on Service Bus: who gets a copy, what is refused and why, what goes out.
#include "tests/models/replay/busscene.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::bustest;

namespace {

using Kind = ReplayDestination::Kind;
using Change = std::function<void(Scene&)>;

} // namespace

class TestBusPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void plan_refusesWithReason_data();
    void plan_refusesWithReason();
    void receivers_areNamed_data();
    void receivers_areNamed();
    void risks_areTold_data();
    void risks_areTold();

    void inactive_isRefused() {
        Scene scene("orders");
        setHeader(*scene.input().message.properties.amqp10, amqp10::annotations,
                  HeaderValue::table({{"x-opt-message-state", numberOf(ValueKind::Int32, 2)}}));
        QCOMPARE(firstWord(scene.plan()), QStringLiteral("not-active: scheduled"));
    }

    void deferred_isTakenByItsNumberAndNotInATransaction() {
        Scene scene("orders");
        setHeader(*scene.input().message.properties.amqp10, amqp10::annotations,
                  HeaderValue::table({{"x-opt-message-state", numberOf(ValueKind::Int32, 1)}}));
        const ReplayPlan plan = scene.plan();
        QCOMPARE(plan.sendable, qint64{1});
        QCOMPARE(plan.deferred, qint64{1});
        QVERIFY(plan.options.taking == Taking::ByNumber);
        QVERIFY(!plan.options.atomic);
        QVERIFY2(plan.items.front().note.startsWith(QLatin1String("deferred")),
                 qPrintable(plan.items.front().note));
    }

    // Scenario 4: inside the window nothing is settled for a message that would be dropped.
    void duplicate_isRefusedUntilTheWindowHasPassed() {
        Scene scene("once");
        sentAt(scene.input(), noon.addSecs(-540));
        QCOMPARE(
            firstWord(scene.plan()),
            QStringLiteral("would-be-dropped: sent at 2026-11-27T11:51:00Z; once knows ids for 10 min; may "
                           "be sent again after 2026-11-27T12:06:00Z, five minutes for clocks included"));
        sentAt(scene.input(), noon.addSecs(-901));
        QCOMPARE(firstWord(scene.plan()), QStringLiteral("none"));
        QVERIFY(warns(scene.plan(), "once detects duplicates"));
        sentAt(scene.input(), noon.addSecs(-5));
        scene.options.messageId = KeepOrStrip::Strip;
        QCOMPARE(firstWord(scene.plan()), QStringLiteral("none"));
        QVERIFY(!warns(scene.plan(), "detects duplicates"));
    }

    void equalIds_goOutOnce() {
        Scene scene("once");
        scene.inputs.push_back(deadLetterOf("once"));
        ReplayPlan plan = scene.plan();
        QCOMPARE(plan.sendable, 1);
        QCOMPARE(refusalWord(plan.items[1].refusal), QStringLiteral("would-be-dropped"));
        QVERIFY(plan.items[1].note.contains(QLatin1String("m-1")));
        scene.inputs[1].message.properties.messageId = "m-2";
        QCOMPARE(scene.plan().sendable, 2);
    }

    void partition_isPartOfTheId() {
        const auto sendable = [](const char* entity) {
            Scene scene(entity);
            PlanInput other = deadLetterOf(entity);
            setHeader(*other.message.properties.amqp10, amqp10::groupId, HeaderValue::string("customer-8"));
            setHeader(std::get<HeaderValue::Table>(other.message.properties.amqp10->back().value.data),
                      "x-opt-partition-key", HeaderValue::string("customer-8"));
            scene.inputs.push_back(other);
            return scene.plan().sendable;
        };
        QCOMPARE(sendable("spread"), 2);
        QCOMPARE(sendable("once"), 1);
    }

    void refusedMessage_isNoDuplicateOfOthers() {
        Scene scene("once");
        scene.input().message.bodyComplete = false;
        scene.inputs.push_back(deadLetterOf("once"));
        const ReplayPlan plan = scene.plan();
        QCOMPARE(refusalWord(plan.items[0].refusal), QStringLiteral("body-cut"));
        QCOMPARE(refusalWord(plan.items[1].refusal), QStringLiteral("none"));
    }

    // Scenario 5: exactly one copy, or none at all.
    void thisSubscriptionOnly_isOneCopyOrRefused() {
        Scene one("single/Subscriptions/only");
        const ReplayPlan plan = one.plan();
        QCOMPARE(firstWord(plan), QStringLiteral("none"));
        QCOMPARE(plan.items.front().routingKey, QByteArray("single"));
        QCOMPARE(plan.items.front().exchange, QByteArray());
        QCOMPARE(plan.items.front().receivers, QStringList{QStringLiteral("single/Subscriptions/only")});
        QCOMPARE(plan.receivers.size(), std::size_t{1});

        Scene three("events/Subscriptions/billing");
        QCOMPARE(firstWord(three.plan()),
                 QStringLiteral("other-receivers: also for events/Subscriptions/audit, "
                                "events/Subscriptions/eu"));
        three.to(Kind::OriginExchange);
        const ReplayPlan all = three.plan();
        QCOMPARE(firstWord(all), QStringLiteral("none"));
        QCOMPARE(all.items.front().receivers, (QStringList{QStringLiteral("events/Subscriptions/audit"),
                                                           QStringLiteral("events/Subscriptions/billing"),
                                                           QStringLiteral("events/Subscriptions/eu")}));
        QVERIFY(warns(all, "Several receivers will get a copy"));
        QVERIFY(!warns(all, "where they died"));
    }

    void topicThatPassesItsSubscriptionBy_saysSo() {
        Scene scene("single/Subscriptions/us");
        scene.to(Kind::OriginExchange);
        const ReplayPlan plan = scene.plan();
        QCOMPARE(plan.items.front().receivers, QStringList{QStringLiteral("single/Subscriptions/only")});
        QVERIFY(warns(plan, "single/Subscriptions/us, where they died, gets no copy"));
    }

    void sourceThatGivesNothing_isTold() {
        Scene scene("off");
        scene.to(Kind::Queue, "orders");
        QVERIFY(warns(scene.plan(), "off is disabled for receiving: nothing can be taken"));
        Scene fine("orders");
        QVERIFY(!warns(fine.plan(), "disabled for receiving"));
    }

    // Scenario 6.
    void editThatNoRuleTakes_isBlocked() {
        Scene scene("single/Subscriptions/only");
        scene.to(Kind::OriginExchange);
        QCOMPARE(firstWord(scene.plan()), QStringLiteral("none"));
        Message edited = scene.input().message;
        setHeader(*edited.properties.headers, "region", HeaderValue::string("Mars"));
        scene.input().edited = edited;
        const ReplayPlan plan = scene.plan();
        QCOMPARE(firstWord(plan), QStringLiteral("unroutable: no subscription of single takes it"));
        QCOMPARE(plan.sendable, 0);
    }

    // Scenario 7: what a session needs stays; without a session id nothing is sent.
    void sessions_keepTheirIds() {
        Scene scene("sessions");
        const ReplayPlan plan = scene.plan();
        QCOMPARE(firstWord(plan), QStringLiteral("none"));
        QVERIFY(warns(plan, "end of their session"));
        const Message out = outgoingMessage(scene.input().message, scene.input().facts, {}, {});
        QCOMPARE(amqp10::text(amqp10::find(out, amqp10::groupId)), QStringLiteral("customer-7"));
        QCOMPARE(amqp10::text(amqp10::annotation(out, "x-opt-partition-key")), QStringLiteral("customer-7"));
        removeExtra(scene.input().message, amqp10::groupId);
        QCOMPARE(firstWord(scene.plan()), QStringLiteral("session-missing: sessions requires sessions"));
    }

    // Scenario 9: the default does not send a message that expires within a minute.
    void expiry_isShownAndTooShortRefused() {
        Scene scene("brief");
        scene.input().message.properties.expiration = "59999";
        QCOMPARE(firstWord(scene.plan()), QStringLiteral("would-expire-at-once: it would expire after 59 s"));
        scene.input().message.properties.expiration = "3600000";
        QCOMPARE(firstWord(scene.plan()), QStringLiteral("none: expires 1 min 30 s after it is enqueued"));
        scene.options.expiration = KeepOrStrip::Strip;
        QCOMPARE(firstWord(scene.plan()), QStringLiteral("none"));
        QVERIFY(warns(scene.plan(), "Messages in brief expire after 1 min 30 s at the latest"));
    }

    void refusals_sayWhatToDo() {
        for (int i = 1; i <= static_cast<int>(Refusal::TooLarge); ++i) {
            const auto refusal = static_cast<Refusal>(i);
            QVERIFY2(!refusalText(refusal).isEmpty(), qPrintable(QString::number(i)));
            QVERIFY(refusalFromWord(refusalWord(refusal)) == refusal);
        }
    }

    void twoCopies_areCounted() {
        Scene scene("twice/Subscriptions/s");
        QCOMPARE(firstWord(scene.plan()),
                 QStringLiteral("other-receivers: 2 copies for twice/Subscriptions/s"));
        scene.to(Kind::OriginExchange);
        const ReplayPlan plan = scene.plan();
        QCOMPARE(firstWord(plan), QStringLiteral("none: 2 copies for twice/Subscriptions/s"));
        QCOMPARE(plan.receivers.at(QStringLiteral("twice/Subscriptions/s")), 2);
    }

    void unknownFilter_isNeverCounted() {
        Scene scene("riddle/Subscriptions/known");
        QCOMPARE(firstWord(scene.plan()),
                 QStringLiteral("other-receivers: perhaps also for riddle/Subscriptions/odd"));
        scene.to(Kind::Exchange, "riddle");
        const ReplayPlan plan = scene.plan();
        QCOMPARE(firstWord(plan), QStringLiteral("none: perhaps also for riddle/Subscriptions/odd"));
        QCOMPARE(plan.items.front().receivers, QStringList{QStringLiteral("riddle/Subscriptions/known")});
        QVERIFY(!plan.items.front().receiversKnown);
        QVERIFY(warns(plan, "rule by-chance of riddle/Subscriptions/odd"));
        QCOMPARE(plan.receivers.size(), std::size_t{1});
    }
};

void TestBusPlan::plan_refusesWithReason_data() {
    QTest::addColumn<QByteArray>("entity");
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("wanted");
    const auto row = [](const char* name, const char* entity, const Change& change, const char* wanted) {
        QTest::newRow(name) << QByteArray(entity) << change << QString::fromLatin1(wanted);
    };
    row(
        "a good one", "orders", [](Scene&) {}, "none");
    row(
        "dead letters without a reason", "orders", [](Scene& s) { s.input().facts = {}; }, "none");
    row(
        "no entity at all", "orders", [](Scene& s) { s.inputs[0].message.routingKey.clear(); },
        "origin-unknown");
    row(
        "missing target", "orders", [](Scene& s) { s.to(Kind::Queue, "gone"); },
        "target-missing: there is no gone");
    row(
        "missing topic", "orders", [](Scene& s) { s.to(Kind::Exchange, "gone"); },
        "target-missing: there is no gone");
    row(
        "disabled", "orders", [](Scene& s) { s.to(Kind::Queue, "off"); }, "target-disabled: off");
    row(
        "disabled for sending", "orders", [](Scene& s) { s.to(Kind::Queue, "send-off"); },
        "target-disabled: send-off");
    row(
        "too large", "orders",
        [](Scene& s) {
            s.input().message.body = QByteArray(262'144, 'x');
            s.input().message.bodySize = 262'144;
        },
        "too-large: 263144 bytes, orders takes 262144");
    row(
        "too many properties", "orders",
        [](Scene& s) {
            s.isKnown = false;
            s.topology.encodedSize = [](const Message& m) { return qint64(m.body.size()) + 65'537; };
        },
        "too-large: 65537 bytes besides the body, the service takes 65536");
    row(
        "just fits", "orders",
        [](Scene& s) {
            s.input().message.body = QByteArray(261'144, 'x');
            s.input().message.bodySize = 261'144;
        },
        "none");
    row(
        "cycle", "orders", [](Scene& s) { s.to(Kind::Queue, "ring"); },
        "unroutable: after 4 forwardings it is dead-lettered in ring: the chain is a cycle");
    row(
        "forwarded to nowhere", "orders", [](Scene& s) { s.to(Kind::Queue, "to-nowhere"); },
        "unroutable: to-nowhere forwards to gone, which does not exist");
    row(
        "duplicate behind a chain", "first", [](Scene& s) { sentAt(s.input(), noon); },
        "would-be-dropped: sent at 2026-11-27T12:00:00Z; once knows ids for 10 min; may be sent again after "
        "2026-11-27T12:15:00Z, five minutes for clocks included");
    row(
        "time not known", "once", [](Scene& s) { removeExtra(s.input().message, amqp10::annotations); },
        "would-be-dropped: when it was sent is not known; once knows ids for 10 min");
    row(
        "replayed before", "once", [](Scene& s) { s.memory.replayedBefore[s.input().fingerprint] = 1; },
        "already-replayed: replayed once");
    row(
        "replayed before, repeats allowed", "once",
        [](Scene& s) {
            s.memory.replayedBefore[s.input().fingerprint] = 1;
            s.options.allowRepeat = true;
        },
        "would-be-dropped: it was replayed before, nobody knows when; once knows ids for 10 min");
    row(
        "replayed before, no detection", "orders",
        [](Scene& s) {
            s.memory.replayedBefore[s.input().fingerprint] = 1;
            s.options.allowRepeat = true;
        },
        "none");
    row(
        "an edit gave it a new id", "once",
        [](Scene& s) {
            sentAt(s.input(), noon);
            s.input().edited = s.input().message;
            s.input().edited->properties.messageId = "m-1-again";
        },
        "none");
    row(
        "other partition", "orders",
        [](Scene& s) {
            setHeader(*s.input().message.properties.amqp10, amqp10::groupId, HeaderValue::string("other"));
        },
        "unparsable: its partition key \"customer-7\" is not its session id \"other\"");
    row(
        "long id", "orders", [](Scene& s) { s.input().message.properties.messageId = QByteArray(129, 'i'); },
        "unparsable: its message id is longer than 128 bytes");
    row(
        "no scalar", "orders",
        [](Scene& s) { setHeader(*s.input().message.properties.headers, "list", HeaderValue::array({})); },
        "unparsable: the application property \"list\" is no single value of AMQP 1.0");
    row(
        "by 0-9-1", "orders",
        [](Scene& s) {
            s.input().message.properties.amqp10.reset();
            s.to(Kind::Queue, "orders");
        },
        "unparsable: it came by AMQP 0-9-1, and is not sent to Service Bus");
    row(
        "subscription's rule lost it", "single/Subscriptions/us", [](Scene&) {},
        "other-receivers: also for single/Subscriptions/only; no rule of single/Subscriptions/us takes it");
    row(
        "only subscription, not known", "single/Subscriptions/only", [](Scene& s) { s.isKnown = false; },
        "other-receivers: which subscriptions of single take it is not known here");
    row(
        "queue, not known", "orders", [](Scene& s) { s.isKnown = false; }, "none");
    row(
        "dead letters of elsewhere, forwarded", "orders",
        [](Scene& s) {
            setHeader(std::get<HeaderValue::Table>(s.input().message.properties.amqp10->back().value.data),
                      "x-opt-deadletter-source", HeaderValue::string("off"));
        },
        "target-disabled: off");
}

void TestBusPlan::plan_refusesWithReason() {
    QFETCH(const QByteArray, entity);
    QFETCH(const Change, change);
    QFETCH(const QString, wanted);
    Scene scene(entity.constData());
    change(scene);
    const ReplayPlan plan = scene.plan();
    QCOMPARE(firstWord(plan), wanted);
    QCOMPARE(plan.sendable, wanted.startsWith(QLatin1String("none")) ? 1 : 0);
    QCOMPARE(plan.sendable + plan.refused, 1);
}

void TestBusPlan::receivers_areNamed_data() {
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("receivers");
    QTest::addColumn<QByteArray>("address");
    QTest::newRow("origin") << Change([](Scene&) {}) << "orders" << QByteArray("orders");
    QTest::newRow("other queue") << Change([](Scene& s) { s.to(Kind::Queue, "sessions"); }) << "sessions"
                                 << QByteArray("sessions");
    QTest::newRow("chain") << Change([](Scene& s) { s.to(Kind::Queue, "first"); }) << "once"
                           << QByteArray("first");
    QTest::newRow("topic") << Change([](Scene& s) {
        s.to(Kind::Exchange, "events");
        setHeader(*s.input().message.properties.headers, "paid", HeaderValue::boolean(false));
    }) << "events/Subscriptions/audit,events/Subscriptions/eu"
                           << QByteArray("events");
    QTest::newRow("subscription by name")
        << Change([](Scene& s) { s.to(Kind::Queue, "single/subscriptions/only"); })
        << "single/Subscriptions/only" << QByteArray("single");
}

void TestBusPlan::receivers_areNamed() {
    QFETCH(const Change, change);
    QFETCH(const QString, receivers);
    QFETCH(const QByteArray, address);
    Scene scene("orders");
    change(scene);
    const ReplayPlan plan = scene.plan();
    QCOMPARE(firstWord(plan), QStringLiteral("none"));
    QCOMPARE(plan.items.front().receivers.join(QLatin1Char(',')), receivers);
    QCOMPARE(plan.items.front().routingKey, address);
    QVERIFY(plan.items.front().receiversKnown);
    QCOMPARE(plan.receivers.size(), static_cast<std::size_t>(plan.items.front().receivers.size()));
}

void TestBusPlan::risks_areTold_data() {
    QTest::addColumn<Change>("change");
    QTest::addColumn<QByteArray>("words");
    QTest::newRow("chain") << Change([](Scene& s) { s.to(Kind::Queue, "first"); })
                           << QByteArray("first forwards to second");
    QTest::newRow("end of the chain")
        << Change([](Scene& s) { s.to(Kind::Queue, "first"); }) << QByteArray("once detects duplicates");
    QTest::newRow("action") << Change([](Scene& s) { s.to(Kind::Exchange, "twice"); })
                            << QByteArray("rule marks of twice/Subscriptions/s changes the copy it takes");
    QTest::newRow("not known") << Change([](Scene& s) { s.isKnown = false; })
                               << QByteArray("the management API (right Manage) is needed to tell");
    QTest::newRow("scheduled") << Change([](Scene& s) { s.options.enqueueAt = noon.addDays(1); })
                               << QByteArray("scheduled for 2026-11-28T12:00:00Z");
    QTest::newRow("reason kept") << Change([](Scene& s) { s.options.deathHeaders = KeepOrStrip::Keep; })
                                 << QByteArray("DeadLetterReason and DeadLetterErrorDescription are kept");
    QTest::newRow("nobody for sure") << Change([](Scene& s) {
        s.to(Kind::Exchange, "riddle");
        s.topology.entities.erase(
            std::find_if(s.topology.entities.begin(), s.topology.entities.end(), [](const BusEntity& each) {
                return each.path == QLatin1String("riddle/Subscriptions/known");
            }));
    }) << QByteArray("nobody may get a copy");
}

void TestBusPlan::risks_areTold() {
    QFETCH(const Change, change);
    QFETCH(const QByteArray, words);
    Scene scene("orders");
    QVERIFY(scene.plan().warnings.isEmpty());
    change(scene);
    const ReplayPlan plan = scene.plan();
    QCOMPARE(plan.sendable, 1);
    QVERIFY2(warns(plan, words.constData()), qPrintable(plan.warnings.join(QLatin1Char('\n'))));
}

QTEST_GUILESS_MAIN(TestBusPlan)
#include "tst_busplan.moc"
