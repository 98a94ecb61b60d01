// The sandbox as ./dev uses it: the program itself, judged from outside.
#include "tests/sandbox/scenario.h"
#include "tests/support/live/rabbitnode.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/live/rawconsumer.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonDocument>
#include <QTest>

using namespace signalbox;
using namespace signalbox::live;

namespace {

constexpr int programMs = 60000;
#ifdef SIGNALBOX_PROGRAM
constexpr auto signalboxProgram = SIGNALBOX_PROGRAM;
#else
constexpr auto signalboxProgram = "";
#endif

QByteArray content(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::int64_t firstDeath(const Message& message, const char* field, QByteArray* text) {
    const HeaderValue* deaths = message.header("x-death");
    if (!deaths || !deaths->asArray() || deaths->asArray()->empty())
        return -1;
    const HeaderValue* value = findHeader(*deaths->asArray()->front().asTable(), field);
    std::int64_t number = 0;
    if (value && value->asBytes())
        *text = *value->asBytes();
    else if (value)
        headerInteger(*value, &number);
    return number;
}

} // namespace

class TestSandbox : public QObject {
    Q_OBJECT
    QTemporaryDir temporary_;
    QString folder_;
    QByteArray output_;

    int run(const QString& command, const QString& folder) {
        QProcess process;
        process.setProcessChannelMode(QProcess::MergedChannels);
        QStringList arguments{command, QStringLiteral("--folder"), folder};
        if (command == QStringLiteral("up") && hasProgram())
            arguments << QStringLiteral("--signalbox") << QLatin1String(signalboxProgram);
        process.start(QStringLiteral(SANDBOX_PROGRAM), arguments);
        constexpr int patienceMs = 280000;
        if (!process.waitForFinished(patienceMs))
            return -1;
        output_ = process.readAll();
        if (process.exitCode() != 0)
            qInfo("%s", output_.constData());
        return process.exitCode();
    }
    static bool hasProgram() { return *signalboxProgram != 0; }
    struct Ended {
        int code = -1;
        QByteArray output;
    };
    // Signalbox itself on the workspace that "up" has made.
    Ended program(const QStringList& words) const {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("SIGNALBOX_PASSWORD_SANDBOX"),
                           QString::fromUtf8(content(file("password")).trimmed()));
        environment.insert(QStringLiteral("SIGNALBOX_PASSWORD_SANDBOX_BUS"),
                           QString::fromUtf8(content(file("bus-connection-string")).trimmed()));
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QLatin1String(signalboxProgram),
                      QStringList{QStringLiteral("--workspace"), file("workspace.signalbox")} + words);
        if (!process.waitForFinished(programMs))
            return {};
        return {process.exitCode(), process.readAll()};
    }
    QString file(const char* name) const { return folder_ + QLatin1Char('/') + QLatin1String(name); }
    RawLogin login() {
        auto node = RabbitNode::attach(folder_);
        return node ? (*node)->login(QStringLiteral("company")) : RawLogin();
    }
    bool holdsPromised() {
        const auto scenario = sandbox::Scenario::load();
        auto judge = RawAmqp::open(login());
        if (!scenario || !judge)
            return false;
        auto promised = scenario->deadLetters();
        promised[QStringLiteral("unrouted.messages")] = scenario->unrouted.count;
        bool all = true;
        for (auto it = promised.cbegin(); it != promised.cend(); ++it) {
            const qint64 count = (*judge)->count(it.key()).value_or(-1);
            if (count < it.value()) {
                qInfo("%s holds %lld of %lld", qPrintable(it.key()), count, it.value());
                all = false;
            }
        }
        return all;
    }

private Q_SLOTS:
    void initTestCase() {
        folder_ = temporary_.filePath(QStringLiteral("sandbox"));
        QCOMPARE(run(QStringLiteral("up"), folder_), 0);
    }

    void cleanupTestCase() { run(QStringLiteral("down"), folder_); }

    void up_fillsEveryQueueWithItsDeadLetters() {
        const auto scenario = sandbox::Scenario::load();
        QVERIFY(scenario);
        qint64 total = 0;
        for (const qint64 count : scenario->deadLetters())
            total += count;
        QVERIFY(total >= 1500);
        QVERIFY(holdsPromised());
    }

    void deaths_areReal_data() {
        QTest::addColumn<QString>("queue");
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QByteArray>("origin");
        const auto row = [](const char* queue, const char* reason, const char* origin) {
            QTest::newRow(queue) << QString::fromLatin1(queue) << QByteArray(reason) << QByteArray(origin);
        };
        row("warehouse.dead", "rejected", "warehouse.pick-orders");
        row("payroll.dead", "expired", "payroll.timesheets");
        row("portal.dead", "maxlen", "portal.notifications");
        row("crm.dead", "delivery_limit", "crm.customer-sync");
        row("erp.invoices.dead", "expired", "erp.invoices.retry");
    }
    void deaths_areReal() {
        QFETCH(QString, queue);
        QFETCH(QByteArray, reason);
        QFETCH(QByteArray, origin);
        auto judge = RawAmqp::open(login());
        QVERIFY(judge);
        const auto dead = (*judge)->peek(queue, 1);
        QVERIFY(dead);
        QCOMPARE(dead->size(), std::size_t{1});
        QByteArray text;
        firstDeath(dead->front(), "reason", &text);
        QCOMPARE(text, reason);
        firstDeath(dead->front(), "queue", &text);
        QCOMPARE(text, origin);
        if (queue == QStringLiteral("erp.invoices.dead"))
            QVERIFY(firstDeath(dead->front(), "count", &text) >= 3);
    }

    // What the frameworks write when they give up, on every message of their error queues.
    void frameworkErrors_sayWhatHappened_data() {
        QTest::addColumn<QString>("queue");
        QTest::addColumn<QByteArrayList>("headers");
        QTest::newRow("MassTransit") << QStringLiteral("portal-submit-order_error")
                                     << QByteArrayList{"MT-Fault-ExceptionType", "MT-Fault-Message",
                                                       "MT-Fault-StackTrace", "MT-Fault-InputAddress"};
        QTest::newRow("NServiceBus") << QStringLiteral("error")
                                     << QByteArrayList{"NServiceBus.FailedQ",
                                                       "NServiceBus.ExceptionInfo.ExceptionType",
                                                       "NServiceBus.ExceptionInfo.Message",
                                                       "NServiceBus.ExceptionInfo.StackTrace"};
    }
    void frameworkErrors_sayWhatHappened() {
        QFETCH(QString, queue);
        QFETCH(QByteArrayList, headers);
        auto judge = RawAmqp::open(login());
        QVERIFY(judge);
        const auto dead = (*judge)->peek(queue);
        QVERIFY(dead && !dead->empty());
        for (const Message& message : *dead) {
            for (const QByteArray& name : headers) {
                const HeaderValue* value = message.header(name);
                QVERIFY2(value && value->asBytes() && !value->asBytes()->isEmpty(), name.constData());
            }
        }
    }

    void bodies_areOfManyKinds() {
        auto judge = RawAmqp::open(login());
        QVERIFY(judge);
        const auto ledger = (*judge)->peek(QStringLiteral("erp.ledger.dlq"));
        QVERIFY(ledger);
        qsizetype largest = 0;
        bool binary = false;
        for (const Message& message : *ledger) {
            largest = std::max(largest, message.body.size());
            binary = binary || message.properties.contentType == QByteArray("application/x-protobuf");
        }
        constexpr qsizetype fiveMegabytes = 5000000;
        QVERIFY2(largest >= fiveMegabytes, qPrintable(QString::number(largest)));
        QVERIFY(binary);
        const auto packed = (*judge)->peek(QStringLiteral("crm.dead"), 1);
        QVERIFY(packed && !packed->empty());
        QCOMPARE(packed->front().properties.contentEncoding.value_or(QByteArray()), QByteArray("gzip"));
        QVERIFY(packed->front().body.startsWith("\x1f\x8b"));
    }

    void stream_hasEntries() {
        auto consumer = RawConsumer::open(login(), 500);
        QVERIFY(consumer);
        QVERIFY((*consumer)->consume(QStringLiteral("audit.stream"),
                                     {{"x-stream-offset", HeaderValue::string("first")}}));
        const auto entries = (*consumer)->take(2000, 10000);
        QVERIFY(entries);
        QCOMPARE(entries->size(), std::size_t{2000});
    }

    void company_keepsConsuming() {
        auto node = RabbitNode::attach(folder_);
        QVERIFY(node);
        QTRY_VERIFY_WITH_TIMEOUT(
            (*node)->admin().list("/api/consumers/company").value_or(QJsonArray()).size() >= 10, 30000);
        // What is replayed is taken; the poisoned one comes back.
        auto judge = RawAmqp::open(login());
        QVERIFY(judge);
        const qint64 before = (*judge)->count(QStringLiteral("portal-submit-order_error")).value_or(-1);
        Message poison;
        poison.body = "{\"poison\":true}";
        poison.properties.messageId = "poison";
        QVERIFY((*judge)->publishTo(QStringLiteral("portal-submit-order"), poison));
        QTRY_VERIFY_WITH_TIMEOUT(
            (*judge)->count(QStringLiteral("portal-submit-order_error")).value_or(-1) > before, 30000);
        QTRY_COMPARE_WITH_TIMEOUT((*judge)->count(QStringLiteral("portal-submit-order")).value_or(-1), 0,
                                  30000);
    }

    void secrets_areForTheOwnerOnly() {
        const auto owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadUser | QFile::WriteUser;
        for (const char* name : {"password", "node.json", "rabbitmq.conf"})
            QCOMPARE(QFileInfo(file(name)).permissions(), owner);
        auto node = RabbitNode::attach(folder_);
        QVERIFY(node);
        RawLogin person = (*node)->login(QStringLiteral("company"));
        person.user = QStringLiteral("operator");
        person.password = QString::fromUtf8(content(file("password")).trimmed());
        QVERIFY(!person.password.isEmpty());
        QVERIFY(RawAmqp::open(person));
        QVERIFY(!output_.contains(person.password.toUtf8()));
    }

    void workspace_reachesTheNode() {
        if (!hasProgram())
            QSKIP("built without the program");
        const auto tested = program({QStringLiteral("connections"), QStringLiteral("test"),
                                     QStringLiteral("sandbox"), QStringLiteral("--json")});
        QVERIFY2(tested.code == 0, tested.output.constData());
    }

    void bus_holdsAThousandDeadLetters() {
        if (!hasProgram())
            QSKIP("built without the program");
        const auto listed = program({QStringLiteral("queues"), QStringLiteral("--connection"),
                                     QStringLiteral("sandbox bus"), QStringLiteral("--json")});
        QVERIFY2(listed.code == 0, listed.output.constData());
        qint64 total = 0;
        QStringList holders;
        for (const QByteArray& line : listed.output.split('\n')) {
            const QJsonObject queue = QJsonDocument::fromJson(line).object();
            const qint64 ready = queue.value(QStringLiteral("ready")).toInteger();
            total += ready;
            if (ready > 0)
                holders << queue.value(QStringLiteral("name")).toString();
        }
        QVERIFY2(total == 1000, listed.output.constData());
        holders.sort();
        QCOMPARE(holders,
                 (QStringList{QStringLiteral("booking-requests/$DeadLetterQueue"),
                              QStringLiteral("payments/$DeadLetterQueue"),
                              QStringLiteral("price-updates/$DeadLetterQueue"),
                              QStringLiteral("seat-reservations/$DeadLetterQueue"),
                              QStringLiteral("travel-events/Subscriptions/loyalty/$DeadLetterQueue")}));
    }

    void upAgain_changesNothing() {
        const QByteArray node = content(file("node.json"));
        const QByteArray company = content(file("company.pid"));
        QVERIFY(!company.isEmpty());
        QCOMPARE(run(QStringLiteral("up"), folder_), 0);
        QCOMPARE(content(file("node.json")), node);
        QCOMPARE(content(file("company.pid")), company);
    }

    void upAfterPowerCut_keepsTheMessages() {
        {
            auto node = RabbitNode::attach(folder_);
            QVERIFY(node);
            (*node)->kill();
        }
        QCOMPARE(run(QStringLiteral("up"), folder_), 0);
        QTRY_VERIFY_WITH_TIMEOUT(holdsPromised(), 30000);
    }

    void strangeFolder_isLeftAlone() {
        const QString strange = temporary_.filePath(QStringLiteral("strange"));
        QVERIFY(QDir().mkpath(strange + QStringLiteral("/letters")));
        QCOMPARE(run(QStringLiteral("up"), strange), 1);
        QVERIFY2(output_.contains("not a sandbox"), output_.constData());
        QCOMPARE(run(QStringLiteral("down"), strange), 1);
        QVERIFY(QFileInfo::exists(strange + QStringLiteral("/letters")));
    }

    void down_leavesNothing() {
        const QJsonObject node = QJsonDocument::fromJson(content(file("node.json"))).object();
        const qint64 company = content(file("company.pid")).trimmed().toLongLong();
        const RawLogin gone = login();
        QVERIFY(processIs(company, folder_));
        QCOMPARE(run(QStringLiteral("down"), folder_), 0);
        QVERIFY(!QFileInfo::exists(folder_));
        QVERIFY(!processIs(company, folder_));
        QVERIFY(!processIs(node.value(QStringLiteral("serverPid")).toInteger(), folder_));
        QVERIFY(!processIs(node.value(QStringLiteral("epmdPid")).toInteger(), QStringLiteral("epmd")));
        QVERIFY(!RawAmqp::open(gone));
        QCOMPARE(run(QStringLiteral("down"), folder_), 0);
    }
};

QTEST_GUILESS_MAIN(TestSandbox)
#include "tst_sandbox.moc"
