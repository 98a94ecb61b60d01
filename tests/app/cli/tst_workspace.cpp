// The composition root with a real file: what is made where, conventions, pruning, log file.
#include "app/logsinks.h"
#include "app/workspace.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakegateway.h"
#include "tests/support/fakesecrets.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QUuid>

#include <spdlog/spdlog.h>

using namespace signalbox;

class TestWorkspace : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void open_makesPrivateFiles();
    void open_twiceSharesTheFile();
    void ownConventions_comeFirst();
    void brokenConventions_areSaidAndSkipped();
    void missingFolder_isAStorageError();
    void prune_removesOldSnapshots();
    void passwordVariable_isMadeOfTheName();
    void log_isPrivateAndHasALevel();

private:
    Result<std::unique_ptr<Workspace>> open(const QString& file, std::unique_ptr<Clock> clock = {}) {
        Workspace::Adapters adapters;
        adapters.gateways = std::make_unique<FakeGatewayFactory>();
        adapters.secrets = std::make_unique<FakeSecrets>();
        adapters.clock = std::move(clock);
        return Workspace::open(file, std::move(adapters));
    }
};

namespace {

constexpr QFileDevice::Permissions forOthers = QFileDevice::ReadGroup | QFileDevice::WriteGroup |
                                               QFileDevice::ExeGroup | QFileDevice::ReadOther |
                                               QFileDevice::WriteOther | QFileDevice::ExeOther;

void writeFile(const QString& name, const QByteArray& bytes) {
    QFile file(name);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

} // namespace

void TestWorkspace::open_makesPrivateFiles() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("team.signalbox"));
    auto workspace = open(file);
    QVERIFY2(workspace, qPrintable(workspace ? QString() : workspace.error().summary));
    QCOMPARE((*workspace)->file(), file);
    QCOMPARE((*workspace)->notice(), QString());
    QVERIFY((*workspace)->actor().contains(QLatin1Char('@')));
    QVERIFY(!(*workspace)->conventions().frameworks.isEmpty());
#ifdef Q_OS_UNIX
    QCOMPARE(QFile::permissions(file) & forOthers, QFileDevice::Permissions());
#endif
}

void TestWorkspace::open_twiceSharesTheFile() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("team.signalbox"));
    auto first = open(file);
    auto second = open(file);
    QVERIFY(first);
    QVERIFY(second);
    ConnectionProfile profile;
    profile.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    const EntityRef queue{profile.id, QStringLiteral("/"), QStringLiteral("q")};
    profile.name = QStringLiteral("dev");
    auto saved = (*first)->connections().save(profile, std::nullopt);
    QTRY_VERIFY(saved.isFinished());
    QVERIFY2(saved.result(), qPrintable(saved.result() ? QString() : saved.result().error().summary));
    QVERIFY((*first)->triage().setPin(queue, true));
    const auto pins = (*second)->triage().pins();
    QVERIFY(pins);
    QCOMPARE(pins->size(), std::size_t(1));
}

void TestWorkspace::ownConventions_comeFirst() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("team.signalbox"));
    qsizetype shipped = 0;
    {
        auto plain = open(file);
        QVERIFY(plain);
        shipped = (*plain)->conventions().frameworks.size();
    }
    writeFile(folder.filePath(QStringLiteral("conventions.json")),
              R"({"frameworks":[{"framework":"Ours","queues":["^ours\\."]}]})");
    auto workspace = open(file);
    QVERIFY(workspace);
    QCOMPARE((*workspace)->notice(), QString());
    QCOMPARE((*workspace)->conventions().frameworks.size(), shipped + 1);
    QCOMPARE((*workspace)->conventions().frameworks.first().framework, QStringLiteral("Ours"));
}

void TestWorkspace::brokenConventions_areSaidAndSkipped() {
    QTemporaryDir folder;
    writeFile(folder.filePath(QStringLiteral("conventions.json")), "{ this is not JSON");
    auto workspace = open(folder.filePath(QStringLiteral("team.signalbox")));
    QVERIFY(workspace);
    QVERIFY((*workspace)->notice().contains(QStringLiteral("conventions.json")));
    QVERIFY(!(*workspace)->conventions().frameworks.isEmpty());
}

void TestWorkspace::missingFolder_isAStorageError() {
    QTemporaryDir folder;
    auto workspace = open(folder.filePath(QStringLiteral("not/there/team.signalbox")));
    QVERIFY(!workspace);
    QCOMPARE(workspace.error().kind, ErrorKind::Storage);
    QVERIFY(workspace.error().summary.contains(QStringLiteral("team.signalbox")));
}

void TestWorkspace::prune_removesOldSnapshots() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("team.signalbox"));
    const EntityRef queue{QStringLiteral("c"), QStringLiteral("/"), QStringLiteral("q")};
    const QDateTime day(QDate(2024, 3, 1), QTime(12, 0), Qt::UTC);
    const auto at = [&](int days) { return open(file, std::make_unique<FakeClock>(day.addDays(days))); };
    {
        auto workspace = at(0);
        QVERIFY(workspace);
        auto snapshot =
            (*workspace)->snapshots().openFor(queue, QStringLiteral("dev"), QStringLiteral("classic"), true);
        QVERIFY(snapshot);
        QVERIFY((*snapshot)->beginReading());
        QVERIFY((*snapshot)->finish(true, QStringLiteral("end of queue")));
    }
    {
        auto workspace = at(Workspace::keepSnapshotsDays - 1);
        QVERIFY(workspace);
        QVERIFY((*workspace)->prune());
        QCOMPARE((*workspace)->snapshots().list()->size(), std::size_t(1));
    }
    auto workspace = at(Workspace::keepSnapshotsDays + 1);
    QVERIFY(workspace);
    QVERIFY((*workspace)->prune());
    QCOMPARE((*workspace)->snapshots().list()->size(), std::size_t(0));
}

void TestWorkspace::passwordVariable_isMadeOfTheName() {
    QCOMPARE(passwordVariable({}), QByteArray("SIGNALBOX_PASSWORD"));
    QCOMPARE(passwordVariable(QStringLiteral("Sandbox")), QByteArray("SIGNALBOX_PASSWORD_SANDBOX"));
    QCOMPARE(passwordVariable(QStringLiteral("shop eu-1")), QByteArray("SIGNALBOX_PASSWORD_SHOP_EU_1"));
    QCOMPARE(passwordVariable(QStringLiteral("Zoë")), QByteArray("SIGNALBOX_PASSWORD_ZO__"));
}

void TestWorkspace::log_isPrivateAndHasALevel() {
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("team.signalbox"));
    qputenv("SIGNALBOX_LOG", "warn");
    QVERIFY(openLog(file));
    spdlog::get("store")->info("quiet words");
    spdlog::get("replay")->warn("loud words");
    closeLog();
    qunsetenv("SIGNALBOX_LOG");
    QFile log(logFile(file));
    QVERIFY(log.open(QIODevice::ReadOnly));
    const QByteArray text = log.readAll();
    QVERIFY(text.contains("loud words"));
    QVERIFY(!text.contains("quiet words"));
#ifdef Q_OS_UNIX
    QCOMPARE(log.permissions() & forOthers, QFileDevice::Permissions());
#endif
    QVERIFY(!openLog(logFile(file) + QStringLiteral("/not/a/folder/team.signalbox")));
}

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
