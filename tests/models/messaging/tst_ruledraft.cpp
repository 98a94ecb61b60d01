// Rules as a person writes them: what is wrong is said with its place before the service sees it.
#include "models/messaging/ruledraft.h"

#include <QTest>

using namespace signalbox;

namespace {

RuleDraft sqlDraft(const QString& sql, const QString& action = {}) {
    RuleDraft draft;
    draft.name = QStringLiteral("r");
    draft.sql = sql;
    draft.action = action;
    return draft;
}

RuleDraft matchDraft(const QStringList& conditions) {
    RuleDraft draft;
    draft.name = QStringLiteral("r");
    draft.kind = BusRule::Kind::Correlation;
    draft.conditions = conditions;
    return draft;
}

QString said(const Result<CheckedRule>& checked) {
    if (!checked)
        return errorWord(checked.error().kind) + QStringLiteral(": ") + checked.error().summary;
    return conditionText(checked->rule) +
           (checked->notes.isEmpty() ? QString()
                                     : QStringLiteral(" / ") + checked->notes.join(QLatin1Char(' ')));
}

} // namespace

class TestRuleDraft : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void draft_isChecked_data() {
        QTest::addColumn<RuleDraft>("draft");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const RuleDraft& draft, const char* words) {
            QTest::newRow(name) << draft << QString::fromUtf8(words);
        };
        row("sql", sqlDraft(QStringLiteral(" region = 'EU' ")), "region = 'EU'");
        row("sql wrong", sqlDraft(QStringLiteral("region = = 'EU'")),
            "invalid: Filter: SQL filter, column 10: \"=\" has no meaning here.");
        row("sql open quote", sqlDraft(QStringLiteral("region = 'EU")),
            "invalid: Filter: SQL filter, column 10: a text has no end.");
        row("sql function", sqlDraft(QStringLiteral("upper(region, 1) = 'EU'")),
            "upper(region, 1) = 'EU' / The filter could not be checked here: SQL filter, column 1: there is "
            "no "
            "function upper. The service judges it.");
        row("sql empty", sqlDraft(QStringLiteral("  ")),
            "invalid: Filter: write the SQL condition, e.g. region = 'EU'.");
        row("sql long", sqlDraft(QStringLiteral("a = '%1'").arg(QString(1100, QLatin1Char('x')))),
            "invalid: Filter: it has 1106 characters, the service takes 1024.");
        row("match",
            matchDraft({QStringLiteral("label = OrderPlaced"),
                        {},
                        QStringLiteral("region=EU"),
                        QStringLiteral("quantity:int=5"),
                        QStringLiteral("user.to=x")}),
            "label=OrderPlaced and region=EU and quantity:int=5 and user.to=x");
        row("match subject", matchDraft({QStringLiteral("Subject=a=b")}), "label=a=b");
        row("match none", matchDraft({}),
            "invalid: Filter: a correlation filter needs a condition, e.g. label=OrderPlaced.");
        row("match odd", matchDraft({QStringLiteral("label")}),
            "invalid: Condition \"label\": write NAME=VALUE.");
        row("match twice", matchDraft({QStringLiteral("message-id=a"), QStringLiteral("MessageId=b")}),
            "invalid: Condition \"MessageId=b\": MessageId is there twice.");
        row("match own twice", matchDraft({QStringLiteral("a=1"), QStringLiteral("a:int=1")}),
            "invalid: Condition \"a:int=1\": a is there twice.");
        row("match type", matchDraft({QStringLiteral("a:integer=1")}),
            "invalid: Condition \"a:integer=1\": there is no type \"integer\"; types are string, int, long, "
            "double, "
            "boolean, guid and dateTime.");
        row("match value", matchDraft({QStringLiteral("a:int=9999999999")}),
            "invalid: Condition \"a:int=9999999999\": \"9999999999\" is no int.");
        row("match nan", matchDraft({QStringLiteral("a:double=nan")}),
            "invalid: Condition \"a:double=nan\": \"nan\" is no double.");
        row("action", sqlDraft(QStringLiteral("a = 1"), QStringLiteral("SET x = ';'; remove [y;]")),
            "a = 1 / The action is checked by the service only.");
        row("action odd", sqlDraft(QStringLiteral("a = 1"), QStringLiteral("SET x = 1; DROP y")),
            "invalid: Action: \"DROP y\" is neither SET nor REMOVE.");
        row("action quote", sqlDraft(QStringLiteral("a = 1"), QStringLiteral("SET x = 'y")),
            "invalid: Action: a quote is not closed.");
    }
    void draft_isChecked() {
        QFETCH(const RuleDraft, draft);
        QFETCH(const QString, words);
        QCOMPARE(said(checkedRule(draft)), words);
    }

    void name_isChecked_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<bool>("fine");
        QTest::newRow("plain") << QStringLiteral("big-orders_2") << true;
        QTest::newRow("default") << QStringLiteral("$Default") << true;
        QTest::newRow("empty") << QString() << false;
        QTest::newRow("long") << QString(51, QLatin1Char('x')) << false;
        for (const char* bad : {"a/b", "a\\b", "a?b", "a#b", "a*b", "a\nb"})
            QTest::newRow(bad) << QString::fromLatin1(bad) << false;
    }
    void name_isChecked() {
        QFETCH(const QString, name);
        QFETCH(const bool, fine);
        RuleDraft draft = sqlDraft(QStringLiteral("a = 1"));
        draft.name = name;
        const auto checked = checkedRule(draft);
        QCOMPARE(checked.has_value(), fine);
        QVERIFY(fine || checked.error().summary.startsWith(QLatin1String("Name: ")));
    }

    // What is read from the service and saved unchanged stays what it was, types included.
    void draftOfRule_makesTheSameRule() {
        const QStringList conditions{QStringLiteral("message-id=m-1"),
                                     QStringLiteral("label="),
                                     QStringLiteral("a:short=-3"),
                                     QStringLiteral("b:unsignedLong=18446744073709551615"),
                                     QStringLiteral("c:double=0.1"),
                                     QStringLiteral("d:boolean=true"),
                                     QStringLiteral("e=text"),
                                     QStringLiteral("f:guid=36853483-6b65-46ff-b249-f3d29d710a9e"),
                                     QStringLiteral("g:dateTime=2026-11-27T12:00:00.000Z")};
        const auto made = checkedRule(matchDraft(conditions));
        QVERIFY2(made, qPrintable(said(made)));
        const auto again = checkedRule(draftOf(made->rule));
        QVERIFY2(again, qPrintable(said(again)));
        QCOMPARE(conditionText(again->rule), conditionText(made->rule));
        QVERIFY(again->rule == made->rule);
    }
};

QTEST_GUILESS_MAIN(TestRuleDraft)
#include "tst_ruledraft.moc"
