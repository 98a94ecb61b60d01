// queues, deadletters list, show, groups, export and import against a broker in memory.
#include "tests/app/cli/cliharness.h"

#include <QJsonArray>

#include <future>
#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

using namespace signalbox;

class TestCliDeadLetters : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void queues_haveTheirShape();
    void list_readsOnceAndThenFromTheSnapshot();
    void list_filtersAndLimits();
    void list_saysWhereAFilterIsWrong();
    void list_unknownQueueIsNotFound();
    void list_givesEverythingBack();
    void show_printsTheWholeLetter();
    void show_asJsonCarriesTheMessage();
    void show_bodyIsByteForByte();
    void show_unknownIdIsNotFound();
    void list_keepsNoBodiesWhenAsked();
    void groups_countFailures();
    void groups_countWhatAFilterLeaves();
    void export_idsAndFilterNarrowEachOther();
    void export_importsByteForByte();
    void export_isPrivateAndReplacesNothing();
    void export_writesToAPipeAndLeavesIt();
    void export_toAFolderIsRefused();
    void list_sizeOfAReadingNeedsAReading();
    void list_saysWhatRunsHaveRemoved();
    void missingId_isNamed();
    void bodyFilter_withoutBodiesIsRefused();
    void readingInPart_meansWhatItMet();
    void reading_waitsForARunAtWork();
    void readingsAndExports_areOnRecord();
    void import_withoutQueueOnlyLooks();
    void import_namesBadLinesAndSendsNothing();
    void import_asksBeforeItSends();

private:
    CliHarness& cli() { return *cli_; }
    std::unique_ptr<CliHarness> cli_;
};

void TestCliDeadLetters::init() {
    cli_ = std::make_unique<CliHarness>();
    cli().addConnection();
    cli().declareQueue(QStringLiteral("orders"));
    cli().declareQueue(QStringLiteral("orders.dead"));
    for (int i = 1; i <= 5; ++i)
        cli().broker.put("orders.dead", CliHarness::deadLetter(
                                            "orders", "{\"order\":{\"id\":" + QByteArray::number(i) + "}}",
                                            i == 5 ? "expired" : "rejected"));
}

void TestCliDeadLetters::cleanup() {
    QCOMPARE(cli().broker.violations(), QStringList());
    cli_.reset();
}

void TestCliDeadLetters::queues_haveTheirShape() {
    const auto objects = cli()("queues --all --json").objects();
    QCOMPARE(objects.size(), std::size_t(2));
    QCOMPARE(
        objects.front().keys().join(QLatin1Char(' ')),
        QStringLiteral("ackRate consumers deadLettersTo deliverRate deliveryLimit durable evidence exclusive "
                       "holdsDeadLetters messageTtlMs name policy publishRate ready singleActiveConsumer "
                       "state type unacked virtualHost"));
    QVERIFY(objects.front().value(QStringLiteral("publishRate")).isNull());
    QCOMPARE(objects.front().value(QStringLiteral("ready")).toInt(-1), 0);
}

void TestCliDeadLetters::list_readsOnceAndThenFromTheSnapshot() {
    const CliResult first = cli()("deadletters list orders.dead --json");
    QCOMPARE(first.code, 0);
    QCOMPARE(first.objects().size(), std::size_t(5));
    QCOMPARE(cli().broker.sourceOpens(), 1);
    const QJsonObject row = first.objects().front();
    QCOMPARE(row.value(QStringLiteral("position")).toInt(), 1);
    QCOMPARE(row.value(QStringLiteral("reason")).toString(), QStringLiteral("rejected"));
    QCOMPARE(row.value(QStringLiteral("originQueue")).toString(), QStringLiteral("orders"));
    QCOMPARE(row.value(QStringLiteral("bodyComplete")).toBool(), true);
    for (const char* member :
         {"id", "fingerprint", "occurrence", "exchange", "routingKey", "deaths", "lastDeath", "exceptionType",
          "exceptionText", "messageType", "messageId", "correlationId", "size", "attempts", "framework",
          "groupId", "redelivered", "originKeys"})
        QVERIFY2(row.contains(QLatin1String(member)), member);

    const CliResult second = cli()("deadletters list orders.dead");
    QCOMPARE(second.code, 0);
    QCOMPARE(cli().broker.sourceOpens(), 1);
    QVERIFY(second.err.contains("--refresh"));
    QVERIFY(second.out.startsWith("id"));
    QCOMPARE(second.out.count('\n'), 6);

    cli().broker.put("orders.dead", CliHarness::deadLetter("orders", "new"));
    QCOMPARE(cli()("deadletters list orders.dead --refresh --json").objects().size(), std::size_t(6));
    QCOMPARE(cli().broker.sourceOpens(), 2);
}

void TestCliDeadLetters::list_filtersAndLimits() {
    const auto run = [&](const QString& where) {
        return cli().run({QStringLiteral("deadletters"), QStringLiteral("list"),
                          QStringLiteral("orders.dead"), QStringLiteral("--json"), QStringLiteral("--where"),
                          where});
    };
    QCOMPARE(run(QStringLiteral("reason = expired")).objects().size(), std::size_t(1));
    QCOMPARE(run(QStringLiteral("body.order.id = 3")).objects().size(), std::size_t(1));
    QCOMPARE(run(QStringLiteral("reason = nothing")).objects().size(), std::size_t(0));
    const CliResult some = cli()("deadletters list orders.dead --limit 2");
    QCOMPARE(some.out.count('\n'), 3);
    QVERIFY(some.err.contains("2 of 5"));
    QCOMPARE(cli()("deadletters list orders.dead --limit 0 --json").objects().size(), std::size_t(5));
    QCOMPARE(cli()("deadletters list orders.dead --where reason=nothing").out,
             QByteArray("No message matches.\n"));
}

void TestCliDeadLetters::list_saysWhereAFilterIsWrong() {
    const CliResult result =
        cli().run({QStringLiteral("deadletters"), QStringLiteral("list"), QStringLiteral("orders.dead"),
                   QStringLiteral("--json"), QStringLiteral("--where"), QStringLiteral("reason ~~ x")});
    QCOMPARE(result.code, 2);
    QCOMPARE(result.error().value(QStringLiteral("kind")).toString(), QStringLiteral("invalid"));
    QCOMPARE(cli().broker.sourceOpens(), 0);
}

void TestCliDeadLetters::list_unknownQueueIsNotFound() {
    const CliResult result = cli()("deadletters list nowhere --json");
    QCOMPARE(result.code, 1);
    QCOMPARE(result.error().value(QStringLiteral("kind")).toString(), QStringLiteral("not-found"));
    QVERIFY(result.error().value(QStringLiteral("summary")).toString().contains(QStringLiteral("nowhere")));
}

void TestCliDeadLetters::list_givesEverythingBack() {
    QCOMPARE(cli()("deadletters list orders.dead --first 3 --json").objects().size(), std::size_t(3));
    QCOMPARE(cli().broker.held("orders.dead"), 0);
    QCOMPARE(cli().broker.contents("orders.dead").size(), std::size_t(5));
    const CliResult again = cli()("deadletters list orders.dead");
    QVERIFY(again.err.contains("not whole"));
}

void TestCliDeadLetters::show_printsTheWholeLetter() {
    const auto rows = cli()("deadletters list orders.dead --json").objects();
    const QByteArray id = QByteArray::number(rows[1].value(QStringLiteral("id")).toInteger());
    const CliResult shown = cli()(("deadletters show orders.dead " + id).constData());
    QCOMPARE(shown.code, 0);
    for (const char* part :
         {"origin queue       orders", "1. orders rejected x1", "content type       application/json",
          "x-first-death-queue", "Body, 18 bytes\n{\"order\":{\"id\":2}}\n"})
        QVERIFY2(shown.out.contains(part), shown.out.constData());
}

void TestCliDeadLetters::show_asJsonCarriesTheMessage() {
    const auto rows = cli()("deadletters list orders.dead --json").objects();
    const QByteArray id = QByteArray::number(rows[1].value(QStringLiteral("id")).toInteger());
    const CliResult shown = cli()(("deadletters show orders.dead --json " + id).constData());
    QCOMPARE(shown.code, 0);
    QCOMPARE(shown.objects().size(), std::size_t(1));
    const QJsonObject object = shown.objects().front();
    QVERIFY(object.value(QStringLiteral("message")).isObject());
    QCOMPARE(object.value(QStringLiteral("facts")).toObject().value(QStringLiteral("path")).toArray().size(),
             1);
    const QByteArray exported =
        cli()(("deadletters export orders.dead --id " + id).constData()).out.trimmed();
    QVERIFY(!exported.isEmpty());
    QVERIFY(shown.out.contains("\"message\":" + exported));
}

void TestCliDeadLetters::show_bodyIsByteForByte() {
    const QByteArray binary("\x00\xff\x1b[2J\r\n", 8);
    cli().broker.put("orders.dead", CliHarness::deadLetter("orders", binary));
    const auto rows = cli()("deadletters list orders.dead --json").objects();
    QCOMPARE(rows.size(), std::size_t(6));
    const QByteArray id = QByteArray::number(rows[5].value(QStringLiteral("id")).toInteger());
    QCOMPARE(cli()(("deadletters show orders.dead --body " + id).constData()).out, binary);
    QVERIFY(!cli()(("deadletters show orders.dead " + id).constData()).out.contains('\x1b'));
}

void TestCliDeadLetters::show_unknownIdIsNotFound() {
    QCOMPARE(cli()("deadletters show orders.dead 99999").code, 1);
}

void TestCliDeadLetters::list_keepsNoBodiesWhenAsked() {
    const auto rows = cli()("deadletters list orders.dead --no-bodies --json").objects();
    QCOMPARE(rows.size(), std::size_t(5));
    const QByteArray id = QByteArray::number(rows[0].value(QStringLiteral("id")).toInteger());
    const CliResult shown = cli()(("deadletters show orders.dead --body " + id).constData());
    QCOMPARE(shown.code, 1);
    QCOMPARE(shown.out, QByteArray());
    QVERIFY2(shown.err.contains("kept"), shown.err.constData());
    QCOMPARE(cli()("deadletters list orders.dead --refresh --json").code, 0); // kept again
    const auto again = cli()("deadletters list orders.dead --json").objects();
    const QByteArray kept = QByteArray::number(again[0].value(QStringLiteral("id")).toInteger());
    QVERIFY(cli()(("deadletters show orders.dead --body " + kept).constData()).out.startsWith('{'));
}

void TestCliDeadLetters::groups_countFailures() {
    const auto groups = cli()("deadletters groups orders.dead --json").objects();
    QCOMPARE(groups.size(), std::size_t(2));
    QCOMPARE(groups[0].value(QStringLiteral("count")).toInt(), 4);
    QCOMPARE(groups[0].value(QStringLiteral("reason")).toString(), QStringLiteral("rejected"));
    QCOMPARE(groups[0].value(QStringLiteral("state")).toString(), QStringLiteral("open"));
    QCOMPARE(groups[1].value(QStringLiteral("count")).toInt(), 1);
    QVERIFY(cli()("deadletters groups orders.dead").out.startsWith("group"));
}

void TestCliDeadLetters::groups_countWhatAFilterLeaves() {
    const QStringList words{QStringLiteral("deadletters"), QStringLiteral("groups"),
                            QStringLiteral("orders.dead"), QStringLiteral("--json"),
                            QStringLiteral("--where")};
    const auto groups = cli().run(words + QStringList{QStringLiteral("body.order.id < 3")}).objects();
    QCOMPARE(groups.size(), std::size_t(1));
    QCOMPARE(groups[0].value(QStringLiteral("count")).toInt(), 2);
    QCOMPARE(groups[0].value(QStringLiteral("reason")).toString(), QStringLiteral("rejected"));
    QVERIFY(groups[0].value(QStringLiteral("lastSeen")).isString());
    QVERIFY(cli().run(words + QStringList{QStringLiteral("reason = maxlen")}).objects().empty());
    QCOMPARE(cli().run(words + QStringList{QStringLiteral("reason ~~ x")}).code, 2);
}

void TestCliDeadLetters::export_idsAndFilterNarrowEachOther() {
    std::vector<QString> ids;
    for (const QJsonObject& row : cli()("deadletters list orders.dead --json").objects())
        ids.push_back(QString::number(row.value(QStringLiteral("id")).toInteger()));
    QCOMPARE(ids.size(), std::size_t(5));
    const QStringList words{QStringLiteral("deadletters"),
                            QStringLiteral("export"),
                            QStringLiteral("orders.dead"),
                            QStringLiteral("--id"),
                            ids[0],
                            QStringLiteral("--id"),
                            ids[4]};
    const QStringList where{QStringLiteral("--where"), QStringLiteral("reason = expired")};
    QCOMPARE(cli().run(words).objects().size(), std::size_t(2));
    const auto both = cli().run(words + where).objects();
    QCOMPARE(both.size(), std::size_t(1));
    QVERIFY(
        cli()
            .run(words + where)
            .out.contains(
                cli()(("deadletters export orders.dead --id " + ids[4].toUtf8()).constData()).out.trimmed()));
    QCOMPARE(cli().run(words + where + QStringList{QStringLiteral("--id"), QStringLiteral("99999")}).code, 1);
}

void TestCliDeadLetters::export_importsByteForByte() {
    const QString file = cli().folder.filePath(QStringLiteral("out.jsonl"));
    const CliResult exported =
        cli().run({QStringLiteral("deadletters"), QStringLiteral("export"), QStringLiteral("orders.dead"),
                   QStringLiteral("--output"), file, QStringLiteral("--json")});
    QCOMPARE(exported.code, 0);
    QCOMPARE(exported.objects().front().value(QStringLiteral("exported")).toInt(), 5);
    const CliResult sent = cli().run({QStringLiteral("deadletters"), QStringLiteral("import"), file,
                                      QStringLiteral("--to-queue"), QStringLiteral("orders"),
                                      QStringLiteral("--yes"), QStringLiteral("--json")});
    QVERIFY2(sent.code == 0, sent.err.constData());
    const std::vector<Message> before = cli().broker.contents("orders.dead");
    const std::vector<Message> after = cli().broker.contents("orders");
    QCOMPARE(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        QCOMPARE(after[i].body, before[i].body);
        QCOMPARE(after[i].properties.messageId, before[i].properties.messageId);
        QCOMPARE(after[i].properties.contentType, before[i].properties.contentType);
    }
    const auto runs = cli()("replay list --json").objects();
    QCOMPARE(runs.front().value(QStringLiteral("kind")).toString(), QStringLiteral("import"));
}

void TestCliDeadLetters::export_isPrivateAndReplacesNothing() {
    const QString file = cli().folder.filePath(QStringLiteral("out.jsonl"));
    const QStringList words{QStringLiteral("deadletters"), QStringLiteral("export"),
                            QStringLiteral("orders.dead"), QStringLiteral("-o"), file};
    QCOMPARE(cli().run(words).code, 0);
#ifdef Q_OS_UNIX
    QCOMPARE(QFile::permissions(file) & (QFileDevice::ReadGroup | QFileDevice::ReadOther |
                                         QFileDevice::WriteGroup | QFileDevice::WriteOther),
             QFileDevice::Permissions());
#endif
    QCOMPARE(cli().run(words).code, 2);
    QCOMPARE(cli()
                 .run(words + QStringList{QStringLiteral("--force"), QStringLiteral("--where"),
                                          QStringLiteral("reason = expired")})
                 .code,
             0);
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    QCOMPARE(written.readAll().count('\n'), 1);
}

// Replacing a pipe or a device would take it from whoever waits at its other end.
void TestCliDeadLetters::export_writesToAPipeAndLeavesIt() {
#ifdef Q_OS_UNIX
    const QString pipe = cli().folder.filePath(QStringLiteral("pipe"));
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), S_IRUSR | S_IWUSR), 0);
    for (const QStringList& force : {QStringList(), QStringList{QStringLiteral("--force")}}) {
        auto reading = std::async(std::launch::async, [pipe] {
            QFile file(pipe);
            return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
        });
        const CliResult result =
            cli().run(QStringList{QStringLiteral("deadletters"), QStringLiteral("export"),
                                  QStringLiteral("orders.dead"), QStringLiteral("-o"), pipe} +
                      force);
        QVERIFY2(result.code == 0, result.err.constData());
        QCOMPARE(reading.get().count('\n'), 5);
        struct stat now {};
        QCOMPARE(::stat(QFile::encodeName(pipe).constData(), &now), 0);
        QVERIFY(S_ISFIFO(now.st_mode));
    }
#else
    QSKIP("Named pipes are no files here.");
#endif
}

void TestCliDeadLetters::export_toAFolderIsRefused() {
    const CliResult result =
        cli().run({QStringLiteral("deadletters"), QStringLiteral("export"), QStringLiteral("orders.dead"),
                   QStringLiteral("--force"), QStringLiteral("-o"), cli().folder.path()});
    QCOMPARE(result.code, 2);
    QVERIFY2(result.err.contains("is a folder"), result.err.constData());
}

// Nobody should believe that only the first two are meant when all that was read before is.
void TestCliDeadLetters::list_sizeOfAReadingNeedsAReading() {
    QCOMPARE(cli()("deadletters list orders.dead --first 2").code, 0);
    for (const char* words :
         {"deadletters list orders.dead --first 1", "deadletters export orders.dead --first 1",
          "delete orders.dead --all --yes --first 1", "replay run orders.dead --yes --first 1"}) {
        const CliResult again = cli()(words);
        QCOMPARE(again.code, 2);
        QVERIFY2(again.err.contains("--refresh"), again.err.constData());
    }
    QCOMPARE(cli()("deadletters list orders.dead --no-bodies").code, 2);
    QCOMPARE(cli().broker.contents("orders.dead").size(), std::size_t(5));
    QCOMPARE(cli()("deadletters list orders.dead --first 1 --refresh").code, 0);
}

void TestCliDeadLetters::list_saysWhatRunsHaveRemoved() {
    QVERIFY(!cli()("deadletters list orders.dead --refresh").err.contains("removed"));
    QVERIFY(!cli()("deadletters list orders.dead").err.contains("removed"));
    QCOMPARE(cli()("delete orders.dead --where reason=expired --yes").code, 0);
    const CliResult stale = cli()("deadletters list orders.dead");
    QVERIFY2(stale.err.contains("of which runs have removed 1 since"), stale.err.constData());
    QCOMPARE(cli()("deadletters list orders.dead --refresh").code, 0);
    QVERIFY(!cli()("deadletters list orders.dead").err.contains("removed"));
}

// delete with "!=" would choose every message whose body nobody has.
void TestCliDeadLetters::bodyFilter_withoutBodiesIsRefused() {
    QCOMPARE(cli()("deadletters list orders.dead --no-bodies").code, 0);
    for (const char* words : {"deadletters list orders.dead --where body.order.id!=1",
                              "delete orders.dead --yes --where body.order.id!=1",
                              "replay run orders.dead --yes --where body.order.id=1",
                              "deadletters export orders.dead --where body.x=1"}) {
        const CliResult result = cli()(words);
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.contains("kept no bodies"), result.err.constData());
    }
    QCOMPARE(cli().broker.contents("orders.dead").size(), std::size_t(5));
}

// A snapshot keeps what it had of the rest, but the person speaks of the first two.
void TestCliDeadLetters::readingInPart_meansWhatItMet() {
    QCOMPARE(cli()("deadletters list orders.dead").code, 0);
    QCOMPARE(cli()("deadletters export orders.dead --refresh --first 2").out.count('\n'), 2);
    QCOMPARE(cli()("deadletters list orders.dead --refresh --first 3 --json --where reason=rejected")
                 .objects()
                 .size(),
             std::size_t(3));
    QCOMPARE(cli()("delete orders.dead --all --yes --refresh --first 2").code, 0);
    QCOMPARE(cli().broker.contents("orders.dead").size(), std::size_t(3));
    QCOMPARE(cli()("replay run orders.dead --yes --refresh --first 1").code, 0);
    QCOMPARE(cli().broker.contents("orders.dead").size(), std::size_t(2));
    QCOMPARE(cli()("deadletters list orders.dead --refresh --json").objects().size(), std::size_t(2));
}

// What the run holds would be missing, and then be taken for gone.
void TestCliDeadLetters::reading_waitsForARunAtWork() {
    QCOMPARE(cli()("deadletters list orders.dead").code, 0);
    Workspace::Adapters adapters;
    adapters.gateways = std::make_unique<FakeGatewayFactory>();
    adapters.secrets = std::make_unique<FakeSecrets>();
    auto other = Workspace::open(cli().file(), std::move(adapters)); // another console
    QVERIFY(other);
    RunHeader header;
    header.id = QStringLiteral("busy-run");
    header.kind = RunKind::Replay;
    header.source = {(*other)->connections().profiles().front().id, QStringLiteral("/"),
                     QStringLiteral("orders.dead")};
    QVERIFY((*other)->journal().createRun(header).has_value());
    QVERIFY((*other)->journal().setRunState(header.id, RunState::Running).has_value());
    {
        const auto lease = (*other)->journal().lease(header.id);
        QVERIFY(lease.has_value());
        const CliResult refused = cli()("deadletters list orders.dead --refresh");
        QCOMPARE(refused.code, 3);
        QVERIFY2(refused.err.contains("busy-run"), refused.err.constData());
        QCOMPARE(cli()("deadletters list orders.dead --json").objects().size(), std::size_t(5));
    }
    QCOMPARE(cli()("deadletters list orders.dead --refresh").code, 0); // cut short: nobody holds anything
}

// A reading marks messages as redelivered, an export takes customers' data out.
void TestCliDeadLetters::readingsAndExports_areOnRecord() {
    const QString file = cli().folder.filePath(QStringLiteral("out.jsonl"));
    QCOMPARE(cli()("deadletters list orders.dead --first 2 --no-bodies").code, 0);
    QCOMPARE(cli()
                 .run({QStringLiteral("deadletters"), QStringLiteral("export"), QStringLiteral("orders.dead"),
                       QStringLiteral("-o"), file})
                 .code,
             1); // without bodies
    const auto records = cli()("audit list --limit 2 --json").objects();
    QCOMPARE(records.size(), std::size_t(2));
    const auto textOf = [](const QJsonObject& record) {
        return record.value(QStringLiteral("action")).toString() + QLatin1Char(' ') +
               record.value(QStringLiteral("subject")).toString() + QLatin1Char(' ') +
               QString::fromUtf8(QJsonDocument(record.value(QStringLiteral("detail")).toObject())
                                     .toJson(QJsonDocument::Compact));
    };
    QCOMPARE(textOf(records[0]),
             QStringLiteral("messages.export orders.dead {\"file\":\"%1\",\"messages\":2}").arg(file));
    QCOMPARE(
        textOf(records[1]),
        QStringLiteral("queue.read orders.dead {\"bodiesKept\":false,\"first\":2,\"virtualHost\":\"/\"}"));
}

void TestCliDeadLetters::missingId_isNamed() {
    const CliResult result = cli()("deadletters export orders.dead --id 1 --id 777");
    QCOMPARE(result.code, 1);
    QVERIFY2(result.err.contains("no message 777"), result.err.constData());
}

void TestCliDeadLetters::import_withoutQueueOnlyLooks() {
    const QString file = cli().folder.filePath(QStringLiteral("out.jsonl"));
    QCOMPARE(cli()
                 .run({QStringLiteral("deadletters"), QStringLiteral("export"), QStringLiteral("orders.dead"),
                       QStringLiteral("-o"), file})
                 .code,
             0);
    const CliResult looked =
        cli().run({QStringLiteral("deadletters"), QStringLiteral("import"), file, QStringLiteral("--json")});
    QCOMPARE(looked.code, 0);
    QCOMPARE(looked.objects().front().value(QStringLiteral("messages")).toInt(), 5);
    QCOMPARE(looked.objects().front().value(QStringLiteral("badLines")).toInt(), 0);
    QVERIFY(cli().broker.contents("orders").empty());
    QCOMPARE(cli()("deadletters import /nowhere/at-all.jsonl").code, 1);
}

void TestCliDeadLetters::import_namesBadLinesAndSendsNothing() {
    const QString name = cli().folder.filePath(QStringLiteral("bad.jsonl"));
    const QByteArray good = cli()("deadletters export orders.dead --limit 1").out;
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(good + "{\"body\":\n" + "\n" + good + "not json\n");
    file.close();
    const CliResult looked = cli().run({QStringLiteral("deadletters"), QStringLiteral("import"), name});
    QCOMPARE(looked.code, 1);
    QVERIFY(looked.err.contains("Line 2"));
    QVERIFY(looked.err.contains("Line 5"));
    QVERIFY(looked.out.contains("2 messages"));
    const CliResult sent =
        cli().run({QStringLiteral("deadletters"), QStringLiteral("import"), name,
                   QStringLiteral("--to-queue"), QStringLiteral("orders"), QStringLiteral("--yes")});
    QCOMPARE(sent.code, 1);
    QVERIFY(cli().broker.contents("orders").empty());
}

void TestCliDeadLetters::import_asksBeforeItSends() {
    const QString name = cli().folder.filePath(QStringLiteral("out.jsonl"));
    QCOMPARE(cli()
                 .run({QStringLiteral("deadletters"), QStringLiteral("export"), QStringLiteral("orders.dead"),
                       QStringLiteral("-o"), name})
                 .code,
             0);
    const QStringList words{QStringLiteral("deadletters"), QStringLiteral("import"), name,
                            QStringLiteral("--to-queue"), QStringLiteral("orders")};
    const CliResult nobody = cli().run(words);
    QCOMPARE(nobody.code, 2);
    QVERIFY(nobody.err.contains("--yes"));
    cli().answers << QStringLiteral("no");
    QCOMPARE(cli().run(words).code, 1);
    QVERIFY(cli().broker.contents("orders").empty());
    cli().answers << QStringLiteral("yes");
    QCOMPARE(cli().run(words).code, 0);
    QCOMPARE(cli().broker.contents("orders").size(), std::size_t(5));
}

QTEST_GUILESS_MAIN(TestCliDeadLetters)
#include "tst_clideadletters.moc"
