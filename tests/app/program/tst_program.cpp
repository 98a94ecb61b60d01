// The real program as a shell starts it: its home, its standard output. No broker is needed.
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

class TestProgram : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void freshHome_getsItsWorkspace();
    void emptyWorkspaceName_isRefused_data();
    void emptyWorkspaceName_isRefused();
    void fullStandardOutput_isSaid();

private:
    struct Said {
        int code = -1;
        QByteArray out, err;
    };
    // In a home of its own, with no display.
    Said run(const QStringList& words, const QString& standardOutput = {}) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("HOME"), home_.path());
        for (const char* name : {"XDG_DATA_HOME", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(QLatin1String(name));
        process.setProcessEnvironment(environment);
        if (!standardOutput.isEmpty())
            process.setStandardOutputFile(standardOutput);
        process.start(QStringLiteral(SIGNALBOX_PROGRAM), words);
        process.closeWriteChannel();
        Said said;
        if (process.waitForFinished(60000) && process.exitStatus() == QProcess::NormalExit)
            said.code = process.exitCode();
        if (standardOutput.isEmpty())
            said.out = process.readAllStandardOutput();
        said.err = process.readAllStandardError();
        return said;
    }

    QTemporaryDir home_;
};

void TestProgram::freshHome_getsItsWorkspace() {
    const Said added = run({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("shop"),
                            QStringLiteral("--no-password")});
    QVERIFY2(added.code == 0, added.err.constData());
    const Said listed = run({QStringLiteral("connections"), QStringLiteral("list")});
    QVERIFY2(listed.out.contains("shop"), listed.out.constData());
#ifdef Q_OS_UNIX
    const QString folder = home_.filePath(QStringLiteral(".local/share/signalbox"));
    QVERIFY(QDir(folder).exists());
    QVERIFY(!(QFile::permissions(folder) & (QFileDevice::ReadGroup | QFileDevice::ReadOther)));
#endif
}

void TestProgram::emptyWorkspaceName_isRefused_data() {
    QTest::addColumn<QStringList>("words");
    QTest::newRow("window") << QStringList{QStringLiteral("--workspace"), QString()};
    QTest::newRow("window, one word") << QStringList{QStringLiteral("--workspace=")};
    QTest::newRow("command") << QStringList{QStringLiteral("connections"), QStringLiteral("list"),
                                            QStringLiteral("--workspace"), QString()};
}

// A script's unset variable must not open the workspace of every day.
void TestProgram::emptyWorkspaceName_isRefused() {
    QFETCH(QStringList, words);
    const Said said = run(words);
    QCOMPARE(said.code, 2);
    QVERIFY2(said.err.contains("--workspace"), said.err.constData());
}

void TestProgram::fullStandardOutput_isSaid() {
    const QString full = QStringLiteral("/dev/full");
    if (!QFile::exists(full))
        QSKIP("There is no /dev/full here.");
    const Said said = run({QStringLiteral("audit"), QStringLiteral("list")}, full);
    QCOMPARE(said.code, 1);
    QVERIFY2(said.err.contains("Standard output takes nothing more"), said.err.constData());
    QVERIFY2(said.err.contains("would have exited with 0"), said.err.constData());
}

QTEST_GUILESS_MAIN(TestProgram)
#include "tst_program.moc"
