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

from ..module_utils._http.transport import REQUESTS_IMPORT_ERROR

if TYPE_CHECKING:
    from ansible.plugins.action import ActionBase

VARIABLE = "huaweicloud_dli_fast_path"
ENVIRONMENT_VARIABLE = "HUAWEICLOUD_DLI_FAST_PATH"
# Values of ansible_python_interpreter that leave the choice to Ansible.
ANY_INTERPRETER = ("", "auto", "auto_legacy", "auto_silent", "auto_legacy_silent")
# Beginnings of the names of environment variables that are read when a process starts, and not later.
FOR_A_NEW_PROCESS = ("PYTHON", "LD_", "OPENSSL_")


def reason_for_subprocess(
    action: ActionBase, task_vars: Mapping[str, Any], environment: Mapping[str, Any]
) -> str | None:
    """Why the task must go the module's way; None if doing it here is the same.

    ``environment`` is what the keyword of that name says.
    """
    host_vars = task_vars
    if action._task.delegate_to:
        host_vars = task_vars.get("ansible_delegated_vars", {}).get(action._task.delegate_to, {})
    switch = action._templar.template(host_vars.get(VARIABLE, task_vars.get(VARIABLE)))
    # As Ansible does it for a module: the variable ansible_python_interpreter first, not templated yet.
    setting = constants.config.get_config_value("INTERPRETER_PYTHON", variables=host_vars)
    interpreter = action._templar.template(setting)
    starting = ", ".join(name for name in environment if name.startswith(FOR_A_NEW_PROCESS))
    preconditions = {
        f"{ENVIRONMENT_VARIABLE} says so": _is_off(os.environ.get(ENVIRONMENT_VARIABLE)),
        f"{VARIABLE} says so": _is_off(switch),
        f"the connection is {action._connection.transport}, not local": action._connection.transport != "local",
        "it becomes another user": action._connection.become is not None,
        "it runs in the background (async)": bool(action._task.async_val),
        f"its environment is for a process that starts ({starting})": bool(starting),
        f"it is to run with {interpreter}, and Ansible runs with {sys.executable}": not _is_this_python(interpreter),
        "the Python library requests is missing here": REQUESTS_IMPORT_ERROR is not None,
    }
    return next((reason for reason, stands_in_the_way in preconditions.items() if stands_in_the_way), None)


def _is_this_python(interpreter: str) -> bool:
    # The first is so for localhost without an inventory, where nothing has to be looked up.
    return interpreter in (sys.executable, *ANY_INTERPRETER) or _place(interpreter) == _place(sys.executable)


def _place(program: str) -> tuple[str, str]:
    # Not by the file alone: python and python3 of a virtual environment are one, but so is what they are links to.
    return os.path.realpath(os.path.dirname(program)), os.path.realpath(program)


def _is_off(value: Any) -> bool:
    return value not in (None, "") and not boolean(value, strict=False)
