# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The main() of all modules; nothing else calls fail_json or exit_json."""

from __future__ import annotations

import os
from typing import Any

# Imported first, because it changes how all other files of the collection are loaded.
from .startup import collect_garbage_again

# isort: split
from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._http.transport import REQUESTS_IMPORT_ERROR
from .._identity import environment
from . import arguments
from .spec import ModuleSpec, execute


def _module_class(spec: ModuleSpec) -> type[AnsibleModule]:
    class Module(AnsibleModule):  # type: ignore[misc]  # Ansible has no types
        def _load_params(self) -> None:
            """Read the arguments, which the constructor then validates."""
            super()._load_params()
            self.params: dict[str, Any] = arguments.without_empty_texts(spec.options, self.params, keep=spec.clearable)

    return Module


def run(spec: ModuleSpec) -> None:
    """Run a module in a process of its own: parse the options, execute, and exit with the result."""
    collect_garbage_again()
    module = _module_class(spec)(argument_spec=dict(spec.options), supports_check_mode=True)
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    result = execute(
        spec, module.params, dry_run=module.check_mode, diff=module._diff, mask=module.no_log_values.update
    )
    # The invocation in the result has the options of the task, and not what its environment provided.
    module.params.update(dict.fromkeys(environment.handed_over(module.params, os.environ)))
    for warning in result.pop("warnings", ()):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
