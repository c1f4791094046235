# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Execution mode of a task: in the process of Ansible, or as a regular module in a process of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ansible import constants
from ansible.module_utils.parsing.convert_bool import boolean

from ..module_utils._core import rules
from ..module_utils._core.errors import InvalidInput
from ..module_utils._http.transport import REQUESTS_IMPORT_ERROR

if TYPE_CHECKING:
    from ansible.plugins.action import ActionBase

VARIABLE = "huaweicloud_dli_fast_path"
ENVIRONMENT_VARIABLE = "HUAWEICLOUD_DLI_FAST_PATH"
# Values of ansible_python_interpreter that leave the choice to Ansible.
ANY_INTERPRETER = ("", "auto", "auto_legacy", "auto_silent", "auto_legacy_silent")
# Prefixes of environment variables that take effect only when a process starts.
STARTUP_VARIABLES = ("PYTHON", "LD_", "OPENSSL_")


def reason_for_subprocess(
    action: ActionBase, task_vars: Mapping[str, Any], environment: Mapping[str, Any]
) -> str | None:
    """Why the task must run as a regular module; None if execution in this process gives the same result.

    ``environment`` has the variables of the keyword of that name. Raises InvalidInput if a switch is no boolean.
    """
    host_vars = task_vars
    if action._task.delegate_to:
        host_vars = task_vars.get("ansible_delegated_vars", {}).get(action._task.delegate_to, {})
    switch = action._templar.template(host_vars.get(VARIABLE, task_vars.get(VARIABLE)))
    # As Ansible does for a module: ansible_python_interpreter takes precedence and is not templated yet.
    setting = constants.config.get_config_value("INTERPRETER_PYTHON", variables=host_vars)
    interpreter = action._templar.template(setting)
    startup = ", ".join(name for name in environment if name.startswith(STARTUP_VARIABLES))
    reasons = {
        f"{ENVIRONMENT_VARIABLE} is false": _is_off(ENVIRONMENT_VARIABLE, os.environ.get(ENVIRONMENT_VARIABLE)),
        f"{VARIABLE} is false": _is_off(VARIABLE, switch),
        f"the connection is {action._connection.transport}, not local": action._connection.transport != "local",
        "it uses become": action._connection.become is not None,
        "it runs in the background (async)": bool(action._task.async_val),
        f"its environment sets variables that take effect at process start ({startup})": bool(startup),
        f"its Python interpreter is {interpreter}, Ansible's is {sys.executable}": not _is_this_python(interpreter),
        "Ansible's Python lacks the library requests": REQUESTS_IMPORT_ERROR is not None,
    }
    return next((reason for reason, applies in reasons.items() if applies), None)


def _is_this_python(interpreter: str) -> bool:
    # For the implicit localhost, the interpreter is sys.executable, and no path has to be resolved.
    return interpreter in (sys.executable, *ANY_INTERPRETER) or _location(interpreter) == _location(sys.executable)


def _location(program: str) -> tuple[str, str]:
    # The file alone does not identify a virtual environment: its python and python3 are links to the same program as
    # those of other environments.
    return os.path.realpath(os.path.dirname(program)), os.path.realpath(program)


def _is_off(name: str, value: Any) -> bool:
    if value is None or value == "":
        return False
    try:
        return not boolean(value)
    except TypeError:
        raise InvalidInput([rules.must_be(name, "true or false", value)]) from None
