# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show the documented procedure, and check that everything happens as it should.

    make demo
    make demo LIVE=1 DEMO_VPC_ID=... DEMO_NETWORK_ID=...

Against the simulator, tests/tools/with_simulator.py starts this. Against the real service, the names get a prefix of
their own, the demonstration begins only if there is nothing of these names, and it ends by deleting what it has made,
also if it fails or is interrupted.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PLAYBOOK = "huaweicloud.dli.demo"
ABSENT = ["-e", "datasource_connection_state=absent"]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

HOSTS = [{"name": "ecs-97f8-0001", "ip": "192.168.0.1"}, {"name": "ecs-97f8-0002", "ip": "192.168.0.2"}]
OTHER_HOSTS = [{"name": "ecs-97f8-0001", "ip": "192.168.0.77"}]


class Unexpected(Exception):
    """Something is not as the demonstration promises."""


@dataclass(frozen=True)
class Run:
    """What one run has done; ``requests`` is None if nobody counts, as with the real service."""

    changed: int
    seconds: float
    requests: list[dict[str, Any]] | None


class Cloud:
    """Where the procedure happens: what the playbook has to know, and what can be seen from outside."""

    prefix = ""

    def __init__(self, vpc_id: str, network_id: str) -> None:
        self.vpc_id = vpc_id
        self.network_id = network_id

    def variables(self) -> dict[str, Any]:
        return {"demo_prefix": self.prefix, "demo_vpc_id": self.vpc_id, "demo_network_id": self.network_id}

    def requests(self) -> list[dict[str, Any]] | None:
        """The requests since the last look."""
        return None

    def state(self) -> dict[str, Any] | None:
        return None


class LiveCloud(Cloud):
    def __init__(self, vpc_id: str, network_id: str) -> None:
        super().__init__(vpc_id, network_id)
        # Nobody else has these names, so all that has them in the end was made here.
        self.prefix = f"demo_{secrets.token_hex(3)}_"


class SimulatedCloud(Cloud):
    def __init__(self, ready: dict[str, Any]) -> None:
        network = ready["networks"][0]
        super().__init__(network["vpc_id"], network["subnet_id"])
        self._control = f"{ready['dli_endpoint']}/_simulator"
        # Whatever proxy there is, it has nothing to do with a server on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def variables(self) -> dict[str, Any]:
        # The simulator's clock is fast.
        return {**super().variables(), "datasource_connection_wait_interval": 0.1}

    def requests(self) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = json.loads(self._ask("requests"))
        self._ask("requests", "DELETE")
        return seen

    def state(self) -> dict[str, Any]:
        """Queues, connections and bindings without what time alone changes."""
        seen = json.loads(self._ask("state"))
        live = [each for each in seen["connections"] if each["status"] != "DELETED"]
        return {
            "queues": sorted(each["queue_name"] for each in seen["queues"] if each["queue_name"] != "default"),
            "connections": [each["name"] for each in live],
            "bindings": sorted((p["name"], p["status"]) for each in live for p in each["available_queue_info"]),
            "hosts": [host for each in live for host in each["hosts"]],
        }

    def _ask(self, what: str, method: str = "GET") -> bytes:
        request = urllib.request.Request(f"{self._control}/{what}", method=method)
        with self._opener.open(request, timeout=10) as answer:
            content: bytes = answer.read()
            return content


# --- running Ansible and showing what it says -------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """The user's environment without their settings of Ansible, which may change what is printed."""
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
    """Run ``ansible`` or ``ansible-playbook`` and yield its lines; raises Unexpected if it fails."""
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
        raise Unexpected(f"Ansible ended with code {code}.")


def condensed(lines: Iterator[str]) -> Iterator[str]:
    """Ansible's output without blank lines, rows of stars, and tasks of which there is nothing to see."""
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
    """The runs of the demonstration, one heading each, and what they are expected to do."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.number = 0

    def heading(self, text: str) -> None:
        self.number += 1
        print(f"\n=== {self.number}. {text}\n")

    def play(self, *arguments: str) -> Run:
        """Run the playbook."""
        print("$", shlex.join(["ansible-playbook", PLAYBOOK, "-e", "@vars.json", *arguments]), end="\n\n")
        self.cloud.requests()
        start, changed = time.monotonic(), None
        variables = ["-e", json.dumps(self.cloud.variables())]
        for line in condensed(ansible("playbook", PLAYBOOK, *variables, *arguments)):
            print(line)
            if found := re.search(r"\bok=\d+ +changed=(\d+)", COLOURS.sub("", line)):
                changed = int(found[1])
        if changed is None:
            raise Unexpected("Ansible did not say what it has changed.")
        return Run(changed, time.monotonic() - start, self.cloud.requests())

    def module(self, name: str, options: dict[str, Any]) -> None:
        """Run one module ad hoc, and show of it only what goes wrong."""
        print("$", shlex.join(["ansible", "localhost", "-m", name, "-a", json.dumps(options)]))
        print()
        lines: list[str] = []
        try:
            lines.extend(ansible("adhoc", "localhost", "-m", name, "-a", json.dumps(options)))
        except Unexpected:
            print("\n".join(lines))
            raise

    def expect(self, what: str, promised: bool, *, seen: object) -> None:
        if not promised:
            raise Unexpected(f"Expected: {what}. Saw: {seen}.")
        print(f"> {what}")

    def expect_state(self, what: str, **wanted: object) -> None:
        state = self.cloud.state()
        if state is not None:
            state = {key: state[key] for key in wanted}
            self.expect(what, state == wanted, seen=state)


# --- the demonstration ------------------------------------------------------------------------------------------------


def demonstrate(show: Show) -> Run:
    """From nothing to a connection that has been changed by somebody else and repaired. Gives the second run."""
    prefix = show.cloud.prefix
    q1, q2, connection = (prefix + name for name in ("q1", "q2", "test1"))
    wanted: dict[str, object] = {
        "queues": [q1, q2],
        "connections": [connection],
        "bindings": [(q1, "ACTIVE"), (q2, "ACTIVE")],
        "hosts": HOSTS,
    }

    show.heading("The first run creates two queues and a connection")
    first = show.play()
    show.expect("it changed two things: the queues, and the connection", first.changed == 2, seen=first.changed)
    show.expect_state("the service has all of it", **wanted)
    if first.requests is not None:
        body = {
            "name": connection,
            "dest_vpc_id": show.cloud.vpc_id,
            "dest_network_id": show.cloud.network_id,
            "queues": [q1, q2],
            "hosts": HOSTS,
        }
        sent = [r["body"] for r in first.requests if r["method"] == "POST" and r["path"].endswith("-connections")]
        show.expect("the request that created the connection is the one of the procedure", sent == [body], seen=sent)

    show.heading("The second run changes nothing")
    second = show.play()
    show.expect("it changed nothing", second.changed == 0, seen=second.changed)
    expect_only_reading(show, second)

    show.heading("Somebody changes the connection behind our back")
    drift = {"name": connection, "queues": [q1], "hosts": OTHER_HOSTS}
    show.module("huaweicloud.dli.dli_enhanced_connection", drift)
    drifted: dict[str, object] = {**wanted, "bindings": [(q1, "ACTIVE")], "hosts": OTHER_HOSTS}
    show.expect_state(f"{q2} is not bound any more, and the hosts are wrong", **drifted)

    show.heading("--check --diff shows what would be done about it, and does not do it")
    check = show.play("--check", "--diff")
    show.expect("it would change two things: the hosts, and the bindings", check.changed == 2, seen=check.changed)
    expect_only_reading(show, check)
    show.expect_state("everything is as before", **drifted)

    show.heading("The next run repairs it")
    repair = show.play()
    show.expect("it changed what was announced", repair.changed == 2, seen=repair.changed)
    show.expect_state("the service has what was asked for again", **wanted)
    return second


def expect_only_reading(show: Show, run: Run) -> None:
    if run.requests is not None:
        methods = sorted({request["method"] for request in run.requests})
        show.expect("it only read", methods == ["GET"], seen=methods)


def expect_nothing(show: Show) -> None:
    show.heading("There is nothing yet of the names that this is going to use")
    before = show.play(*ABSENT, "--check")
    show.expect("there is nothing to remove", before.changed == 0, seen=before.changed)


def tear_down(show: Show) -> None:
    show.heading("state=absent removes all of it again")
    show.play(*ABSENT)
    show.expect_state("nothing is left", queues=[], connections=[], bindings=[], hosts=[])


def choose_cloud() -> Cloud:
    if os.environ.get("LIVE", "0") not in ("", "0"):
        ids = [os.environ.get(name, "") for name in ("DEMO_VPC_ID", "DEMO_NETWORK_ID")]
        if not all(ids):
            sys.exit(
                "With LIVE=1 the demonstration needs a VPC and a subnet of yours to connect to:\n\n"
                "  make demo LIVE=1 DEMO_VPC_ID=<id of the VPC> DEMO_NETWORK_ID=<network id of the subnet>\n\n"
                "It creates two queues of 16 CUs, which are charged while they exist, and deletes them in the end."
            )
        return LiveCloud(*ids)
    if "DLI_SIMULATOR" not in os.environ:
        sys.exit("There is no simulator here. Run: make demo (or see tests/tools/with_simulator.py)")
    return SimulatedCloud(json.loads(Path(os.environ["DLI_SIMULATOR"]).read_text(encoding="utf-8")))


def main() -> int:
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    cloud = choose_cloud()
    show = Show(cloud)
    print(f"Every run has these variables, here called vars.json: {json.dumps(cloud.variables())}")
    try:
        if isinstance(cloud, LiveCloud):
            expect_nothing(show)
        try:
            second = demonstrate(show)
        except BaseException:
            # What the simulator holds goes with it.
            if isinstance(cloud, LiveCloud):
                print("\nThis did not go as planned, so what it has made is deleted now.")
                tear_down(show)
            raise
        tear_down(show)
    except Unexpected as problem:
        print(f"\nThe demonstration failed. {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return 130
    show.heading("What exists now")
    print("Of the demonstration, nothing: no queue, no connection, no binding.")
    cost = f"{len(second.requests)} requests" if second.requests is not None else "a few requests"
    print(f"The second run, which found everything in order, cost {cost} and {second.seconds:.1f} seconds.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
