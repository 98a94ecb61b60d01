#include "tests/sandbox/company.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QUuid>
#include <zlib.h>

namespace signalbox::sandbox {

namespace {

class Maker {
public:
    Maker(const Cause& cause, int index)
        : cause_(cause)
        , index_(index)
        , random_(static_cast<quint32>(qHash(cause.type + cause.text + cause.queue, 7)) +
                  static_cast<quint32>(index)) {}

    QString guid() {
        const QByteArray bytes = blob(16);
        return QUuid::fromRfc4122(bytes).toString(QUuid::WithoutBraces);
    }
    int number(int from, int to) { return random_.bounded(from, to); }
    QString pick(std::initializer_list<const char*> words) {
        return QString::fromUtf8(words.begin()[random_.bounded(static_cast<int>(words.size()))]);
    }
    QByteArray blob(int size) {
        QByteArray bytes(size, Qt::Uninitialized);
        for (char& byte : bytes)
            byte = static_cast<char>(random_.bounded(256));
        return bytes;
    }
    QString fill(QString text) {
        while (text.contains(QStringLiteral("{guid}")))
            text.replace(text.indexOf(QStringLiteral("{guid}")), 6, guid());
        while (text.contains(QStringLiteral("{number}")))
            text.replace(text.indexOf(QStringLiteral("{number}")), 8, QString::number(number(1, 250)));
        return text;
    }
    // Deaths are spread over the last two days, oldest first.
    QDateTime when() const {
        return QDateTime::currentDateTimeUtc().addSecs(-172800 +
                                                       qint64{index_} * 170000 / std::max(1, cause_.count));
    }

    QByteArray body(MessageProperties& properties);

private:
    QJsonObject order();
    const Cause& cause_;
    int index_;
    QRandomGenerator random_;
};

QByteArray json(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QByteArray gzip(const QByteArray& plain) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    QByteArray packed(static_cast<int>(deflateBound(&stream, static_cast<uLong>(plain.size()))) + 32, 0);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.truncate(static_cast<int>(stream.total_out));
    deflateEnd(&stream);
    return packed;
}

QJsonObject Maker::order() {
    QJsonArray lines;
    const int count = number(1, 5);
    for (int i = 0; i < count; ++i)
        lines.append(QJsonObject{{QStringLiteral("sku"), QStringLiteral("SKU-%1").arg(number(1000, 9999))},
                                 {QStringLiteral("quantity"), number(1, 12)},
                                 {QStringLiteral("price"), number(199, 24999) / 100.0}});
    return {{QStringLiteral("orderId"), guid()},
            {QStringLiteral("number"), 100000 + index_},
            {QStringLiteral("customer"),
             QJsonObject{{QStringLiteral("id"), guid()},
                         {QStringLiteral("name"), pick({"Åsa Lindqvist", "Müller & Söhne GmbH", "Zoë Brontë",
                                                        "Nakamura 株式会社", "ACME Ltd"})},
                         {QStringLiteral("country"), pick({"DE", "SE", "GB", "JP", "PL"})}}},
            {QStringLiteral("total"), number(999, 250000) / 100.0},
            {QStringLiteral("currency"), pick({"EUR", "SEK", "GBP"})},
            {QStringLiteral("lines"), lines}};
}

QByteArray Maker::body(MessageProperties& properties) {
    properties.contentType = QByteArrayLiteral("application/json");
    const QString kind = cause_.body;
    if (kind == QStringLiteral("order") && cause_.framework.startsWith(QStringLiteral("MassTransit"))) {
        properties.contentType = QByteArrayLiteral("application/vnd.masstransit+json");
        return json(
            {{QStringLiteral("messageId"), QString::fromUtf8(*properties.messageId)},
             {QStringLiteral("messageType"), QJsonArray{QStringLiteral("urn:message:") + cause_.type}},
             {QStringLiteral("message"), order()}});
    }
    if (kind == QStringLiteral("order"))
        return json(order());
    if (kind == QStringLiteral("order-broken")) {
        QJsonObject broken = order();
        broken[QStringLiteral("total")] = QStringLiteral("12,90");
        return json({{QStringLiteral("message"), broken}});
    }
    if (kind == QStringLiteral("poison")) {
        QJsonObject poison = order();
        poison[QStringLiteral("poison")] = true;
        return json({{QStringLiteral("message"), poison}});
    }
    if (kind == QStringLiteral("timesheet"))
        return json({{QStringLiteral("employee"), number(1000, 1400)},
                     {QStringLiteral("month"), QStringLiteral("2026-10")},
                     {QStringLiteral("hours"), number(120, 190)},
                     {QStringLiteral("costCentre"), QStringLiteral("CC-%1").arg(number(10, 60))}});
    if (kind.startsWith(QStringLiteral("customer"))) {
        QByteArray plain =
            json({{QStringLiteral("customerId"), guid()},
                  {QStringLiteral("city"), pick({"Göteborg", "Łódź", "Köln", "Leeds"})},
                  {QStringLiteral("street"), QStringLiteral("Main Street %1").arg(number(1, 99))}});
        if (kind != QStringLiteral("customer-gzip"))
            return plain;
        properties.contentEncoding = QByteArrayLiteral("gzip");
        return gzip(plain);
    }
    if (kind == QStringLiteral("notification"))
        return json(
            {{QStringLiteral("to"), QStringLiteral("customer%1@example.org").arg(number(1, 5000))},
             {QStringLiteral("template"), pick({"order-shipped", "invoice-ready", "password-reset"})}});
    if (kind == QStringLiteral("page-view"))
        return json({{QStringLiteral("path"), QStringLiteral("/articles/%1").arg(number(1, 900))},
                     {QStringLiteral("visitor"), guid()},
                     {QStringLiteral("milliseconds"), number(8, 900)}});
    if (kind == QStringLiteral("campaign"))
        return json({{QStringLiteral("campaign"), pick({"spring", "summer sale", "loyalty"})},
                     {QStringLiteral("audience"), number(100, 90000)}});
    if (kind == QStringLiteral("stock-xml")) {
        properties.contentType = QByteArrayLiteral("application/xml; charset=utf-8");
        return QStringLiteral(
                   "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<stockReserved xmlns=\"urn:erp:stock\">\n"
                   "  <warehouse>Berlin</warehouse>\n  <sku>SKU-%1</sku>\n  <quantity>%2</quantity>\n"
                   "  <note>Größe prüfen</note>\n</stockReserved>\n")
            .arg(number(1000, 9999))
            .arg(number(1, 40))
            .toUtf8();
    }
    if (kind == QStringLiteral("easynetq")) {
        properties.contentType.reset();
        return json(
            {{QStringLiteral("RoutingKey"), QStringLiteral("warehouse.scanned")},
             {QStringLiteral("Exchange"), QStringLiteral("Warehouse.Scanned, Warehouse")},
             {QStringLiteral("Queue"), QStringLiteral("warehouse.scans")},
             {QStringLiteral("Exception"), fill(cause_.text)},
             {QStringLiteral("Message"), QStringLiteral("{\"shelf\":%1}").arg(number(1, 400))},
             {QStringLiteral("DateTime"), when().toString(Qt::ISODate)},
             {QStringLiteral("BasicProperties"), QJsonObject{{QStringLiteral("Type"), cause_.type}}}});
    }
    if (kind == QStringLiteral("five-megabytes")) {
        QJsonArray postings;
        for (int i = 0; i < 48000; ++i)
            postings.append(
                QJsonObject{{QStringLiteral("id"), guid()},
                            {QStringLiteral("account"), number(1000, 9999)},
                            {QStringLiteral("amount"), number(-90000, 90000) / 100.0},
                            {QStringLiteral("text"), QStringLiteral("year-end posting %1").arg(i)}});
        return json({{QStringLiteral("year"), 2025}, {QStringLiteral("postings"), postings}});
    }
    properties.contentType = QByteArrayLiteral("application/x-protobuf");
    return QByteArrayLiteral("\x0a\x24") + guid().toUtf8() + QByteArrayLiteral("\x10") + blob(40);
}

HeaderValue text(const QString& value) {
    return HeaderValue::string(value.toUtf8());
}

void addFrameworkHeaders(const Cause& cause, Maker& maker, HeaderTable& headers) {
    const QString error = maker.fill(cause.text);
    const QString stack =
        QStringLiteral(
            "   at %1.Consume(ConsumeContext context) in /src/%2.cs:line %3\n   at Pipeline.Send()")
            .arg(cause.origin, cause.origin)
            .arg(maker.number(20, 220));
    const QString when = maker.when().toString(Qt::ISODateWithMs);
    if (cause.framework == QStringLiteral("MassTransit")) {
        setHeader(headers, "MT-Reason", text(QStringLiteral("fault")));
        setHeader(headers, "MT-Fault-ExceptionType", text(cause.exception));
        setHeader(headers, "MT-Fault-Message", text(error));
        setHeader(headers, "MT-Fault-StackTrace", text(stack));
        setHeader(headers, "MT-Fault-Timestamp", text(when));
        setHeader(headers, "MT-Fault-InputAddress",
                  text(QStringLiteral("rabbitmq://sandbox/company/") + cause.origin));
        setHeader(headers, "MT-Host-MachineName", text(QStringLiteral("portal-7d9c")));
    } else if (cause.framework == QStringLiteral("MassTransitSkipped")) {
        setHeader(headers, "MT-Reason", text(QStringLiteral("dead-letter")));
        setHeader(headers, "MT-Host-MachineName", text(QStringLiteral("portal-7d9c")));
    } else if (cause.framework == QStringLiteral("NServiceBus")) {
        setHeader(headers, "NServiceBus.FailedQ", text(cause.origin));
        setHeader(headers, "NServiceBus.ExceptionInfo.ExceptionType", text(cause.exception));
        setHeader(headers, "NServiceBus.ExceptionInfo.Message", text(error));
        setHeader(headers, "NServiceBus.ExceptionInfo.StackTrace", text(stack));
        setHeader(headers, "NServiceBus.TimeOfFailure",
                  text(maker.when().toString(QStringLiteral("yyyy-MM-dd HH:mm:ss:zzz000 'Z'"))));
        setHeader(headers, "NServiceBus.EnclosedMessageTypes", text(cause.type));
        setHeader(headers, "NServiceBus.ProcessingEndpoint", text(cause.origin));
    } else if (cause.framework == QStringLiteral("Spring")) {
        setHeader(headers, "x-exception-message", text(cause.exception + QStringLiteral(": ") + error));
        setHeader(headers, "x-exception-stacktrace", text(stack));
        setHeader(headers, "x-original-exchange", text(QStringLiteral("erp.events")));
        setHeader(headers, "x-original-routingKey", text(QStringLiteral("invoice.posted")));
    }
}

} // namespace

Cause Cause::fromJson(const QJsonObject& object) {
    const auto word = [&object](const char* name) { return object.value(QLatin1String(name)).toString(); };
    return {word("how"),
            word("queue"),
            word("exchange"),
            word("key"),
            word("park"),
            word("cc"),
            object.value(QStringLiteral("count")).toInt(),
            word("body"),
            word("type"),
            word("framework"),
            word("exception"),
            word("text"),
            word("origin")};
}

Message makeMessage(const Cause& cause, int index) {
    Maker maker(cause, index);
    Message message;
    message.exchange = cause.exchange.toUtf8();
    message.routingKey = (cause.how == QStringLiteral("framework") ? cause.queue : cause.key).toUtf8();
    MessageProperties& properties = message.properties;
    properties.messageId = maker.guid().toUtf8();
    properties.correlationId = maker.guid().toUtf8();
    properties.deliveryMode = std::uint8_t{2};
    properties.type = cause.type.toUtf8();
    properties.appId =
        (cause.origin.isEmpty() ? cause.exchange : cause.origin).section(QLatin1Char('.'), 0, 0).toUtf8();
    properties.timestamp = static_cast<std::uint64_t>(maker.when().addSecs(-30).toSecsSinceEpoch());
    HeaderTable headers;
    setHeader(headers, "traceparent",
              HeaderValue::string("00-" + maker.blob(16).toHex() + "-" + maker.blob(8).toHex() + "-01"));
    setHeader(headers, "tenant", text(maker.pick({"north", "south", "west"})));
    setHeader(headers, "schema-version", HeaderValue::int64(maker.number(2, 4)));
    if (cause.body == QStringLiteral("notification")) {
        setHeader(headers, "channel", text(QStringLiteral("mail")));
        setHeader(headers, "urgent", HeaderValue::boolean(index % 3 == 0));
    }
    if (!cause.cc.isEmpty())
        setHeader(headers, "CC", HeaderValue::array({text(cause.cc)}));
    addFrameworkHeaders(cause, maker, headers);
    message.body = maker.body(properties);
    message.bodySize = message.body.size();
    properties.headers = headers;
    return message;
}

} // namespace signalbox::sandbox
