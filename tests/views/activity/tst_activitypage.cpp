// The audit trail as a person meets it: list, details, filter, proof of wholeness, export.
#include "tests/views/activity/openactivity.h"
#include "views/activity/actionwords.h"
#include "views/widgets/progressstrip.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QToolButton>

using namespace signalbox;

class TestActivityPage : public QObject, private OpenActivity {
    Q_OBJECT
private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }

    void list_newestFirstInWords() {
        fillThree();
        open();
        QCOMPARE(page_->model()->rowCount(), 3);
        QCOMPARE(column(AuditModel::Number), QStringList({s("3"), s("2"), s("1")}));
        QCOMPARE(column(AuditModel::Action),
                 QStringList({s("Replay ended"), s("Elevated"), s("Connection added")}));
        QCOMPARE(column(AuditModel::Who), QStringList({s("bob@ops"), s("ann@box"), s("ann@box")}));
        QCOMPARE(column(AuditModel::Outcome), QStringList({s("The link broke."), s("ok"), s("ok")}));
        QCOMPARE(column(AuditModel::Reason), QStringList({s(""), s("ticket 4711"), s("")}));
        QCOMPARE(page_->counterText(), s("3 records"));
        QVERIFY2(iconOf(0) != iconOf(1), "what failed looks like what went well");
        QCOMPARE(iconOf(1), iconOf(2));
        ConsoleFixture::shoot(*page_, s("activity"));
    }
    void list_wordsOfTheFutureStayReadable() {
        (void)audit_->append({s("ann@box"), s("queue.mirror"), {}, {}, {}, s("ok"), {}});
        open();
        QCOMPARE(column(AuditModel::Action), QStringList(s("queue.mirror")));
    }
    void empty_saysWhatWillBeHere() {
        open();
        QVERIFY(page_->table()->emptyState()->isVisible());
        QCOMPARE(page_->table()->emptyState()->headline(), s("Nothing has happened yet"));
    }
    void details_nameEverything() {
        fillThree();
        open();
        QCOMPARE(page_->detailText(), s("Choose a record to see all of it."));
        page_->table()->selectRow(1);
        const QString text = page_->detailText();
        for (const char* part : {"ann@box", "Elevated (elevation.grant)", "crm", "ticket 4711", "ok",
                                 R"({"minutes":15})", "2026-03-01", "5a5a5a5a"})
            QVERIFY2(text.contains(QLatin1String(part)), qPrintable(s(part) + s(" not in ") + text));
    }
    void numbers_standUnderTheirHeader() {
        fillThree();
        open();
        const auto* model = page_->table()->model();
        QCOMPARE(model->headerData(AuditModel::Number, Qt::Horizontal, Qt::TextAlignmentRole).toInt(),
                 model->index(0, AuditModel::Number).data(Qt::TextAlignmentRole).toInt());
        ConsoleFixture::shoot(*page_, s("activity-numbers"));
    }
    void refresh_showsWhatCameSince() {
        fillThree();
        open();
        (void)audit_->append({s("ann@box"), s("purge.start"), s("crm"), s("dead"), {}, s("ok"), {}});
        bool found = false;
        for (const Command& command : page_->commands()) {
            if (command.id != s("activity.refresh"))
                continue;
            found = true;
            QCOMPARE(command.shortcut, QKeySequence(Qt::Key_F5));
            command.run();
        }
        QVERIFY(found);
        QTRY_COMPARE(page_->model()->rowCount(), 4);
        QCOMPARE(column(AuditModel::Action).first(), s("Purge started"));
    }

    void filter_everyWordAnywhere_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QStringList>("numbers");
        QTest::newRow("person") << s("BOB") << QStringList(s("3"));
        QTest::newRow("word shown") << s("elevated") << QStringList(s("2"));
        QTest::newRow("stable word") << s("connection.add") << QStringList(s("1"));
        QTest::newRow("reason") << s("4711") << QStringList(s("2"));
        QTest::newRow("two words of two columns") << s("  crm   ann ") << QStringList({s("2"), s("1")});
        QTest::newRow("one fits, the other not") << s("bob 4711") << QStringList();
    }
    void filter_everyWordAnywhere() {
        QFETCH(QString, words);
        QFETCH(QStringList, numbers);
        fillThree();
        open();
        type(words);
        QTRY_COMPARE(column(AuditModel::Number), numbers);
        QCOMPARE(page_->counterText(), s("%1 of 3").arg(numbers.size()));
    }
    void filter_nothingFitsAndCanBeCleared() {
        fillThree();
        open();
        type(s("nobody"));
        QTRY_COMPARE(page_->model()->rowCount(), 0);
        QVERIFY(page_->table()->emptyState()->isVisible());
        QCOMPARE(page_->table()->emptyState()->headline(), s("No record fits the filter"));
        page_->table()->emptyState()->button()->click();
        QTRY_COMPARE(page_->model()->rowCount(), 3);
        QCOMPARE(page_->search()->text(), QString());
    }
    void filter_readsOnUntilItFinds() {
        (void)audit_->append({s("eve@far"), s("purge"), s("crm"), s("dead"), {}, s("ok"), {}});
        for (int i = 0; i < 1700; ++i)
            (void)audit_->append({s("ann@box"), s("connection.open"), s("crm"), {}, {}, s("ok"), {}});
        open();
        QVERIFY(page_->counterText().startsWith(s("newest ")));
        type(s("eve@far"));
        QTRY_COMPARE(column(AuditModel::Number), QStringList(s("1")));
        QTRY_COMPARE(page_->counterText(), s("1 of 1,701"));
    }
    void activate_bringsItsFilter() {
        fillThree();
        open({{s("filter"), s("bob@ops")}});
        QTRY_COMPARE(column(AuditModel::Number), QStringList(s("3")));
        QCOMPARE(page_->search()->text(), s("bob@ops"));
    }

    void verify_whole() {
        fillThree();
        open();
        audit_->set(Result<AuditVerdict>(AuditVerdict{true, 12345, 0, {}}));
        clickVerify();
        QTRY_VERIFY(page_->banner()->isVisible());
        QCOMPARE(page_->banner()->severity(), Severity::Success);
        QCOMPARE(page_->banner()->summary(),
                 s("The audit trail is whole: 12,345 records, each fits the one before."));
    }
    void verify_brokenSaysWhereAndWhy() {
        fillThree();
        open();
        audit_->set(Result<AuditVerdict>(AuditVerdict{false, 3, 2, s("hash of record 2 does not fit")}));
        clickVerify();
        QTRY_VERIFY(page_->banner()->isVisible());
        QCOMPARE(page_->banner()->severity(), Severity::Error);
        QVERIFY(page_->banner()->summary().startsWith(s("The audit trail is broken at record 2:")));
        QVERIFY(page_->banner()->copyText().contains(s("hash of record 2 does not fit")));
        ConsoleFixture::shoot(*page_, s("activity-broken"));
    }
    void verify_failedCanBeTriedAgain() {
        open();
        audit_->set(Result<AuditVerdict>(failure(ErrorKind::Storage, s("The file cannot be read."))));
        clickVerify();
        QTRY_COMPARE(page_->banner()->summary(), s("The file cannot be read."));
        audit_->set(Result<AuditVerdict>(AuditVerdict{true, 1, 0, {}}));
        page_->banner()->actionButton()->click();
        QTRY_COMPARE(page_->banner()->severity(), Severity::Success);
    }
    void verify_runsOnceAtATime() {
        audit_->goOn.acquire(1000);
        open();
        QSignalSpy said(page_.get(), &Page::statusMessage);
        audit_->set(Result<AuditVerdict>(AuditVerdict{true, 1, 0, {}}));
        clickVerify();
        QCOMPARE(said.last().first().toString(), s("Verifying the audit trail…"));
        QVERIFY(!verifyButton()->isEnabled());
        page_->verify(); // by the palette: nothing more
        audit_->goOn.release();
        QTRY_VERIFY(page_->banner()->isVisible());
        QVERIFY(verifyButton()->isEnabled());
        f_->storeThread.waitForDone(); // would wait for ever for a second one
        QCOMPARE(said.last().first().toString(), QString());
    }

    void actions_ofEveryKindOfRunHaveWords() {
        QStringList actions{s("connection.add"),  s("connection.change"), s("connection.remove"),
                            s("connection.open"), s("elevation.grant"),   s("elevation.end"),
                            s("replay.decide"),   s("replay.abandon")};
        for (const RunKind kind : {RunKind::Replay, RunKind::Delete, RunKind::Restore, RunKind::Import}) {
            for (const char* step : {".plan", ".start", ".end"})
                actions << runKindWord(kind) + s(step);
        }
        actions << s("purge.start") << s("purge.end");
        for (const QString& action : actions)
            QVERIFY2(actionText(action) != action, qPrintable(action));
    }

    void verify_showsHowFarAndCanBeCancelled() {
        fillThree();
        open();
        audit_->goOn.acquire(1000);
        clickVerify();
        QVERIFY(page_->verifyStrip()->isVisible());
        QCOMPARE(page_->verifyStrip()->text(), s("0 of 3"));
        page_->verifyStrip()->cancelButton()->click();
        audit_->goOn.release(1000);
        QTRY_COMPARE(page_->banner()->summary(), s("The verification was stopped."));
        QVERIFY(!page_->verifyStrip()->isVisible());
        QVERIFY(verifyButton()->isEnabled());
    }
    void export_canBeCancelled() {
        fillThree();
        open();
        const QString file = f_->folder.filePath(s("audit.jsonl"));
        audit_->pages.acquire();
        page_->exportTo(file);
        QVERIFY(page_->exportStrip()->isVisible());
        page_->exportStrip()->cancelButton()->click();
        audit_->pages.release();
        QTRY_COMPARE(page_->banner()->summary(), s("Cancelled; no file was written."));
        QVERIFY(!page_->exportStrip()->isVisible());
        QVERIFY(!QFile::exists(file));
    }

    void readError_canBeTriedAgain() {
        fillThree();
        audit_->set(Error{ErrorKind::Storage, s("The workspace cannot be read."), s("disk error")});
        open();
        QTRY_VERIFY(page_->banner()->isVisible());
        QCOMPARE(page_->banner()->copyText(), s("The workspace cannot be read.\n\ndisk error"));
        audit_->set(std::optional<Error>());
        page_->banner()->actionButton()->click();
        QTRY_COMPARE(page_->model()->rowCount(), 3);
        QVERIFY(!page_->banner()->isVisible());
    }

    void export_jsonLinesOldestFirst() {
        fillThree();
        open();
        const QString file = f_->folder.filePath(s("audit.jsonl"));
        exportTo(file);
        QCOMPARE(page_->banner()->severity(), Severity::Success);
        const QList<QByteArray> lines = contentOf(file).trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        const QJsonObject second = QJsonDocument::fromJson(lines.at(1)).object();
        QCOMPARE(second.value(s("number")).toInteger(), 2);
        QCOMPARE(second.value(s("actor")).toString(), s("ann@box"));
        QCOMPARE(second.value(s("reason")).toString(), s("ticket 4711"));
        QCOMPARE(second.value(s("at")).toString(), s("2026-03-01T12:00:02.000Z"));
        QCOMPARE(second.value(s("detail")).toObject().value(s("minutes")).toInt(), 15);
        QCOMPARE(second.value(s("hash")).toString().size(), 64);
    }
    void export_csvIsNoFormula() {
        (void)audit_->append({s("ann@box"), s("purge"), s("crm"), s("=cmd()"), s("a \"b\", c"), s("ok"), {}});
        open();
        const QString file = f_->folder.filePath(s("audit.csv"));
        exportTo(file);
        const QByteArray text = contentOf(file);
        QVERIFY2(text.startsWith("number,at,actor,"), text.constData());
        QVERIFY2(text.contains(",'=cmd(),\"a \"\"b\"\", c\",ok,"), text.constData());
    }
    void export_failedSaysSo() {
        fillThree();
        open();
        page_->exportTo(f_->folder.filePath(s("no/such/folder/audit.jsonl")));
        QTRY_VERIFY(page_->banner()->isVisible());
        QCOMPARE(page_->banner()->severity(), Severity::Error);
        QVERIFY(page_->banner()->summary().startsWith(s("The audit trail cannot be written to ")));
        QCOMPARE(page_->banner()->actionButton()->text(), s("Choose another file…"));
    }
};

QTEST_MAIN(TestActivityPage)
#include "tst_activitypage.moc"
