// A run as a program that was killed leaves it in the workspace of the harness.
#pragma once

#include "app/workspace.h"
#include "models/messaging/fingerprint.h"
#include "tests/app/cli/cliharness.h"

namespace signalbox {

inline constexpr const char* madeUpRun = "3f2a0000-0000-0000-0000-000000000001";

// Of the first `messages` of orders.dead; the copies of the first `begun` are saved, and these are in a state
// of their own.
inline void makeRun(CliHarness& cli, RunKind kind, int messages, int begun, ItemState state, RunState run) {
    const auto workspace = Workspace::open(cli.file());
    QVERIFY(workspace.has_value());
    RunHeader header;
    header.id = QString::fromLatin1(madeUpRun);
    header.kind = kind;
    header.createdAt = QDateTime::currentDateTimeUtc();
    header.source = {(*workspace)->connections().profiles().front().id, QStringLiteral("/"),
                     QStringLiteral("orders.dead")};
    const std::vector<Message> all = cli.broker.contents("orders.dead");
    std::vector<PlanItem> items;
    std::vector<SavedCopy> copies;
    std::vector<qint64> numbers;
    for (int i = 0; i < messages; ++i) {
        PlanItem& item = items.emplace_back();
        item.number = i + 1;
        item.fingerprint = fingerprintOf(all.at(static_cast<std::size_t>(i)));
        item.routingKey = "orders";
        if (i < begun) {
            copies.push_back({item.number, &all.at(static_cast<std::size_t>(i)), {}, item.fingerprint});
            numbers.push_back(item.number);
        }
    }
    ReplayJournal& journal = (*workspace)->journal();
    QVERIFY(journal.createRun(header).has_value());
    QVERIFY(journal.addItems(header.id, items).has_value());
    QVERIFY(journal.saveCopies(header.id, copies, sends(kind) ? ItemState::Published : ItemState::Saved)
                .has_value());
    QVERIFY(journal.mark(header.id, numbers, state, {}).has_value());
    QVERIFY(journal.setRunState(header.id, run).has_value());
}

} // namespace signalbox
