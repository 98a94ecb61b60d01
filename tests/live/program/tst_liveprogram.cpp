// The command line as an operator's script calls it: the real program, a real node, exit codes and JSON. What
// the queues have is counted by the test's own connection.
#include "tests/live/program/programrun.h"
#include "tests/support/live/rabbitnode.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/live/rawconsumer.h"

#include <QDirIterator>
#include <QJsonArray>
#include <QSet>
#include <QTest>
#include <map>

using namespace signalbox;
using namespace signalbox::live;

#define VERIFY_RESULT(expression) QVERIFY2(worked(expression), qPrintable(problem))
// The command runs once, however often a macro names it.
#define COMPARE_CODE(command, wanted)                                                                        \
    do {                                                                                                     \
        const Said answer = (command);                                                                       \
        QVERIFY2(answer.code == (wanted), answer.all().constData());                                         \
    } while (false)

namespace {

QString problem;

template<class T>
bool worked(const Result<T>& result) {
    problem = result ? QString() : result.error().summary + QLatin1Char(' ') + result.error().detail;
    return result.has_value();
}

constexpr int count = 60;

} // namespace

class TestLiveProgram : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;
    std::unique_ptr<RawAmqp> judge_;
    std::unique_ptr<ProgramRun> program_;
    QString origin_, dead_;

    // A queue, and next to it the one its rejected messages end in; 60 orders were rejected. Every test has
    // queues of its own.
    void makeDeadLetters(const QByteArray& type = "classic") {
        origin_ = QLatin1String(QTest::currentTestFunction());
        dead_ = origin_ + QStringLiteral(".dead");
        VERIFY_RESULT(judge_->declareQueue(
            origin_, {{"x-queue-type", HeaderValue::string(type)},
                      {"x-dead-letter-exchange", HeaderValue::string("")},
                      {"x-dead-letter-routing-key", HeaderValue::string(dead_.toUtf8())}}));
        VERIFY_RESULT(judge_->declareQueue(dead_, {{"x-queue-type", HeaderValue::string(type)}}));
        VERIFY_RESULT(judge_->publish(count, [this](qint64 number) {
            Message message;
            message.routingKey = origin_.toUtf8();
            message.body = "{\"order\":{\"id\":" + QByteArray::number(number) + "}}";
            message.bodySize = message.body.size();
            message.properties.deliveryMode = std::uint8_t{2};
            message.properties.contentType = "application/json";
            message.properties.messageId = "order-" + QByteArray::number(number);
            message.properties.headers = HeaderTable{{"tenant", HeaderValue::string("acme")}};
            return message;
        }));
        auto consumer = RawConsumer::open(node_->login(), 10);
        VERIFY_RESULT(consumer);
        VERIFY_RESULT((*consumer)->consume(origin_));
        for (int i = 0; i < count; ++i) {
            const auto delivery = (*consumer)->next(20000);
            VERIFY_RESULT(delivery);
            QVERIFY(delivery->has_value());
            VERIFY_RESULT((*consumer)->reject((*delivery)->tag, false));
        }
        QTRY_COMPARE_WITH_TIMEOUT(ready(dead_), count, 20000);
    }
    qint64 ready(const QString& queue) { return judge_->count(queue).value_or(-1); }
    Said cli(const char* words, const QStringList& further = {}) { return program_->run(words, further); }
    // The queue goes between the command and its options.
    Said onDead(const QByteArray& words, const QStringList& further = {}) {
        const qsizetype options = words.indexOf(" --");
        const QStringList rest =
            options < 0 ? QStringList() : QString::fromUtf8(words.mid(options + 1)).split(QLatin1Char(' '));
        return cli((options < 0 ? words : words.left(options)).constData(),
                   QStringList{dead_} + rest + further);
    }
    void connect(const QString& environment = QStringLiteral("development")) {
        const Said added =
            cli("connections add shop --host 127.0.0.1",
                {QStringLiteral("--port"), QString::number(node_->ports().amqp), QStringLiteral("--user"),
                 node_->options().user, QStringLiteral("--management"), node_->managementUrl(),
                 QStringLiteral("--environment"), environment});
        COMPARE_CODE(added, 0);
    }
    QSet<QByteArray> bodies(const QString& queue) {
        QSet<QByteArray> all;
        const auto messages = judge_->drain(queue);
        if (worked(messages)) {
            for (const Message& message : *messages)
                all.insert(message.body);
        }
        return all;
    }

private Q_SLOTS:
    void initTestCase() {
        node_ = std::make_unique<RabbitNode>();
        VERIFY_RESULT(node_->start());
        auto judge = RawAmqp::open(node_->login());
        VERIFY_RESULT(judge);
        judge_ = std::move(*judge);
    }
    void init() {
        program_ = std::make_unique<ProgramRun>(QStringLiteral(SIGNALBOX_PROGRAM));
        program_->setPassword(node_->options().password);
    }

    void replay_sendsInTheOrderAskedFor_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("classic") << QByteArray("classic");
        QTest::newRow("quorum") << QByteArray("quorum");
    }
    void replay_sendsInTheOrderAskedFor() {
        QFETCH(QByteArray, type);
        makeDeadLetters(type);
        connect();
        COMPARE_CODE(onDead("replay run --limit 20 --yes",
                            {QStringLiteral("--order"), QStringLiteral("position desc")}),
                     0);
        const auto moved = judge_->drain(origin_);
        VERIFY_RESULT(moved);
        QByteArrayList ids, expected;
        for (const Message& message : *moved)
            ids << message.properties.messageId.value_or(QByteArray());
        for (int number = count - 1; number >= count - 20; --number)
            expected << "order-" + QByteArray::number(number);
        QCOMPARE(ids, expected);
        QTRY_COMPARE_WITH_TIMEOUT(ready(dead_), count - 20, 20000);
        VERIFY_RESULT(judge_->deleteQueue(origin_));
        VERIFY_RESULT(judge_->deleteQueue(dead_));
    }

    void connection_isAddedTestedAndRemoved() {
        connect();
        const Said tested = cli("connections test shop");
        COMPARE_CODE(tested, 0);
        QStringList steps;
        for (const QJsonObject& step : tested.objects())
            steps << step.value(QStringLiteral("step")).toString();
        QVERIFY2(steps.size() >= 5, tested.all().constData());
        const Said listed = cli("connections list");
        COMPARE_CODE(listed, 0);
        QCOMPARE(listed.objects().size(), 1);
        QCOMPARE(listed.objects().first().value(QStringLiteral("name")).toString(), QStringLiteral("shop"));
        COMPARE_CODE(cli("connections remove shop"), 2); // nobody said yes
        COMPARE_CODE(cli("connections remove shop --yes"), 0);
        QVERIFY(cli("connections list").objects().isEmpty());
    }

    void wrongPassword_isNotAllowed() {
        connect();
        program_->setPassword(QStringLiteral("quite wrong"));
        for (const char* words : {"connections test shop", "queues", "deadletters list any"}) {
            const Said said = cli(words);
            COMPARE_CODE(said, 3);
            QVERIFY2(!said.all().contains("quite wrong"), words);
        }
        QVERIFY(cli("queues").all().contains("The broker refused the login of tester"));
    }

    void nobodyListening_cannotConnect() {
        const Said added = cli("connections add nowhere --host 127.0.0.1 --port 1 --user x");
        COMPARE_CODE(added, 0);
        const Said said = cli("deadletters list any");
        COMPARE_CODE(said, 3);
        QCOMPARE(said.error().value(QStringLiteral("kind")).toString(), QStringLiteral("cannot-connect"));
        COMPARE_CODE(cli("connections test nowhere"), 3);
    }

    void wrongWords_areUsage() {
        connect();
        for (const char* words :
             {"queue", "queues --colour", "replay run", "deadletters list q --limit -1",
              "connections add x --port 99999999", "replay run q --to-origin --to-queue other",
              "deadletters list q --where (", "replay run q --routing-key k --yes"}) {
            const Said said = cli(words);
            QVERIFY2(said.code == 2, (QByteArray(words) + " gave " + said.all()).constData());
            QVERIFY2(!said.error().value(QStringLiteral("summary")).toString().isEmpty(), words);
        }
    }

    void queues_knowTheDeadLetterQueue() {
        makeDeadLetters();
        connect();
        const Said said = cli("queues");
        COMPARE_CODE(said, 0);
        QJsonObject found;
        for (const QJsonObject& queue : said.objects()) {
            if (queue.value(QStringLiteral("name")).toString() == dead_)
                found = queue;
        }
        QVERIFY2(!found.isEmpty(), said.all().constData());
        QVERIFY2(QJsonDocument(found).toJson().contains("edge"), said.all().constData());
    }

    void deadLetters_areListedShownGroupedAndFiltered() {
        makeDeadLetters();
        connect();
        const Said listed = onDead("deadletters list --limit 0");
        COMPARE_CODE(listed, 0);
        QCOMPARE(listed.objects().size(), count);
        const QJsonObject first = listed.objects().first();
        QCOMPARE(first.value(QStringLiteral("reason")).toString(), QStringLiteral("rejected"));
        QCOMPARE(first.value(QStringLiteral("messageId")).toString(), QStringLiteral("order-0"));
        const Said filtered = onDead("deadletters list --where", {QStringLiteral("body.order.id >= 58")});
        COMPARE_CODE(filtered, 0);
        QCOMPARE(filtered.objects().size(), 2);
        QCOMPARE(onDead("deadletters list --text", {QStringLiteral("acme")}).objects().size(), count);
        const QString id = QString::number(first.value(QStringLiteral("id")).toInt());
        const Said shown = onDead("deadletters show", {id});
        COMPARE_CODE(shown, 0);
        QVERIFY2(shown.out.contains("acme") && shown.out.contains(origin_.toUtf8()), shown.out.constData());
        const Said groups = onDead("deadletters groups");
        COMPARE_CODE(groups, 0);
        QCOMPARE(groups.objects().size(), 1);
        QCOMPARE(groups.objects().first().value(QStringLiteral("count")).toInt(), count);
        QCOMPARE(ready(dead_), count);
    }

    void export_isImportedByteForByte() {
        makeDeadLetters();
        connect();
        const QString file = program_->file(QStringLiteral("dead.jsonl"));
        COMPARE_CODE(onDead("deadletters export --output", {file}), 0);
        COMPARE_CODE(onDead("deadletters export --output", {file}), 2); // it is there
        const QString copy = origin_ + QStringLiteral(".copy");
        VERIFY_RESULT(judge_->declareQueue(copy));
        const Said imported = cli("deadletters import --yes", {file, QStringLiteral("--to-queue"), copy});
        COMPARE_CODE(imported, 0);
        const auto before = judge_->drain(dead_);
        const auto after = judge_->drain(copy);
        VERIFY_RESULT(before);
        VERIFY_RESULT(after);
        QCOMPARE(before->size(), std::size_t{count});
        QCOMPARE(after->size(), before->size());
        for (std::size_t i = 0; i < after->size(); ++i) {
            QCOMPARE((*after)[i].body, (*before)[i].body);
            QVERIFY((*after)[i].properties == (*before)[i].properties);
        }
    }

    void replay_goesHomeOnce_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("classic") << QByteArray("classic");
        QTest::newRow("quorum") << QByteArray("quorum");
    }
    void replay_goesHomeOnce() {
        QFETCH(QByteArray, type);
        if (type == "quorum") {
            VERIFY_RESULT(judge_->deleteQueue(QStringLiteral("replay_goesHomeOnce")));
            VERIFY_RESULT(judge_->deleteQueue(QStringLiteral("replay_goesHomeOnce.dead")));
        }
        makeDeadLetters(type);
        connect();
        COMPARE_CODE(onDead("replay run --dry-run"), 0);
        QCOMPARE(ready(dead_), count);
        COMPARE_CODE(onDead("replay run"), 2); // nobody said yes
        QCOMPARE(ready(origin_), 0);
        const Said some =
            onDead("replay run --yes --limit 5 --where", {QStringLiteral("body.order.id >= 30")});
        COMPARE_CODE(some, 0);
        QCOMPARE(ready(dead_), count - 5);
        QCOMPARE(ready(origin_), 5);
        const Said rest = onDead("replay run --yes --to-origin");
        COMPARE_CODE(rest, 0); // five have gone already, and are left out
        QTRY_COMPARE(ready(dead_), 0);
        QCOMPARE(ready(origin_), count);
        const auto moved = judge_->peek(origin_, 1);
        VERIFY_RESULT(moved);
        QVERIFY(!moved->front().header("x-death"));
        QVERIFY(moved->front().header("x-signalbox-attempt"));
        QCOMPARE(bodies(origin_).size(), count);

        const Said runs = cli("replay list");
        COMPARE_CODE(runs, 0);
        QCOMPARE(runs.objects().size(), 2);
        COMPARE_CODE(cli("replay list --unfinished"), 0);
        const QString id = runs.objects().first().value(QStringLiteral("id")).toString();
        const Said shown = cli("replay show --limit 0", {id});
        COMPARE_CODE(shown, 0);
        QCOMPARE(shown.out.count("\"state\":\"removed\""), count - 5);
        COMPARE_CODE(cli("replay resume --yes"), 0); // there is none to resume
        COMPARE_CODE(cli("audit verify"), 0);
    }

    void unroutable_isPartlyAndNothingMoves() {
        makeDeadLetters();
        connect();
        const Said refused = onDead("replay run --yes --to-queue no-such-queue");
        COMPARE_CODE(refused, 1);
        QCOMPARE(ready(dead_), count);
    }

    void deleted_isRestored() {
        makeDeadLetters();
        connect();
        const auto before = judge_->peek(dead_);
        VERIFY_RESULT(before);
        COMPARE_CODE(onDead("delete"), 2); // of what?
        COMPARE_CODE(onDead("delete --yes --where", {QStringLiteral("body.order.id < 10")}), 0);
        QCOMPARE(ready(dead_), count - 10);
        const QString run = cli("replay list").objects().first().value(QStringLiteral("id")).toString();
        COMPARE_CODE(cli("restore --yes", {run}), 0);
        QCOMPARE(ready(dead_), count);
        const auto after = judge_->drain(dead_);
        VERIFY_RESULT(after);
        std::map<QByteArray, const Message*> back; // the restored ones are behind the others
        for (const Message& message : *after)
            back[message.body] = &message;
        QCOMPARE(back.size(), std::size_t{count});
        for (const Message& message : *before) {
            QVERIFY(back[message.body]);
            QVERIFY2(back[message.body]->properties == message.properties, message.body.constData());
        }
    }

    void production_isReadOnlyUntilElevated() {
        makeDeadLetters();
        connect(QStringLiteral("production"));
        COMPARE_CODE(onDead("deadletters list"), 0);
        for (const char* words : {"replay run --yes", "delete --all --yes", "purge --confirm x"}) {
            const Said said = onDead(words);
            QVERIFY2(said.code == 3 || said.code == 2, (QByteArray(words) + ' ' + said.all()).constData());
        }
        const Said readOnly = onDead("replay run --yes");
        COMPARE_CODE(readOnly, 3);
        QVERIFY2(readOnly.all().contains("elevate"), readOnly.all().constData());
        QCOMPARE(ready(dead_), count);
        COMPARE_CODE(cli("elevate shop"), 2); // why?
        COMPARE_CODE(cli("elevate shop --reason INC-4711 --minutes 5"), 0);
        COMPARE_CODE(onDead("purge --confirm wrong"), 2);
        QCOMPARE(ready(dead_), count);
        COMPARE_CODE(onDead("purge --reason INC-4711 --confirm", {dead_}), 0);
        QCOMPARE(ready(dead_), 0);
        const Said trail = cli("audit list");
        COMPARE_CODE(trail, 0);
        QVERIFY2(trail.out.contains("INC-4711"), trail.out.constData());
        COMPARE_CODE(cli("audit verify"), 0);
    }

    // Each reading spends one delivery of every message: the last one is never spent.
    void deliveryLimit_isNeverCrossed() {
        const QString queue = QStringLiteral("limited");
        VERIFY_RESULT(judge_->declareQueue(queue, {{"x-queue-type", HeaderValue::string("quorum")},
                                                   {"x-delivery-limit", HeaderValue::int64(3)}}));
        for (int i = 0; i < 10; ++i) {
            Message message;
            message.body = QByteArray::number(i);
            message.bodySize = 1;
            VERIFY_RESULT(judge_->publishTo(queue, message));
        }
        connect();
        int refusals = 0;
        for (int i = 0; i < 6; ++i) {
            const Said said = cli("deadletters list --refresh", {queue});
            QVERIFY2(said.code == 0 || said.code == 3, said.all().constData());
            refusals += said.code == 3 ? 1 : 0;
            QTRY_COMPARE(ready(queue), 10);
        }
        QCOMPARE(refusals, 4);
        // The last one is for a replay, which gives back what it does not take; a second would cost messages.
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("limited.target")));
        for (const int code : {0, 3, 3}) {
            COMPARE_CODE(
                cli("replay run limited --to-queue limited.target --yes --limit 1 --allow-repeat --where",
                    {QStringLiteral("position = 4")}),
                code);
            QTRY_COMPARE(ready(queue), 9);
        }
        QCOMPARE(ready(QStringLiteral("limited.target")), 1);
    }

    void password_isInNoFile() {
        makeDeadLetters();
        connect();
        COMPARE_CODE(cli("queues"), 0);
        COMPARE_CODE(onDead("replay run --yes"), 0);
        QDirIterator files(program_->folder(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        int looked = 0;
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().contains(node_->options().password.toUtf8()),
                     qPrintable(file.fileName()));
            ++looked;
        }
        QVERIFY(looked > 0);
    }
};

QTEST_GUILESS_MAIN(TestLiveProgram)
#include "tst_liveprogram.moc"
