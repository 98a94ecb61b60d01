// Reading a real queue into a snapshot on disk: what the snapshot has, and what the queue looks like after.
#include "app/rabbitmq/amqpsource.h"
#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "models/deadletters/snapshotjob.h"
#include "models/messaging/conventions.h"
#include "tests/live/rabbitmq/liveprofile.h"
#include "tests/support/live/rawamqp.h"

#include <QTemporaryDir>
#include <QTest>

using namespace signalbox;
using namespace signalbox::live;

#define VERIFY_RESULT(expression) QVERIFY2(worked(expression), qPrintable(problem))

namespace {

using State = SnapshotJob::State;

constexpr int patienceMs = 60000;
QString problem;

template<class T>
bool worked(const Result<T>& result) {
    problem = result ? QString() : result.error().summary + QLatin1Char(' ') + result.error().detail;
    return result.has_value();
}

// What senders do wrong: headers that are no text, nested deep, of the wrong types, and a body that is no
// body of its kind.
Message hostile(qint64 number) {
    Message message = textMessage("{\"open\": [\xff\xfe" + QByteArray::number(number));
    message.properties.contentType = "application/json; charset=\xc3\x28";
    message.properties.contentEncoding = "gzip"; // it is not
    message.properties.messageId = "bad\0id" + QByteArray::number(number);
    HeaderValue deep = HeaderValue::string("\xf0\x28");
    for (int i = 0; i < 60; ++i)
        deep = i % 2 ? HeaderValue::array({deep}) : HeaderValue::table({{"level", deep}});
    message.properties.headers = HeaderTable{
        {"x-death", HeaderValue::string("not an array")},
        {"x-signalbox-attempt", HeaderValue::string("many")},
        {"MT-Fault-Message", {ValueKind::Decimal, Decimal{255, 7}}},
        {"MT-Fault-ExceptionType", HeaderValue::string("\xff\xff")},
        {"NServiceBus.ExceptionInfo.Message", {ValueKind::Void, {}}},
        {"deep", deep},
        {"huge", HeaderValue::string(QByteArray(90000, 'h'))},
        {"twice", HeaderValue::string("first")},
        {QByteArray(200, 'n'), HeaderValue::int64(1)},
    };
    return message;
}

} // namespace

class TestLiveBrowse : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<SqlSnapshotLibrary> library_;
    const SystemClock clock_;
    Conventions conventions_;
    StreamStart start_;

    std::unique_ptr<RawAmqp> judge() {
        auto judge = RawAmqp::open(node_->login());
        if (!worked(judge))
            qFatal("no judge: %s", qPrintable(problem));
        return std::move(*judge);
    }
    // A new queue of that type with numbered messages.
    QString fill(const QByteArray& type, qint64 count, HeaderTable arguments = {}) {
        const QString queue = QStringLiteral("%1-%2").arg(QLatin1String(QTest::currentTestFunction()),
                                                          QString::fromLatin1(type));
        arguments.push_back({"x-queue-type", HeaderValue::string(type)});
        const auto other = judge();
        if (!worked(other->declareQueue(queue, arguments)) ||
            !worked(other->publish(count, [&queue](qint64 number) {
                Message message = textMessage(numbered(number));
                message.routingKey = queue.toUtf8();
                return message;
            })))
            qFatal("cannot fill %s: %s", qPrintable(queue), qPrintable(problem));
        return queue;
    }
    std::shared_ptr<Snapshot> snapshotOf(const QString& queue) {
        auto opened = library_->openFor({QStringLiteral("test"), QStringLiteral("/"), queue},
                                        QStringLiteral("test"), QStringLiteral("classic"), true);
        if (!worked(opened))
            qFatal("no snapshot: %s", qPrintable(problem));
        return *opened;
    }
    std::unique_ptr<SnapshotJob> reading(const QString& queue, SnapshotJob::Request request = {},
                                         const rabbitmq::Dial* dial = nullptr) {
        SourceOptions options;
        options.queue = {QStringLiteral("test"), QStringLiteral("/"), queue};
        options.window = request.isStream ? 100 : 0;
        options.streamStart = start_;
        options.countsDeliveries = request.deliveryLimit >= 0;
        return std::make_unique<SnapshotJob>(
            std::make_unique<rabbitmq::AmqpSource>(dial ? *dial : dialOf(*node_), options), snapshotOf(queue),
            request);
    }
    // Bodies of all rows in the order of the queue.
    QByteArrayList bodies(Snapshot& snapshot) {
        QByteArrayList all;
        SnapshotCursor cursor;
        while (!cursor.atEnd) {
            const auto page = snapshot.ids({}, cursor, 5000);
            if (!worked(page))
                return {};
            for (const qint64 id : page->ids) {
                const auto message = snapshot.message(id);
                all << (worked(message) ? message->body : QByteArray("unreadable"));
            }
            cursor = page->next;
        }
        return all;
    }
    static QByteArrayList numbers(qint64 count) {
        QByteArrayList all;
        for (qint64 i = 0; i < count; ++i)
            all << numbered(i);
        return all;
    }
    // Everything is back, in order, and goes.
    QByteArrayList drained(const QString& queue, qint64 count) {
        const auto other = judge();
        if (!QTest::qWaitFor([&] { return other->count(queue).value_or(-1) == count; }, patienceMs))
            return {QByteArray::number(other->count(queue).value_or(-1)) + " messages are ready"};
        QByteArrayList all;
        const auto messages = other->drain(queue);
        if (!worked(messages))
            return {};
        for (const Message& message : *messages)
            all << message.body;
        return all;
    }
    static void bothTypes() {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("classic") << QByteArray("classic");
        QTest::newRow("quorum") << QByteArray("quorum");
    }
    void waitFor(SnapshotJob& job, State state) {
        QTRY_VERIFY_WITH_TIMEOUT(job.state() != State::Running && job.state() != State::Paused, patienceMs);
        const QString why = job.error() ? job.error()->summary + job.error()->detail : QString();
        QVERIFY2(job.state() == state, qPrintable(why));
    }
    // Paused with some read and some not; a fast reading may be over before, so the queue is long.
    void pauseInTheMiddle(SnapshotJob& job) {
        job.start();
        QTRY_VERIFY_WITH_TIMEOUT(job.progress().read > 0, patienceMs);
        job.pause();
        QCOMPARE(job.state(), State::Paused);
    }

private Q_SLOTS:
    void initTestCase() {
        node_ = std::make_unique<RabbitNode>(NodeOptions());
        VERIFY_RESULT(node_->start());
        QFile file(QStringLiteral(SIGNALBOX_SOURCE_DIR "/resources/conventions.json"));
        if (file.open(QIODevice::ReadOnly)) {
            auto parsed = parseConventions(file.readAll());
            VERIFY_RESULT(parsed);
            conventions_ = std::move(*parsed);
        }
    }
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        library_ = std::make_unique<SqlSnapshotLibrary>(
            folder_->filePath(QStringLiteral("snapshots")),
            [this](const Message& message) { return deathFacts(message, conventions_); }, clock_);
    }

    void reading_takesNothingAway_data() { bothTypes(); }
    void reading_takesNothingAway() {
        QFETCH(QByteArray, type);
        const QString queue = fill(type, 5000);
        const auto job = reading(queue, {.expected = 5000});
        job->start();
        waitFor(*job, State::Finished);
        QCOMPARE(job->progress().read, 5000);
        const auto snapshot = snapshotOf(queue);
        QVERIFY(snapshot->info().whole);
        QCOMPARE(snapshot->info().endReason, QStringLiteral("end of queue"));
        QCOMPARE(bodies(*snapshot), numbers(5000));
        QCOMPARE(drained(queue, 5000), numbers(5000));
    }

    void limit_readsTheFirstOnes_data() { bothTypes(); }
    void limit_readsTheFirstOnes() {
        QFETCH(QByteArray, type);
        const QString queue = fill(type, 3000);
        const auto job = reading(queue, {.limit = 700, .expected = 3000});
        job->start();
        waitFor(*job, State::Finished);
        const auto snapshot = snapshotOf(queue);
        QCOMPARE(bodies(*snapshot), numbers(700));
        QVERIFY(!snapshot->info().whole);
        QCOMPARE(drained(queue, 3000), numbers(3000));
    }

    // A limit on deliveries changes how a quorum queue takes back: more than 32 in one answer come back
    // shuffled.
    void queueWithADeliveryLimit_keepsItsOrder() {
        const QString queue = fill("quorum", 300, {{"x-delivery-limit", HeaderValue::int64(20)}});
        for (int time = 0; time < 3; ++time) {
            const auto job =
                reading(queue, {.expected = 300, .queueType = QStringLiteral("quorum"), .deliveryLimit = 20});
            job->start();
            waitFor(*job, State::Finished);
            QCOMPARE(bodies(*snapshotOf(queue)), numbers(300));
        }
        QCOMPARE(drained(queue, 300), numbers(300));
    }

    void stream_isReadByOffset() {
        const QString queue = fill("stream", 2000);
        for (int times = 0; times < 2; ++times) {
            const auto job = reading(queue, {.isStream = true});
            job->start();
            waitFor(*job, State::Finished);
            const auto snapshot = snapshotOf(queue);
            QCOMPARE(bodies(*snapshot), numbers(2000));
            const auto page = snapshot->ids({}, {}, 2000);
            VERIFY_RESULT(page);
            const auto rows = snapshot->rows(page->ids);
            VERIFY_RESULT(rows);
            QCOMPARE(rows->front().position, 0);
            QCOMPARE(rows->back().position, 1999);
        }
    }

    // The broker may begin with the chunk that holds the offset, a little before it.
    void stream_isReadFromAnOffset() {
        const QString queue = fill("stream", 2000);
        start_ = {StreamStart::Kind::Offset, 1500, {}};
        const auto job = reading(queue, {.isStream = true, .streamStart = QStringLiteral("offset 1500")});
        start_ = {};
        job->start();
        waitFor(*job, State::Finished);
        const auto snapshot = snapshotOf(queue);
        QVERIFY(!snapshot->info().whole);
        QCOMPARE(snapshot->info().endReason, QStringLiteral("read from offset 1500 to the end"));
        const QByteArrayList read = bodies(*snapshot);
        QVERIFY2(read.size() >= 500 && read.size() < 2000, qPrintable(QString::number(read.size())));
        QCOMPARE(read, numbers(2000).mid(2000 - read.size()));
        const auto again = reading(queue, {.isStream = true}); // what was in front comes as well
        again->start();
        waitFor(*again, State::Finished);
        QCOMPARE(bodies(*snapshot), numbers(2000));
        QVERIFY(snapshot->info().whole);
    }

    // The broker knows when it has written each chunk and begins with the first one from that time on. A time
    // is told to it in whole seconds; its clock may be a little ahead of or behind ours.
    void stream_isReadFromATime() {
        const QString queue = fill("stream", 1000);
        const qint64 begin = QDateTime::currentSecsSinceEpoch() + 2;
        QTRY_VERIFY(QDateTime::currentSecsSinceEpoch() > begin);
        VERIFY_RESULT(judge()->publish(500, [&queue](qint64 number) {
            Message message = textMessage(numbered(1000 + number));
            message.routingKey = queue.toUtf8();
            return message;
        }));
        start_ = {StreamStart::Kind::Timestamp, 0, QDateTime::fromSecsSinceEpoch(begin, Qt::UTC)};
        const auto job = reading(queue, {.isStream = true, .streamStart = QStringLiteral("that time")});
        job->start();
        waitFor(*job, State::Finished);
        const auto snapshot = snapshotOf(queue);
        QVERIFY(!snapshot->info().whole);
        QCOMPARE(snapshot->info().endReason, QStringLiteral("read from that time to the end"));
        QCOMPARE(bodies(*snapshot), numbers(1500).mid(1000));
        start_.timestamp = start_.timestamp.addDays(-1); // before there was a stream
        const auto again = reading(queue, {.isStream = true, .streamStart = QStringLiteral("yesterday")});
        start_ = {};
        again->start();
        waitFor(*again, State::Finished);
        QCOMPARE(bodies(*snapshot), numbers(1500));
    }

    // Without the management API nobody says that it is a stream but the broker, when it is opened. More than
    // the first credit comes only when credit is returned.
    void stream_isKnownWithoutManagement() {
        const QString queue = fill("stream", 5000);
        const auto job = reading(queue);
        job->start();
        waitFor(*job, State::Finished);
        const auto snapshot = snapshotOf(queue);
        QCOMPARE(bodies(*snapshot), numbers(5000));
        QCOMPARE(snapshot->info().queueType, QStringLiteral("stream"));
    }

    void cancel_givesEverythingBack_data() { bothTypes(); }
    void cancel_givesEverythingBack() {
        QFETCH(QByteArray, type);
        const QString queue = fill(type, 20000);
        const auto job = reading(queue, {.expected = 20000});
        pauseInTheMiddle(*job);
        job->cancel();
        waitFor(*job, State::Cancelled);
        const auto snapshot = snapshotOf(queue);
        QVERIFY(!snapshot->info().whole);
        QCOMPARE(snapshot->info().endReason, QStringLiteral("cancelled"));
        const QByteArrayList read = bodies(*snapshot);
        QCOMPARE(read, numbers(read.size()));
        QCOMPARE(drained(queue, 20000), numbers(20000));
    }

    void restartInTheMiddle_readsAgain_data() { bothTypes(); }
    void restartInTheMiddle_readsAgain() {
        QFETCH(QByteArray, type);
        const QString queue = fill(type, 20000);
        const auto job = reading(queue, {.expected = 20000, .retries = 12});
        pauseInTheMiddle(*job);
        VERIFY_RESULT(node_->restart());
        job->resume();
        waitFor(*job, State::Finished);
        const auto snapshot = snapshotOf(queue);
        QVERIFY(snapshot->info().whole);
        QCOMPARE(bodies(*snapshot), numbers(20000));
        QCOMPARE(drained(queue, 20000), numbers(20000));
    }

    void rightWithdrawnInTheMiddle_namesIt() {
        const QString queue = fill("classic", 20000);
        RabbitAdmin admin = node_->admin();
        const QString user = QStringLiteral("reader");
        const auto allow = [&](const QString& read) {
            return admin.setPermissions(QStringLiteral("/"), user, QStringLiteral("^$"), QStringLiteral("^$"),
                                        read);
        };
        VERIFY_RESULT(admin.addUser(user, QStringLiteral("reading"), {}));
        VERIFY_RESULT(allow(QStringLiteral(".*")));
        rabbitmq::Dial dial = dialOf(*node_);
        dial.profile.user = user;
        dial.password = Secret("reading");
        const auto job = reading(queue, {.expected = 20000}, &dial);
        pauseInTheMiddle(*job);
        VERIFY_RESULT(allow(QStringLiteral("^$")));
        VERIFY_RESULT(node_->ctl({QStringLiteral("close_all_connections"), QStringLiteral("test")}));
        job->resume();
        waitFor(*job, State::Failed);
        QCOMPARE(job->error()->kind, ErrorKind::NotAllowed);
        QVERIFY2(job->error()->summary.contains(QLatin1String("\"read\"")),
                 qPrintable(job->error()->summary));
        QCOMPARE(drained(queue, 20000), numbers(20000));
    }

    void liveConsumerOfItsOwn_isSaid() {
        const QString queue = fill("classic", 50, {{"x-single-active-consumer", {ValueKind::Bool, true}}});
        rabbitmq::AmqpSource active(dialOf(*node_),
                                    {{QStringLiteral("test"), QStringLiteral("/"), queue}, 1, {}});
        VERIFY_RESULT(active.open());
        const auto job = reading(queue, {.expected = 50, .quietMs = 200});
        job->start();
        waitFor(*job, State::Failed);
        QVERIFY2(job->error()->summary.contains(QLatin1String("Another consumer may have the queue")),
                 qPrintable(job->error()->summary));
        active.close();
        QCOMPARE(drained(queue, 50), numbers(50));
    }

    // Not in streams: the broker itself fails to store such headers there.
    void hostileMessages_areKeptAsTheyAre_data() { bothTypes(); }
    void hostileMessages_areKeptAsTheyAre() {
        QFETCH(QByteArray, type);
        const QString queue = fill(type, 0);
        const auto other = judge();
        for (qint64 i = 0; i < 20; ++i)
            VERIFY_RESULT(other->publishTo(queue, hostile(i)));
        const auto job = reading(queue, {.expected = 20});
        job->start();
        waitFor(*job, State::Finished);
        const auto snapshot = snapshotOf(queue);
        const auto page = snapshot->ids({}, {}, 100);
        VERIFY_RESULT(page);
        QCOMPARE(page->ids.size(), std::size_t{20});
        const auto rows = snapshot->rows(page->ids);
        VERIFY_RESULT(rows);
        for (std::size_t i = 0; i < 20; ++i) {
            const auto message = snapshot->message(page->ids[i]);
            VERIFY_RESULT(message);
            const Message sent = hostile(static_cast<qint64>(i));
            QCOMPARE(message->body, sent.body);
            QVERIFY(message->properties == sent.properties);
            QCOMPARE((*rows)[i].messageId, *sent.properties.messageId);
        }
        VERIFY_RESULT(snapshot->groups({}));
    }
};

QTEST_GUILESS_MAIN(TestLiveBrowse)
#include "tst_livebrowse.moc"
