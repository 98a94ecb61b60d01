#include "tests/sandbox/services.h"

#include "tests/sandbox/company.h"
#include "tests/support/live/rawamqp.h"
#include "tests/support/live/rawconsumer.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QThread>
#include <QUuid>
#include <thread>

namespace signalbox::sandbox {

namespace {

constexpr int tickMs = 200;
constexpr int retryMs = 2000;
constexpr int prefetch = 10;

struct Habit {
    const char* exchange;
    const char* key;
    const char* body;
    const char* type;
    int everyMs;
};

struct Service {
    const char* name;
    std::vector<const char*> queues;
    std::vector<Habit> habits;
};

std::vector<Service> services() {
    return {
        {"crm",
         {"crm.customer-sync"},
         {{"crm.events", "customer.created", "customer", "CustomerCreated", 7000}}},
        {"erp",
         {"erp.invoices", "erp.ledger"},
         {{"erp.events", "stock.reserved.berlin", "stock-xml", "StockReserved", 9000},
          {"erp.events", "invoice.posted", "protobuf", "erp.ledger.v1.Posting", 11000}}},
        {"payroll",
         {"payroll.timesheets", "payroll.close-month", "payroll.import"},
         {{"payroll.events", "timesheet.submitted", "timesheet", "TimesheetSubmitted", 15000}}},
        {"warehouse", {"warehouse.pick-orders", "warehouse.stock"}, {}},
        {"portal",
         {"portal-submit-order", "portal.notifications"},
         {{"portal.events", "order.submitted", "order", "OrderSubmitted", 3000},
          {"portal.events", "page.viewed", "page-view", "PageViewed", 1000},
          {"notifications", "", "notification", "SendMail", 8000}}},
    };
}

Message something(const Habit& habit) {
    Cause cause;
    cause.exchange = QLatin1String(habit.exchange);
    cause.key = QLatin1String(habit.key);
    cause.body = QLatin1String(habit.body);
    cause.type = QLatin1String(habit.type);
    cause.count = 1;
    constexpr int manyOrders = 800000;
    Message message = makeMessage(cause, QRandomGenerator::global()->bounded(manyOrders));
    message.properties.messageId = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    message.properties.timestamp = static_cast<std::uint64_t>(QDateTime::currentSecsSinceEpoch());
    return message;
}

// What the portal's consumer cannot take; it parks such a message again, as its framework does.
QByteArray portalTrouble(const Message& message) {
    if (message.body.contains("\"poison\":true"))
        return "Customer is on the sanctions list and has no reviewer";
    if (message.body.contains("\"total\":\""))
        return "The JSON value could not be converted to System.Decimal. Path: $.message.total";
    return {};
}

class Worker {
public:
    Worker(Service service, live::RawLogin login, const std::function<bool()>& ended)
        : service_(std::move(service))
        , login_(std::move(login))
        , ended_(ended) {
        login_.name = QStringLiteral("%1-service").arg(QLatin1String(service_.name));
        constexpr int heartbeat = 30;
        login_.heartbeatSeconds = heartbeat;
    }

    void run() {
        while (!ended_()) {
            live(); // returns when the link is lost
            QElapsedTimer pause;
            pause.start();
            while (!ended_() && pause.elapsed() < retryMs)
                QThread::msleep(tickMs);
        }
    }

private:
    Result<void> live() {
        // Heartbeats are served while a connection is used; the publisher's may rest for long.
        live::RawLogin quiet = login_;
        quiet.heartbeatSeconds = 0;
        auto publisher = live::RawAmqp::open(quiet);
        auto consumer = live::RawConsumer::open(login_, prefetch);
        if (!publisher)
            return failure(std::move(publisher.error()));
        if (!consumer)
            return failure(std::move(consumer.error()));
        (*publisher)->setMandatory(false);
        for (const char* queue : service_.queues) {
            if (auto done = (*consumer)->consume(QLatin1String(queue)); !done)
                return done;
        }
        QElapsedTimer clock;
        clock.start();
        std::vector<qint64> due(service_.habits.size(), 0);
        while (!ended_()) {
            auto delivery = (*consumer)->next(tickMs);
            if (!delivery)
                return failure(std::move(delivery.error()));
            if (*delivery) {
                if (auto done = handle(**delivery, **publisher, **consumer); !done)
                    return done;
            }
            for (std::size_t i = 0; i < due.size(); ++i) {
                if (clock.elapsed() < due[i])
                    continue;
                due[i] = clock.elapsed() + service_.habits[i].everyMs;
                if (auto done = (*publisher)->publish(something(service_.habits[i])); !done)
                    return done;
            }
        }
        return {};
    }

    Result<void> handle(const live::RawDelivery& delivery, live::RawAmqp& publisher,
                        live::RawConsumer& consumer) {
        // Now and then an order cannot be picked. One that was sent again after a death goes through.
        constexpr std::size_t oneIn = 40;
        if (delivery.queue == "warehouse.pick-orders" && !delivery.message.header("x-death") &&
            qHash(delivery.message.properties.messageId.value_or(QByteArray()), 0) % oneIn == 0)
            return consumer.reject(delivery.tag, false);
        const QByteArray trouble =
            delivery.queue == "portal-submit-order" ? portalTrouble(delivery.message) : QByteArray();
        if (!trouble.isEmpty()) {
            Message parked = delivery.message;
            parked.exchange.clear();
            parked.routingKey = "portal-submit-order_error";
            HeaderTable headers = parked.properties.headers.value_or(HeaderTable{});
            setHeader(headers, "MT-Reason", HeaderValue::string("fault"));
            setHeader(headers, "MT-Fault-Message", HeaderValue::string(trouble));
            setHeader(
                headers, "MT-Fault-Timestamp",
                HeaderValue::string(QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs).toUtf8()));
            parked.properties.headers = std::move(headers);
            if (auto done = publisher.publish(parked); !done)
                return done;
        }
        return consumer.ack(delivery.tag);
    }

    Service service_;
    live::RawLogin login_;
    const std::function<bool()>& ended_;
};

} // namespace

void runServices(const live::RawLogin& login, const std::function<bool()>& ended) {
    std::vector<std::thread> threads;
    for (const Service& service : services())
        threads.emplace_back([service, login, &ended] { Worker(service, login, ended).run(); });
    for (std::thread& thread : threads)
        thread.join();
}

} // namespace signalbox::sandbox
