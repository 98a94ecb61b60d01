// Queries of the store against the plainest possible evaluation of the same queries, on random messages: one
// meaning for the filter language everywhere.
#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "app/store/snapshot/textsearch.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakesnapshot.h"
#include "tests/support/parkedmessage.h"

#include <QTemporaryDir>
#include <QTest>
#include <random>

using namespace signalbox;

namespace {

class Random {
public:
    explicit Random(quint32 seed)
        : engine_(seed) {}
    int below(int limit) { return static_cast<int>(engine_() % static_cast<unsigned>(limit)); }
    QByteArray pick(const QByteArrayList& from) { return from.at(below(static_cast<int>(from.size()))); }

    Message message(int number) {
        ParkedMessage parked;
        if (below(10) > 0)
            parked.id = pick({"ID-", "id-", "Ünï-"}) + QByteArray::number(below(200));
        parked.reason = pick({"rejected", "Rejected", "expired", "maxlen", ""});
        parked.queue = pick({"orders", "Orders.eu", "payroll", "größe", "GRÖSSE", "a b"});
        parked.error =
            pick({"", "Timeout after 30 s", "timeout AFTER 7 s", "Größe überschritten", "x=1", "4711", "!!"});
        parked.diedAt = below(4) == 0 ? 0 : 1764000000 + below(300000);
        parked.deaths = below(5);
        parked.body = body();
        Message message = parked.message();
        message.redelivered = below(2) == 0;
        MessageProperties& p = message.properties;
        if (below(3) == 0)
            p.correlationId = pick({"c1", "C1", "corr-2", "12.50"});
        if (below(3) == 0)
            p.appId = pick({"crm", "CRM", "erp 2", "12"});
        if (below(3) == 0)
            p.priority = static_cast<std::uint8_t>(below(10));
        if (below(3) == 0)
            setHeader(*p.headers, "odd name", value());
        if (below(3) == 0)
            setHeader(
                *p.headers, "table",
                HeaderValue::table({{"in.ner", value()}, {"list", HeaderValue::array({value(), value()})}}));
        if (below(5) == 0)
            message.routingKey = "key " + QByteArray::number(number % 7);
        setHeader(*p.headers, "part", HeaderValue::string("part" + QByteArray::number(number)));
        return message;
    }

private:
    HeaderValue value() {
        switch (below(5)) {
        case 0:
            return HeaderValue::int64(below(20) - 5);
        case 1:
            return HeaderValue::boolean(below(2) == 0);
        case 2: {
            HeaderValue real = HeaderValue::int64(0);
            real.kind = ValueKind::Double;
            real.data = (below(100) - 50) / 4.0;
            return real;
        }
        default:
            return HeaderValue::string(
                pick({"12.5", "12", "Timeout", "a b c", "größe", "true", "2025-11-24", "x1e5", "\xff"}));
        }
    }
    QByteArray body() {
        switch (below(8)) {
        case 0:
            return pick({"", "plain text 12", "\xff\xfe", "{\"a\":", "[1,2,", "\xEF\xBB\xBF{\"a\":12}"});
        case 1:
            return "[{\"sku\":\"" + pick({"bolt", "nut", "Größe"}) +
                   "\",\"qty\":" + QByteArray::number(below(20)) + "}]";
        default:
            return "{ \"a\":" + scalar() + ",\"b\":{\"c\":" + scalar() + "},\"list\":[" + scalar() + "," +
                   scalar() + "]}";
        }
    }
    QByteArray scalar() {
        return pick({"12",
                     "12.0",
                     "12.50",
                     "1.2e1",
                     "120E-1",
                     "-3",
                     "0.5",
                     "\"12\"",
                     "\"12.50\"",
                     "\"Timeout\"",
                     "\"timeout\"",
                     "\"caf\\u00e9\"",
                     "\"caf\xc3\xa9\"",
                     "\"a\\nb\"",
                     "true",
                     "null",
                     "\"2025-11-24T16:00:00Z\"",
                     "{\"d\":1}",
                     "[]",
                     "12.000000000000000001",
                     "\"3fa85f64-5717-4562-b3fc-2c963f66afa6\"",
                     "\"\"",
                     "\"x, y\""});
    }
    std::mt19937 engine_;
};

// Every column, operator and kind of operand.
const QStringList filters = {
    QStringLiteral("reason = rejected"),
    QStringLiteral("reason != rejected"),
    QStringLiteral("reason missing"),
    QStringLiteral("reason < f"),
    QStringLiteral("reason in (expired, MAXLEN)"),
    QStringLiteral("queue = \"GRÖßE\""),
    QStringLiteral("queue contains ö"),
    QStringLiteral("queue starts with orders and not queue ends with eu"),
    QStringLiteral("exchange = dlx"),
    QStringLiteral("routing_key matches /^key [0-3]/"),
    QStringLiteral("routing_key = \"key 4\""),
    QStringLiteral("first_death missing"),
    QStringLiteral("last_death > 2025-11-25"),
    QStringLiteral("last_death >= \"2025-11-24 20:00\" and last_death < 2025-11-26"),
    QStringLiteral("last_death = 2025-11-25"),
    QStringLiteral("last_death within 1d"),
    QStringLiteral("deaths > 2"),
    QStringLiteral("deaths in (1, 3)"),
    QStringLiteral("deaths < 2.5"),
    QStringLiteral("exception = timeout"),
    QStringLiteral("error contains TIMEOUT"),
    QStringLiteral("error = \"timeout after 7 s\""),
    QStringLiteral("error = 4711"),
    QStringLiteral("error = \"!!\""),
    QStringLiteral("error missing"),
    QStringLiteral("error > t"),
    QStringLiteral("type exists"),
    QStringLiteral("message_id = id-7"),
    QStringLiteral("message_id in (ID-7, id-8, \"ünï-9\")"),
    QStringLiteral("message_id missing"),
    QStringLiteral("message_id matches /-1\\d$/"),
    QStringLiteral("correlation_id = c1"),
    QStringLiteral("correlation_id exists"),
    QStringLiteral("size > 50"),
    QStringLiteral("size < 0.03KB"),
    QStringLiteral("redelivered"),
    QStringLiteral("redelivered = false"),
    QStringLiteral("attempts = 0"),
    QStringLiteral("framework missing"),
    QStringLiteral("position <= 100"),
    QStringLiteral("position > 50 and position < 60"),
    QStringLiteral("app_id = crm"),
    QStringLiteral("app_id = 12"),
    QStringLiteral("app_id missing"),
    QStringLiteral("priority >= 5"),
    QStringLiteral("content_type = application/json and priority exists"),
    QStringLiteral("headers.\"odd name\" = 12"),
    QStringLiteral("headers.\"odd name\" = 12.5"),
    QStringLiteral("headers.\"odd name\" = '12.5'"),
    QStringLiteral("headers.\"odd name\" = true"),
    QStringLiteral("headers.\"odd name\" > 3"),
    QStringLiteral("headers.\"odd name\" = 'A B C'"),
    QStringLiteral("headers.\"odd name\" = -2.75"),
    QStringLiteral("headers.\"odd name\" = größe"),
    QStringLiteral("headers.\"odd name\" = 2025-11-24"),
    QStringLiteral("headers.table.in.ner exists"),
    QStringLiteral("headers.table.list[1] = 12"),
    QStringLiteral("headers.table.list[*] = timeout"),
    QStringLiteral("headers.table contains ner"),
    QStringLiteral("body.a = 12"),
    QStringLiteral("body.a = '12'"),
    QStringLiteral("body.a = 12.5"),
    QStringLiteral("body.a = '12.5'"),
    QStringLiteral("body.a = -3"),
    QStringLiteral("body.a = 0.5"),
    QStringLiteral("body.a = 1.2e1"),
    QStringLiteral("body.a = timeout"),
    QStringLiteral("body.a = CAFÉ"),
    QStringLiteral("body.a = null"),
    QStringLiteral("body.a = \"a\nb\""),
    QStringLiteral("body.a = ''"),
    QStringLiteral("body.a = \"x, Y\""),
    QStringLiteral("body.a = 3FA85F64-5717-4562-B3FC-2C963F66AFA6"),
    QStringLiteral("body.a = 2025-11-24"),
    QStringLiteral("body.a = '{\"d\":1}'"),
    QStringLiteral("body.a != 12 and body.a exists"),
    QStringLiteral("body.a in (12, timeout, '[]')"),
    QStringLiteral("body.b.c >= 12"),
    QStringLiteral("body.b.c missing"),
    QStringLiteral("body.list[*] = 12"),
    QStringLiteral("body[0].sku = größe"),
    QStringLiteral("body[0].qty > 10"),
    QStringLiteral("body contains \"PLAIN text\""),
    QStringLiteral("body missing"),
    QStringLiteral("reason = expired or body.a = 12"),
    QStringLiteral("reason = rejected and (body.a = 12 or headers.\"odd name\" exists) and deaths < 4"),
    QStringLiteral("not (body.a = 12 or error contains timeout)"),
    QStringLiteral("error contains timeout and deaths > 1 or message_id = id-3"),
    QStringLiteral("redelivered and not redelivered"),
    QStringLiteral(""),
};

std::vector<qint64> all(Snapshot& snapshot, const SnapshotQuery& query, int limit) {
    std::vector<qint64> ids;
    SnapshotCursor cursor;
    while (!cursor.atEnd) {
        const auto page = snapshot.ids(query, cursor, limit);
        if (!page)
            return {-1};
        ids.insert(ids.end(), page->ids.begin(), page->ids.end());
        cursor = page->next;
    }
    return ids;
}

} // namespace

class TestSnapshotQuery : public QObject {
    Q_OBJECT
    static constexpr int messages = 800;
    const QDateTime now_{QDate(2025, 11, 27), QTime(0, 0), Qt::UTC};
    QTemporaryDir folder_;
    FakeClock clock_;
    SqlSnapshotLibrary library_{folder_.path(), parkedFacts, clock_};
    std::vector<SnapshotEntry> entries_;
    std::shared_ptr<Snapshot> stored_;
    FakeSnapshot plain_{parkedFacts};

    void read(Snapshot& snapshot, std::size_t from, std::size_t count) {
        QVERIFY(snapshot.beginReading().has_value());
        for (std::size_t at = from; at < from + count; at += 300)
            QVERIFY(
                snapshot
                    .append(std::span(entries_).subspan(at, std::min<std::size_t>(300, from + count - at)))
                    .has_value());
        QVERIFY(snapshot.finish(true, {}).has_value());
    }
    void compareFilters() {
        for (const QString& text : filters) {
            SnapshotQuery query;
            const auto where = Where::parse(text, now_);
            QVERIFY2(where.has_value(), qPrintable(text));
            query.where = *where;
            const std::vector<qint64> expected = all(plain_, query, 100000);
            const std::vector<qint64> actual = all(*stored_, query, 100000);
            QVERIFY2(actual == expected, qPrintable(QStringLiteral("%1: %2 instead of %3")
                                                        .arg(text)
                                                        .arg(actual.size())
                                                        .arg(expected.size())));
            QCOMPARE(stored_->count(query).value_or(-1), static_cast<qint64>(expected.size()));
        }
    }

private Q_SLOTS:
    void initTestCase() {
        Random random(11);
        for (int i = 0; i < messages; ++i)
            entries_.push_back({random.message(i), -1});
        stored_ = library_.openFor({{}, {}, QStringLiteral("q")}, {}, QStringLiteral("classic"), true)
                      .value_or(nullptr);
        QVERIFY(stored_);
    }

    void filters_meanTheSameWhileReading() {
        for (Snapshot* snapshot : {stored_.get(), static_cast<Snapshot*>(&plain_)}) {
            QVERIFY(snapshot->beginReading().has_value());
            QVERIFY(snapshot->append(std::span(entries_).first(400)).has_value());
        }
        compareFilters();
        for (Snapshot* snapshot : {stored_.get(), static_cast<Snapshot*>(&plain_)}) {
            QVERIFY(snapshot->append(std::span(entries_).subspan(400)).has_value());
            QVERIFY(snapshot->finish(true, {}).has_value());
        }
    }

    void filters_meanTheSame() { compareFilters(); }

    void sorting_isTheSame() {
        for (int i = 0; i < columnCount; ++i) {
            for (const bool descending : {false, true}) {
                for (const char* text : {"", "deaths > 1", "error contains timeout", "body.a = 12"}) {
                    SnapshotQuery query;
                    query.sort = static_cast<Column>(i);
                    query.descending = descending;
                    query.where = *Where::parse(QString::fromLatin1(text), now_);
                    const auto expected = all(plain_, query, 100000);
                    for (const int page : {7, 100000}) {
                        const auto actual = all(*stored_, query, page);
                        QVERIFY2(actual == expected,
                                 qPrintable(QStringLiteral("column %1 %2, %3, pages of %4")
                                                .arg(i)
                                                .arg(descending)
                                                .arg(QLatin1StringView(text))
                                                .arg(page)));
                    }
                }
            }
        }
    }

    void text_findsWords() {
        for (const QString& text :
             {QStringLiteral("timeout"), QStringLiteral("café"), QStringLiteral("bolt"),
              QStringLiteral("plain 12"), QStringLiteral("expired payroll"), QStringLiteral("nowhere"),
              QStringLiteral("time*"), QStringLiteral("größ*"), QStringLiteral("t*"), QStringLiteral("part*"),
              QStringLiteral("part79*"), QStringLiteral("part7* time* 12"), QStringLiteral("pa* bolt"),
              QStringLiteral("tim* nowher*"), QStringLiteral("nut-gr*")}) {
            const TextSearch search(text);
            MessageWords words;
            SnapshotQuery query;
            query.text = text;
            std::vector<qint64> expected;
            for (std::size_t i = 0; i < entries_.size(); ++i) {
                const Message& message = entries_[i].message;
                if (search.matches(words.of(message, parkedFacts(message)).text))
                    expected.push_back(static_cast<qint64>(i) + 1);
            }
            QVERIFY2(all(*stored_, query, 50) == expected, qPrintable(text));
            query.where = *Where::parse(QStringLiteral("deaths > 2"), now_);
            std::erase_if(expected, [&](qint64 id) {
                return parkedFacts(entries_[static_cast<std::size_t>(id) - 1].message).deaths <= 2;
            });
            QVERIFY2(all(*stored_, query, 50) == expected, qPrintable(text));
        }
    }

    void groups_narrowFurther() {
        const auto groups = stored_->groups({});
        QVERIFY(groups.has_value() && groups->size() > 3);
        qint64 sum = 0;
        for (const FailureGroup& group : *groups) {
            SnapshotQuery query;
            query.groupId = group.id;
            QCOMPARE(stored_->count(query).value_or(-1), group.count);
            sum += group.count;
            query.where = *Where::parse(QStringLiteral("redelivered"), now_);
            SnapshotQuery other = query;
            other.where = *Where::parse(QStringLiteral("not redelivered"), now_);
            QCOMPARE(*stored_->count(query) + *stored_->count(other), group.count);
        }
        QCOMPARE(sum, qint64(messages));
    }

    void groups_areCountedByAQuery() {
        SnapshotQuery query;
        query.text = QStringLiteral("t*");
        query.where = *Where::parse(QStringLiteral("deaths > 2"), now_);
        const auto whole = stored_->groups({});
        const auto counted = stored_->groups(query);
        QVERIFY(whole.has_value() && counted.has_value());
        QCOMPARE(counted->size(), whole->size()); // those without one have none
        qint64 sum = 0;
        qint64 before = std::numeric_limits<qint64>::max();
        for (const FailureGroup& group : *counted) {
            SnapshotQuery one = query;
            one.groupId = group.id;
            QCOMPARE(group.count, *stored_->count(one));
            QVERIFY(group.count <= before);
            before = group.count;
            sum += group.count;
            QDateTime first, last;
            const auto rows = stored_->rows(all(*stored_, one, 1000));
            for (const SnapshotRow& row : *rows) {
                for (const QDateTime& seen : {row.facts.firstDeath, row.facts.lastDeath}) {
                    if (!seen.isValid())
                        continue;
                    first = first.isValid() ? std::min(first, seen) : seen;
                    last = last.isValid() ? std::max(last, seen) : seen;
                }
            }
            QCOMPARE(group.firstSeen, first);
            QCOMPARE(group.lastSeen, last);
        }
        QVERIFY(sum > 0 && sum < qint64(messages));
    }

    void cursor_ofAnotherListIsRefused() {
        SnapshotCursor cursor;
        for (const QByteArray& key :
             {QByteArray("x"), QByteArray("999999"), QByteArray("-1"), QByteArray("0")}) {
            cursor.key = key;
            const auto page = stored_->ids({}, cursor, 10);
            QVERIFY(!page.has_value());
            QCOMPARE(page.error().kind, ErrorKind::Conflict);
        }
    }

    // After rows went and others came, in another order.
    void filters_meanTheSameAfterARefresh() {
        std::mt19937 engine(3);
        std::shuffle(entries_.begin(), entries_.end(), engine);
        read(*stored_, 200, messages - 200);
        read(plain_, 200, messages - 200);
        QCOMPARE(stored_->info().count, messages - 200);
        compareFilters();
        sorting_isTheSame();
    }

    void filters_meanTheSameAfterOpeningAgain() {
        const QString id = stored_->info().id;
        stored_.reset();
        stored_ = library_.open(id).value_or(nullptr);
        QVERIFY(stored_);
        compareFilters();
        sorting_isTheSame();
    }
};

QTEST_GUILESS_MAIN(TestSnapshotQuery)
#include "tst_snapshotquery.moc"
