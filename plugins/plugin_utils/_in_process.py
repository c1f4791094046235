# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module inside of Ansible, which takes a fraction of the time that a process of its own takes.

The result is the same, and so is all that a task can say: what differs goes the module's way, see _ways.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.huaweicloud.dli.plugins.module_utils import _tls, _waiting
from ansible_collections.huaweicloud.dli.plugins.module_utils._interface import Interface
from ansible_collections.huaweicloud.dli.plugins.module_utils._options import SECRETS
from ansible_collections.huaweicloud.dli.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR
from ansible_collections.huaweicloud.dli.plugins.plugin_utils import _loop
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._progress import Progress
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._ways import why_as_module

# Ansible loads action plugins before it forks, and each task is a fork: what is done here, tasks need not do.
if REQUESTS_IMPORT_ERROR is None:
    _tls.prepare()


class InProcessAction(NormalAction):
    """The action of a module whose ``interface`` a subclass names."""

    interface: Interface

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        reason = why_as_module(self, task_vars)
        if reason is not None:
            self._display.vvv(f"{self._task.action}: as a module, because {reason}")
            result: dict[str, Any] = super().run(tmp, task_vars)
            return result
        self._display.vvv(f"{self._task.action}: in this process")
        with self._surroundings():
            return self._run_here(task_vars)

    def _run_here(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        validation = ArgumentSpecValidator(dict(self.interface.options)).validate(_as_sent(self._task.args))
        params = validation.validated_parameters
        if validation.error_messages:
            result = {"failed": True, "msg": self._explain(validation.errors)}
        else:
            progress = Progress(f"[{task_vars.get('inventory_hostname')}] ", self._show)
            with _waiting.heard_by(progress):
                result = _loop.run(self.interface, params, self._task)
        if _shows_invocation(task_vars):
            result["invocation"] = {"module_args": params}
        return _as_received(result, {params[name] for name in SECRETS if params.get(name)})

    def _explain(self, errors: Any) -> str:
        """The words of AnsibleModule for options that are not what the argument spec says."""
        if isinstance(errors[0], UnsupportedError):
            return f"Unsupported parameters for ({self._task.action}) module: {errors.msg}"
        return str(errors.msg)

    def _show(self, line: str) -> None:
        # Standard output may be read by a program, as with a callback that prints JSON.
        self._display.display(line, stderr=True)

    @contextmanager
    def _surroundings(self) -> Iterator[None]:
        """Have the task find the environment and the directory that a process of its own would find."""
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        before, directory = dict(os.environ), os.getcwd()
        os.environ.update({name: str(value) for name, value in environment.items()})
        os.chdir(self._loader.get_basedir())
        try:
            yield
        finally:
            os.chdir(directory)
            os.environ.clear()
            os.environ.update(before)


def _shows_invocation(task_vars: Mapping[str, Any]) -> bool:
    """Whether results hold the options, as they always did before ansible-core 2.21."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except AnsibleError:
        return True


def _as_sent(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they would reach a process: plain values, whatever Ansible knows of their origin."""
    plain: dict[str, Any] = json.loads(json.dumps(arguments, default=_plain))
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if isinstance(value, (str, bytes)) or not hasattr(value, "__iter__") else list(value)


def _as_received(result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """The result as it would come back from a process: masked, plain, and never taken for a template."""
    if not result.get("warnings"):
        result.pop("warnings", None)
    plain = json.loads(json.dumps(result))
    # A secret that happens to be "True" does not mask truth values.
    kept = {key: value for key, value in plain.items() if value is None or isinstance(value, bool)}
    return dict(wrap_var({**remove_values(plain, secrets), **kept}))
