#include "tests/support/servicebuspeer/saslserver.h"

#include "tests/support/servicebuspeer/value.h"

#include <QtEndian>

namespace signalbox::sbpeer {

namespace {

const QByteArray saslHeader("AMQP\x03\x01\x00\x00", 8);
constexpr qsizetype frameHeader = 8;
enum Performative : quint64 { Mechanisms = 0x40, Init = 0x41, Result = 0x44 };

QByteArray frame(Performative code, std::vector<Value> fields) {
    const QByteArray body = encode(Value::described(code, Value::list(std::move(fields))));
    QByteArray header(frameHeader, '\0');
    qToBigEndian(static_cast<quint32>(frameHeader + body.size()), header.data());
    header[4] = 2; // data offset in words
    header[5] = 1; // a SASL frame
    return header + body;
}

} // namespace

void SaslServer::read(const QByteArray& bytes, QByteArray* answer) {
    buffer_ += bytes;
    while (!done() && !failed() && step(answer)) {
    }
}

bool SaslServer::step(QByteArray* answer) {
    if (buffer_.size() < frameHeader) {
        return false;
    }
    if (state_ == State::Header) {
        *answer += saslHeader;
        if (!buffer_.startsWith(saslHeader)) {
            state_ = State::Failed;
            return true;
        }
        buffer_.remove(0, saslHeader.size());
        std::vector<Value> names;
        for (const char* name : {"MSSBCBS", "PLAIN", "ANONYMOUS", "EXTERNAL"}) {
            names.push_back(Value::symbol(name));
        }
        *answer += frame(Mechanisms, {Value::array(Value::Type::Symbol, std::move(names))});
        state_ = State::Init;
        return true;
    }
    const auto size = qFromBigEndian<quint32>(buffer_.constData());
    if (size < frameHeader || size > 4096) {
        state_ = State::Failed;
        return true;
    }
    if (buffer_.size() < static_cast<qsizetype>(size)) {
        return false;
    }
    const QByteArray body = buffer_.left(size).mid(frameHeader);
    buffer_.remove(0, size);
    judge(body, answer);
    return true;
}

void SaslServer::judge(const QByteArray& body, QByteArray* answer) {
    const auto init = decode(body);
    bool welcome = false;
    if (init && init->code() == Init) {
        mechanism_ = init->inner().at(0).bytes();
        welcome = mechanism_ == "ANONYMOUS" || mechanism_ == "MSSBCBS" || mechanism_ == "EXTERNAL";
        if (mechanism_ == "PLAIN") {
            const QList<QByteArray> parts = init->inner().at(1).bytes().split('\0');
            if (const auto grant = keyring_.checkPassword(parts.value(1), parts.value(2)); grant) {
                grant_ = *grant;
                welcome = true;
            }
        }
    }
    *answer += frame(Result, {Value::number(Value::Type::UByte, welcome ? 0 : 1)});
    state_ = welcome ? State::Done : State::Failed;
}

} // namespace signalbox::sbpeer
