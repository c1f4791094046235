# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: survey
author: Contributors to the huaweicloud.dli project (@huaweicloud-dli)
short_description: Read the answers of a survey as variables of the role datasource_connection
version_added: 0.1.0
description:
  - Turns the variables of the playbook C(huaweicloud.dli.connect), which are texts, numbers and choices, into variables of the
    role P(huaweicloud.dli.datasource_connection#role). Empty texts count as not set.
  - Validates them without any request, and returns all problems. A variable whose name is nearly, but not exactly, a known
    one is a problem, too.
  - The playbook describes the variables. The lookup reads them itself and takes no terms.
options:
  _terms:
    description: Not used.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: Reject wrong answers
  ansible.builtin.assert:
    that: survey.problems | length == 0
    fail_msg: "{{ survey.problems | join('; ') }}"
  vars:
    survey: "{{ lookup('huaweicloud.dli.survey') }}"
"""

RETURN = r"""
_raw:
  description:
    - A dictionary with C(problems), C(variables) and C(declaration).
    - C(problems) is a list of messages.
    - C(variables) has all variables of the role, those that are not set as their defaults or as empty texts.
    - C(declaration) has the options C(elastic_resource_pools), C(queues) and C(connections) of
      M(huaweicloud.dli.dli_plan_info). It is empty if there are problems.
  type: list
  elements: dict
"""

from pathlib import Path
from typing import Any

from ansible.plugins.lookup import LookupBase

from ..plugin_utils import _declaration as declarations
from ..plugin_utils._survey import answers

SPEC = Path(__file__).parents[2] / "roles/datasource_connection/meta/argument_specs.yml"


class LookupModule(LookupBase):  # type: ignore[misc]  # Ansible has no types
    def run(self, terms: list[str], variables: Any = None, **_options: Any) -> list[dict[str, Any]]:
        names = [name.removeprefix(answers.PREFIX) for name in variables if name.startswith(answers.PREFIX)]
        # Answers are not templates, but the same variables in a playbook may be.
        read = {
            name: self._templar.template(variables[f"{answers.PREFIX}{name}"])
            for name in names
            if name in answers.ANSWERS
        }
        given = {**dict.fromkeys(names), **read}
        spec = self._loader.load_from_file(str(SPEC))["argument_specs"]["main"]["options"]
        reading = answers.read(given, spec)
        defaults = {name: option.get("default", "") for name, option in spec.items()}
        return [
            {
                "problems": reading.problems,
                "variables": {**defaults, **reading.variables},
                "declaration": {} if reading.problems else self._declaration(reading.variables),
            }
        ]

    @staticmethod
    def _declaration(variables: dict[str, Any]) -> dict[str, Any]:
        return declarations.of_role({name.removeprefix(answers.ROLE): value for name, value in variables.items()})
