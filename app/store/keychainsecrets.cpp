#include "app/store/keychainsecrets.h"

#include <QPromise>
#include <memory>
#include <qt6keychain/keychain.h>

namespace signalbox {

namespace {

// QtKeychain passes on what the desktop's service said; these are the cases met on servers, in WSL and in
// containers.
QString reasonOf(const QKeychain::Job& job) {
    const QString words = job.errorString();
    const auto says = [&](const char* part) {
        return words.contains(QString::fromLatin1(part), Qt::CaseInsensitive);
    };
    if (job.error() == QKeychain::NoBackendAvailable || job.error() == QKeychain::NotImplemented)
        return QStringLiteral("There is no keychain service on this system.");
    if (job.error() == QKeychain::AccessDeniedByUser || job.error() == QKeychain::AccessDenied)
        return QStringLiteral("The keychain refused access.");
    if (says("autolaunch") || says("DISPLAY") || says("Could not connect") || says("session bus"))
        return QStringLiteral(
            "There is no desktop session (no D-Bus session bus), so the keychain cannot be reached.");
    if (says("collection/login") || says("locked") || says("prompt"))
        return QStringLiteral(
            "The keychain is locked, or has no login keyring, and nothing here can unlock it.");
    if (says("ServiceUnknown") || says("not provided by any .service") || says("was not provided"))
        return QStringLiteral("No keychain service is running in this session.");
    return QStringLiteral("The keychain does not answer.");
}

Error errorOf(const QKeychain::Job& job) {
    if (job.error() == QKeychain::EntryNotFound)
        return {ErrorKind::NotFound, QStringLiteral("The keychain has no such entry."), {}};
    return {
        ErrorKind::Unsupported, reasonOf(job),
        QStringLiteral("keychain error %1: %2").arg(static_cast<int>(job.error())).arg(job.errorString())};
}

// Runs the job and gives what `answer` makes of it; the job deletes itself.
template<class T, class KeychainJob, class Answer>
QFuture<Result<T>> run(KeychainJob* job, const QString& key, Answer answer) {
    auto promise = std::make_shared<QPromise<Result<T>>>();
    promise->start();
    job->setKey(key);
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, job, [promise, job, answer](QKeychain::Job*) {
        promise->addResult(answer(*job));
        promise->finish();
    });
    job->start();
    return promise->future();
}

} // namespace

QFuture<Result<Secret>> KeychainSecrets::read(const QString& key) {
    return run<Secret>(new QKeychain::ReadPasswordJob(service_), key,
                       [](const QKeychain::ReadPasswordJob& job) -> Result<Secret> {
                           if (job.error() != QKeychain::NoError)
                               return failure(errorOf(job));
                           return Secret(job.binaryData());
                       });
}

QFuture<Result<void>> KeychainSecrets::write(const QString& key, const Secret& secret) {
    auto* job = new QKeychain::WritePasswordJob(service_);
    job->setBinaryData(secret.reveal());
    return run<void>(job, key, [](const QKeychain::WritePasswordJob& done) -> Result<void> {
        if (done.error() != QKeychain::NoError)
            return failure(errorOf(done));
        return {};
    });
}

QFuture<Result<void>> KeychainSecrets::remove(const QString& key) {
    return run<void>(new QKeychain::DeletePasswordJob(service_), key,
                     [](const QKeychain::DeletePasswordJob& job) -> Result<void> {
                         if (job.error() != QKeychain::NoError && job.error() != QKeychain::EntryNotFound)
                             return failure(errorOf(job));
                         return {};
                     });
}

} // namespace signalbox
