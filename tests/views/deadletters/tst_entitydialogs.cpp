// Status, rules and deletion of a namespace's entities in the window: what is said, what is refused, what is
// done.
#include "tests/support/fakeentities.h"
#include "tests/views/shell/consolefixture.h"
#include "views/deadletters/entitydeletedialog.h"
#include "views/deadletters/entitystatusdialog.h"
#include "views/deadletters/entitywords.h"
#include "views/deadletters/ruledeletedialog.h"
#include "views/deadletters/ruledialog.h"
#include "views/deadletters/rulemodel.h"
#include "views/deadletters/rulesdialog.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>

using namespace signalbox;
using Status = BusEntity::Status;

class TestEntityDialogs : public QObject {
    Q_OBJECT
    const QString bus_ = QStringLiteral("bus");
    const QString audit_ = QStringLiteral("events/Subscriptions/audit");
    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<FakeEntities> entities_;
    std::unique_ptr<EntityDesk> desk_;

    void open(Environment environment = Environment::Test) {
        f_->addConnection(bus_, environment);
        f_->gateways.prepare = [this](FakeGateway& gateway) { gateway.entities = entities_.get(); };
        f_->link(bus_);
    }
    static void click(QPushButton* button) {
        QVERIFY2(button->isEnabled(), qPrintable(button->toolTip()));
        button->click();
    }

private Q_SLOTS:
    void init() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        entities_ = std::make_unique<FakeEntities>();
        entities_->add(BusEntity::Kind::Queue, QStringLiteral("orders"), 10, 2);
        entities_->add(BusEntity::Kind::Topic, QStringLiteral("events"));
        entities_->add(BusEntity::Kind::Subscription, audit_, 5, 1);
        entities_->rulesOf[audit_] = {sqlRule(QStringLiteral("eu"), QStringLiteral("region = 'EU'"))};
        desk_ = std::make_unique<EntityDesk>(f_->audit, f_->clock, QStringLiteral("ann@box"));
    }
    void cleanup() {
        desk_.reset();
        f_.reset();
        entities_.reset();
        theme_.reset();
    }

    void status_isToldAndSet() {
        open();
        EntityStatusDialog dialog(f_->context, *desk_, bus_, QStringLiteral("orders"));
        QSignalSpy changed(&dialog, &EntityDialog::changed);
        dialog.show();
        QTRY_COMPARE(dialog.told(), QStringLiteral("Active · 12 messages, 2 of them dead letters"));
        QCOMPARE(dialog.reasonNot(), QStringLiteral("That is its status already."));
        dialog.choose(Status::SendDisabled);
        click(dialog.actionButton());
        QTRY_COMPARE(changed.count(), 1);
        QCOMPARE(changed.first().first().toString(),
                 QStringLiteral("orders: Send disabled now; it was Active."));
        QVERIFY(entities_->known[0].status == Status::SendDisabled);
        QVERIFY(f_->audit.lines().contains(QStringLiteral("entity.status.end bus ok")));
        QVERIFY(!dialog.isVisible());
    }

    void subscription_offersItsTopic() {
        open();
        EntityStatusDialog dialog(f_->context, *desk_, bus_, audit_);
        dialog.show();
        QCOMPARE(dialog.entityBox()->count(), 2);
        dialog.entityBox()->setCurrentIndex(1);
        QTRY_VERIFY(dialog.told().contains(QLatin1String("its messages are in its subscriptions")));
        dialog.choose(Status::Disabled);
        click(dialog.actionButton());
        QTRY_COMPARE(entities_->done, QStringList{QStringLiteral("status events")});
    }

    void refusal_staysInView() {
        open();
        entities_->refusal = Error{ErrorKind::Busy, QStringLiteral("Throttled."), {}};
        EntityStatusDialog dialog(f_->context, *desk_, bus_, QStringLiteral("orders"));
        dialog.show();
        QTRY_VERIFY(dialog.told().startsWith(QLatin1String("Active")));
        dialog.choose(Status::Disabled);
        click(dialog.actionButton());
        QTRY_COMPARE(dialog.banner()->summary(), QStringLiteral("Throttled."));
        QVERIFY(dialog.isVisible() && dialog.actionButton()->isEnabled());
    }

    void production_isReadOnly() {
        open(Environment::Production);
        EntityStatusDialog status(f_->context, *desk_, bus_, QStringLiteral("orders"));
        EntityDeleteDialog deletion(f_->context, *desk_, bus_, QStringLiteral("orders"));
        RuleDialog rule(f_->context, *desk_, bus_, audit_, nullptr);
        for (EntityDialog* dialog : std::initializer_list<EntityDialog*>{&status, &deletion, &rule}) {
            dialog->show();
            QVERIFY(!dialog->actionButton()->isEnabled());
            QVERIFY2(dialog->reasonNot().contains(QLatin1String("read-only")),
                     qPrintable(dialog->reasonNot()));
        }
        QVERIFY(entities_->done.isEmpty());
    }

    void deletion_needsTheName() {
        open();
        EntityDeleteDialog dialog(f_->context, *desk_, bus_, QStringLiteral("orders"));
        dialog.show();
        QTRY_VERIFY(dialog.told().contains(QLatin1String("and with it 12 messages")));
        QVERIFY(dialog.told().contains(QLatin1String("No copy")));
        QVERIFY(!dialog.actionButton()->isEnabled());
        dialog.nameEdit()->setText(QStringLiteral("Orders"));
        QVERIFY(!dialog.actionButton()->isEnabled());
        QTest::keyClick(dialog.nameEdit(), Qt::Key_Return);
        QVERIFY(dialog.isVisible()); // Cancel was not pressed by it
        QVERIFY(dialog.banner()->summary().contains(QLatin1String("letter for letter")));
        dialog.nameEdit()->setText(QStringLiteral("orders"));
        QCOMPARE(dialog.actionButton()->text(), QStringLiteral("Delete, with 12 messages"));
        click(dialog.actionButton());
        QTRY_COMPARE(entities_->done, QStringList{QStringLiteral("remove orders")});
    }

    void moreThanAgreed_isNotDeleted() {
        open();
        EntityDeleteDialog dialog(f_->context, *desk_, bus_, QStringLiteral("orders"));
        dialog.show();
        QTRY_VERIFY(dialog.told().contains(QLatin1String("12 messages")));
        entities_->known[0].active = 500;
        dialog.nameEdit()->setText(QStringLiteral("orders"));
        click(dialog.actionButton());
        QTRY_VERIFY(dialog.told().contains(QLatin1String("502 messages")));
        QVERIFY(dialog.banner()->summary().contains(QLatin1String("Nothing was deleted")));
        QVERIFY(dialog.nameEdit()->text().isEmpty());
        QVERIFY(entities_->done.isEmpty());
    }

    void rules_areListedAddedAndChanged() {
        open();
        RulesDialog dialog(f_->context, *desk_, bus_, audit_);
        QAbstractItemModelTester tester(dialog.model());
        dialog.show();
        QTRY_COMPARE(dialog.model()->rowCount(), 1);
        QCOMPARE(dialog.model()->index(0, RuleModel::Condition).data().toString(),
                 QStringLiteral("region = 'EU'"));
        click(dialog.addButton());
        auto* form = qobject_cast<RuleDialog*>(dialog.opened());
        QVERIFY(form);
        QVERIFY(form->reasonNot().startsWith(QLatin1String("Name: ")));
        form->nameEdit()->setText(QStringLiteral("big"));
        form->filterEdit()->setPlainText(QStringLiteral("quantity > > 5"));
        QVERIFY2(form->reasonNot().contains(QLatin1String("column 12")), qPrintable(form->reasonNot()));
        form->filterEdit()->setPlainText(QStringLiteral("upper(region) = 'EU'"));
        QVERIFY(form->reasonNot().isEmpty());
        QVERIFY2(form->note().contains(QLatin1String("no function upper")), qPrintable(form->note()));
        form->kindBox()->setCurrentIndex(1);
        QCOMPARE(form->filterEdit()->toPlainText(), QString());
        form->filterEdit()->setPlainText(QStringLiteral("label=Big\nquantity:int=5"));
        form->kindBox()->setCurrentIndex(0);
        QCOMPARE(form->filterEdit()->toPlainText(), QStringLiteral("upper(region) = 'EU'"));
        form->kindBox()->setCurrentIndex(1);
        form->actionEdit()->setText(QStringLiteral("SET a = 1"));
        click(form->actionButton());
        QTRY_COMPARE(dialog.model()->rowCount(), 2);
        QCOMPARE(dialog.model()->index(1, RuleModel::Condition).data().toString(),
                 QStringLiteral("label=Big and quantity:int=5"));
        QCOMPARE(dialog.model()->index(1, RuleModel::Action).data().toString(), QStringLiteral("SET a = 1"));

        dialog.table()->selectRow(1);
        click(dialog.editButton());
        form = qobject_cast<RuleDialog*>(dialog.opened());
        QVERIFY(form && !form->nameEdit()->isEnabled());
        QCOMPARE(form->filterEdit()->toPlainText(), QStringLiteral("label=Big\nquantity:int=5"));
        form->kindBox()->setCurrentIndex(2);
        QVERIFY(form->reasonNot().isEmpty());
        click(form->actionButton());
        QTRY_COMPARE(dialog.model()->index(1, RuleModel::Condition).data().toString(),
                     QStringLiteral("every message"));
    }

    void lastRule_hasToBeMeant() {
        open();
        RulesDialog dialog(f_->context, *desk_, bus_, audit_);
        dialog.show();
        QTRY_COMPARE(dialog.model()->rowCount(), 1);
        click(dialog.removeButton());
        auto* ask = qobject_cast<RuleDeleteDialog*>(dialog.opened());
        QVERIFY(ask && ask->lastBox()->isVisible());
        QVERIFY(!ask->actionButton()->isEnabled());
        ask->lastBox()->setChecked(true);
        click(ask->actionButton());
        QTRY_COMPARE(entities_->done, QStringList{QStringLiteral("drop eu")});
        QTRY_COMPARE(dialog.model()->rowCount(), 0);
    }

    void ruleNotUnderstood_isNotEdited() {
        open();
        entities_->rulesOf[audit_][0].kind = BusRule::Kind::Unknown;
        RulesDialog dialog(f_->context, *desk_, bus_, audit_);
        dialog.show();
        QTRY_COMPARE(dialog.model()->rowCount(), 1);
        QTRY_VERIFY(dialog.removeButton()->isEnabled());
        QVERIFY(!dialog.editButton()->isEnabled());
    }

    void mark_namesWhatDoesNotWork() {
        QCOMPARE(entityWords::mark(QStringLiteral("receivedisabled")), QStringLiteral("receive disabled"));
        QCOMPARE(entityWords::mark(QStringLiteral("disabled")), QStringLiteral("disabled"));
        QCOMPARE(entityWords::mark(QStringLiteral("active")), QString());
        QCOMPARE(entityWords::mark(QStringLiteral("running")), QString());
    }
};

QTEST_MAIN(TestEntityDialogs)
#include "tst_entitydialogs.moc"
