"""A limit lets exactly its number through, whoever comes at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import RequestFactory
from django_ratelimit.core import is_ratelimited

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
