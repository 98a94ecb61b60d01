// A journal on a workspace file of its own, made anew for each test.
#pragma once

#include "app/store/sqlreplayjournal.h"
#include "tests/app/store/storefixture.h"

namespace signalbox {

class OpenJournal {
protected:
    void make() {
        end();
        folder_ = std::make_unique<Folder>();
        clock_ = std::make_unique<FakeClock>();
        reopen();
    }
    void end() {
        journal_.reset();
        workspace_.reset();
    }
    void reopen() {
        end();
        workspace_ = need(WorkspaceDb::open(folder_->file()));
        journal_ = need(SqlReplayJournal::open(*workspace_, *clock_));
    }
    QString start(const char* id, qint64 items, RunKind kind = RunKind::Replay) {
        const QString run = QString::fromLatin1(id);
        RunHeader made = header(run, kind);
        made.createdAt = clock_->now();
        need(journal_->createRun(made));
        if (items > 0)
            need(journal_->addItems(run, itemsTo(items)));
        return run;
    }

    std::unique_ptr<Folder> folder_;
    std::unique_ptr<FakeClock> clock_;
    std::unique_ptr<WorkspaceDb> workspace_;
    std::shared_ptr<SqlReplayJournal> journal_;
};

} // namespace signalbox
