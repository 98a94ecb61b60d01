// Keys, menus and the palette of the window; how it is put together is in mainwindow.cpp.
#include "views/shell/commandpalette.h"
#include "views/shell/connectionbar.h"
#include "views/shell/mainwindow.h"
#include "views/shell/shortcutsdialog.h"
#include "views/shell/statusline.h"

#include <QActionGroup>
#include <QApplication>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QMessageBox>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolButton>

namespace signalbox {

namespace {

constexpr int refusalMs = 6000;

} // namespace

void MainWindow::addActions() {
    const auto bind = [this](const QString& keys, auto what) {
        auto* action = new QAction(this);
        action->setShortcut(QKeySequence(keys));
        connect(action, &QAction::triggered, this, what);
        addAction(action);
    };
    bind(QStringLiteral("Ctrl+K"), [this] { openPalette(); });
    bind(QStringLiteral("F1"), [this] { showShortcuts(); });
    bind(QStringLiteral("Ctrl+J"), [this] { status_->openWork(); });
    bind(QStringLiteral("Ctrl+F"), [this] {
        if (Page* shown = page(currentPage()))
            shown->focusSearch();
    });
    bind(QStringLiteral("F6"), [this] { walkPanes(1); });
    bind(QStringLiteral("Shift+F6"), [this] { walkPanes(-1); });
    bind(QStringLiteral("Ctrl+L"), [this] { bar_->switcher()->setFocus(Qt::ShortcutFocusReason); });
    bind(QStringLiteral("Ctrl++"), [this] { theme_.setZoom(theme_.zoom() + Theme::zoomStep); });
    bind(QStringLiteral("Ctrl+="), [this] { theme_.setZoom(theme_.zoom() + Theme::zoomStep); });
    bind(QStringLiteral("Ctrl+-"), [this] { theme_.setZoom(theme_.zoom() - Theme::zoomStep); });
    bind(QStringLiteral("Ctrl+0"), [this] { theme_.setZoom(100); });
    bind(QStringLiteral("Ctrl+Q"), [this] { close(); });
}

// The marked look follows whoever changes it: this menu or the palette.
void MainWindow::fillLooks(QMenu* menu) {
    auto* looks = new QActionGroup(menu);
    const std::pair<QString, ThemeMode> modes[] = {{tr("Look of the &system"), ThemeMode::System},
                                                   {tr("&Light"), ThemeMode::Light},
                                                   {tr("&Dark"), ThemeMode::Dark}};
    for (const auto& [text, mode] : modes) {
        QAction* action = menu->addAction(text, this, [this, chosen = mode] { theme_.setMode(chosen); });
        action->setCheckable(true);
        action->setChecked(theme_.mode() == mode);
        action->setData(static_cast<int>(mode));
        looks->addAction(action);
    }
    connect(menu, &QMenu::aboutToShow, looks, [this, looks] {
        const QList<QAction*> all = looks->actions();
        for (QAction* action : all)
            action->setChecked(action->data().toInt() == static_cast<int>(theme_.mode()));
    });
}

void MainWindow::fillMenu() {
    auto* menu = new QMenu(this);
    fillLooks(menu);
    menu->addSeparator();
    menu->addAction(tr("Larger text\tCtrl++"), this,
                    [this] { theme_.setZoom(theme_.zoom() + Theme::zoomStep); });
    menu->addAction(tr("Smaller text\tCtrl+-"), this,
                    [this] { theme_.setZoom(theme_.zoom() - Theme::zoomStep); });
    menu->addSeparator();
    menu->addAction(tr("&Keyboard\tF1"), this, &MainWindow::showShortcuts);
    menu->addAction(tr("&About Signalbox"), this, &MainWindow::showAbout);
    menu->addSeparator();
    menu->addAction(tr("&Quit\tCtrl+Q"), this, &QWidget::close);
    bar_->menuButton()->setMenu(menu);
}

void MainWindow::showAbout() {
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("About Signalbox"),
                        tr("Signalbox %1").arg(QApplication::applicationVersion()), QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setIconPixmap(programIcon().pixmap(48, 48));
    box->setInformativeText(tr("Desktop console for the people who keep integrations running.\nWorkspace: %1")
                                .arg(context_.workspacePath));
    box->open();
}

void MainWindow::runCommand(const Command& command) {
    dismissTold();
    if (!command.isEnabled())
        statusBar()->showMessage(tr("%1: not now, %2").arg(command.text, whyNot(command)), refusalMs);
    else if (command.run)
        command.run();
}

// The page's command as it is at the moment of the key: what it needs may have come or gone since.
void MainWindow::bindCommands() {
    for (QAction* action : std::as_const(bound_)) {
        removeAction(action);
        action->deleteLater();
    }
    bound_.clear();
    Page* shown = page(currentPage());
    if (!shown)
        return;
    for (const Command& command : shown->commands()) {
        if (command.shortcut.isEmpty())
            continue;
        auto* action = new QAction(command.text, this);
        action->setShortcut(command.shortcut);
        connect(action, &QAction::triggered, this, [this, shown, id = command.id] {
            for (const Command& now : shown->commands()) {
                if (now.id == id)
                    runCommand(now);
            }
        });
        addAction(action);
        bound_ << action;
    }
}

void MainWindow::fillActionsMenu() {
    actionsMenu_->clear();
    Page* shown = page(currentPage());
    if (!shown)
        return;
    for (const Command& command : shown->commands()) {
        const QString keys = command.shortcut.toString(QKeySequence::NativeText);
        QAction* action = actionsMenu_->addAction(
            icon(command.iconName), keys.isEmpty() ? command.text : command.text + QLatin1Char('\t') + keys,
            this, [this, command] { runCommand(command); });
        action->setEnabled(command.isEnabled());
    }
}

void MainWindow::walkPanes(int step) {
    Page* shown = page(currentPage());
    const QList<QWidget*> panes = shown ? shown->panes() : QList<QWidget*>();
    if (panes.isEmpty())
        return;
    const QWidget* focused = focusWidget();
    qsizetype at = -1;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (focused && (panes.at(i) == focused || panes.at(i)->isAncestorOf(focused)))
            at = i;
    }
    const qsizetype count = panes.size();
    for (qsizetype tried = 0; tried < count; ++tried) {
        at = (at + step + count) % count;
        if (panes.at(at)->isVisible()) {
            panes.at(at)->setFocus(Qt::ShortcutFocusReason);
            return;
        }
    }
}

std::vector<PaletteEntry> MainWindow::entries() {
    std::vector<PaletteEntry> all;
    Page* shown = page(currentPage());
    const auto take = [&all](std::vector<Command> commands, const QString& place) {
        for (Command& command : commands)
            all.push_back({std::move(command), place});
    };
    if (shown)
        take(shown->commands(), shown->title());
    for (std::size_t i = 0; i < pages_.size(); ++i) {
        const QString id = pages_[i].id;
        all.push_back({{QStringLiteral("go:") + id,
                        tr("Go to %1").arg(pages_[i].page->title()),
                        QKeySequence(QStringLiteral("Ctrl+%1").arg(i + 1)),
                        {},
                        [this, id] { showPage(id); },
                        pages_[i].page->iconName(),
                        {}},
                       tr("Window")});
    }
    for (const PageSlot& slot : pages_) {
        if (slot.page != shown) {
            // A command of another page shows that page first, so that one sees what it does.
            std::vector<Command> commands = slot.page->commands();
            for (Command& command : commands)
                command.run = [this, id = slot.id, run = command.run] {
                    showPage(id);
                    if (run)
                        run();
                };
            take(std::move(commands), slot.page->title());
        }
        take(slot.page->places(), slot.page->title());
    }
    const auto window = [&all](const char* id, const QString& text, const char* keys, const char* iconName,
                               std::function<void()> run) {
        all.push_back({{QString::fromLatin1(id),
                        text,
                        QKeySequence(QString::fromLatin1(keys)),
                        {},
                        std::move(run),
                        QString::fromLatin1(iconName),
                        {}},
                       tr("Window")});
    };
    window("window.keyboard", tr("Keyboard shortcuts"), "F1", "question", [this] { showShortcuts(); });
    window("window.look.system", tr("Look of the system"), "", "settings",
           [this] { theme_.setMode(ThemeMode::System); });
    window("window.look.light", tr("Light look"), "", "settings",
           [this] { theme_.setMode(ThemeMode::Light); });
    window("window.look.dark", tr("Dark look"), "", "settings", [this] { theme_.setMode(ThemeMode::Dark); });
    window("window.about", tr("About Signalbox"), "", "info", [this] { showAbout(); });
    window("window.quit", tr("Quit"), "Ctrl+Q", "disconnect", [this] { close(); });
    all.push_back({{QStringLiteral("window.work"), tr("Work under way"),
                    QKeySequence(QStringLiteral("Ctrl+J")), [this] { return !status_->workText().isEmpty(); },
                    [this] { status_->openWork(); }, QStringLiteral("wait"),
                    status_->workText().isEmpty() ? tr("nothing is under way") : status_->workText()},
                   tr("Window")});
    return all;
}

CommandPalette* MainWindow::openedPalette() const {
    return palette_;
}

void MainWindow::openPalette() {
    if (palette_)
        return;
    palette_ = new CommandPalette(entries(), this);
    palette_->setAttribute(Qt::WA_DeleteOnClose);
    const QPoint top = mapToGlobal(QPoint((width() - palette_->width()) / 2, space::wide * 3));
    palette_->move(top);
    palette_->show();
    palette_->edit()->setFocus();
}

void MainWindow::showShortcuts() {
    Page* shown = page(currentPage());
    QStringList subjects;
    for (const PageSlot& slot : pages_)
        subjects << slot.page->title();
    auto* dialog = new ShortcutsDialog(subjects, shown->title(), shown->commands(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

} // namespace signalbox
