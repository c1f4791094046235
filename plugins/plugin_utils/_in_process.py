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
import pkgutil
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.filter.core import to_json
from ansible.utils.unsafe_proxy import wrap_var

from .. import module_utils
from ..module_utils._edge.spec import ModuleSpec
from ..module_utils._http import tls
from ..module_utils._http.transport import REQUESTS_IMPORT_ERROR
from ..module_utils._wait.progress import progress_to, retries_to
from . import _loop
from ._progress import Progress
from ._ways import reason_for_subprocess

try:
    from ansible._internal._errors._captured import AnsibleModuleCapturedError
except ImportError:
    # Only ansible-core 2.19 and 2.20 describe a failure of a module earlier than one of an action plugin.
    AnsibleModuleCapturedError = None

# Since ansible-core 2.19 a text is a template only if somebody says so.
TEXTS_MAY_BE_TEMPLATES = wrap_var("").__class__ is not str

# Ansible loads action plugins before it forks, and each task is a fork: what is done here, tasks need not do. Modules
# leave to later what few of their runs import, so it is all imported here.
for _each in pkgutil.walk_packages(module_utils.__path__, f"{module_utils.__name__}."):
    import_module(_each.name)
if REQUESTS_IMPORT_ERROR is None:
    tls.prepare()


class InProcessAction(NormalAction):
    """The action of a module whose ``spec`` a subclass names."""

    spec: ModuleSpec

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        host = task_vars.get("inventory_hostname")
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        reason = reason_for_subprocess(self, task_vars, environment)
        if reason is not None:
            self._display.vvv(f"{self._task.action}: as a module, because {reason}", host=host)
            result: dict[str, Any] = super().run(tmp, task_vars)
            return result
        self._display.vvv(f"{self._task.action}: in this process", host=host)
        with _surroundings(environment, self._loader.get_basedir()):
            return self._run_here(task_vars)

    def _run_here(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        validation = ArgumentSpecValidator(dict(self.spec.options)).validate(_as_sent(self._task.args))
        params, secrets = validation.validated_parameters, validation._no_log_values
        if validation.error_messages:
            result: dict[str, Any] = {"failed": True, "msg": self._explain(validation.errors)}
        else:
            progress = self._progress(task_vars, secrets)
            with progress_to(progress), retries_to(progress):
                result = self._result(params)
        both = [f"Both option {each['option']} and its alias {each['alias']} are set." for each in validation._warnings]
        result["warnings"] = [*both, *result.get("warnings", ())]
        if _shows_invocation(task_vars):
            result["invocation"] = {"module_args": params}
        return _described(_as_received(result, secrets))

    def _result(self, params: dict[str, Any]) -> dict[str, Any]:
        try:
            return _loop.run(self.spec, params, self._task)
        except Exception as exc:
            # As when a process of its own breaks: it ends one item of a loop, and not the loop.
            msg = f"The module {self._task.action} broke, which is a fault in it: {type(exc).__name__}: {exc}"
            return {"failed": True, "msg": msg, "exception": traceback.format_exc()}

    def _explain(self, errors: Any) -> str:
        """The words of AnsibleModule for options that are not what the argument spec says."""
        if isinstance(errors[0], UnsupportedError):
            return f"Unsupported parameters for ({self._task.action}) module: {errors.msg}"
        return str(errors.msg)

    def _progress(self, task_vars: Mapping[str, Any], secrets: set[str]) -> Progress:
        def show(line: str) -> None:
            # Lines tell what the result would: names, and what the service said.
            if not self._task.no_log:
                # Standard output may be read by a program, as with a callback that prints JSON.
                self._display.display(remove_values(line, secrets), stderr=True)

        return Progress(f"[{task_vars.get('inventory_hostname')}] ", show)


@contextmanager
def _surroundings(environment: Mapping[str, Any], directory: str) -> Iterator[None]:
    """Have the task find the environment and the directory that a process of its own would find."""
    # No module sets variables, so that those of the task are all that has to be taken back.
    before, here = {name: os.environ.get(name) for name in environment}, os.getcwd()
    try:
        os.environ.update({name: str(value) for name, value in environment.items()})
        os.chdir(directory)
        yield
    finally:
        os.chdir(here)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _shows_invocation(task_vars: Mapping[str, Any]) -> bool:
    """Whether results hold the options, as they always did before ansible-core 2.21."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except AnsibleError:
        return True


def _as_sent(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they would reach a process: plain and decrypted, whatever Ansible knows of their origin."""
    plain: dict[str, Any] = json.loads(to_json(arguments))
    return plain


def _as_received(result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """The result as it would come back from a process: masked, plain, and never taken for a template."""
    plain = {key: value for key, value in json.loads(json.dumps(result)).items() if (key, value) != ("warnings", [])}
    # A secret that happens to be "True" does not mask truth values.
    kept = {key: value for key, value in plain.items() if value is None or isinstance(value, bool)}
    masked = {**remove_values(plain, secrets), **kept}
    return dict(wrap_var(masked)) if TEXTS_MAY_BE_TEMPLATES else masked


def _described(result: dict[str, Any]) -> dict[str, Any]:
    """The result with Ansible's own description of its failure, which that of a module has before failed_when is asked.

    Where failed_when lets the failure pass, it stays in the result under another name.
    """
    if AnsibleModuleCapturedError is not None and result.get("failed"):
        AnsibleModuleCapturedError.normalize_result_exception(result)
    return result
