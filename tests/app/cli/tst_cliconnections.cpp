// connections add, list, test, remove; elevate; pin; audit: with a real workspace file.
#include "tests/app/cli/cliharness.h"

using namespace signalbox;

class TestCliConnections : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void add_isListedWithAllItsFields();
    void addTwice_needsReplace();
    void replaceOfAnUnknownName_makesNothing();
    void emptyPasswordVariable_isNamed();
    void elevateEnd_withoutElevationSaysSo();
    void replace_changesOnlyWhatIsGiven();
    void replace_leavesProductionOnlyWhenElevated();
    void addWithTls_takesTheTlsPort();
    void addWithTypedPassword_keepsItInTheKeychain();
    void addWithEnvironmentPassword_keepsItOnlyWhenAsked();
    void addWithoutKeychain_saysSoAndGoesOn();
    void list_ofNothingSaysWhatToDo();
    void test_printsStepsAndRanksThem_data();
    void test_printsStepsAndRanksThem();
    void remove_asksFirst();
    void secondConnection_mustBeNamed();
    void password_isTakenFromItsOwnVariableFirst();
    void unknownPassword_isRefusedOrAsked();
    void managementInClear_isWarnedOf();
    void refusedPassword_isAskedAgain();
    void brokerThatDoesNotAnswer_isCannotConnect();
    void production_isReadOnlyUntilElevated();
    void pin_changesWhatCounts();
    void audit_listsAndVerifies();
};

void TestCliConnections::add_isListedWithAllItsFields() {
    CliHarness cli;
    const CliResult added = cli(
        "connections add shop --host mq.example.com --port 5673 --vhost /eu --user ops --environment test "
        "--management http://mq.example.com:15672 --heartbeat 20 --json");
    QCOMPARE(added.code, 0);
    const CliResult listed = cli("connections list --json");
    QCOMPARE(listed.code, 0);
    QCOMPARE(listed.objects().size(), std::size_t(1));
    QJsonObject object = listed.objects().front();
    QCOMPARE(added.objects().front(), object);
    QVERIFY(!object.take(QStringLiteral("id")).toString().isEmpty());
    QCOMPARE(
        QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)),
        QStringLiteral(
            R"({"elevatedUntil":null,"environment":"test","heartbeatSeconds":20,"host":"mq.example.com",)"
            R"("managementUrl":"http://mq.example.com:15672","name":"shop","port":5673,)"
            R"("technology":"rabbitmq","tls":{"caFile":"","certificateFile":"","enabled":false,)"
            R"("keyFile":"","serverName":"","verify":true},"user":"ops","virtualHost":"/eu"})"));
    const CliResult people = cli("connections list");
    QVERIFY(people.out.startsWith("name  environment  host            port  virtual host  user  tls"));
    QVERIFY(people.out.contains("shop  test         mq.example.com  5673  /eu           ops   no"));
}

void TestCliConnections::addTwice_needsReplace() {
    CliHarness cli;
    QCOMPARE(cli("connections add shop --user a --no-password").code, 0);
    const CliResult again = cli("connections add shop --user b --no-password");
    QCOMPARE(again.code, 2);
    QVERIFY(again.err.contains("--replace"));
    QCOMPARE(cli("connections add shop --user b --no-password --replace").code, 0);
    const auto objects = cli("connections list --json").objects();
    QCOMPARE(objects.size(), std::size_t(1));
    QCOMPARE(objects.front().value(QStringLiteral("user")).toString(), QStringLiteral("b"));
}

void TestCliConnections::replaceOfAnUnknownName_makesNothing() {
    CliHarness cli;
    const CliResult result = cli("connections add shpo --host mq --no-password --replace --json");
    QCOMPARE(result.code, 1);
    QCOMPARE(result.error().value(QStringLiteral("kind")).toString(), QStringLiteral("not-found"));
    QVERIFY(cli("connections list --json").objects().empty());
}

void TestCliConnections::emptyPasswordVariable_isNamed() {
    CliHarness cli;
    cli.addConnection();
    cli.environment["SIGNALBOX_PASSWORD_DEV"] = "";
    for (const char* words : {"queues", "connections test dev", "connections add dev --replace"}) {
        const CliResult result = cli(words);
        QCOMPARE(result.code, 2);
        QVERIFY2(result.err.contains("SIGNALBOX_PASSWORD_DEV is set, but empty"), result.err.constData());
    }
}

void TestCliConnections::elevateEnd_withoutElevationSaysSo() {
    CliHarness cli;
    cli.addConnection(QStringLiteral("production"));
    QVERIFY(cli("elevate dev --end").out.contains("was not elevated"));
    QCOMPARE(cli("elevate dev --reason incident-4711").code, 0);
    QVERIFY(cli("elevate dev --end").out.contains("is read-only again"));
}

void TestCliConnections::replace_changesOnlyWhatIsGiven() {
    CliHarness cli;
    QCOMPARE(cli("connections add shop --host mq --user ops --environment production --tls --management "
                 "https://mq:15671 --heartbeat 20 --no-password")
                 .code,
             0);
    QJsonObject before = cli("connections list --json").objects().front();
    QCOMPARE(cli("connections add shop --user eve --no-password --replace").code, 0);
    QJsonObject after = cli("connections list --json").objects().front();
    QCOMPARE(after.take(QStringLiteral("user")).toString(), QStringLiteral("eve"));
    before.remove(QStringLiteral("user"));
    QCOMPARE(after, before);
}

void TestCliConnections::replace_leavesProductionOnlyWhenElevated() {
    CliHarness cli;
    QCOMPARE(cli("connections add shop --environment production --no-password").code, 0);
    const char* words = "connections add shop --environment test --no-password --replace";
    const CliResult refused = cli(words);
    QCOMPARE(refused.code, 3);
    QVERIFY(refused.err.contains("signalbox elevate shop --reason"));
    QCOMPARE(cli("elevate shop --reason moved-to-the-lab").code, 0);
    QCOMPARE(cli(words).code, 0);
    QVERIFY(cli("audit list").out.contains("moved-to-the-lab"));
}

void TestCliConnections::addWithTls_takesTheTlsPort() {
    CliHarness cli;
    QCOMPARE(cli("connections add shop --tls --no-password").code, 0);
    QCOMPARE(cli("connections list --json").objects().front().value(QStringLiteral("port")).toInt(), 5671);
}

void TestCliConnections::addWithTypedPassword_keepsItInTheKeychain() {
    CliHarness cli;
    cli.typedSecret = "typed-by-hand";
    QCOMPARE(cli("connections add shop --user ops").code, 0);
    QCOMPARE(cli.prompts.size(), 1);
    QVERIFY(cli.prompts.first().contains(QStringLiteral("ops")));
    QCOMPARE(cli.secrets.entries.size(), std::size_t(1));
    QCOMPARE(cli.secrets.entries.begin()->second, QByteArray("typed-by-hand"));
}

void TestCliConnections::addWithEnvironmentPassword_keepsItOnlyWhenAsked() {
    CliHarness cli;
    cli.environment["SIGNALBOX_PASSWORD_SHOP_2"] = "from-outside";
    QCOMPARE(cli("connections add shop-2").code, 0);
    QVERIFY(cli.secrets.entries.empty());
    QVERIFY(cli.prompts.isEmpty());
    QCOMPARE(cli("connections add shop-2 --replace --save-password").code, 0);
    QCOMPARE(cli.secrets.entries.begin()->second, QByteArray("from-outside"));
}

void TestCliConnections::addWithoutKeychain_saysSoAndGoesOn() {
    CliHarness cli;
    cli.secrets.setUnavailable();
    cli.typedSecret = "typed-by-hand";
    const CliResult added = cli("connections add shop");
    QCOMPARE(added.code, 0);
    QVERIFY(added.err.contains("There is no keychain on this machine."));
    QVERIFY(added.err.contains("SIGNALBOX_PASSWORD_SHOP"));
    QVERIFY(!added.err.contains("typed-by-hand"));
    QCOMPARE(cli("connections list --json").objects().size(), std::size_t(1));
}

void TestCliConnections::list_ofNothingSaysWhatToDo() {
    CliHarness cli;
    const CliResult people = cli("connections list");
    QCOMPARE(people.code, 0);
    QVERIFY(people.out.contains("signalbox connections add"));
    QCOMPARE(cli("connections list --json").out, QByteArray());
    const CliResult queues = cli("queues --json");
    QCOMPARE(queues.code, 1);
    QCOMPARE(queues.error().value(QStringLiteral("kind")).toString(), QStringLiteral("not-found"));
}

void TestCliConnections::test_printsStepsAndRanksThem_data() {
    QTest::addColumn<int>("login");
    QTest::addColumn<int>("management");
    QTest::addColumn<int>("code");
    const auto passed = static_cast<int>(TestStep::State::Passed);
    const auto failed = static_cast<int>(TestStep::State::Failed);
    const auto warned = static_cast<int>(TestStep::State::Warned);
    QTest::newRow("all passed") << passed << passed << 0;
    QTest::newRow("no management API") << passed << failed << 1;
    QTest::newRow("warned") << warned << passed << 1;
    QTest::newRow("wrong password") << failed << passed << 3;
}

void TestCliConnections::test_printsStepsAndRanksThem() {
    QFETCH(int, login);
    QFETCH(int, management);
    QFETCH(int, code);
    CliHarness cli;
    cli.addConnection();
    cli.prepare = [&](FakeGateway& gateway) {
        gateway.testAnswer = std::vector<TestStep>{
            {QStringLiteral("Login"), static_cast<TestStep::State>(login), QStringLiteral("as guest")},
            {QStringLiteral("Management API"), static_cast<TestStep::State>(management),
             QStringLiteral("v 3")},
        };
    };
    const CliResult json = cli("connections test dev --json");
    QCOMPARE(json.code, code);
    QCOMPARE(json.objects().size(), std::size_t(2));
    QCOMPARE(json.objects().front().keys(),
             QStringList({QStringLiteral("result"), QStringLiteral("state"), QStringLiteral("step")}));
    const CliResult people = cli("connections test");
    QCOMPARE(people.code, code);
    QVERIFY(people.out.startsWith("Login            "));
    QVERIFY(people.out.contains("as guest"));
    QCOMPARE(cli.passwordsUsed.back(), QByteArray("guest"));
}

void TestCliConnections::remove_asksFirst() {
    CliHarness cli;
    cli.addConnection();
    const CliResult nobody = cli("connections remove dev");
    QCOMPARE(nobody.code, 2);
    QVERIFY(nobody.err.contains("--yes"));
    cli.answers << QStringLiteral("n");
    QCOMPARE(cli("connections remove dev").code, 1);
    QCOMPARE(cli("connections list --json").objects().size(), std::size_t(1));
    cli.answers << QStringLiteral("y");
    QCOMPARE(cli("connections remove dev").code, 0);
    QVERIFY(cli("connections list --json").objects().empty());
    QCOMPARE(cli("connections remove dev --yes").code, 1);
}

void TestCliConnections::secondConnection_mustBeNamed() {
    CliHarness cli;
    cli.addConnection();
    QCOMPARE(cli("queues").code, 0);
    QCOMPARE(cli("connections add other --no-password").code, 0);
    const CliResult which = cli("queues");
    QCOMPARE(which.code, 2);
    QVERIFY(which.err.contains("dev, other"));
    QCOMPARE(cli("queues --connection other").code, 0);
    QCOMPARE(cli("queues -c nowhere").code, 1);
}

void TestCliConnections::password_isTakenFromItsOwnVariableFirst() {
    CliHarness cli;
    cli.addConnection();
    cli.environment["SIGNALBOX_PASSWORD_DEV"] = "own";
    QCOMPARE(cli("queues").code, 0);
    QCOMPARE(cli.passwordsUsed.back(), QByteArray("own"));
    cli.environment.erase("SIGNALBOX_PASSWORD_DEV");
    QCOMPARE(cli("queues").code, 0);
    QCOMPARE(cli.passwordsUsed.back(), QByteArray("guest"));
}

void TestCliConnections::unknownPassword_isRefusedOrAsked() {
    CliHarness cli;
    cli.addConnection();
    cli.environment.clear();
    const CliResult nobody = cli("queues --json");
    QCOMPARE(nobody.code, 3);
    QCOMPARE(nobody.error().value(QStringLiteral("kind")).toString(), QStringLiteral("not-authenticated"));
    QVERIFY(nobody.error()
                .value(QStringLiteral("summary"))
                .toString()
                .contains(QStringLiteral("SIGNALBOX_PASSWORD_DEV")));
    cli.typedSecret = "by hand";
    const CliResult asked = cli("queues");
    QCOMPARE(asked.code, 0);
    QVERIFY(asked.err.contains("the keychain has no entry for it"));
    QCOMPARE(cli.passwordsUsed.back(), QByteArray("by hand"));
}

void TestCliConnections::managementInClear_isWarnedOf() {
    CliHarness cli;
    const CliResult added =
        cli("connections add shop --no-password --user ops --management http://mq.example:15672");
    QCOMPARE(added.code, 0);
    QVERIFY(added.err.contains("The password of ops travels in clear to mq.example"));
    cli.environment["SIGNALBOX_PASSWORD"] = "x";
    QVERIFY(cli("connections test shop").err.contains("travels in clear"));
    QVERIFY(!cli("connections add shop --replace --management https://mq.example").err.contains("clear"));
}

void TestCliConnections::refusedPassword_isAskedAgain() {
    CliHarness cli;
    cli.addConnection();
    cli.environment.clear();
    int refusals = 1;
    const auto usual = cli.prepare;
    cli.prepare = [&](FakeGateway& gateway) {
        usual(gateway);
        gateway.loginRefused = refusals-- > 0;
        if (gateway.loginRefused)
            gateway.linkAfterOpen = LinkState::Failed;
    };
    cli.typedSecret = "by hand";
    const CliResult mended = cli("queues");
    QCOMPARE(mended.code, 0);
    QCOMPARE(cli.prompts.size(), 2);
    QVERIFY(mended.err.contains("The broker refused the password for guest at localhost."));
    refusals = 100;
    cli.prompts.clear();
    QCOMPARE(cli("queues").code, 3);
    QCOMPARE(cli.prompts.size(), 3);
    cli.environment["SIGNALBOX_PASSWORD"] = "from-outside";
    cli.prompts.clear();
    const CliResult fixed = cli("queues");
    QCOMPARE(fixed.code, 3);
    QVERIFY(fixed.err.contains("environment variable SIGNALBOX_PASSWORD:"));
    QVERIFY(cli.prompts.isEmpty());
}

void TestCliConnections::brokerThatDoesNotAnswer_isCannotConnect() {
    CliHarness cli;
    cli.addConnection();
    cli.prepare = [](FakeGateway& gateway) {
        gateway.linkAfterOpen = LinkState::Failed;
        gateway.linkDetailAfterOpen = QStringLiteral("The broker refused the login of guest.");
    };
    const CliResult result = cli("queues --json");
    QCOMPARE(result.code, 3);
    QCOMPARE(result.error().value(QStringLiteral("kind")).toString(), QStringLiteral("cannot-connect"));
    QVERIFY(result.error().value(QStringLiteral("detail")).toString().contains(QStringLiteral("guest")));
}

void TestCliConnections::production_isReadOnlyUntilElevated() {
    CliHarness cli;
    cli.addConnection(QStringLiteral("production"));
    cli.declareQueue(QStringLiteral("q.dead"));
    cli.declareQueue(QStringLiteral("q"));
    cli.broker.put("q.dead", CliHarness::deadLetter("q", "{}"));
    const QList<const char*> changes{"replay run q.dead --yes", "delete q.dead --all --yes",
                                     "purge q.dead --confirm q.dead"};
    for (const char* words : changes) {
        const CliResult refused = cli((QByteArray(words) + " --json").constData());
        QCOMPARE(refused.code, 3);
        QCOMPARE(refused.error().value(QStringLiteral("kind")).toString(), QStringLiteral("not-allowed"));
        QVERIFY(refused.error()
                    .value(QStringLiteral("detail"))
                    .toString()
                    .contains(QStringLiteral("signalbox elevate dev --reason")));
    }
    QCOMPARE(cli.broker.contents("q.dead").size(), std::size_t(1));
    QCOMPARE(cli("deadletters list q.dead").code, 0);
    QCOMPARE(cli("replay run q.dead --dry-run").code, 0);

    QCOMPARE(cli("elevate dev").code, 2); // no reason
    QCOMPARE(cli("elevate dev --reason because-INC-1 --minutes 500").code, 2);
    const CliResult elevated = cli("elevate dev --reason because-INC-1 --minutes 5 --json");
    QCOMPARE(elevated.code, 0);
    QVERIFY(elevated.objects().front().value(QStringLiteral("elevatedUntil")).isString());
    QCOMPARE(cli("purge q.dead --confirm q.dead").code, 0);
    QCOMPARE(cli.broker.contents("q.dead").size(), std::size_t(0));
    QCOMPARE(cli("elevate dev --end").code, 0);
    QCOMPARE(cli("purge q.dead --confirm q.dead").code, 3);
    QVERIFY(cli("audit list").out.contains("because-INC-1"));
    const auto found = cli("audit list --find inc-1 --json").objects();
    QVERIFY(!found.empty() && found.size() < cli("audit list --json").objects().size());
    for (const QJsonObject& record : found)
        QVERIFY(QJsonDocument(record).toJson().contains("INC-1"));
    QCOMPARE(cli("audit list --find inc-1 --limit 1 --json").objects().size(), std::size_t(1));
    QVERIFY(cli("audit list --find nobody-wrote-this --json").objects().empty());
    // A run is found by its number.
    const QString run =
        cli("replay list --json").objects().front().value(QStringLiteral("id")).toString().left(8);
    QVERIFY(cli(("audit list --find " + run.toUtf8()).constData()).out.contains(run.toUtf8()));
}

void TestCliConnections::pin_changesWhatCounts() {
    CliHarness cli;
    cli.addConnection();
    cli.declareQueue(QStringLiteral("parking"));
    QVERIFY(!cli("queues --json").out.contains("parking"));
    QVERIFY(cli("queues --all --json").out.contains("parking"));
    QCOMPARE(cli("pin parking").code, 0);
    const CliResult listed = cli("queues --all");
    QVERIFY2(listed.out.contains("parking") && !listed.out.contains("No queue"), listed.out.constData());
    const auto pinned = cli("queues --json").objects();
    QCOMPARE(pinned.size(), std::size_t(1));
    QCOMPARE(
        pinned.front().value(QStringLiteral("evidence")).toObject().value(QStringLiteral("kind")).toString(),
        QStringLiteral("pinned"));
    QCOMPARE(cli("pin parking --not").code, 0);
    QVERIFY(cli("queues --json").objects().empty());
    QCOMPARE(cli("pin parking --clear").code, 0);
    QCOMPARE(cli("queues --all --name PARK --json").objects().size(), std::size_t(1));
    QCOMPARE(cli("queues --all --name other").out, QByteArray("No queue matches.\n"));
}

void TestCliConnections::audit_listsAndVerifies() {
    CliHarness cli;
    cli.addConnection();
    QCOMPARE(cli("connections add other --no-password").code, 0);
    const auto records = cli("audit list --json").objects();
    QCOMPARE(records.size(), std::size_t(2));
    QCOMPARE(records[0].value(QStringLiteral("number")).toInt(), 2);
    QCOMPARE(records[0].value(QStringLiteral("action")).toString(), QStringLiteral("connection.add"));
    QCOMPARE(records[0].value(QStringLiteral("connection")).toString(), QStringLiteral("other"));
    QVERIFY(records[0].value(QStringLiteral("detail")).isObject());
    QCOMPARE(cli("audit list --limit 1 --json").objects().size(), std::size_t(1));
    QCOMPARE(cli("audit list --before 2 --json").objects().size(), std::size_t(1));
    const auto verdict = cli("audit verify --json").objects();
    QCOMPARE(verdict.front().value(QStringLiteral("whole")).toBool(), true);
    QCOMPARE(verdict.front().value(QStringLiteral("records")).toInt(), 2);
    QVERIFY(verdict.front().value(QStringLiteral("firstBroken")).isNull());
}

QTEST_GUILESS_MAIN(TestCliConnections)
#include "tst_cliconnections.moc"
