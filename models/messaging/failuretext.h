// Reads what frameworks write about a failure: exception dumps of .NET and Java, times, queue addresses,
// type names.
#pragma once

#include <QDateTime>
#include <QString>

namespace signalbox {

struct ExceptionWords {
    QString type; // "System.TimeoutException"; empty = the text names none
    QString text; // its message, one line
};

// Of a dump like "System.TimeoutException: The bank is silent.\n   at Bank.Pay()". The cause that a Java dump
// names ("Caused by: ...") goes before the wrapper around it.
ExceptionWords exceptionWords(const QString& dump);

// UTC. "2024-05-04T10:20:30.1234567Z", "2024-05-04 10:20:30:123456 Z", with or without zone (then UTC);
// invalid if it is none of these.
QDateTime failureTime(QStringView text);

// "rabbitmq://host/vhost/queue?durable=true" -> "queue"; a bare name stays.
QString queueOfAddress(const QString& address);

// First of a list, without its assembly: "Shop.OrderPlaced, Shop, Version=1.0;..." -> "Shop.OrderPlaced".
// MassTransit's "urn:message:Shop:OrderPlaced" gives the same.
QString plainTypeName(const QString& name);

} // namespace signalbox
