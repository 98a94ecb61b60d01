// Answers of receive-by-sequence-number, sound and hostile.
#include "app/servicebus/amqpvalue.h"
#include "app/servicebus/deferredreceiver.h"
#include "app/servicebus/messagesections.h"
#include "models/messaging/amqp10.h"

#include <QTest>

using namespace signalbox;
using namespace signalbox::servicebus;

namespace {

QByteArray messageOf(qint64 number) {
    Message message;
    message.body = "deferred";
    message.properties.amqp10 = HeaderTable{
        {amqp10::annotations, HeaderValue::table({{"x-opt-sequence-number", HeaderValue::int64(number)}})}};
    return encodeMessage(message);
}

HeaderValue bytesOf(const QByteArray& bytes, ValueKind kind) {
    HeaderValue value;
    value.kind = kind;
    value.data = bytes;
    return value;
}

HeaderValue entryOf(const QByteArray& message, ValueKind tokenKind = ValueKind::Uuid) {
    return HeaderValue::table({{"message", bytesOf(message, ValueKind::Bytes)},
                               {"lock-token", bytesOf(QByteArray(16, 'x'), tokenKind)}});
}

Response answerOf(HeaderValue::Array entries) {
    Response response;
    response.status = 200;
    response.body = encodeValue(HeaderValue::table({{"messages", HeaderValue::array(std::move(entries))}}));
    return response;
}

const std::vector<qint64> asked{7, 9};

} // namespace

class TestLockedMessages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void answer_givesMessagesWithTheirTokens() {
        const auto messages =
            lockedMessages(answerOf({entryOf(messageOf(9)), entryOf(messageOf(7))}), asked, {});
        QVERIFY(messages.has_value());
        QCOMPARE(messages->size(), std::size_t{2});
        QCOMPARE(messages->front().number, qint64{9});
        QCOMPARE(messages->front().token, QByteArray(16, 'x'));
        QCOMPARE(messages->back().message.body, QByteArray("deferred"));
        Response none;
        none.status = 204;
        QVERIFY(lockedMessages(none, asked, {})->empty());
    }

    void nonsense_isRefused_data() {
        QTest::addColumn<Response>("response");
        Response empty;
        empty.status = 200;
        QTest::newRow("no body") << empty;
        empty.body = encodeValue(HeaderValue::table({{"messages", HeaderValue::int64(1)}}));
        QTest::newRow("no list") << empty;
        QTest::newRow("no map") << answerOf({HeaderValue::int64(1)});
        QTest::newRow("no message") << answerOf({HeaderValue::table({})});
        QTest::newRow("token of another kind") << answerOf({entryOf(messageOf(7), ValueKind::Bytes)});
        QTest::newRow("another message") << answerOf({entryOf(messageOf(8))});
        QTest::newRow("the same one twice") << answerOf({entryOf(messageOf(7)), entryOf(messageOf(7))});
        QTest::newRow("cut short") << answerOf({entryOf(messageOf(7).left(5))});
        QTest::newRow("no number") << answerOf({entryOf(encodeMessage(Message()))});
        QTest::newRow("noise") << answerOf({entryOf(QByteArray(200, '\xff'))});
    }
    void nonsense_isRefused() {
        QFETCH(Response, response);
        QVERIFY(!lockedMessages(response, asked, QStringLiteral("orders")).has_value());
    }
};

QTEST_GUILESS_MAIN(TestLockedMessages)
#include "tst_lockedmessages.moc"
