// Window or command line? And what is said where no window can open.
#include "app/options.h"

#include <QTest>

#include <array>

using namespace signalbox;

class TestOptions : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void arguments_decideForWindowOrCommandLine_data();
    void arguments_decideForWindowOrCommandLine();
    void noDisplay_namesTheWayOut();
};

void TestOptions::arguments_decideForWindowOrCommandLine_data() {
    QTest::addColumn<QString>("words");
    QTest::addColumn<bool>("window");
    QTest::addColumn<QString>("workspace");
    const auto row = [](const char* words, bool window, const char* workspace = "") {
        QTest::newRow(words) << QString::fromUtf8(words) << window << QString::fromUtf8(workspace);
    };
    row("", true);
    row("--workspace a.signalbox", true, "a.signalbox");
    row("--workspace=a.signalbox", true, "a.signalbox");
    row("-platform offscreen", true);
    row("-style fusion --workspace x -platform offscreen", true, "x");
    row("-reverse", true);
    row("queues", false);
    row("--workspace a queues", false);
    row("--help", false);
    row("-h", false);
    row("--version", false);
    row("--json", false);
    row("--workspace", false);
    row("--workspace=", false);
    row("--no-such-thing", false);
    row("-platform offscreen queues", false);
}

void TestOptions::arguments_decideForWindowOrCommandLine() {
    QFETCH(QString, words);
    QFETCH(bool, window);
    QFETCH(QString, workspace);
    const ProgramOptions options = readOptions(words.split(QLatin1Char(' '), Qt::SkipEmptyParts));
    QCOMPARE(options.window, window);
    QCOMPARE(options.workspaceFile, workspace);
}

void TestOptions::noDisplay_namesTheWayOut() {
#if defined(Q_OS_UNIX) && !defined(Q_OS_MACOS)
    const std::array<const char*, 3> names{"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"};
    std::array<QByteArray, 3> before;
    for (std::size_t i = 0; i < names.size(); ++i) {
        before[i] = qgetenv(names[i]);
        qunsetenv(names[i]);
    }
    const QString words = missingDisplay({});
    QVERIFY(words.contains(QStringLiteral("xvfb-run")));
    QVERIFY(words.contains(QStringLiteral("signalbox --help")));
    QVERIFY(missingDisplay({QStringLiteral("-platform"), QStringLiteral("offscreen")}).isEmpty());
    for (const char* name : names) {
        qputenv(name, "something");
        QVERIFY(missingDisplay({}).isEmpty());
        qunsetenv(name);
    }
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!before[i].isEmpty())
            qputenv(names[i], before[i]);
    }
#else
    QVERIFY(missingDisplay({}).isEmpty());
#endif
}

QTEST_GUILESS_MAIN(TestOptions)
#include "tst_options.moc"
