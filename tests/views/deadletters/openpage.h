// The main page over a broker in memory whose queue "dead" holds messages 1 to 3; "work" is empty and not
// known to hold dead letters.
#pragma once

#include "tests/views/shell/consolefixture.h"
#include "views/deadletters/browsepanel.h"
#include "views/deadletters/deadletterspage.h"
#include "views/deadletters/messagetable.h"
#include "views/deadletters/readingbar.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QDialog>
#include <QPushButton>
#include <QSignalSpy>

namespace signalbox {

// One snapshot per queue, kept as long as the library.
class KeptSnapshots final : public SnapshotLibrary {
public:
    // Of "dead", as an earlier start of the program left it.
    void keepEarlier(std::span<const SnapshotEntry> entries) {
        auto snapshot =
            *openFor({QStringLiteral("crm"), QStringLiteral("/"), QStringLiteral("dead")}, {}, {}, true);
        QVERIFY(snapshot->beginReading() && snapshot->append(entries) && snapshot->finish(true, {}));
    }
    Result<std::vector<SnapshotInfo>> list() override {
        const std::lock_guard lock(mutex_);
        std::vector<SnapshotInfo> all;
        for (const auto& [queue, snapshot] : all_) {
            SnapshotInfo info = snapshot->info();
            info.id = queue.name;
            info.source = queue;
            info.takenAt = QDateTime::fromSecsSinceEpoch(1700000000, Qt::UTC);
            all.push_back(info);
        }
        return all;
    }
    Result<std::shared_ptr<Snapshot>> openFor(const EntityRef& queue, const QString&, const QString&,
                                              bool) override {
        const std::lock_guard lock(mutex_);
        for (const auto& [known, snapshot] : all_) {
            if (known == queue)
                return snapshot;
        }
        all_.emplace_back(queue, std::make_shared<FakeSnapshot>([](const Message& message) {
                              DeathFacts facts;
                              facts.reason = message.body.endsWith('2') ? QStringLiteral("expired")
                                                                        : QStringLiteral("rejected");
                              return facts;
                          }));
        return all_.back().second;
    }
    Result<std::shared_ptr<Snapshot>> open(const QString& id) override {
        const std::lock_guard lock(mutex_);
        for (const auto& [queue, snapshot] : all_) {
            if (queue.name == id)
                return snapshot;
        }
        return failure(ErrorKind::NotFound, QStringLiteral("There is none."));
    }
    Result<void> remove(const QString&) override { return {}; }
    Result<int> prune(const QDateTime&) override { return 0; }

private:
    std::mutex mutex_;
    std::vector<std::pair<EntityRef, std::shared_ptr<Snapshot>>> all_;
};

class OpenPage {
protected:
    void prepare() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        f_->addConnection(crm_);
        f_->fill(3);
        snapshots_ = std::make_unique<KeptSnapshots>();
        context_ = std::make_unique<ConsoleContext>(ConsoleContext{f_->registry,
                                                                   f_->desk,
                                                                   *snapshots_,
                                                                   f_->triage,
                                                                   f_->audit,
                                                                   f_->conventions,
                                                                   f_->clock,
                                                                   f_->storeThread,
                                                                   f_->settings,
                                                                   {},
                                                                   {}});
    }
    void end() {
        page_.reset();
        f_->storeThread.waitForDone(); // what it still does uses the context
        context_.reset();
        f_.reset();
        theme_.reset();
    }
    static constexpr int soon = 20000; // waits for threads, never a measure of speed
    const QString crm_ = QStringLiteral("crm");
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<KeptSnapshots> snapshots_;
    std::unique_ptr<ConsoleContext> context_;
    std::unique_ptr<DeadLettersPage> page_;

    void open(bool linked = true) {
        if (linked)
            f_->link(crm_);
        page_ = std::make_unique<DeadLettersPage>(*context_);
        page_->resize(1280, 800);
        page_->setConnection(crm_);
        page_->show();
        page_->activate({});
    }
    int rows() const { return page_->messages()->table()->model()->rowCount(); }
    // Chooses "dead" and reads it, as a person does.
    void read() {
        QTRY_VERIFY_WITH_TIMEOUT(page_->board().wasListed(), soon);
        page_->openQueue(QStringLiteral("dead"));
        QTRY_VERIFY_WITH_TIMEOUT(page_->readingBar()->isAsking(), soon);
        QPushButton* button = page_->readingBar()->panel()->readButton();
        QTRY_VERIFY_WITH_TIMEOUT(button->isVisible() && button->isEnabled(), soon);
        button->click();
        QTRY_COMPARE_WITH_TIMEOUT(rows(), 3, soon);
        QTRY_VERIFY_WITH_TIMEOUT(page_->unfinishedWork().isEmpty(), soon);
    }
    template<class Dialog>
    Dialog* opened() const {
        return qobject_cast<Dialog*>(page_->openedDialog());
    }
    void closeDialog() {
        page_->openedDialog()->close();
        QTRY_VERIFY_WITH_TIMEOUT(!page_->openedDialog(), soon);
    }
};

} // namespace signalbox
