// Prints what the journal manages as the job uses it; asserts only that everything arrived.
#include "app/store/sqlreplayjournal.h"
#include "models/messaging/messagecodec.h"
#include "tests/app/store/storefixture.h"

#include <QElapsedTimer>
#include <QFileInfo>

using namespace signalbox;

class TestJournalThroughput : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void write_ofManySmallMessages() {
        constexpr qint64 total = 20000;
        constexpr qint64 step = 500;
        constexpr qsizetype bodyBytes = 1024;
        const Folder folder;
        FakeClock clock;
        const auto workspace = need(WorkspaceDb::open(folder.file()));
        const auto journal = need(SqlReplayJournal::open(*workspace, clock));
        const QString run = QStringLiteral("r");
        need(journal->createRun(header(run)));
        std::vector<Message> messages;
        std::vector<PlanItem> items;
        std::vector<QByteArray> properties;
        for (qint64 number = 1; number <= total; ++number) {
            messages.push_back(messageNo(number, bodyBytes));
            items.push_back(itemNo(number));
            items.back().fingerprint = fingerprintOf(messages.back());
            properties.push_back(encodeProperties(messages.back().properties));
        }
        QElapsedTimer timer;
        timer.start();
        for (qint64 first = 0; first < total; first += step)
            need(journal->addItems(run, std::span(items).subspan(static_cast<std::size_t>(first), step)));
        const qint64 planned = timer.restart();
        for (qint64 first = 1; first <= total + 2 * step; first += step) {
            std::vector<JournalMark> marks;
            if (first > 2 * step)
                marks.push_back({ItemState::Removed, numbers(first - 2 * step, first - step - 1), {}});
            if (first > step && first <= total + step)
                marks.push_back({ItemState::Confirmed, numbers(first - step, first - 1), {}});
            std::vector<SavedCopy> copies;
            for (qint64 number = first; number < first + step && number <= total; ++number) {
                const auto index = static_cast<std::size_t>(number - 1);
                copies.push_back({number, &messages[index], properties[index], items[index].fingerprint});
            }
            need(journal->write(run, {marks, copies, ItemState::Published}));
        }
        const qint64 worked = std::max<qint64>(timer.elapsed(), 1);
        qInfo("planned %lld items in %lld ms; saved, confirmed and removed them with 1 KiB copies in %lld "
              "ms: %lld "
              "messages a second; file %lld KiB",
              static_cast<long long>(total), static_cast<long long>(planned), static_cast<long long>(worked),
              static_cast<long long>(total * 1000 / worked),
              static_cast<long long>(QFileInfo(folder.file()).size() / 1024));
        QCOMPARE(countsText(need(journal->run(run))), QStringLiteral("removed %1").arg(total));
        QVERIFY(need(journal->copy(run, total)) == messages.back());
    }
};

QTEST_GUILESS_MAIN(TestJournalThroughput)
#include "tst_journalthroughput.moc"
