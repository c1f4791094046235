# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that modules share: connection, waiting, readiness, tags. A doc fragment documents each group."""

from __future__ import annotations

from typing import Any

from .._identity import credentials, environment

ENVIRONMENT = environment.VARIABLES
# Types of the options that are not strings.
TYPES = {
    **dict.fromkeys(("agency_duration", "request_timeout", "max_retries"), "int"),
    **dict.fromkeys(("allow_http", "validate_certs"), "bool"),
    **dict.fromkeys(("id_token_file", "ca_path"), "path"),
}
# Includes access_key, although only secret_key is confidential.
SECRETS = frozenset(credentials.SECRET_OPTIONS)


def connection_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `auth`.

    They have neither a fallback nor a default here: environment.complete needs to know what the task itself sets.
    """
    return {name: {"type": TYPES.get(name, "str"), "no_log": name in SECRETS} for name in ENVIRONMENT}


def wait_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `wait`."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 2700},
        "wait_interval": {"type": "float", "default": 15},
    }


def ready_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `ready`."""
    return {"ready_age": {"type": "int", "default": 600}}


def tag_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `tags`."""
    return {"tags": {"type": "dict"}, "purge_tags": {"type": "bool", "default": True}}
