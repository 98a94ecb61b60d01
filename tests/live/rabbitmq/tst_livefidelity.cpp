// Messages that nobody should send, replayed, deleted and restored on a real node: what a consumer of the
// test's own sees afterwards is equal to the byte and to the type of every header.
#include "tests/live/rabbitmq/livedeskscene.h"
#include "tests/support/live/rabbitnode.h"

#include <limits>

using namespace signalbox;
using namespace signalbox::live;

namespace {

using Counts = std::map<ItemState, qint64>;

// A content header of this many bytes of text still fits into one frame of 131,072; one with our marker
// does not.
constexpr qsizetype nearFrameMax = 131000;

Message everyType() {
    Message made = textMessage(QByteArray("\0\xff\xfe binary \0", 12));
    made.properties.contentType = "application/x-\xc3\x28";
    made.properties.contentEncoding = "gzip"; // it is not
    made.properties.correlationId = QByteArray(255, 'c');
    made.properties.messageId = QByteArray("bad\0id", 6);
    made.properties.timestamp = std::uint64_t{1} << 40;
    made.properties.priority = std::uint8_t{0};
    made.properties.headers = HeaderTable{
        {"void", {ValueKind::Void, {}}},
        {"bool", HeaderValue::boolean(false)},
        {"int8", {ValueKind::Int8, std::int64_t{-128}}},
        {"uint8", {ValueKind::UInt8, std::uint64_t{255}}},
        {"int16", {ValueKind::Int16, std::int64_t{-32768}}},
        {"uint16", {ValueKind::UInt16, std::uint64_t{65535}}},
        {"int32", {ValueKind::Int32, std::int64_t{-70000}}},
        {"uint32", {ValueKind::UInt32, std::uint64_t{4000000000U}}},
        {"int64", HeaderValue::int64(std::numeric_limits<std::int64_t>::min())},
        {"float", {ValueKind::Float, 0.5}},
        {"double", {ValueKind::Double, -0.1}},
        {"decimal", {ValueKind::Decimal, Decimal{255, 7}}},
        {"timestamp", {ValueKind::Timestamp, std::int64_t{1700000001}}},
        {"text", HeaderValue::string("not UTF-8: \xff\xf0\x28")},
        {"bytes", {ValueKind::Bytes, QByteArray("\0\x01", 2)}},
        {QByteArray(200, 'n'), HeaderValue::int64(1)},
        {"empty table", HeaderValue::table({})},
        {"empty array", HeaderValue::array({})},
    };
    return made;
}

// Headers of the names that the console reads, with values it cannot expect.
Message wrongTypes() {
    Message made = textMessage("{\"open\": [\xff\xfe");
    made.properties.headers = HeaderTable{
        {"x-death", HeaderValue::string("not an array")},
        {"x-first-death-queue", HeaderValue::int64(7)},
        {"x-signalbox-attempt", HeaderValue::string("many")},
        {"x-signalbox-run", HeaderValue::table({{"a", HeaderValue::boolean(true)}})},
        {"MT-Fault-Message", {ValueKind::Decimal, Decimal{2, 7}}},
        {"MT-Fault-ExceptionType", HeaderValue::string("\xff\xff")},
    };
    return made;
}

Message nested() {
    Message made = textMessage({});
    HeaderValue deep = HeaderValue::string("bottom");
    for (int i = 0; i < 60; ++i)
        deep = i % 2 ? HeaderValue::array({deep}) : HeaderValue::table({{"level", deep}});
    made.properties.headers = HeaderTable{{"deep", deep}};
    return made;
}

Message huge(qsizetype bytes) {
    Message made = textMessage("huge");
    made.properties.headers = HeaderTable{{"huge", HeaderValue::string(QByteArray(bytes, 'h'))}};
    return made;
}

std::vector<Message> hostileMessages() {
    Message emptyTable = textMessage("an empty table");
    emptyTable.properties.headers = HeaderTable();
    Message large = textMessage(QByteArray(400000, '\xfe'));
    return {everyType(), wrongTypes(), nested(), huge(nearFrameMax), textMessage("no table"),
            emptyTable,  large};
}

} // namespace

class TestLiveFidelity : public QObject, LiveDeskScene {
    Q_OBJECT
    // The messages as a consumer sees them, and their inputs for a plan.
    std::vector<Message> fill(std::vector<PlanInput>& inputs) {
        RawAmqp& judge = scene_->judge();
        if (!worked(judge.declareQueue(name("dead"))) || !worked(judge.declareQueue(name("target"))))
            return {};
        for (const Message& each : hostileMessages()) {
            if (!worked(judge.publishTo(name("dead"), each)))
                return {};
        }
        auto seen = judge.peek(name("dead"));
        auto read = desk_->read(name("dead"));
        if (!worked(seen) || !worked(read))
            return {};
        inputs = std::move(*read);
        return std::move(*seen);
    }
    static void compare(const std::vector<Message>& before, const std::vector<Message>& after) {
        QCOMPARE(after.size(), before.size());
        for (std::size_t i = 0; i < before.size(); ++i) {
            QVERIFY2(after[i].body == before[i].body, qPrintable(QString::number(i)));
            QVERIFY2(after[i].properties == before[i].properties, qPrintable(QString::number(i)));
        }
    }

private Q_SLOTS:
    void initTestCase() { startNode(); }
    void init() { openDesk(); }
    void cleanup() { closeDesk(); }

    void replayed_areEqual() {
        std::vector<PlanInput> inputs;
        const std::vector<Message> before = fill(inputs);
        QVERIFY2(!before.empty(), qPrintable(problem));
        ReplayOptions options = toQueue(name("target"));
        options.deathHeaders = KeepOrStrip::Keep;
        options.markAttempts = false;
        const auto run = desk_->prepare(name("dead"), inputs, options);
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, static_cast<qint64>(before.size())}}));
        compare(before, scene_->take(name("target")));
        QCOMPARE(scene_->judge().count(name("dead")).value_or(-1), 0);
    }

    void deleted_areRestoredEqual() {
        std::vector<PlanInput> inputs;
        const std::vector<Message> before = fill(inputs);
        QVERIFY2(!before.empty(), qPrintable(problem));
        const auto run = desk_->prepareDelete(name("dead"), inputs);
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, static_cast<qint64>(before.size())}}));
        QCOMPARE(scene_->judge().count(name("dead")).value_or(-1), 0);
        const auto restored = desk_->restore(*run);
        VERIFY_RESULT(restored);
        QCOMPARE(restored->counts, (Counts{{ItemState::Confirmed, static_cast<qint64>(before.size())}}));
        compare(before, scene_->take(name("dead")));
    }

    void purged_areRestoredEqual() {
        std::vector<PlanInput> inputs;
        const std::vector<Message> before = fill(inputs);
        QVERIFY2(!before.empty(), qPrintable(problem));
        // The management API counts some seconds late, and a purge takes what is there when it is asked for.
        RabbitAdmin admin = node_->admin();
        QTRY_COMPARE_WITH_TIMEOUT(admin.queue(QStringLiteral("/"), name("dead"))
                                      .value_or(QJsonObject())
                                      .value(QLatin1String("messages_ready"))
                                      .toInt(),
                                  static_cast<int>(before.size()), patienceMs);
        const auto record = desk_->purge(name("dead"));
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (Counts{{ItemState::Removed, static_cast<qint64>(before.size())}}));
        QCOMPARE(scene_->judge().count(name("dead")).value_or(-1), 0);
        const auto restored = desk_->restore(record->header.id);
        VERIFY_RESULT(restored);
        QCOMPARE(restored->counts, (Counts{{ItemState::Confirmed, static_cast<qint64>(before.size())}}));
        compare(before, scene_->take(name("dead")));
    }

    // With our marker its headers are larger than one frame: it stays, the others go, and none goes twice
    // without being listed.
    void tooLargeWithTheMarker_staysAndTheOthersGo() {
        RawAmqp& judge = scene_->judge();
        VERIFY_RESULT(judge.declareQueue(name("dead")));
        VERIFY_RESULT(judge.declareQueue(name("target")));
        for (const char* body : {"1", "2", "3"})
            VERIFY_RESULT(judge.publishTo(name("dead"), textMessage(body)));
        VERIFY_RESULT(judge.publishTo(name("dead"), huge(nearFrameMax)));
        for (const char* body : {"4", "5", "6"})
            VERIFY_RESULT(judge.publishTo(name("dead"), textMessage(body)));
        const auto inputs = desk_->read(name("dead"));
        VERIFY_RESULT(inputs);
        const auto run = desk_->prepare(name("dead"), *inputs, toQueue(name("target")));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QMap<QByteArray, int> seen;
        for (const char* queue : {"dead", "target"}) {
            for (const QByteArray& body : scene_->takeBodies(name(queue)))
                ++seen[body];
        }
        QCOMPARE(seen.value("huge"), 1);
        for (qint64 number = 1; number <= static_cast<qint64>(inputs->size()); ++number) {
            const auto item = desk_->journal().item(*run, number);
            VERIFY_RESULT(item);
            const QByteArray body = (*inputs)[static_cast<std::size_t>(number - 1)].message.body;
            if (body == "huge")
                QVERIFY2(item->state == ItemState::Rejected || item->state == ItemState::Refused,
                         qPrintable(itemStateWord(item->state)));
            QVERIFY2(seen.value(body) == 1 || (seen.value(body) == 2 && item->state == ItemState::InDoubt),
                     body.constData());
        }
    }
};

QTEST_GUILESS_MAIN(TestLiveFidelity)
#include "tst_livefidelity.moc"
