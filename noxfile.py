# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that CI runs, and what people run by hand. ``nox -l`` lists the sessions.

docs-check, license-check, extra-checks and ansible-lint come from antsibull-nox, see antsibull-nox.toml.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import antsibull_nox
import nox

sys.path.insert(0, str(Path(__file__).parent / "tests/sessions"))
from ansible_test_runs import ansible_test, ansible_test_tree, run_targets
from collection import GALAXY, PLACE, ROOT, built_tarball, installed_collection, linked_tree, need
from machine import is_there, prepare_machine

# The releases of ansible-core to test with, oldest first. For each the versions of Python that it accepts on the
# controller, best choice first. The choices are spread so that each version of Python has its turn.
CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.11", "3.12", "3.10"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.12", "3.11", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.13", "3.12"),
}

OLDEST = next(iter(CORES))
# Integration targets that combine what the others test one by one. They are the long ones, so `make test` runs them
# inside of Ansible and with the newest ansible-core only, and `make parity` both ways with each.
COMBINING_TARGETS = ("role_datasource_connection", "role_preflight", "tenant", "ways", "examples")
# Goes both ways by itself, and compares them.
BOTH_WAYS_ITSELF = ("ways",)
# `make test` runs the others inside of Ansible, with the newest and the oldest ansible-core. Both ways are compared
# by the unit tests, see tests/tools/parity/both_ways.py, and for whole targets by `make parity`.
# This target calls every module for real in a short time, so it runs both ways with each ansible-core.
BRIEF_TARGETS = ("required_options",)
# These call modules that only read, and so are short: both ways with the newest ansible-core.
READING_TARGETS = ("dli_connectivity_test", "dli_quota_info", "dli_queue_info")
# The unit tests in which ansible-core or Python itself has a part, for each version: running in Ansible's process,
# documentation, how files are loaded. The rest would find the same with each version.
MEETING_ANSIBLE = (
    "tests/unit/plugins/plugin_utils",
    "tests/unit/plugins/modules/test_documentation.py",
    "tests/unit/plugins/modules/test_imports.py",
)
# Checking options, for the oldest and the newest; in between only in `make parity`.
CHECKING_OPTIONS = ("tests/unit/plugins/modules/test_bad_input.py",)

# What may be at the top of the tarball, and what must be. See build_ignore in galaxy.yml.
CONTENT_REQUIRED = {
    "FILES.json",
    "LICENSE",
    "MANIFEST.json",
    "README.md",
    "changelogs",
    "meta",
    "plugins",
    "requirements.txt",
}
CONTENT_ALLOWED = CONTENT_REQUIRED | {"CHANGELOG.md", "CHANGELOG.rst", "docs", "extensions", "playbooks", "roles"}

nox.needs_version = ">=2026.8.10"
nox.options.default_venv_backend = "uv|virtualenv"
# Every session has an environment and a copy of the collection of its own, so they can run side by side: nox -j 3.
nox.options.allow_parallel = True
# What `nox` and `make test` run. The long ones come first, so that those side by side finish at about the same time.
nox.options.sessions = [
    "integration",
    f"matrix-{OLDEST}",
    "combined",
    "sanity",
    "units",
    *(f"matrix-{core}" for core in list(CORES)[1:-1]),
    "simulator-tests",
    "galaxy-importer",
    "docs-check",
    "ansible-lint",
    "lint",
    "demo",
    "build",
    "license-check",
    "extra-checks",
]


prepare_machine(ROOT)
AVAILABLE = [python for python in sorted({p for pythons in CORES.values() for p in pythons}) if is_there(python)]


def python_for(core: str) -> str:
    """The Python to use with this ansible-core: the best one that is here, else the best one, for nox to complain."""
    return next((python for python in CORES[core] if python in AVAILABLE), CORES[core][0])


# A machine with nothing but one Python still gets all sessions but the matrix, with the newest ansible-core for it.
NEWEST = next((core for core in reversed(CORES) if set(CORES[core]) & set(AVAILABLE)), list(CORES)[-1])
PYTHON = python_for(NEWEST)

antsibull_nox.load_antsibull_nox_toml()


# --- ansible-test -----------------------------------------------------------------------------------------------------


def oldest_requests() -> str:
    """The lowest version of requests that requirements.txt allows, as a requirement."""
    lowest = re.search(r"^requests>=(\S+)", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert lowest, "requirements.txt names no lower bound of requests"
    return f"requests=={lowest[1]}"


@nox.session(python=PYTHON)
def sanity(session: nox.Session) -> None:
    """ansible-test sanity: Ansible's own rules for collections."""
    with ansible_test_tree(session, NEWEST):
        ansible_test(session, "sanity", "--local", "--junit", *session.posargs)


@nox.session(python=PYTHON)
def units(session: nox.Session) -> None:
    """All unit tests with the newest ansible-core; the sessions matrix-* see to the other versions of Python."""
    need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
    # The tests of what each module takes and returns run both as modules and as actions, and the results are compared.
    # The rest is about what both share: how the service is asked.
    modules = [path.stem for path in (ROOT / "plugins/modules").glob("dli_*.py")]
    about_interface = re.compile(rf"test_({'|'.join(modules)}|documentation|bad_input)(_pools)?\.py")
    every = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests/unit/plugins/modules").glob("test_*.py"))]
    both_ways = tuple(path for path in every if about_interface.fullmatch(Path(path).name))
    run_both_ways(session, NEWEST, both_ways)
    root = (f"tests/unit/{file.name}" for file in (ROOT / "tests/unit").glob("test_*.py"))
    rest = ("tests/unit/plugins/module_utils/", *root, *(path for path in every if path not in both_ways))
    run_pytest(session, NEWEST, tests=rest)
    # ansible-test gives each test a process of its own. For all of them that takes minutes.
    with ansible_test_tree(session, NEWEST):
        excluded = (f"--exclude={place}" for place in (*both_ways, *rest))
        ansible_test(session, "units", "--local", "--python", PYTHON, *excluded)


@nox.session(name="units-everywhere", python=PYTHON, default=False)
def units_everywhere(session: nox.Session) -> None:
    """The same on every supported Python that is here, with coverage, which takes several times as long."""
    need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
    with ansible_test_tree(session, NEWEST):
        ansible_test(session, "units", "--venv", "--coverage", *session.posargs)
        report = ["coverage", "report", "--venv", "--requirements", "--include", "*/huaweicloud/dli/plugins/*"]
        ansible_test(session, *report)


# --- integration tests ------------------------------------------------------------------------------------------------


@contextmanager
def integration_tree(session: nox.Session, core: str) -> Iterator[Path]:
    """A copy of the collection for integration tests, with the versions of libraries to test with this ansible-core."""
    need(session, "tests/integration/targets", "so there are no integration tests")
    with ansible_test_tree(session, core) as tree:
        session.install("-r", "tests/integration/requirements.txt", oldest_requests() if core == OLDEST else "requests")
        yield tree


def compare_ways(
    session: nox.Session, core: str, targets: Iterable[str], *, only_action: Iterable[str] = (), thorough: bool = False
) -> None:
    """Run integration targets both ways, but for those of ``only_action``, and compare what modules returned."""
    only_action = (*only_action, *BOTH_WAYS_ITSELF)
    with integration_tree(session, core) as tree:
        as_action = run_targets(session, tree, "action", *targets, thorough=thorough)
        both_ways = [each for each in targets if each not in only_action]
        if not both_ways:  # ansible-test would run all
            return
        as_module = run_targets(session, tree, "module", *both_ways, thorough=thorough)
        command = ["tests/tools/parity/compare_results.py", str(as_action), str(as_module)]
        session.run("python", *command, "--only-action", *only_action)


def all_targets(*, but: Iterable[str] = ()) -> list[str]:
    names = (path.name for path in (ROOT / "tests/integration/targets").iterdir())
    return sorted(name for name in names if not name.startswith("setup_") and name not in but)


@nox.session(python=PYTHON)
def integration(session: nox.Session) -> None:
    """Integration targets with the newest ansible-core; those that are named, and the short ones, as modules, too."""
    if session.posargs:
        compare_ways(session, NEWEST, session.posargs, thorough=True)
    else:
        targets = all_targets(but=COMBINING_TARGETS)
        only_action = set(targets).difference(BRIEF_TARGETS, READING_TARGETS)
        compare_ways(session, NEWEST, targets, only_action=only_action)


@nox.session(python=PYTHON)
def combined(session: nox.Session) -> None:
    """Integration targets that combine what the others test, with the newest ansible-core."""
    with integration_tree(session, NEWEST) as tree:
        run_targets(session, tree, "action", *COMBINING_TARGETS)


def add_matrix_session(core: str) -> None:
    """One session per ansible-core.

    Not with nox.parametrize: its names have parentheses, antsibull-nox makes a directory of the name, and a path with
    parentheses is more than the shell commands take that Ansible makes of it.
    """

    @nox.session(name=f"matrix-{core}", python=python_for(core))
    def matrix(session: nox.Session) -> None:
        need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
        if core == OLDEST:
            # Not all tests of modules: they take most of the time, and would find the same once more.
            tests = (*MEETING_ANSIBLE, *CHECKING_OPTIONS, "tests/unit/plugins/module_utils")
            run_pytest(session, core, tests=tests, requirement=oldest_requests())
            targets = all_targets(but=COMBINING_TARGETS)
            compare_ways(session, core, targets, only_action=set(targets).difference(BRIEF_TARGETS))
            run_demo(session, core)
        else:
            run_pytest(session, core, tests=MEETING_ANSIBLE)
            compare_ways(session, core, BRIEF_TARGETS)

    extent = "Most unit tests and integration targets, and the procedure," if core == OLDEST else "Some tests"
    matrix.__doc__ = f"{extent} with ansible-core {core}."


def add_parity_session(core: str) -> None:
    @nox.session(name=f"parity-{core}", python=python_for(core), default=False, tags=["parity"])
    def parity(session: nox.Session) -> None:
        compare_ways(session, core, session.posargs or all_targets(), thorough=True)
        if not session.posargs:
            run_both_ways(session, core, ("tests/unit/plugins/modules",))
            run_pytest(session, core, tests=("tests/unit/plugins/plugin_utils",))
            run_demo(session, core)

    parity.__doc__ = (
        f"Integration targets and unit tests of modules both ways, and the procedure, with ansible-core {core}."
    )


for _core in CORES:
    add_parity_session(_core)
    if _core != NEWEST:
        add_matrix_session(_core)


# --- quick tests ------------------------------------------------------------------------------------------------------


def run_pytest(
    session: nox.Session,
    core: str,
    *options: str,
    tests: tuple[str, ...] = ("tests/unit",),
    requirement: str = "requests",
) -> None:
    """Run unit tests without ansible-test, on one Python and with one ansible-core."""
    session.install(f"ansible-core~={core}.0", "pytest", "pytest-cov", "pytest-xdist")
    session.install("-r", "tests/unit/requirements.txt", requirement)
    tree = linked_tree(session)
    # importlib, because there are files of the same name in different folders, and none of them is a package.
    how = ["-n", "auto", "--import-mode=importlib", *options]
    path = os.pathsep.join([str(tree), str(ROOT / "tests/tools/parity")])
    session.run("pytest", *how, *tests, *session.posargs, env={"PYTHONPATH": path})


def run_both_ways(session: nox.Session, core: str, tests: tuple[str, ...]) -> None:
    """Run tests of modules as modules and as actions, see tests/tools/parity/both_ways.py."""
    run_pytest(session, core, "-p", "both_ways", "--dist", "loadfile", tests=tests)


@nox.session(python=PYTHON, default=False)
def unit(session: nox.Session) -> None:
    """The unit tests on one Python with plain pytest, and coverage: the quick way while working."""
    run_pytest(session, NEWEST, "--cov=plugins", "--cov-report=term")


@nox.session(python=PYTHON, default=False)
def mutants(session: nox.Session) -> None:
    """Change the code in small ways and list what no unit test notices; takes hours, or name files."""
    session.install(f"ansible-core~={NEWEST}.0", "mutmut", "pytest", "pytest-cov", "pytest-xdist", "PyYAML")
    session.install("-r", "tests/unit/requirements.txt", "requests")
    session.run("python", "tests/mutants/run.py", *session.posargs)


@nox.session(name="simulator-tests", python=PYTHON)
def simulator_tests(session: nox.Session) -> None:
    """The simulator's own tests, which hold it to the vendor's SDK."""
    need(session, "tests/simulator/tests", "so there are no tests of the simulator")
    session.install("pytest", "pytest-xdist", "-r", "tests/simulator/requirements.txt")
    session.install("-r", "tests/simulator/requirements-test.txt")
    where = {"PYTHONPATH": str(ROOT / "tests/simulator")}
    session.run("pytest", "-n", "auto", "tests/simulator/tests", *session.posargs, env=where)


# --- style, build -----------------------------------------------------------------------------------------------------


@nox.session(python=PYTHON)
def lint(session: nox.Session) -> None:
    """Formatting, lint, types (strict), YAML, changelog."""
    session.install("ruff", "mypy", "yamllint", "antsibull-changelog", "types-requests", "types-PyYAML")
    # Types of what the simulator and the benchmarks are built on; ansible-core has none to offer.
    session.install("-r", "tests/simulator/requirements.txt", "trustme")
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("yamllint", "--strict", ".")
    session.run("antsibull-changelog", "lint")
    session.run("antsibull-changelog", "lint-changelog-yaml", "changelogs/changelog.yaml")
    tree = linked_tree(session)
    packages = [str(PLACE / "plugins")]
    search = [str(tree)]
    for place in ("tests/simulator/dli_simulator", "tests/benchmarks/dli_benchmarks"):
        packages.append(str(PLACE / place))
        search.append(str((tree / PLACE / place).parent))
    search.append(str(tree / PLACE / "tests/tools"))
    with session.chdir(tree):
        settings = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache")]
        session.run("mypy", *settings, *packages, env={"MYPYPATH": os.pathsep.join(search)})


@nox.session(name="format", default=False)
def format_code(session: nox.Session) -> None:
    """Rewrite the Python files as `lint` wants them."""
    session.install("ruff")
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")


@nox.session(python=PYTHON)
def build(session: nox.Session) -> None:
    """Make dist/*.tar.gz, look at what is in it, and install it."""
    session.install(f"ansible-core~={NEWEST}.0")
    tarball = built_tarball(session, ROOT / "dist")
    with tarfile.open(tarball) as archive:
        names = {Path(name).parts[0] for name in archive.getnames()}
    if names - CONTENT_ALLOWED or CONTENT_REQUIRED - names:
        tarball.unlink()
        session.error(
            f"The tarball has what does not belong there: {sorted(names - CONTENT_ALLOWED)}; "
            f"and lacks what does: {sorted(CONTENT_REQUIRED - names)}. See build_ignore in galaxy.yml."
        )
    collections = installed_collection(session, tarball, Path(session.virtualenv.location) / "collections")
    fqcn = f"{GALAXY['namespace']}.{GALAXY['name']}"
    session.run(
        "ansible-galaxy", "collection", "verify", "--offline", fqcn, env={"ANSIBLE_COLLECTIONS_PATH": str(collections)}
    )
    session.log(f"Built {tarball.relative_to(ROOT)}, with {', '.join(sorted(names))}")


@nox.session(name="galaxy-importer", python=PYTHON)
def galaxy_importer(session: nox.Session) -> None:
    """What Galaxy does with an upload. A warning is a failure here: Galaxy shows it to everybody."""
    session.install(f"ansible-core~={NEWEST}.0", "galaxy-importer")
    tarball = built_tarball(session, Path(session.create_tmp()))
    with session.chdir(tarball.parent):
        output = session.run("python", "-m", "galaxy_importer.main", tarball.name, silent=True) or ""
    print(output, flush=True)
    # It ends with 0 even if ansible-lint finds faults in the collection.
    if found := [line for line in output.splitlines() if re.match(r"(WARNING|ERROR|CRITICAL)\b", line)]:
        session.error("galaxy-importer complains:\n" + "\n".join(found))


# --- to look at -------------------------------------------------------------------------------------------------------


def run_demo(session: nox.Session, core: str, *, live: bool = False) -> None:
    need(session, "tests/demo/run.py", "which is the demonstration")
    session.install(f"ansible-core~={core}.0", "-r", "requirements.txt", "-r", "tests/simulator/requirements.txt")
    here = Path(session.virtualenv.location)
    collections = installed_collection(session, built_tarball(session, here), here / "collections")
    command = ["python", "tests/demo/run.py", *session.posargs]
    if not live:
        # Its clock is so fast that a queue takes less than a second to be assigned, and not seven minutes.
        command = ["python", "tests/tools/with_simulator.py", "--speed", "600", "--", *command]
    # Unbuffered, so that what the simulator and the playbooks say stays in order.
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(collections), "PYTHONUNBUFFERED": "1"}
    # Interrupted, it deletes what it has made in the service, which takes minutes. nox would kill it after a moment.
    session.run(*command, env=environment, interrupt_timeout=None, terminate_timeout=None)


@nox.session(python=PYTHON)
def demo(session: nox.Session) -> None:
    """Install the collection and run the procedure against the simulator, or with LIVE=1 against the service."""
    run_demo(session, NEWEST, live=os.environ.get("LIVE", "0") not in ("", "0"))


@nox.session(python=python_for(list(CORES)[-1]), default=False)
def bench(session: nox.Session) -> None:
    """Measure the collection beside others, and compare it with what is promised; takes more than an hour."""
    # Not NEWEST: the collections of others that tests/constraints.txt names want the newest of all.
    session.install(f"ansible-core~={list(CORES)[-1]}.0", "-r", "requirements.txt")
    session.install("-r", "tests/benchmarks/requirements.txt")
    # All of the collections in it, but nothing that only some of them need.
    session.install("--no-deps", "ansible")
    here = Path(session.virtualenv.location)
    collections = installed_collection(session, built_tarball(session, here), here / "collections")
    folders = [str(ROOT / "tests" / name) for name in ("benchmarks", "simulator", "tools")]
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(collections), "PYTHONPATH": os.pathsep.join(folders)}
    session.run("python", "-m", "dli_benchmarks", *session.posargs, env=environment)


@nox.session(python=PYTHON, default=False)
def simulator(session: nox.Session) -> None:
    """Prepare the environment of the simulator (nox -s simulator --install-only) or run it."""
    session.install("-r", "tests/simulator/requirements.txt")
    session.run("python", "-m", "dli_simulator", *session.posargs, env={"PYTHONPATH": str(ROOT / "tests/simulator")})


@nox.session(python=PYTHON, default=False)
def docs(session: nox.Session) -> None:
    """Make the documentation as a web site in docs/site."""
    session.install("antsibull-docs", f"ansible-core~={NEWEST}.0")
    tree, source = linked_tree(session), Path(session.create_tmp()) / "docsite"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(mode=0o700)  # antsibull-docs insists on it
    fqcn = f"{GALAXY['namespace']}.{GALAXY['name']}"
    layout = ["--use-current", "--squash-hierarchy", "--lenient", "--dest-dir", str(source)]
    session.run(
        "antsibull-docs", "sphinx-init", *layout, fqcn, env={"ANSIBLE_COLLECTIONS_PATH": str(tree)}, silent=True
    )
    # Links into other projects' documentation need their indexes, and so a network, at each build.
    with (source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("\nintersphinx_mapping = {}\n")
    session.install("-r", str(source / "requirements.txt"))
    session.run(str(source / "build.sh"), external=True, env={"ANSIBLE_COLLECTIONS_PATH": str(tree)})
    shutil.rmtree(ROOT / "docs/site", ignore_errors=True)
    shutil.copytree(source / "build/html", ROOT / "docs/site")
    session.log("Open docs/site/index.html")


if __name__ == "__main__":
    nox.main()
