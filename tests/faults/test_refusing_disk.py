"""A disk that will not do the n-th thing it is told: what was acknowledged is kept, and nothing is ever half there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.nth_write import has_compiler, on_a_refusing_disk
from tests.faults.workers import ROOT


def test_a_disk_that_refuses_one_call_of_a_job_whichever_it_is_costs_at_most_an_attempt(tmp_path: Path) -> None:
    paths = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    command = [sys.executable, "-m", "tests.faults.nth_call", str(tmp_path), "3"]

    done = subprocess.run(command, env={**os.environ, **paths}, capture_output=True, text=True, check=True)
    tries = [json.loads(line) for line in done.stdout.splitlines()]

    assert len(tries) > 10
    assert [each for each in tries if each["half"] or each["faults"]] == []
    assert not [each["notes"] for each in tries if "unexpected" in str(each["notes"])]
    assert {(each["status"], each["items"]) for each in tries} == {("completed", 1)}
    assert [each["refused"] for each in tries] == [True] * (len(tries) - 1) + [False]


@pytest.mark.skipif(not has_compiler(), reason="there is no C compiler to build the refusing disk with")
def test_a_write_that_is_refused_once_or_for_good_costs_at_most_an_attempt_whichever_it_is(tmp_path: Path) -> None:
    tries = on_a_refusing_disk(tmp_path, "tests.faults.nth_write", str(tmp_path / "disk"), "40")

    refused = {each["what"] for each in tries if each.get("refused")}
    assert refused == {"job", "asking", "upload", "wav", "flac", "mp3", "m4a", "opus"}
    assert {each["status"] for each in tries if each["what"] == "job"} == {"completed"}
    assert [each for each in tries if each.get("half") or each.get("faults")] == []
