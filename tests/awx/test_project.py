# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of extensions/awx/project that are no playbooks: the example inventory and the required collections."""

from __future__ import annotations

import pytest
from ansible.inventory.manager import InventoryManager
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.vars.manager import VariableManager
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge.options import authentication_options
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan.kinds import KINDS
from awx_files import AWX, configuration, load

PROJECT = AWX / "project"
LOADER = DataLoader()
[SOURCE] = configuration()["controller_inventory_sources"]
INVENTORY = InventoryManager(LOADER, sources=[str(PROJECT / SOURCE["source_path"])])
HOSTS = {host.name: VariableManager(LOADER, INVENTORY).get_vars(host=host) for host in INVENTORY.get_hosts()}


def test_the_inventory_source_reads_the_tenants() -> None:
    assert set(HOSTS) == {"sales", "research"} == {path.stem for path in (PROJECT / "inventory/host_vars").iterdir()}


@pytest.mark.parametrize("name", HOSTS)
def test_a_tenant_runs_in_the_process_of_ansible(name: str) -> None:
    [localhost] = configuration()["controller_hosts"]
    # Templates are resolved when they are used.
    assert {key: HOSTS[name][key] for key in localhost["variables"]} == localhost["variables"]


@pytest.mark.parametrize("name", HOSTS)
def test_the_playbooks_accept_the_declaration_of_a_tenant(name: str) -> None:
    own = {key: value for key, value in HOSTS[name].items() if key.startswith(("tenant_", "dli_"))}
    assert ArgumentSpecValidator(authentication_options()).validate(own.pop("dli_auth")).error_messages == []
    for kind in KINDS:
        for item in own.pop(f"tenant_{kind.option}", []):
            validated = ArgumentSpecValidator(dict(kind.item_options)).validate(item)
            assert validated.error_messages == []
            assert kind.validate(kind.params(validated.validated_parameters, "present")) == []
    assert own == {}


def test_the_project_requires_this_collection() -> None:
    [required] = load(PROJECT / "collections/requirements.yml")["collections"]
    assert required == {"name": "huaweicloud.dli", "version": f">={load('galaxy.yml')['version']}"}
