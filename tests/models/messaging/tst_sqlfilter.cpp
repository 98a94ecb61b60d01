// SQL filters of Service Bus rules: what they say of a message, and where nothing can be said.
#include "models/messaging/sqlfilter.h"

#include <QTest>

#include <random>

using namespace signalbox;

namespace {

// A message of an order; "when" has a type that is not compared here.
SqlValue propertyOf(SqlScope scope, const QString& name) {
    const QString key = name.toLower();
    if (scope == SqlScope::System)
        return key == QLatin1String("label")       ? SqlValue(QStringLiteral("OrderPlaced"))
               : key == QLatin1String("messageid") ? SqlValue(QStringLiteral("m-1"))
               : key == QLatin1String("sessionid") ? SqlValue(SqlMissing())
                                                   : SqlValue(SqlAnything());
    return key == QLatin1String("quantity")   ? SqlValue(qint64(7))
           : key == QLatin1String("price")    ? SqlValue(9.5)
           : key == QLatin1String("region")   ? SqlValue(QStringLiteral("EU"))
           : key == QLatin1String("rush")     ? SqlValue(true)
           : key == QLatin1String("big")      ? SqlValue(qint64(9007199254740993))
           : key == QLatin1String("odd name") ? SqlValue(QStringLiteral("it's"))
           : key == QLatin1String("rate")     ? SqlValue(QStringLiteral("100%"))
           : key == QLatin1String("when")     ? SqlValue(SqlAnything())
                                              : SqlValue(SqlMissing());
}

QString verdictOf(const QString& text) {
    const auto filter = SqlFilter::parse(text);
    if (!filter)
        return filter.error().summary;
    switch (filter->judge(propertyOf)) {
    case FilterVerdict::Matches:
        return QStringLiteral("yes");
    case FilterVerdict::MatchesNot:
        return QStringLiteral("no");
    case FilterVerdict::NotKnown:
        break;
    }
    return QStringLiteral("not known");
}

} // namespace

class TestSqlFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void filters_areJudged_data();
    void filters_areJudged();
    void wrongFilters_nameTheColumn_data();
    void wrongFilters_nameTheColumn();
    void nesting_hasAnEnd();
    void randomTexts_neverCrash();
};

void TestSqlFilter::filters_areJudged_data() {
    QTest::addColumn<QString>("verdict");
    const auto rows = [](const char* verdict, std::initializer_list<const char*> filters) {
        for (const char* filter : filters)
            QTest::newRow(filter) << QString::fromLatin1(verdict);
    };
    rows("yes", {"1=1",
                 "TRUE",
                 "quantity = 7",
                 "Quantity > 6 AND region = 'EU'",
                 "user.quantity <> 8",
                 "quantity != 8",
                 "sys.Label = 'OrderPlaced'",
                 "region IN ('US', 'EU')",
                 "region NOT IN ('US')",
                 "region LIKE 'E_'",
                 "sys.label LIKE 'Order%'",
                 "region NOT LIKE 'U%'",
                 "missing IS NULL",
                 "region IS NOT NULL",
                 "EXISTS(region)",
                 "NOT EXISTS(missing)",
                 "sys.SessionId IS NULL",
                 "rush = true",
                 "rush",
                 "NOT (quantity < 5 OR quantity > 9)",
                 "quantity = 5 OR price < 10",
                 "[odd name] = 'it''s'",
                 "\"odd name\" = 'it''s'",
                 "quantity * 2 + 1 = 15",
                 "quantity / 2 = 3",
                 "quantity % 4 = 3",
                 "-quantity = -7",
                 "price * 2 = 19.0",
                 "price >= 95e-1",
                 "p('region') = 'EU'",
                 "property('quantity') = 7",
                 "big = 9007199254740993",
                 "big <> 9007199254740992",
                 "rate LIKE '100\\%' ESCAPE '\\'",
                 "region = 'EU' OR missing > 5",
                 "when IS NOT NULL",
                 "EXISTS(when)",
                 "not quantity = 8 and rush",
                 "user.[region] = 'EU'",
                 "region LIKE '%'",
                 "quantity <= 7 AND quantity >= 7",
                 "+quantity = 7"});
    rows("no", {"1=0", "FALSE", "quantity = 8", "region = 'US'", "missing = 5", "NOT missing = 5",
                "missing LIKE '%'", "missing NOT IN (1, 2)", "missing <> 5", "region IS NULL",
                "EXISTS(missing)", "rush = false", "region LIKE 'E'", "region LIKE '_'",
                "quantity > 6 AND region = 'US'", "missing + 1 = 1", "missing > 5 AND when = 3",
                "rate LIKE '100\\%_' ESCAPE '\\'", "region IN ('US', missing)"});
    rows("not known",
         {"region = 'eu'", "region LIKE 'e%'", "region > 'AA'", "region = 7", "quantity = '7'", "when = 3",
          "sys.EnqueuedTimeUtc > 5", "newid() = 'x'", "quantity = @limit", "quantity / 0 = 1",
          "9223372036854775807 + 1 > 0", "region + 'x' = 'EUx'", "when = 3 OR missing = 1", "quantity",
          "region IN ('US', 'eu')", "quantity LIKE '7'", "region LIKE 'E%' ESCAPE 'ab' OR 1=0"});
}

void TestSqlFilter::filters_areJudged() {
    QFETCH(QString, verdict);
    QCOMPARE(verdictOf(QString::fromUtf8(QTest::currentDataTag())), verdict);
}

void TestSqlFilter::wrongFilters_nameTheColumn_data() {
    QTest::addColumn<QString>("said");
    const auto row = [](const char* filter, const char* said) {
        QTest::newRow(filter) << QString::fromLatin1(said);
    };
    row(" ", "column 2: the filter ends too early");
    row("quantity =", "column 11: the filter ends too early");
    row("quantity = 'x", "column 12: a text has no end");
    row("[odd", "column 1: a name in brackets has no end");
    row("\"odd", "column 1: a quoted name has no end");
    row("a = 1 b", "column 7: the filter should end here");
    row("a IS 5", "column 6: here should be NULL");
    row("5 IS NULL", "column 10: IS NULL is for properties");
    row("a NOT 5", "column 7: here should be IN or LIKE");
    row("a IN 5", "column 6: here should be \"(\"");
    row("a IN ()", "column 7: \")\" has no meaning");
    row("(a = 1", "column 7: here should be \")\"");
    row("a = 1e", "column 5: a number lacks its exponent");
    row("a = 99999999999999999999", "is too large a number");
    row("a ; b", "column 3: \";\" has no meaning");
    row("upper(a) = 'X'", "column 1: there is no function upper");
    row("EXISTS(5)", "EXISTS is for properties");
    row("sys. = 1", "here should be the name of a property");
    row("AND a", "column 1: AND has no meaning here");
}

void TestSqlFilter::wrongFilters_nameTheColumn() {
    QFETCH(QString, said);
    const QString problem = verdictOf(QString::fromUtf8(QTest::currentDataTag()));
    QVERIFY2(problem.startsWith(QLatin1String("SQL filter, column ")) && problem.contains(said),
             qPrintable(problem));
}

void TestSqlFilter::nesting_hasAnEnd() {
    QVERIFY(verdictOf(QString(1000, QLatin1Char('('))).contains(QLatin1String("nested too deep")));
    QVERIFY(verdictOf(QStringLiteral("NOT ").repeated(1000) + QStringLiteral("rush"))
                .contains(QLatin1String("nested too deep")));
    QVERIFY(verdictOf(QString(9000, QLatin1Char('a'))).contains(QLatin1String("too long")));
    QCOMPARE(verdictOf(QStringLiteral("rush AND ").repeated(900) + QStringLiteral("rush")),
             QStringLiteral("yes"));
    QCOMPARE(verdictOf(QStringLiteral("sys.label LIKE '") + QStringLiteral("%O").repeated(1000) +
                       QStringLiteral("'")),
             QStringLiteral("no"));
}

void TestSqlFilter::randomTexts_neverCrash() {
    const char* const pieces[] = {
        "a",   "quantity", "=",    "<",    "(",     ")",  "'",    "''",      "[",       "]",        "\"",
        "AND", "or",       "NOT ", "in",   "LIKE",  "IS", "NULL", "exists(", ",",       "1",        "1.5e",
        "-",   "%",        "@",    "sys.", "user.", ".",  " ",    "p(",      "newid()", "\xC3\xA4", ";"};
    std::mt19937 random(20261126);
    int parsed = 0;
    for (int i = 0; i < 20000; ++i) {
        QByteArray text;
        for (unsigned n = random() % 12; n > 0; --n)
            text += pieces[random() % std::size(pieces)];
        parsed += verdictOf(QString::fromUtf8(text)).startsWith(QLatin1String("SQL filter")) ? 0 : 1;
    }
    QVERIFY(parsed > 100);
}

QTEST_GUILESS_MAIN(TestSqlFilter)
#include "tst_sqlfilter.moc"
