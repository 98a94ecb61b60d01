#include "views/deadletters/editdialog.h"

#include "views/widgets/consolestyle.h"
#include "views/widgets/diffview.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/question.h"
#include "views/widgets/theme.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QShortcut>
#include <QTabWidget>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int pauseMs = 250;
constexpr QSize editSize(980, 680);

QPlainTextEdit* editor(QWidget* parent, const QString& name, const QString& text) {
    auto* edit = new QPlainTextEdit(parent);
    edit->setFont(monospaceFont());
    edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit->setTabChangesFocus(false);
    edit->setAccessibleName(name);
    edit->setPlainText(text);
    return edit;
}

QWidget* withNote(QPlainTextEdit* edit, const QString& note, Tone tone, QWidget* parent) {
    auto* page = new QWidget(parent);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(space::small, space::small, space::small, space::small);
    if (!note.isEmpty()) {
        auto* label = new QLabel(note, page);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        setTextTone(label, tone);
        layout->addWidget(label);
    }
    layout->addWidget(edit, 1);
    return page;
}

// What the editor holds: toPlainText() would turn no-break spaces into spaces.
QString textOf(const QPlainTextEdit* edit) {
    return edit->document()->toRawText().replace(QChar::ParagraphSeparator, QLatin1Char('\n'));
}

} // namespace

EditDialog::EditDialog(ConsoleContext& context, const EntityRef& source, Message original, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , source_(source)
    , draft_(std::move(original))
    , now_(draft_.original())
    , tabs_(new QTabWidget(this))
    , body_(editor(this, tr("Body"), draft_.bodyText()))
    , headers_(editor(this, tr("Headers as JSON"), draft_.headersText()))
    , diff_(new DiffView(this))
    , check_(new QLabel(this)) {
    setWindowTitle(tr("Edit a message of %1 and replay it").arg(source.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new ConnectionBand(context, source.connectionId, windowTitle(), this));
    auto* inside = new QVBoxLayout;
    inside->setContentsMargins(space::large, space::medium, space::large, space::medium);
    inside->setSpacing(space::small);
    auto* what = dimLabel(
        tr("The edited message is sent instead of the original, never both. The journal keeps either."),
        this);
    inside->addWidget(what);
    body_->setReadOnly(!draft_.bodyLocked().isEmpty());
    const bool locked = body_->isReadOnly();
    tabs_->addTab(withNote(body_, locked ? draft_.bodyLocked() : draft_.bodyNote(),
                           locked ? Tone::Warn : Tone::TextDim, this),
                  icon(QStringLiteral("body")), tr("&Body"));
    tabs_->addTab(withNote(headers_,
                           tr("Each header with its type, so that consumers get the same kind of value."),
                           Tone::TextDim, this),
                  icon(QStringLiteral("headers")), tr("&Headers"));
    auto* diffPage = new QWidget(this);
    auto* diffLayout = new QVBoxLayout(diffPage);
    diffLayout->setContentsMargins(space::small, space::small, space::small, space::small);
    diffLayout->addWidget(diff_);
    tabs_->addTab(diffPage, icon(QStringLiteral("diff")), tr("&Difference"));
    inside->addWidget(tabs_, 1);
    check_->setTextFormat(Qt::PlainText);
    check_->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    plan_ = buttons->addButton(tr("Go on to the plan…"), QDialogButtonBox::ActionRole);
    ConsoleStyle::makeAccent(plan_);
    auto* goOn = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
    connect(goOn, &QShortcut::activated, this, [this] {
        check(); // what was typed last may not have been judged yet
        plan_->click();
    });
    auto* last = new QHBoxLayout;
    last->addWidget(check_, 1);
    last->addWidget(buttons);
    inside->addLayout(last);
    layout->addLayout(inside, 1);
    soon_.setSingleShot(true);
    soon_.setInterval(pauseMs);
    connect(&soon_, &QTimer::timeout, this, &EditDialog::check);
    for (QPlainTextEdit* edit : {body_, headers_})
        connect(edit, &QPlainTextEdit::textChanged, this, [this] {
            plan_->setEnabled(false);
            soon_.start();
        });
    connect(tabs_, &QTabWidget::currentChanged, this, [this](int index) {
        if (index == 2)
            showDiff();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(plan_, &QPushButton::clicked, this, [this] {
        check();
        if (!reasonNot().isEmpty())
            return;
        const Message message = *now_;
        accept();
        Q_EMIT edited(message);
    });
    check();
    resize(editSize);
    body_->setFocus();
}

bool EditDialog::isChanged() const {
    return bodyNow() != draft_.bodyText() || textOf(headers_) != draft_.headersText();
}

// Escape, Cancel and closing the window all come here.
void EditDialog::reject() {
    if (!isChanged()) {
        QDialog::reject();
        return;
    }
    if (findChild<Question*>())
        return; // it is asked already
    auto* question =
        new Question(context_, source_.connectionId,
                     {tr("Edited message"), tr("Throw away what you changed?"),
                      tr("Nothing was sent; the message is in the queue as it was."), tr("Throw away")},
                     this);
    connect(question, &QDialog::accepted, this, [this] { QDialog::reject(); });
    question->open();
}

QString EditDialog::bodyNow() const {
    return body_->isReadOnly() ? draft_.bodyText() : textOf(body_);
}

void EditDialog::check() {
    soon_.stop();
    const QString body = bodyNow();
    now_ = draft_.message(body, textOf(headers_));
    jsonProblem_ =
        draft_.looksLikeJson() && !body_->isReadOnly() ? EditedDraft::jsonProblem(body) : QString();
    const QString reason = reasonNot();
    QString words = reason;
    Tone tone = Tone::TextDim;
    if (!now_) {
        tone = Tone::Error;
    } else if (!jsonProblem_.isEmpty()) {
        // Allowed all the same: the consumer may want it like that.
        words = tr("The body is not JSON: %1").arg(jsonProblem_);
        tone = Tone::Warn;
    } else if (reason.isEmpty()) {
        words = draft_.looksLikeJson() ? tr("The body is valid JSON.") : QString();
        tone = Tone::Ok;
    }
    check_->setText(words);
    setTextTone(check_, tone);
    plan_->setEnabled(reason.isEmpty());
    plan_->setToolTip(reason);
    if (tabs_->currentIndex() == 2)
        showDiff();
}

QString EditDialog::reasonNot() const {
    if (!draft_.original().bodyComplete)
        return draft_.bodyLocked();
    if (!now_)
        return tr("Headers: %1").arg(now_.error().summary);
    return *now_ == draft_.original() ? tr("Nothing is changed yet.") : QString();
}

void EditDialog::showDiff() {
    const QString rule = QString(40, QChar(0x2500));
    const auto whole = [&](const QString& headers, const QString& body) {
        return headers + QLatin1Char('\n') + rule + QLatin1Char('\n') + body;
    };
    diff_->setTexts(tr("Original"), whole(draft_.headersText(), draft_.bodyText()), tr("Edited"),
                    whole(textOf(headers_), bodyNow()));
}

} // namespace signalbox
