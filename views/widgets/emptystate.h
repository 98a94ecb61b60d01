// Shown where there is nothing to show: why, and what to do next. GUI thread.
#pragma once

#include <QWidget>
#include <functional>

class QLabel;
class QPushButton;

namespace signalbox {

class EmptyState : public QWidget {
    Q_OBJECT
public:
    explicit EmptyState(QWidget* parent = nullptr);

    // `next` says what to do; an action without text has no button.
    void present(const QString& iconName, const QString& headline, const QString& next,
                 const QString& actionText = {}, std::function<void()> action = {});
    QString headline() const;
    QString next() const;
    QPushButton* button() const { return button_; }
    QSize minimumSizeHint() const override; // narrow: the words wrap

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void drawIcon();
    void fitLabels();
    QString iconName_;
    QLabel* picture_;
    QLabel* headline_;
    QLabel* next_;
    QPushButton* button_;
    std::function<void()> action_;
};

} // namespace signalbox
