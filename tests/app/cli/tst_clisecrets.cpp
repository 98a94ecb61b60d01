// A password never gets into any output or any file beside the keychain.
#include "app/logsinks.h"
#include "tests/app/cli/cliharness.h"

using namespace signalbox;

class TestCliSecrets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void password_isNowhereOutsideTheKeychain_data();
    void password_isNowhereOutsideTheKeychain();
};

namespace {

// Names of the files that hold the word in clear, in base64 or as UTF-16.
QStringList filesWith(const QString& folder, const QByteArray& word) {
    const QString text = QString::fromUtf8(word);
    const QByteArray wide(reinterpret_cast<const char*>(text.utf16()), text.size() * 2);
    QStringList found;
    int files = 0;
    QDirIterator all(folder, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (all.hasNext()) {
        QFile file(all.next());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        ++files;
        const QByteArray bytes = file.readAll();
        if (bytes.contains(word) || bytes.contains(wide) || bytes.contains(word.toBase64()))
            found << file.fileName();
    }
    if (files < 3)
        found << QStringLiteral("the folder holds too few files for this to prove anything");
    return found;
}

} // namespace

void TestCliSecrets::password_isNowhereOutsideTheKeychain_data() {
    QTest::addColumn<bool>("keychain");
    QTest::addColumn<bool>("typed");
    QTest::newRow("typed, keychain") << true << true;
    QTest::newRow("typed, no keychain") << false << true;
    QTest::newRow("environment, keychain") << true << false;
    QTest::newRow("environment, no keychain") << false << false;
}

void TestCliSecrets::password_isNowhereOutsideTheKeychain() {
    QFETCH(bool, keychain);
    QFETCH(bool, typed);
    const QByteArray password = "Xq7-correct-horse-9431";
    CliHarness cli;
    cli.declareQueue(QStringLiteral("orders"));
    cli.declareQueue(QStringLiteral("orders.dead"));
    cli.broker.put("orders.dead", CliHarness::deadLetter("orders", "{}"));
    if (!keychain)
        cli.secrets.setUnavailable();
    if (typed)
        cli.typedSecret = password;
    else
        cli.environment["SIGNALBOX_PASSWORD_DEV"] = password;
    qputenv("SIGNALBOX_LOG", "trace");
    QVERIFY(openLog(cli.file()));

    QByteArray said;

    for (const char* words :
         {"connections add dev --user ops --save-password", "connections list --json", "connections test dev",
          "queues --all", "deadletters list orders.dead", "replay run orders.dead --yes --json",
          "replay list --json", "audit list --json", "queues --connection nowhere",
          "purge nowhere --confirm nowhere"}) {
        const CliResult result = cli(words);
        said += result.out + result.err;
    }
    said += cli.prompts.join(QLatin1Char(' ')).toUtf8();
    closeLog();
    qunsetenv("SIGNALBOX_LOG");

    QVERIFY(said.size() > 500);
    QVERIFY(!said.contains(password));
    QVERIFY(!said.contains(password.toBase64()));
    QVERIFY(std::find(cli.passwordsUsed.begin(), cli.passwordsUsed.end(), password) !=
            cli.passwordsUsed.end());
    QCOMPARE(filesWith(cli.folder.path(), password), QStringList());
    QCOMPARE(cli.secrets.entries.size(), std::size_t(keychain ? 1 : 0));
}

QTEST_GUILESS_MAIN(TestCliSecrets)
#include "tst_clisecrets.moc"
