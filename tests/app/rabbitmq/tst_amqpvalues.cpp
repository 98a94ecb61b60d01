// Every wire type there and back through the library's own encoder, and frames that do not fit.
#include "app/rabbitmq/amqpvalues.h"
#include "app/rabbitmq/deliveryassembler.h"

#include <QTest>
#include <array>

using namespace signalbox;
using namespace signalbox::rabbitmq;

namespace {

// Through real wire bytes, as a broker would send them back.
HeaderTable overTheWire(const HeaderTable& headers) {
    AmqpPool pool;
    amqp_table_t table = toAmqp(headers, pool);
    std::array<char, 65536> buffer{};
    const amqp_bytes_t bytes{buffer.size(), buffer.data()};
    std::size_t end = 0;
    if (amqp_encode_table(bytes, &table, &end) != AMQP_STATUS_OK)
        return {};
    amqp_pool_t scratch{};
    init_amqp_pool(&scratch, 4096);
    amqp_table_t back{};
    std::size_t at = 0;
    HeaderTable result;
    if (amqp_decode_table({end, buffer.data()}, &scratch, &back, &at) == AMQP_STATUS_OK)
        result = fromAmqp(back);
    empty_amqp_pool(&scratch);
    return result;
}

HeaderValue value(ValueKind kind, decltype(HeaderValue::data) data) {
    HeaderValue made;
    made.kind = kind;
    made.data = std::move(data);
    return made;
}

amqp_frame_t bodyFrame(QByteArray& bytes) {
    amqp_frame_t frame{};
    frame.frame_type = AMQP_FRAME_BODY;
    frame.payload.body_fragment = {static_cast<std::size_t>(bytes.size()), bytes.data()};
    return frame;
}

amqp_frame_t headerFrame(amqp_basic_properties_t& properties, std::uint64_t size) {
    amqp_frame_t frame{};
    frame.frame_type = AMQP_FRAME_HEADER;
    frame.payload.properties.decoded = &properties;
    frame.payload.properties.body_size = size;
    return frame;
}

} // namespace

class TestAmqpValues : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void headers_keepEveryTypeAndWidth() {
        const HeaderTable headers{
            {"void", value(ValueKind::Void, {})},
            {"true", value(ValueKind::Bool, true)},
            {"i8", value(ValueKind::Int8, std::int64_t{-128})},
            {"u8", value(ValueKind::UInt8, std::uint64_t{255})},
            {"i16", value(ValueKind::Int16, std::int64_t{-32768})},
            {"u16", value(ValueKind::UInt16, std::uint64_t{65535})},
            {"i32", value(ValueKind::Int32, std::int64_t{-2147483648LL})},
            {"u32", value(ValueKind::UInt32, std::uint64_t{4294967295ULL})},
            {"i64", value(ValueKind::Int64, std::numeric_limits<std::int64_t>::min())},
            {"u64", value(ValueKind::UInt64, std::numeric_limits<std::uint64_t>::max())},
            {"f32", value(ValueKind::Float, 0.25)},
            {"f64", value(ValueKind::Double, -1e-300)},
            {"dec", value(ValueKind::Decimal, Decimal{3, 4000000000U})},
            {"time", value(ValueKind::Timestamp, std::int64_t{1700000000})},
            {"text", value(ValueKind::String, QByteArray("\xff\0 not text", 11))},
            {"bytes", value(ValueKind::Bytes, QByteArray(3, '\0'))},
            {"", value(ValueKind::String, QByteArray())},
            {"text", value(ValueKind::String, QByteArray("a second of that name"))},
            {"list",
             HeaderValue::array({HeaderValue::int64(1), HeaderValue::table({}), HeaderValue::array({})})},
            {"table",
             HeaderValue::table({{"inner", HeaderValue::table({{"deep", HeaderValue::boolean(false)}})}})},
        };
        QVERIFY(overTheWire(headers) == headers);
        QVERIFY(overTheWire({}) == HeaderTable());
    }

    void headers_withWrongInsidesDoNotCrash() {
        // A kind whose data is of another type: the zero of the kind is sent.
        const HeaderTable odd{{"a", value(ValueKind::Int32, QByteArray("text"))},
                              {"b", value(ValueKind::Table, true)},
                              {"c", value(ValueKind::String, std::int64_t{1})}};
        const HeaderTable back = overTheWire(odd);
        QCOMPARE(back.size(), std::size_t{3});
        std::int64_t number = -1;
        QVERIFY(headerInteger(back[0].value, &number));
        QCOMPARE(number, std::int64_t{0});
    }

    void assembler_joinsFramesAndRefusesStrangers() {
        amqp_basic_deliver_t deliver{};
        deliver.delivery_tag = 42;
        deliver.routing_key = amqp_cstring_bytes("key");
        const amqp_method_t method{AMQP_BASIC_DELIVER_METHOD, &deliver};
        amqp_basic_properties_t properties{};
        QByteArray half(3, 'a');
        QByteArray tooMuch(9, 'b');
        DeliveryAssembler assembler;
        QVERIFY(!assembler.add(bodyFrame(half))); // nothing has begun
        QVERIFY(assembler.begin(method));
        QVERIFY(!assembler.add(bodyFrame(half))); // a header comes first
        QVERIFY(assembler.begin(method));
        QVERIFY(assembler.add(headerFrame(properties, 6)));
        QVERIFY(assembler.add(bodyFrame(half)));
        QVERIFY(!assembler.isWhole());
        QVERIFY(!assembler.add(bodyFrame(tooMuch)));
        QVERIFY(assembler.add(bodyFrame(half)));
        QVERIFY(assembler.isWhole());
        const Delivery delivery = assembler.take();
        QCOMPARE(delivery.tag, std::uint64_t{42});
        QCOMPARE(delivery.message.body, QByteArray(6, 'a'));
        QVERIFY(!assembler.isBusy());
        QVERIFY(assembler.begin(method));
        const auto endless =
            assembler.add(headerFrame(properties, std::numeric_limits<std::uint64_t>::max()));
        QVERIFY(!endless);
        QCOMPARE(endless.error().kind, ErrorKind::Corrupt);
    }
};

QTEST_GUILESS_MAIN(TestAmqpValues)
#include "tst_amqpvalues.moc"
