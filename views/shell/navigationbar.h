// The subjects at the left edge: one button each, arrow keys move, the chosen one stays marked. GUI thread.
#pragma once

#include <QFrame>

class QButtonGroup;
class QToolButton;
class QVBoxLayout;

namespace signalbox {

class NavigationBar : public QFrame {
    Q_OBJECT
public:
    explicit NavigationBar(QWidget* parent = nullptr);
    void add(const QString& title, const QString& iconName, const QKeySequence& shortcut);
    void setCurrent(int index);
    QToolButton* button(int index) const;
    int count() const;

Q_SIGNALS:
    void chosen(int index);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    QButtonGroup* group_;
    QVBoxLayout* layout_;
};

} // namespace signalbox
