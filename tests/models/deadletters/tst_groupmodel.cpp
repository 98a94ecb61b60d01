// Failure groups as an item model: merged by signature, joined with notes.
#include "models/deadletters/groupmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace signalbox;

namespace {

FailureGroup group(const char* signature, qint64 count) {
    FailureGroup group;
    group.id = qHash(QByteArrayView(signature)) % 100000;
    group.signature = signature;
    group.title = QString::fromLatin1(signature);
    group.count = count;
    return group;
}

QStringList listing(const GroupModel& model) {
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row) {
        lines << QStringLiteral("%1 %2 %3")
                     .arg(model.index(row, GroupModel::Title).data().toString(),
                          model.index(row, GroupModel::Count).data().toString(),
                          model.index(row, GroupModel::StateColumn).data().toString());
    }
    return lines;
}

} // namespace

class TestGroupModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void groups_areListedMostFirst() {
        GroupModel model;
        const QAbstractItemModelTester tester(&model);
        model.setGroups({group("a", 1), group("b", 9), group("c", 5)});
        QCOMPARE(listing(model), (QStringList{QStringLiteral("b 9 open"), QStringLiteral("c 5 open"),
                                              QStringLiteral("a 1 open")}));
        QCOMPARE(model.index(0, 0).data(GroupModel::SignatureRole).toByteArray(), QByteArray("b"));
        QCOMPARE(model.index(0, 0).data(GroupModel::GroupIdRole).toLongLong(), group("b", 9).id);
        QCOMPARE(model.rowOf("c"), 1);
        QCOMPARE(model.rowOf("x"), -1);
        QCOMPARE(model.rowOfId(group("a", 1).id), 2);
        QVERIFY(!model.at(3));
        QVERIFY(!model.at(-1));
    }

    void update_keepsPlaces() {
        GroupModel model;
        const QAbstractItemModelTester tester(&model);
        model.setGroups({group("a", 9), group("b", 5), group("c", 1)});
        const QPersistentModelIndex a = model.index(0, GroupModel::Title);
        const QPersistentModelIndex b = model.index(1, GroupModel::Title);
        const QPersistentModelIndex c = model.index(2, GroupModel::Title);
        QSignalSpy resets(&model, &GroupModel::modelReset);
        model.setGroups({group("a", 9), group("c", 20), group("d", 12)});
        QCOMPARE(listing(model), (QStringList{QStringLiteral("c 20 open"), QStringLiteral("d 12 open"),
                                              QStringLiteral("a 9 open")}));
        QCOMPARE(a.row(), 2);
        QVERIFY(!b.isValid());
        QCOMPARE(c.row(), 0);
        QCOMPARE(resets.count(), 0);
        model.setGroups({});
        QCOMPARE(model.rowCount(), 0);
        QVERIFY(!a.isValid());
    }

    void notes_joinBySignature() {
        GroupModel model;
        const QAbstractItemModelTester tester(&model);
        model.setNotes({{"b", QStringLiteral("fixed"), QStringLiteral("ann"), QStringLiteral("in 1.2"), {}},
                        {"zz", {}, {}, {}, {}}});
        model.setGroups({group("a", 9), group("b", 5)});
        QCOMPARE(listing(model), (QStringList{QStringLiteral("a 9 open"), QStringLiteral("b 5 fixed")}));
        QCOMPARE(model.index(1, GroupModel::Owner).data().toString(), QStringLiteral("ann"));
        QCOMPARE(model.index(1, GroupModel::NoteColumn).data().toString(), QStringLiteral("in 1.2"));
        QSignalSpy changed(&model, &GroupModel::dataChanged);
        GroupNote note = model.noteAt(0);
        QCOMPARE(note.signature, QByteArray("a"));
        note.state = QStringLiteral("investigating");
        model.setNote(note);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed.first().first().toModelIndex().row(), 0);
        QCOMPARE(model.noteAt(0).state, QStringLiteral("investigating"));
        // A group that comes back has its note again.
        model.setGroups({group("a", 9)});
        model.setGroups({group("a", 9), group("b", 1)});
        QCOMPARE(model.noteAt(1).state, QStringLiteral("fixed"));
    }

    void manyGroups_areReplacedAtOnce() {
        GroupModel model;
        const QAbstractItemModelTester tester(&model);
        std::vector<FailureGroup> many;
        for (int i = 0; i < 5000; ++i)
            many.push_back(group(QByteArray::number(i).constData(), i));
        model.setGroups(many);
        QCOMPARE(model.rowCount(), 5000);
        many.resize(100);
        QElapsedTimer timer;
        timer.start();
        model.setGroups(many);
        QCOMPARE(model.rowCount(), 100);
        QVERIFY(timer.elapsed() < 2000);
    }
};

QTEST_GUILESS_MAIN(TestGroupModel)
#include "tst_groupmodel.moc"
