// What RabbitMQ cannot take is found, wherever they stand.
#include "models/messaging/sendable.h"

#include <QTest>

#include <limits>

using namespace signalbox;

class TestSendable : public QObject {
    Q_OBJECT

    static HeaderValue number(double value, ValueKind kind = ValueKind::Double) {
        HeaderValue made;
        made.kind = kind;
        made.data = value;
        return made;
    }

    static MessageProperties with(HeaderTable headers) {
        MessageProperties made;
        made.headers = std::move(headers);
        return made;
    }

private Q_SLOTS:
    void headerWithoutNumber_isNamed() {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const std::vector<HeaderValue> bad{
            number(infinity), number(-infinity, ValueKind::Float),
            number(std::numeric_limits<double>::quiet_NaN()),
            HeaderValue::array({HeaderValue::int64(1), number(infinity)}),
            HeaderValue::table({{"inner", HeaderValue::array({number(infinity)})}})};
        for (const HeaderValue& value : bad)
            QCOMPARE(
                unsendableByAmqp091(with({{"fine", number(1.5)}, {"odd", value}})).value_or(QString()),
                QStringLiteral("the header \"odd\" holds NaN or infinity, which RabbitMQ does not take"));
    }

    void whatOnlyAmqp10Has_isRefused() {
        HeaderValue uuid = HeaderValue::string(QByteArray(16, 'u'));
        uuid.kind = ValueKind::Uuid;
        for (const HeaderValue& value :
             {uuid, HeaderValue::array({uuid}), HeaderValue::table({{"inner", uuid}})})
            QVERIFY(unsendableByAmqp091(with({{"odd", value}}))
                        .value_or(QString())
                        .contains(QLatin1String("AMQP 1.0")));
        MessageProperties properties;
        properties.amqp10.emplace();
        QVERIFY(unsendableByAmqp091(properties).value_or(QString()).contains(QLatin1String("Service Bus")));
    }

    void otherHeaders_areFine() {
        QVERIFY(!unsendableByAmqp091({}));
        QVERIFY(!unsendableByAmqp091(with({{"a", number(0)},
                                           {"b", number(-1e308)},
                                           {"c", number(std::numeric_limits<double>::denorm_min())},
                                           {"d", HeaderValue::string("Infinity")},
                                           {"e", HeaderValue::array({})}})));
    }
};

QTEST_GUILESS_MAIN(TestSendable)
#include "tst_sendable.moc"
