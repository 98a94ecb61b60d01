// The words of a message as the full-text index keeps them: lower case, each once, separated by spaces. Runs
// of letters and digits are words; a GUID is one word without its dashes; words are cut at 64 bytes. Covers
// exchange, routing key, text properties, header names and values, error facts and the first 256 KiB of a
// text body (gzip, deflate, br undone; JSON escapes undone). One instance per thread.
#pragma once

#include "models/messaging/deathfacts.h"

#include <vector>

namespace signalbox {

class MessageWords {
public:
    static constexpr qsizetype bodyLimit = 256 * 1024;
    static constexpr qsizetype wordLimit = 64;
    // In every message with a number in exponent form or with a very long fraction: such a number may equal
    // one that is written in other words.
    static constexpr const char* oddNumber = "\xEE\x80\x80";

    struct Words {
        QByteArray text;      // " word word word "
        bool partial = false; // the body has more text than was taken
    };
    Words of(const Message& message, const DeathFacts& facts);
    // The words of a piece of text, e.g. of a search.
    QByteArray ofText(QByteArrayView utf8);

private:
    void start();
    void take(QByteArrayView text);
    void takeJson(QByteArrayView text);
    void takeValue(const HeaderValue& value, int depth);
    void takeTable(const HeaderValue::Table& table, int depth);
    qsizetype takeGuid(QByteArrayView text, qsizetype at);
    void takeForeign(QByteArrayView run);
    void noteOddNumber(QByteArrayView word, char before);
    void add(QByteArrayView word);

    struct Slot {
        std::uint64_t hash = 0;
        std::uint32_t stamp = 0;
    };
    void grow();
    std::vector<Slot> seen_;
    std::size_t seenCount_ = 0;
    std::uint32_t stamp_ = 0;
    QByteArray out_;
};

} // namespace signalbox
