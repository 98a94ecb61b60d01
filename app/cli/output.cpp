#include "app/cli/output.h"

#include <QJsonDocument>

#include <algorithm>

namespace signalbox {

int exitCodeOf(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::Invalid:
        return exitcode::usage;
    case ErrorKind::CannotConnect:
    case ErrorKind::NotAuthenticated:
    case ErrorKind::NotAllowed:
    case ErrorKind::Conflict:
    case ErrorKind::Busy:
    case ErrorKind::Lost:
    case ErrorKind::Blocked:
        return exitcode::refused;
    case ErrorKind::NotFound:
    case ErrorKind::Storage:
    case ErrorKind::TooNew:
    case ErrorKind::Unsupported:
    case ErrorKind::Corrupt:
    case ErrorKind::Cancelled:
    case ErrorKind::Internal:
        return exitcode::partly;
    }
    return exitcode::partly;
}

void Output::object(const QJsonObject& object) {
    if (json_)
        jsonLine(QJsonDocument(object).toJson(QJsonDocument::Compact));
}

void Output::jsonLine(const QByteArray& line) {
    if (json_)
        raw(line + '\n');
}

void Output::line(const QString& text) {
    if (!json_)
        raw(text.toUtf8() + '\n');
}

void Output::raw(const QByteArray& bytes) {
    endProgress();
    terminal_->out->write(bytes.constData(), bytes.size());
    terminal_->out->flush();
}

void Output::notice(const QString& text) {
    endProgress();
    if (json_)
        *terminal_->err << QJsonDocument(QJsonObject{{QStringLiteral("notice"), text}})
                               .toJson(QJsonDocument::Compact)
                               .toStdString()
                        << std::endl;
    else
        *terminal_->err << printable(text).toStdString() << std::endl;
}

void Output::error(const Error& error) {
    endProgress();
    if (json_) {
        const QJsonObject inner{{QStringLiteral("kind"), errorWord(error.kind)},
                                {QStringLiteral("summary"), error.summary},
                                {QStringLiteral("detail"), error.detail}};
        *terminal_->err << QJsonDocument(QJsonObject{{QStringLiteral("error"), inner}})
                               .toJson(QJsonDocument::Compact)
                               .toStdString()
                        << std::endl;
        return;
    }
    *terminal_->err << "signalbox: " << printable(error.summary).toStdString() << std::endl;
    const QStringList details = error.detail.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    for (const QString& detail : details)
        *terminal_->err << "  " << printable(detail).toStdString() << std::endl;
}

void Output::progress(const QString& text) {
    if (!terminal_->personAtErrors || json_)
        return;
    *terminal_->err << "\r\x1b[K" << printable(text).toStdString() << std::flush;
    progressShown_ = true;
}

void Output::endProgress() {
    if (!progressShown_)
        return;
    progressShown_ = false;
    *terminal_->err << "\r\x1b[K" << std::flush;
}

bool Output::failed() const {
    return !terminal_->out->good();
}

namespace {

QChar printableLetter(QChar letter) {
    const ushort code = letter.unicode();
    if (code == '\n' || code == '\r' || code == '\t')
        return QLatin1Char(' ');
    if (letter.category() == QChar::Other_Control ||
        (code >= 0x202A && code <= 0x202E) || // direction embedding and override
        (code >= 0x2066 && code <= 0x2069) || // direction isolates
        code == 0x2028 || code == 0x2029)
        return QChar::ReplacementCharacter;
    return letter;
}

} // namespace

QString printable(const QString& text) {
    if (std::all_of(text.begin(), text.end(), [](QChar letter) { return printableLetter(letter) == letter; }))
        return text; // shared, as most texts are many times in a table
    QString clean = text;
    std::transform(clean.begin(), clean.end(), clean.begin(), printableLetter);
    return clean;
}

void TextTable::flush(Output& output) {
    constexpr qsizetype widestCell = 60;
    for (QStringList& cells : rows_) {
        for (QString& cell : cells) {
            cell = printable(cell);
            if (cells_ == Cells::Cut && cell.size() > widestCell)
                cell = cell.left(widestCell - 1) + QChar(0x2026);
        }
    }
    if (widths_.empty()) {
        for (const QString& cell : header_)
            widths_.push_back(cell.size());
        for (const QStringList& cells : rows_) {
            for (qsizetype i = 0; i < cells.size(); ++i) {
                auto& width = widths_[static_cast<std::size_t>(i)];
                width = std::max(width, cells[i].size());
            }
        }
        output.line(formatted(header_, output.width()));
    }
    for (const QStringList& cells : rows_)
        output.line(formatted(cells, output.width()));
    rows_.clear();
}

QString TextTable::formatted(const QStringList& cells, int width) const {
    QString text;
    for (qsizetype i = 0; i < cells.size(); ++i) {
        if (i > 0)
            text += QStringLiteral("  ");
        text += cells[i].leftJustified(widths_[static_cast<std::size_t>(i)]);
    }
    while (text.endsWith(QLatin1Char(' ')))
        text.chop(1);
    if (cells_ == Cells::Cut && width > 0 && text.size() > width)
        text = text.left(width - 1) + QChar(0x2026);
    return text;
}

} // namespace signalbox
