// Figures of the snapshot store: reading in, finding, sorting and paging N messages of 1 KiB. Rows of the
// table of table.h; exit code 1 when a target is missed. Usage: snapshot_bench [messages] [folder]
#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "models/deadletters/signature.h"
#include "models/messaging/conventions.h"
#include "tests/bench/table.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QTemporaryDir>
#include <cstdio>
#include <random>
#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

using namespace signalbox;

namespace {

bench::Table table;
constexpr double longestMs = 100;     // of any search or page
constexpr double mostMegabytes = 300; // of memory, with a million messages
constexpr qint64 groupedMessages = 20000;
constexpr double groupingMs = 1000; // of that many

void figure(const QString& name, double value, const char* unit) {
    table.plain(QStringLiteral("snapshot: ") + name, value, QString::fromLatin1(unit));
}

void mustBeQuick(const QString& name, double ms) {
    table.bound(QStringLiteral("snapshot: ") + name, ms, QStringLiteral("ms"), longestMs, bench::below(1));
}

double peakMegabytes() {
#ifdef Q_OS_UNIX
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) * 1024 / 1e6;
#else
    return 0;
#endif
}

// Dead letters of a company: several causes, ids and texts that differ from message to message.
class Company {
public:
    SnapshotEntry next() {
        const qint64 number = ++count_;
        Message message;
        const auto queue = random(6);
        static const char* const queues[] = {"orders",    "invoices", "payroll",
                                             "warehouse", "portal",   "crm-sync"};
        static const char* const reasons[] = {"rejected", "rejected", "rejected",
                                              "expired",  "maxlen",   "delivery_limit"};
        message.exchange = "dlx";
        message.routingKey = QByteArray(queues[queue]) + ".parked";
        MessageProperties& p = message.properties;
        p.contentType = "application/json";
        p.deliveryMode = 2;
        p.messageId = guid();
        p.correlationId = guid();
        p.timestamp = static_cast<std::uint64_t>(1700000000 + number);
        HeaderTable headers;
        HeaderValue::Table death;
        setHeader(death, "count", HeaderValue::int64(1 + random(4)));
        setHeader(death, "reason", HeaderValue::string(reasons[random(6)]));
        setHeader(death, "queue", HeaderValue::string(queues[queue]));
        HeaderValue time = HeaderValue::int64(1700000000 + (number * 7919) % 5000000);
        time.kind = ValueKind::Timestamp;
        setHeader(death, "time", time);
        setHeader(death, "exchange", HeaderValue::string("company"));
        setHeader(death, "routing-keys",
                  HeaderValue::array({HeaderValue::string(QByteArray(queues[queue]) + ".created")}));
        setHeader(headers, "x-death", HeaderValue::array({HeaderValue::table(death)}));
        setHeader(headers, "MT-Reason", HeaderValue::string("fault"));
        setHeader(headers, "MT-Fault-ExceptionType", HeaderValue::string("System.TimeoutException"));
        setHeader(headers, "MT-Fault-Message",
                  HeaderValue::string("Timeout after " + QByteArray::number(random(60000)) +
                                      " ms calling host srv" + QByteArray::number(random(50)) + " for " +
                                      guid()));
        p.headers = std::move(headers);
        QByteArray& body = message.body;
        body.reserve(1100);
        body = "{\"orderId\":" + QByteArray::number(1000000 + number) + ",\"id\":\"" + guid() +
               "\",\"customer\":\"" + guid() + "\",\"name\":\"Customer " + QByteArray::number(random(5000)) +
               "\",\"lines\":[";
        static const char* const words[] = {"steel",       "bolt",    "nut",      "washer",
                                            "Berlin",      "Hamburg", "delivery", "street",
                                            "description", "open",    "currency", "amount"};
        while (body.size() < 990)
            body += "{\"sku\":\"" + QByteArray(words[random(12)]) +
                    "\",\"qty\":" + QByteArray::number(random(100)) + "},";
        body.back() = ']';
        body += '}';
        if (number % 1000 == 0)
            body += " rareword";
        body = body.leftJustified(1024, ' ', true);
        message.bodySize = body.size();
        return {std::move(message), -1};
    }
    QByteArray lastGuid;

private:
    int random(int below) { return static_cast<int>(engine_() % static_cast<unsigned>(below)); }
    QByteArray guid() {
        QByteArray raw(16, Qt::Uninitialized);
        for (int i = 0; i < 16; i += 4) {
            const auto bits = static_cast<quint32>(engine_());
            memcpy(raw.data() + i, &bits, 4);
        }
        QByteArray hex = raw.toHex();
        for (const int at : {8, 13, 18, 23})
            hex.insert(at, '-');
        return lastGuid = hex;
    }
    std::mt19937 engine_{42};
    qint64 count_ = 0;
};

struct Timing {
    double worst = 0;
    void add(double ms) { worst = std::max(worst, ms); }
};

std::vector<SnapshotEntry> nextBatch(Company& company) {
    constexpr int batchSize = 1000;
    std::vector<SnapshotEntry> batch;
    for (int i = 0; i < batchSize; ++i)
        batch.push_back(company.next());
    return batch;
}

// What grouping costs, without the storing and indexing that goes on beside it: the facts and the signature
// of each message, and the list of groups. The store has to come to the same groups.
Result<double> groupMs(SqlSnapshotLibrary& library, const FactsOf& factsOf) {
    const EntityRef queue{QStringLiteral("bench"), QStringLiteral("/"), QStringLiteral("grouped")};
    auto snapshot = library.openFor(queue, QStringLiteral("bench"), QStringLiteral("classic"), true);
    if (!snapshot)
        return failure(std::move(snapshot.error()));
    auto done = (*snapshot)->beginReading();
    Company company;
    QHash<QByteArray, qint64> tally;
    QElapsedTimer timer;
    double ms = 0;
    for (qint64 sent = 0; done && sent < groupedMessages;) {
        const std::vector<SnapshotEntry> batch = nextBatch(company);
        timer.start();
        for (const SnapshotEntry& entry : batch)
            ++tally[failureSignature(factsOf(entry.message)).bytes];
        ms += static_cast<double>(timer.nsecsElapsed()) / 1e6;
        done = (*snapshot)->append(batch);
        sent += static_cast<qint64>(batch.size());
    }
    if (done)
        done = (*snapshot)->finish(true, QStringLiteral("end of queue"));
    if (!done)
        return failure(std::move(done.error()));
    timer.start();
    const auto groups = (*snapshot)->groups({});
    ms += static_cast<double>(timer.nsecsElapsed()) / 1e6;
    if (!groups)
        return failure(groups.error());
    for (const FailureGroup& group : *groups) {
        if (tally.take(group.signature) != group.count)
            return failure(ErrorKind::Internal, QStringLiteral("The store groups in another way."));
    }
    if (!tally.isEmpty())
        return failure(ErrorKind::Internal, QStringLiteral("The store has fewer groups."));
    return ms;
}

double pageMs(Snapshot& snapshot, const SnapshotQuery& query, const QString& name,
              std::size_t* found = nullptr) {
    QElapsedTimer timer;
    timer.start();
    const auto page = snapshot.ids(query, {}, 200);
    const double ms = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    if (!page) {
        std::fprintf(stderr, "%s: %s\n", qPrintable(name), qPrintable(page.error().summary));
        std::exit(1);
    }
    if (found)
        *found = page->ids.size();
    mustBeQuick(name, ms);
    return ms;
}

} // namespace

int main(int argc, char** argv) {
    const qint64 messages = argc > 1 ? QByteArray(argv[1]).toLongLong() : 1'000'000;
    QTemporaryDir own;
    const QString folder = argc > 2 ? QString::fromLocal8Bit(argv[2]) : own.path();
    QFile conventionsFile(QStringLiteral(":/signalbox/conventions.json"));
    Conventions conventions;
    if (conventionsFile.open(QIODevice::ReadOnly))
        conventions = parseConventions(conventionsFile.readAll()).value_or(Conventions());
    const SystemClock clock;
    const FactsOf factsOf = [&conventions](const Message& message) {
        return deathFacts(message, conventions);
    };
    auto library = std::make_unique<SqlSnapshotLibrary>(folder, factsOf, clock);
    const auto grouped = groupMs(*library, factsOf);
    if (!grouped) {
        std::fprintf(stderr, "grouping: %s\n", qPrintable(grouped.error().summary));
        return 1;
    }
    table.bound(QStringLiteral("snapshot: group_%1").arg(groupedMessages), *grouped, QStringLiteral("ms"),
                groupingMs, bench::below(1));
    const EntityRef queue{QStringLiteral("bench"), QStringLiteral("/"), QStringLiteral("parked")};
    auto opened = library->openFor(queue, QStringLiteral("bench"), QStringLiteral("classic"), true);
    if (!opened) {
        std::fprintf(stderr, "%s\n", qPrintable(opened.error().summary));
        return 1;
    }
    std::shared_ptr<Snapshot> snapshot = *opened;
    const QString id = snapshot->info().id;

    Company company;
    QElapsedTimer timer;
    double appendMs = 0;
    Timing slowest;
    auto done = snapshot->beginReading();
    for (qint64 sent = 0; done && sent < messages;) {
        std::vector<SnapshotEntry> batch;
        for (int i = 0; i < 1000 && sent < messages; ++i, ++sent)
            batch.push_back(company.next());
        timer.start();
        done = snapshot->append(batch);
        const double ms = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        appendMs += ms;
        slowest.add(ms);
    }
    timer.start();
    if (done)
        done = snapshot->finish(true, QStringLiteral("end of queue"));
    const double finishMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    if (!done) {
        std::fprintf(stderr, "%s\n", qPrintable(done.error().summary));
        return 1;
    }
    figure(QStringLiteral("messages"), static_cast<double>(messages), "");
    figure(QStringLiteral("append_rate"), static_cast<double>(messages) * 1000 / appendMs, "messages/s");
    figure(QStringLiteral("append_slowest_batch"), slowest.worst, "ms");
    figure(QStringLiteral("finish"), finishMs / 1000, "s");
    figure(QStringLiteral("rate_with_finish"), static_cast<double>(messages) * 1000 / (appendMs + finishMs),
           "messages/s");
    figure(QStringLiteral("file_size"),
           static_cast<double>(QFileInfo(folder + u'/' + id + QStringLiteral(".snapshot")).size()) / 1048576,
           "MiB");
    figure(QStringLiteral("peak_memory_reading"), peakMegabytes(), "MB");

    // From here as a program that was just started.
    snapshot.reset();
    opened = failure(ErrorKind::NotFound, {});
    library = std::make_unique<SqlSnapshotLibrary>(folder, factsOf, clock);
    timer.start();
    snapshot = library->open(id).value_or(nullptr);
    figure(QStringLiteral("open"), static_cast<double>(timer.nsecsElapsed()) / 1e6, "ms");
    if (!snapshot)
        return 1;
    Timing worst;
    for (int i = 0; i < columnCount; ++i) {
        for (const bool descending : {false, true}) {
            SnapshotQuery query;
            query.sort = static_cast<Column>(i);
            query.descending = descending;
            worst.add(pageMs(
                *snapshot, query,
                QStringLiteral("sort_%1%2").arg(i).arg(descending ? QStringLiteral("_down") : QString())));
        }
    }
    const QString guid = QString::fromLatin1(company.lastGuid);
    for (const QString& text :
         {QStringLiteral("rejected"), QStringLiteral("bolt"), QStringLiteral("rareword"),
          QStringLiteral("srv7"), guid, guid.left(8), QStringLiteral("nowhere"), QStringLiteral("timeo*"),
          QStringLiteral("st*"), QStringLiteral("2023*"), QStringLiteral("s*"),
          QStringLiteral("steel Hamburg srv7")}) {
        for (const Column sort : {Column::Position, Column::LastDeath}) {
            SnapshotQuery query;
            query.text = text;
            query.sort = sort;
            worst.add(pageMs(*snapshot, query,
                             QStringLiteral("text_%1%2")
                                 .arg(QString(text).replace(u' ', u'+'),
                                      sort == Column::Position ? QString() : QStringLiteral("_by_time"))));
        }
    }
    for (const char* text :
         {"reason = expired", "queue != payroll", "queue starts with pay", "deaths > 3", "size > 2KB",
          "last_death > 2023-12-01", "last_death < 2023-11-14T22:14", "redelivered", "position > 900000",
          "routing_key contains crm", "exception matches /Timeout/", "error contains srv7",
          "error contains nothere", "message_id missing", "headers.MT-Fault-Message contains srv7",
          "body.orderId = 1000007", "body.name = \"Customer 77\"", "not reason = rejected and deaths = 4"}) {
        for (const Column sort : {Column::Position, Column::LastDeath}) {
            SnapshotQuery query;
            query.where = Where::parse(QString::fromUtf8(text)).value_or(Where());
            query.sort = sort;
            worst.add(pageMs(*snapshot, query,
                             QStringLiteral("where_%1%2")
                                 .arg(QString::fromUtf8(text).replace(u' ', u'_'),
                                      sort == Column::Position ? QString() : QStringLiteral("_by_time"))));
        }
    }
    mustBeQuick(QStringLiteral("worst_first_page"), worst.worst);

    // Scrolling: rows of a hundred places all over the list.
    std::vector<qint64> ids;
    SnapshotCursor cursor;
    SnapshotQuery byTime;
    byTime.sort = Column::LastDeath;
    timer.start();
    while (!cursor.atEnd) {
        const auto page = snapshot->ids(byTime, cursor, 50000);
        if (!page)
            return 1;
        ids.insert(ids.end(), page->ids.begin(), page->ids.end());
        cursor = page->next;
    }
    figure(QStringLiteral("list_all_ids"), static_cast<double>(timer.nsecsElapsed()) / 1e6, "ms");
    Timing scroll;
    for (std::size_t i = 0; i < 100; ++i) {
        const std::size_t first = ids.size() / 100 * i;
        const std::span<const qint64> window(ids.data() + first,
                                             std::min<std::size_t>(64, ids.size() - first));
        timer.start();
        if (!snapshot->rows(window))
            return 1;
        scroll.add(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    mustBeQuick(QStringLiteral("worst_rows_page"), scroll.worst);
    timer.start();
    const auto groups = snapshot->groups({});
    figure(QStringLiteral("groups"), static_cast<double>(timer.nsecsElapsed()) / 1e6, "ms");
    figure(QStringLiteral("groups_count"), static_cast<double>(groups ? groups->size() : 0), "");
    table.bound(QStringLiteral("snapshot: peak_memory"), peakMegabytes(), QStringLiteral("MB"), mostMegabytes,
                bench::below(1));
    return table.code();
}
