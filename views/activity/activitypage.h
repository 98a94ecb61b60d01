// Who did what, when and why: the audit trail with filter, proof of wholeness and export. GUI thread.
#pragma once

#include "views/widgets/consolecontext.h"
#include "views/widgets/page.h"

class QLabel;
class QPushButton;
class QSplitter;

namespace signalbox {

class AuditModel;
class DetailsBox;
class ErrorBanner;
class ProgressStrip;
class SearchLine;
class TableView;

class ActivityPage : public Page {
    Q_OBJECT
public:
    explicit ActivityPage(ConsoleContext& context, QWidget* parent = nullptr);

    QString title() const override;
    QString iconName() const override;
    void activate(const QVariantMap& arguments) override; // {filter: words}
    void focusSearch() override;
    QList<QWidget*> panes() override;
    std::vector<Command> commands() override;

    void verify();
    void chooseExport();
    void exportTo(const QString& fileName); // one export at a time

    TableView* table() const { return table_; }
    AuditModel* model() const { return model_; }
    SearchLine* search() const { return search_; }
    ErrorBanner* banner() const { return banner_; }
    ProgressStrip* verifyStrip() const { return verifyStrip_; }
    ProgressStrip* exportStrip() const { return exportStrip_; }
    QString counterText() const;
    QString detailText() const;

Q_SIGNALS:
    void exported(const QString& fileName, qint64 records);

private:
    void followSelection();
    void followReading();
    ConsoleContext& context_;
    AuditModel* model_;
    ErrorBanner* banner_;
    SearchLine* search_;
    QLabel* counter_;
    QPushButton* verify_;
    QPushButton* export_;
    TableView* table_;
    DetailsBox* details_;
    QSplitter* splitter_;
    ProgressStrip* verifyStrip_;
    ProgressStrip* exportStrip_;
    bool verifying_ = false;
    bool exporting_ = false;
};

} // namespace signalbox
