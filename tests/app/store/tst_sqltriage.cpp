#include "app/store/sqltriage.h"
#include "tests/app/store/storefixture.h"

using namespace signalbox;

class TestSqlTriage : public QObject {
    Q_OBJECT

    std::unique_ptr<Folder> folder_;
    std::unique_ptr<WorkspaceDb> workspace_;

private Q_SLOTS:
    void init() {
        workspace_.reset();
        folder_ = std::make_unique<Folder>();
        workspace_ = need(WorkspaceDb::open(folder_->file()));
    }
    void cleanup() { workspace_.reset(); }

    void notes_surviveARestart() {
        GroupNote note{QByteArray("\x00\xff\x01", 3), QStringLiteral("investigating"), QStringLiteral("ann"),
                       QStringLiteral("see ticket\n\u2603"), FakeClock().now()};
        need(SqlTriage(*workspace_).saveNote(note));
        note.state = QStringLiteral("fixed");
        need(SqlTriage(*workspace_).saveNote(note));
        workspace_ = need(WorkspaceDb::open(folder_->file()));
        QCOMPARE(need(SqlTriage(*workspace_).notes()), std::vector{note});
    }

    void saveNote_withoutAGroupIsInvalid() {
        QCOMPARE(failed(SqlTriage(*workspace_).saveNote({})), ErrorKind::Invalid);
    }

    void pins_areSetChangedAndTakenBack() {
        SqlTriage triage(*workspace_);
        const EntityRef a{QStringLiteral("c1"), QStringLiteral("/"), QStringLiteral("a")};
        const EntityRef b{QStringLiteral("c1"), QStringLiteral("eu"), QStringLiteral("a")};
        need(triage.setPin(b, false));
        need(triage.setPin(a, false));
        need(triage.setPin(a, true));
        QCOMPARE(need(triage.pins()), (std::vector<std::pair<EntityRef, bool>>{{a, true}, {b, false}}));
        need(triage.setPin(a, std::nullopt));
        need(triage.setPin(a, std::nullopt));
        QCOMPARE(need(triage.pins()), (std::vector<std::pair<EntityRef, bool>>{{b, false}}));
    }

    void filters_areSavedReplacedAndRemoved() {
        SqlTriage triage(*workspace_);
        need(triage.saveFilter(QStringLiteral("b"), QStringLiteral("reason = rejected")));
        need(triage.saveFilter(QStringLiteral("a"), QStringLiteral("x")));
        need(triage.saveFilter(QStringLiteral("a"), QStringLiteral("size > 5")));
        QCOMPARE(need(triage.savedFilters()),
                 (std::vector<std::pair<QString, QString>>{
                     {QStringLiteral("a"), QStringLiteral("size > 5")},
                     {QStringLiteral("b"), QStringLiteral("reason = rejected")}}));
        need(triage.saveFilter(QStringLiteral("a"), {}));
        QCOMPARE(need(triage.savedFilters()).size(), 1U);
        QCOMPARE(failed(triage.saveFilter(QStringLiteral("  "), QStringLiteral("x"))), ErrorKind::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestSqlTriage)
#include "tst_sqltriage.moc"
