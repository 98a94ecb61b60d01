// One value inside a JSON document that knows its path, for strict readers with located errors. All
// functions throw JsonProblem. A node is a view: the document and the parent node outlive it.
#pragma once

#include <QByteArray>
#include <QString>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>

namespace signalbox {

// Refuses what the standard parser lets pass: members given twice, deep nesting.
nlohmann::json parseStrictJson(QByteArrayView text);

class JsonNode {
public:
    explicit JsonNode(const nlohmann::json& value)
        : value_(&value) {}
    JsonNode(const JsonNode& parent, const char* name, const nlohmann::json& value)
        : value_(&value)
        , parent_(&parent)
        , name_(name) {}
    JsonNode(const JsonNode& parent, std::size_t index, const nlohmann::json& value)
        : value_(&value)
        , parent_(&parent)
        , index_(index) {}

    const nlohmann::json& value() const { return *value_; }
    QString path() const;
    [[noreturn]] void fail(const QString& what) const;

    void onlyMembers(std::initializer_list<const char*> known) const; // and that it is an object
    bool has(const char* name) const { return value_->contains(name); }
    JsonNode member(const char* name) const;
    void forEach(const std::function<void(const JsonNode&)>& use) const; // items of a list
    std::size_t size() const { return value_->size(); }

    bool boolean() const;
    std::int64_t integer(std::int64_t least, std::int64_t most) const;
    std::uint64_t natural(std::uint64_t most) const;
    QByteArray text() const;   // a JSON string
    QByteArray base64() const; // a JSON string of base64, decoded
    QByteArray bytes() const;  // a JSON string, or {"base64": "..."}

private:
    const nlohmann::json* value_;
    const JsonNode* parent_ = nullptr;
    const char* name_ = nullptr;
    std::size_t index_ = 0;
};

} // namespace signalbox
