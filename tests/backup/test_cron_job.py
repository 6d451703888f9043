"""The CronJob: what it is made of, and what it does not do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.backup.cron_job import manifest
from harness.backup.scheduled import Job, Starter
from harness.errors import SpecError

MINUTELY = manifest(Job(every=timedelta(minutes=1), by=Starter.CRON_JOB))["spec"]
POD = MINUTELY["jobTemplate"]["spec"]["template"]["spec"]


def test_five_minutes_are_the_default_and_a_minute_is_the_least() -> None:
    assert manifest(Job(by=Starter.CRON_JOB))["spec"]["schedule"] == "*/5 * * * *"
    assert MINUTELY["schedule"] == "*/1 * * * *"
    for every in (timedelta(seconds=15), timedelta(seconds=90), timedelta(minutes=7), timedelta(hours=2), timedelta(0)):
        with pytest.raises(SpecError, match="A CronJob cannot run every"):
            Job(every=every, by=Starter.CRON_JOB)


def test_a_slow_upload_is_not_ended_for_the_next_one_and_one_that_hangs_is_ended() -> None:
    assert MINUTELY["concurrencyPolicy"] == "Forbid"
    assert MINUTELY["jobTemplate"]["spec"]["activeDeadlineSeconds"] == 120


def test_it_is_tied_to_no_machine_by_name_and_asks_for_no_privilege() -> None:
    assert POD["nodeSelector"] == {"node-role.kubernetes.io/control-plane": ""}
    assert "nodeName" not in POD
    assert "securityContext" not in POD["containers"][0]


def test_the_key_comes_from_a_secret_that_only_root_may_read() -> None:
    (files,) = (one["secret"] for one in POD["volumes"] if "secret" in one)
    assert files["defaultMode"] == 0o600
