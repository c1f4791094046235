# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The declarations of an inventory of tenants, applied by the playbook that the guide adds to the project."""

from __future__ import annotations

import re
import shutil

import pytest
from awx_jobs import PROJECT, ROOT, Controller, took_effect
from tenants import host_variables, names, seed_tenant

GUIDE = ROOT / "docs/docsite/rst/guide_awx.rst"


@pytest.fixture(scope="module")
def applied(sim, templates, credential, collections, tmp_path_factory):
    """A job that creates the connection that the first of two tenants lacks."""
    project = tmp_path_factory.mktemp("project") / "dli"
    shutil.copytree(PROJECT, project)
    [playbook] = re.findall(r"\n    # tenant\.yml\n((?:    .*\n)+)", GUIDE.read_text(encoding="utf-8"))
    (project / "tenant.yml").write_text(re.sub("^    ", "", playbook, flags=re.MULTILINE), encoding="utf-8")
    controller = Controller(tmp_path_factory.mktemp("jobs"), project, collections)
    for number in range(2):
        seed_tenant(sim, number)
    hosts = {f"tenant{number}": host_variables(sim, number) for number in range(2)}
    job = controller.launch({**templates["DLI audit"], "playbook": "tenant.yml"}, credential, hosts=hosts)
    controller.close()
    return job


def test_each_host_declares_its_own_objects(sim, applied):
    assert applied.status == "successful", applied.output
    written = [each.path for each in sim.requests if took_effect(each) and not each.path.endswith("/securitytokens")]
    assert written == [f"/v2.0/{names(0)['project']}/datasource/enhanced-connections"]


def test_the_artifact_has_an_entry_for_each_host(sim, applied):
    found = applied.artifacts["huaweicloud_dli"]
    assert {host: entry["changed"] for host, entry in found.items()} == {
        "tenant0": True,
        "tenant1": False,
    }
    for number in range(2):
        [connection] = sim.state.projects[names(number)["project"]].connections.values()
        connections = found[f"tenant{number}"]["connections"]
        assert connections == {names(number)["connection"]: connection.id}
