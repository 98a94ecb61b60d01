// What frameworks tell about a failure: messages as each of them writes them.
#include "models/messaging/deathfacts.h"
#include "tests/models/messaging/deathfixture.h"

#include <QTest>

using namespace signalbox;

class TestDeathFacts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void massTransit_fault();
    void massTransit_skipped();
    void nServiceBus_failedMessage();
    void rebus_errorDetails();
    void spring_republished();
    void easyNetQ_envelope();
    void easyNetQ_notAnEnvelope_data();
    void easyNetQ_notAnEnvelope();
    void easyNetQ_cutBody_isNotRead();
    void easyNetQ_wrongTypes_areTolerated();
    void brokerPathWins_overFramework();
    void serviceBus_reasonDescriptionAndSource();
    void serviceBus_deferredAndScheduledAreToldApart();
    void noFramework_typeIsTheProperty();
    void hugeStackTrace_takesNoLongTime();

private:
    DeathFacts read(const Message& message) const { return deathFacts(message, conventions_); }

    static Message envelope();

    Conventions conventions_ = shippedConventions();
};

Message TestDeathFacts::envelope() {
    Message message;
    message.exchange = "ErrorExchange_order.placed";
    message.routingKey = "order.placed";
    message.properties.type = "EasyNetQ.SystemMessages.Error, EasyNetQ";
    message.body =
        R"({"RoutingKey":"order.placed","Exchange":"Shop.OrderPlaced, Shop","Queue":"Shop.OrderPlaced_billing",)"
        R"("Exception":"System.AggregateException: One or more errors occurred. (no \"tax\" rate)\r\n )"
        R"( ---> System.ArgumentException: no \"tax\" rate\r\n   at Billing.OnOrder(OrderPlaced order) in Billing.cs",)"
        R"("Message":"{\"OrderId\":7}","DateTime":"2024-05-04T10:20:30.1234567Z",)"
        R"("BasicProperties":{"ContentType":null,"Type":"Shop.OrderPlaced, Shop","Headers":{}}})";
    message.bodySize = message.body.size();
    return message;
}

void TestDeathFacts::massTransit_fault() {
    const DeathFacts facts = read(withTexts(
        {{"Content-Type", "application/vnd.masstransit+json"},
         {"MT-Reason", "fault"},
         {"MT-Fault-InputAddress", "rabbitmq://mq.example.com/prod/submit-order?durable=true"},
         {"MT-Fault-ExceptionType", "System.InvalidOperationException"},
         {"MT-Fault-Message", "The order 4711 is closed"},
         {"MT-Fault-Timestamp", "2024-05-04T10:20:30.1234567Z"},
         {"MT-Fault-StackTrace", "   at Shop.SubmitOrderConsumer.Consume() in /src/Order.cs:line 17"},
         {"MT-Fault-ConsumerType", "Shop.SubmitOrderConsumer"},
         {"MT-Fault-MessageType", "Shop.Contracts.SubmitOrder"},
         {"MT-Host-MachineName", "worker-1"}}));
    QCOMPARE(facts.framework, QStringLiteral("MassTransit"));
    QCOMPARE(facts.reason, QStringLiteral("fault"));
    QCOMPARE(facts.originQueue, QStringLiteral("submit-order"));
    QVERIFY(!facts.originKnown); // MassTransit does not say to which exchange it was sent
    QCOMPARE(facts.exceptionType, QStringLiteral("System.InvalidOperationException"));
    QCOMPARE(facts.exceptionText, QStringLiteral("The order 4711 is closed"));
    QVERIFY(facts.stackTrace.contains(QStringLiteral("Order.cs:line 17")));
    QCOMPARE(facts.messageType, QStringLiteral("Shop.Contracts.SubmitOrder"));
    QCOMPARE(facts.firstDeath, utc("2024-05-04T10:20:30.123Z"));
    QCOMPARE(facts.lastDeath, facts.firstDeath);
    QCOMPARE(facts.deaths, 1);
}

void TestDeathFacts::massTransit_skipped() {
    const DeathFacts facts = read(withTexts({{"MT-Reason", "dead-letter"}}));
    QCOMPARE(facts.framework, QStringLiteral("MassTransit"));
    QCOMPARE(facts.reason, QStringLiteral("dead-letter"));
    QCOMPARE(facts.exceptionType, QString());
}

void TestDeathFacts::nServiceBus_failedMessage() {
    const DeathFacts facts = read(withTexts(
        {{"NServiceBus.MessageId", "c1ab"},
         {"NServiceBus.EnclosedMessageTypes", "Sales.Messages.PlaceOrder, Sales.Messages, "
                                              "Version=1.0.0.0, Culture=neutral, PublicKeyToken=null;"
                                              "Sales.Messages.ICommand, Sales.Messages, Version=1.0.0.0"},
         {"NServiceBus.FailedQ", "Sales"},
         {"NServiceBus.ExceptionInfo.ExceptionType", "System.TimeoutException"},
         {"NServiceBus.ExceptionInfo.Message", "Der Server hat nicht geantwortet: größer"},
         {"NServiceBus.ExceptionInfo.StackTrace",
          "System.TimeoutException: ...\n   at Sales.Handler.Handle()"},
         {"NServiceBus.TimeOfFailure", "2024-05-04 10:20:30:987654 Z"}}));
    QCOMPARE(facts.framework, QStringLiteral("NServiceBus"));
    QCOMPARE(facts.originQueue, QStringLiteral("Sales"));
    QCOMPARE(facts.exceptionType, QStringLiteral("System.TimeoutException"));
    QCOMPARE(facts.exceptionText, QStringLiteral("Der Server hat nicht geantwortet: größer"));
    QCOMPARE(facts.messageType, QStringLiteral("Sales.Messages.PlaceOrder"));
    QCOMPARE(facts.lastDeath, utc("2024-05-04T10:20:30.987Z"));
}

void TestDeathFacts::rebus_errorDetails() {
    const QByteArray details = "1 unhandled exceptions: 2024-05-04T10:20:30.0000000+00:00: "
                               "System.ApplicationException: No stock left\r\n"
                               "   at Shop.Stock.Take(Int32 count) in C:\\src\\Stock.cs:line 12\r\n"
                               "   at Rebus.Pipeline.Invoker.Invoke()";
    const DeathFacts facts = read(withTexts({{"rbs2-error-details", details},
                                             {"rbs2-source-queue", "stock-input"},
                                             {"rbs2-msg-type", "Shop.Messages.TakeStock, Shop.Messages"},
                                             {"rbs2-msg-id", "1"}}));
    QCOMPARE(facts.framework, QStringLiteral("Rebus"));
    QCOMPARE(facts.originQueue, QStringLiteral("stock-input"));
    QCOMPARE(facts.exceptionType, QStringLiteral("System.ApplicationException"));
    QCOMPARE(facts.exceptionText, QStringLiteral("No stock left"));
    QCOMPARE(facts.stackTrace, QString::fromUtf8(details));
    QCOMPARE(facts.messageType, QStringLiteral("Shop.Messages.TakeStock"));
}

void TestDeathFacts::spring_republished() {
    const DeathFacts facts =
        read(withTexts({{"x-exception-message", "Account 12 is locked"},
                        {"x-exception-stacktrace",
                         "org.springframework.amqp.rabbit.support.ListenerExecutionFailedException: Listener "
                         "threw exception\n"
                         "\tat org.springframework.amqp.rabbit.listener.Container.invoke(Container.java:99)\n"
                         "Caused by: com.example.bank.AccountLockedException: Account 12 is locked\n"
                         "\tat com.example.bank.Accounts.book(Accounts.java:42)\n\t... 30 more\n"},
                        {"x-original-exchange", "bank"},
                        {"x-original-routingKey", "account.book"},
                        {"__TypeId__", "com.example.bank.Booking"}}));
    QCOMPARE(facts.framework, QStringLiteral("Spring"));
    QCOMPARE(facts.exceptionType, QStringLiteral("com.example.bank.AccountLockedException"));
    QCOMPARE(facts.exceptionText, QStringLiteral("Account 12 is locked"));
    QCOMPARE(facts.originExchange, QStringLiteral("bank"));
    QCOMPARE(facts.originKeys, QStringList{QStringLiteral("account.book")});
    QVERIFY(facts.originKnown);
    QCOMPARE(facts.messageType, QStringLiteral("com.example.bank.Booking"));
}

void TestDeathFacts::easyNetQ_envelope() {
    const DeathFacts facts = read(envelope());
    QCOMPARE(facts.framework, QStringLiteral("EasyNetQ"));
    QCOMPARE(facts.originQueue, QStringLiteral("Shop.OrderPlaced_billing"));
    QCOMPARE(facts.originExchange, QStringLiteral("Shop.OrderPlaced, Shop"));
    QCOMPARE(facts.originKeys, QStringList{QStringLiteral("order.placed")});
    QVERIFY(facts.originKnown);
    QCOMPARE(facts.exceptionType, QStringLiteral("System.AggregateException"));
    QCOMPARE(facts.exceptionText, QStringLiteral("One or more errors occurred. (no \"tax\" rate)"));
    QVERIFY(facts.stackTrace.contains(QStringLiteral("Billing.OnOrder")));
    QCOMPARE(facts.messageType, QStringLiteral("Shop.OrderPlaced"));
    QCOMPARE(facts.lastDeath, utc("2024-05-04T10:20:30.123Z"));
}

void TestDeathFacts::easyNetQ_notAnEnvelope_data() {
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("list") << QByteArray(R"(["Exception","BasicProperties"])");
    QTest::newRow("broken") << QByteArray(R"({"Exception":"x","BasicProperties":{)");
    QTest::newRow("words in text") << QByteArray(R"({"text":"\"Exception\" \"BasicProperties\""})");
    QTest::newRow("other members") << QByteArray(R"({"Exception":"x","BasicProperties":{}})");
    QTest::newRow("deep") << QByteArray(R"({"Exception":"x","BasicProperties":{},"Message":)" +
                                        QByteArray(200000, '['));
}

void TestDeathFacts::easyNetQ_notAnEnvelope() {
    QFETCH(QByteArray, body);
    Message message;
    message.body = body;
    message.bodySize = body.size();
    QCOMPARE(read(message), DeathFacts());
}

void TestDeathFacts::easyNetQ_cutBody_isNotRead() {
    Message message = envelope();
    message.bodyComplete = false;
    QCOMPARE(read(message).framework, QString());
}

void TestDeathFacts::easyNetQ_wrongTypes_areTolerated() {
    Message message;
    message.body = R"({"RoutingKey":1,"Exchange":null,"Queue":[],"Exception":{},"Message":"","DateTime":0,)"
                   R"("BasicProperties":"none"})";
    message.bodySize = message.body.size();
    const DeathFacts facts = read(message);
    QCOMPARE(facts.framework, QStringLiteral("EasyNetQ"));
    QCOMPARE(facts.exceptionText, QString());
    QVERIFY(!facts.originKnown);
}

void TestDeathFacts::brokerPathWins_overFramework() {
    Message message =
        withTexts({{"x-exception-message", "boom"},
                   {"x-exception-stacktrace", "java.lang.IllegalStateException: boom\n\tat a.b()"},
                   {"x-original-exchange", "retry"},
                   {"x-original-routingKey", "again"}});
    setHeader(*message.properties.headers, "x-death",
              HeaderValue::array({deathEntry("orders", "rejected", 2, 1000, "shop", {"order.placed"})}));
    const DeathFacts facts = read(message);
    QCOMPARE(facts.originExchange, QStringLiteral("shop"));
    QCOMPARE(facts.originQueue, QStringLiteral("orders"));
    QCOMPARE(facts.reason, QStringLiteral("rejected"));
    QCOMPARE(facts.exceptionType, QStringLiteral("java.lang.IllegalStateException"));
    QCOMPARE(facts.deaths, 2);
}

void TestDeathFacts::serviceBus_reasonDescriptionAndSource() {
    Message message = withTexts({{"DeadLetterReason", "MaxDeliveryCountExceeded"},
                                 {"DeadLetterErrorDescription", "Message could not be consumed."}});
    QCOMPARE(read(message).reason, QString()); // anybody's headers, until Service Bus is what it came by
    message.properties.amqp10 = HeaderTable{
        {"annotations", HeaderValue::table({{"x-opt-deadletter-source", HeaderValue::string("orders")}})}};
    const DeathFacts facts = read(message);
    QCOMPARE(facts.reason, QStringLiteral("MaxDeliveryCountExceeded"));
    QCOMPARE(facts.exceptionText, QStringLiteral("Message could not be consumed."));
    QCOMPARE(facts.originQueue, QStringLiteral("orders"));
    QCOMPARE(facts.deaths, 1);
    message.properties.amqp10 = HeaderTable{};
    message.routingKey = "invoices";
    QCOMPARE(read(message).originQueue, QStringLiteral("invoices"));
}

void TestDeathFacts::serviceBus_deferredAndScheduledAreToldApart() {
    Message message = withHeaders({});
    const auto inState = [&](std::int64_t state) {
        HeaderValue number;
        number.kind = ValueKind::Int32;
        number.data = state;
        message.properties.amqp10 =
            HeaderTable{{"annotations", HeaderValue::table({{"x-opt-message-state", number}})}};
        return read(message).reason;
    };
    QCOMPARE(inState(0), QString());
    QCOMPARE(inState(1), QStringLiteral("deferred"));
    QCOMPARE(inState(2), QStringLiteral("scheduled"));
    QCOMPARE(read(message).deaths, 0);
}

void TestDeathFacts::noFramework_typeIsTheProperty() {
    Message message = withHeaders({});
    message.properties.type = "order.placed.v2";
    QCOMPARE(read(message).messageType, QStringLiteral("order.placed.v2"));
    QCOMPARE(read(message).framework, QString());
}

void TestDeathFacts::hugeStackTrace_takesNoLongTime() {
    const QByteArray noise = QByteArray("a.b:c ").repeated(200000);
    const DeathFacts facts = read(withTexts({{"rbs2-error-details", "System.Exception: x\n" + noise}}));
    QCOMPARE(facts.exceptionType, QStringLiteral("System.Exception"));
    QCOMPARE(read(withTexts({{"rbs2-error-details", noise}})).exceptionType, QString());
}

QTEST_GUILESS_MAIN(TestDeathFacts)
#include "tst_deathfacts.moc"
