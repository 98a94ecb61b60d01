#include "views/widgets/messageviewsummary.h"

#include "models/messaging/amqp10.h"
#include "models/messaging/tracecontext.h"
#include "views/widgets/messageviewpath.h"
#include "views/widgets/messageviewwords.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollBar>

namespace signalbox {

namespace {

constexpr int sideBySide = 720;
constexpr int labelWidth = 120;
constexpr int runPrefix = 8;

QString text(const std::optional<QByteArray>& bytes) {
    return bytes ? oneLine(*bytes) : QString();
}

QString named(const QByteArray& exchange) {
    return exchange.isEmpty() ? MessageSummary::tr("default exchange") : oneLine(exchange);
}

QLabel* heading(const QString& words, QWidget* parent) {
    QLabel* label = dimLabel(words, parent);
    QFont font = smallFont();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

} // namespace

MessageSummary::MessageSummary(QWidget* parent)
    : QScrollArea(parent)
    , inside_(new QWidget(this))
    , columns_(new QBoxLayout(QBoxLayout::LeftToRight, inside_))
    , sheet_(new QWidget(inside_))
    , rows_(new QGridLayout(sheet_))
    , back_(new QWidget(inside_))
    , backText_(new QLabel(back_))
    , run_(new QPushButton(tr("Show run"), back_))
    , path_(new DeathPathView(inside_)) {
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setAccessibleName(tr("Summary"));
    columns_->setContentsMargins(space::medium, space::medium, space::medium, space::medium);
    columns_->setSpacing(space::wide);
    rows_->setContentsMargins(0, 0, 0, 0);
    rows_->setHorizontalSpacing(space::medium);
    rows_->setVerticalSpacing(space::tight);
    rows_->setColumnMinimumWidth(0, labelWidth);
    rows_->setColumnStretch(1, 1);
    auto* left = new QVBoxLayout;
    left->setSpacing(space::small);
    auto* backRow = new QHBoxLayout(back_);
    backRow->setContentsMargins(0, 0, 0, 0);
    setTextTone(backText_, Tone::Warn);
    backText_->setTextFormat(Qt::PlainText);
    backText_->setWordWrap(true);
    backRow->addWidget(backText_, 1);
    backRow->addWidget(run_);
    left->addWidget(back_);
    left->addWidget(sheet_);
    left->addStretch(1);
    auto* right = new QVBoxLayout;
    right->setSpacing(space::small);
    right->addWidget(heading(tr("How it came here"), inside_));
    right->addWidget(path_, 1);
    columns_->addLayout(left, 3);
    columns_->addLayout(right, 2);
    inside_->setBackgroundRole(QPalette::Base);
    inside_->setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setWidget(inside_);
    connect(run_, &QPushButton::clicked, this, [this] { Q_EMIT runWanted(runId_); });
}

void MessageSummary::resizeEvent(QResizeEvent* event) {
    columns_->setDirection(viewport()->width() >= sideBySide ? QBoxLayout::LeftToRight
                                                             : QBoxLayout::TopToBottom);
    QScrollArea::resizeEvent(event);
}

QString MessageSummary::text() const {
    return lines_.join(QLatin1Char('\n'));
}

void MessageSummary::row(const QString& label, const QString& value, const QString& toolTip, bool mono) {
    if (value.isEmpty())
        return;
    const int at = rows_->count() / 2; // the grid itself never gets smaller
    QLabel* caption = dimLabel(label, sheet_);
    auto* content = new QLabel(value, sheet_);
    content->setTextFormat(Qt::PlainText);
    content->setWordWrap(true);
    content->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    content->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    content->setAccessibleName(label + QStringLiteral(": ") + value);
    content->setToolTip(toolTip.toHtmlEscaped());
    QSizePolicy anyWidth(QSizePolicy::Ignored, QSizePolicy::Preferred);
    anyWidth.setHeightForWidth(true); // a policy made anew forgets that the label wraps
    content->setSizePolicy(anyWidth);
    if (mono)
        content->setFont(monospaceFont());
    rows_->addWidget(caption, at, 0, Qt::AlignTop | Qt::AlignLeft);
    rows_->addWidget(content, at, 1, Qt::AlignTop);
    lines_ << label + QStringLiteral(": ") + value;
}

void MessageSummary::setMessage(const Message& message, const DeathFacts& facts, const QString& here) {
    while (QLayoutItem* old = rows_->takeAt(0)) {
        delete old->widget();
        delete old;
    }
    lines_.clear();

    runId_.clear();
    if (const HeaderValue* run = message.header(runHeader); run && run->asBytes())
        runId_ = oneLine(*run->asBytes(), 64);
    back_->setVisible(facts.replayAttempts > 0);
    run_->setVisible(!runId_.isEmpty());
    if (facts.replayAttempts > 0) {
        const QString times = facts.replayAttempts == 1
                                  ? tr("Came back after 1 replay")
                                  : tr("Came back after %1 replays").arg(words::count(facts.replayAttempts));
        backText_->setText(runId_.isEmpty()
                               ? tr("%1.").arg(times)
                               : tr("%1, the last in run %2.").arg(times, runId_.left(runPrefix)));
        lines_ << backText_->text();
    }

    const DeathWords death = deathWords(facts.reason);
    row(tr("Reason"), death.hint.isEmpty()   ? oneLine(death.text)
                      : death.text.isEmpty() ? death.hint
                                             : tr("%1 — %2").arg(death.text, death.hint));
    row(tr("Error"), oneLine(facts.exceptionText, 600));
    row(tr("Exception"), oneLine(facts.exceptionType), {}, true);
    row(tr("Died in"),
        facts.originKnown || !facts.originQueue.isEmpty() ? oneLine(facts.originQueue) : tr("unknown"));
    if (facts.originKnown || !facts.originKeys.isEmpty()) {
        const QString exchange = named(facts.originExchange.toUtf8());
        const QString keys = oneLine(facts.originKeys.join(QStringLiteral(", ")));
        row(tr("Published to"), keys.isEmpty() ? exchange : tr("%1 with %2").arg(exchange, keys));
    }
    QString times = words::when(facts.firstDeath);
    if (facts.lastDeath.isValid() && facts.lastDeath != facts.firstDeath)
        times = tr("%1, last %2").arg(times, words::when(facts.lastDeath));
    if (facts.deaths > 1)
        times += tr(" · %1 deaths").arg(words::count(facts.deaths));
    row(tr("Died at"), times, words::whenExact(facts.firstDeath));
    row(tr("Message type"), oneLine(facts.messageType));
    row(tr("Framework"), facts.framework);

    const MessageProperties& p = message.properties;
    row(tr("Message id"), signalbox::text(p.messageId), {}, true);
    row(tr("Correlation id"), signalbox::text(p.correlationId), {}, true);
    if (const auto trace = traceOf(message))
        row(tr("Trace"), oneLine(traceText(*trace)), tr("From the header %1").arg(trace->header), true);
    QString size = words::bytes(message.bodySize);
    if (!message.bodyComplete)
        size += message.body.isEmpty() ? tr(" · not kept here, so it cannot be replayed")
                                       : tr(" · cut here, so it cannot be replayed");
    row(tr("Body"), size, tr("%1 bytes").arg(words::count(message.bodySize)));
    QString content = signalbox::text(p.contentType);
    if (p.contentEncoding && !p.contentEncoding->isEmpty())
        content += QStringLiteral(" · ") + oneLine(*p.contentEncoding);
    row(tr("Content type"), content);
    if (p.amqp10) {
        const auto annotation = [&](const char* name) { return amqp10::annotation(message, name); };
        row(tr("Session"), amqp10::text(amqp10::find(message, amqp10::groupId)), {}, true);
        row(tr("Sequence number"), amqp10::text(annotation("x-opt-sequence-number")), {}, true);
        row(tr("Enqueued"), words::when(amqp10::time(annotation("x-opt-enqueued-time"))));
        row(tr("Partition"), amqp10::text(annotation("x-opt-partition-id")));
        row(tr("Partition key"), amqp10::text(annotation("x-opt-partition-key")), {}, true);
    } else {
        row(tr("Delivered by"),
            message.routingKey.isEmpty()
                ? named(message.exchange)
                : tr("%1 with %2").arg(named(message.exchange), oneLine(message.routingKey)));
    }
    row(tr("Redelivered"), message.redelivered ? tr("yes") : QString());
    row(tr("Type"), signalbox::text(p.type));
    row(tr("Application"), signalbox::text(p.appId));
    row(tr("User"), signalbox::text(p.userId));
    row(tr("Reply to"), signalbox::text(p.replyTo));
    if (p.timestamp && *p.timestamp < 253402300800ULL) // year 9999
        row(tr("Timestamp"),
            words::when(QDateTime::fromSecsSinceEpoch(static_cast<qint64>(*p.timestamp), Qt::UTC)));
    if (p.expiration)
        row(tr("Expiration"), tr("%1 ms").arg(oneLine(*p.expiration, 30)));
    if (p.priority)
        row(tr("Priority"), QString::number(*p.priority));
    if (p.deliveryMode)
        row(tr("Delivery mode"), *p.deliveryMode == 2 ? tr("persistent") : tr("transient"));
    // Spare height belongs below the rows, not between them.
    for (int row = 0; row < rows_->rowCount(); ++row)
        rows_->setRowStretch(row, 0);
    rows_->setRowStretch(rows_->count() / 2, 1);
    path_->setFacts(facts, here);
    verticalScrollBar()->setValue(0);
}

} // namespace signalbox
