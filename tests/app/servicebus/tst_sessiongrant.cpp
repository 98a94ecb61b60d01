// What the service says when it grants a session, and what it must not be believed.
#include "app/servicebus/sessiongrant.h"

#include <QTest>
#include <limits>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

HeaderValue longValue(std::int64_t number) {
    return HeaderValue::int64(number);
}

HeaderTable filterOf(HeaderValue value) {
    return {{"com.microsoft:session-filter", std::move(value)}};
}

} // namespace

class TestSessionGrant : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void granted_hasIdAndTime() {
        // 2024-01-01T00:00:00Z
        const auto grant = grantOf(filterOf(HeaderValue::string("order-7")),
                                   {{"com.microsoft:locked-until-utc", longValue(638396640000000000)}});
        QVERIFY(grant);
        QCOMPARE(grant->id, QStringLiteral("order-7"));
        QCOMPARE(grant->lockedUntil, qint64{1704067200000});
    }
    void describedValue_isRead() {
        HeaderValue described;
        described.kind = ValueKind::Described;
        described.data = HeaderValue::Array{longValue(1), HeaderValue::string("s")};
        const auto grant = grantOf(filterOf(described), {});
        QVERIFY(grant);
        QCOMPARE(grant->id, QStringLiteral("s"));
        QCOMPARE(grant->lockedUntil, qint64{0});
    }
    void nothingGranted_data() {
        QTest::addColumn<HeaderTable>("filters");
        QTest::newRow("no filter") << HeaderTable();
        QTest::newRow("null") << filterOf(HeaderValue());
        QTest::newRow("a number") << filterOf(longValue(7));
        HeaderValue described;
        described.kind = ValueKind::Described;
        QTest::newRow("described by nothing") << filterOf(described);
        described.data = HeaderValue::Array{longValue(1)};
        QTest::newRow("described without a value") << filterOf(described);
        QTest::newRow("a list") << filterOf(HeaderValue::array({HeaderValue::string("s")}));
    }
    void nothingGranted() {
        QFETCH(HeaderTable, filters);
        QVERIFY(!grantOf(filters, {}));
    }
    void senselessTimes_areNone_data() {
        QTest::addColumn<qint64>("ticks");
        QTest::newRow("0") << qint64{0};
        QTest::newRow("negative") << qint64{-1};
        QTest::newRow("least") << std::numeric_limits<qint64>::min();
        QTest::newRow("most") << std::numeric_limits<qint64>::max(); // beyond the year 9999
        QTest::newRow("milliseconds instead of ticks") << qint64{1704067200000};
    }
    void senselessTimes_areNone() {
        QFETCH(qint64, ticks);
        QCOMPARE(millisecondsOfTicks(ticks), qint64{0});
        const auto grant = grantOf(filterOf(HeaderValue::string("s")),
                                   {{"com.microsoft:locked-until-utc", longValue(ticks)}});
        QVERIFY(grant);
        QCOMPARE(grant->lockedUntil, qint64{0});
    }
    void timeOfAnotherType_isNone() {
        const auto grant = grantOf(filterOf(HeaderValue::string("s")),
                                   {{"com.microsoft:locked-until-utc", HeaderValue::string("soon")}});
        QVERIFY(grant);
        QCOMPARE(grant->lockedUntil, qint64{0});
    }
};

QTEST_APPLESS_MAIN(TestSessionGrant)
#include "tst_sessiongrant.moc"
