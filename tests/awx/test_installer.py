# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook awx with the modules of awx.awx, against a stand-in for the REST API of AWX."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import ansible_collections.awx.awx.plugins.modules as modules_of_awx
import pytest
from awx_api import Awx, serving
from awx_files import AWX, ROOT, SETTINGS

PLAYBOOK = [str(Path(sys.executable).with_name("ansible-playbook")), "huaweicloud.dli.awx"]
PRESENT = [f"-e{name}={value}" for name, value in SETTINGS.items()]
MODULES = Path(next(iter(modules_of_awx.__path__)))
INSTALLED = {
    "credential_types": ["Huawei Cloud IAM user", "Huawei Cloud access keys"],
    "credentials": ["DLI"],
    "execution_environments": ["DLI"],
    "hosts": ["localhost"],
    "inventories": ["DLI", "DLI tenants"],
    "inventory_sources": ["DLI tenants"],
    "job_templates": [f"DLI {name}" for name in ("apply", "audit", "check", "export", "report", "teardown", "verify")],
    "notification_templates": ["DLI"],
    "organizations": ["Default"],
    "projects": ["DLI"],
    "schedules": ["DLI nightly audit"],
    "workflow_approval_templates": ["DLI approval"],
    "workflow_job_template_nodes": ["apply", "approval", "audit", "check", "verify"],
    "workflow_job_templates": ["DLI connect"],
}
NODES = ["workflow_job_template_nodes"]
SECRETS = {"access_key": "AK", "secret_key": "$encrypted$"}
# Job templates with the same survey.
SAME = ("check", "apply", "verify")


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This collection and awx.awx, with an action plugin for each module of the latter, see modules_in_process.py."""
    top = tmp_path_factory.mktemp("collections")
    for place, target in (("huaweicloud/dli", ROOT), ("awx/awx/meta", MODULES.parents[1] / "meta")):
        (top / "ansible_collections" / place).parent.mkdir(parents=True, exist_ok=True)
        (top / "ansible_collections" / place).symlink_to(target)
    plugins = top / "ansible_collections/awx/awx/plugins"
    (plugins / "action").mkdir(parents=True)
    for folder in ("modules", "module_utils", "doc_fragments"):
        (plugins / folder).symlink_to(MODULES.parent / folder)
    for module in MODULES.glob("[a-z]*.py"):
        (plugins / "action" / module.name).write_text("from modules_in_process import ActionModule  # noqa: F401\n")
    return top


class Installer:
    def __init__(self, awx: Awx, url: str, collections: Path) -> None:
        self.awx = awx
        self.environment = {
            **os.environ,
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_DEPRECATION_WARNINGS": "false",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "CONTROLLER_HOST": url,
            "CONTROLLER_OAUTH_TOKEN": "0123456789-token",
            "PYTHONPATH": str(Path(__file__).parent),
        }

    def run(self, *arguments: str, fails: bool = False) -> str:
        self.awx.writes.clear()
        done = subprocess.run(
            [*PLAYBOOK, *arguments], env=self.environment, capture_output=True, text=True, check=False
        )
        output = done.stdout + done.stderr
        assert (done.returncode != 0) == fails, output
        assert "WARNING" not in output, output
        return output

    def changed(self, *arguments: str) -> int:
        """The number of tasks that changed something."""
        return int(re.findall(r"changed=(\d+)", self.run(*arguments))[0])


@pytest.fixture
def installer(collections: Path) -> Iterator[Installer]:
    awx = Awx({path.name for path in (AWX / "project").glob("*.yml")})
    with serving(awx) as url:
        yield Installer(awx, url, collections)


def test_installs_and_removes_everything(installer: Installer) -> None:
    awx = installer.awx
    assert installer.changed("--check", *PRESENT) == 4
    assert awx.writes == []
    # Until the workflow exists, without its survey and nodes.
    awx.remaining = 31
    assert "503" in installer.run(*PRESENT, fails=True)
    awx.remaining = None
    assert awx.names().keys() == INSTALLED.keys() - {"schedules", "workflow_approval_templates", *NODES}
    # It goes on from there, in check mode too, and corrects what has other values.
    change_by_hand(awx)
    assert installer.changed("--check", *PRESENT) == 3
    assert awx.writes == []
    assert installer.changed(*PRESENT) == 6
    check_what_is_installed(awx)
    assert installer.changed(*PRESENT) == 0
    assert awx.writes == []
    assert awx.all("credentials")[0]["inputs"] == SECRETS
    assert installer.changed("-eawx_state=absent") == 9
    assert awx.names() == {"organizations": ["Default"]}
    assert installer.changed("-eawx_state=absent") == 0


def change_by_hand(awx: Awx) -> None:
    awx.all("credentials")[0]["inputs"] = SECRETS
    awx.all("hosts")[0]["variables"] = "{}"
    awx.all("job_templates")[0]["job_type"] = "run"
    next(iter(awx.surveys.values()))["spec"].pop()
    awx.associations["job_templates", awx.all("job_templates")[2]["id"], "credentials"].clear()


def check_what_is_installed(awx: Awx) -> None:
    assert awx.names() == INSTALLED
    # Values that the modules must pass on unchanged: templates for AWX, and no secret.
    kinds = awx.all("credential_types")
    assert kinds[0]["injectors"]["env"]["HW_ACCESS_KEY"] == "{{ access_key }}"
    assert "{{ ansible_playbook_python }}" in awx.all("hosts")[0]["variables"]
    templates = {each["name"]: each for each in awx.all("job_templates")}
    assert templates["DLI check"]["job_type"] == "check"
    assert len(awx.surveys) == 6
    assert {len(awx.surveys[templates[f"DLI {name}"]["url"]]["spec"]) for name in SAME} == {14}
    [credential] = awx.all("credentials")
    used = [awx.associations["job_templates", each["id"], "credentials"] for each in templates.values()]
    assert used == [[credential["id"]]] * len(templates)


def test_reports_wrong_variables_and_a_missing_collection_before_any_request(
    installer: Installer, collections: Path, tmp_path: Path
) -> None:
    output = installer.run("-eawx_organisation=Sales", fails=True)
    assert (
        "awx_organisation is not a variable; did you mean awx_organization?; awx_project_url is required; "
        "awx_execution_environment is required"
    ) in output
    (tmp_path / "ansible_collections/huaweicloud").mkdir(parents=True)
    (tmp_path / "ansible_collections/huaweicloud/dli").symlink_to(ROOT)
    installer.environment["ANSIBLE_COLLECTIONS_PATH"] = str(tmp_path)
    output = installer.run(*PRESENT, fails=True)
    assert (
        'The collection awx.awx is required; install it with \\"ansible-galaxy collection install awx.awx\\".' in output
    )
