// A reading that is older than a run: what the run removed is marked, counted by the filter, and left out of
// exports.
#include "tests/views/deadletters/openpage.h"
#include "views/deadletters/filterbar.h"
#include "views/deadletters/grouppane.h"
#include "views/deadletters/messagepane.h"
#include "views/widgets/messageview.h"

#include <QFile>

using namespace signalbox;

class TestRemovedMarks : public QObject, private OpenPage {
    Q_OBJECT
    QVariant shown(int row, Qt::ItemDataRole role) const {
        const QAbstractItemModel* model = page_->messages()->table()->model();
        return model->data(model->index(row, static_cast<int>(Column::Reason)), role);
    }
    bool isStruckOut(int row) const { return shown(row, Qt::FontRole).value<QFont>().strikeOut(); }
    // Message 2 is deleted by a run, after it was read.
    void removeSecond() {
        const QString run = QStringLiteral("12345678-90ab-cdef-1234-567890abcdef");
        f_->addRun(f_->header(run, RunKind::Delete), 3);
        f_->mark(run, {2}, ItemState::Removed);
        QVERIFY(f_->journal->setRunState(run, RunState::Finished, {}).has_value());
        Q_EMIT f_->desk.runEnded(run);
    }
private Q_SLOTS:
    void init() { prepare(); }
    void cleanup() { end(); }

    void removed_isStruckOutAndToldByWhom() {
        open();
        read();
        QTRY_VERIFY_WITH_TIMEOUT(!shown(1, Qt::ToolTipRole).isNull(), soon);
        QVERIFY(!isStruckOut(1));
        page_->messages()->selectId(2);
        QTRY_COMPARE_WITH_TIMEOUT(page_->messagePane()->shownId(), 2, soon);
        QCOMPARE(page_->messagePane()->view()->note(), QString());
        removeSecond();
        QTRY_VERIFY_WITH_TIMEOUT(isStruckOut(1), soon);
        QVERIFY(!isStruckOut(0));
        QVERIFY(!isStruckOut(2));
        QCOMPARE(shown(1, Qt::ToolTipRole).toString(),
                 QStringLiteral("Run 12345678 removed this message after the queue was read"));
        QVERIFY(shown(1, Qt::AccessibleTextRole).toString().startsWith(QLatin1String("removed, ")));
        QTRY_COMPARE_WITH_TIMEOUT(
            page_->messagePane()->view()->note(),
            QStringLiteral("Run 12345678 removed this message after the queue was read."), soon);
        f_->shoot(*page_, QStringLiteral("removed"));
    }

    void removed_isLeftOutOfAnExport() {
        open();
        read();
        removeSecond();
        const QString file = f_->folder.filePath(QStringLiteral("left.jsonl"));
        QSignalSpy said(page_.get(), &Page::statusMessage);
        page_->exportTo(file);
        QTRY_VERIFY_WITH_TIMEOUT(!said.isEmpty(), soon);
        QCOMPARE(said.back().front().toString(),
                 QStringLiteral("2 messages are in %1. Left out, because runs have removed them since: 1.")
                     .arg(file));
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll().count('\n'), 2);
    }

    void groups_areCountedByTheFilter() {
        open();
        read();
        GroupModel& groups = page_->groupPane()->model();
        const auto counts = [&] {
            QStringList all;
            for (int row = 0; row < groups.rowCount(); ++row)
                all << QString::number(groups.at(row)->count);
            all.sort();
            return all.join(QLatin1Char(' '));
        };
        QTRY_COMPARE_WITH_TIMEOUT(counts(), QStringLiteral("1 2"), soon);
        page_->filterBar()->setWhere(QStringLiteral("reason = expired"));
        QTRY_COMPARE_WITH_TIMEOUT(counts(), QStringLiteral("0 1"), soon);
        QTRY_COMPARE_WITH_TIMEOUT(page_->groupPane()->headline(), QStringLiteral("1 of 2 failure groups"),
                                  soon);
        page_->filterBar()->setWhere({});
        QTRY_COMPARE_WITH_TIMEOUT(counts(), QStringLiteral("1 2"), soon);
        QTRY_COMPARE_WITH_TIMEOUT(page_->groupPane()->headline(), QStringLiteral("2 failure groups"), soon);
    }
};

QTEST_MAIN(TestRemovedMarks)
#include "tst_removedmarks.moc"
