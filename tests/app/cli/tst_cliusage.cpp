// Arguments, help, exit codes and the shape of errors.
#include "tests/app/cli/cliharness.h"

using namespace signalbox;

class TestCliUsage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wrongArguments_areUsageErrors_data();
    void wrongArguments_areUsageErrors();
    void emptyValues_areUsageErrors_data();
    void emptyValues_areUsageErrors();
    void emptyArguments_areUsageErrors_data();
    void emptyArguments_areUsageErrors();
    void brokenOutput_isSaid();
    void noticesWithJson_areJsonLines();
    void usageErrorWithJson_isOneObject();
    void help_namesEveryCommand();
    void everyCommandsHelp_hasAnExample_data();
    void everyCommandsHelp_hasAnExample();
    void version_isPrinted();
    void globalOptions_areTakenAnywhere();
    void workspaceThatIsNoWorkspace_isRefused();
    void kinds_haveTheirExitCode_data();
    void kinds_haveTheirExitCode();
};

void TestCliUsage::wrongArguments_areUsageErrors_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("said");
    const auto row = [](const char* words, const char* said) {
        QTest::newRow(words) << QString::fromUtf8(words) << QString::fromUtf8(said);
    };
    row("frobnicate", "frobnicate");
    row("queues --frobnicate", "--frobnicate");
    row("connections", "connections needs one of its commands: add, list, test, remove");
    row("--json", "No command was given. Commands: connections, queues");
    row("connections add", "name");
    row("connections add x --port many", "--port: \"many\" is not a whole number from 1 to 65535");
    row("connections add x --port 65536", "from 1 to 65535");
    row("connections add x --heartbeat soon", "--heartbeat: \"soon\" is not a whole number");
    row("connections add x --environment moon", "development, test or production");
    row("deadletters list", "queue");
    row("deadletters list q --limit -1", "--limit: \"-1\" is not a whole number from 0 on");
    row("deadletters list q --limit 2.5", "\"2.5\" is not a whole number");
    row("replay run q --yes --limit many", "\"many\" is not a whole number");
    row("replay run q --yes --rate fast", "--rate: \"fast\" is not a number from 0 on");
    row("replay run q --yes --rate nan", "\"nan\" is not a number");
    row("replay run q --yes --rate -1", "\"-1\" is not a number");
    row("replay run q --id one", "--id: \"one\" is not a whole number from 1 on");
    row("deadletters show q first", "\"first\" is not a whole number");
    row("deadletters show q 1 --body --json", "--body gives bytes");
    row("restore r --item 0", "--item: \"0\" is not a whole number from 1 on");
    row("replay decide r --leave --item -1", "\"-1\" is not a whole number");
    row("audit list --before 0", "--before: \"0\" is not a whole number from 1 on");
    row("audit list --limit 99999999999", "--limit");
    row("elevate c --minutes long", "--minutes: \"long\"");
    row("replay show r --copy 0", "\"0\" is not a whole number from 1 on");
    row("deadletters list q --where (reason", "");
    row("replay run q --to-origin --to-queue x", "--to-queue");
    row("replay run q --routing-key k --yes", "--to-exchange");
    row("replay run q --to-queue x --routing-key k --yes", "--to-exchange");
    row("replay decide r", "--send-again");
    row("replay decide r --leave --send-again", "--treat-as-sent");
    row("replay run q --to-queue a --to-exchange b",
        "Only one of --to-origin, --to-origin-exchange, --to-exchange or --to-queue can be given.");
    row("replay decide r", "Give one of --send-again, --treat-as-sent or --leave.");
    row("replay decide r --leave --send-again",
        "Only one of --send-again, --treat-as-sent or --leave can be given.");
    row("delete q", "--where");
    row("dead-letter q", "--where");
    row("dead-letter q --all --id 1", "excludes");
    row("delete q --all --id 1", "excludes");
    row("delete q --all --where reason=rejected", "excludes");
    row("pin q --not --clear", "excludes");
    row("purge", "queue");
    row("replay show nowhere --state odd", "--state");
    row("delete q --yes --text ...", "has no word in it");
    row("replay run q --yes --where ()", "has no word in it");
    row("--password secret queues", "--password");
}

void TestCliUsage::wrongArguments_areUsageErrors() {
    QFETCH(QString, words);
    QFETCH(QString, said);
    CliHarness cli;
    const CliResult result = cli(words.toUtf8().constData());
    QCOMPARE(result.code, 2);
    QCOMPARE(result.out, QByteArray());
    QVERIFY2(QString::fromUtf8(result.err).contains(said), result.err.constData());
}

void TestCliUsage::emptyValues_areUsageErrors_data() {
    QTest::addColumn<QStringList>("words");
    const auto row = [](const char* words, const char* option) {
        QTest::addRow("%s %s", words, option)
            << (QString::fromUtf8(words).split(QLatin1Char(' ')) << QString::fromUtf8(option) << QString());
    };
    row("replay run q --yes", "--to-queue");
    row("replay run q --yes", "--to-exchange");
    row("replay run q --yes", "--routing-key");
    row("replay run q --yes", "--where");
    row("replay run q --yes", "--text");
    row("replay run q --yes", "--connection");
    row("delete q --yes --all", "--where");
    row("deadletters export q", "--where");
    row("deadletters import f", "--to-queue");
    row("deadletters export q", "--output");
    row("deadletters list q", "--from");
    row("replay show r", "--state");
    row("replay list", "--search");
    row("replay run q --yes", "--reason");
    row("queues", "--name");
    row("elevate c", "--reason");
    row("purge q", "--confirm");
    row("dead-letter q --yes --all", "--dead-letter-reason");
    row("connections add c", "--host");
    row("connections add c", "--environment");
    row("audit verify", "--workspace");
    row("audit list", "--find");
}

// What a script writes when its variable is not set must never mean "the default".
void TestCliUsage::emptyValues_areUsageErrors() {
    QFETCH(QStringList, words);
    CliHarness cli;
    const QString option = words.at(words.size() - 2);
    const CliResult result = cli.run(words);
    QCOMPARE(result.code, 2);
    QVERIFY2(QString::fromUtf8(result.err).contains(option), result.err.constData());
}

void TestCliUsage::emptyArguments_areUsageErrors_data() {
    QTest::addColumn<QString>("words");
    for (const char* words : {"deadletters import", "deadletters list", "replay show", "replay resume --yes",
                              "restore --yes", "connections add", "connections test", "pin"})
        QTest::newRow(words) << QString::fromUtf8(words);
}

void TestCliUsage::emptyArguments_areUsageErrors() {
    QFETCH(QString, words);
    CliHarness cli;
    const CliResult result = cli.run(words.split(QLatin1Char(' ')) << QString());
    QCOMPARE(result.code, 2);
    // An argument that is needed cannot be left out.
    const bool optional =
        words.startsWith(QLatin1String("replay resume")) || words == QLatin1String("connections test");
    QVERIFY2(result.err.contains(optional ? "is empty; leave it out or give it a value"
                                          : "is empty; give it a value"),
             result.err.constData());
}

// What was done is done; the person must know that the answer is not whole.
void TestCliUsage::brokenOutput_isSaid() {
    CliHarness cli;
    cli.outputTakes = 10;
    const CliResult result = cli("audit list --json");
    QCOMPARE(result.code, 0); // an empty trail fits
    cli.outputTakes = 1000;
    QCOMPARE(cli("connections add shop --no-password").code, 0);
    cli.outputTakes = 10;
    const CliResult cut = cli("connections list --json");
    QCOMPARE(cut.code, 1);
    QCOMPARE(cut.error().value(QStringLiteral("kind")).toString(), QStringLiteral("storage"));
    QVERIFY2(cut.err.contains("would have exited with 0"), cut.err.constData());
}

void TestCliUsage::noticesWithJson_areJsonLines() {
    CliHarness cli;
    cli.openingNotice = QStringLiteral("The log file cannot be written.");
    QCOMPARE(cli("connections list --json").err,
             QByteArray("{\"notice\":\"The log file cannot be written.\"}\n"));
    QCOMPARE(cli("connections list").err, QByteArray("The log file cannot be written.\n"));
}

void TestCliUsage::usageErrorWithJson_isOneObject() {
    CliHarness cli;
    const CliResult result = cli("--json deadletters list q --wher x");
    QCOMPARE(result.code, 2);
    QCOMPARE(result.err.count('\n'), 1);
    const QJsonObject error = result.error();
    QCOMPARE(error.keys(),
             QStringList({QStringLiteral("detail"), QStringLiteral("kind"), QStringLiteral("summary")}));
    QCOMPARE(error.value(QStringLiteral("kind")).toString(), QStringLiteral("invalid"));
    QVERIFY(error.value(QStringLiteral("summary")).toString().contains(QStringLiteral("--wher")));
}

void TestCliUsage::help_namesEveryCommand() {
    CliHarness cli;
    const CliResult result = cli.run({QStringLiteral("--help")}, false);
    QCOMPARE(result.code, 0);
    for (const char* word :
         {"connections", "queues", "pin", "deadletters", "replay", "delete", "dead-letter", "purge",
          "restore", "elevate", "audit", "--json", "--workspace", "SIGNALBOX_PASSWORD"})
        QVERIFY2(result.out.contains(word), word);
}

void TestCliUsage::everyCommandsHelp_hasAnExample_data() {
    QTest::addColumn<QString>("words");
    for (const char* words : {"connections add",
                              "connections list",
                              "connections test",
                              "connections remove",
                              "queues",
                              "pin",
                              "deadletters list",
                              "deadletters show",
                              "deadletters groups",
                              "deadletters export",
                              "deadletters import",
                              "replay run",
                              "replay resume",
                              "replay list",
                              "replay show",
                              "replay decide",
                              "replay abandon",
                              "replay abandon",
                              "delete",
                              "dead-letter",
                              "purge",
                              "restore",
                              "elevate",
                              "audit list",
                              "audit verify"})
        QTest::newRow(words) << QString::fromUtf8(words);
}

void TestCliUsage::everyCommandsHelp_hasAnExample() {
    QFETCH(QString, words);
    CliHarness cli;
    const CliResult result = cli.run(words.split(QLatin1Char(' ')) << QStringLiteral("--help"), false);
    QCOMPARE(result.code, 0);
    QVERIFY2(QString::fromUtf8(result.out).contains(QStringLiteral("  signalbox ") + words),
             result.out.constData());
    QVERIFY(!result.out.contains("Password:"));
}

void TestCliUsage::version_isPrinted() {
    QCoreApplication::setApplicationVersion(QStringLiteral("7.8.9"));
    CliHarness cli;
    const CliResult result = cli.run({QStringLiteral("--version")}, false);
    QCOMPARE(result.code, 0);
    QCOMPARE(result.out, QByteArray("signalbox 7.8.9\n"));
}

void TestCliUsage::globalOptions_areTakenAnywhere() {
    CliHarness cli;
    for (const QStringList& words :
         {QStringList{QStringLiteral("--json"), QStringLiteral("--workspace"), cli.file(),
                      QStringLiteral("audit"), QStringLiteral("verify")},
          QStringList{QStringLiteral("audit"), QStringLiteral("--json"), QStringLiteral("verify"),
                      QStringLiteral("--workspace=%1").arg(cli.file())},
          QStringList{QStringLiteral("audit"), QStringLiteral("verify"), QStringLiteral("--workspace"),
                      cli.file(), QStringLiteral("--json")}}) {
        const CliResult result = cli.run(words, false);
        QCOMPARE(result.err, QByteArray());
        QCOMPARE(result.code, 0);
        QCOMPARE(result.objects().size(), std::size_t(1));
        QCOMPARE(result.objects().front().value(QStringLiteral("whole")).toBool(), true);
    }
}

void TestCliUsage::workspaceThatIsNoWorkspace_isRefused() {
    CliHarness cli;
    QFile file(cli.file());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray("this is a shopping list, not a workspace\n").repeated(200));
    file.close();
    const CliResult result = cli("connections list --json");
    QCOMPARE(result.code, 1);
    QCOMPARE(result.out, QByteArray());
    QVERIFY(result.error()
                .value(QStringLiteral("summary"))
                .toString()
                .contains(QStringLiteral("team.signalbox")));
}

void TestCliUsage::kinds_haveTheirExitCode_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("code");
    const auto row = [](ErrorKind kind, int code) {
        QTest::newRow(errorWord(kind).toUtf8().constData()) << static_cast<int>(kind) << code;
    };
    row(ErrorKind::Invalid, 2);
    row(ErrorKind::NotFound, 1);
    row(ErrorKind::CannotConnect, 3);
    row(ErrorKind::NotAuthenticated, 3);
    row(ErrorKind::NotAllowed, 3);
    row(ErrorKind::Conflict, 3);
    row(ErrorKind::Busy, 3);
    row(ErrorKind::Lost, 3);
    row(ErrorKind::Blocked, 3);
    row(ErrorKind::Storage, 1);
    row(ErrorKind::TooNew, 1);
    row(ErrorKind::Unsupported, 1);
    row(ErrorKind::Corrupt, 1);
    row(ErrorKind::Cancelled, 1);
    row(ErrorKind::Internal, 1);
}

void TestCliUsage::kinds_haveTheirExitCode() {
    QFETCH(int, kind);
    QFETCH(int, code);
    QCOMPARE(exitCodeOf(static_cast<ErrorKind>(kind)), code);
}

QTEST_GUILESS_MAIN(TestCliUsage)
#include "tst_cliusage.moc"
