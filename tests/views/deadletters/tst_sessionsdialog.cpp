// The sessions of a queue as a person looks at them, and the way to the messages of one.
#include "tests/support/fakesessions.h"
#include "tests/views/deadletters/openscene.h"
#include "views/deadletters/sessionsdialog.h"
#include "views/deadletters/sessiontablemodel.h"
#include "views/widgets/bodypane.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"

#include <QAbstractItemModelTester>

using namespace signalbox;

class TestSessionsDialog : public QObject, private OpenScene {
    Q_OBJECT
    FakeSessions sessions_;

    EntityRef orders() const { return {crm, QStringLiteral("/"), QStringLiteral("dead")}; }
    QStringList column(const SessionsDialog& dialog, int number) const {
        QStringList texts;
        const QAbstractItemModel* model = dialog.table()->model();
        for (int row = 0; row < model->rowCount(); ++row)
            texts << model->index(row, number).data().toString();
        return texts;
    }

private Q_SLOTS:
    void init() {
        prepare();
        f_->gateways.last->directory = &sessions_;
        sessions_.listing =
            SessionListing{{{QStringLiteral("a"), true, std::nullopt},
                            {QStringLiteral("b \"2\" \\"), false, QByteArray(R"({"step":3})")}},
                           true};
    }
    void cleanup() { end(); }

    void sessions_areListedWithTheirStates() {
        SessionsDialog dialog(f_->context, orders(), snapshot_);
        dialog.show();
        const QAbstractItemModelTester tester(dialog.table()->model());
        QTRY_COMPARE_WITH_TIMEOUT(dialog.table()->model()->rowCount(), 2, soon);
        QCOMPARE(column(dialog, SessionTableModel::Messages),
                 (QStringList{QStringLiteral("waiting"), QStringLiteral("none")}));
        QCOMPARE(column(dialog, SessionTableModel::StateSize).first(), QStringLiteral("no state"));
        QCOMPARE(column(dialog, SessionTableModel::State).last(), QStringLiteral(R"({"step":3})"));
        QVERIFY(!dialog.statePane()->isVisible()); // the first is chosen
        QTRY_COMPARE_WITH_TIMEOUT(
            dialog.note(), QStringLiteral("Session a has no state. 0 messages of it are in the reading."),
            soon);
        dialog.table()->selectRow(1);
        QVERIFY(dialog.statePane()->isVisible());
        QTRY_VERIFY_WITH_TIMEOUT(!dialog.statePane()->isPreparing(), soon);
        QVERIFY(dialog.statePane()->view().text.contains(QLatin1String("step")));
        QTRY_COMPARE_WITH_TIMEOUT(dialog.note(), QStringLiteral("0 messages of it are in the reading."),
                                  soon);
    }

    void choosingOne_asksForItsMessages() {
        SessionsDialog dialog(f_->context, orders(), snapshot_);
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.table()->model()->rowCount(), 2, soon);
        dialog.table()->selectRow(1);
        QSignalSpy wanted(&dialog, &SessionsDialog::messagesWanted);
        dialog.messagesButton()->click();
        QCOMPARE(wanted.count(), 1);
        const QString filter = wanted.first().first().toString();
        QCOMPARE(filter, QStringLiteral("session = \"b \\\"2\\\" \\\\\""));
        QVERIFY(!dialog.isVisible());
        const auto where = Where::parse(filter);
        QVERIFY(where);
        Message message;
        message.properties.amqp10 = HeaderTable{{"group-id", HeaderValue::string("b \"2\" \\")}};
        QVERIFY(where->matches(message, DeathFacts(), 1));
        message.properties.amqp10 = HeaderTable{{"group-id", HeaderValue::string("b")}};
        QVERIFY(!where->matches(message, DeathFacts(), 1));
    }

    void withoutAReading_theMessagesCannotBeShown() {
        SessionsDialog dialog(f_->context, orders(), nullptr);
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.table()->model()->rowCount(), 2, soon);
        QVERIFY(!dialog.messagesButton()->isEnabled());
        QVERIFY2(dialog.note().contains(QLatin1String("Read the queue")), qPrintable(dialog.note()));
    }

    void searching_narrowsTheList() {
        SessionsDialog dialog(f_->context, orders(), snapshot_);
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.table()->model()->rowCount(), 2, soon);
        dialog.search()->setText(QStringLiteral("STEP"));
        QTRY_COMPARE_WITH_TIMEOUT(column(dialog, SessionTableModel::Id).size(), 1, soon);
        dialog.search()->setText(QStringLiteral("nothing like it"));
        QTRY_COMPARE_WITH_TIMEOUT(dialog.table()->emptyState()->headline(), QStringLiteral("No session fits"),
                                  soon);
        QVERIFY(!dialog.messagesButton()->isEnabled());
    }

    void noSessions_areSaidToBeNone() {
        sessions_.listing->sessions.clear();
        SessionsDialog dialog(f_->context, orders(), snapshot_);
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.table()->emptyState()->headline(), QStringLiteral("No sessions"),
                                  soon);
        QVERIFY(dialog.table()->emptyState()->isVisible());
    }

    void anError_isShownAndCanBeTriedAgain() {
        const Result<SessionListing> fine = sessions_.listing;
        sessions_.listing = failure(ErrorKind::NotAllowed, QStringLiteral("The right Listen is missing."));
        SessionsDialog dialog(f_->context, orders(), snapshot_);
        dialog.show();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.banner()->summary(), QStringLiteral("The right Listen is missing."),
                                  soon);
        QCOMPARE(dialog.table()->emptyState()->headline(), QStringLiteral("The sessions are not known"));
        sessions_.listing = fine;
        dialog.againButton()->click();
        QTRY_COMPARE_WITH_TIMEOUT(dialog.table()->model()->rowCount(), 2, soon);
        QVERIFY(!dialog.banner()->isVisible());
    }

    void aListThatIsCut_saysSo() {
        sessions_.listing->isWhole = false;
        SessionsDialog dialog(f_->context, orders(), snapshot_);
        dialog.show();
        QTRY_VERIFY_WITH_TIMEOUT(dialog.banner()->summary().startsWith(
                                     QLatin1String("There are more sessions; these are the first 2.")),
                                 soon);
    }
};

QTEST_MAIN(TestSessionsDialog)
#include "tst_sessionsdialog.moc"
