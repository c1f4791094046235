# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the documented procedure and verify each step.

    make demo
    make demo LIVE=1 DEMO_VPC_ID=... DEMO_NETWORK_ID=...

tests/tools/with_simulator.py runs this script against the simulator. With LIVE=1 it runs against the real service: all
names get a unique prefix, the script verifies that no resources with these names exist, and it deletes the resources it
created at the end, also after a failure or an interruption.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clouds import Cloud, LiveCloud, SimulatedCloud

PLAYBOOK = "huaweicloud.dli.demo"
# In the environment of the demo, which `make demo` keeps.
REPORT = Path(sys.prefix) / "report/report.html"
POOL = ["-e", "demo_pool=true"]
ABSENT = ["-e", "datasource_connection_state=absent"]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

HOSTS = [{"name": "ecs-97f8-0001", "ip": "192.168.0.1"}, {"name": "ecs-97f8-0002", "ip": "192.168.0.2"}]
OTHER_HOSTS = [{"name": "ecs-97f8-0001", "ip": "192.168.0.77"}]


class Unexpected(Exception):
    """A step did not have the expected result."""


@dataclass(frozen=True)
class Run:
    """The result of one run. ``requests`` is None for the real service, which does not record them."""

    changed: int
    seconds: float
    requests: list[dict[str, Any]] | None


# --- running Ansible and condensing its output ------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """The user's environment without Ansible settings, which could change the output."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    for name in ("ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_HOME"):
        if name in os.environ:
            kept[name] = os.environ[name]
    return {
        **kept,
        "ANSIBLE_CONFIG": str(Path(__file__).with_name("ansible.cfg")),
        "ANSIBLE_FORCE_COLOR": str(sys.stdout.isatty() and "NO_COLOR" not in os.environ),
        "PYTHONUNBUFFERED": "1",
    }


def ansible(command: str, *arguments: str) -> Iterator[str]:
    """Run ``ansible`` or ``ansible-playbook`` and yield its output line by line. Raise Unexpected if it fails."""
    program = [sys.executable, "-m", "ansible", command]
    process = subprocess.Popen(
        [*program, *arguments], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        yield from (line.rstrip() for line in process.stdout)
        code = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if code:
        raise Unexpected(f"Ansible exited with code {code}.")


def condensed(lines: Iterator[str]) -> Iterator[str]:
    """Ansible's output without blank lines, rows of asterisks, and tasks without output."""
    heading = ""
    for line in lines:
        plain = COLOURS.sub("", line)
        if found := re.match(
            r"(?:PLAY|TASK) (?:\[(?:huaweicloud\.dli\.datasource_connection : )?(.*)\]|RECAP) \*+$", plain
        ):
            heading = found[1] or "Recap"
        elif plain.startswith("included: "):
            heading = ""
        elif plain in ("ok: [localhost]", "changed: [localhost]") and heading:
            yield f"{heading}: {line.replace(': [localhost]', '')}"
            heading = ""
        elif plain:
            if heading:
                yield heading + ":"
            heading = ""
            yield "  " + line


class Show:
    """Runs the steps of the demo under numbered headings and checks their results."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.number = 0

    def heading(self, text: str) -> None:
        self.number += 1
        print(f"\n=== {self.number}. {text}\n")

    def play(self, *arguments: str, playbook: str = PLAYBOOK) -> Run:
        """Run a playbook."""
        print("$", shlex.join(["ansible-playbook", playbook, "-e", "@vars.json", *arguments]), end="\n\n")
        self.cloud.requests()
        start, changed = time.monotonic(), None
        variables = ["-e", json.dumps(self.cloud.variables())]
        for line in condensed(ansible("playbook", playbook, *variables, *arguments)):
            print(line)
            if found := re.search(r"\bok=\d+ +changed=(\d+)", COLOURS.sub("", line)):
                changed = int(found[1])
        if changed is None:
            raise Unexpected("The play recap is missing from the output of Ansible.")
        return Run(changed, time.monotonic() - start, self.cloud.requests())

    def module(self, name: str, options: dict[str, Any]) -> None:
        """Run one module ad hoc. Print its output only if it fails."""
        print("$", shlex.join(["ansible", "localhost", "-m", name, "-a", json.dumps(options)]))
        print()
        lines: list[str] = []
        try:
            lines.extend(ansible("adhoc", "localhost", "-m", name, "-a", json.dumps(options)))
        except Unexpected:
            print("\n".join(lines))
            raise

    def expect(self, what: str, fulfilled: bool, *, actual: object) -> None:
        if not fulfilled:
            raise Unexpected(f"Expected: {what}. Actual: {actual}.")
        print(f"> {what}")

    def expect_state(self, what: str, **wanted: object) -> None:
        state = self.cloud.state()
        if state is not None:
            state = {key: state[key] for key in wanted}
            self.expect(what, state == wanted, actual=state)


# --- the demo ---------------------------------------------------------------------------------------------------------


def demonstrate(show: Show) -> Run:
    """Create the resources, simulate drift and repair it. Return the second run."""
    prefix = show.cloud.prefix
    q1, q2 = prefix + "q1", prefix + "q2"
    wanted: dict[str, object] = {
        "queues": [q1, q2],
        "connections": [prefix + "test1"],
        "bindings": [(q1, "ACTIVE"), (q2, "ACTIVE")],
        "hosts": HOSTS,
    }
    create(show, wanted)
    second = run_again(show)
    drifted: dict[str, object] = {**wanted, "bindings": [(q1, "ACTIVE")], "hosts": OTHER_HOSTS}
    simulate_drift(show, drifted)
    predict_repair(show, drifted)
    repair(show, wanted)
    report(show)
    return second


def create(show: Show, wanted: dict[str, object]) -> None:
    show.heading("First run: create two queues and a connection")
    first = show.play()
    show.expect("two tasks changed something: the queues and the connection", first.changed == 2, actual=first.changed)
    show.expect_state("the service has all resources", **wanted)
    if first.requests is not None:
        body = {
            "name": f"{show.cloud.prefix}test1",
            "dest_vpc_id": show.cloud.vpc_id,
            "dest_network_id": show.cloud.network_id,
            "queues": wanted["queues"],
            "hosts": HOSTS,
        }
        sent = [r["body"] for r in first.requests if r["method"] == "POST" and r["path"].endswith("-connections")]
        show.expect(
            "the create request of the connection matches the documented procedure", sent == [body], actual=sent
        )


def run_again(show: Show) -> Run:
    show.heading("Second run: no changes")
    second = show.play()
    show.expect("no task changed anything", second.changed == 0, actual=second.changed)
    expect_only_reading(show, second)
    return second


def simulate_drift(show: Show, drifted: dict[str, object]) -> None:
    show.heading("Simulate configuration drift")
    prefix = show.cloud.prefix
    options = {"name": f"{prefix}test1", "queues": [f"{prefix}q1"], "hosts": OTHER_HOSTS}
    show.module("huaweicloud.dli.dli_enhanced_connection", options)
    show.expect_state(f"{prefix}q2 is unbound and the hosts differ", **drifted)


def predict_repair(show: Show, drifted: dict[str, object]) -> None:
    show.heading("--check --diff reports the differences without changing anything")
    check = show.play("--check", "--diff")
    show.expect("two changes are reported: the hosts and the bindings", check.changed == 2, actual=check.changed)
    expect_only_reading(show, check)
    show.expect_state("the state is unchanged", **drifted)


def repair(show: Show, wanted: dict[str, object]) -> None:
    show.heading("The next run repairs the drift")
    repaired = show.play()
    show.expect("it made the reported changes", repaired.changed == 2, actual=repaired.changed)
    show.expect_state("the service has the requested state again", **wanted)


def report(show: Show) -> None:
    show.heading("A report shows the project as a web page")
    run = show.play("-e", f"report_directory={REPORT.parent}", playbook="huaweicloud.dli.report")
    show.expect(
        "the page was written", f"{show.cloud.prefix}test1" in REPORT.read_text(encoding="utf-8"), actual=REPORT
    )
    expect_only_reading(show, run)


def expect_only_reading(show: Show, run: Run) -> None:
    if run.requests is not None:
        methods = sorted({request["method"] for request in run.requests})
        show.expect("all requests were reads", methods == ["GET"], actual=methods)


def expect_nothing(show: Show) -> None:
    show.heading("Verify that no resources with the names of the demo exist")
    before = show.play(*ABSENT, "--check")
    show.expect("nothing to delete", before.changed == 0, actual=before.changed)


def demonstrate_pool(show: Show) -> None:
    """The second act: the vendor's newest procedure. A pool cannot be deleted in its first minutes."""
    prefix = show.cloud.prefix
    show.heading("Second act: a pool, a queue in it, and the connection bound to the pool")
    created = show.play(*POOL)
    show.expect("three tasks changed something: pool, queue, connection", created.changed == 3, actual=created.changed)
    show.expect_state(
        "the pool has the queue and is bound",
        pools=[f"{prefix}pool1"],
        queues=[f"{prefix}q3"],
        pool_bindings=[(f"{prefix}pool1", "ACTIVE")],
        bindings=[],
    )
    show.heading("state=absent deletes the pool as well")
    show.play(*POOL, *ABSENT)
    show.expect_state("no resources remain", queues=[], connections=[], pools=[], pool_bindings=[])


def tear_down(show: Show) -> None:
    show.heading("state=absent deletes all resources")
    show.play(*ABSENT)
    show.expect_state("no resources remain", queues=[], connections=[], bindings=[], hosts=[])


def choose_cloud() -> Cloud:
    if os.environ.get("LIVE", "0") not in ("", "0"):
        ids = [os.environ.get(name, "") for name in ("DEMO_VPC_ID", "DEMO_NETWORK_ID")]
        if not all(ids):
            sys.exit(
                "LIVE=1 requires a VPC and a subnet to connect to:\n\n"
                "  make demo LIVE=1 DEMO_VPC_ID=<VPC ID> DEMO_NETWORK_ID=<network ID of the subnet>\n\n"
                "The demo creates two queues of 16 CUs, which are billed while they exist, and deletes them at the end."
            )
        return LiveCloud(*ids)
    if "DLI_SIMULATOR" not in os.environ:
        sys.exit("DLI_SIMULATOR is not set. Run: make demo (or see tests/tools/with_simulator.py)")
    return SimulatedCloud(json.loads(Path(os.environ["DLI_SIMULATOR"]).read_text(encoding="utf-8")))


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    cloud = choose_cloud()
    show = Show(cloud)
    print(f"Variables of all runs, shown as vars.json: {json.dumps(cloud.variables())}")
    try:
        if isinstance(cloud, LiveCloud):
            expect_nothing(show)
        try:
            second = demonstrate(show)
        except BaseException:
            # The state of the simulator disappears with its process.
            if isinstance(cloud, LiveCloud):
                print("\nThe demo failed. Deleting the resources it created.")
                tear_down(show)
            raise
        tear_down(show)
        if isinstance(cloud, SimulatedCloud):
            demonstrate_pool(show)
    except Unexpected as problem:
        print(f"\nThe demo failed. {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    show.heading("Summary")
    print("All resources of the demo are deleted.")
    cost = f"{len(second.requests)} requests" if second.requests is not None else "a few requests"
    print(f"The second run, without changes, took {cost} and {second.seconds:.1f} seconds.")
    print(f"The report of what it built: {REPORT}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
