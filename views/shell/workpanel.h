// The list of work under way: each run with its progress, pause and cancel, and what the pages do besides.
// Closes itself when all is done. GUI thread.
#pragma once

#include "views/shell/pages.h"

#include <QFrame>
#include <QHash>
#include <QTimer>

class QLabel;
class QVBoxLayout;

namespace signalbox {

class ProgressStrip;

class WorkPanel : public QFrame {
    Q_OBJECT
public:
    WorkPanel(ConsoleContext& context, const std::vector<PageSlot>& pages, QWidget* parent = nullptr);

    QStringList shown() const; // one line each, for tests and assistive tools
    ProgressStrip* strip(const QString& runId) const;

Q_SIGNALS:
    void navigate(const QString& target, const QVariantMap& arguments);

private:
    struct RunRow {
        QWidget* row = nullptr;
        ProgressStrip* strip = nullptr;
        QString label;
    };
    struct PageRow {
        QWidget* row = nullptr;
        QLabel* text = nullptr;
    };
    void look();
    void showRun(ReplayJob& job);
    void addRun(const QString& runId);
    void showPage(const PageSlot& slot);
    QWidget* addRow(QWidget* content, const QString& target, const QVariantMap& arguments);

    ConsoleContext& context_;
    const std::vector<PageSlot>& pages_;
    QVBoxLayout* rows_;
    QHash<QString, RunRow> runs_;
    QHash<QString, PageRow> others_; // by page
    QTimer look_;
};

// What the pages do besides runs, which the panel lists one by one: "reading queue orders.dlq".
QStringList otherWork(const std::vector<PageSlot>& pages);

} // namespace signalbox
