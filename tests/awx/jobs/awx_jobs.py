# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as AWX runs them, without AWX: a private data directory for ansible-runner, laid out as AWX lays it out.

What AWX does before and after a job, and where it is here:

* credentials become variables of the environment by AWX's own inject_credential: ``injected``
* survey answers and artifacts of earlier nodes become extra variables, which are never templates: ``Unsafe``
* the inventory is a script; a slice has every n-th host of it: ``inventory_script``
* options of the template become options of ansible-playbook in env/cmdline: ``command_line``
* artifacts are what set_stats collected, taken from the last event: ``Job.artifacts``
"""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path
from typing import Any

import ansible_runner
import yaml
from awx_files import ROOT, Unsafe
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential

PROJECT = ROOT / "extensions/awx/project"
CALLBACKS = Path(__file__).with_name("callback")
# Variables that AWX sets for each job, and those of the user that a job in a container cannot see.
ENVIRONMENT_OF_AWX = {
    "ANSIBLE_FORCE_COLOR": "True",
    "ANSIBLE_HOST_KEY_CHECKING": "False",
    "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
    "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
    "ANSIBLE_RETRY_FILES_ENABLED": "False",
    "MAX_EVENT_RES": "700000",
    "INVENTORY_ID": "2",
    "PROJECT_REVISION": "0" * 40,
    "AWX_HOST": "https://awx.example.com",
}
SETTINGS = {"job_timeout": 0, "idle_timeout": 0, "suppress_ansible_output": True, "suppress_output_file": True}
LOCALHOST = {
    "localhost": {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
}
RUNNER = [sys.executable, "-m", "ansible_runner"]
# Files in a private data directory that contain secrets by design. AWX removes them after the job.
CLEAR_TEXT = ("env/", "artifacts/job/command", "inventory/")


class _Dumper(yaml.SafeDumper):
    pass


_Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


def unsafe(value: Any) -> Any:
    """Tag every text, as AWX does with answers and artifacts."""
    if isinstance(value, Mapping):
        return {unsafe(key): unsafe(each) for key, each in value.items()}
    if isinstance(value, list):
        return [unsafe(each) for each in value]
    return Unsafe(value) if isinstance(value, str) else value


def answered(template: Mapping[str, Any], **answers: Any) -> dict[str, Any]:
    """The answers to a survey as AWX passes them on.

    Unanswered questions have their default, unless it violates the rules of the question, as an empty choice does.
    """
    questions = template["survey_spec"]["spec"]
    unknown = answers.keys() - {question["variable"] for question in questions}
    assert not unknown, f"{template['name']} has no question for {unknown}"
    return {each["variable"]: each["default"] for each in questions if _has_valid_default(each)} | answers


def _has_valid_default(question: Mapping[str, Any]) -> bool:
    default = question.get("default", "")
    if question["type"] in ("text", "textarea"):
        return len(default) >= question.get("min", 0)
    return default in question["choices"] if "choices" in question else default != ""


class _Credential:
    """The interface of a credential that inject_credential uses."""

    def __init__(self, inputs: Mapping[str, Any]) -> None:
        self._inputs = dict(inputs)

    def get_input_keys(self) -> list[str]:
        return list(self._inputs)

    def get_input(self, name: str, default: Any = None) -> Any:
        return self._inputs.get(name, default)

    def has_input(self, name: str) -> bool:
        return name in self._inputs


def injected(credential_type: Mapping[str, Any], inputs: Mapping[str, Any], folder: Path) -> dict[str, str]:
    """The variables that AWX sets for a credential. Its files go to env/ in ``folder``."""
    kind = ManagedCredentialType(
        namespace="huaweicloud",
        name=credential_type["name"],
        kind=credential_type["kind"],
        inputs=credential_type["inputs"],
        injectors=credential_type["injectors"],
    )
    environment: dict[str, str] = {}
    arguments: list[str] = []
    inject_credential(kind, _Credential(inputs), environment, {}, arguments, str(folder), container_root=str(folder))
    assert not arguments, "the credential type sets extra variables"
    return environment


def inventory_script(hosts: Mapping[str, Mapping[str, Any]], part: tuple[int, int] = (1, 1)) -> str:
    """AWX's inventory script. ``part`` is the number of a slice, from 1, and the number of slices."""
    number, count = part
    chosen = sorted(hosts)[number - 1 :: count]
    of_awx = {f"remote_{each}_enabled": "true" for each in ("host", "tower")}
    hostvars = {
        host: {**hosts[host], **of_awx, "remote_host_id": index, "remote_tower_id": index}
        for index, host in enumerate(chosen, 1)
    }
    data = {"all": {"hosts": chosen}, "_meta": {"hostvars": hostvars}}
    return f"#! {sys.executable}\n# -*- coding: utf-8 -*-\nprint({json.dumps(data)!r})\n"


def command_line(template: Mapping[str, Any], limit: str = "") -> str:
    """The options of ansible-playbook for the settings of a job template, in AWX's order."""
    options = ["--check"] if template.get("job_type") == "check" else []
    options += ["-u", "root"]
    options += ["--diff"] if template.get("diff_mode") else []
    options += [f"--forks={template['forks']}"] if template.get("forks") else []
    options += ["-l", limit] if limit else []
    options += ["-t", template["job_tags"]] if template.get("job_tags") else []
    return shlex.join(options)


@dataclasses.dataclass
class Job:
    """A job that ended. Tests add the requests that it sent, and those of them that wrote something."""

    folder: Path
    status: str
    rc: int | None
    events: list[dict[str, Any]]
    requests: list[Any] = dataclasses.field(default_factory=list)
    writes: list[str] = dataclasses.field(default_factory=list)

    @property
    def artifacts(self) -> dict[str, Any]:
        [last] = [event for event in self.events if event["event"] == "playbook_on_stats"]
        data: dict[str, Any] = last["event_data"]["artifact_data"]
        return data

    @property
    def changed(self) -> int:
        [last] = [event for event in self.events if event["event"] == "playbook_on_stats"]
        return sum(last["event_data"]["changed"].values())

    @property
    def output(self) -> str:
        return "\n".join(event.get("stdout", "") for event in self.events)

    def results(self, task: str = "", kind: str = "runner_on_ok") -> list[dict[str, Any]]:
        """The results of a task by its name, or of all tasks."""
        return [
            event["event_data"]["res"]
            for event in self.events
            if event["event"] == kind and task in ("", event["event_data"]["task"])
        ]

    @property
    def failures(self) -> list[str]:
        """The messages of the tasks that failed."""
        return [str(each.get("msg")) for each in self.results(kind="runner_on_failed")]

    @property
    def files(self) -> dict[str, str]:
        """All files that the job left behind, except those that contain the credentials by design."""
        return {
            name: path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not (name := str(path.relative_to(self.folder))).startswith(CLEAR_TEXT)
        }


class Controller:
    """Launches job templates. ``programs`` is the folder of ansible-playbook: the execution environment of the job."""

    def __init__(self, folder: Path, project: Path, collections: Path, programs: Path | None = None) -> None:
        self._folder = folder
        self._project = project
        self._launched = 0
        self._runner = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
        programs = programs or Path(sys.executable).parent
        self._environment = {
            **ENVIRONMENT_OF_AWX,
            "PATH": os.pathsep.join([str(programs.absolute()), "/usr/local/bin", "/usr/bin", "/bin"]),
            "ANSIBLE_COLLECTIONS_PATH": str(collections),
            "ANSIBLE_CALLBACK_PLUGINS": str(CALLBACKS),
        }

    def close(self) -> None:
        self._runner.shutdown()

    def prepare(
        self,
        template: Mapping[str, Any],
        environment: Mapping[str, str] | Callable[[Path], Mapping[str, str]],
        *,
        answers: Mapping[str, Any] | None = None,
        artifacts: Mapping[str, Any] | None = None,
        hosts: Mapping[str, Mapping[str, Any]] | None = None,
        part: tuple[int, int] = (1, 1),
        limit: str = "",
    ) -> Path:
        """Write a private data directory of its own: ansible-runner would apply env/cmdline of an earlier job again."""
        self._launched += 1
        folder = self._folder / f"awx_{self._launched}"
        for name in ("env", "inventory", "home", "artifacts"):
            (folder / name).mkdir(parents=True)
        (folder / "project").symlink_to(self._project)
        credentials = environment(folder) if callable(environment) else environment
        variables = {**self._environment, **credentials, "HOME": str(folder / "home"), "JOB_ID": str(self._launched)}
        of_awx = {"awx_job_id": self._launched, "awx_job_template_name": template["name"], "awx_user_name": "operator"}
        # Later ones win, as in AWX.
        extra = {**template.get("extra_vars", {}), **unsafe(artifacts or {}), **unsafe(answers or {}), **of_awx}
        (folder / "env/envvars").write_text(yaml.safe_dump(variables), encoding="utf-8")
        (folder / "env/extravars").write_text(yaml.dump(extra, Dumper=_Dumper), encoding="utf-8")
        (folder / "env/settings").write_text(json.dumps(SETTINGS), encoding="utf-8")
        (folder / "env/cmdline").write_text(command_line(template, limit), encoding="utf-8")
        script = folder / "inventory/hosts"
        script.write_text(inventory_script(hosts or LOCALHOST, part), encoding="utf-8")
        script.chmod(0o700)
        return folder

    def start(self, folder: Path, playbook: str) -> Future[Job]:
        """Start what ``prepare`` wrote. The job is cancelled once the folder contains a file named "cancel"."""
        return self._runner.submit(run, folder, playbook)

    def launch(
        self,
        template: Mapping[str, Any],
        environment: Mapping[str, str] | Callable[[Path], Mapping[str, str]],
        **more: Any,
    ) -> Job:
        return self.start(self.prepare(template, environment, **more), template["playbook"]).result()

    def launch_remotely(
        self,
        template: Mapping[str, Any],
        environment: Mapping[str, str] | Callable[[Path], Mapping[str, str]],
        **more: Any,
    ) -> Job:
        """A job on an execution node, which gets everything from the transmitted archive."""
        folder = self.prepare(template, environment, **more)
        node, received = (folder.with_name(f"{folder.name}_{end}") for end in ("node", "received"))
        job = ["--ident", "job", "--playbook", template["playbook"]]
        sent = subprocess.run([*RUNNER, "transmit", str(folder), *job], capture_output=True, check=True).stdout
        # -i: without any variables, not even PATH; env/envvars of the archive has those of the job.
        worker = ["env", "-i", *RUNNER, "worker", "--private-data-dir", str(node)]
        answer = subprocess.run(worker, input=sent, capture_output=True, check=True).stdout
        process = [*RUNNER, "process", str(received), "--ident", "job"]
        subprocess.run(process, input=answer, capture_output=True, check=True)
        status = (received / "artifacts/job/status").read_text()
        return finished(received, status, int((received / "artifacts/job/rc").read_text()))


def run(folder: Path, playbook: str) -> Job:
    """Run what ``prepare`` wrote. In a process without threads, because ansible-runner forks."""
    done = ansible_runner.run(
        private_data_dir=str(folder),
        ident="job",
        playbook=playbook,
        quiet=True,
        cancel_callback=(folder / "cancel").exists,
    )
    return finished(folder, done.status, done.rc)


def finished(folder: Path, status: str, rc: int | None) -> Job:
    """The job whose events are in ``folder``."""
    paths: Iterable[Path] = (folder / "artifacts/job/job_events").glob("*.json")
    events = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return Job(folder, status, rc, sorted(events, key=lambda event: event["counter"]))


def took_effect(request: Any) -> bool:
    """Whether a recorded request was a write; tests of addresses and filters are sent with POST and change nothing."""
    return request.method != "GET" and not request.path.endswith(("/connection-test", "/filter"))
