# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job that is cancelled while it waits, and launched again.

AWX asks ansible-runner to cancel, which kills Ansible. Workers of Ansible have sessions of their own and survive that.
"""

from __future__ import annotations

from awx_jobs import took_effect
from one_of_each import posted


def test_the_job_is_cancelled(jobs):
    assert jobs["cancelled"].status == "canceled"
    assert not [event for event in jobs["cancelled"].events if event["event"] == "playbook_on_stats"]


def test_nothing_is_written_after_the_cancellation(launcher):
    assert [each.path for each in launcher.sent_after if took_effect(each)] == []


def test_the_second_job_completes_the_first(launcher, jobs):
    sent = [*jobs["cancelled"].requests, *jobs["apply"].requests]
    assert len(posted(sent, "/queues")) == 2
    assert len(posted(sent, "/enhanced-connections")) == 1
    assert launcher.bound == {"daily": "ACTIVE", "adhoc": "ACTIVE"}
