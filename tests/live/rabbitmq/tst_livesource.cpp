// The product's reader against a real node: what comes, what stays, and what the queue looks like afterwards.
#include "app/rabbitmq/amqpsource.h"
#include "tests/live/rabbitmq/liveprofile.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/live/rawconsumer.h"

#include <QTest>
#ifdef Q_OS_UNIX
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace signalbox;
using namespace signalbox::live;
using rabbitmq::AmqpSource;

#define VERIFY_RESULT(expression) QVERIFY2(worked(expression), qPrintable(problem))

namespace {

QString problem;

template<class T>
bool worked(const Result<T>& result) {
    problem = result ? QString() : result.error().summary + QLatin1Char(' ') + result.error().detail;
    return result.has_value();
}

SourceOptions options(const QString& queue, int window = 1000) {
    SourceOptions made;
    made.queue = {QStringLiteral("test"), QStringLiteral("/"), queue};
    made.window = window;
    return made;
}

HeaderTable ofType(const char* type) {
    return {{"x-queue-type", HeaderValue::string(type)}};
}

// Everything the queue holds, read batch by batch until nothing comes.
std::vector<Delivery> readAll(AmqpSource& source, qint64 expected) {
    std::vector<Delivery> all;
    QElapsedTimer timer;
    timer.start();
    while (static_cast<qint64>(all.size()) < expected && timer.elapsed() < 30000) {
        auto batch = source.receive(500, 500);
        if (!worked(batch))
            break;
        for (Delivery& delivery : *batch)
            all.push_back(std::move(delivery));
    }
    return all;
}

Message strange() {
    Message message = textMessage(QByteArray("\0\xff binary", 9));
    MessageProperties& p = message.properties;
    p.contentType = "application/x-\xc3\x28";
    p.priority = std::uint8_t{0};
    p.correlationId = QByteArray(255, 'c');
    p.timestamp = std::uint64_t{1} << 40;
    HeaderValue deep = HeaderValue::string("bottom");
    for (int i = 0; i < 40; ++i)
        deep = i % 2 ? HeaderValue::array({deep}) : HeaderValue::table({{"level", deep}});
    p.headers = HeaderTable{
        {"void", {ValueKind::Void, {}}},
        {"int8", {ValueKind::Int8, std::int64_t{-128}}},
        {"uint8", {ValueKind::UInt8, std::uint64_t{255}}},
        {"int16", {ValueKind::Int16, std::int64_t{-32768}}},
        {"uint16", {ValueKind::UInt16, std::uint64_t{65535}}},
        {"int32", {ValueKind::Int32, std::int64_t{-70000}}},
        {"uint32", {ValueKind::UInt32, std::uint64_t{4000000000U}}},
        {"int64", HeaderValue::int64(std::numeric_limits<std::int64_t>::min())},
        {"float", {ValueKind::Float, 0.5}},
        {"double", {ValueKind::Double, -0.1}},
        {"decimal", {ValueKind::Decimal, Decimal{2, 1234}}},
        {"timestamp", {ValueKind::Timestamp, std::int64_t{1700000001}}},
        {"text", HeaderValue::string("not UTF-8: \xff")},
        {"bytes", {ValueKind::Bytes, QByteArray("\0\x01", 2)}},
        {"twice", HeaderValue::string("first")},
        {"deep", deep},
        {"long", HeaderValue::string(QByteArray(60000, 'x'))},
    };
    return message;
}

} // namespace

class TestLiveSource : public QObject {
    Q_OBJECT
    std::unique_ptr<RabbitNode> node_;
    std::unique_ptr<RawAmqp> judge_;

    void fill(const QString& queue, const HeaderTable& arguments, qint64 count) {
        VERIFY_RESULT(judge_->declareQueue(queue, arguments));
        VERIFY_RESULT(judge_->publish(count, [&queue](qint64 i) {
            Message message = textMessage(numbered(i));
            message.routingKey = queue.toUtf8();
            return message;
        }));
    }

private Q_SLOTS:
    void initTestCase() {
        NodeOptions nodeOptions;
        nodeOptions.tls = true;
        node_ = std::make_unique<RabbitNode>(nodeOptions);
        const auto started = node_->start();
        VERIFY_RESULT(started);
        auto judge = RawAmqp::open(node_->login());
        VERIFY_RESULT(judge);
        judge_ = std::move(*judge);
    }

    void read_givesEveryByteAndType() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("kinds")));
        const Message sent = strange();
        VERIFY_RESULT(judge_->publishTo(QStringLiteral("kinds"), sent));
        AmqpSource source(dialOf(*node_), options(QStringLiteral("kinds")));
        VERIFY_RESULT(source.open());
        auto got = readAll(source, 1);
        QCOMPARE(got.size(), std::size_t{1});
        const Message& message = got.front().message;
        QCOMPARE(message.body, sent.body);
        QCOMPARE(message.bodySize, sent.body.size());
        QVERIFY(message.bodyComplete);
        QVERIFY(message.properties == sent.properties);
        QCOMPARE(message.routingKey, QByteArray("kinds"));
    }

    void closing_returnsEverythingInOrder_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("classic") << QByteArray("classic");
        QTest::newRow("quorum") << QByteArray("quorum");
    }

    void closing_returnsEverythingInOrder() {
        QFETCH(QByteArray, type);
        const QString queue = QStringLiteral("order-") + QString::fromLatin1(type);
        fill(queue, ofType(type.constData()), 1000);
        {
            AmqpSource source(dialOf(*node_), options(queue, 0));
            VERIFY_RESULT(source.open());
            const auto got = readAll(source, 700);
            QVERIFY(got.size() >= 700);
            for (std::size_t i = 0; i < got.size(); ++i)
                QCOMPARE(got[i].message.body, numbered(static_cast<qint64>(i)));
            source.close();
        }
        QTRY_COMPARE(judge_->count(queue).value_or(-1), 1000);
        const auto after = judge_->drain(queue);
        VERIFY_RESULT(after);
        QCOMPARE(after->size(), std::size_t{1000});
        for (std::size_t i = 0; i < after->size(); ++i)
            QCOMPARE((*after)[i].body, numbered(static_cast<qint64>(i)));
    }

    void window_boundsWhatIsHeld() {
        fill(QStringLiteral("window"), {}, 100);
        AmqpSource source(dialOf(*node_), options(QStringLiteral("window"), 30));
        VERIFY_RESULT(source.open());
        auto first = readAll(source, 30);
        QCOMPARE(first.size(), std::size_t{30});
        const auto none = source.receive(10, 200);
        VERIFY_RESULT(none);
        QVERIFY(none->empty());
        QCOMPARE(source.ready().value_or(-1), 70);
        std::vector<std::uint64_t> tags;
        for (const Delivery& delivery : first)
            tags.push_back(delivery.tag);
        VERIFY_RESULT(source.settle(tags));
        QCOMPARE(readAll(source, 30).size(), std::size_t{30});
        source.close();
        QTRY_COMPARE(judge_->count(QStringLiteral("window")).value_or(-1), 70);
    }

    void settle_removesOnlyWhatIsNamed() {
        fill(QStringLiteral("pick"), {}, 10);
        AmqpSource source(dialOf(*node_), options(QStringLiteral("pick")));
        VERIFY_RESULT(source.open());
        const auto got = readAll(source, 10);
        QCOMPARE(got.size(), std::size_t{10});
        const std::uint64_t some[] = {got[7].tag, got[2].tag, got[0].tag, got[1].tag};
        VERIFY_RESULT(source.settle(some));
        const std::uint64_t back[] = {got[4].tag};
        VERIFY_RESULT(source.giveBack(back));
        VERIFY_RESULT(source.sync()); // the queue has it now
        source.close();
        QTRY_COMPARE(judge_->count(QStringLiteral("pick")).value_or(-1), 6);
        const auto rest = judge_->drain(QStringLiteral("pick"));
        VERIFY_RESULT(rest);
        QByteArrayList bodies;
        for (const Message& message : *rest)
            bodies << message.body;
        QCOMPARE(bodies, (QByteArrayList{numbered(3), numbered(4), numbered(5), numbered(6), numbered(8),
                                         numbered(9)}));
    }

    // A quorum queue keeps acks back when many come one by one; a program that dies then takes them with it.
    void synced_isGoneThoughTheProgramDies_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("classic") << QByteArray("classic");
        QTest::newRow("quorum") << QByteArray("quorum");
    }
    void synced_isGoneThoughTheProgramDies() {
#ifdef Q_OS_UNIX
        QFETCH(QByteArray, type);
        const QString queue = QStringLiteral("dies-") + QString::fromLatin1(type);
        fill(queue, ofType(type.constData()), 20000);
        const pid_t child = fork();
        if (child == 0) {
            AmqpSource source(dialOf(*node_), options(queue, 0));
            if (!source.open())
                _exit(1);
            for (const Delivery& delivery : readAll(source, 20000)) {
                const std::uint64_t one[] = {delivery.tag};
                if (delivery.tag % 2 == 1 && !source.settle(one))
                    _exit(2);
            }
            _exit(source.sync() ? 0 : 3);
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
        QTRY_COMPARE_WITH_TIMEOUT(judge_->count(queue).value_or(-1), 10000, 20000);
        QTest::qWait(1000); // what else would come back, comes now
        QCOMPARE(judge_->count(queue).value_or(-1), 10000);
#else
        QSKIP("needs fork()");
#endif
    }

    void stream_isReadByOffsetAndKeepsAll() {
        fill(QStringLiteral("stream"), ofType("stream"), 500);
        for (const int window : {0, 100}) {
            SourceOptions from = options(QStringLiteral("stream"), window);
            from.streamStart = {StreamStart::Kind::Offset, 200, {}};
            AmqpSource source(dialOf(*node_), from);
            VERIFY_RESULT(source.open());
            std::vector<Delivery> all;
            QElapsedTimer timer;
            timer.start();
            while (all.size() < 300 && timer.elapsed() < 20000) {
                auto batch = source.receive(100, 500);
                VERIFY_RESULT(batch);
                std::vector<std::uint64_t> tags;
                for (Delivery& delivery : *batch) {
                    tags.push_back(delivery.tag);
                    if (delivery.streamOffset >= 200) // a chunk may begin earlier
                        all.push_back(std::move(delivery));
                }
                VERIFY_RESULT(source.settle(tags));
            }
            QCOMPARE(all.size(), std::size_t{300});
            QCOMPARE(all.front().streamOffset, 200);
            QCOMPARE(all.back().message.body, numbered(499));
            source.close();
        }
        AmqpSource again(dialOf(*node_), options(QStringLiteral("stream")));
        VERIFY_RESULT(again.open());
        QCOMPARE(readAll(again, 1).front().message.body, numbered(0));
    }

    void largeBody_comesWhole() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("large")));
        const QByteArray body(5 << 20, 'z');
        VERIFY_RESULT(judge_->publishTo(QStringLiteral("large"), textMessage(body)));
        AmqpSource source(dialOf(*node_), options(QStringLiteral("large")));
        VERIFY_RESULT(source.open());
        const auto got = readAll(source, 1);
        QCOMPARE(got.size(), std::size_t{1});
        QVERIFY(got.front().message.body == body);
    }

    void tls_readsAndChecksTheServer() {
        fill(QStringLiteral("tls"), {}, 3);
        AmqpSource good(dialOf(*node_, true), options(QStringLiteral("tls")));
        VERIFY_RESULT(good.open());
        QCOMPARE(readAll(good, 3).size(), std::size_t{3});
        good.close();

        rabbitmq::Dial otherName = dialOf(*node_, true);
        otherName.profile.tls.serverName = QStringLiteral("rabbit.signalbox.test");
        AmqpSource named(otherName, options(QStringLiteral("tls")));
        VERIFY_RESULT(named.open());

        rabbitmq::Dial wrongName = dialOf(*node_, true);
        wrongName.profile.tls.serverName = QStringLiteral("elsewhere.example");
        const auto mismatch = AmqpSource(wrongName, options(QStringLiteral("tls"))).open();
        QVERIFY(!mismatch);
        QCOMPARE(mismatch.error().kind, ErrorKind::CannotConnect);
        QVERIFY2(mismatch.error().summary.contains(QStringLiteral("not trusted")),
                 qPrintable(mismatch.error().summary));

        rabbitmq::Dial wrongCa = dialOf(*node_, true);
        wrongCa.profile.tls.caFile = node_->certificates().strangerCa;
        const auto untrusted = AmqpSource(wrongCa, options(QStringLiteral("tls"))).open();
        QVERIFY(!untrusted);
        QVERIFY2(untrusted.error().summary.contains(QStringLiteral("not trusted")),
                 qPrintable(untrusted.error().summary));
        wrongCa.profile.tls.verify = false;
        AmqpSource unverified(wrongCa, options(QStringLiteral("tls")));
        VERIFY_RESULT(unverified.open());

        rabbitmq::Dial noFile = dialOf(*node_, true);
        noFile.profile.tls.caFile = QStringLiteral("/nowhere/ca.pem");
        const auto missing = AmqpSource(noFile, options(QStringLiteral("tls"))).open();
        QVERIFY(!missing);
        QCOMPARE(missing.error().kind, ErrorKind::Invalid);
        QVERIFY(missing.error().summary.contains(QStringLiteral("/nowhere/ca.pem")));

        rabbitmq::Dial plain = dialOf(*node_, true);
        plain.profile.tls.enabled = false;
        const auto noTls = AmqpSource(plain, options(QStringLiteral("tls"))).open();
        QVERIFY(!noTls);
        QCOMPARE(noTls.error().kind, ErrorKind::CannotConnect);
    }

    void refusals_nameWhatIsMissing() {
        rabbitmq::Dial wrong = dialOf(*node_);
        wrong.password = Secret("not it");
        const auto login = AmqpSource(wrong, options(QStringLiteral("kinds"))).open();
        QVERIFY(!login);
        QCOMPARE(login.error().kind, ErrorKind::NotAuthenticated);
        QVERIFY(!login.error().detail.contains(QStringLiteral("not it")));

        const auto gone = AmqpSource(dialOf(*node_), options(QStringLiteral("no such queue"))).open();
        QVERIFY(!gone);
        QCOMPARE(gone.error().kind, ErrorKind::NotFound);
        QVERIFY(gone.error().summary.contains(QStringLiteral("no such queue")));

        RabbitAdmin admin = node_->admin();
        VERIFY_RESULT(admin.addUser(QStringLiteral("writer"), QStringLiteral("w"), {}));
        VERIFY_RESULT(admin.setPermissions(QStringLiteral("/"), QStringLiteral("writer"),
                                           QStringLiteral("^$"), QStringLiteral(".*"), QStringLiteral("^$")));
        rabbitmq::Dial writer = dialOf(*node_);
        writer.profile.user = QStringLiteral("writer");
        writer.password = Secret("w");
        const auto noRead = AmqpSource(writer, options(QStringLiteral("kinds"))).open();
        QVERIFY(!noRead);
        QCOMPARE(noRead.error().kind, ErrorKind::NotAllowed);
        QVERIFY2(noRead.error().summary.contains(QStringLiteral("\"read\"")) &&
                     noRead.error().summary.contains(QStringLiteral("kinds")),
                 qPrintable(noRead.error().summary));

        rabbitmq::Dial host = dialOf(*node_);
        host.profile.virtualHost = QStringLiteral("nowhere");
        const auto noHost = AmqpSource(host, options(QStringLiteral("kinds"))).open();
        QVERIFY(!noHost);
        QCOMPARE(noHost.error().kind, ErrorKind::NotFound);
    }

    void deletedQueue_endsTheReading() {
        fill(QStringLiteral("doomed"), {}, 1);
        AmqpSource source(dialOf(*node_), options(QStringLiteral("doomed")));
        VERIFY_RESULT(source.open());
        QCOMPARE(readAll(source, 1).size(), std::size_t{1});
        VERIFY_RESULT(judge_->deleteQueue(QStringLiteral("doomed")));
        const auto cancelled = source.receive(1, 5000);
        QVERIFY(!cancelled);
        QCOMPARE(cancelled.error().kind, ErrorKind::Lost);
        QCOMPARE(source.open().error().kind, ErrorKind::NotFound);
    }

    void interrupt_endsAWait() {
        VERIFY_RESULT(judge_->declareQueue(QStringLiteral("quiet")));
        AmqpSource source(dialOf(*node_), options(QStringLiteral("quiet")));
        VERIFY_RESULT(source.open());
        source.interrupt();
        const auto stopped = source.receive(1, 60000);
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().kind, ErrorKind::Cancelled);
        VERIFY_RESULT(source.receive(1, 0));
    }

    // A broker takes "no bound" for one of its own: 2000 on quorum queues.
    void withoutABound_everythingComes_data() {
        QTest::addColumn<QByteArray>("type");
        QTest::newRow("classic") << QByteArray("classic");
        QTest::newRow("quorum") << QByteArray("quorum");
    }
    void withoutABound_everythingComes() {
        QFETCH(QByteArray, type);
        const QString queue = QStringLiteral("unbound-") + QString::fromLatin1(type);
        constexpr qint64 count = 70000; // more than one consumer may hold
        fill(queue, ofType(type.constData()), count);
        AmqpSource source(dialOf(*node_), options(queue, 0));
        VERIFY_RESULT(source.open());
        const auto got = readAll(source, count);
        QCOMPARE(static_cast<qint64>(got.size()), count);
        QCOMPARE(got.back().message.body, numbered(count - 1));
        QCOMPARE(source.otherConsumers().value_or(-1), 0);
        source.close();
        QTRY_COMPARE_WITH_TIMEOUT(judge_->count(queue).value_or(-1), count, 60000);
        const auto first = judge_->drain(queue, 1);
        VERIFY_RESULT(first);
        QCOMPARE(first->front().body, numbered(0));
    }

    // Wider than one consumer may be, and still a bound.
    void wideBound_isKept() {
        const QString queue = QStringLiteral("wide");
        constexpr qint64 count = 70000;
        constexpr int bound = 66000;
        fill(queue, ofType("classic"), count);
        AmqpSource source(dialOf(*node_), options(queue, bound));
        VERIFY_RESULT(source.open());
        QCOMPARE(static_cast<qint64>(readAll(source, bound).size()), qint64{bound});
        const auto more = source.receive(10, 500);
        VERIFY_RESULT(more);
        QVERIFY(more->empty());
        QCOMPARE(judge_->count(queue).value_or(-1), count - bound); // the rest stays in others' sight
        source.close();
        QTRY_COMPARE_WITH_TIMEOUT(judge_->count(queue).value_or(-1), count, 60000);
    }

    void restart_losesTheLinkAndNothingElse() {
        for (const char* type : {"classic", "quorum"}) {
            const QString queue = QStringLiteral("restart-") + QLatin1String(type);
            fill(queue, ofType(type), 200);
        }
        AmqpSource source(dialOf(*node_), options(QStringLiteral("restart-quorum")));
        AmqpSource other(dialOf(*node_), options(QStringLiteral("restart-classic")));
        VERIFY_RESULT(source.open());
        VERIFY_RESULT(other.open());
        QVERIFY(readAll(source, 50).size() >= 50);
        QVERIFY(readAll(other, 50).size() >= 50);
        judge_.reset();
        VERIFY_RESULT(node_->restart());
        for (AmqpSource* each : {&source, &other}) {
            Result<std::vector<Delivery>> broken;
            for (int i = 0; broken && i < 300; ++i) // some had come before the break
                broken = each->receive(1, 100);
            QVERIFY(!broken);
            QCOMPARE(broken.error().kind, ErrorKind::Lost);
            QCOMPARE(each->receive(1, 0).error().kind, ErrorKind::Lost);
            VERIFY_RESULT(each->open());
            const auto got = readAll(*each, 200);
            QCOMPARE(got.size(), std::size_t{200});
            QCOMPARE(got.front().message.body, numbered(0));
            each->close();
        }
        auto judge = RawAmqp::open(node_->login());
        VERIFY_RESULT(judge);
        judge_ = std::move(*judge);
        QTRY_COMPARE(judge_->count(QStringLiteral("restart-quorum")).value_or(-1), 200);
        QTRY_COMPARE(judge_->count(QStringLiteral("restart-classic")).value_or(-1), 200);
    }
};

QTEST_GUILESS_MAIN(TestLiveSource)
#include "tst_livesource.moc"
