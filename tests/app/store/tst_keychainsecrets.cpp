// The three real cases on servers and in containers: no session bus, a bus without an unlocked keyring, a
// working keyring. The test program starts itself inside a private session for the latter two.
#include "app/store/keychainsecrets.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

using namespace signalbox;

namespace {

const QString service = QStringLiteral("signalbox-test");
constexpr int patienceMs = 20000;

template<class T>
Result<T> await(QFuture<Result<T>> future) {
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, patienceMs))
        return failure(ErrorKind::Internal, QStringLiteral("no answer in time"));
    return future.result();
}

template<class T>
QByteArray say(const Result<T>& result) {
    return result ? QByteArray("ok")
                  : errorWord(result.error().kind).toUtf8() + ": " + result.error().summary.toUtf8();
}

// What the private session is for: one line per call on stdout.
int useKeychain() {
    KeychainSecrets secrets(service);
    const QString key = QStringLiteral("c1");
    const QByteArray hard("p\xc3\xa4ss\0word\xff", 12);
    std::printf("read %s\n", say(await(secrets.read(key))).constData());
    std::printf("write %s\n", say(await(secrets.write(key, Secret("first")))).constData());
    std::printf("write %s\n", say(await(secrets.write(key, Secret(hard)))).constData());
    const auto read = await(secrets.read(key));
    std::printf("same %s\n", read && read->reveal() == hard ? "yes" : say(read).constData());
    KeychainSecrets again(service);
    std::printf("other key %s\n", say(await(again.read(QStringLiteral("c2")))).constData());
    std::printf("remove %s\n", say(await(again.remove(key))).constData());
    std::printf("remove %s\n", say(await(again.remove(key))).constData());
    std::printf("read %s\n", say(await(secrets.read(key))).constData());
    return 0;
}

} // namespace

class TestKeychainSecrets : public QObject {
    Q_OBJECT

    QTemporaryDir home_;

    QProcessEnvironment privateSession() const {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name :
             {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_CURRENT_DESKTOP",
              "DESKTOP_SESSION", "KDE_FULL_SESSION", "GNOME_KEYRING_CONTROL"})
            environment.remove(QString::fromLatin1(name));
        environment.insert(QStringLiteral("HOME"), home_.path());
        environment.insert(QStringLiteral("XDG_DATA_HOME"), home_.filePath(QStringLiteral("data")));
        environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home_.path()); // mode 0700 and empty of a bus
        return environment;
    }
    QByteArray run(const QString& program, const QStringList& arguments) {
        QProcess process;
        process.setProcessEnvironment(privateSession());
        process.start(program, arguments);
        if (!process.waitForFinished(6 * patienceMs)) {
            process.kill();
            process.waitForFinished();
            return "the session did not end: " + process.readAll();
        }
        const QByteArray errors = process.readAllStandardError();
        if (!errors.isEmpty())
            qInfo("session said: %s", errors.constData());
        return process.readAllStandardOutput();
    }
    static QString self() { return QCoreApplication::applicationFilePath(); }

private Q_SLOTS:
    void read_withoutASessionSaysSo() {
        const QByteArray said = run(self(), {QStringLiteral("--use-keychain")});
        const QList<QByteArray> lines = said.split('\n');
        QVERIFY2(lines.size() >= 8, said.constData());
        for (const QByteArray& line : lines.first(8)) {
            if (!line.startsWith("same"))
                QVERIFY2(line.contains("unsupported: "), said.constData());
        }
        QVERIFY2(lines[0].contains("desktop session"), said.constData());
        QVERIFY2(!said.contains("first"), said.constData());
    }

    void read_withALockedKeyringIsUnsupported() {
        const QString session = QStandardPaths::findExecutable(QStringLiteral("dbus-run-session"));
        if (session.isEmpty())
            QSKIP("dbus-run-session is not installed.");
        const QByteArray said =
            run(session, {QStringLiteral("--"), self(), QStringLiteral("--use-keychain")});
        const QList<QByteArray> lines = said.split('\n');
        QVERIFY2(lines.size() >= 8, said.constData());
        QVERIFY2(lines[1].startsWith("write unsupported: "), said.constData());
        QVERIFY2(lines[7].startsWith("read unsupported: ") || lines[7].startsWith("read not-found: "),
                 said.constData());
    }

    void write_withAKeyringKeepsAndForgets() {
        const QString session = QStandardPaths::findExecutable(QStringLiteral("dbus-run-session"));
        const QString daemon = QStandardPaths::findExecutable(QStringLiteral("gnome-keyring-daemon"));
        if (session.isEmpty() || daemon.isEmpty())
            QSKIP("dbus-run-session or gnome-keyring-daemon is not installed.");
        const QString script =
            QStringLiteral(
                "printf pw | '%1' --unlock --components=secrets >/dev/null && exec '%2' --use-keychain")
                .arg(daemon, self());
        const QByteArray said =
            run(session, {QStringLiteral("--"), QStringLiteral("sh"), QStringLiteral("-c"), script});
        QCOMPARE(said, QByteArray("read not-found: The keychain has no such entry.\n"
                                  "write ok\n"
                                  "write ok\n"
                                  "same yes\n"
                                  "other key not-found: The keychain has no such entry.\n"
                                  "remove ok\n"
                                  "remove ok\n"
                                  "read not-found: The keychain has no such entry.\n"));
    }
};

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    if (QCoreApplication::arguments().contains(QStringLiteral("--use-keychain")))
        return useKeychain();
    TestKeychainSecrets test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_keychainsecrets.moc"
