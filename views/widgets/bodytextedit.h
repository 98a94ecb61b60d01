// A body as text. Lines that are very long are broken for display, since the layout of one takes time with
// the square of its length; what is copied has them whole. GUI thread.
#pragma once

#include <QPlainTextEdit>

#include <vector>

namespace signalbox {

class BodyTextEdit final : public QPlainTextEdit {
    Q_OBJECT
public:
    using QPlainTextEdit::QPlainTextEdit;

    static constexpr int longestLine = 1000; // UTF-16 units
    void setBody(const QString& text);
    bool hasBrokenLines() const { return hasBrokenLines_; }

protected:
    QMimeData* createMimeDataFromSelection() const override;

private:
    std::vector<bool> goesOn_; // by block: its line goes on in the next one
    bool hasBrokenLines_ = false;
};

} // namespace signalbox
