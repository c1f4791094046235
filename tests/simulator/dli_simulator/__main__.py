# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command line of the simulator."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import yaml

from .profiles import PROFILES
from .server import Tls
from .simulator import Simulator


def main() -> int:
    options = _options()
    try:
        seed = _read_seed(options.seed)
        simulator = Simulator(options.profile, options.speed, seed, options.require_signature)
        simulator.start(options.host, options.port, _tls(options))
    except (OSError, ValueError) as error:
        print(f"dli_simulator: {error}", file=sys.stderr)
        return 2
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    if options.ready_file:
        _write_atomically(options.ready_file, json.dumps(simulator.ready, indent=2))
    print(f"The DLI simulator accepts connections at {simulator.base_url}", flush=True)
    stop.wait(options.end_after)
    simulator.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dli_simulator", description="Simulator of Huawei Cloud Data Lake Insight.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 selects a free one")
    parser.add_argument(
        "--ready-file",
        type=Path,
        help="JSON file with endpoints and credentials, written once connections are accepted",
    )
    parser.add_argument(
        "--profile", choices=sorted(PROFILES), default="default", help="region profile: which APIs are not published"
    )
    parser.add_argument(
        "--speed", type=float, default=1.0, help="speed of the simulated clock, as a multiple of real time"
    )
    parser.add_argument("--seed", type=Path, help="YAML file with the initial state")
    parser.add_argument(
        "--require-signature",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="reject requests without a valid signature or token",
    )
    parser.add_argument("--certificate", help="serve TLS with this certificate (PEM file)")
    parser.add_argument("--private-key", help="private key of the certificate (PEM file)")
    parser.add_argument("--end-after", type=float, metavar="SECONDS", help="exit after this time at the latest")
    options = parser.parse_args()
    if bool(options.certificate) != bool(options.private_key):
        parser.error("--certificate and --private-key require each other")
    return options


def _read_seed(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        seed = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise ValueError(f"{path} is not YAML: {error}") from error
    if not isinstance(seed, dict):
        raise ValueError(f"{path} does not contain a mapping")
    return seed


def _tls(options: argparse.Namespace) -> Tls | None:
    return Tls(options.certificate, options.private_key) if options.certificate else None


def _write_atomically(path: Path, text: str) -> None:
    """Write atomically, so that a reader never sees a partial file."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(name, path)


if __name__ == "__main__":
    sys.exit(main())
