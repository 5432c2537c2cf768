"""Every listener of a session is cut at once and comes back in the same moment, to a real server."""

import asyncio
from pathlib import Path

from benchmarks.share_clients import TOKEN, storm

from tests.servers import running_studio

CROWD = 500


def test_a_crowd_that_comes_back_all_at_once_missed_nothing_and_hears_what_follows(tmp_path: Path) -> None:
    settings = {"BEARER_TOKEN": TOKEN, "HARMONIX_SERVER_WORKER_HERE": "false"}
    with running_studio(tmp_path, **settings) as studio:
        heard, _ = asyncio.run(storm(studio.port, CROWD))

    assert (heard.sent, heard.recovered, len(heard.seconds)) == (1, CROWD, CROWD)
