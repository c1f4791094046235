# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook tenant types its variables as the modules do, and passes all of them on."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MODULES = {
    "tenant_elastic_resource_pools": "dli_elastic_resource_pool",
    "tenant_queues": "dli_queue",
    "tenant_connections": "dli_enhanced_connection",
}


def load(path):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


SPEC = load("playbooks/vars/tenant_spec.yml")["tenant_spec"]


def test_a_connection_has_the_options_of_its_module_in_the_same_types(documented, types):
    """Those of pools and queues are the role's, which has a test of its own for that."""
    role = load("roles/datasource_connection/meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    options = {
        name: role[option.split(".")[1].split()[0]] if isinstance(option, str) else option
        for name, option in SPEC["tenant_connections"]["options"].items()
    }
    assert types(options) == documented("dli_enhanced_connection")


@pytest.mark.parametrize("variable", MODULES)
def test_every_option_reaches_the_module(variable, documented):
    module = MODULES[variable]
    tasks = [
        task[f"huaweicloud.dli.{module}"]
        for task in load("playbooks/tasks/tenant_present.yml")
        if task.get("loop") == f"{{{{ {variable} | default([], true) }}}}"
    ]
    assert tasks
    for task in tasks:
        assert documented(module).keys() <= task.keys()
        assert all(f"item.{name}" in task[name] for name in documented(module))


def test_every_variable_has_a_default_and_is_typed():
    [play] = load("playbooks/tenant.yml")
    assert play["vars"].keys() == SPEC.keys()
