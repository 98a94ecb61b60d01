// Access tokens that end while a connection is at work: a fresh one is put before that, and where there is
// none it is said what has ended.
#include "app/servicebus/locksource.h"
#include "app/servicebus/namespaceadmin.h"
#include "app/servicebus/peeksource.h"
#include "app/servicebus/servicebusgateway.h"
#include "tests/live/servicebus/letter.h"

#include <QTest>

#include <mutex>

using namespace signalbox;
using namespace signalbox::live;
using namespace signalbox::servicebus;

namespace {

QByteArray jwt(int lastsSeconds, const char* who) {
    const auto part = [](const QByteArray& text) {
        return text.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
    };
    const qint64 expires = QDateTime::currentSecsSinceEpoch() + lastsSeconds;
    return part(R"({"alg":"none"})") + '.' +
           part("{\"exp\":" + QByteArray::number(expires) + ",\"sub\":\"" + who + "\"}") + ".c2ln";
}

// Where somebody renews the token: a file, a variable. Asked on any thread.
class Source {
public:
    void set(const QByteArray& token) {
        const std::lock_guard lock(mutex_);
        token_ = token;
    }
    FreshSecret reader() {
        return [this]() -> std::optional<Secret> {
            const std::lock_guard lock(mutex_);
            ++asked_;
            return token_.isEmpty() ? std::nullopt : std::optional(Secret(token_));
        };
    }
    int asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }

private:
    std::mutex mutex_;
    QByteArray token_;
    int asked_ = 0;
};

constexpr int shortLife = 5; // seconds; long enough for a slow machine to connect

} // namespace

class TestLiveTokens : public QObject {
    Q_OBJECT
    std::unique_ptr<sbpeer::Peer> peer_;
    Source source_;

    // Every token is known to the peer; those with a lifetime end there as well.
    void start(const QList<std::pair<QByteArray, int>>& tokens) {
        QByteArray list;
        for (const auto& [token, seconds] : tokens)
            list += (list.isEmpty() ? "" : ",") + QByteArray("{\"token\":\"") + token +
                    "\",\"lifetimeMs\":" + QByteArray::number(seconds * 1000) + "}";
        peer_ = std::make_unique<sbpeer::Peer>();
        const auto started = peer_->start(R"({"queues":[{"name":"orders"}],"tokens":[)" + list + "]}");
        QVERIFY2(started, started ? "" : started.error().description.constData());
        source_.set({});
    }
    ConnectionProfile profile() const {
        ConnectionProfile made;
        made.id = QStringLiteral("bus");
        made.technology = technology::serviceBus;
        made.user.clear();
        made.port = peer_->ports().amqp;
        made.managementUrl = QStringLiteral("http://localhost:%1").arg(peer_->ports().http);
        return made;
    }
    NamespaceAccess access(const QByteArray& token) {
        return accessOf(profile(), Secret(token), source_.reader());
    }
    static SourceOptions orders() {
        SourceOptions options;
        options.queue = {QStringLiteral("bus"), QStringLiteral("/"), QStringLiteral("orders")};
        return options;
    }

private Q_SLOTS:
    void cleanup() { peer_.reset(); }

    void link_putsTheFreshTokenBeforeTheEnd() {
        const QByteArray first = jwt(shortLife, "first");
        const QByteArray second = jwt(3600, "second");
        start({{first, shortLife}, {second, 3600}});
        ServiceBusGateway gateway(profile(), Secret(first), source_.reader());
        QStringList states;
        QObject::connect(&gateway, &BrokerGateway::linkChanged, &gateway,
                         [&] { states << QString::number(static_cast<int>(gateway.linkState())); });
        gateway.open();
        QTRY_COMPARE_WITH_TIMEOUT(gateway.linkState(), LinkState::Connected, 4000);
        source_.set(second);
        const int before = source_.asked();
        QTRY_VERIFY_WITH_TIMEOUT(source_.asked() > before, (shortLife + 5) * 1000);
        // Past the end of the first: never down meanwhile, and the management API takes the second.
        QTest::qWait(shortLife * 1000);
        QCOMPARE(gateway.linkState(), LinkState::Connected);
        QVERIFY2(!states.contains(QString::number(static_cast<int>(LinkState::Waiting))),
                 qPrintable(states.join(QLatin1Char(' '))));
        auto facts = gateway.facts();
        QVERIFY(QTest::qWaitFor([&facts] { return facts.isFinished(); }, 10000));
        QVERIFY(facts.result() && facts.result()->management);
        gateway.close();
    }

    void reading_goesOnWithTheFreshToken() {
        const QByteArray first = jwt(shortLife, "first");
        const QByteArray second = jwt(3600, "second");
        start({{first, shortLife}, {second, 3600}});
        for (int i = 0; i < 4; ++i)
            QVERIFY(put(*peer_, "orders", {"m-" + QByteArray::number(i), "body", {}}));
        PeekSource source(access(first), orders());
        QVERIFY(source.open());
        QVERIFY(source.receive(1, 1000));
        source_.set(second);
        QTest::qWait((shortLife + 1) * 1000);
        const auto after = source.receive(1, 1000);
        QVERIFY2(after, qPrintable(after ? QString() : after.error().summary));
        QCOMPARE(after->size(), std::size_t{1});
    }

    void endedToken_isSaid() {
        const QByteArray first = jwt(2, "first");
        start({{first, 2}});
        QTest::qWait(2100);
        ServiceBusGateway gateway(profile(), Secret(first), source_.reader());
        gateway.open();
        QTRY_COMPARE_WITH_TIMEOUT(gateway.linkState(), LinkState::Failed, 10000);
        QVERIFY2(gateway.linkDetail().startsWith(QLatin1String("The access token has expired at 20")),
                 qPrintable(gateway.linkDetail()));
        QVERIFY(gateway.isLoginRefused());
        NamespaceAdmin admin(profile().managementUrl, access(first));
        auto info = admin.info();
        QVERIFY(QTest::qWaitFor([&info] { return info.isFinished(); }, 10000));
        QVERIFY(!info.result());
        QVERIFY2(info.result().error().summary.contains(QLatin1String("has expired at")),
                 qPrintable(info.result().error().summary));
        gateway.close();
    }

    void opaqueToken_works_andItsEndIsGuessedAloud() {
        start({{"opaque-token", 3600}});
        NamespaceAdmin admin(profile().managementUrl, access("opaque-token"));
        auto info = admin.info();
        QVERIFY(QTest::qWaitFor([&info] { return info.isFinished(); }, 10000));
        QVERIFY(info.result());
        {
            PeekSource source(access("opaque-token"), orders());
            QVERIFY(source.open());
        }
        peer_->advance(3700LL * 1000);
        auto later = admin.info();
        QVERIFY(QTest::qWaitFor([&later] { return later.isFinished(); }, 10000));
        QVERIFY(!later.result());
        QVERIFY2(later.result().error().summary.contains(QLatin1String("it is opaque: try a new one")),
                 qPrintable(later.result().error().summary));
        PeekSource source(access("opaque-token"), orders());
        const auto refused = source.open();
        QVERIFY(!refused);
        QVERIFY2(refused.error().summary.contains(QLatin1String("opaque")),
                 qPrintable(refused.error().summary));
    }

    void opaqueToken_isReplacedByTheFreshOne() {
        start({{"opaque-1", 3600}, {"opaque-2", 36000}});
        source_.set("opaque-1");
        NamespaceAdmin admin(profile().managementUrl, access("opaque-1"));
        source_.set("opaque-2");
        peer_->advance(3700LL * 1000);
        auto info = admin.info();
        QVERIFY(QTest::qWaitFor([&info] { return info.isFinished(); }, 10000));
        QVERIFY2(info.result(), qPrintable(info.result() ? QString() : info.result().error().summary));
    }
};

QTEST_GUILESS_MAIN(TestLiveTokens)
#include "tst_livetokens.moc"
