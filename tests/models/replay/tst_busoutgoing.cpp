// How messages of Service Bus go out: what the service had set is gone, the rest is as it was.
#include "tests/models/replay/busscene.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::bustest;

class TestBusOutgoing : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void outgoing_leavesOutWhatTheServiceHadSet() {
        const PlanInput input = deadLetterOf("orders");
        const Message out = outgoingMessage(input.message, input.facts, {}, QStringLiteral("run-1"));
        QCOMPARE(out.body, input.message.body);
        QCOMPARE(out.properties.messageId, input.message.properties.messageId);
        QCOMPARE(out.properties.deliveryMode, input.message.properties.deliveryMode);
        const HeaderTable expected{
            {amqp10::groupId, HeaderValue::string("customer-7")},
            {amqp10::annotations,
             HeaderValue::table({{"x-opt-partition-key", HeaderValue::string("customer-7")}})}};
        QCOMPARE(out.properties.amqp10.value(), expected);
        const HeaderTable properties{{"region", HeaderValue::string("EU")},
                                     {"paid", HeaderValue::boolean(true)},
                                     {attemptHeader, HeaderValue::int64(1)},
                                     {runHeader, HeaderValue::string("run-1")}};
        QCOMPARE(out.properties.headers.value(), properties);
        ReplayOptions keep;
        keep.deathHeaders = KeepOrStrip::Keep;
        QVERIFY(outgoingMessage(input.message, input.facts, keep, {}).header("DeadLetterReason"));
    }

    // Scenario 8: without an edit, kinds of bodies and types of values go out as they came.
    void bodiesAndTypes_stayAsTheyWere_data() {
        QTest::addColumn<QByteArray>("kind");
        QTest::newRow("data") << QByteArray();
        QTest::newRow("value") << QByteArray("value");
        QTest::newRow("sequence") << QByteArray("sequence");
    }
    void bodiesAndTypes_stayAsTheyWere() {
        QFETCH(const QByteArray, kind);
        PlanInput input = deadLetterOf("orders");
        Message& message = input.message;
        message.body = QByteArray("\x1f\x8b\x00\xff", 4);
        message.properties.contentEncoding = "gzip";
        message.properties.deliveryMode.reset();
        HeaderTable kept{{"int", numberOf(ValueKind::Int32, 7)},
                         {"long", numberOf(ValueKind::Int64, 9007199254740993)},
                         {"time", timeOf(noon)},
                         {"nothing", HeaderValue()}};
        message.properties.headers = kept;
        HeaderTable extras{{amqp10::correlationId, numberOf(ValueKind::UInt64, 0)},
                           {amqp10::groupSequence, numberOf(ValueKind::UInt32, 0)},
                           {amqp10::footer, HeaderValue::table({{"f", HeaderValue::string("x")}})}};
        if (!kind.isEmpty())
            extras.push_back({amqp10::bodyKind, HeaderValue::string(kind)});
        message.properties.amqp10 = extras;
        ReplayOptions unmarked;
        unmarked.markAttempts = false;
        const Message out = outgoingMessage(message, input.facts, unmarked, {});
        Message expected = message;
        expected.routingKey = "orders";
        QVERIFY(out == expected);
    }

    // What is no business of ours: names that mean something on RabbitMQ only.
    void applicationProperties_areNotTakenForRabbitMqs() {
        PlanInput input = deadLetterOf("orders");
        for (const char* name : {"CC", "BCC", "x-death", "x-delivery-count"})
            setHeader(*input.message.properties.headers, name, HeaderValue::string("mine"));
        const Message out = outgoingMessage(input.message, input.facts, {}, {});
        for (const char* name : {"CC", "BCC", "x-death", "x-delivery-count"})
            QVERIFY2(out.header(name), name);
    }

    void newId_isTheSameForTheSameItemOfARun() {
        PlanInput input = deadLetterOf("orders");
        setHeader(*input.message.properties.amqp10, amqp10::messageId, numberOf(ValueKind::UInt64, 1));
        ReplayOptions options;
        options.messageId = KeepOrStrip::Strip;
        const auto idOf = [&](const Message& message, const char* run) {
            return outgoingMessage(message, input.facts, options, QString::fromLatin1(run))
                .properties.messageId.value();
        };
        const QByteArray id = idOf(input.message, "run-1");
        QCOMPARE(id.size(), 36);
        QVERIFY(id != input.message.properties.messageId.value());
        QCOMPARE(idOf(input.message, "run-1"), id);
        QVERIFY(idOf(input.message, "run-2") != id);
        Message twin = input.message;
        setHeader(std::get<HeaderValue::Table>(
                      std::find_if(twin.properties.amqp10->begin(), twin.properties.amqp10->end(),
                                   [](const Header& each) { return each.name == amqp10::annotations; })
                          ->value.data),
                  "x-opt-sequence-number", numberOf(ValueKind::Int64, 9007199254740994));
        QVERIFY(idOf(twin, "run-1") != id);
        const Message out = outgoingMessage(input.message, input.facts, options, QStringLiteral("run-1"));
        QVERIFY(!amqp10::find(out, amqp10::messageId));
    }

    void schedule_isAnAnnotation() {
        const PlanInput input = deadLetterOf("orders");
        ReplayOptions options;
        options.enqueueAt = noon.addDays(1);
        const Message out = outgoingMessage(input.message, input.facts, options, {});
        QCOMPARE(amqp10::time(amqp10::annotation(out, "x-opt-scheduled-enqueue-time")), noon.addDays(1));
        // An old schedule is not taken up again unasked.
        QVERIFY(
            !amqp10::annotation(outgoingMessage(out, input.facts, {}, {}), "x-opt-scheduled-enqueue-time"));
    }

    void changes_areToldInWords() {
        Scene scene("orders");
        scene.options.messageId = KeepOrStrip::Strip;
        scene.options.enqueueAt = noon.addDays(1);
        const QStringList expected{
            QStringLiteral("removes header DeadLetterReason"),
            QStringLiteral("removes header DeadLetterErrorDescription"),
            QStringLiteral("adds header x-signalbox-attempt = 1"),
            QStringLiteral("adds header x-signalbox-run"),
            QStringLiteral("gives it a new message-id"),
            QStringLiteral("leaves out what the service had set (delivery-count, absolute-expiry-time, "
                           "creation-time, x-opt-sequence-number, x-opt-enqueued-time, x-opt-message-state)"),
            QStringLiteral("schedules it for 2026-11-28T12:00:00.000Z")};
        QCOMPARE(scene.plan().items.front().changes, expected);
    }

    // A cancelled message goes back to its own time, unless somebody names another.
    void restoredScheduledOne_isScheduledAgain() {
        Message saved;
        saved.properties.amqp10 = HeaderTable{
            {amqp10::annotations, HeaderValue::table({{"x-opt-message-state", HeaderValue::int64(2)},
                                                      {scheduledTime, timeOf(noon)}})}};
        const auto scheduledOf = [](const Message& message) {
            return amqp10::time(amqp10::annotation(message, scheduledTime));
        };
        QCOMPARE(scheduledOf(restoredMessage(saved, {})), noon);
        ReplayOptions later;
        later.enqueueAt = noon.addDays(1);
        QCOMPARE(scheduledOf(restoredMessage(saved, {}, later)), noon.addDays(1));
        ReplayOptions anew;
        anew.messageId = KeepOrStrip::Strip;
        const auto idOf = [&](const char* item) {
            return restoredMessage(saved, {}, anew, QString::fromLatin1(item)).properties.messageId.value();
        };
        QVERIFY(idOf("run/1") != saved.properties.messageId.value_or(QByteArray()));
        QVERIFY(idOf("run/1") != idOf("run/2")); // equal twins are two messages
        QCOMPARE(idOf("run/1"), idOf("run/1"));  // sent again it is the same one
        saved.properties.amqp10 =
            HeaderTable{{amqp10::annotations, HeaderValue::table({{scheduledTime, timeOf(noon)}})}};
        QVERIFY(!scheduledOf(restoredMessage(saved, {})).isValid()); // had become active: it goes at once
    }

    void options_readBackFromJson() {
        ReplayOptions options;
        options.taking = Taking::Both;
        options.keepsNoCopies = true;
        options.deadLetter = {QStringLiteral("reason"), QStringLiteral("description")};
        options.messageId = KeepOrStrip::Strip;
        options.enqueueAt = noon.addMSecs(7);
        const auto back = replayOptionsFromJson(toJson(options));
        QVERIFY(back);
        QVERIFY(*back == options);
        QVERIFY(!replayOptionsFromJson(toJson({})).value().enqueueAt.isValid());
        QByteArray wrong = toJson(options);
        wrong.replace("2026-11-27", "tomorrow");
        QVERIFY(!replayOptionsFromJson(wrong)); // never at once instead
    }
};

QTEST_GUILESS_MAIN(TestBusOutgoing)
#include "tst_busoutgoing.moc"
