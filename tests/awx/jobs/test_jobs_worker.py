# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job on an execution node: transmit | worker | process, with nothing in the environment of the worker."""

from __future__ import annotations

import subprocess
import sys

import pytest
from awx_jobs import finished

RUNNER = [sys.executable, "-m", "ansible_runner"]


@pytest.fixture(scope="module")
def remote(sim, controller, templates, credential, tmp_path_factory):
    """An export by a worker that gets everything from the transmitted archive."""
    sim.load_seed({"queues": [{"queue_name": "daily"}]})
    template = templates["DLI export"]
    file = str(tmp_path_factory.mktemp("file") / "project.yml")
    folder = controller.prepare(template, credential, answers={"export_file": file})
    node = tmp_path_factory.mktemp("node")
    job = ["--ident", "job", "--playbook", template["playbook"]]
    sent = subprocess.run([*RUNNER, "transmit", str(folder), *job], capture_output=True, check=True).stdout
    # -i: without any variables, not even PATH; env/envvars of the archive has those of the job.
    worker = ["env", "-i", *RUNNER, "worker", "--private-data-dir", str(node)]
    answer = subprocess.run(worker, input=sent, capture_output=True, check=True).stdout
    received = tmp_path_factory.mktemp("controller")
    subprocess.run([*RUNNER, "process", str(received), "--ident", "job"], input=answer, capture_output=True, check=True)
    status = (received / "artifacts/job/status").read_text()
    return finished(received, status, int((received / "artifacts/job/rc").read_text()))


def test_the_job_runs_with_the_transmitted_credentials(remote):
    assert (remote.status, remote.rc) == ("successful", 0), remote.output
    assert "daily" in remote.output


def test_nothing_that_comes_back_contains_a_secret(sim, remote):
    """Except in the status "starting", which ansible-runner sends with the environment, and from which AWX masks it."""
    secret = sim.ready["secret_key"]
    assert [path for path, text in remote.files.items() if secret in text] == []
