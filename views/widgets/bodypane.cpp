#include "views/widgets/bodypane.h"

#include "models/base/background.h"
#include "models/base/whendone.h"
#include "views/widgets/bodyhighlighter.h"
#include "views/widgets/bodytextedit.h"
#include "views/widgets/hexview.h"
#include "views/widgets/searchline.h"
#include "views/widgets/theme.h"
#include "views/widgets/treepane.h"
#include "views/widgets/words.h"

#include <QButtonGroup>
#include <QClipboard>
#include <QCoreApplication>
#include <QFileDialog>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSaveFile>
#include <QStackedWidget>
#include <QStringDecoder>
#include <QToolButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr qsizetype smallBody = 64 << 10;     // prepared at once: no flicker when walking through messages
constexpr qsizetype mostColoured = 256 << 10; // letters

QString kindText(BodyKind kind) {
    switch (kind) {
    case BodyKind::Empty:
        return BodyPane::tr("empty");
    case BodyKind::Json:
        return QStringLiteral("JSON");
    case BodyKind::Xml:
        return QStringLiteral("XML");
    case BodyKind::Text:
        return BodyPane::tr("text");
    case BodyKind::Binary:
        return BodyPane::tr("binary");
    }
    return {};
}

} // namespace

BodyPane::BodyPane(QWidget* parent)
    : QWidget(parent)
    , modes_(new QButtonGroup(this))
    , info_(dimLabel({}, this))
    , problem_(new QLabel(this))
    , find_(new SearchLine(tr("Find in text"), this))
    , copy_(new QPushButton(icon(QStringLiteral("copy")), tr("&Copy"), this))
    , save_(new QPushButton(icon(QStringLiteral("save")), tr("Sa&ve body…"), this))
    , stack_(new QStackedWidget(this))
    , tree_(new TreePane(tr("Body as tree"), this))
    , text_(new BodyTextEdit(this))
    , colours_(new BodyHighlighter(text_->document()))
    , hex_(new HexView(this)) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(space::small, space::tight, space::small, space::tight);
    bar->setSpacing(space::hair);
    const std::pair<Mode, QString> modes[] = {{Tree, tr("T&ree")}, {Text, tr("Te&xt")}, {Hex, tr("&Hex")}};
    for (const auto& [mode, name] : modes) {
        auto* button = new QToolButton(this);
        button->setText(name);
        button->setCheckable(true);
        button->setFocusPolicy(Qt::StrongFocus);
        modes_->addButton(button, mode);
        bar->addWidget(button);
    }
    info_->setTextFormat(Qt::PlainText);
    info_->setWordWrap(true);
    info_->setFont(smallFont());
    info_->setContentsMargins(space::small, 0, space::small, space::tight);
    bar->addStretch(1);
    find_->setMaximumWidth(200);
    bar->addWidget(find_);
    bar->addSpacing(space::small);
    bar->addWidget(copy_);
    bar->addWidget(save_);
    layout->addLayout(bar);
    layout->addWidget(info_); // in a line of its own: between the buttons it was cut
    problem_->setTextFormat(Qt::PlainText);
    problem_->setWordWrap(true);
    problem_->setContentsMargins(space::small, 0, space::small, space::tight);
    setTextTone(problem_, Tone::Warn);
    layout->addWidget(problem_);
    text_->setReadOnly(true);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setFont(monospaceFont());
    text_->setAccessibleName(tr("Body as text"));
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    stack_->addWidget(tree_);
    stack_->addWidget(text_);
    stack_->addWidget(hex_);
    layout->addWidget(stack_, 1);
    pool_.setMaxThreadCount(1);
    connect(modes_, &QButtonGroup::idClicked, this, [this](int mode) { setMode(static_cast<Mode>(mode)); });
    connect(copy_, &QPushButton::clicked, this, &BodyPane::copy);
    connect(save_, &QPushButton::clicked, this, &BodyPane::chooseFile);
    connect(find_, &SearchLine::searched, this, &BodyPane::findNext);
    present({});
}

BodyPane::~BodyPane() {
    pool_.waitForDone();
}

void BodyPane::setMessage(const Message& message) {
    message_ = message;
    const int turn = ++turn_;
    preparing_ = message.body.size() > smallBody;
    if (!preparing_) {
        present(bodyView(message));
        return;
    }
    present({});
    info_->setText(tr("Preparing %1…").arg(words::bytes(message.body.size())));
    using Ready = std::shared_ptr<BodyView>; // not copied on its way
    whenDone(inBackground(pool_, [message] { return std::make_shared<BodyView>(bodyView(message)); }), this,
             [this, turn](const Ready& ready) {
                 if (turn != turn_)
                     return;
                 preparing_ = false;
                 present(std::move(*ready));
             });
}

void BodyPane::present(BodyView view) {
    view_ = std::move(view);
    QStringList facts{kindText(view_.kind)};
    if (!view_.charset.isEmpty())
        facts << view_.charset;
    facts << words::bytes(view_.bytes.size()) << view_.notes;
    if (view_.textCut)
        facts << tr("the text is cut in this view: save the body to see all");
    text_->setBody(view_.text);
    if (text_->hasBrokenLines())
        facts << tr("long lines are broken for display");
    info_->setText(facts.join(QStringLiteral(" · ")));
    info_->setToolTip(info_->text());
    problem_->setText(view_.problems.join(QLatin1Char('\n')));
    problem_->setVisible(!view_.problems.isEmpty());
    tree_->setTree(view_.tree);
    colours_->setKind(view_.text.size() <= mostColoured ? view_.kind : BodyKind::Text);
    hex_->setBytes(view_.bytes);
    const bool isText = view_.kind != BodyKind::Binary && view_.kind != BodyKind::Empty;
    modes_->button(Tree)->setEnabled(view_.tree != nullptr);
    modes_->button(Text)->setEnabled(isText);
    find_->setEnabled(isText);
    copy_->setEnabled(!view_.bytes.isEmpty());
    save_->setEnabled(!message_.body.isEmpty());
    const bool fits = chosen_ == Hex || (chosen_ == Text && isText) || (chosen_ == Tree && view_.tree);
    switchTo(fits ? *chosen_ : view_.tree ? Tree : isText ? Text : Hex);
    if (!preparing_)
        Q_EMIT prepared();
}

void BodyPane::setMode(Mode mode) {
    chosen_ = mode;
    switchTo(mode);
}

void BodyPane::switchTo(Mode mode) {
    modes_->button(mode)->setChecked(true);
    stack_->setCurrentIndex(mode);
    setFocusProxy(stack_->currentWidget());
}

BodyPane::Mode BodyPane::mode() const {
    return static_cast<Mode>(stack_->currentIndex());
}

QToolButton* BodyPane::modeButton(Mode mode) const {
    return qobject_cast<QToolButton*>(modes_->button(mode));
}

QString BodyPane::infoText() const {
    return info_->text();
}

QString BodyPane::problemText() const {
    return problem_->text();
}

void BodyPane::copy() {
    QString text = QString::fromLatin1(view_.bytes.toHex(' '));
    if (view_.kind != BodyKind::Binary) {
        QStringDecoder decoder(view_.charset.toLatin1().constData());
        text = decoder(view_.bytes); // as it was sent, not as it is laid out
    }
    QGuiApplication::clipboard()->setText(text);
}

void BodyPane::chooseFile() {
    const char* ending = view_.kind == BodyKind::Json ? "json" : view_.kind == BodyKind::Xml ? "xml" : "bin";
    auto* dialog =
        new QFileDialog(this, tr("Save the body"), QStringLiteral("body.%1").arg(QLatin1String(ending)));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    connect(dialog, &QFileDialog::fileSelected, this, &BodyPane::saveTo);
    dialog->open();
}

void BodyPane::saveTo(const QString& name) {
    using Written = Result<void>;
    auto written = inBackground(pool_, [name, body = message_.body]() -> Written {
        QSaveFile file(name);
        if (file.open(QIODevice::WriteOnly) && file.write(body) == body.size() && file.commit())
            return {};
        return failure(ErrorKind::Storage,
                       QCoreApplication::translate("BodyPane", "The body cannot be written to %1.").arg(name),
                       file.errorString());
    });
    whenDone(written, this, [this, name](const Written& done) {
        if (done)
            Q_EMIT saved(name);
        else
            Q_EMIT errorRaised(done.error());
    });
}

void BodyPane::findNext(const QString& words) {
    if (words.isEmpty()) {
        find_->setProblem({});
        return;
    }
    setMode(Text);
    bool found = text_->find(words);
    if (!found) { // once more from the top
        text_->moveCursor(QTextCursor::Start);
        found = text_->find(words);
    }
    find_->setProblem(found ? QString() : tr("Not in the text"));
}

} // namespace signalbox
