#include "views/deadletters/purgedialog.h"

#include "models/base/whendone.h"
#include "views/deadletters/actionrow.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int usualWidth = 560;
}

PurgeDialog::PurgeDialog(ConsoleContext& context, QueueInfo queue, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , queue_(std::move(queue))
    , banner_(new ErrorBanner(this))
    , name_(new QLineEdit(this))
    , reason_(new QLineEdit(this))
    , what_(new QLabel(this))
    , access_(new AccessNote(context, this))
    , why_(dimLabel({}, this)) {
    setWindowTitle(tr("Purge %1").arg(queue_.ref.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, queue_.ref.connectionId, windowTitle(), this));
    layout->addWidget(banner_);
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::medium);
    what_->setTextFormat(Qt::PlainText);
    what_->setWordWrap(true);
    inside->addWidget(what_);
    auto* form = new QFormLayout;
    form->setVerticalSpacing(space::small);
    name_->setPlaceholderText(queue_.ref.name);
    name_->setAccessibleName(tr("Type the name of the queue"));
    reason_->setPlaceholderText(tr("kept in history and audit trail"));
    reason_->setAccessibleName(tr("Reason"));
    reason_->setMaxLength(500);
    form->addRow(tr("&Type the queue's name"), name_);
    form->addRow(tr("&Reason"), reason_);
    inside->addLayout(form);
    if (queue_.type == QueueType::ServiceBus) {
        noCopies_ = new QCheckBox(tr("Keep &no copies (faster, cannot be undone)"), this);
        noCopies_->installEventFilter(this);
        connect(noCopies_, &QCheckBox::toggled, this, &PurgeDialog::follow);
        inside->addWidget(noCopies_);
    }
    inside->addWidget(access_);
    purge_ =
        addActionRow(this, inside, why_,
                     queue_.ready > 0 ? tr("Purge %1 messages").arg(words::count(queue_.ready)) : tr("Purge"),
                     QStringLiteral("purge"));
    layout->addLayout(inside, 1);
    connect(purge_, &QPushButton::clicked, this, &PurgeDialog::start);
    // Return must not reach Cancel, the default: a wrong name would close the dialog without a word.
    for (QWidget* each : std::initializer_list<QWidget*>{name_, reason_, purge_})
        each->installEventFilter(this);
    connect(name_, &QLineEdit::textChanged, this, &PurgeDialog::follow);
    connect(access_, &AccessNote::changed, this, &PurgeDialog::follow);
    connect(access_, &AccessNote::navigate, this, &PurgeDialog::navigate);
    access_->setConnection(queue_.ref.connectionId);
    whenDone(context_.replays.inDoubtIn(queue_.ref), this, [this](const Result<qint64>& doubts) {
        inDoubt_ = doubts.value_or(0);
        what_->setText(fateText());
    });
    follow();
    setMinimumWidth(usualWidth);
    name_->setFocus();
}

// What nobody can settle any more once the originals have gone.
QString PurgeDialog::doubtText() const {
    if (inDoubt_ == 0)
        return {};
    return QStringLiteral("\n\n") + (inDoubt_ == 1 ? tr("1 message of an earlier run is in doubt: it was "
                                                        "sent without an answer, and its original may be "
                                                        "among them. Settle it under Replays first.")
                                                   : tr("%1 messages of earlier runs are in doubt: they were "
                                                        "sent without an answer, and their originals "
                                                        "may be among them. Settle them under Replays first.")
                                                         .arg(words::count(inDoubt_)));
}

QString PurgeDialog::fateText() const {
    const QString count = queue_.ready < 0 ? tr("Every message that is ready")
                          : queue_.ready == 1
                              ? tr("The 1 message that is ready")
                              : tr("All %1 messages that are ready").arg(words::count(queue_.ready));
    if (noCopies_ && noCopies_->isChecked())
        return tr("%1 in %2 will be removed by the service itself, whether they were read here or not. No "
                  "copies are saved: nothing can bring them back.")
                   .arg(count, queue_.ref.name) +
               doubtText();
    const QString fate =
        tr("%1 in %2 will be removed, whether they were read here or not. A copy of each is saved byte for "
           "byte first; under Replays they can be restored to the queue as long as the copies are kept.")
            .arg(count, queue_.ref.name);
    return fate +
           (queue_.hasSessions
                ? QLatin1Char(' ') + tr("It goes session by session; while one is held, its own "
                                        "consumer gets nothing of it.")
                : QString()) +
           doubtText();
}

QString PurgeDialog::reasonNot() const {
    if (!access_->access().allowed())
        return access_->access().reason;
    if (queue_.type == QueueType::Stream)
        return tr("A stream keeps its messages: it cannot be purged.");
    if (const auto typed = GuardRail::confirmPurge(queue_.ref.name, name_->text()); !typed)
        return name_->text().isEmpty() ? tr("Type the queue's name to go on.") : typed.error().summary;
    return {};
}

bool PurgeDialog::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            const QString reason = reasonNot();
            if (reason.isEmpty()) {
                purge_->setFocus(); // one more key, and another one: nothing is purged by habit
                banner_->present(Severity::Info, tr("The name is right: press Space, or the button."));
            } else {
                banner_->present(Severity::Warning, reason);
            }
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void PurgeDialog::follow() {
    if (!purge_)
        return;
    what_->setText(fateText());
    const QString reason = reasonNot();
    if (banner_->severity() != Severity::Error)
        banner_->dismiss(); // it is being mended
    purge_->setEnabled(reason.isEmpty());
    purge_->setToolTip(reason);
    purge_->setAccessibleDescription(reason);
    why_->setText(access_->access().allowed() ? reason : QString());
}

void PurgeDialog::start() {
    const QString& id = queue_.ref.connectionId;
    const auto permit = context_.connections.permit(id);
    BrokerGateway* gateway = context_.connections.gateway(id);
    const ConnectionProfile* profile = context_.connections.find(id);
    if (!permit) {
        banner_->present(permit.error());
        return;
    }
    if (!gateway || !profile)
        return; // the access note says so
    const auto copies =
        noCopies_ && noCopies_->isChecked() ? ReplayDesk::Copies::None : ReplayDesk::Copies::Kept;
    const auto job = context_.replays.startPurge(queue_, profile->name, name_->text(),
                                                 reason_->text().trimmed(), *permit, *gateway, copies);
    if (!job) {
        banner_->present(job.error());
        return;
    }
    const QString run = (*job)->runId();
    accept();
    Q_EMIT started(run);
}

} // namespace signalbox
