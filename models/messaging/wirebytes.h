// Writer and reader of the compact binary form: varints, length-prefixed bytes. The reader treats its input
// as hostile: every length is checked against what is left, errors name the byte offset.
#pragma once

#include "models/base/result.h"

#include <QByteArray>
#include <cstdint>

namespace signalbox {

class WireWriter {
public:
    explicit WireWriter(qsizetype reserve) { out_.reserve(reserve); }

    void byte(std::uint8_t value) { out_.append(static_cast<char>(value)); }
    void varint(std::uint64_t value) {
        char buffer[10];
        int length = 0;
        while (value >= 0x80) {
            buffer[length++] = static_cast<char>(value | 0x80);
            value >>= 7;
        }
        buffer[length++] = static_cast<char>(value);
        out_.append(buffer, length);
    }
    void zigzag(std::int64_t value) {
        varint((static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
    }
    void fixed64(std::uint64_t value) {
        char buffer[8];
        for (int i = 0; i < 8; ++i)
            buffer[i] = static_cast<char>(value >> (8 * i));
        out_.append(buffer, 8);
    }
    void bytes(const QByteArray& value) {
        varint(static_cast<std::uint64_t>(value.size()));
        out_.append(value);
    }
    QByteArray take() { return std::move(out_); }

private:
    QByteArray out_;
};

class WireReader {
public:
    explicit WireReader(QByteArrayView in)
        : in_(in) {}

    bool failed() const { return failed_; }
    bool atEnd() const { return position_ == in_.size(); }
    qsizetype left() const { return in_.size() - position_; }
    qsizetype position() const { return position_; }
    void fail() { failed_ = true; }

    std::uint8_t byte() {
        if (failed_ || left() < 1) {
            failed_ = true;
            return 0;
        }
        return static_cast<std::uint8_t>(in_[position_++]);
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const std::uint8_t part = byte();
            if (failed_ || (shift == 63 && part > 1))
                break;
            value |= static_cast<std::uint64_t>(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
        failed_ = true;
        return 0;
    }
    std::int64_t zigzag() {
        const std::uint64_t value = varint();
        return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
    }
    std::uint64_t fixed64() {
        std::uint64_t value = 0;
        for (int i = 0; i < 8; ++i)
            value |= static_cast<std::uint64_t>(byte()) << (8 * i);
        return value;
    }
    QByteArray bytes() {
        const std::uint64_t length = varint();
        if (failed_ || length > static_cast<std::uint64_t>(left())) {
            failed_ = true;
            return {};
        }
        const QByteArrayView part = in_.sliced(position_, static_cast<qsizetype>(length));
        position_ += part.size();
        return part.toByteArray();
    }

private:
    QByteArrayView in_;
    qsizetype position_ = 0;
    bool failed_ = false;
};

} // namespace signalbox
