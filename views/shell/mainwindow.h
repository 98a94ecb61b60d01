// The one window: subjects at the left, the connection at the top, one page at a time, a palette over all of
// it. GUI thread.
#pragma once

#include "views/shell/pages.h"
#include "views/widgets/theme.h"

#include <QDialog>
#include <QMainWindow>
#include <QPointer>

class QMenu;
class QStackedWidget;

namespace signalbox {

class CommandPalette;
struct PaletteEntry;
class ConnectionBar;
class Connector;
class ErrorBanner;
class NavigationBar;
class StatusLine;

class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(ConsoleContext& context, QWidget* parent = nullptr);
    ~MainWindow() override;

    void showPage(const QString& id, const QVariantMap& arguments = {});
    QString currentPage() const;
    Page* page(const QString& id) const;
    void openPalette();
    void showShortcuts();
    void goTo(const QString& target, const QVariantMap& arguments); // see Page::navigate

    NavigationBar* navigation() const { return navigation_; }
    ConnectionBar* connectionBar() const { return bar_; }
    ErrorBanner* banner() const { return banner_; }
    ErrorBanner* tlsWarning() const { return tlsWarning_; }
    ErrorBanner* notice() const { return notice_; }
    ErrorBanner* offer() const { return offer_; } // runs that were cut short
    StatusLine* status() const { return status_; }
    CommandPalette* openedPalette() const;

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void addPages();
    void addActions();
    void fillMenu();
    void fillLooks(QMenu* menu);
    void showAbout();
    void bindCommands(); // shortcuts of the page in view
    void fillActionsMenu();
    void runCommand(const Command& command);
    void offerUnfinished();
    void spreadLook();
    void walkPanes(int step);
    void followConnection(const QString& connectionId);
    void followTls();
    void dismissTold();
    void restoreLast();
    std::vector<PaletteEntry> entries();

    ConsoleContext& context_;
    Theme theme_;
    NavigationBar* navigation_;
    ConnectionBar* bar_;
    ErrorBanner* notice_;
    ErrorBanner* tlsWarning_;
    ErrorBanner* offer_;
    ErrorBanner* banner_;
    QStackedWidget* stack_;
    Connector* connector_;
    StatusLine* status_ = nullptr;
    QMenu* actionsMenu_;
    std::vector<PageSlot> pages_;
    QList<QAction*> bound_;
    QPointer<CommandPalette> palette_;
    QPointer<Page> told_; // whose error the banner shows
    QString failedLink_;  // the connection whose error it shows
    bool leaving_ = false;
};

} // namespace signalbox
