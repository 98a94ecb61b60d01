// A message over a page, never a modal box: what happened, an action that may mend it, details to copy.
// GUI thread.
#pragma once

#include "models/base/error.h"

#include <QFrame>
#include <functional>

class QLabel;
class QPushButton;
class QToolButton;

namespace signalbox {

class DetailsBox;

enum class Severity { Info, Success, Warning, Error };

class ErrorBanner : public QFrame {
    Q_OBJECT
public:
    explicit ErrorBanner(QWidget* parent = nullptr); // hidden until something is presented

    // Cancelled is not presented: the person knows.
    void present(const Error& error, const QString& actionText = {}, std::function<void()> action = {});
    void present(Severity severity, const QString& summary, const QString& detail = {},
                 const QString& actionText = {}, std::function<void()> action = {});
    void dismiss();
    void setDismissible(bool dismissible); // false: a lasting notice

    QString summary() const;
    Severity severity() const { return severity_; }
    QString copyText() const; // summary and details, as the copy button gives them
    QPushButton* actionButton() const { return action_; }
    QPushButton* detailsButton() const { return more_; }
    QToolButton* closeButton() const { return close_; }
    DetailsBox* details() const { return details_; }

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void drawIcon();
    void showDetails(bool open);
    Severity severity_ = Severity::Error;
    QLabel* picture_;
    QLabel* summary_;
    QPushButton* action_;
    QPushButton* more_;
    QToolButton* close_;
    DetailsBox* details_;
    std::function<void()> run_;
};

} // namespace signalbox
