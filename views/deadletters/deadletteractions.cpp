// What DeadLettersPage does; how it is put together is in deadletterspage.cpp.
#include "models/base/background.h"
#include "models/base/whendone.h"
#include "models/deadletters/readingaudit.h"
#include "views/deadletters/deadletterdialog.h"
#include "views/deadletters/deadletterspage.h"
#include "views/deadletters/deletedialog.h"
#include "views/deadletters/editdialog.h"
#include "views/deadletters/filterbar.h"
#include "views/deadletters/grouppane.h"
#include "views/deadletters/importdialog.h"
#include "views/deadletters/messagepane.h"
#include "views/deadletters/messagetable.h"
#include "views/deadletters/purgedialog.h"
#include "views/deadletters/queuepane.h"
#include "views/deadletters/readingbar.h"
#include "views/deadletters/replaydialog.h"
#include "views/deadletters/sessionsdialog.h"
#include "views/deadletters/snapshotsession.h"
#include "views/deadletters/worklist.h"
#include "views/widgets/columnsdialog.h"
#include "views/widgets/icons.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/words.h"

#include <QFileDialog>
#include <QMenu>

namespace signalbox {

std::vector<Command> DeadLettersPage::commands() {
    const auto made = [](const char* id, const QString& text, const char* keys, const char* iconName,
                         std::function<bool()> enabled, std::function<void()> run) {
        return Command{QString::fromLatin1(id),
                       text,
                       QKeySequence(QString::fromLatin1(keys)),
                       std::move(enabled),
                       std::move(run),
                       QString::fromLatin1(iconName),
                       {}};
    };
    const auto chosen = [this] { return session_ != nullptr; };
    const auto linked = [this] { return session_ && board_.gateway() && !session_->isReading(); };
    const auto messages = [this] {
        return hasMessages() && !session_->isReading() && shown_->info().count > 0;
    };
    const auto removable = [this, messages] { return messages() && !isStream(); };
    const auto one = [this, messages] {
        return messages() && message_->message() && message_->message()->bodyComplete;
    };
    std::vector<Command> all{
        made("deadletters.read", hasMessages() ? tr("Read the queue again…") : tr("Read the queue…"), "F5",
             "refresh", linked, [this] { readQueue(); }),
        made("deadletters.replay", tr("Replay messages…"), "Ctrl+R", "replays", messages,
             [this] { replay(); }),
        made("deadletters.edit", tr("Edit this message and replay it…"), "Ctrl+E", "edit", one,
             [this] { editAndReplay(); }),
        made("deadletters.delete", tr("Delete messages…"), "Del", "remove", removable,
             [this] { deleteMessages(); }),
        made(
            "deadletters.deadletter", tr("Dead-letter messages…"), "", "deadletters",
            [this, messages] { return messages() && canDeadLetter(); }, [this] { deadLetterMessages(); }),
        made(
            "deadletters.purge", tr("Purge the whole queue…"), "", "purge",
            [this, linked] { return linked() && !isStream(); }, [this] { purge(); }),
        made(
            "deadletters.sessions", tr("Sessions of this queue…"), "", "group",
            [this] { return session_ && hasSessions(session_->queue().name) && board_.gateway(); },
            [this] { showSessions(); }),
        made("deadletters.restore", tr("Restore deleted messages…"), "", "restore", {},
             [this] { Q_EMIT navigate(QStringLiteral("replays"), {}); }),
        made("deadletters.export", tr("Export messages…"), "Ctrl+Shift+S", "export", messages,
             [this] { chooseExport(); }),
        made(
            "deadletters.import", tr("Import messages into this queue…"), "", "import",
            [this, linked] { return linked() && !isStream(); }, [this] { chooseImport(); }),
        made("deadletters.pin", tr("Pin or unpin this queue"), "Ctrl+P", "pin", chosen,
             [this] { togglePin(); }),
        made("deadletters.selectAll", tr("Select all messages"), "", "list", messages,
             [this] { messages_->selectAll(); }),
        made("deadletters.clearFilter", tr("Show all messages"), "", "clear", messages,
             [this] {
                 filter_->clear();
                 groups_->selectGroup(std::nullopt);
             }),
        made(
            "deadletters.columns", tr("Columns…"), "Ctrl+Shift+H", "list", [this] { return hasMessages(); },
            [this] { chooseColumns(); }),
        made("deadletters.queues", tr("Ask the broker for its queues again"), "Ctrl+F5", "queue", {},
             [this] { board_.refresh(); }),
    };
    for (Command& command : entityCommands(session_ ? session_->queue().name : QString()))
        all.push_back(std::move(command));
    const ConnectionProfile* profile = context_.connections.find(board_.connectionId());
    if (!profile || profile->technology != technology::serviceBus)
        std::erase_if(
            all, [](const Command& command) { return command.id == QLatin1String("deadletters.sessions"); });
    return all;
}

std::vector<Command> DeadLettersPage::places() {
    std::vector<Command> all;
    const ConnectionProfile* profile = context_.connections.find(board_.connectionId());
    for (int row = 0; profile && row < board_.model().rowCount(); ++row) {
        const DeadLetterQueue* queue = board_.model().at(row);
        const QString name = queue->queue.ref.name;
        const QVariantMap arguments{{QStringLiteral("connection"), profile->id},
                                    {QStringLiteral("queue"), name}};
        all.push_back({QStringLiteral("queue:") + name,
                       tr("Queue: %1").arg(name),
                       {},
                       {},
                       [this, arguments] { Q_EMIT navigate(QStringLiteral("deadletters"), arguments); },
                       QStringLiteral("queue"),
                       profile->name});
    }
    return all;
}

QString DeadLettersPage::unfinishedWork() const {
    return work_->words().join(QStringLiteral(", "));
}

void DeadLettersPage::readQueue() {
    if (!session_ || !board_.gateway())
        return;
    Q_EMIT wentOn();
    reading_->ask(true);
}

MessageChoice DeadLettersPage::choice() const {
    MessageChoice choice;
    choice.ids = messages_->selectedIds();
    choice.query = messages_->model().query();
    choice.selected = static_cast<qint64>(choice.ids.size());
    choice.filtered = messages_->model().rowCount();
    choice.all = shown_ ? shown_->info().count : 0;
    choice.hasFilter = !choice.query.where.isEmpty() || !choice.query.text.isEmpty() || choice.query.groupId;
    // One current row is what one looks at, not what one means; several, or all, are meant.
    choice.scope = choice.selected > 0 ? MessageChoice::Scope::Selected
                   : choice.hasFilter  ? MessageChoice::Scope::Filtered
                                       : MessageChoice::Scope::All;
    return choice;
}

PlanScene DeadLettersPage::scene(MessageChoice choice) const {
    PlanScene scene;
    scene.source = session_->queue();
    scene.sourceIsStream = isStream();
    scene.routing = board_.routing();
    scene.facts = session_->facts();
    if (const DeadLetterQueue* listed = board_.find(scene.source.name); listed && !scene.facts)
        scene.facts = listed->queue;
    scene.snapshot = shown_->snapshot();
    scene.choice = std::move(choice);
    return scene;
}

template<class Dialog>
void DeadLettersPage::present(Dialog* dialog) {
    Q_EMIT wentOn();
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog_ = dialog;
    connect(dialog, &QObject::destroyed, this, [this, dialog] {
        if (dialog_ == dialog)
            dialog_ = nullptr;
    });
    if constexpr (requires { &Dialog::started; }) {
        connect(dialog, &Dialog::started, this, &DeadLettersPage::showRun);
        connect(dialog, &Dialog::navigate, this, &Page::navigate);
    }
    dialog->open();
}

template void DeadLettersPage::present<QDialog>(QDialog* dialog);

void DeadLettersPage::showRun(const QString& runId) {
    Q_EMIT navigate(QStringLiteral("replays"), {{QStringLiteral("run"), runId}});
}

// While the filter is wrong the list still shows what fitted the one before: nobody means that.
bool DeadLettersPage::filterStands() {
    if (filter_->whereLine()->problem().isEmpty() || !messages_->selectedIds().empty())
        return true;
    Q_EMIT errorRaised(
        {ErrorKind::Invalid,
         tr("The filter is wrong, and the list still shows what fitted the one before. Mend or clear it, "
            "or select messages."),
         filter_->whereLine()->problem()});
    return false;
}

void DeadLettersPage::replay() {
    if (hasMessages() && filterStands())
        present(new ReplayDialog(context_, scene(choice()), this));
}

void DeadLettersPage::editAndReplay() {
    if (!hasMessages() || !message_->message())
        return;
    const qint64 id = message_->shownId();
    auto* dialog = new EditDialog(context_, session_->queue(), *message_->message(), this);
    connect(dialog, &EditDialog::edited, this, [this, id](const Message& edited) {
        MessageChoice only = choice();
        only.scope = MessageChoice::Scope::Selected;
        only.ids = {id};
        only.selected = 1;
        PlanScene about = scene(std::move(only));
        about.edited = std::make_pair(id, edited);
        present(new ReplayDialog(context_, std::move(about), this));
    });
    present(dialog);
}

void DeadLettersPage::deleteMessages() {
    if (hasMessages() && !isStream() && filterStands())
        present(new DeleteDialog(context_, scene(choice()), this));
}

void DeadLettersPage::deadLetterMessages() {
    if (canDeadLetter() && filterStands())
        present(new DeadLetterDialog(context_, scene(choice()), this));
}

void DeadLettersPage::purge() {
    BrokerGateway* broker = board_.gateway();
    if (!session_ || !broker)
        return;
    // How many it will be is asked of the broker now, not taken from the list.
    whenDone(broker->queue(session_->queue().name), this, [this](const Result<QueueInfo>& queue) {
        if (queue)
            present(new PurgeDialog(context_, *queue, this));
        else
            Q_EMIT errorRaised(queue.error());
    });
}

bool DeadLettersPage::hasSessions(const QString& queue) const {
    const DeadLetterQueue* listed = board_.find(queue);
    if (listed && board_.missing().isEmpty())
        return listed->queue.hasSessions;
    // Without the management API nobody knows; the service tells when it is asked.
    return listed && listed->queue.type == QueueType::ServiceBus && listed->queue.deadLettersOf.isEmpty();
}

void DeadLettersPage::showSessions() {
    if (!session_ || !hasSessions(session_->queue().name))
        return;
    auto* dialog = new SessionsDialog(context_, session_->queue(),
                                      hasMessages() ? shown_->snapshot() : std::shared_ptr<Snapshot>(), this);
    connect(dialog, &SessionsDialog::messagesWanted, this, [this](const QString& filter) {
        groups_->selectGroup(std::nullopt);
        filter_->restore(filter, {});
        messages_->table()->setFocus();
    });
    present(dialog);
}

void DeadLettersPage::chooseColumns() {
    if (hasMessages())
        present(new ColumnsDialog(*messages_->table(), this));
}

void DeadLettersPage::chooseExport() {
    if (!hasMessages())
        return;
    auto* dialog =
        new QFileDialog(this, tr("Export messages"), session_->queue().name + QStringLiteral(".jsonl"),
                        tr("JSON Lines (*.jsonl)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    connect(dialog, &QFileDialog::fileSelected, this, &DeadLettersPage::exportTo);
    present(dialog);
}

void DeadLettersPage::exportTo(const QString& file) {
    if (!hasMessages())
        return;
    auto work = std::make_unique<ExportJob>(*shown_, choice(), context_.conventions, file);
    connect(work.get(), &ExportJob::ended, this,
            [this, file, from = shown_->info()](const Result<qint64>& written) {
                if (written)
                    inBackground(context_.storeThread,
                                 [&audit = context_.audit,
                                  event = exportEvent(context_.connections.actor(), from, file, *written)] {
                                     return audit.append(event);
                                 });
            });
    work_->add(std::move(work));
}

void DeadLettersPage::chooseImport() {
    if (!session_)
        return;
    auto* dialog = new QFileDialog(this, tr("Import messages into %1").arg(session_->queue().name), QString(),
                                   tr("JSON Lines (*.jsonl);;All files (*)"));
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &DeadLettersPage::importFrom);
    present(dialog);
}

void DeadLettersPage::importFrom(const QString& file) {
    if (!session_)
        return;
    present(new ImportDialog(context_, session_->queue(), file, this));
}

void DeadLettersPage::togglePin() {
    if (!session_)
        return;
    const QString name = session_->queue().name;
    const DeadLetterQueue* queue = board_.find(name);
    const bool isPinned = queue && queue->evidence.kind == DeadLetterEvidence::Kind::Pinned;
    board_.setPin(name, isPinned ? std::optional<bool>() : std::optional(true));
    Q_EMIT statusMessage(isPinned ? tr("%1 is no longer pinned.").arg(name) : tr("%1 is pinned.").arg(name));
}

void DeadLettersPage::fillMessageMenu(QMenu* menu, const QModelIndex&) {
    for (const Command& command : commands()) {
        if (command.id == QLatin1String("deadletters.queues") ||
            command.id == QLatin1String("deadletters.import") ||
            command.id.startsWith(QLatin1String("deadletters.entity")))
            continue;
        QAction* action = menu->addAction(icon(command.iconName), command.text, this, command.run);
        action->setEnabled(command.isEnabled());
    }
    menu->addSeparator();
}

} // namespace signalbox
