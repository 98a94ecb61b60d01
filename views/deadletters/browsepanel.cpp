#include "views/deadletters/browsepanel.h"

#include "models/deadletters/streamstart.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/theme.h"
#include "views/widgets/words.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QSpinBox>

namespace signalbox {

namespace {

constexpr int mostFirst = 10'000'000;
constexpr int usualFirst = 1000;
constexpr int startPauseMs = 400; // a word that is being typed is not called wrong

QString firstKey() {
    return QStringLiteral("deadletters/readFirst"); // 0 = all
}
QString bodiesKey() {
    return QStringLiteral("deadletters/keepBodies");
}

} // namespace

BrowsePanel::BrowsePanel(QSettings& settings, QWidget* parent)
    : QFrame(parent)
    , settings_(settings)
    , picture_(new QLabel(this))
    , headline_(new QLabel(this))
    , lines_(new QLabel(this))
    , amount_(new QComboBox(this))
    , first_(new QSpinBox(this))
    , bodies_(new QCheckBox(tr("Keep &bodies"), this))
    , startCaption_(new QLabel(tr("&from"), this))
    , start_(new QLineEdit(this))
    , problem_(new QLabel(this))
    , read_(new QPushButton(icon(QStringLiteral("eye"), Tone::AccentText), tr("&Read"), this))
    , close_(new QPushButton(tr("Not now"), this)) {
    read_->setAutoDefault(true); // Return presses it, too
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(space::medium, space::medium, space::medium, space::medium);
    layout->setSpacing(space::medium);
    layout->addWidget(picture_, 0, Qt::AlignTop);
    auto* words = new QVBoxLayout;
    words->setSpacing(space::tight);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    headline_->setFont(bold);
    headline_->setTextFormat(Qt::PlainText);
    lines_->setWordWrap(true);
    lines_->setTextFormat(Qt::PlainText);
    lines_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    words->addWidget(headline_);
    words->addWidget(lines_);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(space::small);
    auto* caption = new QLabel(tr("Rea&d"), this);
    caption->setBuddy(amount_);
    amount_->addItem(tr("all messages"));
    amount_->addItem(tr("only the first"));
    amount_->setAccessibleName(tr("How many messages to read"));
    first_->setRange(1, mostFirst);
    first_->setGroupSeparatorShown(true);
    first_->setAccessibleName(tr("Number of messages"));
    bodies_->setToolTip(
        tr("Without bodies the snapshot holds less of your customers' data, but nothing of it can be "
           "replayed."));
    const int first = settings.value(firstKey(), 0).toInt();
    first_->setValue(first > 0 ? first : usualFirst);
    amount_->setCurrentIndex(first > 0 ? 1 : 0);
    first_->setVisible(first > 0);
    bodies_->setChecked(settings.value(bodiesKey(), true).toBool());
    startCaption_->setBuddy(start_);
    start_->setPlaceholderText(tr("first"));
    start_->setMinimumWidth(
        start_->fontMetrics().horizontalAdvance(QStringLiteral("time:2026-11-23T10:00:00Z  ")));
    start_->setAccessibleName(tr("Where to begin"));
    for (QWidget* widget : {static_cast<QWidget*>(caption), static_cast<QWidget*>(amount_),
                            static_cast<QWidget*>(first_), static_cast<QWidget*>(startCaption_),
                            static_cast<QWidget*>(start_), static_cast<QWidget*>(bodies_)})
        bar->addWidget(widget);
    bar->addSpacing(space::medium);
    bar->addWidget(read_);
    bar->addWidget(close_);
    bar->addStretch(1);
    words->addSpacing(space::tight);
    words->addLayout(bar);
    problem_->setWordWrap(true);
    problem_->setTextFormat(Qt::PlainText);
    problem_->setFont(smallFont());
    setTextTone(problem_, Tone::Error);
    problem_->hide();
    words->addWidget(problem_);
    tellSoon_.setSingleShot(true);
    tellSoon_.setInterval(startPauseMs);
    layout->addLayout(words, 1);
    ConsoleStyle::makeAccent(read_);

    connect(amount_, &QComboBox::currentIndexChanged, this, [this](int index) {
        first_->setVisible(index == 1);
        saveChoice();
        Q_EMIT limitChanged(choice().limit);
    });
    connect(first_, &QSpinBox::valueChanged, this, [this] {
        saveChoice();
        Q_EMIT limitChanged(choice().limit);
    });
    connect(start_, &QLineEdit::textChanged, this, &BrowsePanel::judgeStart);
    connect(start_, &QLineEdit::editingFinished, this, &BrowsePanel::showProblem);
    connect(start_, &QLineEdit::returnPressed, read_, &QPushButton::click);
    connect(&tellSoon_, &QTimer::timeout, this, &BrowsePanel::showProblem);
    connect(bodies_, &QCheckBox::toggled, this, &BrowsePanel::saveChoice);
    connect(read_, &QPushButton::clicked, this, [this] { Q_EMIT readWanted(choice()); });
    connect(close_, &QPushButton::clicked, this, &BrowsePanel::closed);
}

SnapshotSession::Choice BrowsePanel::choice() const {
    SnapshotSession::Choice chosen{
        amount_->currentIndex() == 1 ? first_->value() : 0, bodies_->isChecked(), {}};
    if (!start_->isHidden() && !start_->text().trimmed().isEmpty())
        chosen.streamStart = streamStartFromText(start_->text()).value_or(StreamStart());
    return chosen;
}

void BrowsePanel::judgeStart() {
    const QString problem = startProblem();
    read_->setEnabled(readable_ && problem.isEmpty());
    read_->setToolTip(problem);
    if (problem.isEmpty() || !problem_->isHidden())
        showProblem();
    else
        tellSoon_.start();
}

QString BrowsePanel::startProblem() const {
    const QString typed = start_->text().trimmed();
    if (start_->isHidden() || typed.isEmpty())
        return {};
    const auto start = streamStartFromText(typed);
    if (start.has_value() && !(isServiceBus_ && start->kind == StreamStart::Kind::Last))
        return {};
    return (isServiceBus_
                ? tr("“%1” is no place to begin: say first, sequence:1200 or time:2026-11-23T10:00:00Z.")
                : tr("“%1” is no place to begin: say first, last, offset:1200 or time:2026-11-23T10:00:00Z."))
        .arg(typed);
}

void BrowsePanel::showProblem() {
    tellSoon_.stop();
    const QString problem = startProblem();
    problem_->setText(problem);
    problem_->setVisible(!problem.isEmpty());
    start_->setProperty("wrong", !problem.isEmpty());
    start_->setAccessibleDescription(problem);
    start_->update();
}

void BrowsePanel::saveChoice() {
    settings_.setValue(firstKey(), amount_->currentIndex() == 1 ? first_->value() : 0);
    settings_.setValue(bodiesKey(), bodies_->isChecked());
}

void BrowsePanel::present(const QString& queue, const std::optional<QueueInfo>& facts,
                          const std::optional<BrowseNotice>& notice, bool again) {
    level_ = notice ? notice->level : BrowseNotice::Level::Notice;
    asked_ = notice.has_value();
    if (!notice)
        headline_->setText(tr("Asking the broker what reading %1 does…").arg(queue));
    else if (level_ == BrowseNotice::Level::Forbidden)
        headline_->setText(tr("%1 is not read: that could lose messages").arg(queue));
    else if (facts && facts->ready >= 0)
        headline_->setText(
            again ? tr("Read %1 again: %2 messages are ready now").arg(queue, words::count(facts->ready))
                  : tr("Before %1 is read: %2 messages are ready").arg(queue, words::count(facts->ready)));
    else
        headline_->setText(tr("Before %1 is read").arg(queue));
    lines_->setText(notice ? notice->lines.join(QLatin1Char('\n')) : QString());
    lines_->setVisible(!lines_->text().isEmpty());
    read_->setText(again ? tr("&Read again") : tr("&Read"));
    readable_ = notice && level_ != BrowseNotice::Level::Forbidden;
    const bool isStream = facts && facts->type == QueueType::Stream;
    isServiceBus_ = facts && facts->type == QueueType::ServiceBus;
    startCaption_->setVisible(isStream || isServiceBus_);
    start_->setVisible(isStream || isServiceBus_);
    start_->setToolTip(
        isServiceBus_
            ? tr("first, sequence:1200 or time:2026-11-23T10:00:00Z. A time begins at the first message that "
                 "was "
                 "enqueued then or later; in a dead-letter queue older ones may follow it.")
            : tr("first, last, offset:1200 or time:2026-11-23T10:00:00Z. The broker begins at the chunk "
                 "that holds it, so a few earlier messages may come as well."));
    judgeStart();
    close_->setVisible(again);
    setAccessibleName(headline_->text());
    setAccessibleDescription(lines_->text());
    dress();
}

QString BrowsePanel::text() const {
    return headline_->text() + QLatin1Char('\n') + lines_->text();
}

void BrowsePanel::dress() {
    const bool warns = level_ == BrowseNotice::Level::Warning;
    const bool forbids = level_ == BrowseNotice::Level::Forbidden;
    const Tone front = forbids ? Tone::Error : warns ? Tone::Warn : Tone::Info;
    const QString name = !asked_   ? QStringLiteral("wait")
                         : forbids ? QStringLiteral("blocked")
                         : warns   ? QStringLiteral("warning")
                                   : QStringLiteral("info");
    picture_->setPixmap(iconPixmap(name, space::iconSize + space::tight, front, this));
    update();
}

void BrowsePanel::paintEvent(QPaintEvent* event) {
    Q_UNUSED(event)
    const bool warns = level_ == BrowseNotice::Level::Warning;
    const bool forbids = level_ == BrowseNotice::Level::Forbidden;
    QPainter painter(this);
    painter.fillRect(rect(), toneOf(forbids ? Tone::ErrorBack
                                    : warns ? Tone::WarnBack
                                            : Tone::InfoBack,
                                    palette()));
    painter.fillRect(QRect(0, height() - 1, width(), 1), toneOf(Tone::Border, palette()));
}

void BrowsePanel::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        dress();
}

void BrowsePanel::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && close_->isVisible())
        Q_EMIT closed();
    else
        QFrame::keyPressEvent(event);
}

} // namespace signalbox
