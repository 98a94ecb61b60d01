// Headers a broker cannot take are found, wherever they stand.
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

private Q_SLOTS:
    void headerWithoutNumber_isNamed() {
        constexpr double infinity = std::numeric_limits<double>::infinity();
        const std::vector<HeaderValue> bad{
            number(infinity), number(-infinity, ValueKind::Float),
            number(std::numeric_limits<double>::quiet_NaN()),
            HeaderValue::array({HeaderValue::int64(1), number(infinity)}),
            HeaderValue::table({{"inner", HeaderValue::array({number(infinity)})}})};
        for (const HeaderValue& value : bad)
            QCOMPARE(headerWithoutNumber({{"fine", number(1.5)}, {"odd", value}}),
                     std::optional<QByteArray>("odd"));
    }

    void finiteNumbers_areFine() {
        QVERIFY(!headerWithoutNumber({}));
        QVERIFY(!headerWithoutNumber({{"a", number(0)},
                                      {"b", number(-1e308)},
                                      {"c", number(std::numeric_limits<double>::denorm_min())},
                                      {"d", HeaderValue::string("Infinity")},
                                      {"e", HeaderValue::array({})}}));
    }
};

QTEST_GUILESS_MAIN(TestSendable)
#include "tst_sendable.moc"
