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

#ifdef Q_OS_UNIX

Result<void> ensurePrivateFile(const QString& file) {
    const QByteArray path = QFile::encodeName(file);
    const int fd = ::open(path.constData(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd >= 0) {
        ::close(fd);
        return {};
    }
    if (errno == EEXIST) {
        // By path: opening and closing an existing file would drop every lock this process holds on it
        // (POSIX).
        struct stat now {};
        if (::stat(path.constData(), &now) == 0 && (now.st_mode & (S_IRWXG | S_IRWXO)) != 0 &&
            now.st_uid == ::geteuid())
            ::chmod(path.constData(), S_IRUSR | S_IWUSR);
        return {};
    }
    const int reason = errno;
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
    return failure(
        ErrorKind::Storage,
        QStringLiteral("%1 cannot be made. Check that its folder exists and that you may write there.")
            .arg(file),
        words);
}

#else

Result<void> ensurePrivateFile(const QString& file) {
    if (QFileInfo::exists(file))
        return {};
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
