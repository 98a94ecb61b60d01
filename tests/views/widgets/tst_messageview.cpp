// One message in full: what happened to it hop by hop, its typed headers, its body.
#include "tests/models/messaging/deathfixture.h"
#include "views/widgets/bodypane.h"
#include "views/widgets/messageview.h"
#include "views/widgets/messageviewpath.h"
#include "views/widgets/messageviewsummary.h"
#include "views/widgets/theme.h"
#include "views/widgets/treepane.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QtTest>

using namespace signalbox;

namespace {

QString s(const char* text) {
    return QString::fromUtf8(text);
}

constexpr std::int64_t noon = 1'709'294'400; // 2024-03-01 12:00 UTC

// Rejected twice in "orders", then expired in "retry".
Message twice() {
    return withHeaders(
        {{"x-death",
          HeaderValue::array({deathEntry("retry", "expired", 1, noon + 60, "retry.x", {"again"}, "5000"),
                              deathEntry("orders", "rejected", 2, noon, "shop", {"order.new", "vip"})})},
         {"x-first-death-exchange", HeaderValue::string("shop")},
         {"x-first-death-queue", HeaderValue::string("orders")},
         {"x-first-death-reason", HeaderValue::string("rejected")},
         {"attempts", HeaderValue::int64(3)}});
}

} // namespace

class TestMessageView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "UTC"); }
    void init() {
        settings_ = std::make_unique<QSettings>(folder_.filePath(s("settings.ini")), QSettings::IniFormat);
        theme_ = std::make_unique<Theme>(*settings_);
        view_ = std::make_unique<MessageView>();
        view_->resize(1000, 600);
        view_->show();
        QVERIFY(QTest::qWaitForWindowExposed(view_.get()));
    }
    void cleanup() {
        view_.reset();
        theme_.reset();
    }

    void nothing_saysWhatToDo() {
        QVERIFY(!view_->tabs()->isVisible());
        QVERIFY(texts().contains(s("No message chosen")));
        view_->clear(s("The queue is empty."));
        QVERIFY(texts().contains(s("The queue is empty.")));
    }

    void path_isToldHopByHopFromItsOrigin() {
        view_->setQueue(s("parked"));
        show(twice());
        QCOMPARE(path(), s("orders — rejected, 2 times (origin)\n"
                           "2024-03-01 12:00:00 · came by shop with order.new, vip\n"
                           "retry — expired\n"
                           "2024-03-01 12:01:00 · came by retry.x with again · expiration 5000 ms\n"
                           "parked — read from here"));
        for (const QString& line : path().split(u'\n'))
            QVERIFY2(texts().contains(line), qPrintable(line + s(" is not shown")));
    }
    void path_withoutDeathsSaysWhoMovedIt() {
        show(withTexts({{"MT-Fault-Message", "boom"}, {"MT-Fault-ExceptionType", "System.Exception"}}));
        QCOMPARE(path(), s("The message has no x-death header: MassTransit moved it here."));
        show(withHeaders({}));
        QCOMPARE(path(), s("The message has no x-death header: the broker did not dead-letter it."));
    }
    void path_ofServiceBusSaysWhereItDied() {
        Message message = withTexts({{"DeadLetterReason", "TTLExpiredException"}});
        message.routingKey = "payments";
        message.properties.amqp10.emplace();
        show(message);
        QCOMPARE(path(), s("It died in payments; no further way is told."));
    }
    void path_ofThousandsShowsItsEnds() {
        HeaderValue::Array deaths;
        for (int i = 3000; i > 0; --i)
            deaths.push_back(deathEntry("q" + QByteArray::number(i), "rejected", 1, noon + i, "x", {"k"}));
        show(withHeaders({{"x-death", HeaderValue::array(std::move(deaths))}}));
        QVERIFY(path().startsWith(s("q1 — rejected (origin)\n")));
        QVERIFY(path().contains(s("\nq3000 — rejected\n")));
        QVERIFY2(path().contains(s("… 2,950 more hops …")), qPrintable(path()));
        QVERIFY(path().count(u'\n') < 110);
    }

    void summary_namesWhatOneAsksFirst() {
        Message message = twice();
        message.properties.messageId = "m-1";
        message.properties.contentType = "application/json";
        message.properties.deliveryMode = 2;
        message.redelivered = true;
        show(message);
        const QStringList rows = view_->summary()->text().split(u'\n');
        for (const char* row :
             {"Reason: expired — It waited longer than its time to live.", "Died in: orders",
              "Published to: shop with order.new, vip", "Message id: m-1", "Content type: application/json",
              "Delivered by: dlx with parked", "Redelivered: yes", "Delivery mode: persistent",
              "Body: 2 bytes"})
            QVERIFY2(rows.contains(s(row)), qPrintable(s(row) + s(" not in\n") + rows.join(u'\n')));
        QVERIFY(!view_->summary()->runButton()->isVisible());
    }
    void summary_cutBodyCannotBeReplayed() {
        Message message = twice();
        message.bodyComplete = false;
        message.bodySize = 4096;
        show(message);
        QVERIFY2(view_->summary()->text().contains(s("cut here, so it cannot be replayed")),
                 qPrintable(view_->summary()->text()));
    }
    void summary_cameBackLeadsToItsRun_data() {
        QTest::addColumn<int>("attempts");
        QTest::addColumn<QString>("words");
        QTest::newRow("once") << 1 << s("Came back after 1 replay, the last in run 0123abcd.");
        QTest::newRow("often") << 4 << s("Came back after 4 replays, the last in run 0123abcd.");
    }
    void summary_cameBackLeadsToItsRun() {
        QFETCH(int, attempts);
        QFETCH(QString, words);
        Message message = twice();
        message.properties.headers->push_back({attemptHeader, HeaderValue::int64(attempts)});
        message.properties.headers->push_back({runHeader, HeaderValue::string("0123abcd-rest")});
        show(message);
        QVERIFY2(texts().contains(words), qPrintable(view_->summary()->text()));
        QSignalSpy wanted(view_.get(), &MessageView::runWanted);
        view_->summary()->runButton()->click();
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().first().toString(), s("0123abcd-rest"));
    }
    void summary_isUsedAgainFromMessageToMessage() {
        show(twice());
        const QString once = view_->summary()->text();
        QGridLayout* grid = nullptr;
        for (QGridLayout* each : view_->summary()->findChildren<QGridLayout*>())
            grid = each;
        QVERIFY(grid);
        const int rows = grid->rowCount();
        for (int i = 0; i < 50; ++i)
            show(twice());
        QCOMPARE(view_->summary()->text(), once);
        QVERIFY2(grid->rowCount() <= rows + 1, "the sheet grows with every message");
    }

    void headers_areATreeOfExactTypes() {
        show(twice());
        QCOMPARE(view_->tabs()->tabText(2), s("&Headers (5)"));
        view_->tabs()->setCurrentIndex(2);
        const QAbstractItemModel* tree = view_->headers()->model();
        QVERIFY(view_->headers()->isVisible());
        const auto cells = [&](const QModelIndex& row) {
            return QStringList{row.data().toString(),
                               row.siblingAtColumn(DataTreeModel::Type).data().toString(),
                               row.siblingAtColumn(DataTreeModel::Value).data().toString()};
        };
        QCOMPARE(cells(tree->index(0, 0)), QStringList({s("x-death"), s("array"), s("[2]")}));
        QCOMPARE(cells(tree->index(4, 0)), QStringList({s("attempts"), s("int64"), s("3")}));
        const QModelIndex newest = tree->index(0, 0, tree->index(0, 0));
        QCOMPARE(cells(newest), QStringList({s("[0]"), s("table"), s("{7}")}));
        QCOMPARE(cells(tree->index(0, 0, newest)), QStringList({s("count"), s("int64"), s("1")}));
        QCOMPARE(cells(tree->index(5, 0, newest)).at(1), s("timestamp"));
        QVERIFY(view_->headers()->isExpanded(newest));
    }
    void headers_areCopied() {
        show(twice());
        view_->tabs()->setCurrentIndex(2);
        TreePane* tree = view_->headers();
        const QModelIndex newest = tree->model()->index(0, 0, tree->model()->index(0, 0));
        tree->setCurrentIndex(tree->model()->index(1, 0, newest));
        tree->setFocus();
        QTest::keyClick(tree, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), s("retry.x"));
        tree->copyPath();
        QCOMPARE(QGuiApplication::clipboard()->text(), s("x-death[0].exchange"));
    }

    void chosenTab_staysAndTheNoteIsShown() {
        show(twice());
        view_->tabs()->setCurrentIndex(1);
        view_->setMessage(withHeaders({}), {}, s("It has left the queue."));
        QCOMPARE(view_->tabs()->currentIndex(), 1);
        QVERIFY(view_->body()->isVisible());
        QCOMPARE(view_->note(), s("It has left the queue."));
        QVERIFY(texts().contains(s("It has left the queue.")));
        show(twice());
        QVERIFY(!texts().contains(s("It has left the queue.")));
    }
    void hostile_isOneLineOfPlainText() {
        Message message = twice();
        message.properties.messageId = "<b>bold</b>\nsecond\x1b[31m";
        message.properties.appId = QByteArray(100'000, 'x');
        message.properties.headers->push_back({"<i>h</i>", HeaderValue::string("\xff\xfe")});
        DeathFacts facts = factsOf(message);
        facts.exceptionText = s("<a href='http://x'>click</a>");
        view_->setMessage(message, facts);
        int markup = 0;
        for (const QLabel* label : view_->findChildren<QLabel*>()) {
            QVERIFY2(label->text().size() < 1000, "a value fills the window");
            if (!label->text().contains(u'<'))
                continue;
            ++markup;
            QCOMPARE(label->textFormat(), Qt::PlainText);
            QVERIFY2(!label->text().contains(u'\n') && !label->text().contains(QChar(0x1b)),
                     qPrintable(label->text()));
        }
        QCOMPARE(markup, 2);
    }

private:
    DeathFacts factsOf(const Message& message) const { return deathFacts(message, conventions_); }
    void show(const Message& message) { view_->setMessage(message, factsOf(message)); }
    QString path() const { return view_->summary()->path()->text(); }
    QStringList texts() const {
        QStringList all;
        for (const QLabel* label : view_->findChildren<QLabel*>()) {
            if (label->isVisible())
                all << label->text().split(u'\n');
        }
        return all;
    }

    const Conventions conventions_ = shippedConventions();
    QTemporaryDir folder_;
    std::unique_ptr<QSettings> settings_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<MessageView> view_;
};

QTEST_MAIN(TestMessageView)
#include "tst_messageview.moc"
