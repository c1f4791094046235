# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of extensions/awx as their consumers read them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.nativetypes import NativeEnvironment

ROOT = Path(__file__).resolve().parents[2]
AWX = ROOT / "extensions/awx"
SETTINGS = {
    "awx_project_url": "https://git.example.com/dli.git",
    "awx_execution_environment": "registry.example.com/dli:latest",
    "awx_webhook_url": "https://hooks.example.com/dli",
}


class Unsafe(str):
    """A text that Ansible does not template."""


class Loader(yaml.SafeLoader):
    pass


Loader.add_constructor("!unsafe", lambda _loader, node: Unsafe(node.value))


def load(path: Path | str) -> Any:
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), Loader)


def configuration(**settings: str) -> dict[str, Any]:
    """The variables of all files in config, with their templates resolved."""
    variables: dict[str, Any] = {}
    for path in sorted((AWX / "config").glob("*.yml")):
        variables |= load(path)
    variables |= SETTINGS | settings
    return {name: resolved(value, variables) for name, value in variables.items()}


def resolved(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: resolved(inner, variables) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, variables) for inner in value]
    if isinstance(value, str) and not isinstance(value, Unsafe) and "{{" in value:
        template = NativeEnvironment(undefined=StrictUndefined).from_string(value)
        return template.render({name: resolved(inner, variables) for name, inner in variables.items() if name in value})
    return value
