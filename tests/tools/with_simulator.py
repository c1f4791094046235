# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command beside a simulator of its own.

    python tests/tools/with_simulator.py [OPTION OF THE SIMULATOR ...] -- COMMAND [ARGUMENT ...]

The command finds what it needs in the variables that the collection reads (HW_ACCESS_KEY and so on), and everything
that the simulator says about itself in the file that DLI_SIMULATOR names.
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
PATIENCE = 30  # seconds; it takes about one

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
    """What the simulator wrote, or None while it has not, or not all of it."""
    try:
        facts: dict[str, Any] = json.loads(ready.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return facts


@contextmanager
def running_simulator(options: list[str]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Start it on a free port, and stop it in the end. Gives the file that describes it, and what it says."""
    with tempfile.TemporaryDirectory(prefix="dli-simulator-") as folder:
        ready = Path(folder) / "ready.json"
        path = os.pathsep.join(filter(None, [str(SIMULATOR), os.environ.get("PYTHONPATH")]))
        command = [sys.executable, "-m", "dli_simulator", "--port", "0", "--ready-file", str(ready), *options]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path})
        try:
            deadline = time.monotonic() + PATIENCE
            while (facts := facts_in(ready)) is None:
                if process.poll() is not None:
                    sys.exit(f"The simulator ended with code {process.returncode} before it was ready.")
                if time.monotonic() > deadline:
                    sys.exit(f"The simulator was not ready after {PATIENCE} seconds.")
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
    # Otherwise whoever stops this with SIGTERM leaves the simulator running.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with running_simulator(options) as (ready, facts):
        # Nothing of the user's own settings may lead the command to the real service.
        foreign = ("HW_", "HUAWEICLOUD_SDK_", "OS_")
        env = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        env |= {name: facts[key] for name, key in VARIABLES.items()} | {"DLI_SIMULATOR": str(ready)}
        process = subprocess.Popen(command, env=env)
        try:
            return process.wait()
        finally:
            # Asked to end and not killed, so that it can end what it has started itself.
            if process.poll() is None:
                process.terminate()
                process.wait()


if __name__ == "__main__":
    sys.exit(main())
