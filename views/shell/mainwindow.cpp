#include "views/shell/mainwindow.h"

#include "models/base/whendone.h"
#include "views/connections/connector.h"
#include "views/connections/elevationdialog.h"
#include "views/connections/passwordprompt.h"
#include "views/replay/runwords.h"
#include "views/shell/commandpalette.h"
#include "views/shell/connectionbar.h"
#include "views/shell/navigationbar.h"
#include "views/shell/statusline.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/words.h"

#include <QAction>
#include <QApplication>
#include <QCloseEvent>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScreen>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace signalbox {

namespace {

constexpr int statusMs = 6000;
constexpr QSize usualSize(1280, 800);
constexpr QSize titleAndFrame(8, 40); // about: nobody tells before the window is shown

QString geometryKey() {
    return QStringLiteral("window/geometry");
}
QString pageKey() {
    return QStringLiteral("window/page");
}
// Whether the current connection was linked when the window was left; a first start links it.
QString linkedKey() {
    return QStringLiteral("window/linked");
}
QString connectionKey() {
    return QStringLiteral("window/connection");
}

} // namespace

MainWindow::MainWindow(ConsoleContext& context, QWidget* parent)
    : QMainWindow(parent)
    , context_(context)
    , theme_(context.settings)
    , navigation_(new NavigationBar(this))
    , bar_(new ConnectionBar(context, this))
    , notice_(new ErrorBanner(this))
    , tlsWarning_(new ErrorBanner(this))
    , offer_(new ErrorBanner(this))
    , banner_(new ErrorBanner(this))
    , stack_(new QStackedWidget(this))
    , connector_(new Connector(context, this))
    , actionsMenu_(new QMenu(this)) {
    setWindowTitle(tr("%1 – Signalbox").arg(QFileInfo(context.workspacePath).completeBaseName()));
    setWindowIcon(programIcon());
    auto* central = new QWidget(this);
    auto* outer = new QVBoxLayout(central);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(bar_);
    auto* row = new QHBoxLayout;
    row->setSpacing(0);
    row->addWidget(navigation_);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    for (ErrorBanner* each : {notice_, tlsWarning_, offer_, banner_})
        column->addWidget(each);
    column->addWidget(stack_, 1);
    row->addLayout(column, 1);
    outer->addLayout(row, 1);
    setCentralWidget(central);
    statusBar()->setSizeGripEnabled(false);
    if (!context.workspaceNotice.isEmpty()) {
        notice_->present(Severity::Warning, context.workspaceNotice);
        notice_->setDismissible(false);
    }
    tlsWarning_->setDismissible(false);

    addPages();
    status_ = new StatusLine(context, pages_, this);
    statusBar()->addPermanentWidget(status_);
    connect(status_, &StatusLine::navigate, this, &MainWindow::goTo);
    addActions();
    fillMenu();
    bar_->actionsButton()->setMenu(actionsMenu_);
    connect(actionsMenu_, &QMenu::aboutToShow, this, &MainWindow::fillActionsMenu);
    connect(navigation_, &NavigationBar::chosen, this,
            [this](int index) { showPage(pages_[static_cast<std::size_t>(index)].id); });
    connect(bar_, &ConnectionBar::currentChanged, this, &MainWindow::followConnection);
    connect(bar_, &ConnectionBar::connectWanted, connector_, &Connector::connectTo);
    connect(bar_, &ConnectionBar::elevateWanted, this, [this](const QString& id) {
        goTo(QStringLiteral("elevate"), {{QStringLiteral("connection"), id}});
    });
    connect(bar_, &ConnectionBar::addWanted, this, [this] {
        showPage(QStringLiteral("connections"), {{QStringLiteral("add"), true}});
    });
    connect(bar_->paletteButton(), &QPushButton::clicked, this, &MainWindow::openPalette);
    connect(connector_, &Connector::errorRaised, this, [this](const Error& error, const QString& id) {
        told_ = nullptr;
        failedLink_ = id;
        banner_->present(error, tr("Settings…"), [this, id] {
            showPage(QStringLiteral("connections"), {{QStringLiteral("connection"), id}});
        });
    });
    connect(connector_, &Connector::notice, this,
            [this](const QString& text) { banner_->present(Severity::Info, text); });
    connect(&context.connections, &ConnectionRegistry::linkChanged, this, &MainWindow::followTls);
    connect(&context.connections, &ConnectionRegistry::linkChanged, this, [this](const QString& id) {
        const BrokerGateway* gateway = context_.connections.gateway(id);
        if (id != failedLink_ || told_ || !gateway || gateway->linkState() != LinkState::Connected)
            return;
        failedLink_.clear();
        banner_->dismiss(); // what failed is connected now
    });
    connect(&context.connections, &ConnectionRegistry::changed, this, &MainWindow::followTls);
    connect(&theme_, &Theme::changed, this, &MainWindow::spreadLook);
    restoreLast();
    // Not on the list of connections: a key there would leave the one that is shown.
    if (const QList<QWidget*> panes = page(currentPage())->panes(); !panes.isEmpty())
        panes.front()->setFocus(Qt::OtherFocusReason);
    offerUnfinished();
}

MainWindow::~MainWindow() = default;

void MainWindow::addPages() {
    pages_ = makePages(context_, stack_);
    for (std::size_t i = 0; i < pages_.size(); ++i) {
        Page* page = pages_[i].page;
        stack_->addWidget(page);
        const QKeySequence keys(QStringLiteral("Ctrl+%1").arg(i + 1));
        navigation_->add(page->title(), page->iconName(), keys);
        auto* go = new QAction(page->title(), this);
        go->setShortcut(keys);
        connect(go, &QAction::triggered, this, [this, id = pages_[i].id] { showPage(id); });
        addAction(go);
        connect(page, &Page::errorRaised, this, [this, page](const Error& error) {
            banner_->present(error);
            if (!banner_->isHidden() && banner_->summary() == error.summary)
                told_ = page;
        });
        connect(page, &Page::wentOn, this, [this, page] {
            if (told_ == page)
                dismissTold();
        });
        connect(page, &Page::statusMessage, this,
                [this](const QString& text) { statusBar()->showMessage(text, statusMs); });
        connect(page, &Page::navigate, this, &MainWindow::goTo);
        connect(page, &Page::commandsChanged, this, [this, page] {
            if (stack_->currentWidget() == page)
                bindCommands();
        });
    }
}

QString MainWindow::currentPage() const {
    for (const PageSlot& slot : pages_) {
        if (slot.page == stack_->currentWidget())
            return slot.id;
    }
    return {};
}

Page* MainWindow::page(const QString& id) const {
    for (const PageSlot& slot : pages_) {
        if (slot.id == id)
            return slot.page;
    }
    return nullptr;
}

void MainWindow::showPage(const QString& id, const QVariantMap& arguments) {
    for (std::size_t i = 0; i < pages_.size(); ++i) {
        if (pages_[i].id != id)
            continue;
        Page* shown = pages_[i].page;
        if (id == QLatin1String("replays"))
            offer_->dismiss(); // that page offers them itself
        const bool isOther = stack_->currentWidget() != shown;
        if (isOther)
            dismissTold(); // it is about the page that is left
        stack_->setCurrentWidget(shown);
        navigation_->setCurrent(static_cast<int>(i));
        context_.settings.setValue(pageKey(), id);
        shown->activate(arguments);
        bindCommands();
        const QList<QWidget*> panes = shown->panes();
        if (isOther && !panes.isEmpty())
            panes.front()->setFocus(Qt::OtherFocusReason);
    }
}

// Errors of a page only: that a connection failed stays until it is mended.
void MainWindow::dismissTold() {
    if (!told_)
        return;
    told_.clear();
    banner_->dismiss();
}

void MainWindow::goTo(const QString& target, const QVariantMap& arguments) {
    const QString id = arguments.value(QStringLiteral("connection")).toString();
    if (target == QLatin1String("elevate")) {
        auto* dialog = new ElevationDialog(context_, id, this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
        return;
    }
    if (target == QLatin1String("connection") || target == QLatin1String("connect")) {
        bar_->setCurrent(id);
        if (target == QLatin1String("connect"))
            connector_->connectTo(id);
        return;
    }
    if (target == QLatin1String("deadletters") && !id.isEmpty())
        bar_->setCurrent(id);
    showPage(target, arguments);
}

void MainWindow::followConnection(const QString& connectionId) {
    context_.settings.setValue(connectionKey(), connectionId);
    if (!failedLink_.isEmpty() && failedLink_ != connectionId && !told_) {
        failedLink_.clear();
        banner_->dismiss(); // of a connection that is not in view any more
    }
    for (const PageSlot& slot : pages_)
        slot.page->setConnection(connectionId);
    status_->setConnection(connectionId);
    followTls();
}

// As long as a connection that is not verified is in view, the warning stays.
void MainWindow::followTls() {
    const ConnectionProfile* profile = context_.connections.find(bar_->current());
    if (profile && profile->tls.enabled && !profile->tls.verify)
        tlsWarning_->present(
            Severity::Warning,
            tr("%1: the server's certificate is not verified, so anybody could pose as it.")
                .arg(profile->name),
            {}, tr("Settings…"), [this, id = profile->id] {
                showPage(QStringLiteral("connections"), {{QStringLiteral("connection"), id}});
            });
    else
        tlsWarning_->dismiss();
}

// Qt tells a new application palette to what inherits it only, which a label with a tone of its own does not.
void MainWindow::spreadLook() {
    QEvent event(QEvent::ApplicationPaletteChange);
    const QWidgetList all = QApplication::allWidgets();
    for (QWidget* widget : all)
        QCoreApplication::sendEvent(widget, &event);
}

// What a crash or a hurried leave cut short is offered at once, whatever page comes first.
void MainWindow::offerUnfinished() {
    whenDone(context_.replays.unfinished(), this, [this](const Result<std::vector<RunRecord>>& open) {
        if (!open || open->empty() || currentPage() == QLatin1String("replays"))
            return; // the page of runs tells of an error
        const RunRecord& first = open->front();
        const QString text =
            open->size() == 1
                ? tr("%1 of %2 was cut short. %3")
                      .arg(runKindText(first.header.kind), first.header.source.name, resumeText(first))
                : tr("%1 runs were cut short. Nothing is lost: resume or end each of them.")
                      .arg(words::count(static_cast<qint64>(open->size())));
        offer_->present(Severity::Warning, text, {}, tr("Show"), [this, id = first.header.id] {
            showPage(QStringLiteral("replays"), {{QStringLiteral("run"), id}});
        });
    });
}

void MainWindow::restoreLast() {
    if (!restoreGeometry(context_.settings.value(geometryKey()).toByteArray()))
        resize(usualSize.boundedTo(screen()->availableSize() - titleAndFrame));
    const QString connection = context_.settings.value(connectionKey()).toString();
    if (context_.connections.find(connection))
        bar_->setCurrent(connection);
    followConnection(bar_->current());
    const QString last = context_.settings.value(pageKey()).toString();
    if (context_.connections.profiles().empty())
        showPage(QStringLiteral("connections"));
    else
        showPage(page(last) ? last : pages_.front().id);
    // Production is entered by a person's own step, unless it was when the window was left.
    const ConnectionProfile* shown = context_.connections.find(bar_->current());
    const bool isUsual = shown && shown->environment != Environment::Production;
    if (shown && context_.settings.value(linkedKey(), isUsual).toBool())
        QTimer::singleShot(0, connector_, [this] { connector_->connectTo(bar_->current()); });
}

void MainWindow::closeEvent(QCloseEvent* event) {
    QStringList work;
    for (const PageSlot& slot : pages_) {
        if (const QString words = slot.page->unfinishedWork(); !words.isEmpty())
            work << words;
    }
    if (work.isEmpty() || leaving_) {
        context_.settings.setValue(geometryKey(), saveGeometry());
        context_.settings.setValue(linkedKey(), context_.connections.gateway(bar_->current()) != nullptr);
        QMainWindow::closeEvent(event);
        return;
    }
    event->ignore();
    auto* box = new QMessageBox(QMessageBox::Question, tr("Leave Signalbox"),
                                tr("Work is still under way: %1.").arg(work.join(QStringLiteral(", "))),
                                QMessageBox::Cancel, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setInformativeText(
        tr("Leaving stops it safely: what a reading holds goes back to its queue, and a run can be "
           "resumed at the next start."));
    const QAbstractButton* leave = box->addButton(tr("Leave"), QMessageBox::AcceptRole);
    connect(box, &QMessageBox::buttonClicked, this, [this, leave](const QAbstractButton* clicked) {
        if (clicked != leave)
            return;
        leaving_ = true;
        close();
    });
    box->open();
}

} // namespace signalbox
