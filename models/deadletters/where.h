// The filter language of window and command line, e.g.
//   reason = rejected and body.order.id = 4711 and headers."MT-Fault-Message" contains "timeout"
// Grammar and examples: docs/guide/filters.md. Parsed once, evaluated purely.
#pragma once

#include "models/base/result.h"
#include "models/messaging/deathfacts.h"

#include <memory>

namespace signalbox {

struct WhereNode;

class Where {
public:
    Where() = default; // empty: matches everything
    // Errors point at the column of the text and say what was expected. `now` (UTC) is what "within 2h"
    // counts from; invalid = the time of the call.
    static Result<Where> parse(const QString& text, const QDateTime& now = {});

    // One branch of a filter as a filter of its own; its text() is empty.
    static Where part(std::shared_ptr<const WhereNode> node);

    bool isEmpty() const { return !root_; }
    const QString& text() const { return text_; }
    const WhereNode* root() const { return root_.get(); }
    const std::shared_ptr<const WhereNode>& rootNode() const { return root_; }
    // True when the message satisfies the filter. `position` is 1-based queue order.
    bool matches(const Message& message, const DeathFacts& facts, qint64 position) const;
    // Needs the body to decide (a body path is used).
    bool needsBody() const;
    bool operator==(const Where& other) const { return text_ == other.text_; }

private:
    QString text_;
    std::shared_ptr<const WhereNode> root_;
};

} // namespace signalbox
