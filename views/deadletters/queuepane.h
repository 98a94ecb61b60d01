// The queues of the chosen connection: which hold dead letters, how many, why they are listed. GUI thread.
#pragma once

#include "models/base/error.h"

#include <QSettings>
#include <QWidget>
#include <functional>

class QCheckBox;
class QLabel;
class QMenu;

namespace signalbox {

class QueueBoard;
class QueueProxy;
class SearchLine;
class TableView;

class QueuePane : public QWidget {
    Q_OBJECT
public:
    QueuePane(QueueBoard& board, QSettings& settings, QWidget* parent = nullptr);

    QString selected() const; // name, empty = none
    void select(const QString& queue);
    // Selects it also where search or short list leave it out; false: nobody has told about it (yet).
    bool reveal(const QString& queue);
    SearchLine* search() const { return search_; }
    TableView* table() const { return table_; }
    QCheckBox* allBox() const { return all_; }
    QueueProxy* proxy() const { return proxy_; }
    // What to say while there is no link; the page knows how to get one.
    void setOffline(const QString& headline, const QString& next, const QString& actionText,
                    std::function<void()> action);
    void setOnline();

Q_SIGNALS:
    void chosen(const QString& queue);
    void opened(const QString& queue); // Return or double click: wants the focus on the messages
    void menuWanted(QMenu* menu, const QString& queue);

private:
    void followRows();
    void openByName(const QString& queue); // where no list of queues is to be had
    void fillMenu(QMenu* menu, const QModelIndex& index);
    QueueBoard& board_;
    QSettings& settings_;
    QueueProxy* proxy_;
    SearchLine* search_;
    QCheckBox* all_;
    TableView* table_;
    QLabel* note_;
    QString wanted_;         // to be selected once it is listed
    bool revealing_ = false; // and shown, whatever the list is narrowed to
    QString selected_;       // kept over a refresh that drops and adds rows
    bool offline_ = false;
    QString offlineHeadline_, offlineNext_, offlineAction_;
    std::function<void()> offlineRun_;
};

} // namespace signalbox
