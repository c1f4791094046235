# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module in the process of Ansible, in a fraction of the time that a process of its own takes.

The result is the same. Tasks whose result could differ run as regular modules; see _execution_mode.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
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
from ..module_utils._core.errors import InvalidInput
from ..module_utils._core.texts import printable
from ..module_utils._edge.arguments import without_empty_texts
from ..module_utils._edge.spec import ModuleSpec
from ..module_utils._http import tls
from ..module_utils._http.client import checked_before_writes
from ..module_utils._http.transport import REQUESTS_IMPORT_ERROR
from ..module_utils._wait.progress import Wait, progress_to, retries_to
from . import _loop
from ._environment import HandOver, check, hand_over, process_state
from ._execution_mode import reason_for_subprocess
from ._parent import parent_check
from ._progress import Progress

try:
    from ansible._internal._errors._captured import AnsibleModuleCapturedError
except ImportError:
    # Only ansible-core 2.19 and 2.20 describe the failure of a module before that of an action plugin.
    AnsibleModuleCapturedError = None

# Before ansible-core 2.19, every string could be a template; since then, only strings that are marked as one.
STRINGS_MAY_BE_TEMPLATES = wrap_var("").__class__ is not str

# Most runs need nothing of these wings: a diagnosis follows a failure.
RARE_WINGS = {"_connectivity", "_diagnosis", "_security_group"}
# Ansible loads action plugins before it forks the process of each task, so tasks inherit the result of this code. It
# also imports the files that modules import only when they need them, and those of the lookup plugin that each task of
# the role evaluates.
# This is an optimisation: a failure here must not end the run. The task that needs what failed reports it.
with suppress(Exception):
    for _module_info in pkgutil.walk_packages(module_utils.__path__, f"{module_utils.__name__}."):
        if RARE_WINGS.isdisjoint(_module_info.name.split(".")):
            import_module(_module_info.name)
    for _name in ("_declaration", "_spelling"):
        import_module(f"{__package__}.{_name}")
with suppress(Exception):
    if REQUESTS_IMPORT_ERROR is None:
        tls.prepare()


class InProcessAction(NormalAction):
    """The action plugin of a module; a subclass sets its ``spec``."""

    spec: ModuleSpec
    # The options that a module receives in place of the secrets in its environment.
    _handed_over = HandOver()
    # The keyword `environment` with its secrets, which the task has no longer after an asynchronous run.
    _whole_environment: Any = None

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        host = self._task.delegate_to or task_vars.get("inventory_hostname")
        try:
            environment = self._environment()
            reason = reason_for_subprocess(self, task_vars, environment)
        except InvalidInput as exc:
            return _with_exception(_to_result({"failed": True, "msg": str(exc)}, set()))
        if reason is not None:
            self._display.vvv(f"{self._task.action}: as a module, because {reason}", host=host)
            with self._without_visible_secrets(environment):
                result: dict[str, Any] = super().run(tmp, task_vars)
            return result
        self._display.vvv(f"{self._task.action}: in this process", host=host)
        with process_state(environment, self._loader.get_basedir()):
            # Collections of garbage would look at all objects of Ansible each time.
            gc.freeze()
            try:
                return self._run_here(task_vars)
            finally:
                gc.unfreeze()

    def _environment(self) -> dict[str, Any]:
        """The variables of the keyword `environment`. Raises InvalidInput if no process can receive them."""
        variables: dict[str, Any] = {}
        try:
            self._compute_environment_string(variables)
        except TypeError:
            # Ansible passes the names to a function as keywords, which must be text.
            check(variables)
            raise
        check(variables)
        return variables

    @contextmanager
    def _without_visible_secrets(self, environment: Mapping[str, Any]) -> Iterator[None]:
        """Run a module with the credentials of its environment as options."""
        same_environment = self._connection.transport == "local" and self._connection.become is None
        arguments, inherited = self._task.args, os.environ if same_environment else {}
        self._handed_over = hand_over(arguments, environment, inherited)
        try:
            self._task.args = {**arguments, **self._handed_over.options}
            yield
        finally:
            if self._task.async_val and self._handed_over.hidden:
                # Ansible polls the job in the environment of the task, and shows that, too.
                self._whole_environment = self._whole_environment or self._task.environment
                self._task.environment = [wrap_var(self._handed_over.visible(environment))]
            self._task.args, self._handed_over = arguments, HandOver()

    def _compute_environment_string(self, raw_environment_out: dict[str, Any] | None = None) -> str:
        variables: dict[str, Any] = {}
        environment = self._task.environment
        try:
            self._task.environment = self._whole_environment or environment
            prefix: str = super()._compute_environment_string(variables)
        finally:
            self._task.environment = environment
            # Also for an error, which concerns these variables.
            if raw_environment_out is not None:
                raw_environment_out.clear()
                raw_environment_out.update(variables)
        # Ansible would set "None", which is no credential and no proxy.
        given = {name: "" if value is None else value for name, value in variables.items()}
        shown = self._handed_over.shown(given)
        if raw_environment_out is not None and shown != variables:
            raw_environment_out.clear()
            raw_environment_out.update(shown)
        return prefix if shown == variables else str(self._connection._shell.env_prefix(**shown))

    def _run_here(self, task_vars: Mapping[str, Any]) -> dict[str, Any]:
        given = without_empty_texts(self.spec.options, _to_plain_args(self._task.args), keep=self.spec.clearable)
        validation = ArgumentSpecValidator(dict(self.spec.options)).validate(given)
        params, secrets = validation.validated_parameters, validation._no_log_values
        if validation.error_messages:
            result: dict[str, Any] = {"failed": True, "msg": self._explain(validation.errors)}
        else:
            progress = self._progress(task_vars, secrets)
            check_parent = parent_check()

            def report(wait: Wait) -> None:
                check_parent()
                progress(wait)

            with progress_to(report), retries_to(report), checked_before_writes(check_parent):
                result = self._result(params, secrets)
        aliases = [
            f"Both option {each['option']} and its alias {each['alias']} are set." for each in validation._warnings
        ]
        result["warnings"] = [*aliases, *result.get("warnings", ())]
        if _shows_invocation(task_vars):
            result["invocation"] = {"module_args": params}
        return _with_exception(_to_result(result, secrets))

    def _result(self, params: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
        try:
            return _loop.run(self.spec, params, self._task, secrets.update)
        except Exception as exc:
            # Like the crash of a module's own process, this fails one item of a loop, not the loop.
            msg = f"Internal error in module {self._task.action}; please report it: {type(exc).__name__}: {exc}"
            return {"failed": True, "msg": printable(msg), "exception": traceback.format_exc()}

    def _explain(self, errors: Any) -> str:
        """The message of AnsibleModule about options that violate the argument spec."""
        if isinstance(errors[0], UnsupportedError):
            return f"Unsupported parameters for ({self._task.action}) module: {errors.msg}"
        return str(errors.msg)

    def _progress(self, task_vars: Mapping[str, Any], secrets: set[str]) -> Progress:
        def show(line: str) -> None:
            # Like the result, lines contain names and messages of the service.
            if not self._task.no_log:
                # Not to standard output, which programs may parse: some callbacks print JSON.
                self._display.display(remove_values(line, secrets), stderr=True)

        return Progress(f"[{task_vars.get('inventory_hostname')}] ", show)


def _shows_invocation(task_vars: Mapping[str, Any]) -> bool:
    """Whether results contain the options, as they always do before ansible-core 2.21."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
    except AnsibleError:
        return True


def _to_plain_args(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as a module receives them: plain and decrypted, without the tags that Ansible adds."""
    plain: dict[str, Any] = json.loads(to_json(arguments))
    return plain


def _to_result(result: dict[str, Any], secrets: set[str]) -> dict[str, Any]:
    """The result as Ansible receives it from a module: masked, plain, and never a template."""
    text = json.dumps(result)
    plain = {key: value for key, value in json.loads(text).items() if (key, value) != ("warnings", [])}
    if _may_contain(text, secrets):
        # A secret with the value "True" must not mask booleans.
        kept = {key: value for key, value in plain.items() if value is None or isinstance(value, bool)}
        plain = {**remove_values(plain, secrets), **kept}
    return dict(wrap_var(plain)) if STRINGS_MAY_BE_TEMPLATES else plain


def _may_contain(text: str, secrets: set[str]) -> bool:
    """Whether the values in a JSON text may contain a secret; masking visits each of them, which takes much longer."""
    # Ansible compares booleans as Python writes them.
    return any(json.dumps(secret)[1:-1] in text or secret in "True False" for secret in secrets)


def _with_exception(result: dict[str, Any]) -> dict[str, Any]:
    """The result with Ansible's description of the failure, which Ansible adds to that of a module before failed_when.

    If failed_when ignores the failure, the description remains in the result under another name.
    """
    if AnsibleModuleCapturedError is not None and result.get("failed"):
        AnsibleModuleCapturedError.normalize_result_exception(result)
    return result
