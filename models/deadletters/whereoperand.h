// Finds the values a filter's operand names in a message. Pure; bodies are decoded at most once per message.
#pragma once

#include "models/deadletters/wheretest.h"

#include <functional>

namespace signalbox {

// Stable words of the message properties a filter may name; see docs/guide/filters.md.
std::optional<WhereProperty> propertyFromWord(QStringView word);
// nullopt: the message does not have it.
std::optional<WhereValue> propertyValue(const Message& message, WhereProperty property);
bool isNumeric(WhereProperty property);
bool isTime(WhereProperty property);

// Calls `visit` for each value at the path until it returns true; gives whether it did.
using WhereVisitor = std::function<bool(const WhereValue&)>;
bool visitHeader(const Message& message, const std::vector<WherePathStep>& path, const WhereVisitor& visit);

// The JSON body of one message, parsed when first asked for. Not JSON, or nested deeper than 256: no
// values. An empty path is the body's text.
class WhereBody {
public:
    explicit WhereBody(const Message& message);
    ~WhereBody();
    WhereBody(const WhereBody&) = delete;
    WhereBody& operator=(const WhereBody&) = delete;
    bool visit(const std::vector<WherePathStep>& path, const WhereVisitor& visit);
    // A glance at the text: false only if no value in it can pass the test. Spares most of the parsing.
    bool mayEqual(const WhereTest& test);

private:
    struct Document;
    Document& document();
    const Message& message_;
    std::unique_ptr<Document> document_;
};

} // namespace signalbox
