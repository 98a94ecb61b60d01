// Secrets from the environment, or from a file that a variable names.
#include "app/workspace.h"

#include <QFile>

namespace signalbox {

std::optional<QByteArray> environmentVariable(const QByteArray& name) {
    if (!qEnvironmentVariableIsSet(name.constData()))
        return std::nullopt;
    return qgetenv(name.constData());
}

Result<std::optional<Secret>> variableSecret(const QByteArray& variable, const VariableReader& reader) {
    constexpr qint64 mostBytes = 64 * 1024;
    const auto value = reader(variable);
    if (value && value->isEmpty())
        return failure(
            ErrorKind::Invalid,
            QStringLiteral("The environment variable %1 is set, but empty. Give it the password, or "
                           "unset it.")
                .arg(QString::fromLatin1(variable)));
    if (value)
        return std::optional(Secret(*value));
    const auto name = reader(variable + "_FILE");
    if (!name)
        return std::optional<Secret>();
    QFile file(QString::fromLocal8Bit(*name));
    const QByteArray text =
        !name->isEmpty() && file.open(QIODevice::ReadOnly) ? file.read(mostBytes).trimmed() : QByteArray();
    if (text.isEmpty())
        return failure(ErrorKind::Invalid,
                       QStringLiteral("The file %1 that the environment variable %2_FILE names is empty or "
                                      "cannot be read.")
                           .arg(QString::fromLocal8Bit(*name), QString::fromLatin1(variable)));
    return std::optional(Secret(text));
}

} // namespace signalbox
