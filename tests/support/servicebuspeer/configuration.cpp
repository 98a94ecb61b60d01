#include "tests/support/servicebuspeer/configuration.h"

#include <QJsonArray>

namespace signalbox::sbpeer {

namespace {

// Reads the members of one object; a name nobody asked for is an error.
class Reader {
public:
    explicit Reader(const QJsonObject& object)
        : object_(object) {}

    template<typename Number>
    void number(const char* name, Number& target) {
        if (const QJsonValue value = take(name); value.isDouble()) {
            target = static_cast<Number>(value.toInteger());
        }
    }
    void flag(const char* name, bool& target) { target = take(name).toBool(target); }
    void text(const char* name, QByteArray& target) {
        if (const QJsonValue value = take(name); value.isString()) {
            target = value.toString().toUtf8();
        }
    }
    QJsonValue take(const char* name) { return object_.take(QLatin1String(name)); }
    Outcome<void> done(const QByteArray& where) const {
        if (object_.isEmpty()) {
            return {};
        }
        return refuse("amqp:invalid-field",
                      where + ": '" + object_.keys().constFirst().toUtf8() + "' is not known");
    }

private:
    QJsonObject object_;
};

void readSettings(Reader& reader, EntitySettings& settings) {
    reader.number("lockMs", settings.lockMs);
    reader.number("timeToLiveMs", settings.timeToLiveMs);
    reader.number("duplicateWindowMs", settings.duplicateWindowMs);
    reader.number("maxMegabytes", settings.maxMegabytes);
    reader.number("maxMessageKilobytes", settings.maxMessageKilobytes);
    reader.number("maxDeliveryCount", settings.maxDeliveryCount);
    reader.flag("sessions", settings.sessions);
    reader.flag("detectsDuplicates", settings.detectsDuplicates);
    reader.flag("deadLettersExpired", settings.deadLettersExpired);
    reader.flag("deadLettersFilterErrors", settings.deadLettersFilterErrors);
    reader.flag("partitioned", settings.partitioned);
    reader.text("forwardTo", settings.forwardTo);
    reader.text("forwardDeadLettersTo", settings.forwardDeadLettersTo);
    reader.text("userMetadata", settings.userMetadata);
    QByteArray status;
    reader.text("status", status);
    settings.status = statusOf(status).value_or(EntityStatus::Active);
}

unsigned rightsOf(const QJsonValue& value) {
    if (!value.isArray()) {
        return EveryRight;
    }
    unsigned rights = 0;
    for (const QJsonValue& item : value.toArray()) {
        const QString word = item.toString();
        rights |= word == QLatin1String("Listen") ? Listen : 0U;
        rights |= word == QLatin1String("Send") ? Send : 0U;
        rights |= word == QLatin1String("Manage") ? Manage : 0U;
    }
    return rights;
}

Value scalar(const QJsonValue& value) {
    if (value.isBool()) {
        return Value::boolean(value.toBool());
    }
    return value.isDouble() ? Value::number(Value::Type::Long, value.toInteger())
                            : Value::text(value.toString().toUtf8());
}

Rule readRule(Reader& reader) {
    Rule rule;
    reader.text("name", rule.name);
    reader.text("action", rule.action);
    QByteArray sql;
    reader.text("sql", sql);
    const QJsonObject correlation = reader.take("correlation").toObject();
    if (!sql.isEmpty()) {
        rule.filter.kind = Filter::Kind::Sql;
        rule.filter.sql = sql;
    } else if (!correlation.isEmpty()) {
        rule.filter.kind = Filter::Kind::Correlation;
        static const std::vector<QString> names{
            QStringLiteral("correlationId"),    QStringLiteral("messageId"),  QStringLiteral("to"),
            QStringLiteral("replyTo"),          QStringLiteral("label"),      QStringLiteral("sessionId"),
            QStringLiteral("replyToSessionId"), QStringLiteral("contentType")};
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (correlation.contains(names[i])) {
                rule.filter.fields[i] = scalar(correlation[names[i]]);
            }
        }
        const QJsonObject properties = correlation[QLatin1String("properties")].toObject();
        for (auto item = properties.begin(); item != properties.end(); ++item) {
            rule.filter.applicationProperties.set(item.key().toUtf8(), scalar(item.value()));
        }
    }
    return rule;
}

Outcome<void> readSubscription(const QJsonObject& object, const QByteArray& topic, Broker& broker) {
    Reader reader(object);
    QByteArray name;
    EntitySettings settings;
    reader.text("name", name);
    readSettings(reader, settings);
    const QJsonValue rules = reader.take("rules");
    const auto made = broker.createSubscription(topic, name, settings);
    if (!made) {
        return tl::unexpected(made.error());
    }
    if (rules.isArray()) {
        (*made)->rules.clear();
        for (const QJsonValue& item : rules.toArray()) {
            Reader ruleReader(item.toObject());
            const Rule rule = readRule(ruleReader);
            auto added = broker.addRule(**made, rule);
            added = added ? ruleReader.done("rule " + rule.name) : added;
            if (!added) {
                return added;
            }
        }
    }
    return reader.done("subscription " + name);
}

Outcome<void> readEntity(const QJsonObject& object, EntityKind kind, Broker& broker) {
    Reader reader(object);
    QByteArray name;
    EntitySettings settings;
    reader.text("name", name);
    readSettings(reader, settings);
    const QJsonArray subscriptions = reader.take("subscriptions").toArray();
    if (const auto made = broker.create(kind, name, settings); !made) {
        return tl::unexpected(made.error());
    }
    for (const QJsonValue& item : subscriptions) {
        if (auto read = readSubscription(item.toObject(), name, broker); !read) {
            return read;
        }
    }
    return reader.done(name);
}

void readKeyring(Reader& reader, qint64 now, Keyring& keyring) {
    for (const QJsonValue& item : reader.take("keys").toArray()) {
        Reader key(item.toObject());
        SharedKey shared;
        key.text("name", shared.name);
        key.text("key", shared.key);
        key.text("entity", shared.entity);
        shared.rights = rightsOf(key.take("rights"));
        keyring.keys.push_back(shared);
    }
    if (keyring.keys.empty()) {
        keyring.keys.push_back({"RootManageSharedAccessKey", "SAS_KEY_VALUE", EveryRight, {}});
    }
    for (const QJsonValue& item : reader.take("tokens").toArray()) {
        Reader token(item.toObject());
        KnownToken known;
        token.text("token", known.token);
        token.text("entity", known.entity);
        known.rights = rightsOf(token.take("rights"));
        qint64 lifetime = 0;
        token.number("lifetimeMs", lifetime);
        known.expiresAt = lifetime > 0 ? now + lifetime : foreverMs;
        keyring.tokens.push_back(known);
    }
}

} // namespace

Outcome<void> configure(const QJsonObject& configuration, Broker& broker, Keyring& keyring) {
    Reader reader(configuration);
    readKeyring(reader, broker.now(), keyring);
    reader.number("firstSequenceNumber", broker.firstNumber);
    reader.text("tier", broker.tier);
    const QJsonArray queues = reader.take("queues").toArray();
    const QJsonArray topics = reader.take("topics").toArray();
    for (const QJsonValue& item : queues) {
        if (auto read = readEntity(item.toObject(), EntityKind::Queue, broker); !read) {
            return read;
        }
    }
    for (const QJsonValue& item : topics) {
        if (auto read = readEntity(item.toObject(), EntityKind::Topic, broker); !read) {
            return read;
        }
    }
    return reader.done("configuration");
}

} // namespace signalbox::sbpeer
