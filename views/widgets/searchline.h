// A line to search or filter by: debounced, clearable, with a message below when the text is wrong. GUI
// thread.
#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;

namespace signalbox {

class SearchLine : public QWidget {
    Q_OBJECT
public:
    explicit SearchLine(const QString& placeholder, QWidget* parent = nullptr);

    QString text() const;
    void setText(const QString& text); // tells searched() at once when it differs
    void setDelay(int milliseconds);
    // Empty = all is well. The line turns red and says why below it.
    void setProblem(const QString& message);
    QString problem() const;
    QLineEdit* edit() const { return edit_; }

Q_SIGNALS:
    void searched(const QString& text); // after a pause in typing, at once on Return or clear
    void leftDownwards();               // Down pressed: the view below wants the focus

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void tell();
    QLineEdit* edit_;
    QLabel* message_;
    QTimer pause_;
    QString told_;
};

} // namespace signalbox
