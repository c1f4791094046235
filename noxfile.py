# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions that CI and developers run. ``nox -l`` lists them.

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

# The tested releases of ansible-core, oldest first, each with the versions of Python that it supports on the
# controller, preferred version first. The preferences are spread so that each version of Python is used.
CORES = {
    "2.16": ("3.10", "3.11", "3.12"),
    "2.17": ("3.11", "3.12", "3.10"),
    "2.18": ("3.11", "3.12", "3.13"),
    "2.19": ("3.12", "3.11", "3.13"),
    "2.20": ("3.12", "3.13"),
    "2.21": ("3.13", "3.12"),
}

OLDEST = next(iter(CORES))
# Integration targets that combine what the others test one by one. They take long, so `make test` runs them only in the
# controller process and with the newest ansible-core, and `make parity` in both modes with each release.
COMBINING_TARGETS = ("role_datasource_connection", "role_preflight", "tenant", "ways", "examples")
# Runs in both modes and compares them itself.
BOTH_WAYS_ITSELF = ("ways",)
# `make test` runs the other targets in the controller process, with the newest and the oldest ansible-core. The unit
# tests compare both modes, see tests/tools/parity/both_ways.py; `make parity` compares them for whole targets.
# This target calls every module in a short time, so it runs in both modes with each ansible-core.
BRIEF_TARGETS = ("required_options",)
# These targets are short because their modules only read: both modes with the newest ansible-core.
READING_TARGETS = ("dli_connectivity_test", "dli_plan_info", "dli_quota_info", "dli_queue_info")
# Unit tests that depend on the version of ansible-core or Python: execution in the controller process, documentation,
# loading of files. All other tests would have the same result with each version.
MEETING_ANSIBLE = (
    "tests/unit/plugins/plugin_utils",
    "tests/unit/plugins/modules/test_documentation.py",
    "tests/unit/plugins/modules/test_imports.py",
)
# Validation of options: with the oldest and the newest release; `make parity` includes the releases in between.
CHECKING_OPTIONS = ("tests/unit/plugins/modules/test_bad_input.py",)

# Required and allowed names at the top of the tarball. See build_ignore in galaxy.yml.
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
# Each session has an environment and a copy of the collection of its own, so sessions can run in parallel: nox -j 3.
nox.options.allow_parallel = True
# The sessions of `nox` and `make test`. Long ones come first, so that parallel sessions finish at about the same time.
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
    """The preferred available Python for this ansible-core; without one, the preferred one, so that nox reports it."""
    return next((python for python in CORES[core] if python in AVAILABLE), CORES[core][0])


# A machine with a single Python runs all sessions except the matrix, with the newest ansible-core that supports it.
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
    """All unit tests with the newest ansible-core; the sessions matrix-* use the other versions of Python."""
    need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
    # Tests of options and results run both as modules and as actions, and the results are compared. All other tests are
    # about the code that both modes share.
    modules = [path.stem for path in (ROOT / "plugins/modules").glob("dli_*.py")]
    about_interface = re.compile(rf"test_({'|'.join(modules)}|documentation|bad_input)(_pools|_aspects)?\.py")
    every = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tests/unit/plugins/modules").glob("test_*.py"))]
    both_ways = tuple(path for path in every if about_interface.fullmatch(Path(path).name))
    run_both_ways(session, NEWEST, both_ways)
    root = (f"tests/unit/{file.name}" for file in (ROOT / "tests/unit").glob("test_*.py"))
    rest = ("tests/unit/plugins/module_utils/", *root, *(path for path in every if path not in both_ways))
    run_pytest(session, NEWEST, tests=rest)
    # ansible-test starts a process for each test, which takes minutes for all of them.
    with ansible_test_tree(session, NEWEST):
        excluded = (f"--exclude={place}" for place in (*both_ways, *rest))
        ansible_test(session, "units", "--local", "--python", PYTHON, *excluded)


@nox.session(name="units-everywhere", python=PYTHON, default=False)
def units_everywhere(session: nox.Session) -> None:
    """All unit tests on every supported and installed Python, with coverage; takes several times as long as `units`."""
    need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
    with ansible_test_tree(session, NEWEST):
        ansible_test(session, "units", "--venv", "--coverage", *session.posargs)
        report = ["coverage", "report", "--venv", "--requirements", "--include", "*/huaweicloud/dli/plugins/*"]
        ansible_test(session, *report)


# --- integration tests ------------------------------------------------------------------------------------------------


@contextmanager
def integration_tree(session: nox.Session, core: str) -> Iterator[Path]:
    """A copy of the collection for integration tests, with the library versions for this ansible-core."""
    need(session, "tests/integration/targets", "so there are no integration tests")
    with ansible_test_tree(session, core) as tree:
        session.install("-r", "tests/integration/requirements.txt", oldest_requests() if core == OLDEST else "requests")
        yield tree


def compare_ways(
    session: nox.Session, core: str, targets: Iterable[str], *, only_action: Iterable[str] = (), thorough: bool = False
) -> None:
    """Run integration targets in both modes, except those in ``only_action``, and compare the results."""
    only_action = (*only_action, *BOTH_WAYS_ITSELF)
    with integration_tree(session, core) as tree:
        as_action = run_targets(session, tree, "action", *targets, thorough=thorough)
        both_ways = [each for each in targets if each not in only_action]
        if not both_ways:  # ansible-test would run all targets
            return
        as_module = run_targets(session, tree, "module", *both_ways, thorough=thorough)
        command = ["tests/tools/parity/compare_results.py", str(as_action), str(as_module)]
        session.run("python", *command, "--only-action", *only_action)


def all_targets(*, but: Iterable[str] = ()) -> list[str]:
    names = (path.name for path in (ROOT / "tests/integration/targets").iterdir())
    return sorted(name for name in names if not name.startswith("setup_") and name not in but)


@nox.session(python=PYTHON)
def integration(session: nox.Session) -> None:
    """Integration targets with the newest ansible-core; named targets and short ones in both modes."""
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

    nox.parametrize would put parentheses into the name. antsibull-nox creates a directory with the name of the session,
    and the shell commands of Ansible fail in a path with parentheses.
    """

    @nox.session(name=f"matrix-{core}", python=python_for(core))
    def matrix(session: nox.Session) -> None:
        need(session, "tests/unit/plugins", "so there are no unit tests of the plugins")
        if core == OLDEST:
            # The tests of modules take most of the time and would have the same result, so most of them are left out.
            tests = (*MEETING_ANSIBLE, *CHECKING_OPTIONS, "tests/unit/plugins/module_utils")
            run_pytest(session, core, tests=tests, requirement=oldest_requests())
            targets = all_targets(but=COMBINING_TARGETS)
            compare_ways(session, core, targets, only_action=set(targets).difference(BRIEF_TARGETS))
            run_demo(session, core)
        else:
            run_pytest(session, core, tests=MEETING_ANSIBLE)
            compare_ways(session, core, BRIEF_TARGETS)

    extent = "Most unit tests and integration targets, and the demo," if core == OLDEST else "Some tests"
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
        f"Integration targets and unit tests of modules in both modes, and the demo, with ansible-core {core}."
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
    # importlib, because different folders, none of which is a package, have files with the same name.
    how = ["-n", "auto", "--import-mode=importlib", *options]
    path = os.pathsep.join([str(tree), str(ROOT / "tests/tools/parity")])
    session.run("pytest", *how, *tests, *session.posargs, env={"PYTHONPATH": path})


def run_both_ways(session: nox.Session, core: str, tests: tuple[str, ...]) -> None:
    """Run unit tests of modules in both modes, see tests/tools/parity/both_ways.py."""
    run_pytest(session, core, "-p", "both_ways", "--dist", "loadfile", tests=tests)


@nox.session(python=PYTHON, default=False)
def unit(session: nox.Session) -> None:
    """The unit tests on one Python with pytest and coverage, for quick feedback during development."""
    run_pytest(session, NEWEST, "--cov=plugins", "--cov-report=term")


@nox.session(python=PYTHON, default=False)
def mutants(session: nox.Session) -> None:
    """List small changes of the code that no unit test detects; takes hours, or minutes for named files."""
    session.install(f"ansible-core~={NEWEST}.0", "mutmut", "pytest", "pytest-cov", "pytest-xdist", "PyYAML")
    session.install("-r", "tests/unit/requirements.txt", "requests")
    session.run("python", "tests/mutants/run.py", *session.posargs)


@nox.session(name="simulator-tests", python=PYTHON)
def simulator_tests(session: nox.Session) -> None:
    """The simulator's own tests, which use the vendor's SDK as the client."""
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
    # Libraries of the simulator and of the benchmarks, for their types; ansible-core has no types.
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
    """Format the Python files and apply the fixes of the linter."""
    session.install("ruff")
    session.run("ruff", "check", "--fix", ".")
    session.run("ruff", "format", ".")


@nox.session(python=PYTHON)
def build(session: nox.Session) -> None:
    """Build dist/*.tar.gz, check its content, and install it."""
    session.install(f"ansible-core~={NEWEST}.0")
    tarball = built_tarball(session, ROOT / "dist")
    with tarfile.open(tarball) as archive:
        names = {Path(name).parts[0] for name in archive.getnames()}
    if names - CONTENT_ALLOWED or CONTENT_REQUIRED - names:
        tarball.unlink()
        session.error(
            f"The tarball must not contain {sorted(names - CONTENT_ALLOWED)} and lacks "
            f"{sorted(CONTENT_REQUIRED - names)}. See build_ignore in galaxy.yml."
        )
    collections = installed_collection(session, tarball, Path(session.virtualenv.location) / "collections")
    fqcn = f"{GALAXY['namespace']}.{GALAXY['name']}"
    session.run(
        "ansible-galaxy", "collection", "verify", "--offline", fqcn, env={"ANSIBLE_COLLECTIONS_PATH": str(collections)}
    )
    session.log(f"Built {tarball.relative_to(ROOT)}, with {', '.join(sorted(names))}")


@nox.session(name="galaxy-importer", python=PYTHON)
def galaxy_importer(session: nox.Session) -> None:
    """Check the tarball as Galaxy does after an upload. Warnings fail, because Galaxy publishes them."""
    session.install(f"ansible-core~={NEWEST}.0", "galaxy-importer")
    tarball = built_tarball(session, Path(session.create_tmp()))
    with session.chdir(tarball.parent):
        output = session.run("python", "-m", "galaxy_importer.main", tarball.name, silent=True) or ""
    print(output, flush=True)
    # The exit status is 0 even if ansible-lint reports problems.
    if found := [line for line in output.splitlines() if re.match(r"(WARNING|ERROR|CRITICAL)\b", line)]:
        session.error("galaxy-importer reports:\n" + "\n".join(found))


# --- demo, documentation ----------------------------------------------------------------------------------------------


def run_demo(session: nox.Session, core: str, *, live: bool = False) -> None:
    need(session, "tests/demo/run.py", "which runs the demo")
    session.install(f"ansible-core~={core}.0", "-r", "requirements.txt", "-r", "tests/simulator/requirements.txt")
    here = Path(session.virtualenv.location)
    collections = installed_collection(session, built_tarball(session, here), here / "collections")
    command = ["python", "tests/demo/run.py", *session.posargs]
    if not live:
        # At this speed a queue is assigned in less than a second instead of seven minutes.
        command = ["python", "tests/tools/with_simulator.py", "--speed", "600", "--", *command]
    # Unbuffered, so that the output of the simulator and of the playbooks stays in order.
    environment = {"ANSIBLE_COLLECTIONS_PATH": str(collections), "PYTHONUNBUFFERED": "1"}
    # After an interrupt, the demo deletes its resources, which takes minutes. nox would kill it after a moment.
    session.run(*command, env=environment, interrupt_timeout=None, terminate_timeout=None)


@nox.session(python=PYTHON)
def demo(session: nox.Session) -> None:
    """Install the collection and run the demo against the simulator, or with LIVE=1 against the service."""
    run_demo(session, NEWEST, live=os.environ.get("LIVE", "0") not in ("", "0"))


@nox.session(python=python_for(list(CORES)[-1]), default=False)
def bench(session: nox.Session) -> None:
    """Measure this collection and others, and compare the results with the targets; takes more than an hour."""
    # Not NEWEST: the other collections, with the versions in tests/constraints.txt, require the newest ansible-core.
    session.install(f"ansible-core~={list(CORES)[-1]}.0", "-r", "requirements.txt")
    session.install("-r", "tests/benchmarks/requirements.txt")
    # The collections in the package, without the libraries that only some of them need.
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
    """Build the HTML documentation in docs/site."""
    session.install("antsibull-docs", f"ansible-core~={NEWEST}.0")
    tree, source = linked_tree(session), Path(session.create_tmp()) / "docsite"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(mode=0o700)  # antsibull-docs requires this mode
    fqcn = f"{GALAXY['namespace']}.{GALAXY['name']}"
    layout = ["--use-current", "--squash-hierarchy", "--lenient", "--dest-dir", str(source)]
    session.run(
        "antsibull-docs", "sphinx-init", *layout, fqcn, env={"ANSIBLE_COLLECTIONS_PATH": str(tree)}, silent=True
    )
    # Links to the documentation of other projects need their indexes, and so network access, in each build.
    with (source / "conf.py").open("a", encoding="utf-8") as conf:
        conf.write("\nintersphinx_mapping = {}\n")
    session.install("-r", str(source / "requirements.txt"))
    session.run(str(source / "build.sh"), external=True, env={"ANSIBLE_COLLECTIONS_PATH": str(tree)})
    shutil.rmtree(ROOT / "docs/site", ignore_errors=True)
    shutil.copytree(source / "build/html", ROOT / "docs/site")
    session.log("Open docs/site/index.html")


if __name__ == "__main__":
    nox.main()
