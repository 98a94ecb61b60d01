// Which messages a filter chooses by the words of the window, and what is on record of those that went out.
#include "tests/app/cli/cliharness.h"

using namespace signalbox;

class TestCliChoices : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        cli_ = std::make_unique<CliHarness>();
        cli().makeOrders();
    }
    void cleanup() { cli_.reset(); }
    void export_thatIsCutOffIsOnRecord();
    void reason_isAlsoNamedAsItIsShown();

private:
    CliHarness& cli() { return *cli_; }
    std::unique_ptr<CliHarness> cli_;
};

// As a reader like head does: it takes some lines and closes the pipe.
void TestCliChoices::export_thatIsCutOffIsOnRecord() {
    const QByteArray whole = cli()("deadletters export orders.dead").out;
    const QList<QByteArray> lines = whole.split('\n');
    cli().outputTakes = lines.at(0).size() + lines.at(1).size() + 2 + 10;
    QCOMPARE(cli()("deadletters export orders.dead").code, 1);
    cli().outputTakes = 1'000'000;
    const auto records = cli()("audit list --limit 2 --json").objects();
    QCOMPARE(records.size(), std::size_t(2));
    QCOMPARE(records[0].value(QStringLiteral("action")).toString(), QStringLiteral("messages.export"));
    QCOMPARE(
        records[0].value(QStringLiteral("detail")).toObject().value(QStringLiteral("messages")).toInteger(),
        2);
    QVERIFY(records[0].value(QStringLiteral("outcome")).toString().startsWith(QLatin1String("partly: ")));
    QCOMPARE(records[1].value(QStringLiteral("outcome")).toString(), QStringLiteral("ok"));
}

void TestCliChoices::reason_isAlsoNamedAsItIsShown() {
    cli().broker.put("orders.dead", CliHarness::deadLetter("orders", "{}", "maxlen"));
    const auto list = [this](const char* where) {
        return cli().run({QStringLiteral("deadletters"), QStringLiteral("list"),
                          QStringLiteral("orders.dead"), QStringLiteral("--json"), QStringLiteral("--where"),
                          QString::fromLatin1(where)});
    };
    for (const char* where :
         {"reason = maxlen", "reason = \"queue full\"", "reason in (\"Queue Full\", x)"}) {
        const CliResult found = list(where);
        QVERIFY2(found.objects().size() == 1, where);
        QVERIFY2(!found.err.contains("Known reasons"), where);
    }
    const CliResult none = list("reason = overflow");
    QVERIFY2(none.err.contains("maxlen (queue full)"), none.err.constData());
    QVERIFY2(none.err.contains("TTLExpiredException"), none.err.constData());
}

QTEST_GUILESS_MAIN(TestCliChoices)
#include "tst_clichoices.moc"
