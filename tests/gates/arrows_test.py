#!/usr/bin/env python3
"""Proves that arrows.py fails on each kind of forbidden arrow and passes a tree that has none."""
import pathlib
import subprocess
import sys
import tempfile

GATE = pathlib.Path(__file__).with_name("arrows.py")
CASES = [  # file, its include, is it allowed
    ("models/replay/a.h", '"models/messaging/message.h"', True),
    ("models/replay/a.h", '"models/deadletters/where.h"', False),
    ("models/base/a.h", '"models/messaging/message.h"', False),
    ("models/replay/a.h", '"views/widgets/page.h"', False),
    ("models/replay/a.h", '"app/sql/database.h"', False),
    ("models/replay/a.h", "<QWidget>", False),
    ("models/replay/a.h", "<QtGui/QColor>", False),
    ("models/replay/a.h", "<QString>", True),
    ("views/replay/a.cpp", '"models/replay/replaydesk.h"', True),
    ("views/replay/a.cpp", '"views/widgets/page.h"', True),
    ("views/replay/a.cpp", '"views/deadletters/scopebox.h"', False),
    ("views/replay/a.cpp", '"app/store/workspacedb.h"', False),
    ("views/widgets/a.cpp", '"views/shell/mainwindow.h"', False),
    ("app/rabbitmq/a.cpp", '"app/http/client.h"', True),
    ("app/rabbitmq/a.cpp", '"app/store/workspacedb.h"', False),
    ("app/rabbitmq/a.cpp", '"views/widgets/page.h"', False),
    ("app/store/a.cpp", '"app/rabbitmq/amqp.h"', False),
    ("app/workspace.cpp", '"app/rabbitmq/amqp.h"', True),
    ("app/workspace.cpp", '"tests/support/fakeclock.h"', False),
]

wrong = 0
for file, include, allowed in CASES:
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / file
        source.parent.mkdir(parents=True)
        source.write_text(f"#include {include}\n", encoding="utf-8")
        passed = subprocess.run([sys.executable, GATE, folder], capture_output=True).returncode == 0
    if passed != allowed:
        wrong += 1
        print(f"{file} including {include} should {'pass' if allowed else 'fail'}")
print(f"{len(CASES)} arrows tried, {wrong} judged wrongly")
sys.exit(1 if wrong else 0)
