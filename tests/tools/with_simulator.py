# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command with a simulator of its own.

    python tests/tools/with_simulator.py [OPTION OF THE SIMULATOR ...] -- COMMAND [ARGUMENT ...]

The environment of the command contains the credentials and endpoints (HW_ACCESS_KEY and so on). The file that
DLI_SIMULATOR names contains all connection data of the simulator.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SIMULATOR = Path(__file__).resolve().parents[1] / "simulator"
# Seconds to wait for the start, which takes about one.
START_TIMEOUT = 30

VARIABLES = {
    "HW_ACCESS_KEY": "access_key",
    "HW_SECRET_KEY": "secret_key",
    "HW_REGION_NAME": "region",
    "HW_PROJECT_ID": "project_id",
    "HW_DLI_ENDPOINT": "dli_endpoint",
    "HW_AUTH_URL": "iam_endpoint",
    "HW_VPC_ENDPOINT": "vpc_endpoint",
}


def facts_in(ready: Path) -> dict[str, Any] | None:
    """The connection data of the simulator; None until it has written the whole file."""
    try:
        facts: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return facts


@contextmanager
def running_simulator(options: list[str], python: str = sys.executable) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Run a simulator on a free port in this context. Yields its ready file and the content of the file."""
    with tempfile.TemporaryDirectory(prefix="dli-simulator-") as folder:
        ready = Path(folder) / "ready.json"
        path = os.pathsep.join(filter(None, [str(SIMULATOR), os.environ.get("PYTHONPATH")]))
        command = [python, "-m", "dli_simulator", "--port", "0", "--ready-file", str(ready), *options]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})
        try:
            deadline = time.monotonic() + START_TIMEOUT
            while (facts := facts_in(ready)) is None:
                if process.poll() is not None:
                    sys.exit(f"The simulator exited with status {process.returncode} before it was ready.")
                if time.monotonic() > deadline:
                    sys.exit(f"The simulator was not ready after {START_TIMEOUT} seconds.")
                time.sleep(0.05)
            yield ready, facts
        finally:
            process.terminate()
            process.wait()


def main() -> int:
    if "--" not in sys.argv or sys.argv[-1] == "--":
        sys.exit(__doc__)
    split = sys.argv.index("--")
    options, command = sys.argv[1:split], sys.argv[split + 1 :]
    # Without a handler, SIGTERM would end this process and leave the simulator running.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with running_simulator(options) as (ready, facts):
        # Removed, so that no variable of the user directs the command to the real service.
        foreign = ("HW_", "HUAWEICLOUD_SDK_", "OS_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        env |= {name: facts[key] for name, key in VARIABLES.items()} | {"DLI_SIMULATOR": str(ready)}
        process = subprocess.Popen(command, env=env)
        try:
            return process.wait()
        finally:
            # SIGTERM, not SIGKILL, so that the command can end its own child processes.
            if process.poll() is None:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
