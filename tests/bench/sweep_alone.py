"""A sweep as the worker goes through it, without a worker's other jobs. `python -m tests.bench.sweep_alone NUMBER` ends
with the sweep, and waits where it is paused."""

from __future__ import annotations

import sys
import time

import django

if __name__ == "__main__":
    django.setup()
    from signatures.models import Sweep
    from signatures.sweeps_running import go_on

    number = int(sys.argv[1])
    while Sweep.objects.filter(pk=number, state__in=[*Sweep.AT_WORK, Sweep.State.PAUSED]).exists():
        if not go_on(sweep_id=number):
            time.sleep(0.02)
