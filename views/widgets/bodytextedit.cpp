#include "views/widgets/bodytextedit.h"

#include <QMimeData>
#include <QTextBlock>

#include <algorithm>

namespace signalbox {

void BodyTextEdit::setBody(const QString& text) {
    goesOn_.clear();
    hasBrokenLines_ = false;
    QString shown;
    shown.reserve(text.size() + text.size() / longestLine + 1);
    const QStringView whole(text);
    for (qsizetype start = 0; start <= whole.size();) {
        qsizetype end = whole.indexOf(u'\n', start);
        end = end < 0 ? whole.size() : end;
        while (end - start > longestLine) {
            // Not between the halves of a character beyond the first plane.
            const qsizetype piece =
                whole.at(start + longestLine - 1).isHighSurrogate() ? longestLine - 1 : longestLine;
            shown.append(whole.sliced(start, piece)).append(u'\n');
            goesOn_.push_back(true);
            hasBrokenLines_ = true;
            start += piece;
        }
        shown.append(whole.sliced(start, end - start));
        goesOn_.push_back(false);
        if (end < whole.size())
            shown.append(u'\n');
        start = end + 1;
    }
    setPlainText(shown);
}

QMimeData* BodyTextEdit::createMimeDataFromSelection() const {
    const QTextCursor cursor = textCursor();
    QString chosen;
    for (QTextBlock block = document()->findBlock(cursor.selectionStart());
         block.isValid() && block.position() <= cursor.selectionEnd(); block = block.next()) {
        const int from = std::max(cursor.selectionStart() - block.position(), 0);
        const int to = std::min(cursor.selectionEnd() - block.position(), block.length() - 1);
        chosen += block.text().mid(from, to - from);
        const auto number = static_cast<std::size_t>(block.blockNumber());
        const bool endsLine = number >= goesOn_.size() || !goesOn_[number];
        if (endsLine && cursor.selectionEnd() > block.position() + block.length() - 1)
            chosen += u'\n';
    }
    auto* copied = new QMimeData;
    copied->setText(chosen);
    return copied;
}

} // namespace signalbox
