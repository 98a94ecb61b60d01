// Lines of export files: whole however long they are, without taking memory for the longest one.
#include "models/messaging/messagefile.h"

#include <QBuffer>
#include <QTest>

using namespace signalbox;

class TestMessageFile : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lines_areWhole();
};

void TestMessageFile::lines_areWhole() {
    const QByteArrayList lines{
        "short\n", QByteArray(200'000, 'x') + '\n',  QByteArray((64 << 10) - 1, 'y') + '\n',
        "\n",      QByteArray(64 << 10, 'z') + '\n', "no end"};
    QByteArray bytes = lines.join();
    QBuffer buffer(&bytes);
    QVERIFY(buffer.open(QIODevice::ReadOnly));
    for (const QByteArray& line : lines) {
        const QByteArray read = readMessageLine(buffer);
        QVERIFY(read == line);
        QVERIFY(read.capacity() < (1 << 20));
    }
    QVERIFY(buffer.atEnd());
    QVERIFY(readMessageLine(buffer).isEmpty());
}

QTEST_GUILESS_MAIN(TestMessageFile)
#include "tst_messagefile.moc"
