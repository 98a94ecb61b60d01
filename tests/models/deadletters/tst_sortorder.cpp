// Orders as people write them.
#include "models/deadletters/sortorder.h"

#include <QTest>

using namespace signalbox;

class TestSortOrder : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void words_areAnOrderAndBack_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("column");
        QTest::addColumn<bool>("descending");
        QTest::addColumn<QString>("back");
        QTest::newRow("column") << "last_death" << int(Column::LastDeath) << false << "last_death";
        QTest::newRow("downwards") << " Last_Death  DESC " << int(Column::LastDeath) << true
                                   << "last_death desc";
        QTest::newRow("upwards") << "size asc" << int(Column::Size) << false << "size";
        QTest::newRow("the queue's own") << "position" << int(Column::Position) << false << "";
        QTest::newRow("the queue's, backwards")
            << "position desc" << int(Column::Position) << true << "position desc";
        QTest::newRow("another name of a column") << "origin" << int(Column::OriginQueue) << false << "queue";
    }
    void words_areAnOrderAndBack() {
        QFETCH(QString, text);
        QFETCH(int, column);
        QFETCH(bool, descending);
        QFETCH(QString, back);
        const auto order = sortOrderFromText(text);
        QVERIFY(order);
        QCOMPARE(int(order->column), column);
        QCOMPARE(order->descending, descending);
        QCOMPARE(sortOrderText(*order), back);
    }

    void otherWords_areRefusedWithTheColumns() {
        for (const char* text : {"", "moon", "size downwards", "size desc desc", "desc"}) {
            const auto order = sortOrderFromText(QString::fromLatin1(text));
            QVERIFY2(!order, text);
            QCOMPARE(order.error().kind, ErrorKind::Invalid);
            QVERIFY2(order.error().summary.contains(QLatin1String("last_death, deaths")),
                     qPrintable(order.error().summary));
        }
    }
};

QTEST_APPLESS_MAIN(TestSortOrder)
#include "tst_sortorder.moc"
