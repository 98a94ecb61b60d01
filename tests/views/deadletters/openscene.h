// A workspace in memory with messages 1 to 3 in the queue "dead" that died in "work", read into a snapshot,
// for the dialogs that plan over them.
#pragma once

#include "tests/views/shell/consolefixture.h"
#include "views/deadletters/planner.h"
#include "views/widgets/theme.h"

#include <QPushButton>
#include <QSignalSpy>

namespace signalbox {

class OpenScene {
protected:
    static constexpr int soon = 20000; // waits for threads, never a measure of speed

    void prepare(Environment environment = Environment::Test) {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        f_->addConnection(crm, environment);
        f_->fill(3);
        f_->link(crm);
        snapshot_ = std::make_shared<FakeSnapshot>([](const Message&) { return DeathFacts(); });
        std::vector<SnapshotEntry> entries;
        for (int number = 1; number <= 3; ++number)
            entries.push_back({ConsoleFixture::message(number), -1});
        QVERIFY(snapshot_->beginReading().has_value());
        QVERIFY(snapshot_->append(entries).has_value());
        QVERIFY(snapshot_->finish(true, QStringLiteral("end of queue")).has_value());
    }
    void end() {
        f_.reset();
        theme_.reset();
        snapshot_.reset();
    }
    PlanScene scene() const {
        PlanScene made;
        made.source = {crm, QStringLiteral("/"), QStringLiteral("dead")};
        made.snapshot = snapshot_;
        made.choice.scope = MessageChoice::Scope::All;
        made.choice.all = made.choice.filtered = 3;
        return made;
    }
    // Some of them, by their ids.
    PlanScene sceneOf(const std::vector<qint64>& ids) const {
        PlanScene made = scene();
        made.choice.scope = MessageChoice::Scope::Selected;
        made.choice.ids = ids;
        made.choice.selected = static_cast<qint64>(ids.size());
        return made;
    }
    QString inDead() const { return f_->numbersIn("dead"); }
    QString inWork() const { return f_->numbersIn("work"); }

    const QString crm = QStringLiteral("crm");
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::shared_ptr<FakeSnapshot> snapshot_;
};

} // namespace signalbox
