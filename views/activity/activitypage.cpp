#include "views/activity/activitypage.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "views/activity/actionwords.h"
#include "views/activity/auditexport.h"
#include "views/activity/auditmodel.h"
#include "views/widgets/detailsbox.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/progressstrip.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QFileDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

namespace signalbox {

namespace {

QString splitterKey() {
    return QStringLiteral("activity/splitter");
}

} // namespace

ActivityPage::ActivityPage(ConsoleContext& context, QWidget* parent)
    : Page(parent)
    , context_(context)
    , model_(new AuditModel(context.audit, context.storeThread, this))
    , banner_(new ErrorBanner(this))
    , search_(new SearchLine(tr("Filter by any word: person, action, connection, reason"), this))
    , counter_(dimLabel({}, this))
    , verify_(new QPushButton(icon(QStringLiteral("shield")), tr("&Verify"), this))
    , export_(new QPushButton(icon(QStringLiteral("export")), tr("E&xport…"), this))
    , table_(new TableView(this))
    , details_(new DetailsBox(this))
    , splitter_(new QSplitter(Qt::Vertical, this))
    , verifyStrip_(new ProgressStrip(this))
    , exportStrip_(new ProgressStrip(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(space::small);
    bar->setContentsMargins(space::medium, space::small, space::medium, space::small);
    auto* headline = new QLabel(title(), this);
    headline->setFont(headlineFont());
    bar->addWidget(headline);
    bar->addSpacing(space::large);
    bar->addWidget(search_, 1);
    bar->addWidget(counter_);
    bar->addWidget(verify_);
    bar->addWidget(export_);
    verify_->setToolTip(tr("Proves by the chain of hashes that no record was changed or taken out"));
    layout->addLayout(bar);
    layout->addWidget(banner_);
    for (ProgressStrip* strip : {verifyStrip_, exportStrip_}) {
        strip->setContentsMargins(space::medium, 0, space::medium, space::small);
        layout->addWidget(strip);
    }
    splitter_->addWidget(table_);
    auto* detailFrame = new QWidget(this);
    auto* inside = new QVBoxLayout(detailFrame);
    inside->setContentsMargins(space::medium, space::small, space::medium, space::small);
    inside->addWidget(details_);
    splitter_->addWidget(detailFrame);
    details_->setFlexible();
    splitter_->setChildrenCollapsible(false);
    splitter_->setStretchFactor(0, 4);
    splitter_->setStretchFactor(1, 1);
    layout->addWidget(splitter_, 1);

    table_->setModel(model_);
    table_->setAccessibleName(title());
    table_->setFrameShape(QFrame::NoFrame);
    table_->rememberColumns(context.settings, QStringLiteral("activity"), {},
                            {60, 150, 140, 150, 170, 190, 130, 200});
    if (const QByteArray state = context.settings.value(splitterKey()).toByteArray(); !state.isEmpty())
        splitter_->restoreState(state);
    connect(splitter_, &QSplitter::splitterMoved, this,
            [this] { context_.settings.setValue(splitterKey(), splitter_->saveState()); });
    connect(search_, &SearchLine::searched, model_, &AuditModel::setFilter);
    connect(search_, &SearchLine::leftDownwards, table_, [this] { table_->setFocus(); });
    connect(verify_, &QPushButton::clicked, this, &ActivityPage::verify);
    connect(export_, &QPushButton::clicked, this, &ActivityPage::chooseExport);
    connect(model_, &AuditModel::readingChanged, this, &ActivityPage::followReading);
    connect(model_, &AuditModel::modelReset, this, &ActivityPage::followReading);
    connect(model_, &AuditModel::errorRaised, this, [this](const Error& error) {
        banner_->present(error, tr("Try again"), [this] { model_->reload(); });
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &ActivityPage::followSelection);
    connect(model_, &AuditModel::modelReset, this, &ActivityPage::followSelection);
    followReading();
    followSelection();
}

QString ActivityPage::title() const {
    return tr("Activity");
}

QString ActivityPage::iconName() const {
    return QStringLiteral("activity");
}

void ActivityPage::activate(const QVariantMap& arguments) {
    if (arguments.contains(QStringLiteral("filter")))
        search_->setText(arguments.value(QStringLiteral("filter")).toString());
    model_->reload();
}

void ActivityPage::focusSearch() {
    search_->setFocus();
    search_->edit()->selectAll();
}

QList<QWidget*> ActivityPage::panes() {
    return {table_, search_, details_->copyButton()};
}

std::vector<Command> ActivityPage::commands() {
    return {
        {QStringLiteral("activity.refresh"),
         tr("Read the audit trail again"),
         QKeySequence(QStringLiteral("F5")),
         {},
         [this] { model_->reload(); },
         QStringLiteral("refresh"),
         {}},
        {QStringLiteral("activity.verify"),
         tr("Verify the audit trail"),
         {},
         [this] { return !verifying_; },
         [this] { verify(); },
         QStringLiteral("shield"),
         {}},
        {QStringLiteral("activity.export"),
         tr("Export the audit trail…"),
         QKeySequence(QStringLiteral("Ctrl+E")),
         {},
         [this] { chooseExport(); },
         QStringLiteral("export"),
         {}},
    };
}

QString ActivityPage::counterText() const {
    return counter_->text();
}

QString ActivityPage::detailText() const {
    return details_->text();
}

void ActivityPage::followReading() {
    const bool filtered = !search_->text().isEmpty();
    const QString read = words::count(model_->read());
    if (filtered)
        counter_->setText(model_->atEnd()
                              ? tr("%1 of %2").arg(words::count(model_->rowCount()), read)
                              : tr("%1 of the newest %2").arg(words::count(model_->rowCount()), read));
    else
        counter_->setText(model_->atEnd() ? tr("%1 records").arg(read) : tr("newest %1").arg(read));
    counter_->setVisible(model_->read() > 0);
    if (model_->isReading())
        table_->emptyState()->present(QStringLiteral("wait"), tr("Reading the audit trail…"), {});
    else if (filtered && model_->read() > 0)
        table_->emptyState()->present(QStringLiteral("search"), tr("No record fits the filter"),
                                      tr("Every word must occur somewhere in a record."), tr("Clear filter"),
                                      [this] { search_->setText({}); });
    else
        table_->emptyState()->present(
            QStringLiteral("activity"), tr("Nothing has happened yet"),
            tr("Whatever changes a connection or a broker is recorded here and cannot be "
               "taken back: who, when, why, with which outcome."));
    table_->followRows();
}

void ActivityPage::followSelection() {
    const AuditRecord* record = model_->at(table_->currentIndex().row());
    if (!record) {
        details_->setText(tr("Choose a record to see all of it."));
        return;
    }
    const AuditEvent& event = record->event;
    QStringList lines;
    const auto add = [&](const QString& name, const QString& text) {
        if (!text.isEmpty())
            lines << QStringLiteral("%1  %2").arg(name + QLatin1Char(':'), -12).arg(text);
    };
    add(tr("Record"), QString::number(record->number));
    add(tr("When"), words::whenExact(record->at));
    add(tr("Who"), event.actor);
    add(tr("What"), QStringLiteral("%1 (%2)").arg(actionText(event.action), event.action));
    add(tr("Connection"), event.connection);
    add(tr("On"), event.subject);
    add(tr("Outcome"), event.outcome);
    add(tr("Reason"), event.reason);
    add(tr("Detail"), event.detail);
    add(tr("Hash"), QString::fromLatin1(record->hash.toHex()));
    details_->setText(lines.join(QLatin1Char('\n')));
}

void ActivityPage::verify() {
    if (verifying_)
        return;
    verifying_ = true;
    verify_->setEnabled(false);
    Q_EMIT statusMessage(tr("Verifying the audit trail…"));
    AuditTrail* trail = &context_.audit;
    auto progress = std::make_shared<WorkProgress>();
    verifyStrip_->follow(tr("Verifying the audit trail"), progress, model_->newest());
    whenDone(inBackground(context_.storeThread, [trail, progress] { return trail->verify(*progress); }), this,
             [this](const Result<AuditVerdict>& verdict) {
                 verifying_ = false;
                 verifyStrip_->end();
                 verify_->setEnabled(true);
                 Q_EMIT statusMessage({});
                 if (!verdict && verdict.error().kind == ErrorKind::Cancelled)
                     banner_->present(Severity::Info, verdict.error().summary);
                 else if (!verdict)
                     banner_->present(verdict.error(), tr("Try again"), [this] { verify(); });
                 else if (verdict->whole)
                     banner_->present(Severity::Success,
                                      tr("The audit trail is whole: %1 records, each fits the one before.")
                                          .arg(words::count(verdict->records)));
                 else
                     banner_->present(
                         Severity::Error,
                         tr("The audit trail is broken at record %1: somebody changed the file outside "
                            "Signalbox.")
                             .arg(verdict->firstBroken),
                         verdict->explanation);
             });
}

void ActivityPage::chooseExport() {
    auto* dialog = new QFileDialog(this, tr("Export the audit trail"), QStringLiteral("audit.jsonl"),
                                   tr("JSON Lines (*.jsonl);;CSV for spreadsheets (*.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.contains(QLatin1String(".csv")) ? QStringLiteral("csv")
                                                                        : QStringLiteral("jsonl"));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &ActivityPage::exportTo);
    dialog->open();
}

void ActivityPage::exportTo(const QString& fileName) {
    if (exporting_)
        return;
    exporting_ = true;
    export_->setEnabled(false);
    Q_EMIT statusMessage(tr("Writing %1…").arg(fileName));
    auto progress = std::make_shared<WorkProgress>();
    exportStrip_->follow(tr("Export of the audit trail"), progress, model_->newest());
    AuditTrail* trail = &context_.audit;
    const AuditFormat format = auditFormatOf(fileName);
    whenDone(inBackground(context_.storeThread,
                          [trail, fileName, format, progress] {
                              return exportAudit(*trail, fileName, format, *progress);
                          }),
             this, [this, fileName](const Result<qint64>& count) {
                 exporting_ = false;
                 exportStrip_->end();
                 export_->setEnabled(true);
                 Q_EMIT statusMessage({});
                 if (!count && count.error().kind == ErrorKind::Cancelled) {
                     banner_->present(Severity::Info, count.error().summary);
                     return;
                 }
                 if (!count) {
                     banner_->present(count.error(), tr("Choose another file…"), [this] { chooseExport(); });
                     return;
                 }
                 banner_->present(Severity::Success,
                                  tr("%1 records are in %2.").arg(words::count(*count), fileName));
                 Q_EMIT exported(fileName, *count);
             });
}

} // namespace signalbox
