// The page of the audit trail over a trail that the test writes, opened and read.
#pragma once

#include "tests/views/shell/consolefixture.h"
#include "views/activity/activitypage.h"
#include "views/activity/auditmodel.h"
#include "views/widgets/emptystate.h"
#include "views/widgets/errorbanner.h"
#include "views/widgets/searchline.h"
#include "views/widgets/tableview.h"
#include "views/widgets/theme.h"

#include <QLineEdit>
#include <QPushButton>
#include <QSemaphore>
#include <QSignalSpy>

namespace signalbox {

// A trail of the records it was given, which says what the test wants of its wholeness. Asked on the store's
// thread; the test changes it only while nothing is under way, and the lock is for everything else.
class ToldAudit final : public AuditTrail {
public:
    Result<void> append(const AuditEvent& event) override {
        const std::lock_guard lock(mutex_);
        AuditRecord record;
        record.number = static_cast<qint64>(records_.size()) + 1;
        record.at = QDateTime(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC).addSecs(record.number);
        record.event = event;
        record.hash = QByteArray(31, '\x5a') + static_cast<char>(record.number);
        records_.push_back(record);
        return {};
    }
    Result<std::vector<AuditRecord>> page(qint64 before, int limit) override {
        pages.acquire();
        pages.release();
        const std::lock_guard lock(mutex_);
        if (failure)
            return tl::make_unexpected(*failure);
        std::vector<AuditRecord> page;
        qint64 number = before == 0 ? static_cast<qint64>(records_.size()) : before - 1;
        for (; number > 0 && static_cast<int>(page.size()) < limit; --number)
            page.push_back(records_[static_cast<std::size_t>(number - 1)]);
        return page;
    }
    Result<AuditVerdict> verify(WorkProgress& progress) override {
        goOn.acquire();
        if (progress.cancelled)
            return signalbox::failure(ErrorKind::Cancelled, QStringLiteral("The verification was stopped."));
        const std::lock_guard lock(mutex_);
        return verdict;
    }
    void set(std::optional<Error> error) {
        const std::lock_guard lock(mutex_);
        failure = std::move(error);
    }
    void set(const Result<AuditVerdict>& told) {
        const std::lock_guard lock(mutex_);
        verdict = told;
    }
    QSemaphore goOn{1000}; // taken away: verify() waits
    QSemaphore pages{1};   // taken away: page() waits

private:
    std::mutex mutex_;
    std::vector<AuditRecord> records_;
    std::optional<Error> failure;
    Result<AuditVerdict> verdict;
};

class OpenActivity {
protected:
    static QString s(const char* text) { return QString::fromUtf8(text); }
    void prepare() {
        f_ = std::make_unique<ConsoleFixture>();
        theme_ = std::make_unique<Theme>(f_->settings);
        audit_ = std::make_unique<ToldAudit>();
    }
    void end() {
        page_.reset();
        f_->storeThread.waitForDone();
        context_.reset();
        audit_.reset();
        f_.reset();
        theme_.reset();
    }
    void fillThree() {
        (void)audit_->append({s("ann@box"), s("connection.add"), s("crm"), {}, {}, s("ok"), {}});
        (void)audit_->append({s("ann@box"),
                              s("elevation.grant"),
                              s("crm"),
                              {},
                              s("ticket 4711"),
                              s("ok"),
                              s(R"({"minutes":15})")});
        (void)audit_->append(
            {s("bob@ops"), s("replay.end"), s("billing"), s("dead"), {}, s("The link broke."), {}});
    }
    void open(const QVariantMap& arguments = {}) {
        context_ = std::make_unique<ConsoleContext>(ConsoleContext{f_->registry,
                                                                   f_->desk,
                                                                   f_->snapshots,
                                                                   f_->triage,
                                                                   *audit_,
                                                                   f_->conventions,
                                                                   f_->clock,
                                                                   f_->storeThread,
                                                                   f_->settings,
                                                                   f_->context.workspacePath,
                                                                   {}});
        page_ = std::make_unique<ActivityPage>(*context_);
        page_->resize(1280, 800);
        page_->show();
        page_->activate(arguments);
        QTRY_VERIFY(!page_->model()->isReading());
    }
    void type(const QString& words) {
        page_->focusSearch();
        QTest::keyClicks(page_->search()->edit(), words);
        QTest::keyClick(page_->search()->edit(), Qt::Key_Return);
    }
    QPushButton* verifyButton() const {
        for (QPushButton* button : page_->findChildren<QPushButton*>()) {
            if (button->text() == s("&Verify"))
                return button;
        }
        return nullptr;
    }
    void clickVerify() {
        QVERIFY(verifyButton());
        verifyButton()->click();
    }
    void exportTo(const QString& file) {
        QSignalSpy exported(page_.get(), &ActivityPage::exported);
        page_->exportTo(file);
        QTRY_COMPARE(exported.count(), 1);
    }
    static QByteArray contentOf(const QString& name) {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    QStringList column(int column) const {
        QStringList texts;
        for (int row = 0; row < page_->model()->rowCount(); ++row)
            texts << page_->model()->index(row, column).data().toString();
        return texts;
    }
    QImage iconOf(int row) const {
        const QVariant icon = page_->model()->index(row, AuditModel::Outcome).data(Qt::DecorationRole);
        return icon.value<QIcon>().pixmap(16).toImage();
    }

    std::unique_ptr<ConsoleFixture> f_;
    std::unique_ptr<Theme> theme_;
    std::unique_ptr<ToldAudit> audit_;
    std::unique_ptr<ConsoleContext> context_;
    std::unique_ptr<ActivityPage> page_;
};

} // namespace signalbox
