// What an operator does with dead letters of a namespace, from the reading to what arrives. The numbers are
// those of docs/scenarios.md.
#include "app/servicebus/locksource.h"
#include "models/messaging/amqp10.h"
#include "models/messaging/bustopology.h"
#include "tests/live/servicebus/busscene.h"

using namespace signalbox;
using namespace signalbox::live;

namespace {

using PeerValue = sbpeer::Value;

constexpr const char* shop = R"({"queues": [
    {"name": "orders", "deadLettersExpired": true, "lockMs": 30000},
    {"name": "again", "lockMs": 30000},
    {"name": "once", "deadLettersExpired": true, "detectsDuplicates": true, "duplicateWindowMs": 600000},
    {"name": "spread", "partitioned": true}],
  "topics": [{"name": "events", "subscriptions": [
      {"name": "billing", "deadLettersExpired": true}, {"name": "audit"}, {"name": "shipping"}]},
    {"name": "news", "subscriptions": [
      {"name": "eu", "deadLettersExpired": true, "rules": [{"name": "r", "sql": "region = 'EU'"}]},
      {"name": "us", "rules": [{"name": "r", "sql": "region = 'US'"}]}]}]})";

// As the peer's own codec writes it: header with a time to live, properties, application properties, body.
sbpeer::Message letterOf(const QByteArray& id, const PeerValue& properties, const QByteArray& body) {
    sbpeer::Message message;
    message.header =
        PeerValue::list({PeerValue(), PeerValue(), PeerValue::number(PeerValue::Type::UInt, 1000)});
    message.properties = PeerValue::list({PeerValue::text(id)});
    message.applicationProperties = properties;
    message.body = body;
    return message;
}

QByteArray dataSection(const QByteArray& bytes) {
    return QByteArray("\x00\x53\x75\xa0", 4) + static_cast<char>(bytes.size()) + bytes;
}

ReplayOptions strippingExpiration(ReplayOptions options) {
    options.expiration = KeepOrStrip::Strip;
    options.markAttempts = false;
    return options;
}

} // namespace

class TestLiveScenarios : public QObject, private BusScene {
    Q_OBJECT

    // Plans all that is in `queue`; the plan.
    void planAll(const QString& queue, const ReplayOptions& options, ReplayPlan* plan,
                 const std::function<void(std::vector<PlanInput>&)>& edit = {}) {
        auto inputs = desk_->read(queue);
        VERIFY_RESULT(inputs);
        if (edit)
            edit(*inputs);
        const auto asked = desk_->request(RunKind::Replay, queue, std::move(*inputs), options);
        VERIFY_RESULT(asked);
        const auto planned = desk_->plan(*asked);
        VERIFY_RESULT(planned);
        *plan = *planned;
    }
    void moveAll(const QString& queue, const ReplayOptions& options, RunRecord* ended) {
        auto inputs = desk_->read(queue);
        VERIFY_RESULT(inputs);
        const auto run = desk_->prepare(queue, std::move(*inputs), options);
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        *ended = *record;
    }
    void putNews(const QByteArray& region) {
        PeerValue properties = PeerValue::map();
        properties.set(PeerValue::text("region"), PeerValue::text(region));
        QVERIFY(peer_->put("news", letterOf("n-1", properties, dataSection("news"))).has_value());
        peer_->advance(5000);
    }

private Q_SLOTS:
    void init() { startPeer(shop); }
    void cleanup() { stopPeer(); }

    // 4: within its window the service would accept an id it knows, and drop the message.
    void knownId_isRefusedOrSentAnew() {
        const QString dead = QStringLiteral("once/$DeadLetterQueue");
        die("once", 3);
        ReplayPlan plan;
        planAll(dead, strippingExpiration({}), &plan);
        QCOMPARE(plan.sendable, qint64{0});
        QCOMPARE(plan.refusals.at(Refusal::WouldBeDropped), qint64{3});
        ReplayOptions anew = strippingExpiration({});
        anew.messageId = KeepOrStrip::Strip;
        RunRecord run;
        moveAll(dead, anew, &run);
        QCOMPARE(run.counts.at(ItemState::Removed), qint64{3});
        QCOMPARE(peer_->count("once"), qint64{3});
        QCOMPARE(peer_->count("once/$DeadLetterQueue"), qint64{0});
        QVERIFY(!idsIn("once").contains(QStringLiteral("id-0")));
    }

    // 5: the topic gives copies to all; "this subscription only" is done where the rules allow it, with
    // nothing left behind.
    void topic_namesItsReceivers() {
        const QString dead = QStringLiteral("events/Subscriptions/billing/$DeadLetterQueue");
        QVERIFY(put(*peer_, "events", {"e-1", "x", {}, 1000}));
        peer_->advance(5000);
        QCOMPARE(peer_->count(dead.toUtf8()), qint64{1});
        ReplayPlan plan;
        planAll(dead, strippingExpiration(toOriginExchange()), &plan);
        QStringList receivers;
        for (const auto& [name, copies] : plan.receivers)
            receivers << QStringLiteral("%1 %2").arg(name).arg(copies);
        QCOMPARE(receivers, (QStringList{QStringLiteral("events/Subscriptions/audit 1"),
                                         QStringLiteral("events/Subscriptions/billing 1"),
                                         QStringLiteral("events/Subscriptions/shipping 1")}));
        planAll(dead, strippingExpiration({}), &plan); // to that subscription alone
        QCOMPARE(plan.refusals.at(Refusal::OtherReceivers), qint64{1});
        QVERIFY2(plan.items.front().note.contains(QLatin1String("events/Subscriptions/audit")),
                 qPrintable(plan.items.front().note));
    }
    void oneSubscription_getsExactlyOneCopy() {
        const QString dead = QStringLiteral("news/Subscriptions/eu/$DeadLetterQueue");
        putNews("EU");
        RunRecord run;
        moveAll(dead, strippingExpiration({}), &run);
        QCOMPARE(run.counts.at(ItemState::Removed), qint64{1});
        QCOMPARE(peer_->count("news/Subscriptions/eu"), qint64{1});
        QCOMPARE(peer_->count("news/Subscriptions/us"), qint64{0});
        const auto routing = answer(desk_->gateway().routing());
        VERIFY_RESULT(routing);
        for (const BusEntity& entity : routing->bus->entities)
            QVERIFY2(entity.kind != BusEntity::Kind::Subscription || entity.rules.size() == 1 ||
                         entity.path.startsWith(QLatin1String("events")),
                     qPrintable(entity.path));
    }

    // 6: after an edit no rule takes it.
    void nobodyTakesIt_isRefused() {
        putNews("EU");
        ReplayPlan plan;
        planAll(QStringLiteral("news/Subscriptions/eu/$DeadLetterQueue"),
                strippingExpiration(toOriginExchange()), &plan, [](std::vector<PlanInput>& inputs) {
                    Message edited = inputs.front().message;
                    setHeader(*edited.properties.headers, "region", HeaderValue::string("Mars"));
                    inputs.front().edited = edited;
                });
        QCOMPARE(plan.sendable, qint64{0});
        QCOMPARE(plan.refusals.at(Refusal::Unroutable), qint64{1});
        QVERIFY2(plan.items.front().note.contains(QLatin1String("no subscription of news takes it")),
                 qPrintable(plan.items.front().note));
    }

    // 8: every kind of body, and properties of every type, arrive as they were.
    void bodiesAndTypes_areKept() {
        using Type = PeerValue::Type;
        PeerValue properties = PeerValue::map();
        const auto add = [&properties](const char* name, const PeerValue& value) {
            properties.set(PeerValue::text(name), value);
        };
        add("int", PeerValue::number(Type::Int, 7));
        add("long", PeerValue::number(Type::Long, 9007199254740993));
        add("ulong", PeerValue::number(Type::ULong, 7));
        add("short", PeerValue::number(Type::Short, -3));
        add("time", PeerValue::number(Type::Timestamp, 1764190000123));
        add("uuid", PeerValue::uuid(QByteArray::fromHex("368534836b6546ffb249f3d29d710a9e")));
        add("double", PeerValue::real(-0.1));
        add("flag", PeerValue::boolean(false));
        add("nothing", PeerValue());
        add("text", PeerValue::text("gr\xC3\xBC\xC3\x9F"));
        add("empty", PeerValue::text(""));
        const QByteArray gzip =
            QByteArray::fromHex("1f8b0800000000000203ab56ca2f4a492d52b232af0500d88025a90b000000");
        const std::vector<QByteArray> bodies{
            dataSection(QByteArray("\x00\xff\x80 binary", 10)), dataSection(gzip), dataSection({}),
            QByteArray::fromHex("005377a10568656c6c6f"),     // value: "hello"
            QByteArray::fromHex("005377c10602a1016b5407"),   // value: {"k": 7}
            QByteArray::fromHex("005377b100000002") + "hi",  // value: a short text in the long form
            QByteArray::fromHex("005376c00201 41005376 45"), // two sequences: [true], []
        };
        for (std::size_t i = 0; i < bodies.size(); ++i)
            QVERIFY(peer_
                        ->put("orders",
                              letterOf("b-" + QByteArray::number(static_cast<int>(i)), properties, bodies[i]))
                        .has_value());
        peer_->advance(5000);
        RunRecord run;
        moveAll(QStringLiteral("orders/$DeadLetterQueue"),
                strippingExpiration(toQueue(QStringLiteral("again"))), &run);
        QCOMPARE(run.counts, (std::map<ItemState, qint64>{{ItemState::Removed, qint64(bodies.size())}}));
        const auto arrived = peer_->messages("again");
        QCOMPARE(arrived.size(), bodies.size());
        for (std::size_t i = 0; i < bodies.size(); ++i) {
            const sbpeer::Message& message = arrived[i].message;
            QCOMPARE(message.property(sbpeer::Message::MessageId),
                     "b-" + QByteArray::number(static_cast<int>(i)));
            QCOMPARE(message.body.toHex(), bodies[i].toHex());
            for (std::size_t at = 0; at < properties.items().size(); at += 2) {
                const QByteArray name = properties.items()[at].bytes();
                QVERIFY2(message.applicationProperties[name] == properties.items()[at + 1], name.constData());
            }
            QVERIFY(!message.applicationProperties.has("DeadLetterReason"));
        }
    }

    // 9: what would expire again at once is not sent as it is.
    void shortLife_isNotSentAgain() {
        die("orders", 2);
        const QString dead = QStringLiteral("orders/$DeadLetterQueue");
        ReplayPlan plan;
        planAll(dead, toQueue(QStringLiteral("again")), &plan);
        QCOMPARE(plan.refusals.at(Refusal::WouldExpireAtOnce), qint64{2});
        QVERIFY2(plan.items.front().note.contains(QLatin1String("would expire after 1 s")),
                 qPrintable(plan.items.front().note));
        RunRecord run;
        moveAll(dead, strippingExpiration(toQueue(QStringLiteral("again"))), &run);
        peer_->advance(60000);
        QCOMPARE(peer_->count("again"), qint64{2});
    }

    // 10: 16 partitions, 5,000 messages: each once, with its partition.
    void partitions_areReadWholeAndOnce() {
        for (int i = 0; i < 5000; ++i)
            QVERIFY(put(*peer_, "spread", {"p-" + QByteArray::number(i), "x", {}}));
        const auto inputs = desk_->read(QStringLiteral("spread"));
        VERIFY_RESULT(inputs);
        QSet<QByteArray> ids;
        QSet<QString> partitions;
        for (const PlanInput& input : *inputs) {
            ids << input.message.properties.messageId.value();
            partitions << amqp10::text(amqp10::annotation(input.message, "x-opt-partition-id"));
        }
        QCOMPARE(inputs->size(), std::size_t{5000});
        QCOMPARE(ids.size(), 5000);
        QCOMPARE(partitions.size(), 16);
        QVERIFY(!partitions.contains(QString()));
    }

    // 13: two programs with workspaces of their own.
    void twoOperators_sendEachMessageOnce() {
        die("orders", 200);
        const QString dead = QStringLiteral("orders/$DeadLetterQueue");
        QTemporaryDir elsewhere;
        auto other = newDesk(elsewhere.filePath(QStringLiteral("other.signalbox")));
        VERIFY_RESULT(other->open());
        const ReplayOptions options = strippingExpiration(toQueue(QStringLiteral("again")));
        std::vector<std::pair<LiveDesk*, QString>> runs;
        for (LiveDesk* desk : {desk_.get(), other.get()}) {
            auto inputs = desk->read(dead);
            VERIFY_RESULT(inputs);
            const auto run = desk->prepare(dead, std::move(*inputs), options);
            VERIFY_RESULT(run);
            runs.emplace_back(desk, *run);
        }
        for (const auto& [desk, run] : runs)
            VERIFY_RESULT(desk->start(run));
        qint64 moved = 0;
        for (const auto& [desk, run] : runs) {
            const auto record = desk->ended(run);
            VERIFY_RESULT(record);
            const auto count = [&](ItemState state) {
                return record->counts.contains(state) ? record->counts.at(state) : 0;
            };
            QCOMPARE(count(ItemState::Removed) + count(ItemState::Missing), qint64{200});
            moved += count(ItemState::Removed);
        }
        QCOMPARE(moved, qint64{200});
        QStringList ids = idsIn("again");
        QCOMPARE(ids.size(), 200);
        ids.removeDuplicates();
        QCOMPARE(ids.size(), 200);
    }

    // 14: one of a hundred; the others stay, unlocked.
    void fewOfMany_endsAndLeavesTheRest() {
        die("orders", 1000);
        const QString dead = QStringLiteral("orders/$DeadLetterQueue");
        auto inputs = desk_->read(dead);
        VERIFY_RESULT(inputs);
        std::vector<PlanInput> chosen;
        for (std::size_t i = 50; i < inputs->size(); i += 100)
            chosen.push_back((*inputs)[i]);
        const auto run =
            desk_->prepare(dead, std::move(chosen), strippingExpiration(toQueue(QStringLiteral("again"))));
        VERIFY_RESULT(run);
        const auto record = desk_->carryOut(*run);
        VERIFY_RESULT(record);
        QCOMPARE(record->counts, (std::map<ItemState, qint64>{{ItemState::Removed, 10}}));
        const auto left = peer_->messages("orders/$DeadLetterQueue");
        QCOMPARE(left.size(), std::size_t{990});
        for (const sbpeer::HeldMessage& held : left)
            QVERIFY(!held.locked);
    }
};

QTEST_GUILESS_MAIN(TestLiveScenarios)
#include "tst_livescenarios.moc"
