#include "models/deadletters/signature.h"

#include "models/deadletters/signaturescan.h"

#include <QCryptographicHash>

namespace signalbox {

namespace {

constexpr qsizetype titleLimit = 200;
constexpr char rulesVersion = 1;

void add(QCryptographicHash& hash, const QString& part) {
    hash.addData(part.toUtf8());
    hash.addData(QByteArrayView("\0", 1)); // parts end, so that "ab" + "c" is not "a" + "bc"
}

} // namespace

QString foldVariables(QStringView text, qsizetype limit) {
    return signaturescan::fold(text.left(limit));
}

FailureSignature failureSignature(const DeathFacts& facts) {
    FailureSignature signature;
    const QString folded = foldVariables(facts.exceptionText);
    signature.title = !folded.isEmpty()                ? folded.left(titleLimit)
                      : !facts.exceptionType.isEmpty() ? facts.exceptionType
                                                       : facts.reason;
    QCryptographicHash hash(QCryptographicHash::Blake2b_160);
    hash.addData(QByteArrayView(&rulesVersion, 1));
    add(hash, facts.reason);
    add(hash, facts.exceptionType);
    add(hash, folded);
    add(hash, facts.messageType);
    add(hash, foldVariables(facts.originQueue)); // temporary queues carry an id in their name
    signature.bytes = hash.result();
    return signature;
}

} // namespace signalbox
