#include "tests/support/servicebuspeer/value.h"

#include <QtEndian>
#include <bit>

namespace signalbox::sbpeer {

Value Value::number(Type type, qint64 value) {
    Value result;
    result.type_ = type;
    result.bits_ = static_cast<quint64>(value);
    return result;
}

Value Value::real(double value) {
    Value result;
    result.type_ = Type::Double;
    result.bits_ = std::bit_cast<quint64>(value);
    result.bytes_.resize(8);
    qToBigEndian(result.bits_, result.bytes_.data());
    return result;
}

Value Value::bytesOf(Type type, const QByteArray& bytes) {
    Value result;
    result.type_ = type;
    result.bytes_ = bytes;
    return result;
}

Value Value::itemsOf(Type type, std::vector<Value> items) {
    Value result;
    result.type_ = type;
    result.items_ = std::move(items);
    return result;
}

Value Value::array(Type element, std::vector<Value> items) {
    Value result = itemsOf(Type::Array, std::move(items));
    result.element_ = element;
    return result;
}

Value Value::described(quint64 code, Value value) {
    std::vector<Value> pair{number(Type::ULong, static_cast<qint64>(code)), std::move(value)};
    return itemsOf(Type::Described, std::move(pair));
}

qint64 Value::toInt(qint64 otherwise) const {
    const bool counts =
        isWholeNumber() || type_ == Type::Bool || type_ == Type::Char || type_ == Type::Timestamp;
    return counts ? static_cast<qint64>(bits_) : otherwise;
}

double Value::toReal() const {
    if (type_ == Type::Double) {
        return std::bit_cast<double>(bits_);
    }
    if (type_ == Type::Float) {
        return static_cast<double>(std::bit_cast<float>(static_cast<quint32>(bits_)));
    }
    return type_ == Type::ULong ? static_cast<double>(bits_) : static_cast<double>(toInt());
}

namespace {
const Value& nothing() {
    static const Value null;
    return null;
}
} // namespace

const Value& Value::at(std::size_t index) const {
    return index < items_.size() ? items_[index] : nothing();
}

const Value& Value::operator[](const QByteArray& key) const {
    for (std::size_t i = 0; type_ == Type::Map && i + 1 < items_.size(); i += 2) {
        if (items_[i].isText() && items_[i].bytes_ == key) {
            return items_[i + 1];
        }
    }
    return nothing();
}

bool Value::has(const QByteArray& key) const {
    return &(*this)[key] != &nothing();
}

Value& Value::set(Value key, Value value) {
    type_ = Type::Map;
    for (std::size_t i = 0; i + 1 < items_.size(); i += 2) {
        if (items_[i] == key || (key.isText() && items_[i].isText() && items_[i].bytes_ == key.bytes_)) {
            items_[i + 1] = std::move(value);
            return *this;
        }
    }
    items_.push_back(std::move(key));
    items_.push_back(std::move(value));
    return *this;
}

void Value::remove(const QByteArray& key) {
    for (std::size_t i = 0; i + 1 < items_.size(); i += 2) {
        if (items_[i].isText() && items_[i].bytes_ == key) {
            items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(i),
                         items_.begin() + static_cast<std::ptrdiff_t>(i) + 2);
            return;
        }
    }
}

quint64 Value::code() const {
    return type_ == Type::Described ? at(0).bits_ : 0;
}

} // namespace signalbox::sbpeer
