// Filters kept under a name: what is stored, and what choosing one puts back.
#include "tests/views/shell/consolefixture.h"
#include "views/deadletters/filterbar.h"
#include "views/widgets/searchline.h"
#include "views/widgets/theme.h"

#include <QMenu>
#include <QToolButton>

using namespace signalbox;

class TestFilterBar : public QObject {
    Q_OBJECT
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<FilterBar> bar_;

    void put(const QString& where, const QString& words) {
        bar_->setWhere(where);
        bar_->textLine()->setText(words);
    }
    QAction* entry(const QString& text) {
        Q_EMIT bar_->savedButton()->menu()->aboutToShow();
        const auto all = bar_->savedButton()->menu()->actions();
        for (QAction* action : all) {
            if (action->text() == text)
                return action;
        }
        return nullptr;
    }

private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        bar_ = std::make_unique<FilterBar>(f_->context);
    }
    void cleanup() {
        bar_.reset();
        theme_.reset();
        f_.reset();
    }

    void saved_keepsWhereAndWords() {
        const QString where = QStringLiteral("reason = rejected");
        const QString words = QStringLiteral("order time*");
        put(where, words);
        bar_->save(QStringLiteral("  both "));
        QTRY_COMPARE(bar_->savedNames(), QStringList{QStringLiteral("both")});
        QCOMPARE(f_->triage.savedFilters().value(),
                 (std::vector<SavedFilter>{{QStringLiteral("both"), where, words}}));
        // A later start of the program puts both back, in the place of what is there.
        bar_ = std::make_unique<FilterBar>(f_->context);
        QTRY_COMPARE(bar_->savedNames().size(), 1);
        put(QStringLiteral("size > 5"), QStringLiteral("other"));
        QAction* use = entry(QStringLiteral("both"));
        QVERIFY(use);
        QCOMPARE(use->toolTip(), QStringLiteral("reason = rejected, words: order time*"));
        use->trigger();
        QCOMPARE(bar_->whereText(), where);
        QCOMPARE(bar_->where().text(), where);
        QCOMPARE(bar_->text(), words);
    }
    void saved_withWordsAlone() {
        const QString save = QStringLiteral("Save this filter\u2026");
        QVERIFY(entry(save) && !entry(save)->isEnabled());
        put({}, QStringLiteral("timeout"));
        QVERIFY(entry(save) && entry(save)->isEnabled());
        bar_->save(QStringLiteral("words"));
        QTRY_COMPARE(bar_->savedNames().size(), 1);
        put(QStringLiteral("size > 5"), {});
        bar_->useSaved(QStringLiteral("words"));
        QCOMPARE(bar_->whereText(), QString());
        QVERIFY(bar_->where().isEmpty());
        QCOMPARE(bar_->text(), QStringLiteral("timeout"));
    }
    // It stands for a whole filter: words of another search must not narrow it unseen.
    void saved_withoutWordsTakesThemAway() {
        put(QStringLiteral("size > 5"), {});
        bar_->save(QStringLiteral("large"));
        QTRY_COMPARE(bar_->savedNames().size(), 1);
        put({}, QStringLiteral("other"));
        bar_->useSaved(QStringLiteral("large"));
        QCOMPARE(bar_->whereText(), QStringLiteral("size > 5"));
        QCOMPARE(bar_->text(), QString());
    }
    void saved_ofNothingRemovesTheName() {
        put({}, QStringLiteral("timeout"));
        bar_->save(QStringLiteral("words"));
        QTRY_COMPARE(bar_->savedNames().size(), 1);
        bar_->clear();
        bar_->save(QStringLiteral("words"));
        QTRY_COMPARE(bar_->savedNames().size(), 0);
    }
};

QTEST_MAIN(TestFilterBar)
#include "tst_filterbar.moc"
