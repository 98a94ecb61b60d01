// Encoded AMQP 1.0 messages: every type and section there and back, Proton's own message as witness, hostile
// bytes.
#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/messagesections.h"
#include "models/messaging/amqp10.h"
#include "models/messaging/amqpreader.h"

#include <QTest>
#include <memory>
#include <proton/message.h>
#include <random>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

HeaderValue value(ValueKind kind, decltype(HeaderValue::data) data) {
    HeaderValue made;
    made.kind = kind;
    made.data = std::move(data);
    return made;
}

// One of each kind that AMQP 1.0 has.
HeaderTable everyKind() {
    const HeaderValue uuid = value(ValueKind::Uuid, QByteArray::fromHex("368534836b6546ffb249f3d29d710a9e"));
    return {
        {"null", HeaderValue()},
        {"bool", HeaderValue::boolean(true)},
        {"byte", value(ValueKind::Int8, std::int64_t{-128})},
        {"ubyte", value(ValueKind::UInt8, std::uint64_t{255})},
        {"short", value(ValueKind::Int16, std::int64_t{-32768})},
        {"ushort", value(ValueKind::UInt16, std::uint64_t{65535})},
        {"int", value(ValueKind::Int32, std::int64_t{-2147483648LL})},
        {"uint", value(ValueKind::UInt32, std::uint64_t{4294967295U})},
        {"long", HeaderValue::int64(std::numeric_limits<std::int64_t>::min())},
        {"ulong", value(ValueKind::UInt64, std::numeric_limits<std::uint64_t>::max())},
        {"float", value(ValueKind::Float, 1.5)},
        {"double", value(ValueKind::Double, -0.1)},
        {"char", value(ValueKind::Char, std::uint64_t{0x1F680})},
        {"timestamp", value(ValueKind::Milliseconds, std::int64_t{1764190000123})},
        {"uuid", uuid},
        {"decimal32", value(ValueKind::Decimal32, QByteArray("abcd"))},
        {"decimal64", value(ValueKind::Decimal64, QByteArray("abcdefgh"))},
        {"decimal128", value(ValueKind::Decimal128, QByteArray("abcdefghijklmnop"))},
        {"binary", value(ValueKind::Bytes, QByteArray("\0\xFF", 2))},
        {"string", HeaderValue::string("gr\xC3\xBC\xC3\x9F")},
        {"symbol", value(ValueKind::Symbol, QByteArray("sym"))},
        {"list", HeaderValue::array({HeaderValue::boolean(false), uuid})},
        {"table", HeaderValue::table({{"inner", HeaderValue::int64(9007199254740993)}})},
        {"map", value(ValueKind::Map, HeaderValue::Array{HeaderValue::int64(1), HeaderValue::string("one")})},
        {"array", value(ValueKind::Uniform, HeaderValue::Array{uuid, uuid})},
        {"described",
         value(ValueKind::Described,
               HeaderValue::Array{value(ValueKind::UInt64, std::uint64_t{7}), HeaderValue::string("x")})}};
}

Message full() {
    Message message;
    MessageProperties& p = message.properties;
    p.contentType = "application/json";
    p.contentEncoding = "gzip";
    p.deliveryMode = 2;
    p.priority = 7;
    p.expiration = "60000";
    p.messageId = "order-1";
    p.correlationId = "corr";
    p.replyTo = "answers";
    p.type = "OrderPlaced";
    p.userId = "me";
    p.headers = everyKind();
    p.amqp10 =
        HeaderTable{{amqp10::annotations,
                     HeaderValue::table({{"x-opt-sequence-number", HeaderValue::int64(9007199254740993)},
                                         {"x-opt-enqueued-time",
                                          value(ValueKind::Milliseconds, std::int64_t{1764190000000})}})},
                    {amqp10::to, HeaderValue::string("orders")},
                    {amqp10::absoluteExpiry, value(ValueKind::Milliseconds, std::int64_t{1764190060000})},
                    {amqp10::creationTime, value(ValueKind::Milliseconds, std::int64_t{1764190000000})},
                    {amqp10::groupId, HeaderValue::string("session-a")},
                    {amqp10::groupSequence, value(ValueKind::UInt32, std::uint64_t{3})},
                    {amqp10::replyToGroupId, HeaderValue::string("session-b")}};
    message.body = R"({"order":1})";
    message.bodySize = message.body.size();
    return message;
}

struct MessageFree {
    void operator()(pn_message_t* message) const { pn_message_free(message); }
};
using ProtonMessage = std::unique_ptr<pn_message_t, MessageFree>;

QByteArray encodedBy(pn_message_t* message) {
    QByteArray bytes(4096, Qt::Uninitialized);
    auto size = static_cast<std::size_t>(bytes.size());
    if (pn_message_encode(message, bytes.data(), &size) != 0)
        return {};
    bytes.truncate(static_cast<qsizetype>(size));
    return bytes;
}

} // namespace

class TestMessageSections : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // What models read of a body's bytes is what Proton reads of them.
    void bodyValue_isReadAsProtonReadsIt() {
        const QByteArray bytes = encodeValue(HeaderValue::table(everyKind()));
        QByteArrayView rest = bytes;
        const auto value = readAmqpValue(rest);
        QVERIFY(value.has_value());
        QVERIFY(rest.isEmpty());
        const Data data(pn_data(64));
        QVERIFY(pn_data_decode(data.get(), bytes.constData(), static_cast<std::size_t>(bytes.size())) > 0);
        pn_data_rewind(data.get());
        QVERIFY(pn_data_next(data.get()));
        QVERIFY(*value == readValue(data.get()));
    }

    void roundTrip_keepsEveryTypeAndSection() {
        const Message message = full();
        const auto back = decodeMessage(encodeMessage(message));
        QVERIFY2(back, qPrintable(back ? QString() : back.error().summary));
        for (std::size_t i = 0; i < message.properties.headers->size(); ++i)
            QVERIFY2((*back->properties.headers)[i] == (*message.properties.headers)[i],
                     (*message.properties.headers)[i].name.constData());
        QCOMPARE(headerText(HeaderValue::table(*back->properties.amqp10)),
                 headerText(HeaderValue::table(*message.properties.amqp10)));
        QVERIFY(*back == message);
    }

    void encode_isReadByProton() {
        const QByteArray bytes = encodeMessage(full());
        const ProtonMessage witness(pn_message());
        QCOMPARE(pn_message_decode(witness.get(), bytes.constData(), static_cast<std::size_t>(bytes.size())),
                 0);
        QCOMPARE(pn_message_is_durable(witness.get()), true);
        QCOMPARE(int(pn_message_get_priority(witness.get())), 7);
        QCOMPARE(pn_message_get_ttl(witness.get()), 60000U);
        QCOMPARE(fromProton(pn_message_get_id(witness.get()).u.as_bytes), QByteArray("order-1"));
        QCOMPARE(QByteArray(pn_message_get_subject(witness.get())), QByteArray("OrderPlaced"));
        QCOMPARE(QByteArray(pn_message_get_group_id(witness.get())), QByteArray("session-a"));
        QCOMPARE(QByteArray(pn_message_get_content_type(witness.get())), QByteArray("application/json"));
        pn_data_t* body = pn_message_body(witness.get());
        pn_data_rewind(body);
        QVERIFY(pn_data_next(body));
        QCOMPARE(fromProton(pn_data_get_binary(body)), full().body);
    }

    void decode_readsWhatProtonWrote() {
        const ProtonMessage witness(pn_message());
        pn_message_set_durable(witness.get(), true);
        pn_message_set_subject(witness.get(), "subject");
        pn_message_set_group_id(witness.get(), "s1");
        pn_message_set_delivery_count(witness.get(), 3);
        pn_atom_t id{};
        id.type = PN_ULONG;
        id.u.as_ulong = 18446744073709551615ULL;
        pn_message_set_id(witness.get(), id);
        pn_data_put_string(pn_message_body(witness.get()), toProton("hello"));
        const auto message = decodeMessage(encodedBy(witness.get()));
        QVERIFY2(message, qPrintable(message ? QString() : message.error().summary));
        QCOMPARE(message->properties.messageId.value(), QByteArray("18446744073709551615"));
        QCOMPARE(amqp10::find(*message, amqp10::messageId)->kind, ValueKind::UInt64);
        QCOMPARE(message->properties.type.value(), QByteArray("subject"));
        QCOMPARE(amqp10::text(amqp10::find(*message, amqp10::groupId)), QStringLiteral("s1"));
        QCOMPARE(amqp10::text(amqp10::find(*message, amqp10::deliveryCount)), QStringLiteral("3"));
        QVERIFY(message->redelivered);
        QVERIFY(amqp10::bodyKindOf(*message) == amqp10::BodyKind::Value);
        // And out again: the same value, the same kind of id.
        const auto again = decodeMessage(encodeMessage(*message));
        QVERIFY(again);
        QCOMPARE(again->body, message->body);
        QVERIFY(amqp10::bodyKindOf(*again) == amqp10::BodyKind::Value);
        QCOMPARE(amqp10::find(*again, amqp10::messageId)->kind, ValueKind::UInt64);
    }

    void body_ofSeveralSections_isWhole() {
        Message part = full();
        part.properties = {};
        const QByteArray one = encodeMessage(part);
        const auto data = decodeMessage(one + one);
        QVERIFY(data);
        QCOMPARE(data->body, part.body + part.body);

        const QByteArray sequence = QByteArray::fromHex("005376c0020141"); // [true]
        const auto both = decodeMessage(sequence + sequence);
        QVERIFY(both);
        QVERIFY(amqp10::bodyKindOf(*both) == amqp10::BodyKind::Sequence);
        const auto again = decodeMessage(encodeMessage(*both));
        QVERIFY(again);
        QCOMPARE(again->body, both->body);
    }

    void decode_ofEveryTruncation_neverCrashes() {
        const QByteArray bytes = encodeMessage(full());
        int refused = 0;
        for (qsizetype size = 1; size < bytes.size(); ++size)
            refused += decodeMessage(bytes.first(size)) ? 0 : 1;
        QVERIFY2(refused > bytes.size() * 9 / 10, qPrintable(QString::number(refused)));
        const auto cut = decodeMessage(bytes.chopped(1));
        QVERIFY(!cut);
        QCOMPARE(cut.error().kind, ErrorKind::Corrupt);
        QVERIFY2(cut.error().summary.contains(QStringLiteral("of %1").arg(bytes.size() - 1)),
                 qPrintable(cut.error().summary));
    }

    void decode_ofDamagedBytes_neverCrashes() {
        const QByteArray bytes = encodeMessage(full());
        std::mt19937 random(7);
        for (int round = 0; round < 4000; ++round) {
            QByteArray damaged = bytes;
            for (int flips = 1 + static_cast<int>(random() % 4); flips > 0; --flips)
                damaged[static_cast<qsizetype>(random() % static_cast<unsigned>(damaged.size()))] =
                    static_cast<char>(random());
            if (const auto read = decodeMessage(damaged))
                (void)encodeMessage(*read);
        }
        for (int round = 0; round < 4000; ++round) {
            QByteArray noise;
            for (auto size = random() % 64; size > 0; --size)
                noise += static_cast<char>(random());
            (void)decodeMessage(noise);
        }
    }

    void decode_ofDeepNesting_isCut() {
        QByteArray deep("\x41"); // true, in lists of one
        for (int level = 0; level < 300; ++level) {
            QByteArray outer("\xd0");
            const auto size = static_cast<quint32>(deep.size() + 4);
            for (int shift = 24; shift >= 0; shift -= 8)
                outer += static_cast<char>(size >> shift);
            deep = outer + QByteArray("\0\0\0\1", 4) + deep;
        }
        (void)decodeMessage(QByteArray("\0\x53\x77", 3) + deep);
    }
};

QTEST_GUILESS_MAIN(TestMessageSections)
#include "tst_messagesections.moc"
