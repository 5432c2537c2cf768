"""A node of the fault tests in a process of its own: workers and a sweeper on one folder's record, until killed."""

import sys
import time
from pathlib import Path

from harmonix_splitter.adapters.queues.celery import CeleryHints, CeleryQueue
from harmonix_splitter.adapters.queues.lane import Patience
from harmonix_splitter.adapters.queues.local import Doorbell, LocalWorkers
from harmonix_splitter.bootstrap.workers import is_dead, node_name
from harmonix_splitter.services.sweeping import Sweeper
from tests.fakes.library_rig import Rig
from tests.faults.workers import child

CALM = Patience(look=0.05, cancel=5.0, hang=60.0)
LEASE = 10.0


def main(folder: str, url: str, broker: str) -> None:
    bell = Doorbell()
    rig = Rig(Path(folder), url, queue=CeleryQueue(broker) if broker else bell)
    sweeper = Sweeper(rig.jobs, lease=LEASE)
    sweeper.take_back_from(is_dead)
    if broker:
        CeleryHints(broker, bell.wake).start()
    LocalWorkers(rig.jobs, bell, lambda: child(rig, lasts=0.2), node_name(), 2, CALM, look_again=0.2).start()
    while True:
        sweeper.sweep()
        time.sleep(0.2)


if __name__ == "__main__":
    main(*sys.argv[1:])
