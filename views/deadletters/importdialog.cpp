#include "views/deadletters/importdialog.h"

#include "models/base/whendone.h"
#include "views/deadletters/actionrow.h"
#include "views/deadletters/runstart.h"
#include "views/widgets/accessnote.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/progressstrip.h"
#include "views/widgets/sendbackcheck.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QFileInfo>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int importWidth = 600;

QLabel* wrapped(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

Carrier carrierOf(const ConsoleContext& context, const QString& connectionId) {
    const ConnectionProfile* profile = context.connections.find(connectionId);
    return profile && profile->technology == technology::serviceBus ? Carrier::ServiceBus : Carrier::Amqp091;
}

} // namespace

ImportDialog::ImportDialog(ConsoleContext& context, EntityRef queue, const QString& file, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , queue_(std::move(queue))
    , check_(file, carrierOf(context, queue_.connectionId))
    , banner_(new ErrorBanner(this))
    , progress_(new ProgressStrip(this))
    , summary_(wrapped({}, this))
    , access_(new AccessNote(context, this))
    , why_(dimLabel({}, this)) {
    setWindowTitle(tr("Import into %1").arg(queue_.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, queue_.connectionId, windowTitle(), this));
    layout->addWidget(banner_);
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::medium);
    inside->addWidget(wrapped(tr("File: %1").arg(file), this));
    inside->addWidget(summary_);
    inside->addWidget(progress_);
    inside->addWidget(wrapped(
        tr("Each message of the file is sent to the end of queue %1, and to nobody else.%2 Nothing is "
           "taken away; whoever consumes the queue gets them. Nothing is sent before you press the "
           "button.")
            .arg(queue_.name, carrierOf(context, queue_.connectionId) == Carrier::Amqp091
                                  ? QLatin1Char(' ') + sendBackChanges()
                                  : QString()),
        this));
    inside->addWidget(access_);
    inside->addStretch(1);
    send_ = addActionRow(this, inside, why_, tr("Send"), QStringLiteral("import"));
    layout->addLayout(inside, 1);
    connect(send_, &QPushButton::clicked, this, &ImportDialog::send);
    connect(progress_, &ProgressStrip::cancelWanted, &check_, &ImportCheck::cancel);
    connect(&check_, &ImportCheck::progressChanged, this, &ImportDialog::showLooking);
    connect(&check_, &ImportCheck::ended, this, &ImportDialog::take);
    connect(access_, &AccessNote::changed, this, &ImportDialog::follow);
    connect(access_, &AccessNote::navigate, this, &ImportDialog::navigate);
    access_->setConnection(queue_.connectionId);
    setMinimumWidth(importWidth);
    check_.start();
    follow();
}

QString ImportDialog::summary() const {
    return summary_->text();
}

void ImportDialog::showLooking() {
    ProgressStrip::State state;
    state.label = tr("Looking into %1").arg(QFileInfo(check_.file()).fileName());
    constexpr qint64 kib = 1024;
    state.done = check_.done() / kib;
    state.total = check_.total() < 0 ? -1 : check_.total() / kib;
    state.note = tr("KiB");
    state.canPause = false;
    progress_->present(state);
}

void ImportDialog::take(const Result<ImportContents>& contents) {
    looking_ = false;
    progress_->hide();
    if (!contents)
        banner_->present(contents.error());
    else if (contents->messages > 0)
        contents_ = *contents;
    else
        empty_ = contents->bytesOfFile == 0 ? tr("The file is empty.") : tr("The file holds no messages.");
    follow();
}

QString ImportDialog::reasonNot() const {
    if (!access_->access().allowed())
        return access_->access().reason;
    if (looking_)
        return tr("Looking into the file…");
    if (sending_)
        return tr("Writing the messages into the journal…");
    return contents_ ? QString() : tr("Nothing of this file can be sent.");
}

void ImportDialog::follow() {
    if (!send_)
        return;
    summary_->setText(!contents_ ? looking_            ? tr("Looking what is in it…")
                                   : !empty_.isEmpty() ? empty_
                                                       : tr("It was not looked through to its end.")
                                 : tr("%1, %2 of bodies")
                                       .arg(contents_->messages == 1
                                                ? tr("1 message")
                                                : tr("%1 messages").arg(words::count(contents_->messages)),
                                            words::bytes(contents_->bytes)));
    const QString reason = reasonNot();
    send_->setText(!contents_ ? tr("Send")
                   : contents_->messages == 1
                       ? tr("Send 1 message to %1").arg(queue_.name)
                       : tr("Send %1 messages to %2").arg(words::count(contents_->messages), queue_.name));
    send_->setEnabled(reason.isEmpty());
    send_->setToolTip(reason);
    send_->setAccessibleDescription(reason);
    why_->setText(access_->access().allowed() ? reason : QString());
}

void ImportDialog::send() {
    // Asked first: no run is written that could not start.
    const auto permit = context_.connections.permit(queue_.connectionId);
    const ConnectionProfile* profile = context_.connections.find(queue_.connectionId);
    if (!permit || !profile || !reasonNot().isEmpty()) {
        if (!permit)
            banner_->present(permit.error());
        return;
    }
    sending_ = std::make_shared<WorkProgress>();
    banner_->dismiss();
    progress_->follow(tr("Writing into the journal"), sending_, contents_->messages);
    follow();
    checkSendBack(context_, queue_, this, [this, name = profile->name](const Result<SendBack>& how) {
        if (!how) {
            sending_.reset();
            progress_->end();
            banner_->present(how.error());
            follow();
            return;
        }
        acceptFile(name, *how);
    });
}

void ImportDialog::acceptFile(const QString& connectionName, const SendBack& how) {
    whenDone(context_.replays.acceptImport(queue_, connectionName, check_.file(), sending_, how), this,
             [this](const Result<QString>& run) {
                 sending_.reset();
                 progress_->end();
                 if (!run) {
                     if (run.error().kind == ErrorKind::Cancelled)
                         banner_->present(Severity::Info, run.error().summary);
                     else
                         banner_->present(run.error());
                     follow();
                     return;
                 }
                 if (const auto problem = startAccepted(context_, queue_.connectionId, *run)) {
                     contents_.reset(); // it is under Replays now; a second press would send all twice
                     banner_->present(*problem);
                     follow();
                     return;
                 }
                 const QString& id = *run;
                 accept();
                 Q_EMIT started(id);
             });
}

void ImportDialog::reject() {
    if (sending_)
        sending_->cancelled = true;
    else
        QDialog::reject();
}

} // namespace signalbox
