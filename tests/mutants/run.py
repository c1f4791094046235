# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Mutation tests: change the code in small ways and list the changes that no unit test detects.

    make mutants                                                  # all of FOLDERS, some hours
    make mutants ARGS=plugins/module_utils/_core/compare.py       # files or folders, minutes each

mutmut makes the mutants. Its own runner wants a package in the working directory that is imported by the path of its
files, which a collection is not. So this is another runner, in three steps:

1. One run of the unit tests with coverage records which tests execute which line.
2. For each mutant, a fork of this process writes the mutated file into a copy of the collection and runs the tests that
   execute the mutated lines: those that execute little else first, and no more after the first failure. A fork, because
   Ansible, the simulator and pytest take seconds to import.
3. Mutants without a failure have survived. Those in accepted.yml stay out of the report; the rest is a failure. Either
   add a test that fails with the mutant, or add the mutant to accepted.yml with the reason.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import libcst as cst
import yaml
from coverage import CoverageData
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

ROOT = Path(__file__).resolve().parents[2]
PLACE = Path("ansible_collections/huaweicloud/dli")
ACCEPTED = Path(__file__).with_name("accepted.yml")
# The wings that decide. What the others send, and in which form, the simulator checks.
WINGS = ("_core", "_wait", "_aspect", "_security_group", "_pool", "_queue", "_diagnosis", "_connection", "_plan")
FOLDERS = [*(f"plugins/module_utils/{wing}" for wing in WINGS), "plugins/plugin_utils"]
TESTS = [f"tests/unit/plugins/{folder}" for folder in ("module_utils", "plugin_utils", "modules")]
# The first argument of cast(), which has no effect at run time.
TYPE_OF_CAST = re.compile(r"(?<=\bcast\()[^,]*")
# A name for a type: only a type checker reads its value.
TYPE_ALIAS = re.compile(r"^\w+: TypeAlias = ")
# Additional seconds for the tests of a mutant. Tests that take longer are in an endless loop, which is a failure.
MARGIN = 60


# --- mutants ----------------------------------------------------------------------------------------------------------


def swapped_function(node: cst.Call) -> Iterator[cst.Call]:
    """min(a) for max(a), and the like, which mutmut does not do."""
    swaps = {"min": "max", "max": "min", "any": "all", "all": "any"}
    if isinstance(node.func, cst.Name) and node.func.value in swaps:
        yield node.with_changes(func=cst.Name(swaps[node.func.value]))


def removed_call(node: cst.Expr) -> Iterator[cst.Expr]:
    """Nothing in place of a call that is a statement."""
    if isinstance(node.value, cst.Call):
        yield node.with_changes(value=cst.Name("None"))


OPERATORS = [*mutation_operators, (cst.Call, swapped_function), (cst.Expr, removed_call)]


@dataclass(frozen=True)
class Mutant:
    """A file with one change."""

    path: str
    code: str
    lines: tuple[int, ...]
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lines[0]}\n  - {self.before}\n  + {self.after}"


def is_noise(mutation: object) -> bool:
    """Whether a mutant changes text for people, of which tests compare only the parts that matter, or only its case."""
    original, mutated = mutation.original_node, mutation.mutated_node  # type: ignore[attr-defined]
    if isinstance(original, cst.SimpleString):
        return " " in original.value or original.value.lower() == mutated.value.lower()
    return False


def mutants_of(path: str) -> Iterator[Mutant]:
    code = (ROOT / path).read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(code))
    visitor = MutationVisitor(OPERATORS, IgnoredCode(set(), set(), set()))
    module = wrapper.visit(visitor)
    seen = {code}
    for mutation in visitor.mutations:
        if is_noise(mutation):
            continue
        changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
        assert isinstance(changed, cst.Module)
        if changed.code in seen:
            continue
        seen.add(changed.code)
        try:
            compile(changed.code, path, "exec")
        except SyntaxError:
            continue
        old, new = code.splitlines(), changed.code.splitlines()
        blocks = [
            op for op in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if op[0] != "equal"
        ]
        first, last = blocks[0][1], max(blocks[-1][2], blocks[0][1] + 1)
        before = " ".join(line.strip() for _tag, i, j, _k, _l in blocks for line in old[i:j])
        after = " ".join(line.strip() for _tag, _i, _j, k, end in blocks for line in new[k:end])
        if TYPE_ALIAS.match(before) or TYPE_OF_CAST.sub("", before) == TYPE_OF_CAST.sub("", after):
            continue
        yield Mutant(path, changed.code, tuple(range(first + 1, last + 1)), before, after)


# --- tests ------------------------------------------------------------------------------------------------------------


def copy_collection(into: Path) -> Path:
    """A copy of the files that git tracks or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (into / PLACE / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, into / PLACE / name)
    return into / PLACE


def pytest_options() -> list[str]:
    return ["-q", "-x", "--import-mode=importlib", "-p", "no:cacheprovider", "-p", "no:xdist"]


class Executions:
    """Which tests execute which lines."""

    def __init__(self, data: CoverageData) -> None:
        self._by_file: dict[str, dict[int, set[str]]] = {}
        self._size: dict[str, int] = {}
        for name in data.measured_files():
            path = name.rpartition(f"{PLACE}/")[2]
            lines = {
                line: {context.rpartition("|")[0] for context in contexts if context}
                for line, contexts in data.contexts_by_lineno(name).items()
            }
            self._by_file[path] = lines
            for tests in lines.values():
                for test in tests:
                    self._size[test] = self._size.get(test, 0) + 1

    def of(self, mutant: Mutant) -> list[str]:
        """The tests to run, those that execute the fewest lines first."""
        lines = self._by_file.get(mutant.path, {})
        tests = set().union(*(lines.get(line, set()) for line in mutant.lines))
        if not tests:
            # Code that runs when the file is imported: every test of the file depends on it.
            tests = set().union(*lines.values())
        return sorted(tests, key=lambda test: (self._size[test], test))


def measured(copies: Path) -> Executions:
    """Run all tests once, unless this was done with the same files."""
    tree = copy_collection(copies / "measured")
    digest = hashlib.sha256()
    for folder in ("plugins", "tests/unit", "tests/simulator"):
        for file in sorted((tree / folder).rglob("*.py")):
            digest.update(file.read_bytes())
    kept = ROOT / f"tests/output/mutants/{digest.hexdigest()[:16]}.coverage"
    if not kept.exists():
        print("Running all tests to learn which lines they execute", flush=True)
        command = ["-m", "pytest", "-q", "--import-mode=importlib", "-n", "auto", *TESTS]
        coverage = ["--cov=plugins", "--cov-context=test", "--cov-report="]
        environment = {**os.environ, "PYTHONPATH": str(tree.parents[2]), "COVERAGE_FILE": str(tree / ".coverage")}
        subprocess.run([sys.executable, *command, *coverage], cwd=tree, env=environment, check=True)
        shutil.rmtree(kept.parent, ignore_errors=True)
        kept.parent.mkdir(parents=True)
        shutil.move(tree / ".coverage", kept)
    data = CoverageData(str(kept))
    data.read()
    return Executions(data)


def preload() -> None:
    """Import what the tests import, but not the collection."""
    import ansible.errors
    import ansible.module_utils.basic
    import ansible.plugins.action.normal
    import ansible.plugins.filter.core
    import flask
    import huaweicloudsdkcore
    import hypothesis
    import pytest
    import requests

    sys.path.insert(0, str(ROOT / "tests/simulator"))
    import dli_simulator

    del ansible, dli_simulator, flask, huaweicloudsdkcore, hypothesis, pytest, requests
    sys.dont_write_bytecode = True


def survives(mutant: Mutant, tests: list[str], copies: Path) -> tuple[Mutant, bool]:
    """Run the tests with the mutant. Each process of the pool has a copy of the collection of its own."""
    tree = copies / str(os.getpid()) / PLACE
    if not tree.exists():
        copy_collection(tree.parents[2])
    file = tree / mutant.path
    original = file.read_text(encoding="utf-8")
    file.write_text(mutant.code, encoding="utf-8")
    try:
        child = os.fork()
        if child == 0:
            run_tests(tree, tests)
        code = wait_for(child, MARGIN + len(tests))
    finally:
        file.write_text(original, encoding="utf-8")
    return mutant, code == 0


def run_tests(tree: Path, tests: list[str]) -> None:
    """Does not return."""
    code = 1
    try:
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        os.chdir(tree)
        sys.path.insert(0, str(tree.parents[2]))
        import pytest

        code = int(pytest.main([*pytest_options(), *tests]))
    finally:
        os._exit(code)


def wait_for(child: int, seconds: float) -> int:
    deadline = time.monotonic() + seconds
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > deadline:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return -1
        time.sleep(0.02)


# --- report -----------------------------------------------------------------------------------------------------------


def accepted() -> dict[tuple[str, str, str], str]:
    """The reasons of accepted.yml by file, and line before and after."""
    listed = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8")) or {}
    return {
        (path, each["before"], each["after"]): each["reason"] for path, entries in listed.items() for each in entries
    }


def files_of(named: Iterable[str]) -> list[str]:
    found = [
        file
        for name in named
        for file in sorted((ROOT / name).rglob("*.py") if (ROOT / name).is_dir() else [ROOT / name])
    ]
    return [str(file.relative_to(ROOT)) for file in found if file.stat().st_size]


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", default=FOLDERS, help="files or folders")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    files = files_of(options.paths)
    known = accepted()
    survivors: list[Mutant] = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = Path(folder)
        executions = measured(copies)
        preload()
        work = [(mutant, executions.of(mutant)) for path in files for mutant in mutants_of(path)]
        print(f"{len(work)} mutants of {len(files)} files", flush=True)
        with ProcessPoolExecutor(options.jobs, mp_context=get_context("fork")) as pool:
            jobs = [pool.submit(survives, mutant, tests, copies) for mutant, tests in work]
            for mutant, survived in (job.result() for job in jobs):
                if survived:
                    survivors.append(mutant)
                    state = "accepted" if (mutant.path, mutant.before, mutant.after) in known else "SURVIVED"
                    print(f"{state} {mutant}", flush=True)
    found = {(mutant.path, mutant.before, mutant.after) for mutant in survivors}
    stale = [entry for entry in known if entry[0] in files and entry not in found]
    for path, before, after in stale:
        print(f"No longer survives, remove it from accepted.yml: {path}\n  - {before}\n  + {after}")
    new = found - known.keys()
    killed, kept = len(work) - len(found), len(found & known.keys())
    print(f"{len(work)} mutants: {killed} killed, {kept} accepted, {len(new)} survived")
    return 1 if new or stale else 0


if __name__ == "__main__":
    sys.exit(main())
