// Tables, hostile text and bodies as a terminal gets them.
#include "app/cli/bodytext.h"
#include "app/cli/output.h"

#include <QTest>

#include <sstream>

using namespace signalbox;

class TestCliOutput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void printable_removesWhatSteersATerminal_data();
    void printable_removesWhatSteersATerminal();
    void table_padsToTheWidestCell();
    void table_isCutAtTheEdgeOfATerminal();
    void errors_showDetailsIndented();
    void progress_isShownOnlyToAPerson();
    void body_showsTextOrHex();
    void body_saysWhatIsMissing();
};

namespace {

struct Screen {
    std::ostringstream out, err;
    Terminal terminal() {
        Terminal made;
        made.out = &out;
        made.err = &err;
        return made;
    }
};

Message withBody(const QByteArray& body) {
    Message message;
    message.body = body;
    message.bodySize = body.size();
    return message;
}

} // namespace

void TestCliOutput::printable_removesWhatSteersATerminal_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    const QChar bad = QChar::ReplacementCharacter;
    QTest::newRow("plain") << QStringLiteral("Zoë → 4711") << QStringLiteral("Zoë → 4711");
    QTest::newRow("escape") << QStringLiteral("a\x1b[2Jb")
                            << QStringLiteral("a") + bad + QStringLiteral("[2Jb");
    QTest::newRow("lines") << QStringLiteral("a\r\nb\tc") << QStringLiteral("a  b c");
    QTest::newRow("bell and null") << QStringLiteral("a\a") + QChar(0) << QStringLiteral("a") + bad + bad;
    QTest::newRow("c1") << QStringLiteral("a") + QChar(0x9b) << QStringLiteral("a") + bad;
    QTest::newRow("override") << QStringLiteral("a") + QChar(0x202e) + QStringLiteral("b")
                              << QStringLiteral("a") + bad + QStringLiteral("b");
    QTest::newRow("isolate") << QString(QChar(0x2066)) << QString(bad);
}

void TestCliOutput::printable_removesWhatSteersATerminal() {
    QFETCH(QString, text);
    QFETCH(QString, shown);
    QCOMPARE(printable(text), shown);
}

void TestCliOutput::table_padsToTheWidestCell() {
    Screen screen;
    const Terminal terminal = screen.terminal();
    Output output(terminal, false);
    TextTable table({QStringLiteral("queue"), QStringLiteral("n"), QStringLiteral("note")});
    table.add({QStringLiteral("a"), QStringLiteral("12"), {}});
    table.add({QStringLiteral("billing"), QStringLiteral("3"), QStringLiteral("x\x1b[1m")});
    table.flush(output);
    table.add({QStringLiteral("c"), QStringLiteral("4"), QStringLiteral("y")});
    table.flush(output);
    QCOMPARE(QString::fromStdString(screen.out.str()), QStringLiteral("queue    n   note\n"
                                                                      "a        12\n"
                                                                      "billing  3   x\uFFFD[1m\n"
                                                                      "c        4   y\n"));
}

void TestCliOutput::table_isCutAtTheEdgeOfATerminal() {
    Screen screen;
    Terminal terminal = screen.terminal();
    terminal.width = 10;
    Output output(terminal, false);
    TextTable table({QStringLiteral("name")});
    table.add({QStringLiteral("abcdefghijklmnop")});
    table.flush(output);
    QCOMPARE(QString::fromStdString(screen.out.str()), QStringLiteral("name\nabcdefghi…\n"));
}

void TestCliOutput::errors_showDetailsIndented() {
    Screen screen;
    const Terminal terminal = screen.terminal();
    Output output(terminal, false);
    output.error({ErrorKind::Lost, QStringLiteral("The link broke."), QStringLiteral("one\ntwo\x1b[2J")});
    QCOMPARE(QString::fromStdString(screen.err.str()),
             QStringLiteral("signalbox: The link broke.\n  one\n  two\uFFFD[2J\n"));
    QCOMPARE(screen.out.str(), std::string());
}

void TestCliOutput::progress_isShownOnlyToAPerson() {
    Screen script;
    const Terminal noPerson = script.terminal();
    Output quiet(noPerson, false);
    quiet.progress(QStringLiteral("1 of 2"));
    quiet.endProgress();
    QCOMPARE(script.err.str(), std::string());

    Screen person;
    Terminal terminal = person.terminal();
    terminal.personAtErrors = true;
    Output output(terminal, false);
    output.progress(QStringLiteral("1 of 2"));
    output.line(QStringLiteral("done"));
    QCOMPARE(person.err.str(), std::string("\r\x1b[K1 of 2\r\x1b[K"));
}

void TestCliOutput::body_showsTextOrHex() {
    QCOMPARE(bodyLines(withBody("{\"a\":1}\nz\x1b[2J\n"), false),
             QStringList({QStringLiteral("Body, 14 bytes"), QStringLiteral("{\"a\":1}"),
                          QStringLiteral("z\uFFFD[2J")}));
    const QByteArray binary("\x00\x01\xff"
                            "A",
                            4);
    QCOMPARE(
        bodyLines(withBody(binary), false),
        QStringList({QStringLiteral("Body, 4 bytes"),
                     QStringLiteral("00000000  00 01 ff 41                                      ...A")}));
    QCOMPARE(bodyLines(withBody({}), false), QStringList({QStringLiteral("Body, 0 bytes")}));
}

void TestCliOutput::body_saysWhatIsMissing() {
    Message cut = withBody("abc");
    cut.bodyComplete = false;
    cut.bodySize = 9000;
    QVERIFY(bodyLines(cut, false).first().contains(QStringLiteral("CUT")));

    const Message tall = withBody(QByteArray("line\n").repeated(100));
    const QStringList some = bodyLines(tall, false);
    QCOMPARE(some.size(), 42);
    QCOMPARE(some.last(), QStringLiteral("... (60 more lines; see --full)"));
    QCOMPARE(bodyLines(tall, true).size(), 101);
}

QTEST_GUILESS_MAIN(TestCliOutput)
#include "tst_clioutput.moc"
