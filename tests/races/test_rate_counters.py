"""A limit lets exactly its number through, whoever comes at once."""

import contextlib
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import RequestFactory
from django_ratelimit.core import is_ratelimited

from petition.ratecache import Hit
from tests import redisserver
from tests.processes import running
from tests.races.together import together

HITS, THREADS, LIMIT = 600, 24, 50


@pytest.fixture
def limits(settings, transactional_db):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "limits": {"BACKEND": "petition.ratecache.RateCache"},
    }
    settings.RATELIMIT_USE_CACHE = "limits"
    caches["limits"].clear()
    yield
    caches["limits"].clear()


def test_of_600_hits_at_once_exactly_50_pass(limits):
    start = Barrier(THREADS)

    def hit(times):
        request = RequestFactory().post("/")
        start.wait()
        try:
            return sum(
                not is_ratelimited(request, group="race", key=lambda *_: "one", rate=f"{LIMIT}/d", increment=True)
                for _ in range(times)
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        assert sum(threads.map(hit, [HITS // THREADS] * THREADS)) == LIMIT


# -- many counters at once, in both kinds of cache -----------------------------------------------------------------

BACKENDS = ["postgresql", "redis"]
MINUTE = Hit(1, 600)


@pytest.fixture(params=BACKENDS)
def counters(request, settings, transactional_db):
    """The cache of the limits, and what sets it up in another process."""
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(redisserver.running()) if request.param == "redis" else ""
        backend = {"BACKEND": "petition.ratecache.RateCache"}
        if url:
            backend = {"BACKEND": "petition.ratecache.RedisRateCache", "LOCATION": url}
        settings.CACHES = settings.CACHES | {"limits": backend}
        caches["limits"].clear()
        yield caches["limits"], url
        caches["limits"].clear()


def test_each_of_many_hits_at_once_gets_a_number_of_its_own(counters):
    limits, _ = counters
    # Each names the same counters in another order: none waits for another in a circle.
    names = ["network", "domain", "petition", "mailbox"]
    orders = [names[turn % 4 :] + names[: turn % 4] for turn in range(200)]
    answers = together([lambda order=order: limits.hit(dict.fromkeys(order, MINUTE)) for order in orders], at_once=8)
    for name in names:
        assert sorted(answer[name].n for answer in answers) == list(range(1, 201))


COUNT = """
import django; django.setup()
import json
from django.core.cache import caches
from petition.ratecache import Hit
print(json.dumps([caches["limits"].hit({"one": Hit(1, 600), "two": Hit(2, 600)})["one"].n for _ in range(100)]))
"""


def test_processes_count_on_the_same_counters(counters):
    limits, url = counters
    settings = {"DJANGO_SETTINGS_MODULE": "petition.settings", "CACHE_URL": url}
    with contextlib.ExitStack() as stack:
        processes = [stack.enter_context(running("-c", COUNT, **settings)) for _ in range(3)]
        numbers = [number for process in processes for number in json.loads(process.communicate(timeout=60)[0])]
    assert sorted(numbers) == list(range(1, 301))
    look = limits.hit({"one": Hit(0, 600), "two": Hit(0, 600)})
    assert (look["one"].n, look["two"].n) == (300, 600)
