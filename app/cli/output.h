// What a command says: results on standard output (a table, or one JSON object a line), notices, progress
// and errors on standard error. Text from brokers is shown without control characters.
#pragma once

#include "app/cli/terminal.h"

#include <QJsonObject>
#include <QStringList>
#include <vector>

namespace signalbox {

namespace exitcode {
inline constexpr int done = 0;
inline constexpr int partly = 1;  // not all was done, or something was found
inline constexpr int usage = 2;   // the command line is wrong; nothing was touched
inline constexpr int refused = 3; // cannot connect, or not allowed (now)
} // namespace exitcode

int exitCodeOf(ErrorKind kind);

class Output {
public:
    Output(const Terminal& terminal, bool json)
        : terminal_(&terminal)
        , json_(json) {}
    bool json() const { return json_; }
    int width() const { return terminal_->width; }

    void object(const QJsonObject& object); // JSON only
    void jsonLine(const QByteArray& line);  // JSON only: a finished object
    void line(const QString& text = {});    // people only
    void raw(const QByteArray& bytes);      // both, as it is
    void notice(const QString& text);       // stderr; JSON: {"notice": ...}
    void error(const Error& error);         // stderr; JSON: {"error": {kind, summary, detail}}
    void progress(const QString& text);     // stderr, only when a person reads it; replaces the last one
    void endProgress();
    bool failed() const; // standard output takes nothing more (full disk, closed pipe)

private:
    const Terminal* terminal_;
    bool json_;
    bool progressShown_ = false;
};

// One line, no control or direction-changing characters: what a hostile header could do to a terminal.
QString printable(const QString& text);

// "1 message", "12 messages".
inline QString messagesText(qint64 count) {
    return count == 1 ? QStringLiteral("1 message") : QStringLiteral("%1 messages").arg(count);
}

// Columns padded to the widest cell of a block. Cut: cells end at 60 characters and, on a terminal, lines at
// the right edge. Whole: nothing is left out.
class TextTable {
public:
    enum class Cells { Cut, Whole };
    explicit TextTable(QStringList header, Cells cells = Cells::Cut)
        : header_(std::move(header))
        , cells_(cells) {}
    void add(QStringList cells) { rows_.push_back(std::move(cells)); }
    bool isEmpty() const { return rows_.empty(); }
    // Prints what was added since the last flush; the header and the widths come from the first one.
    void flush(Output& output);

private:
    QString formatted(const QStringList& cells, int width) const;
    QStringList header_;
    Cells cells_;
    std::vector<QStringList> rows_;
    std::vector<qsizetype> widths_;
};

} // namespace signalbox
