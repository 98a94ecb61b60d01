#include "models/messaging/jsonnode.h"

#include "models/messaging/jsonproblem.h"

#include <algorithm>
#include <string>
#include <vector>

namespace signalbox {

namespace {

// A table entry costs two levels of JSON, the message around it three.
constexpr int deepest = 300;

// Follows the parser from object to object and remembers the members each has so far.
class Watch {
public:
    bool operator()(int depth, nlohmann::json::parse_event_t event, nlohmann::json& value) {
        using Event = nlohmann::json::parse_event_t;
        if (depth > deepest)
            throw JsonProblem{{}, QStringLiteral("The document is nested too deeply.")};
        if (event == Event::object_start) {
            open_.emplace_back();
        } else if (event == Event::object_end) {
            open_.pop_back();
        } else if (event == Event::key) {
            const auto& name = value.get_ref<const std::string&>();
            auto& names = open_.back();
            if (names.size() >= mostMembers)
                throw JsonProblem{{}, QStringLiteral("An object has too many members.")};
            if (std::find(names.begin(), names.end(), name) != names.end())
                throw JsonProblem{
                    {},
                    QStringLiteral("The member \"%1\" is given twice.").arg(QString::fromStdString(name))};
            names.push_back(name);
        }
        return true;
    }

private:
    static constexpr std::size_t mostMembers = 100; // no object of ours has more than 13
    std::vector<std::vector<std::string>> open_;
};

// "[json.exception.parse_error.101] parse error at line 3, column 5: syntax error ..."
QString parserWords(const char* words) {
    const QString text = QString::fromUtf8(words);
    const auto place = text.indexOf(QLatin1String(" at "));
    return QStringLiteral("This is not valid JSON: %1.")
        .arg(place < 0 ? text.section(QStringLiteral("] "), 1) : text.mid(place + 4));
}

} // namespace

nlohmann::json parseStrictJson(QByteArrayView text) {
    try {
        return nlohmann::json::parse(text.begin(), text.end(), Watch());
    } catch (const nlohmann::json::exception& error) {
        throw JsonProblem{{}, parserWords(error.what())};
    }
}

QString JsonNode::path() const {
    if (!parent_)
        return {};
    const QString before = parent_->path();
    if (!name_)
        return before + QStringLiteral("[%1]").arg(index_);
    return before.isEmpty() ? QString::fromUtf8(name_) : before + QLatin1Char('.') + QString::fromUtf8(name_);
}

void JsonNode::fail(const QString& what) const {
    throw JsonProblem{path(), what};
}

void JsonNode::onlyMembers(std::initializer_list<const char*> known) const {
    if (!value_->is_object())
        fail(QStringLiteral("Here should be an object."));
    for (auto entry = value_->begin(); entry != value_->end(); ++entry) {
        const std::string& name = entry.key();
        if (std::find(known.begin(), known.end(), name) == known.end())
            JsonNode(*this, name.c_str(), *value_).fail(QStringLiteral("There is no member of this name."));
    }
}

JsonNode JsonNode::member(const char* name) const {
    const auto found = value_->find(name);
    if (found == value_->end())
        fail(QStringLiteral("The member \"%1\" is missing.").arg(QLatin1String(name)));
    return {*this, name, *found};
}

void JsonNode::forEach(const std::function<void(const JsonNode&)>& use) const {
    if (!value_->is_array())
        fail(QStringLiteral("Here should be a list."));
    for (std::size_t i = 0; i < value_->size(); ++i)
        use(JsonNode(*this, i, (*value_)[i]));
}

bool JsonNode::boolean() const {
    if (!value_->is_boolean())
        fail(QStringLiteral("Here should be true or false."));
    return value_->get<bool>();
}

std::int64_t JsonNode::integer(std::int64_t least, std::int64_t most) const {
    const bool isTooLarge =
        value_->is_number_unsigned() && value_->get<std::uint64_t>() > static_cast<std::uint64_t>(most);
    if (!value_->is_number_integer() || isTooLarge || value_->get<std::int64_t>() < least)
        fail(QStringLiteral("Here should be a whole number from %1 to %2.").arg(least).arg(most));
    return value_->get<std::int64_t>();
}

std::uint64_t JsonNode::natural(std::uint64_t most) const {
    if (!value_->is_number_unsigned() || value_->get<std::uint64_t>() > most)
        fail(QStringLiteral("Here should be a whole number from 0 to %1.").arg(most));
    return value_->get<std::uint64_t>();
}

QByteArray JsonNode::text() const {
    if (!value_->is_string())
        fail(QStringLiteral("Here should be a text in quotation marks."));
    const auto& text = value_->get_ref<const std::string&>();
    return {text.data(), static_cast<qsizetype>(text.size())};
}

QByteArray JsonNode::base64() const {
    auto decoded = QByteArray::fromBase64Encoding(text(), QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        fail(QStringLiteral("This is not valid base64."));
    return std::move(decoded.decoded);
}

QByteArray JsonNode::bytes() const {
    if (!value_->is_object())
        return text();
    onlyMembers({"base64"});
    return member("base64").base64();
}

} // namespace signalbox
