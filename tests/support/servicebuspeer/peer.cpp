#include "tests/support/servicebuspeer/peer.h"

#include <QJsonDocument>

namespace signalbox::sbpeer {

Peer::Peer()
    : host_(std::make_unique<Host>()) {
    host_->moveToThread(&thread_);
    anchor_.moveToThread(&thread_);
    thread_.start();
}

Peer::~Peer() {
    run([this](Host&) { host_.reset(); });
    thread_.quit();
    thread_.wait();
}

void Peer::run(const std::function<void(Host&)>& work) {
    QMetaObject::invokeMethod(
        &anchor_, [&] { work(*host_); }, Qt::BlockingQueuedConnection);
}

Outcome<void> Peer::start(const QByteArray& configurationJson, HostOptions options) {
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(configurationJson, &error);
    if (!document.isObject()) {
        return refuse("amqp:invalid-field", "configuration: " + error.errorString().toUtf8());
    }
    options.configuration = document.object();
    Outcome<HostPorts> ports;
    run([&](Host& host) { ports = host.start(options); });
    if (!ports) {
        return tl::unexpected(ports.error());
    }
    ports_ = *ports;
    return {};
}

QByteArray Peer::connectionString(const QByteArray& keyName, const QByteArray& key) const {
    return "Endpoint=sb://localhost:" + QByteArray::number(ports_.amqp) + ";SharedAccessKeyName=" + keyName +
           ";SharedAccessKey=" + key + ";UseDevelopmentEmulator=true;";
}

namespace {
Outcome<void> without(const Outcome<Entity*>& made) {
    return made ? Outcome<void>() : tl::unexpected(made.error());
}
} // namespace

Outcome<void> Peer::addQueue(const QByteArray& path, const EntitySettings& settings) {
    Outcome<void> done;
    run([&](Host& host) { done = without(host.broker().create(EntityKind::Queue, path, settings)); });
    return done;
}

Outcome<void> Peer::addTopic(const QByteArray& path, const EntitySettings& settings) {
    Outcome<void> done;
    run([&](Host& host) { done = without(host.broker().create(EntityKind::Topic, path, settings)); });
    return done;
}

Outcome<void> Peer::addSubscription(const QByteArray& topic, const QByteArray& name,
                                    const EntitySettings& settings, std::optional<std::vector<Rule>> rules) {
    Outcome<void> done;
    run([&](Host& host) {
        const auto made = host.broker().createSubscription(topic, name, settings);
        done = without(made);
        if (!made || !rules) {
            return;
        }
        (*made)->rules.clear();
        for (Rule& rule : *rules) {
            done = done ? host.broker().addRule(**made, std::move(rule)) : done;
        }
    });
    return done;
}

Outcome<void> Peer::change(const QByteArray& path, const std::function<void(EntitySettings&)>& how) {
    Outcome<void> done;
    run([&](Host& host) {
        if (Entity* entity = host.broker().find(path)) {
            how(entity->settings);
            host.broker().touch();
        } else {
            done = refuse("amqp:not-found", "There is no entity '" + path + "'.");
        }
    });
    return done;
}

Outcome<void> Peer::remove(const QByteArray& path) {
    Outcome<void> done;
    run([&](Host& host) { done = host.removeEntity(path); });
    return done;
}

Outcome<qint64> Peer::put(const QByteArray& address, const Message& message) {
    Outcome<qint64> number;
    run([&](Host& host) { number = host.broker().put(address, message); });
    return number;
}

Outcome<void> Peer::put(const QByteArray& address, const std::vector<Message>& messages) {
    Outcome<void> done;
    run([&](Host& host) {
        for (const Message& message : messages) {
            const auto number = host.broker().put(address, message);
            if (!number) {
                done = tl::unexpected(number.error());
                return;
            }
        }
    });
    return done;
}

std::vector<HeldMessage> Peer::messages(const QByteArray& address) {
    std::vector<HeldMessage> result;
    run([&](Host& host) {
        const auto place = host.broker().resolve(address);
        if (!place) {
            return;
        }
        for (const auto& [number, entry] : place->store()->entries()) {
            result.push_back({number, entry.message.property(Message::MessageId), entry.session, entry.state,
                              !entry.lockToken.isEmpty(), entry.deliveryCount, entry.message});
        }
    });
    return result;
}

qint64 Peer::count(const QByteArray& address) {
    qint64 result = -1;
    run([&](Host& host) {
        const auto place = host.broker().resolve(address);
        result = place ? static_cast<qint64>(place->store()->entries().size()) : -1;
    });
    return result;
}

void Peer::advance(qint64 milliseconds) {
    run([=](Host& host) { host.advance(milliseconds); });
}

void Peer::setFaults(const Faults& faults) {
    run([&](Host& host) { host.faults() = faults; });
}

Faults Peer::faults() {
    Faults result;
    run([&](Host& host) { result = host.faults(); });
    return result;
}

int Peer::dropConnections() {
    int count = 0;
    run([&](Host& host) { count = host.dropConnections(); });
    return count;
}

int Peer::closeConnections(const Refusal& reason) {
    int count = 0;
    run([&](Host& host) { count = host.closeConnections(reason); });
    return count;
}

int Peer::detachLinks(const QByteArray& path, const Refusal& reason) {
    int count = 0;
    run([&](Host& host) { count = host.detachLinks(path, reason); });
    return count;
}

void Peer::loseLocks(const QByteArray& path) {
    run([&](Host& host) { host.loseLocks(path); });
}

void Peer::expireTokens() {
    run([](Host& host) { host.expireTokens(); });
}

int Peer::connections() {
    int count = 0;
    run([&](Host& host) { count = host.connections(); });
    return count;
}

Message textMessage(const QByteArray& id, const QByteArray& body) {
    Message message;
    message.properties = Value::list({Value::text(id)});
    message.body = encode(Value::described(0x75, Value::binary(body)));
    return message;
}

} // namespace signalbox::sbpeer
