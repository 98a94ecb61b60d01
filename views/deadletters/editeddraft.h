// A message while it is edited: what of it can be edited as text, and how the text becomes a message again.
// Pure; GUI thread for tr().
#pragma once

#include "models/base/result.h"
#include "models/messaging/message.h"

#include <QString>

namespace signalbox {

class EditedDraft {
public:
    static constexpr qint64 largestBody = 2 << 20; // bytes; more is no matter for an editor

    explicit EditedDraft(Message original);

    const Message& original() const { return original_; }
    const QString& bodyText() const { return bodyText_; }     // with LF line ends, long JSON lines indented
    const QString& bodyLocked() const { return bodyLocked_; } // why the body cannot be edited; empty = it can
    const QString& bodyNote() const { return bodyNote_; }     // what an edit changes besides the text
    const QString& headersText() const { return headersText_; } // typed headers as JSON
    bool looksLikeJson() const { return json_; }

    // The message with the given texts; equals the original where they are unchanged.
    Result<Message> message(const QString& body, const QString& headers) const;
    // "line 3, column 12: ...", empty = it is JSON.
    static QString jsonProblem(const QString& text);

private:
    Message original_;
    QString bodyText_;
    QString sentText_;     // bodyText_ as it is in the message
    bool compact_ = false; // JSON without blanks, indented for the editor
    QString bodyLocked_;
    QString bodyNote_;
    QString headersText_;
    bool windowsLines_ = false;
    bool mark_ = false; // byte order mark
    bool encoded_ = false;
    bool isAmqpString_ = false; // its text is an AMQP 1.0 value
    bool json_ = false;
};

} // namespace signalbox
