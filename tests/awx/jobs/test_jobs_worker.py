# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job on an execution node: transmit | worker | process, with nothing in the environment of the worker."""

from __future__ import annotations


def test_the_job_runs_with_the_transmitted_credentials(jobs):
    assert (jobs["export"].status, jobs["export"].rc) == ("successful", 0), jobs["export"].output
    assert "daily" in jobs["export"].output


def test_nothing_that_comes_back_contains_a_secret(launcher, jobs):
    """Except in the status "starting", which ansible-runner sends with the environment, and from which AWX masks it."""
    secret = launcher.sim.ready["secret_key"]
    files = jobs["export"].files
    assert any(path.startswith("artifacts/job/job_events/") for path in files)
    assert [path for path, text in files.items() if secret in text] == []
