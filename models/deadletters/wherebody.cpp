#include "models/deadletters/snapshotbody.h"
#include "models/deadletters/whereliteral.h"
#include "models/deadletters/whereoperand.h"

#include <nlohmann/json.hpp>

namespace signalbox {

namespace {

using Json = nlohmann::json;
using Path = std::vector<WherePathStep>;

constexpr int nestingLimit = 256;
constexpr qsizetype bodyLimit = 64 * 1024 * 1024;

// Hostile nesting must not reach recursive code; a glance at the brackets is enough.
bool isShallow(const QByteArray& text) {
    int depth = 0;
    bool inString = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text.at(i);
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > nestingLimit)
                return false;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return true;
}

WhereValue jsonValue(const Json& json) {
    WhereValue value;
    switch (json.type()) {
    case Json::value_t::null:
        break;
    case Json::value_t::boolean:
        value.kind = WhereValue::Kind::Flag;
        value.flag = json.get<bool>();
        break;
    case Json::value_t::number_unsigned:
        if (const auto wide = json.get<std::uint64_t>();
            wide > static_cast<std::uint64_t>(std::numeric_limits<qint64>::max())) {
            value.kind = WhereValue::Kind::Real;
            value.real = static_cast<double>(wide);
            break;
        }
        [[fallthrough]];
    case Json::value_t::number_integer:
        value.kind = WhereValue::Kind::Integer;
        value.integer = json.get<qint64>();
        break;
    case Json::value_t::number_float:
        value.kind = WhereValue::Kind::Real;
        value.real = json.get<double>();
        break;
    case Json::value_t::string:
        value.kind = WhereValue::Kind::Text;
        value.text = QString::fromStdString(json.get_ref<const std::string&>());
        break;
    default:
        value.kind = WhereValue::Kind::Text;
        value.text = QString::fromStdString(json.dump(-1, ' ', false, Json::error_handler_t::replace));
        break;
    }
    return value;
}

bool visitJson(const Json& json, const Path& path, std::size_t step, const WhereVisitor& visit);

bool visitObject(const Json& object, const Path& path, std::size_t step, const WhereVisitor& visit) {
    std::size_t end = step + 1;
    while (!path.at(step).quoted && end < path.size() && path.at(end).index == WherePathStep::none &&
           !path.at(end).quoted)
        ++end;
    for (; end > step; --end) {
        QString name = path.at(step).name;
        for (std::size_t i = step + 1; i < end; ++i)
            name += u'.' + path.at(i).name;
        if (const auto found = object.find(name.toStdString()); found != object.end())
            return visitJson(*found, path, end, visit);
    }
    return false;
}

bool visitJson(const Json& json, const Path& path, std::size_t step, const WhereVisitor& visit) {
    if (step == path.size())
        return visit(jsonValue(json));
    const WherePathStep& next = path.at(step);
    if (next.index == WherePathStep::none)
        return json.is_object() && visitObject(json, path, step, visit);
    if (!json.is_array())
        return false;
    if (next.index == WherePathStep::any) {
        return std::any_of(json.begin(), json.end(),
                           [&](const Json& entry) { return visitJson(entry, path, step + 1, visit); });
    }
    const auto index = static_cast<std::size_t>(next.index);
    return index < json.size() && visitJson(json.at(index), path, step + 1, visit);
}

} // namespace

struct WhereBody::Document {
    PlainBody body;
    bool plain = false; // ASCII without escapes
    std::optional<Json> json;
};

WhereBody::WhereBody(const Message& message)
    : message_(message) {}

WhereBody::~WhereBody() = default;

WhereBody::Document& WhereBody::document() {
    if (!document_) {
        document_ = std::make_unique<Document>();
        document_->body = plainBody(message_, bodyLimit);
        const QByteArray& text = document_->body.bytes;
        document_->plain = std::none_of(text.begin(), text.end(), [](char c) {
            return static_cast<unsigned char>(c) >= 128 || c == '\\';
        });
    }
    return *document_;
}

// In plain ASCII without escapes a text stands as it is, in some case.
bool WhereBody::mayEqual(const WhereTest& test) {
    if ((test.op != WhereOp::Equal && test.op != WhereOp::In) || test.operand.path.empty() ||
        !document().plain)
        return true;
    const QByteArray& bytes = document().body.bytes;
    const QLatin1StringView text(bytes.constData(), bytes.size());
    return std::any_of(test.literals.begin(), test.literals.end(), [&](const WhereLiteral& literal) {
        const bool otherForms = literal.time || strictNumber(literal.text) || literal.text.startsWith(u'{') ||
                                literal.text.startsWith(u'[');
        return otherForms || text.contains(literal.text, Qt::CaseInsensitive);
    });
}

bool WhereBody::visit(const Path& path, const WhereVisitor& visit) {
    const QByteArray& text = document().body.bytes;
    if (path.empty()) { // the text as a whole
        WhereValue value;
        value.kind = WhereValue::Kind::Text;
        value.text = QString::fromUtf8(text);
        return !value.text.isEmpty() && visit(value);
    }
    if (!document_->json) {
        document_->json = document_->body.whole && isShallow(text)
                              ? Json::parse(text.begin(), text.end(), nullptr, false)
                              : Json(Json::value_t::discarded);
    }
    return !document_->json->is_discarded() && visitJson(*document_->json, path, 0, visit);
}

} // namespace signalbox
