#include "app/cli/commandset.h"
#include "app/cli/reading.h"
#include "app/cli/runs.h"
#include "app/cli/selection.h"
#include "app/cli/wait.h"
#include "models/deadletters/readingaudit.h"
#include "models/messaging/messagecodec.h"

#include <QFile>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <limits>
#include <set>

namespace signalbox {

namespace deadlettersexportcommand {
namespace {

struct Options {
    std::string queue, connection, where, text, output;
    std::vector<qint64> ids;
    qint64 limit = 0;
    qint64 first = 0;
    bool refresh = false;
    bool force = false;
    bool withRemoved = false;
    std::string from;
};

Error writeError(const QFileDevice& file) {
    return Error{ErrorKind::Storage, QStringLiteral("Cannot write %1.").arg(file.fileName()),
                 file.errorString()};
}

// A pipe or a device: written to, never replaced.
bool isSpecial(const QString& file) {
    const QFileInfo info(file);
    return info.exists() && !info.isFile() && !info.isDir();
}

Result<void> checkFile(const QString& file, bool force) {
    const QFileInfo info(file);
    if (info.isDir())
        return failure(ErrorKind::Invalid, QStringLiteral("%1 is a folder. Name a file in it.").arg(file));
    if (info.exists() && !force && !isSpecial(file))
        return failure(ErrorKind::Invalid,
                       QStringLiteral("%1 is there already. Add --force to replace it.").arg(file));
    return {};
}

// Whole or not at all: a file appears under its name when everything is in it.
class Sink {
public:
    Sink(Output& output, const QString& file) // empty: standard output
        : output_(output) {
        if (isSpecial(file)) {
            device_ = std::make_unique<QFile>(file);
        } else if (!file.isEmpty()) {
            auto whole = std::make_unique<QSaveFile>(file);
            file_ = whole.get();
            device_ = std::move(whole);
        }
    }

    Result<void> open() {
        if (!device_)
            return {};
        if (!device_->open(QIODevice::WriteOnly))
            return failure(writeError(*device_));
        if (file_)
            file_->setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
        return {};
    }
    Result<void> write(const QByteArray& line) {
        if (!device_) {
            output_.raw(line + '\n');
            if (output_.failed())
                return failure(ErrorKind::Storage, QStringLiteral("Standard output takes nothing more."));
            return {};
        }
        if (device_->write(line + '\n') < 0)
            return failure(writeError(*device_));
        return {};
    }
    Result<void> commit() {
        if (!device_)
            return {};
        if (file_ ? !file_->commit() : !device_->flush())
            return failure(writeError(*device_));
        return {};
    }

    bool keepsParts() const { return !file_; } // what was written before an error has gone out

private:
    Output& output_;
    std::unique_ptr<QFileDevice> device_;
    QSaveFile* file_ = nullptr; // device_, when it is a file of its own
};

struct Written {
    qint64 messages = 0;
    qint64 cut = 0;     // of them
    qint64 removed = 0; // left out: runs have removed them since the reading
};

// Of those, what is still in the queue as far as is known here: an import of the rest would double it.
Result<std::vector<qint64>> withoutRemoved(Session& session, Snapshot& snapshot, std::vector<qint64> ids,
                                           Written& written) {
    auto rows = snapshot.rows(ids);
    auto marked = rows ? markRemoved(session, snapshot.info(), *rows) : failure(rows.error());
    if (!marked)
        return failure(std::move(marked.error()));
    std::set<qint64> removed;
    for (const SnapshotRow& row : *rows) {
        if (!row.removedBy.isEmpty())
            removed.insert(row.id);
    }
    std::erase_if(ids, [&](qint64 id) { return removed.contains(id); });
    written.removed += static_cast<qint64>(removed.size());
    return ids;
}

Result<void> writeAll(Session& session, const std::shared_ptr<Snapshot>& snapshot, const Selection& selection,
                      const Options& options, Sink& sink, Written& written) {
    constexpr qint64 page = 300;
    IdPages pages(snapshot, selection);
    const qint64 most = options.limit > 0 ? options.limit : std::numeric_limits<qint64>::max();
    while (written.messages < most) {
        auto ids = pages.next(static_cast<int>(std::min(most - written.messages, page)));
        if (!ids)
            return failure(std::move(ids.error()));
        if (ids->empty())
            break;
        if (!options.withRemoved)
            ids = withoutRemoved(session, *snapshot, std::move(*ids), written);
        if (!ids)
            return failure(std::move(ids.error()));
        for (const qint64 id : *ids) {
            auto message = snapshot->message(id);
            if (!message)
                return failure(std::move(message.error()));
            if (auto done = sink.write(toJsonLine(*message)); !done)
                return done;
            ++written.messages;
            written.cut += message->bodyComplete ? 0 : 1;
        }
        session.out().progress(QStringLiteral("exported %1").arg(written.messages));
    }
    return sink.commit();
}

// What is still in the reading and may have arrived elsewhere.
Result<void> tellDoubts(Session& session, const SnapshotInfo& info) {
    tellUnfinished(session);
    const auto doubts = waitFor((*session.workspace())->replays().inDoubtIn(info.source));
    if (!doubts)
        return failure(doubts.error());
    if (*doubts > 0)
        session.out().notice(
            QStringLiteral("%1 of runs over this queue may have arrived at their receivers (in "
                           "doubt) and may be among these; signalbox replay decide settles that.")
                .arg(messagesText(*doubts)));
    return {};
}

Result<int> run(Session& session, const Options& options) {
    auto selection = parseSelection(options.where, options.text, options.ids);
    if (!selection)
        return failure(std::move(selection.error()));
    const QString file = options.output == "-" ? QString() : text(options.output);
    if (auto fine = checkFile(file, options.force); !fine)
        return failure(std::move(fine.error()));
    auto profile = session.profile(text(options.connection));
    if (!profile)
        return failure(std::move(profile.error()));
    auto read =
        readSelected(session, *profile,
                     {text(options.queue), options.refresh, options.first, text(options.from)}, *selection);
    if (!read)
        return failure(std::move(read.error()));
    const std::shared_ptr<Snapshot> snapshot = std::move(*read);

    if (auto told = tellDoubts(session, snapshot->info()); !told)
        return failure(std::move(told.error()));
    Sink sink(session.out(), file);
    if (auto opened = sink.open(); !opened)
        return failure(std::move(opened.error()));
    Written written;
    const auto done = writeAll(session, snapshot, *selection, options, sink, written);
    session.out().endProgress();
    // A part that went out is on record as well; a file that was not finished was never there.
    if (done || (sink.keepsParts() && written.messages > 0)) {
        Workspace& workspace = **session.workspace();
        AuditEvent event = exportEvent(workspace.actor(), snapshot->info(),
                                       file.isEmpty() ? QStringLiteral("-") : file, written.messages);
        if (!done)
            event.outcome = QStringLiteral("partly: %1").arg(done.error().summary);
        if (auto noted = workspace.audit().append(event); !noted)
            session.out().notice(noted.error().summary);
    }
    if (!done)
        return failure(done.error());
    if (written.removed > 0)
        session.out().notice(QStringLiteral("%1 left out, removed by runs since the reading. --with-removed "
                                            "exports these, too; importing them into the same system makes "
                                            "doubles.")
                                 .arg(messagesText(written.removed)));
    if (written.cut > 0)
        session.out().notice(
            QStringLiteral("%1 of them have no whole body; such a message can never be sent.")
                .arg(written.cut));
    if (!file.isEmpty()) {
        session.out().object({{QStringLiteral("exported"), written.messages},
                              {QStringLiteral("withoutWholeBody"), written.cut},
                              {QStringLiteral("removedAndLeftOut"), written.removed},
                              {QStringLiteral("file"), file}});
        session.out().line(QStringLiteral("Exported %1 to %2.").arg(messagesText(written.messages), file));
    }
    const bool nothingLeft = written.messages == 0 && written.removed > 0;
    return written.cut > 0 || nothingLeft ? exitcode::partly : exitcode::done;
}

} // namespace
} // namespace deadlettersexportcommand

void declareDeadLettersExport(CommandSet& set) {
    using namespace deadlettersexportcommand;
    auto options = std::make_shared<Options>();
    CLI::App* command =
        set.add("deadletters", "export", "Write dead letters as JSON Lines that import again byte for byte",
                "  signalbox deadletters export billing.dead --output billing.jsonl\n"
                "  signalbox deadletters export billing.dead --where 'headers.tenant = \"acme\"' | jq .\n",
                [options](Session& session) { return run(session, *options); });
    command->add_option("queue", options->queue, "Queue")->required();
    addConnectionOption(*command, options->connection);
    addWhereOption(*command, options->where);
    addTextOption(*command, options->text);
    addIdOption(*command, options->ids);
    command->add_option("-o,--output", options->output, "File (mode 0600); - or none: standard output");
    command->add_flag("--force", options->force, "Replace the file if it is there");
    command->add_flag("--with-removed", options->withRemoved,
                      "Also what runs have removed from the queue since it was read");
    command->add_option("--limit", options->limit, "How many; 0 = all")->check(wholeNumber(0));
    command->add_flag("--refresh", options->refresh, "Read the queue again");
    command->add_option("--first", options->first, "Read only so many messages; 0 = all")
        ->check(wholeNumber(0));
    addFromOption(*command, options->from);
}

} // namespace signalbox
