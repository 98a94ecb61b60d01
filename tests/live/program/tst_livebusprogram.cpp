// The command line on a Service Bus namespace: the real program against the peer, from the connection string
// to the dead letters and their replay.
#include "app/servicebus/locksource.h"
#include "tests/live/program/programrun.h"
#include "tests/live/servicebus/letter.h"
#include "tests/support/servicebuspeer/peer.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::live;

#define COMPARE_CODE(command, wanted)                                                                        \
    do {                                                                                                     \
        const Said answer = (command);                                                                       \
        QVERIFY2(answer.code == (wanted), answer.all().constData());                                         \
    } while (false)

class TestLiveBusProgram : public QObject {
    Q_OBJECT
    std::unique_ptr<sbpeer::Peer> peer_;
    std::unique_ptr<ProgramRun> program_;
    Said planned_;

    Said cli(const char* words, const QStringList& further = {}) { return program_->run(words, further); }
    void connect(const QByteArray& keyName = "RootManageSharedAccessKey",
                 const QByteArray& key = "SAS_KEY_VALUE", const QByteArray& further = {}) {
        program_->setPassword(QString::fromUtf8(peer_->connectionString(keyName, key) + further));
        COMPARE_CODE(cli("connections add bus --service-bus --management",
                         {QStringLiteral("http://localhost:%1").arg(peer_->ports().http)}),
                     0);
    }
    void die(int count) {
        for (int i = 0; i < count; ++i) {
            Letter letter{
                "order-" + QByteArray::number(i), "{\"order\":" + QByteArray::number(i) + "}", {}, 1000};
            QVERIFY(put(*peer_, "orders", letter));
        }
        peer_->advance(5000);
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{count});
    }

private Q_SLOTS:
    void init() {
        peer_ = std::make_unique<sbpeer::Peer>();
        QVERIFY(peer_->start(R"({"keys": [{"name": "RootManageSharedAccessKey", "key": "SAS_KEY_VALUE"},
                                          {"name": "listener", "key": "listens", "rights": ["Listen"]},
                                          {"name": "of-orders", "key": "one", "rights": ["Listen"],
                                           "entity": "orders"}],
            "queues": [{"name": "orders", "deadLettersExpired": true}, {"name": "invoices"},
                       {"name": "once", "detectsDuplicates": true}],
            "topics": [{"name": "events", "subscriptions": [{"name": "audit"}]}]})"));
        program_ = std::make_unique<ProgramRun>(QStringLiteral(SIGNALBOX_PROGRAM));
    }

    void connection_isTestedStepByStep() {
        connect();
        const Said tested = cli("connections test bus");
        QCOMPARE(tested.code, 0);
        for (const char* step : {"Connection", "Login", "Management API", "speaks AMQP 1.0"})
            QVERIFY2(tested.all().contains(step), tested.all().constData());
    }

    void wrongKey_isToldAndNotShown() {
        connect();
        program_->setPassword(
            QString::fromUtf8(peer_->connectionString("RootManageSharedAccessKey", "not it")));
        const Said refused = cli("connections test bus");
        QVERIFY2(refused.code != 0, refused.all().constData());
        QVERIFY2(refused.all().contains("Login"), refused.all().constData());
        QVERIFY2(!refused.all().contains("not it"), refused.all().constData());
        for (const char* command :
             {"queues -c bus", "deadletters list orders/$DeadLetterQueue -c bus --refresh"}) {
            const Said said = cli(command);
            QCOMPARE(said.code, 3);
            QVERIFY2(said.all().contains("environment variable SIGNALBOX_PASSWORD"), said.all().constData());
            QVERIFY2(!said.all().contains("not it"), said.all().constData());
        }
    }

    void queues_areListedWithTheirDeadLetters() {
        connect();
        die(3);
        const Said listed = cli("queues --all");
        QCOMPARE(listed.code, 0);
        for (const char* name :
             {"orders/$DeadLetterQueue", "invoices", "events/Subscriptions/audit", "dead letters of orders"})
            QVERIFY2(listed.all().contains(name), listed.all().constData());
    }

    void deadLetters_areReadAndLeftAlone() {
        connect();
        die(300);
        const Said read = cli("deadletters list orders/$DeadLetterQueue");
        QVERIFY2(read.code == 0, read.all().constData());
        QVERIFY2(read.all().contains("order-97"), read.all().right(2000).constData());
        QVERIFY2(read.all().contains("TTLExpiredException"), read.all().right(2000).constData());
        const Said some =
            cli("deadletters list orders/$DeadLetterQueue --where", {QStringLiteral("body.order > 297")});
        QVERIFY2(some.all().contains("order-298") && !some.all().contains("order-297"),
                 some.all().constData());
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{300});
        for (const sbpeer::HeldMessage& message : peer_->messages("orders/$DeadLetterQueue"))
            QVERIFY(!message.locked && message.deliveryCount == 0);
    }

    void replay_movesAndSaysSo() {
        connect();
        die(3);
        COMPARE_CODE(cli("deadletters list orders/$DeadLetterQueue"), 0);
        const Said sent =
            cli("replay run orders/$DeadLetterQueue --to-queue invoices --strip-expiration --yes --reason",
                {QStringLiteral("trial")});
        QVERIFY2(sent.code == 0, sent.all().constData());
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{0});
        QCOMPARE(peer_->count("invoices"), qint64{3});
    }

    // The service takes a name in any case: it is one queue, with one reading and one history.
    void name_inAnotherSpellingIsTheSameQueue() {
        connect();
        die(3);
        COMPARE_CODE(cli("deadletters list orders/$DeadLetterQueue"), 0);
        COMPARE_CODE(
            cli("replay run Orders/$deadletterqueue --to-queue INVOICES --strip-expiration --limit 1 --yes"),
            0);
        const Said planned =
            cli("replay run ORDERS/$DeadLetterQueue --to-queue invoices --strip-expiration --dry-run");
        QVERIFY2(planned.all().contains("\"sendable\":2") && planned.all().contains("\"removedAlready\":1"),
                 planned.all().constData());
        COMPARE_CODE(cli("deadletters list ORDERS/$deadLetterQueue --refresh"), 0);
        const QList<QJsonObject> runs = cli("replay list").objects();
        QCOMPARE(runs.size(), 1);
        QCOMPARE(runs.first().value(QStringLiteral("queue")).toString(),
                 QStringLiteral("orders/$DeadLetterQueue"));
    }

    // It would accept the ids that it knows, and drop the messages.
    void restore_givesNewIdsWhereDuplicatesAreDetected() {
        connect();
        for (int i = 0; i < 2; ++i)
            QVERIFY(put(*peer_, "once", {"order-" + QByteArray::number(i), "x", {}}));
        COMPARE_CODE(cli("deadletters list once --refresh --limit 1"), 0);
        COMPARE_CODE(cli("delete once --all --yes"), 0);
        QCOMPARE(peer_->count("once"), qint64{0});
        const QString run = cli("replay list").objects().first().value(QStringLiteral("id")).toString();
        const Said restored = cli("restore --yes", {run});
        QCOMPARE(restored.code, 0);
        QVERIFY2(restored.all().contains("new message id"), restored.all().constData());
        QCOMPARE(peer_->count("once"), qint64{2});
    }

    void subscription_takesNoRestore() {
        connect();
        QVERIFY(put(*peer_, "events", {"e-1", "x", {}}));
        COMPARE_CODE(cli("deadletters list events/Subscriptions/audit --refresh --limit 1"), 0);
        COMPARE_CODE(cli("delete events/Subscriptions/audit --all --yes"), 0);
        const QString run = cli("replay list").objects().first().value(QStringLiteral("id")).toString();
        const Said refused = cli("restore --yes", {run});
        QCOMPARE(refused.code, 1);
        QVERIFY2(refused.all().contains("only to its topic"), refused.all().constData());
    }

    void exported_isImportedAgain() {
        connect();
        die(3);
        COMPARE_CODE(cli("deadletters list orders/$DeadLetterQueue --refresh --limit 1"), 0);
        const QString file = program_->file(QStringLiteral("dead.jsonl"));
        COMPARE_CODE(cli("deadletters export orders/$DeadLetterQueue --output", {file}), 0);
        COMPARE_CODE(cli("deadletters import", {file}), 0);
        COMPARE_CODE(cli("deadletters import --to-queue invoices --yes", {file}), 0);
        QCOMPARE(peer_->count("invoices"), qint64{3});
    }

    void topic_takesAnImport() {
        connect();
        die(1);
        COMPARE_CODE(cli("deadletters list orders/$DeadLetterQueue --refresh --limit 1"), 0);
        const QString file = program_->file(QStringLiteral("dead.jsonl"));
        COMPARE_CODE(cli("deadletters export orders/$DeadLetterQueue --output", {file}), 0);
        COMPARE_CODE(cli("deadletters import --to-queue events --yes", {file}), 0);
        QCOMPARE(peer_->count("events/Subscriptions/audit"), qint64{1});
    }

    void purged_isNotPlannedAgain() {
        connect();
        die(3);
        COMPARE_CODE(cli("deadletters list orders/$DeadLetterQueue --refresh --limit 1"), 0);
        COMPARE_CODE(cli("purge orders/$DeadLetterQueue --confirm orders/$DeadLetterQueue"), 0);
        const Said planned = cli("delete orders/$DeadLetterQueue --all --dry-run");
        QVERIFY2(planned.all().contains("\"sendable\":0"), planned.all().constData());
    }

    // Before it acts: what becomes of those in front of the chosen one. Where one of them would be given up
    // by it, nothing is done.
    void delete_saysWhatItDoesToOthers() {
        connect();
        for (int i = 0; i < 60; ++i)
            QVERIFY(put(*peer_, "orders", {"order-" + QByteArray::number(i), "x", {}}));
        const auto readAndPlan = [this] {
            COMPARE_CODE(cli("deadletters list orders --refresh --limit 1"), 0);
            planned_ = cli("delete orders --dry-run",
                           {QStringLiteral("--where"), QStringLiteral("message_id = order-39")});
        };
        readAndPlan();
        QCOMPARE(planned_.code, 0);
        QVERIFY2(planned_.all().contains("39 messages in front of the chosen ones were not chosen"),
                 planned_.all().constData());
        SourceOptions options;
        options.queue.name = QStringLiteral("orders");
        for (int time = 0; time < 9; ++time) { // the first four have one delivery left
            servicebus::LockSource consumer(accessTo(*peer_), options);
            QVERIFY(consumer.open());
            std::vector<std::uint64_t> tags;
            while (tags.size() < 4) {
                const auto some = consumer.receive(4 - static_cast<int>(tags.size()), 1000);
                QVERIFY(some);
                for (const Delivery& delivery : *some)
                    tags.push_back(delivery.tag);
            }
            QVERIFY(consumer.giveBack(tags));
            QVERIFY(consumer.sync());
        }
        readAndPlan();
        QVERIFY2(planned_.code == 3, planned_.all().constData());
        QVERIFY2(planned_.all().contains("4 messages that were not chosen would be dead-lettered"),
                 planned_.all().constData());
        // Where everything is chosen, nothing is given back for sure.
        const Said everything = cli("delete orders --all --dry-run");
        QVERIFY2(everything.code == 0, everything.all().constData());
        QVERIFY2(everything.all().contains("4 of them had used up their deliveries but the last"),
                 everything.all().constData());
        QCOMPARE(peer_->count("orders"), qint64{60});
    }

    // What was read is old: the messages in front have been delivered more often since.
    void delete_asksForTheDeliveriesOfNow() {
        connect();
        for (int i = 0; i < 20; ++i)
            QVERIFY(put(*peer_, "orders", {"order-" + QByteArray::number(i), "x", {}}));
        COMPARE_CODE(cli("deadletters list orders --refresh --limit 1"), 0);
        SourceOptions options;
        options.queue.name = QStringLiteral("orders");
        for (int time = 0; time < 9; ++time) {
            servicebus::LockSource consumer(accessTo(*peer_), options);
            QVERIFY(consumer.open());
            const auto some = consumer.receive(1, 5000);
            QVERIFY(some && some->size() == 1);
            const std::uint64_t tags[] = {some->front().tag};
            QVERIFY(consumer.giveBack(tags));
            QVERIFY(consumer.sync());
        }
        const Said refused =
            cli("delete orders --yes", {QStringLiteral("--where"), QStringLiteral("message_id = order-9")});
        QVERIFY2(refused.code == 3, refused.all().constData());
        QVERIFY2(refused.all().contains("1 message that was not chosen would be dead-lettered"),
                 refused.all().constData());
        QCOMPARE(peer_->count("orders"), qint64{20});
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{0});
    }

    void deadLetterQueue_takesNoRestore() {
        connect();
        die(1);
        COMPARE_CODE(cli("deadletters list orders/$DeadLetterQueue"), 0);
        const Said deleted = cli("delete orders/$DeadLetterQueue --all --yes");
        COMPARE_CODE(deleted, 0);
        QVERIFY2(deleted.all().contains("Nothing can be sent back"), deleted.all().constData());
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{0});
        const QList<QJsonObject> runs = cli("replay list --json").objects();
        QCOMPARE(runs.size(), 1);
        const QString run = runs.first().value(QStringLiteral("id")).toString();
        const Said refused = cli("restore", {run, QStringLiteral("--yes")});
        QVERIFY2(refused.code != 0 && refused.all().contains("dead-letter queue"), refused.all().constData());
    }

    void scheduled_areCancelledAndRestoredLater() {
        connect();
        for (int i = 0; i < 2; ++i) {
            auto message =
                sbpeer::Message::parse(Letter{"late-" + QByteArray::number(i), "later", {}}.encoded());
            message->annotations = sbpeer::Value::map().set(
                sbpeer::Value::symbol("x-opt-scheduled-enqueue-time"),
                sbpeer::Value::number(sbpeer::Value::Type::Timestamp,
                                      QDateTime::currentMSecsSinceEpoch() + 3600000));
            QVERIFY(peer_->put("invoices", *message).has_value());
        }
        const Said plan = cli("delete invoices --all --dry-run");
        QVERIFY2(plan.code == 0 && plan.all().contains(R"("scheduled":2)"), plan.all().constData());
        const Said asked = cli("delete invoices --all"); // nobody is there to agree
        QVERIFY2(asked.code == 2 && asked.all().contains("Cancel 2 messages scheduled"),
                 asked.all().constData());
        COMPARE_CODE(cli("delete invoices --all --yes"), 0);
        QCOMPARE(peer_->count("invoices"), qint64{0});
        const QString run =
            cli("replay list --json").objects().first().value(QStringLiteral("id")).toString();
        const QString at = QDateTime::currentDateTimeUtc().addSecs(7200).toString(Qt::ISODate);
        COMPARE_CODE(cli("restore", {run, QStringLiteral("--yes"), QStringLiteral("--at"), at}), 0);
        for (const sbpeer::HeldMessage& held : peer_->messages("invoices"))
            QVERIFY(held.state == sbpeer::MessageState::Scheduled);
        peer_->advance(3700000);
        QVERIFY(peer_->messages("invoices").front().state == sbpeer::MessageState::Scheduled);
        peer_->advance(3700000);
        QVERIFY(peer_->messages("invoices").front().state == sbpeer::MessageState::Active);
    }

    void byHand_messagesAreDeadLettered() {
        connect();
        for (int i = 0; i < 3; ++i)
            QVERIFY(put(*peer_, "invoices",
                        {"in-" + QByteArray::number(i), "{\"order\":" + QByteArray::number(i) + "}", {}}));
        const Said moved =
            cli("dead-letter invoices --yes --dead-letter-reason BadCustomer --dead-letter-description",
                {QStringLiteral("by hand"), QStringLiteral("--where"), QStringLiteral("body.order = 1")});
        QVERIFY2(moved.code == 0, moved.all().constData());
        const auto dead = peer_->messages("invoices/$DeadLetterQueue");
        QCOMPARE(dead.size(), std::size_t{1});
        QCOMPARE(dead.front().messageId, QByteArray("in-1"));
        QCOMPARE(dead.front().message.applicationProperties["DeadLetterReason"].bytes(),
                 QByteArray("BadCustomer"));
        QCOMPARE(peer_->count("invoices"), qint64{2});
        const Said twice = cli("dead-letter invoices/$DeadLetterQueue --all --yes");
        QVERIFY2(twice.code != 0 && twice.all().contains("dead-lettered already"), twice.all().constData());
        const QString run =
            cli("replay list --json").objects().first().value(QStringLiteral("id")).toString();
        const Said restored = cli("restore", {run, QStringLiteral("--yes")});
        QVERIFY2(restored.code != 0 && restored.all().contains("doubles"), restored.all().constData());
        QVERIFY2(cli("audit list").all().contains("dead-letter.end"), "the audit trail has it");
    }

    void purgeWithoutCopies_isExplicitAndOnRecord() {
        connect();
        for (int i = 0; i < 600; ++i)
            QVERIFY(put(*peer_, "invoices", {"in-" + QByteArray::number(i), "body", {}}));
        const Said unnamed = cli("purge invoices --no-copies");
        QVERIFY2(unnamed.code == 2 && unnamed.all().contains("--confirm"), unnamed.all().constData());
        QCOMPARE(peer_->count("invoices"), qint64{600});
        const Said purged = cli("purge invoices --no-copies --confirm invoices");
        QVERIFY2(purged.code == 0 && purged.all().contains("600 removed, no copies kept"),
                 purged.all().constData());
        QCOMPARE(peer_->count("invoices"), qint64{0});
        const Said audit = cli("audit list");
        QVERIFY2(audit.all().contains("600") && audit.all().contains("purge.end"), audit.all().constData());
    }

    void plan_saysWhatWouldBecomeOfThem() {
        connect();
        die(2);
        const Said brief = cli("replay run orders/$DeadLetterQueue --dry-run");
        QVERIFY2(brief.code == 1 && brief.all().contains("would-expire-at-once"), brief.all().constData());
        const Said plan = cli("replay run orders/$DeadLetterQueue --dry-run --strip-expiration");
        QVERIFY2(plan.code == 0 && plan.all().contains(R"("receivers":["orders"])"), plan.all().constData());
        const Said topic = cli("replay run orders/$DeadLetterQueue --dry-run --strip-expiration --to-queue "
                               "events");
        QVERIFY2(topic.all().contains(R"("receivers":["events/Subscriptions/audit"])"),
                 topic.all().constData());
        QCOMPARE(peer_->count("orders/$DeadLetterQueue"), qint64{2});
        QCOMPARE(peer_->count("events/Subscriptions/audit"), qint64{0});
    }

    void schedule_hasToBeATimeToCome() {
        connect();
        for (const char* time : {"soon", "2020-01-01T00:00:00Z"}) {
            const Said wrong =
                cli("replay run orders/$DeadLetterQueue --yes --at", {QString::fromLatin1(time)});
            QVERIFY2(wrong.code == 2 && wrong.all().contains("--at"), wrong.all().constData());
        }
    }

    void listenOnly_readsWhatIsNamed() {
        connect("listener", "listens");
        die(2);
        const Said listed = cli("queues --all");
        QVERIFY2(listed.all().contains("management API"), listed.all().constData());
        const Said read = cli("deadletters list orders/$DeadLetterQueue");
        QVERIFY2(read.code == 0 && read.all().contains("order-1"), read.all().constData());
    }

    // The key of one queue, as its owner hands it out.
    void keyOfOneQueue_seesAndEmptiesIt() {
        connect("of-orders", "one", "EntityPath=orders");
        die(3);
        QStringList names;
        for (const QJsonObject& row : cli("queues --all").objects())
            names << row.value(QStringLiteral("name")).toString();
        names.removeAll(QString());
        QCOMPARE(names, (QStringList{QStringLiteral("orders"), QStringLiteral("orders/$DeadLetterQueue")}));
        const Said read = cli("deadletters list orders/$DeadLetterQueue");
        QVERIFY2(read.code == 0 && read.all().contains("order-2"), read.all().constData());
        const Said gone =
            cli("delete orders/$DeadLetterQueue --yes --where", {QStringLiteral("message_id = order-1")});
        QVERIFY2(gone.code == 0, gone.all().constData());
        const auto left = peer_->messages("orders/$DeadLetterQueue");
        QCOMPARE(left.size(), std::size_t{2});
        QCOMPARE(left.back().messageId, QByteArray("order-2"));
        const Said other = cli("deadletters list invoices");
        QVERIFY2(other.code == 3 && other.all().contains("Listen"), other.all().constData());
    }

    void missingEntity_isSaid() {
        connect();
        const Said missing = cli("deadletters list nothing");
        QVERIFY2(missing.code != 0 && missing.all().contains("nothing"), missing.all().constData());
    }
};

QTEST_GUILESS_MAIN(TestLiveBusProgram)
#include "tst_livebusprogram.moc"
