import pytest
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django_ratelimit.core import get_usage

from petition.ratecache import Hit, Rate, parse_rate, parse_rates, rates
from tests import redisserver

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "limits": {"BACKEND": "petition.ratecache.RateCache"},
    }
    settings.RATELIMIT_USE_CACHE = "limits"
    caches["limits"].clear()
    return caches["limits"]


def expire(key):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE petition_rate_counter SET expires = statement_timestamp() - interval '1 second' WHERE key = %s",
            [caches["limits"].make_key(key)],
        )


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM petition_rate_counter")
        return cursor.fetchone()[0]


def test_first_add_wins(limits):
    assert (limits.add("a", 1, 60), limits.add("a", 7, 60), limits.get("a")) == (True, False, 1)


def test_incr_counts_on(limits):
    limits.add("a", 1, 60)
    assert (limits.incr("a"), limits.incr("a", 5), limits.get("a")) == (2, 7, 7)


def test_incr_of_nothing_is_a_value_error(limits):
    with pytest.raises(ValueError, match="no counter 'a'"):
        limits.incr("a")


def test_decr_counts_down(limits):
    limits.add("a", 3, 60)
    assert limits.decr("a") == 2


def test_get_of_nothing_is_the_default(limits):
    assert limits.get("a", 9) == 9


def test_expired_counter_is_as_if_it_were_not_there(limits):
    limits.add("a", 5, 60)
    expire("a")
    with pytest.raises(ValueError, match="no counter"):
        limits.incr("a")
    assert limits.get("a") is None


def test_expired_counter_begins_anew(limits):
    limits.add("a", 5, 60)
    expire("a")
    assert (limits.add("a", 1, 60), limits.get("a")) == (True, 1)


def test_set_replaces(limits):
    limits.add("a", 5, 60)
    limits.set("a", 2)
    assert limits.get("a") == 2


def test_timeout_of_none_stays(limits):
    limits.set("a", 2, None)
    assert limits.get("a") == 2


def test_timeout_of_nothing_is_over_at_once(limits):
    limits.set("a", 2, 0)
    assert limits.get("a") is None


def test_touch_keeps_a_living_counter(limits):
    limits.add("a", 5, 60)
    assert (limits.touch("a", 120), limits.touch("b", 120)) == (True, False)


def test_delete_tells_whether_there_was_one(limits):
    limits.add("a", 5, 60)
    assert (limits.delete("a"), limits.delete("a"), limits.get("a")) == (True, False, None)


def test_versions_are_apart(limits):
    limits.add("a", 5, 60, version=2)
    assert limits.get("a") is None


def test_sweep_removes_the_expired_alone(limits):
    limits.add("old", 1, 60)
    limits.add("young", 1, 60)
    expire("old")
    limits.sweep()
    assert (stored(), limits.get("young")) == (1, 1)


def test_what_is_rolled_back_is_not_counted(limits):
    limits.add("a", 1, 60)
    with transaction.atomic():
        limits.incr("a")
        transaction.set_rollback(True)
    assert limits.get("a") == 1


def test_table_outlives_no_crash_and_costs_no_log(limits):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'petition_rate_counter'")
        assert cursor.fetchone()[0] == "u"


def test_ratelimit_counts_on_it(rf):
    asked = [get_usage(rf.get("/"), group="g", key=lambda *_: "k", rate="2/h", increment=True) for _ in range(3)]
    assert [(usage["count"], usage["should_limit"]) for usage in asked] == [(1, False), (2, False), (3, True)]


def test_ratelimit_looks_without_counting(rf):
    get_usage(rf.get("/"), group="g", key=lambda *_: "k", rate="2/h", increment=True)
    assert get_usage(rf.get("/"), group="g", key=lambda *_: "k", rate="2/h")["count"] == 1


@pytest.mark.parametrize("rate", ["300/h", "5/10m", "1/s", "2/d"])
def test_rate_is_taken_as_it_is(rate):
    assert parse_rate(rate, "SIGN_LIMIT_NETWORK") == rate


@pytest.mark.parametrize("rate", ["", "300", "0/h", "5/hour", "-1/h", "5/0m", "many/h"])
def test_wrong_rate_is_refused_by_its_name(rate):
    with pytest.raises(ImproperlyConfigured, match=f"^SIGN_LIMIT_NETWORK is '{rate}'"):
        parse_rate(rate, "SIGN_LIMIT_NETWORK")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("300/h", (Rate(300, 3600),)),
        ("5/10m, 20/d", (Rate(5, 600), Rate(20, 86400))),
        ("1/s 2/2s", (Rate(1, 1), Rate(2, 2))),
        ("", ()),
    ],
)
def test_rates_are_read(text, read):
    assert rates(text) == read


@pytest.mark.parametrize("text", ["", "300", "300/h 5", "300/h; 5/d", "0/h"])
def test_wrong_rates_are_refused(text):
    with pytest.raises(ImproperlyConfigured, match="^SIGN_LIMIT_NETWORK is "):
        parse_rates(text, "SIGN_LIMIT_NETWORK")


# -- many counters at once, in both kinds of cache -----------------------------------------------------------------


@pytest.fixture(scope="module")
def redis_url():
    with redisserver.running() as url:
        yield url


@pytest.fixture(params=["postgresql", "redis"])
def counters(request, limits, settings):
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        settings.CACHES = settings.CACHES | {
            "limits": {"BACKEND": "petition.ratecache.RedisRateCache", "LOCATION": url},
        }
        caches["limits"].clear()
    return caches["limits"]


def test_hit_counts_each_by_its_own_amount(counters):
    hits = {"a": Hit(1, 60), "b": Hit(5, 60)}
    counters.hit(hits)
    assert {name: count.n for name, count in counters.hit(hits | {"c": Hit(1, 60)}).items()} == {
        "a": 2,
        "b": 10,
        "c": 1,
    }


def test_hit_of_nothing_only_looks(counters):
    counters.hit({"a": Hit(3, 60)})
    assert [counters.hit({"a": Hit(0, 60), "b": Hit(0, 60)})[name].n for name in "ab"] == [3, 0]


def test_hit_tells_the_seconds_that_are_left_and_never_makes_them_more(counters):
    assert 59 < counters.hit({"a": Hit(1, 60)})["a"].left <= 60
    assert counters.hit({"a": Hit(1, 6000)})["a"].left <= 60


def test_hit_begins_an_expired_counter_anew(limits):
    limits.hit({"a": Hit(7, 60)})
    expire("a")
    count = limits.hit({"a": Hit(1, 60)})["a"]
    assert (count.n, 59 < count.left <= 60) == (1, True)


def test_hit_on_redis_begins_an_expired_counter_anew(redis_url, settings):
    settings.CACHES = settings.CACHES | {
        "limits": {"BACKEND": "petition.ratecache.RedisRateCache", "LOCATION": redis_url},
    }
    cache = caches["limits"]
    cache.hit({"gone": Hit(7, 60)})
    cache.touch("gone", -1)
    assert cache.hit({"gone": Hit(1, 60)})["gone"].n == 1


def test_ratelimit_counts_on_redis_as_well(counters, rf):
    asked = [get_usage(rf.get("/"), group="g", key=lambda *_: "k", rate="2/h", increment=True) for _ in range(3)]
    assert [(usage["count"], usage["should_limit"]) for usage in asked] == [(1, False), (2, False), (3, True)]
