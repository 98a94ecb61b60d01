// Runs the real program on the command line, with a workspace of its own, and takes what it says.
#pragma once

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

namespace signalbox::live {

struct Said {
    int code = -1; // -1: crashed or never ended
    QByteArray out, err;

    QList<QJsonObject> objects() const {
        QList<QJsonObject> all;
        for (const QByteArray& line : out.split('\n')) {
            if (!line.isEmpty())
                all << QJsonDocument::fromJson(line).object();
        }
        return all;
    }
    QJsonObject error() const {
        return QJsonDocument::fromJson(err.trimmed().split('\n').last())
            .object()
            .value(QStringLiteral("error"))
            .toObject();
    }
    QByteArray all() const { return "code " + QByteArray::number(code) + ": " + out + err; }
};

class ProgramRun {
public:
    explicit ProgramRun(QString program)
        : program_(std::move(program)) {}

    void setPassword(const QString& password) { password_ = password; }
    QString folder() const { return folder_.path(); }
    QString file(const QString& name) const { return folder_.filePath(name); }
    QString workspace() const { return file(QStringLiteral("live.signalbox")); }

    // Words are separated by blanks; `further` are taken as they are.
    Said run(const char* words, const QStringList& further = {}) {
        QStringList arguments =
            QString::fromUtf8(words).split(QLatin1Char(' '), Qt::SkipEmptyParts) + further;
        arguments << QStringLiteral("--json") << QStringLiteral("--workspace") << workspace();
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        if (!password_.isEmpty())
            environment.insert(QStringLiteral("SIGNALBOX_PASSWORD"), password_);
        environment.insert(QStringLiteral("HOME"), folder_.path());
        environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
        process.setProcessEnvironment(environment);
        process.start(program_, arguments);
        process.closeWriteChannel(); // nobody sits at the terminal
        Said said;
        if (process.waitForFinished(120000) && process.exitStatus() == QProcess::NormalExit)
            said.code = process.exitCode();
        said.out = process.readAllStandardOutput();
        said.err = process.readAllStandardError();
        return said;
    }

private:
    QString program_;
    QString password_;
    QTemporaryDir folder_;
};

} // namespace signalbox::live
