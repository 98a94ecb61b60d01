// The connections of the workspace: list, facts of the selected one, and everything one does with them.
// GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"
#include "views/widgets/page.h"

#include <QDialog>
#include <QPointer>

class QPushButton;
class QSortFilterProxyModel;
class QSplitter;

namespace signalbox {

class ConnectionDetails;
class ConnectionTableModel;
class SearchLine;
class TableView;

class ConnectionsPage : public Page {
    Q_OBJECT
public:
    explicit ConnectionsPage(ConsoleContext& context, QWidget* parent = nullptr);
    ~ConnectionsPage() override;

    QString title() const override;
    QString iconName() const override;
    void activate(const QVariantMap& arguments) override; // {connection: id} selects, {add: true} adds
    void focusSearch() override;
    QList<QWidget*> panes() override;
    std::vector<Command> commands() override;
    std::vector<Command> places() override;
    void setConnection(const QString& connectionId) override;

    void add();
    void edit(const QString& id);
    void duplicate(const QString& id);
    void remove(const QString& id); // asks first
    QString selectedId() const;
    void select(const QString& id);

    TableView* table() const { return table_; }
    ConnectionDetails* details() const { return details_; }
    QDialog* openDialog() const { return dialog_; }

private:
    void openEditor(const ConnectionProfile& profile);
    void followSelection();
    void followCount();
    ConsoleContext& context_;
    ConnectionTableModel* model_;
    QSortFilterProxyModel* sorted_;
    SearchLine* search_;
    QPushButton* addButton_;
    TableView* table_;
    ConnectionDetails* details_;
    QSplitter* splitter_;
    QPointer<QDialog> dialog_;
    QString current_; // chosen in the window's switcher
};

} // namespace signalbox
