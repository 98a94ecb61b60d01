// Files that only their owner may read.
#include "app/sql/database.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <cerrno>
#include <cstring>
#ifdef Q_OS_UNIX
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace signalbox {

namespace {

Error noFile(const QString& file) {
    return {
        ErrorKind::Storage, QStringLiteral("%1 is no file (a folder, perhaps). Name a file.").arg(file), {}};
}

} // namespace

#ifdef Q_OS_UNIX

Result<void> ensurePrivateFile(const QString& file) {
    const QByteArray path = QFile::encodeName(file);
    const int fd = ::open(path.constData(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) {
        ::close(fd);
        return {};
    }
    const int reason = errno;
    // By path: opening and closing an existing file would drop every lock this process holds on it (POSIX).
    // Some systems say EACCES, not EEXIST, of one that is there in a folder nobody may write to.
    struct stat now {};
    const bool isThere = ::stat(path.constData(), &now) == 0;
    if (isThere && !S_ISREG(now.st_mode)) // a folder without its search bit would be lost to everybody
        return failure(noFile(file));
    if (isThere && (now.st_mode & (S_IRWXG | S_IRWXO)) != 0 && now.st_uid == ::geteuid())
        ::chmod(path.constData(), S_IRUSR | S_IWUSR);
    if (isThere || reason == EEXIST)
        return {};
    const QString words = QString::fromLocal8Bit(std::strerror(reason));
    if (reason == ENOSPC || reason == EDQUOT)
        return failure(
            ErrorKind::Storage,
            QStringLiteral("The disk is full: %1 cannot be made. Free some space and try again.").arg(file),
            words);
    if (reason == EROFS)
        return failure(
            ErrorKind::Storage,
            QStringLiteral("%1 cannot be made: its disk is read-only. Choose another place.").arg(file),
            words);
    if (isThere)
        return failure(
            ErrorKind::Storage,
            QStringLiteral("%1 cannot be used: you may not read it. Check whose it is and its rights.")
                .arg(file),
            words);
    return failure(
        ErrorKind::Storage,
        QStringLiteral("%1 cannot be made. Check that its folder exists and that you may write there.")
            .arg(file),
        words);
}

#else

Result<void> ensurePrivateFile(const QString& file) {
    if (QFileInfo::exists(file))
        return QFileInfo(file).isFile() ? Result<void>() : failure(noFile(file));
    QFile made(file);
    if (!made.open(QIODevice::WriteOnly | QIODevice::NewOnly))
        return failure(
            ErrorKind::Storage,
            QStringLiteral("%1 cannot be made. Check that its folder exists and that you may write there.")
                .arg(file),
            made.errorString());
    made.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return {};
}

#endif

} // namespace signalbox
