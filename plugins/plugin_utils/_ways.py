# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a task can be done in this process, or has to be done by the module in a process of its own.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible import constants
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.huaweicloud.dli.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR

if TYPE_CHECKING:
    from ansible.plugins.action import ActionBase

VARIABLE = "huaweicloud_dli_fast_path"
ENVIRONMENT_VARIABLE = "HUAWEICLOUD_DLI_FAST_PATH"
# Values of ansible_python_interpreter that leave the choice to Ansible.
ANY_INTERPRETER = ("auto", "auto_legacy", "auto_silent", "auto_legacy_silent")


def why_as_module(action: ActionBase, task_vars: Mapping[str, Any]) -> str | None:
    """Why the task must go the module's way; None if doing it here is the same."""
    host_vars = task_vars
    if action._task.delegate_to:
        host_vars = task_vars.get("ansible_delegated_vars", {}).get(action._task.delegate_to, {})

    def variable(name: str) -> Any:
        return action._templar.template(host_vars.get(name, task_vars.get(name)))

    interpreter = variable("ansible_python_interpreter") or constants.config.get_config_value(
        "INTERPRETER_PYTHON", variables=host_vars
    )
    obstacles = {
        f"{ENVIRONMENT_VARIABLE} says so": _is_off(os.environ.get(ENVIRONMENT_VARIABLE)),
        f"{VARIABLE} says so": _is_off(variable(VARIABLE)),
        f"the connection is {action._connection.transport}, not local": action._connection.transport != "local",
        "it becomes another user": action._connection.become is not None,
        "it runs in the background (async)": bool(action._task.async_val),
        f"it is to run with {interpreter}, and Ansible runs with {sys.executable}": interpreter
        not in (sys.executable, *ANY_INTERPRETER),
        "the Python library requests is missing here": REQUESTS_IMPORT_ERROR is not None,
    }
    return next((reason for reason, stands_in_the_way in obstacles.items() if stands_in_the_way), None)


def _is_off(value: Any) -> bool:
    return value not in (None, "") and not boolean(value, strict=False)
