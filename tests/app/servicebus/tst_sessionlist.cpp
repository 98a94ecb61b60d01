// What answers about sessions hold, and what they must not be believed.
#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/sessionlist.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

const QString queueName = QStringLiteral("orders");

Response with(const char* field, HeaderValue value) {
    Response response;
    response.status = 200;
    response.body = encodeValue(HeaderValue::table({{field, std::move(value)}}));
    return response;
}

HeaderValue bytesValue(QByteArray bytes) {
    HeaderValue value;
    value.kind = ValueKind::Bytes;
    value.data = std::move(bytes);
    return value;
}

HeaderValue uniform(HeaderValue::Array values) {
    HeaderValue value;
    value.kind = ValueKind::Uniform;
    value.data = std::move(values);
    return value;
}

} // namespace

class TestSessionList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void ids_areReadFromAnArray() {
        const auto ids = sessionIdsOf(
            with("sessions-ids", uniform({HeaderValue::string("a"), HeaderValue::string("b")})), queueName);
        QVERIFY(ids);
        QCOMPARE(*ids, (std::vector<QString>{QStringLiteral("a"), QStringLiteral("b")}));
    }
    void noContent_isTheEnd() {
        Response response;
        response.status = 204;
        const auto ids = sessionIdsOf(response, queueName);
        QVERIFY(ids && ids->empty());
    }
    void senselessIds_areRefused_data() {
        QTest::addColumn<Response>("response");
        QTest::newRow("no body") << Response{200, {}, {}, {}};
        QTest::newRow("no such field") << with("sessions", uniform({HeaderValue::string("a")}));
        QTest::newRow("a text") << with("sessions-ids", HeaderValue::string("a"));
        QTest::newRow("numbers") << with("sessions-ids", uniform({HeaderValue::int64(1)}));
        QTest::newRow("bytes among them")
            << with("sessions-ids", HeaderValue::array({HeaderValue::string("a"), bytesValue("b")}));
    }
    void senselessIds_areRefused() {
        QFETCH(Response, response);
        const auto ids = sessionIdsOf(response, queueName);
        QVERIFY(!ids);
        QCOMPARE(ids.error().kind, ErrorKind::Corrupt);
        QVERIFY2(ids.error().summary.contains(queueName), qPrintable(ids.error().summary));
    }
    void state_isBytesOrNone() {
        const auto state = sessionStateOf(with("session-state", bytesValue(QByteArray("\0x", 2))), queueName);
        QVERIFY(state && *state);
        QCOMPARE(**state, QByteArray("\0x", 2));
        const auto empty = sessionStateOf(with("session-state", bytesValue({})), queueName);
        QVERIFY(empty && *empty);
        QVERIFY((*empty)->isEmpty());
        const auto none = sessionStateOf(with("session-state", HeaderValue()), queueName);
        QVERIFY(none && !*none);
        const auto missing = sessionStateOf(Response{200, {}, {}, {}}, queueName);
        QVERIFY(missing && !*missing);
    }
    void senselessState_isRefused() {
        for (const HeaderValue& value :
             {HeaderValue::string("text"), HeaderValue::int64(1), HeaderValue::array({bytesValue("x")})}) {
            const auto state = sessionStateOf(with("session-state", value), queueName);
            QVERIFY(!state);
            QCOMPARE(state.error().kind, ErrorKind::Corrupt);
        }
    }
};

QTEST_APPLESS_MAIN(TestSessionList)
#include "tst_sessionlist.moc"
