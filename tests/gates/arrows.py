#!/usr/bin/env python3
"""Reads every #include line and fails on an arrow that docs/architecture.md forbids. Run from anywhere."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
ROOT = ROOT if ROOT.is_dir() else ROOT.parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')
ADAPTERS = {"rabbitmq", "servicebus", "azure", "outbox", "entra", "store"}
FLOOR = {"sql", "http"}
PAGES_SHARED = {"widgets"}
QT_IN_MODELS = {  # Qt Core headers are fine; these families are not
    "QtGui", "QtWidgets", "QtNetwork", "QtSql", "QWidget", "QApplication", "QGuiApplication", "QIcon", "QColor",
    "QFont", "QPixmap", "QImage", "QPainter", "QNetworkAccessManager", "QTcpSocket", "QSslSocket", "QSqlDatabase",
    "QSqlQuery", "QAction", "QDialog", "QMainWindow", "QTableView", "QTreeView",
}


def room(path):
    """('models', 'replay') for models/replay/x.h; ('app', 'main') for files directly under app/."""
    parts = path.split("/")
    return parts[0], parts[1] if len(parts) > 2 else "main"


def allowed(source, target):
    (top, sub), (to_top, to_sub) = source, target
    if top == "tests":
        return True
    if to_top == "tests":
        return False
    if top == "models":
        return to_top == "models" and (to_sub == sub or to_sub in {"base", "messaging"}) and not (
            sub == "base" and to_sub != "base") and not (sub == "messaging" and to_sub not in {"base", "messaging"})
    if top == "views":
        if to_top == "models":
            return True
        if to_top != "views":
            return False
        return to_sub == sub or to_sub in PAGES_SHARED or (sub == "shell" and to_sub != "shell")
    if top == "app":
        if sub in {"main", "cli"}:
            return True
        if to_top == "models":
            return True
        if to_top != "app":
            return False
        return to_sub == sub or (sub in ADAPTERS and to_sub in FLOOR)
    return False


def main():
    wrong = []
    for top in ("app", "models", "views", "tests"):
        for file in sorted((ROOT / top).rglob("*")):
            if file.suffix not in {".h", ".cpp"}:
                continue
            name = file.relative_to(ROOT).as_posix()
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                match = INCLUDE.match(line)
                if not match:
                    continue
                target = match.group(1)
                where = f"{name}:{number}: includes {target}"
                if target.split("/")[0] in {"app", "models", "views", "tests"}:
                    if not allowed(room(name), room(target)):
                        wrong.append(f"{where}: this arrow is forbidden")
                elif top == "models" and (target in QT_IN_MODELS or target.split("/")[0] in QT_IN_MODELS):
                    wrong.append(f"{where}: models use Qt Core only")
                elif (ROOT / file.parent / target).exists() and "/" not in target and not target.endswith(".moc"):
                    wrong.append(f"{where}: write the path from the top of the tree")
    print("\n".join(wrong) if wrong else "every include follows the arrows")
    return 1 if wrong else 0


sys.exit(main())
