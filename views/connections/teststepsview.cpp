#include "views/connections/teststepsview.h"

#include "models/connections/connectionprofile.h"
#include "views/widgets/theme.h"

#include <QGridLayout>
#include <QLabel>

#include <algorithm>

namespace signalbox {

namespace {

struct Look {
    const char* iconName;
    Tone tone;
};

Look lookOf(TestStep::State state) {
    switch (state) {
    case TestStep::State::Passed:
        return {"ok", Tone::Ok};
    case TestStep::State::Warned:
        return {"warning", Tone::Warn};
    case TestStep::State::Failed:
        return {"error", Tone::Error};
    case TestStep::State::Skipped:
        break;
    }
    return {"skip", Tone::TextDim};
}

} // namespace

TestStepsView::TestStepsView(QWidget* parent)
    : QWidget(parent)
    , picture_(new QLabel(this))
    , summary_(new QLabel(this))
    , rows_(new QGridLayout) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(space::tight);
    auto* head = new QHBoxLayout;
    head->addWidget(picture_);
    head->addWidget(summary_, 1);
    layout->addLayout(head);
    layout->addLayout(rows_);
    rows_->setHorizontalSpacing(space::small);
    rows_->setVerticalSpacing(space::tight);
    rows_->setColumnStretch(3, 1);
    summary_->setWordWrap(true);
    summary_->setTextFormat(Qt::PlainText);
    hide();
}

QString TestStepsView::stateWord(TestStep::State state) {
    switch (state) {
    case TestStep::State::Passed:
        return tr("passed");
    case TestStep::State::Warned:
        return tr("warning");
    case TestStep::State::Failed:
        return tr("failed");
    case TestStep::State::Skipped:
        break;
    }
    return tr("skipped");
}

void TestStepsView::empty() {
    while (QLayoutItem* item = rows_->takeAt(0)) {
        if (QWidget* widget = item->widget()) {
            widget->hide();
            widget->deleteLater();
        }
        delete item;
    }
    lines_.clear();
}

void TestStepsView::clear() {
    empty();
    hide();
}

void TestStepsView::presentRunning(const QString& kind) {
    empty();
    summarise(QStringLiteral("wait"), static_cast<int>(Tone::Info), tr("Testing, step by step…"));
    const QStringList names = kind == technology::serviceBus
                                  ? QStringList{tr("Connection"), tr("Login"), tr("Management API"),
                                                tr("Listen"),     tr("Send"),  tr("Manage")}
                                  : QStringList{tr("DNS"),        tr("TCP"),          tr("TLS"),
                                                tr("Login"),      tr("Virtual host"), tr("Management API"),
                                                tr("Permissions")};
    for (const QString& name : names)
        addRow(QStringLiteral("circle"), static_cast<int>(Tone::TextDim), name, tr("waiting"), {});
    show();
}

void TestStepsView::present(const std::vector<TestStep>& steps) {
    empty();
    const auto count = [&](TestStep::State state) {
        return std::count_if(steps.begin(), steps.end(),
                             [&](const TestStep& step) { return step.state == state; });
    };
    const auto failed = count(TestStep::State::Failed);
    const auto warned = count(TestStep::State::Warned);
    if (failed > 0)
        summarise(QStringLiteral("error"), static_cast<int>(Tone::Error),
                  tr("The connection does not work yet."));
    else if (warned > 0)
        summarise(QStringLiteral("warning"), static_cast<int>(Tone::Warn),
                  tr("The connection works, with less than it could."));
    else
        summarise(QStringLiteral("ok"), static_cast<int>(Tone::Ok), tr("The connection works."));
    for (const TestStep& step : steps) {
        const Look look = lookOf(step.state);
        addRow(QString::fromLatin1(look.iconName), static_cast<int>(look.tone), step.name,
               stateWord(step.state), step.result);
    }
    show();
}

void TestStepsView::present(const Error& error) {
    empty();
    summarise(QStringLiteral("error"), static_cast<int>(Tone::Error), error.summary);
    if (!error.detail.isEmpty())
        addRow(QStringLiteral("info"), static_cast<int>(Tone::TextDim), tr("Details"), {}, error.detail);
    show();
}

QString TestStepsView::text() const {
    return summary_->text() + QLatin1Char('\n') + lines_.join(QLatin1Char('\n'));
}

void TestStepsView::summarise(const QString& iconName, int tone, const QString& text) {
    picture_->setPixmap(iconPixmap(iconName, space::iconSize, static_cast<Tone>(tone), this));
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    summary_->setFont(bold);
    summary_->setText(text);
    setAccessibleName(text);
}

void TestStepsView::addRow(const QString& iconName, int tone, const QString& name, const QString& word,
                           const QString& result) {
    const int row = rows_->rowCount();
    auto* picture = new QLabel(this);
    picture->setPixmap(iconPixmap(iconName, space::iconSize, static_cast<Tone>(tone), this));
    auto* title = new QLabel(name, this);
    auto* state = new QLabel(word, this);
    setTextTone(state, static_cast<Tone>(tone));
    auto* sentence = new QLabel(result, this);
    sentence->setWordWrap(true);
    sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    for (QLabel* label : {title, state, sentence})
        label->setTextFormat(Qt::PlainText);
    rows_->addWidget(picture, row, 0, Qt::AlignTop);
    rows_->addWidget(title, row, 1, Qt::AlignTop);
    rows_->addWidget(state, row, 2, Qt::AlignTop);
    rows_->addWidget(sentence, row, 3, Qt::AlignTop);
    lines_ << QStringLiteral("%1: %2. %3").arg(name, word, result).trimmed();
}

} // namespace signalbox
