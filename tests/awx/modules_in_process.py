# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An action plugin that runs a module in the worker process of Ansible, which saves a start of Python for each module.

The code of the module is the same. It takes its arguments from where ansible-core puts them, and writes its result to
the standard output.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import ssl
from typing import Any

from ansible.module_utils import basic, urls
from ansible.plugins.action import ActionBase

# Loaded before Ansible forks.
PACKAGE = "ansible_collections.awx.awx.plugins"
importlib.import_module(f"{PACKAGE}.module_utils.controller_api")
# The stand-in speaks plain HTTP. Reading the certificates for each request would take most of the time.
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
urls.make_context = lambda *_arguments, **_options: CONTEXT


class ActionModule(ActionBase):
    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result = super().run(tmp, task_vars)
        arguments = dict(self._task.args)
        self._update_module_args(self._task.action, arguments, task_vars)
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, default=str).encode()
        basic._ANSIBLE_PROFILE = "legacy"
        name = self._task.action.rpartition(".")[2]
        module = importlib.import_module(f"{PACKAGE}.modules.{name}")
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
            module.main()
        result.update(json.loads(output.getvalue()))
        result.pop("invocation", None)
        return result
