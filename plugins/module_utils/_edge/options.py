# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the connection, which all modules share."""

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


def authentication_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `auth`.

    They have neither a fallback nor a default here: environment.complete needs to know what the task itself sets.
    """
    return {name: {"type": TYPES.get(name, "str"), "no_log": name in SECRETS} for name in ENVIRONMENT}
