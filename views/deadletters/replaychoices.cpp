#include "views/deadletters/replaychoices.h"

#include "models/messaging/deathfacts.h"
#include "views/deadletters/orderbox.h"
#include "views/widgets/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDateTimeEdit>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QRadioButton>
#include <QShortcutEvent>
#include <QSpinBox>
#include <QStringListModel>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int mostRate = 1'000'000;
enum class Expiration { Keep, Strip, Restore };

constexpr int mostLimit = 100'000'000;

QLabel* heading(const QString& words, QWidget* parent) {
    auto* label = new QLabel(words, parent);
    QFont bold = label->font();
    bold.setWeight(QFont::DemiBold);
    label->setFont(bold);
    return label;
}

void complete(QLineEdit* edit, QStringListModel* names) {
    auto* completer = new QCompleter(names, edit);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    completer->setFilterMode(Qt::MatchContains);
    completer->setMaxVisibleItems(12);
    edit->setCompleter(completer);
}

} // namespace

ReplayChoices::ReplayChoices(Broker broker, QWidget* parent)
    : QWidget(parent)
    , broker_(broker)
    , exchangeNames_(new QStringListModel(this))
    , queueNames_(new QStringListModel(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::tight);
    layout->addWidget(heading(tr("Where to"), this));
    if (isBus())
        addBusDestinations(layout);
    else
        addDestinations(layout);
    originQueue_->setChecked(true);
    layout->addSpacing(space::medium);
    addOptions(layout);
    layout->addStretch(1);
    follow();
}

QRadioButton* ReplayChoices::destination(QVBoxLayout* layout, const QString& text, const QString& hint) {
    auto* button = new QRadioButton(text, this);
    button->setAccessibleDescription(hint);
    layout->addWidget(button);
    QLabel* words = dimLabel(hint, this);
    words->setFont(smallFont());
    words->setWordWrap(true);
    words->setContentsMargins(space::wide, 0, 0, space::tight);
    layout->addWidget(words);
    connect(button, &QRadioButton::toggled, this, [this](bool on) {
        if (!on)
            return; // told by the one that came on
        follow();
        Q_EMIT changed();
    });
    return button;
}

void ReplayChoices::addBusDestinations(QVBoxLayout* layout) {
    originQueue_ = destination(layout, tr("&Back to where it died"),
                               tr("To its queue. For a subscription only where no other subscription of the "
                                  "topic would get a copy."));
    originExchange_ = destination(layout, tr("To its queue or t&opic again"),
                                  tr("A topic gives a copy to every subscription whose rules match."));
    toQueue_ = destination(layout, tr("To another &queue or topic"),
                           tr("A topic gives a copy to every subscription whose rules match."));
    addQueueField(layout, tr("name of the queue or topic"));
    connect(queue_, &QLineEdit::textChanged, this, &ReplayChoices::changed);
}

void ReplayChoices::addQueueField(QVBoxLayout* layout, const QString& placeholder) {
    queue_ = new QLineEdit(this);
    queue_->setAccessibleName(isBus() ? tr("Queue or topic") : tr("Queue"));
    queue_->setPlaceholderText(placeholder);
    complete(queue_, queueNames_);
    auto* indented = new QHBoxLayout;
    indented->setContentsMargins(space::wide, 0, 0, space::small);
    indented->addWidget(queue_);
    layout->addLayout(indented);
    toQueue_->installEventFilter(this);
}

void ReplayChoices::addDestinations(QVBoxLayout* layout) {
    originQueue_ = destination(layout, tr("&Back to the queue it died in"),
                               tr("Through the default exchange: exactly one queue gets each message."));
    originExchange_ = destination(layout, tr("To its original &exchange and routing keys"),
                                  tr("Like the first time, CC included: every bound queue gets a copy."));
    toExchange_ =
        destination(layout, tr("To an e&xchange"), tr("Every queue bound for the key gets a copy."));
    exchangeFields_ = new QWidget(this);
    auto* form = new QFormLayout(exchangeFields_);
    form->setContentsMargins(space::wide, 0, 0, space::small);
    form->setVerticalSpacing(space::tight);
    exchange_ = new QLineEdit(exchangeFields_);
    exchange_->setAccessibleName(tr("Exchange"));
    complete(exchange_, exchangeNames_);
    key_ = new QLineEdit(exchangeFields_);
    key_->setPlaceholderText(tr("original keys"));
    key_->setAccessibleName(tr("Routing key"));
    form->addRow(tr("Exchange"), exchange_);
    form->addRow(tr("Key"), key_);
    layout->addWidget(exchangeFields_);
    toQueue_ = destination(layout, tr("To a &queue"),
                           tr("Through the default exchange: exactly this queue gets them."));
    addQueueField(layout, tr("name of the queue"));
    toExchange_->installEventFilter(this);
    for (QLineEdit* edit : {exchange_, key_, queue_})
        connect(edit, &QLineEdit::textChanged, this, &ReplayChoices::changed);
}

QCheckBox* ReplayChoices::option(QVBoxLayout* layout, const QString& text, const QString& hint, bool on) {
    auto* box = new QCheckBox(text, this);
    box->setChecked(on);
    box->setToolTip(hint);
    box->setAccessibleDescription(hint);
    layout->addWidget(box);
    connect(box, &QCheckBox::toggled, this, &ReplayChoices::changed);
    return box;
}

void ReplayChoices::addOptions(QVBoxLayout* layout) {
    layout->addWidget(heading(tr("How"), this));
    mark_ = option(layout, tr("&Count the attempt in a header"),
                   tr("%1 counts up and %2 names the run, so that a message that comes back is recognised.")
                       .arg(QLatin1String(attemptHeader), QLatin1String(runHeader)),
                   true);
    if (isBus())
        addBusOptions(layout);
    else
        addRabbitOptions(layout);
    repeat_ = option(layout, tr("Also what was &replayed before"),
                     tr("The journal knows which messages were replayed from this queue; equal ones are "
                        "refused otherwise."),
                     false);
    auto* form = new QFormLayout;
    form->setContentsMargins(0, space::tight, 0, 0);
    form->setVerticalSpacing(space::tight);
    const auto number = [&](int most, const QString& none, const QString& suffix, const QString& name) {
        auto* box = new QSpinBox(this);
        box->setRange(0, most);
        box->setGroupSeparatorShown(true);
        box->setSpecialValueText(none);
        box->setSuffix(suffix);
        box->setAccessibleName(name);
        connect(box, &QSpinBox::valueChanged, this, &ReplayChoices::changed);
        return box;
    };
    expiration_ = new QComboBox(this);
    expiration_->addItem(tr("as it is"), QVariant::fromValue(int(Expiration::Keep)));
    expiration_->addItem(tr("removed"), QVariant::fromValue(int(Expiration::Strip)));
    if (isBus()) {
        expiration_->setToolTip(
            tr("A message that died of age keeps its time to live, which begins anew: it may "
               "expire again. Removed, the destination's default counts."));
    } else {
        expiration_->addItem(tr("the old one put back"), QVariant::fromValue(int(Expiration::Restore)));
        expiration_->setToolTip(
            tr("Dying removes a message's expiration. Put back, a short one lets it expire "
               "again at once."));
    }
    expiration_->setAccessibleName(tr("Expiration"));
    connect(expiration_, &QComboBox::currentIndexChanged, this, &ReplayChoices::changed);
    form->addRow(tr("Expiration"), expiration_);
    order_ = new OrderBox(this);
    connect(order_, &QComboBox::currentIndexChanged, this, &ReplayChoices::changed);
    rate_ = number(mostRate, tr("as fast as it goes"), tr(" a second"), tr("Most messages a second"));
    limit_ = number(mostLimit, tr("no limit"), tr(" messages"), tr("Most messages"));
    form->addRow(tr("Order"), order_);
    form->addRow(tr("At most"), rate_);
    form->addRow(tr("Only the first"), limit_);
    layout->addLayout(form);
}

void ReplayChoices::addRabbitOptions(QVBoxLayout* layout) {
    keepDeath_ = option(
        layout, tr("Keep x-&death headers"),
        tr("Consumers may take the count in x-death as a retry limit, and send the message straight back."),
        false);
    priority_ =
        option(layout, tr("Keep &priority"), tr("Otherwise the message goes out without a priority."), true);
    userId_ =
        option(layout, tr("Keep &user-id"),
               tr("The broker refuses a message whose user-id is not the user of this connection."), true);
}

void ReplayChoices::addBusOptions(QVBoxLayout* layout) {
    atOnce_ = option(
        layout, tr("Send and remove in one &transaction"),
        tr("All or nothing, so that nothing can end in doubt. The Basic tier has no transactions: there "
           "a message is sent first and removed then."),
        true);
    keepDeath_ =
        option(layout, tr("Keep the &dead-letter reason"),
               tr("DeadLetterReason and DeadLetterErrorDescription stay in the message; rules may look "
                  "at them."),
               false);
    newId_ = option(
        layout, tr("Give each a &new message id"),
        tr("An id that the destination has seen lately is dropped where duplicates are detected. A new "
           "one passes, but also the receiver's own check."),
        false);
    later_ =
        option(layout, tr("&Enqueue later:"), tr("The service keeps it as scheduled until then."), false);
    time_ = new QDateTimeEdit(QDateTime::currentDateTime().addSecs(3600), this);
    time_->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm"));
    time_->setCalendarPopup(true);
    time_->setAccessibleName(tr("Time to enqueue, of this machine"));
    auto* indented = new QHBoxLayout;
    indented->setContentsMargins(space::wide, 0, 0, space::tight);
    indented->addWidget(time_);
    indented->addStretch(1);
    layout->addLayout(indented);
    connect(later_, &QCheckBox::toggled, this, &ReplayChoices::follow);
    connect(time_, &QDateTimeEdit::dateTimeChanged, this, &ReplayChoices::changed);
}

void ReplayChoices::follow() {
    if (exchangeFields_)
        exchangeFields_->setVisible(toExchange_->isChecked());
    queue_->setVisible(toQueue_->isChecked());
    if (time_)
        time_->setVisible(later_->isChecked());
}

// The letter of such a choice leads to the name it needs: what is typed next is that name. The arrow keys go
// through the choices as ever.
bool ReplayChoices::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Shortcut && !static_cast<QShortcutEvent*>(event)->isAmbiguous()) {
        QRadioButton* chosen = toExchange_ && watched == toExchange_ ? toExchange_ : toQueue_;
        chosen->setChecked(true);
        (chosen == toExchange_ ? exchange_ : queue_)->setFocus(Qt::ShortcutFocusReason);
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void ReplayChoices::setRouting(const RoutingTable& routing) {
    QStringList exchanges;
    for (const ExchangeInfo& exchange : routing.exchanges) {
        if (!exchange.name.isEmpty() && !exchange.internal)
            exchanges << exchange.name;
    }
    exchanges.sort(Qt::CaseInsensitive);
    QStringList queues = routing.queues;
    queues.sort(Qt::CaseInsensitive);
    exchangeNames_->setStringList(exchanges);
    queueNames_->setStringList(queues);
}

void ReplayChoices::setListOrder(const SortOrder& order) {
    order_->offer(order);
}

QRadioButton* ReplayChoices::destinationButton(ReplayDestination::Kind kind) const {
    switch (kind) {
    case ReplayDestination::Kind::OriginQueue:
        return originQueue_;
    case ReplayDestination::Kind::OriginExchange:
        return originExchange_;
    case ReplayDestination::Kind::Exchange:
        return toExchange_ ? toExchange_ : toQueue_;
    case ReplayDestination::Kind::Queue:
        return toQueue_;
    }
    return originQueue_;
}

QString ReplayChoices::problem() const {
    if (toExchange_ && toExchange_->isChecked() && exchange_->text().trimmed().isEmpty())
        return tr("Name the exchange to send to.");
    if (toQueue_->isChecked() && queue_->text().trimmed().isEmpty())
        return isBus() ? tr("Name the queue or topic to send to.") : tr("Name the queue to send to.");
    if (later_ && later_->isChecked() && time_->dateTime() <= QDateTime::currentDateTime())
        return tr("Choose a time to enqueue that is still to come.");
    return {};
}

ReplayOptions ReplayChoices::options() const {
    using Kind = ReplayDestination::Kind;
    ReplayOptions chosen;
    chosen.destination.kind = originExchange_->isChecked()              ? Kind::OriginExchange
                              : toExchange_ && toExchange_->isChecked() ? Kind::Exchange
                              : toQueue_->isChecked()                   ? Kind::Queue
                                                                        : Kind::OriginQueue;
    if (chosen.destination.kind == Kind::Exchange) {
        chosen.destination.exchange = exchange_->text().trimmed();
        chosen.destination.routingKey = key_->text();
    }
    if (chosen.destination.kind == Kind::Queue)
        chosen.destination.queue = queue_->text().trimmed();
    const auto keep = [](const QCheckBox* box) {
        return box->isChecked() ? KeepOrStrip::Keep : KeepOrStrip::Strip;
    };
    chosen.deathHeaders = keep(keepDeath_);
    if (isBus()) {
        chosen.separately = !atOnce_->isChecked();
        chosen.messageId = newId_->isChecked() ? KeepOrStrip::Strip : KeepOrStrip::Keep;
        if (later_->isChecked())
            chosen.enqueueAt = time_->dateTime().toUTC();
    } else {
        chosen.priority = keep(priority_);
        chosen.userId = keep(userId_);
    }
    const auto expiration = static_cast<Expiration>(expiration_->currentData().toInt());
    chosen.expiration = expiration == Expiration::Strip ? KeepOrStrip::Strip : KeepOrStrip::Keep;
    chosen.restoreExpiration = expiration == Expiration::Restore;
    chosen.markAttempts = mark_->isChecked();
    chosen.allowRepeat = repeat_->isChecked();
    chosen.ratePerSecond = rate_->value();
    chosen.limit = limit_->value();
    chosen.order = sortOrderText(order_->order());
    return chosen;
}

} // namespace signalbox
