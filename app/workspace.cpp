#include "app/workspace.h"

#include "app/brokergateways.h"
#include "app/compositionconventions.h"
#include "app/store/keychainsecrets.h"
#include "app/store/snapshot/sqlsnapshotlibrary.h"
#include "app/store/sqlaudittrail.h"
#include "app/store/sqlconnections.h"
#include "app/store/sqlreplayjournal.h"
#include "app/store/sqltriage.h"
#include "app/workspaceparts.h"
#include "models/base/lognames.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>
#include <QSysInfo>

#include <spdlog/spdlog.h>

#ifdef Q_OS_UNIX
#include <pwd.h>
#include <unistd.h>
#endif

namespace signalbox {

namespace {

// The operating system's account; the environment could say anything.
QString account() {
#ifdef Q_OS_UNIX
    if (const passwd* entry = ::getpwuid(::geteuid()))
        return QString::fromLocal8Bit(entry->pw_name);
#endif
    return qEnvironmentVariable("USERNAME", QStringLiteral("unknown"));
}

Result<void> privateFolder(const QString& name) {
    if (!QDir().mkpath(name))
        return failure(ErrorKind::Storage, QStringLiteral("Cannot make the folder %1.").arg(name));
    QFile::setPermissions(name, QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    return {};
}

} // namespace

Workspace::Workspace(std::unique_ptr<Parts> parts)
    : parts_(std::move(parts)) {}

Workspace::~Workspace() = default;

Workspace::Parts::~Parts() {
    desk.reset();     // cancels its jobs and waits for them
    registry.reset(); // closes the links
    storeThread.waitForDone();
}

QString Workspace::defaultFile() {
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
           QStringLiteral("/signalbox/workspace.signalbox");
}

Result<std::unique_ptr<Workspace>> Workspace::open(const QString& given, Adapters adapters) {
    auto parts = std::make_unique<Parts>();
    const QString file = QFileInfo(given.isEmpty() ? defaultFile() : given).absoluteFilePath();
    if (given.isEmpty()) {
        if (auto made = privateFolder(QFileInfo(file).path()); !made)
            return failure(std::move(made.error()));
    }
    parts->clock = adapters.clock ? std::move(adapters.clock) : std::make_unique<SystemClock>();
    auto db = WorkspaceDb::open(file);
    if (!db)
        return failure(std::move(db.error()));
    parts->db = std::move(*db);
    parts->file = file;
    QStringList notices;
    if (parts->db->notice())
        notices << parts->db->notice()->summary;

    auto conventions = loadConventions(QStringLiteral(":/signalbox/conventions.json"),
                                       QFileInfo(file).path() + QStringLiteral("/conventions.json"));
    if (!conventions) { // a slip in a team's own file must not keep anybody from working
        notices << conventions.error().summary;
        conventions = loadConventions(QStringLiteral(":/signalbox/conventions.json"), {});
        if (!conventions)
            return failure(std::move(conventions.error()));
    }
    parts->conventions = std::move(*conventions);
    if (auto made = parts->makeStores(std::move(adapters)); !made)
        return failure(std::move(made.error()));
    parts->makeModels(account() + QLatin1Char('@') + QSysInfo::machineHostName());
    if (auto loaded = parts->registry->load(); !loaded)
        return failure(std::move(loaded.error()));
    parts->notice = notices.join(QLatin1Char(' '));
    return std::unique_ptr<Workspace>(new Workspace(std::move(parts)));
}

Result<void> Workspace::Parts::makeStores(Adapters adapters) {
    connections = std::make_unique<SqlConnections>(*db);
    elevations = std::make_unique<SqlElevations>(*db);
    triage = std::make_unique<SqlTriage>(*db);
    audit = std::make_unique<SqlAuditTrail>(*db, *clock);
    auto opened = SqlReplayJournal::open(*db, *clock);
    if (!opened)
        return failure(std::move(opened.error()));
    journal = std::move(*opened);
    snapshots = std::make_unique<SqlSnapshotLibrary>(file + QStringLiteral(".snapshots"), facts(), *clock);
    gateways = adapters.gateways ? std::move(adapters.gateways) : std::make_unique<BrokerGateways>();
    secrets = adapters.secrets ? std::move(adapters.secrets) : std::make_unique<KeychainSecrets>();
    settings = std::make_unique<QSettings>(file + QStringLiteral(".ini"), QSettings::IniFormat);
    return {};
}

void Workspace::Parts::makeModels(const QString& actor) {
    // One thread: blocking calls of the views run in the order they were asked for.
    storeThread.setMaxThreadCount(1);
    registry = std::make_unique<ConnectionRegistry>(
        ConnectionRegistry::Ports{*connections, *elevations, *secrets, *audit, *gateways, *clock}, actor);
    desk = std::make_unique<ReplayDesk>(ReplayDesk::Ports{journal, *audit, *clock, facts()}, actor);
}

std::function<DeathFacts(const Message&)> Workspace::Parts::facts() const {
    return [this](const Message& message) { return deathFacts(message, conventions); };
}

Result<void> Workspace::prune() {
    return parts_->prune();
}

Result<void> Workspace::Parts::prune() {
    if (db->isReadOnly())
        return {};
    const QDateTime now = clock->now();
    auto gone = snapshots->prune(now.addDays(-keepSnapshotsDays));
    if (!gone)
        return failure(std::move(gone.error()));
    auto copies = journal->pruneCopies(now.addDays(-keepCopiesDays));
    if (!copies)
        return failure(std::move(copies.error()));
    if (auto log = spdlog::get(lognames::app); log && *gone + *copies > 0)
        log->info("removed {} old snapshots and {} old saved copies", *gone, *copies);
    return {};
}

void Workspace::takeEnvironmentPasswords() {
    for (const ConnectionProfile& profile : parts_->registry->profiles()) {
        const QByteArray variable = passwordVariable(profile.name);
        if (const auto secret = variableSecret(variable, environmentVariable); secret && *secret)
            parts_->registry->provideSecret(profile.id, **secret, QString::fromLatin1(variable));
    }
}

const QString& Workspace::file() const {
    return parts_->file;
}
const QString& Workspace::notice() const {
    return parts_->notice;
}
QString Workspace::actor() const {
    return parts_->registry->actor();
}
ConnectionRegistry& Workspace::connections() {
    return *parts_->registry;
}
SecretStore& Workspace::secrets() {
    return *parts_->secrets;
}
ReplayDesk& Workspace::replays() {
    return *parts_->desk;
}
ReplayJournal& Workspace::journal() {
    return *parts_->journal;
}
SnapshotLibrary& Workspace::snapshots() {
    return *parts_->snapshots;
}
TriageStore& Workspace::triage() {
    return *parts_->triage;
}
AuditTrail& Workspace::audit() {
    return *parts_->audit;
}
const Conventions& Workspace::conventions() const {
    return parts_->conventions;
}
const Clock& Workspace::clock() const {
    return *parts_->clock;
}

QByteArray passwordVariable(const QString& connectionName) {
    QByteArray name = "SIGNALBOX_PASSWORD";
    if (connectionName.isEmpty())
        return name;
    name += '_';
    const QByteArray letters = connectionName.toUtf8();
    for (const char letter : letters) {
        const bool plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                           (letter >= '0' && letter <= '9');
        name += plain ? letter : '_';
    }
    return name.toUpper();
}

} // namespace signalbox
