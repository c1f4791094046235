# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment in which the results were measured."""

from __future__ import annotations

import json
import os
import platform
import sysconfig
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path

from .names import PEERS


def about() -> dict[str, str]:
    tools = ("ansible-core", "requests", "huaweicloudsdkdli")
    return {
        "date": datetime.now(timezone.utc).date().isoformat(),
        "python": platform.python_version(),
        "cores": str(os.cpu_count()),
        **{name: version(name) for name in tools},
        **{peer: _version_of_collection(*peer.split(".")[:2]) for peer in PEERS},
    }


def _version_of_collection(namespace: str, name: str) -> str:
    """Version of a collection from the ansible package."""
    manifest = Path(sysconfig.get_path("purelib"), "ansible_collections", namespace, name, "MANIFEST.json")
    found: str = json.loads(manifest.read_text(encoding="utf-8"))["collection_info"]["version"]
    return found
