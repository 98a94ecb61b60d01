#include "views/connections/connectiondialog.h"

#include "models/base/whendone.h"
#include "views/connections/connectionform.h"
#include "views/connections/servicebuswords.h"
#include "views/connections/teststepsview.h"
#include "views/widgets/consolestyle.h"
#include "views/widgets/environmentbadge.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QTimer>
#include <QVBoxLayout>

namespace signalbox {

namespace {
constexpr int usualWidth = 620;
constexpr int usualHeight = 640;
} // namespace

ConnectionDialog::ConnectionDialog(ConsoleContext& context, const ConnectionProfile& profile, QWidget* parent)
    : QDialog(parent)
    , context_(context)
    , band_(new ConnectionBand(profile.id.isEmpty() ? tr("New connection") : tr("Edit connection"), this))
    , banner_(new ErrorBanner(this))
    , form_(new ConnectionForm(context, profile, this))
    , scroll_(new QScrollArea(this))
    , steps_(new TestStepsView(this)) {
    setWindowTitle(profile.id.isEmpty() ? tr("New connection") : tr("Edit connection %1").arg(profile.name));
    setWindowModality(Qt::WindowModal);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(band_);
    layout->addWidget(banner_);
    auto* content = new QWidget(this);
    auto* inside = new QVBoxLayout(content);
    inside->setContentsMargins(space::large, space::large, space::large, space::medium);
    inside->setSpacing(space::medium);
    inside->addWidget(form_);
    inside->addWidget(steps_);
    inside->addStretch(1);
    scroll_->setWidget(content);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    layout->addWidget(scroll_, 1);

    auto* buttons = new QDialogButtonBox(this);
    buttons->setContentsMargins(space::large, space::small, space::large, space::medium);
    test_ = buttons->addButton(tr("Test c&onnection"), QDialogButtonBox::ActionRole);
    test_->setIcon(icon(QStringLiteral("test")));
    save_ = buttons->addButton(tr("Save"), QDialogButtonBox::AcceptRole);
    ConsoleStyle::makeAccent(save_);
    save_->setDefault(true);
    buttons->addButton(QDialogButtonBox::Cancel);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ConnectionDialog::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(test_, &QPushButton::clicked, this, &ConnectionDialog::test);
    connect(form_, &ConnectionForm::edited, this, [this] {
        ++testNumber_; // what was tested is not what is typed any more
        steps_->clear();
        test_->setEnabled(true);
        follow();
    });
    follow();
    resize(usualWidth, usualHeight);
    if (profile.id.isEmpty())
        form_->kindBox()->setFocus(); // it decides what is asked for
    else
        form_->line(ConnectionForm::Field::Name)->setFocus();
}

void ConnectionDialog::follow() {
    const ConnectionProfile profile = form_->profile();
    band_->setConnection(profile.name, profile.environment);
}

void ConnectionDialog::save() {
    if (!form_->check())
        return;
    save_->setEnabled(false);
    whenDone(
        context_.connections.save(form_->profile(), form_->secret()), this, [this](const Result<void>& done) {
            save_->setEnabled(true);
            const QString name = form_->profile().name;
            if (!done && done.error().kind != ErrorKind::Unsupported) {
                if (form_->showProblem(done.error()))
                    return;
                banner_->present(done.error());
                // Saved all the same where only keychain or audit trail refused: the next try changes
                // it.
                if (const ConnectionProfile* known = context_.connections.find(name))
                    form_->adopt(known->id);
                return;
            }
            Q_EMIT saved(name);
            if (!done)
                Q_EMIT notice((busWords::isServiceBus(form_->profile())
                                   ? tr("%1 is saved. Its connection string is kept until Signalbox ends: %2")
                                   : tr("%1 is saved. Its password is kept until Signalbox ends: %2"))
                                  .arg(name, done.error().summary));
            accept();
        });
}

void ConnectionDialog::test() {
    if (!form_->check())
        return;
    const int number = ++testNumber_;
    test_->setEnabled(false);
    steps_->presentRunning(form_->profile().technology);
    const auto reveal = [this] {
        QTimer::singleShot(0, this, [this] { scroll_->ensureWidgetVisible(steps_); });
    };
    reveal();
    const Secret typed = form_->secret().value_or(Secret());
    whenDone(context_.connections.test(form_->profile(), typed), this,
             [this, number, reveal](const Result<std::vector<TestStep>>& steps) {
                 if (number != testNumber_)
                     return;
                 test_->setEnabled(true);
                 if (steps)
                     steps_->present(*steps);
                 else if (form_->showProblem(steps.error()))
                     steps_->clear();
                 else
                     steps_->present(steps.error());
                 reveal();
             });
}

} // namespace signalbox
