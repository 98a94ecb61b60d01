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
        const SavedFilter b{QStringLiteral("b"), QStringLiteral("reason = rejected"), {}};
        const SavedFilter a{QStringLiteral("a"), QStringLiteral("size > 5"),
                            QStringLiteral("gr\u00fc\u00df* 4711")};
        const SavedFilter words{QStringLiteral("c"), {}, QStringLiteral("timeout")};
        need(triage.saveFilter(b));
        need(triage.saveFilter({a.name, QStringLiteral("x"), QStringLiteral("other")}));
        need(triage.saveFilter(a));
        need(triage.saveFilter(words));
        QCOMPARE(need(triage.savedFilters()), (std::vector<SavedFilter>{a, b, words}));
        need(triage.saveFilter({a.name, a.where, {}})); // its words are gone, it is not
        QCOMPARE(need(triage.savedFilters()).front(), (SavedFilter{a.name, a.where, {}}));
        need(triage.saveFilter({a.name, {}, {}}));
        QCOMPARE(need(triage.savedFilters()), (std::vector<SavedFilter>{b, words}));
        QCOMPARE(failed(triage.saveFilter({QStringLiteral("  "), QStringLiteral("x"), {}})),
                 ErrorKind::Invalid);
    }
};

QTEST_GUILESS_MAIN(TestSqlTriage)
#include "tst_sqltriage.moc"
