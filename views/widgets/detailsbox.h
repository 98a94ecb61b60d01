// A read-only box with technical details in a monospace font and a button that copies them. GUI thread.
#pragma once

#include <QWidget>

class QPlainTextEdit;
class QPushButton;

namespace signalbox {

class DetailsBox : public QWidget {
    Q_OBJECT
public:
    explicit DetailsBox(QWidget* parent = nullptr);
    void setText(const QString& text);
    QString text() const;
    // What the button copies when it is more than what is shown; empty = the text.
    void setCopyText(const QString& text);
    void setVisibleLines(int lines); // at first 5
    void setFlexible();              // takes the height it is given
    QPushButton* copyButton() const { return copy_; }
    void copy();

private:
    QPlainTextEdit* box_;
    QPushButton* copy_;
    QString copyText_;
};

} // namespace signalbox
