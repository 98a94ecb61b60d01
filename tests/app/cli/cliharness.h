// Runs the command line inside a test: a real workspace file in a temporary folder, a broker in memory, a
// keychain in memory, a terminal that the test plays.
#pragma once

#include "app/cli/commandline.h"
#include "app/cli/interrupt.h"
#include "tests/support/fakebroker.h"
#include "tests/support/fakegateway.h"
#include "tests/support/fakesecrets.h"

#include <QDirIterator>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <limits>
#include <sstream>

namespace signalbox {

struct CliResult {
    int code = -1;
    QByteArray out;
    QByteArray err;

    // Standard output as JSON Lines; an empty list when a line is no object.
    std::vector<QJsonObject> objects() const {
        std::vector<QJsonObject> all;
        for (const QByteArray& line : out.split('\n')) {
            if (line.isEmpty())
                continue;
            const QJsonDocument document = QJsonDocument::fromJson(line);
            if (!document.isObject())
                return {};
            all.push_back(document.object());
        }
        return all;
    }
    // The inside of {"error": ...} on the last line of standard error.
    QJsonObject error() const {
        const QByteArray last = err.trimmed().split('\n').last();
        return QJsonDocument::fromJson(last).object().value(QStringLiteral("error")).toObject();
    }
};

// Takes so many bytes and no more, as a full disk does.
class LimitedBuffer final : public std::stringbuf {
public:
    explicit LimitedBuffer(std::streamsize most)
        : left_(most) {}

protected:
    std::streamsize xsputn(const char* bytes, std::streamsize count) override {
        const std::streamsize taken = std::stringbuf::xsputn(bytes, std::min(count, left_));
        left_ -= taken;
        return taken;
    }
    int_type overflow(int_type byte) override {
        return left_-- > 0 ? std::stringbuf::overflow(byte) : traits_type::eof();
    }

private:
    std::streamsize left_;
};

class CliHarness {
public:
    CliHarness()
        : world(std::make_shared<FakeWorld>())
        , broker(world) {
        Interrupt::reset();
        // What the fake gateway says about every queue it is asked for.
        prepare = [this](FakeGateway& gateway) {
            for (QueueInfo& queue : queues)
                queue.ready = static_cast<qint64>(broker.contents(queue.ref.name.toUtf8()).size());
            gateway.queuesAnswer = QueueListing{queues, true, {}};
            gateway.routingAnswer = routing;
            gateway.sourceMaker = [this](const SourceOptions& options) {
                return broker.makeSource(options.queue.name.toUtf8(), options.window);
            };
            gateway.targetMaker = [this](const QString&) { return broker.makeTarget(); };
        };
    }

    QString file() const { return folder.filePath(QStringLiteral("team.signalbox")); }

    CliResult run(const QStringList& arguments, bool withWorkspace = true) {
        LimitedBuffer buffer(outputTakes);
        std::ostream out(&buffer);
        std::ostringstream err;
        Terminal terminal;
        terminal.out = &out;
        terminal.err = &err;
        terminal.personAtInput = !answers.isEmpty() || !typedSecret.isEmpty();
        terminal.variable = [this](const QByteArray& name) -> std::optional<QByteArray> {
            const auto found = environment.find(name);
            return found == environment.end() ? std::nullopt : std::optional(found->second);
        };
        terminal.askSecret = [this](const QString& prompt) -> Result<Secret> {
            prompts << prompt;
            return Secret(typedSecret);
        };
        terminal.askLine = [this](const QString& prompt) -> Result<QString> {
            prompts << prompt;
            return answers.isEmpty() ? QString() : answers.takeFirst();
        };
        QStringList all = arguments;
        if (withWorkspace)
            all << QStringLiteral("--workspace") << file();
        CliResult result;
        result.code = runCommandLine(all, terminal, [this](const QString& name, Output& output) {
            if (!openingNotice.isEmpty())
                output.notice(openingNotice);
            Workspace::Adapters adapters;
            adapters.gateways = std::make_unique<Factory>(*this);
            adapters.secrets = std::make_unique<Secrets>(secrets);
            return Workspace::open(name, std::move(adapters));
        });
        result.out = QByteArray::fromStdString(buffer.str());
        result.err = QByteArray::fromStdString(err.str());
        return result;
    }

    // "one two three" -> arguments; no quoting.
    CliResult operator()(const char* words) {
        return run(QString::fromUtf8(words).split(QLatin1Char(' '), Qt::SkipEmptyParts));
    }

    // A connection "dev" (or of another environment) with a known password.
    void addConnection(const QString& environmentName = QStringLiteral("development")) {
        environment["SIGNALBOX_PASSWORD"] = "guest";
        const CliResult added =
            run({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("dev"),
                 QStringLiteral("--environment"), environmentName});
        QCOMPARE(added.err, QByteArray());
        QCOMPARE(added.code, 0);
    }

    // A queue both the fake gateway and the fake broker know.
    void declareQueue(const QString& name, QueueType type = QueueType::Classic) {
        QueueInfo info;
        info.ref.space = QStringLiteral("/");
        info.ref.name = name;
        info.type = type;
        info.ready = 0;
        info.unacked = 0;
        info.consumers = 0;
        queues.push_back(info);
        routing.known = true;
        routing.queues << name;
        broker.declare(name.toUtf8());
    }

    // A message that died once in `origin`.
    static Message deadLetter(const QByteArray& origin, const QByteArray& body,
                              const QByteArray& reason = "rejected") {
        Message message;
        message.exchange = "dlx";
        message.routingKey = "dead";
        message.body = body;
        message.bodySize = body.size();
        message.properties.contentType = "application/json";
        message.properties.deliveryMode = 2;
        message.properties.messageId = "m-" + body.left(20);
        HeaderValue time;
        time.kind = ValueKind::Timestamp;
        time.data = std::int64_t{1700000000};
        const HeaderValue::Table death{
            {"count", HeaderValue::int64(1)},
            {"exchange", HeaderValue::string("")},
            {"queue", HeaderValue::string(origin)},
            {"reason", HeaderValue::string(reason)},
            {"routing-keys", HeaderValue::array({HeaderValue::string(origin)})},
            {"time", time},
        };
        message.properties.headers = HeaderTable{
            {"x-death", HeaderValue::array({HeaderValue::table(death)})},
            {"x-first-death-queue", HeaderValue::string(origin)},
            {"x-first-death-reason", HeaderValue::string(reason)},
            {"x-first-death-exchange", HeaderValue::string("")},
        };
        return message;
    }

    // Connected, with five dead orders in "orders.dead"; the fifth expired, the others were rejected.
    void makeOrders() {
        addConnection();
        for (const char* queue : {"orders", "parking", "orders.dead"})
            declareQueue(QString::fromLatin1(queue));
        routing.exchanges.push_back({QString(), QStringLiteral("direct"), false, {}});
        for (int i = 1; i <= 5; ++i)
            broker.put("orders.dead",
                       deadLetter("orders", "{\"order\":{\"id\":" + QByteArray::number(i) + "}}",
                                  i == 5 ? "expired" : "rejected"));
    }

    QTemporaryDir folder;
    std::shared_ptr<FakeWorld> world;
    FakeBroker broker;
    FakeSecrets secrets;
    std::map<QByteArray, QByteArray> environment;
    QByteArray typedSecret; // not empty: a person sits there
    QStringList answers;    // likewise
    std::streamsize outputTakes = std::numeric_limits<std::streamsize>::max(); // bytes, then it is full
    QStringList prompts;                                                       // what was asked
    QString openingNotice; // told while the workspace is opened
    std::vector<QueueInfo> queues;
    RoutingTable routing;
    std::function<void(FakeGateway&)> prepare;
    std::vector<QByteArray> passwordsUsed;

private:
    class Factory final : public GatewayFactory {
    public:
        explicit Factory(CliHarness& harness)
            : harness_(harness) {}
        std::unique_ptr<BrokerGateway> make(const ConnectionProfile& profile,
                                            const Secret& password) override {
            auto gateway = std::make_unique<FakeGateway>(profile.id);
            harness_.passwordsUsed.push_back(password.reveal());
            for (QueueInfo& info : harness_.queues)
                info.ref.connectionId = profile.id;
            harness_.prepare(*gateway);
            return gateway;
        }

    private:
        CliHarness& harness_;
    };
    class Secrets final : public SecretStore {
    public:
        explicit Secrets(FakeSecrets& shared)
            : shared_(shared) {}
        QFuture<Result<Secret>> read(const QString& key) override { return shared_.read(key); }
        QFuture<Result<void>> write(const QString& key, const Secret& secret) override {
            return shared_.write(key, secret);
        }
        QFuture<Result<void>> remove(const QString& key) override { return shared_.remove(key); }

    private:
        FakeSecrets& shared_;
    };
};

} // namespace signalbox
