"""What is noticed of signings: attacks as they are made, and honest crowds that look a little like them."""

import random
import string

import pytest
from django.db import connection

from signatures import blind, noticing, suspicion
from signatures.models import SignalSetting

pytestmark = pytest.mark.django_db

NETWORK = b"n" * 32
OURS = "mailboxes.co"
WEAK = {"network_burst", "domain_burst", "name_burst", "comment_burst", "even_gaps", "rapid"}
ATTACK = 5000


@pytest.fixture(autouse=True)
def settings_of_signals():
    noticing.forget()
    yield
    noticing.forget()


@pytest.fixture
def draw():
    return random.Random(4)


def word(draw):
    return "".join(draw.choices(string.ascii_lowercase, k=12)).encode()


def look(scope=1, *, network=NETWORK, domain="gmail.com", name=b"", comment=""):
    return noticing.look(scope=scope, network=network, domain=domain, name=name, comment=comment)


def later(seconds):
    """As if so much time had passed since every signing so far."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE signatures_pulse SET at = at - make_interval(secs => %s)", [seconds])


def apart(draw):
    """Signings that have nothing in common with each other."""
    return {"network": word(draw), "domain": f"{word(draw).decode()}.co", "name": word(draw)}


# -- attacks -------------------------------------------------------------------------------------------------------

ATTACKS = {
    "network": ({"network": NETWORK}, "network_flood", 1000),
    "domain": ({"domain": OURS}, "domain_flood", 150),
    "name": ({"name": b"always the same"}, "name_flood", 40),
    "comment": ({"comment": "Because I was told to write this here."}, "comment_flood", 150),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ATTACKS)
def test_five_thousand_that_have_one_thing_in_common_are_held_from_some_on(draw, kind):
    same, flood, least = ATTACKS[kind]
    scores = [noticing.score(look(**apart(draw) | same)) for _ in range(ATTACK)]
    held = [score >= suspicion.HOLD_AT for score in scores]
    # Those that came while it looked like a crowd are not: a sweep of the hour finds them.
    assert (sum(held[:10]), all(held[least + 5 :])) == (0, True)
    assert flood in look(**apart(draw) | same)


def test_machine_that_signs_every_three_seconds_is_noticed(draw):
    found = []
    for _ in range(15):
        found.append("even_gaps" in look(**apart(draw) | {"network": NETWORK}))
        later(3 + draw.uniform(-0.05, 0.05))
    assert (any(found[:10]), all(found[-3:])) == (False, True)


def test_machine_that_signs_as_fast_as_it_can_is_noticed(draw):
    found = ["rapid" in look(**apart(draw) | {"network": NETWORK}) for _ in range(15)]
    assert (any(found[:10]), all(found[10:])) == (False, True)


def test_machine_that_waits_a_while_begins_anew(draw):
    for _ in range(12):
        look(**apart(draw) | {"network": NETWORK})
    later(60)
    assert "rapid" not in look(**apart(draw) | {"network": NETWORK})


def test_two_weak_signals_of_a_machine_are_enough(draw):
    machine = {"domain": OURS, "network": NETWORK}
    scores = [noticing.score(look(**apart(draw) | machine)) for _ in range(60)]
    assert (scores[0], scores[-1] >= suspicion.HOLD_AT) == (0, True)


# -- honest crowds -------------------------------------------------------------------------------------------------

COMMON = ["sok sophea", "chan dara", "kim srey mom", "chea sokha", "ly bopha", "heng vibol", "pich chenda"]
OWN_DOMAINS = ["school.co", "firm.co", "ngo.co"]
MAILBOXES = ["gmail.com"] * 80 + ["yahoo.com"] * 8 + ["outlook.com"] * 6 + OWN_DOMAINS
SHARED = [
    blind.pulse(1, "all", b""),
    blind.pulse(1, "network", NETWORK),
    *(blind.pulse(1, "name", name.encode()) for name in COMMON),
    *(blind.pulse(1, "domain", domain.encode()) for domain in OWN_DOMAINS),
]


def later_for_the_shared(seconds):
    """The same, of the counters that more than one signer comes by alone."""
    with connection.cursor() as cursor:
        later = "UPDATE signatures_pulse SET at = at - make_interval(secs => %s) WHERE key = ANY(%s)"
        cursor.execute(later, [seconds, SHARED])


@pytest.mark.django_db(transaction=True)
def test_three_thousand_people_behind_one_operator_are_not_held(draw):
    """600 an hour through one network of an operator, on an evening on which everybody speaks of it: they come at
    random moments, every fiftieth has one of seven names, and nobody comes from elsewhere."""
    highest, noticed = 0, set()
    for n in range(3000):
        name = draw.choice(COMMON).encode() if n % 50 == 0 else word(draw)
        codes = look(domain=draw.choice(MAILBOXES), name=name, comment="For peace" if n % 3 else "")
        noticed |= codes
        highest = max(highest, noticing.score(codes))
        later_for_the_shared(draw.expovariate(600 / 3600))
    # That many came from one network was seen, and it alone holds nobody.
    assert (noticed, highest) == ({"network_burst"}, 30)


def test_quiet_petition_signed_in_one_household_is_not_suspicious(draw):
    found = set()
    for _ in range(8):
        found |= look(name=word(draw), domain="family.co")
        later(draw.uniform(20, 200))
    assert found == set()


def test_great_provider_is_no_domain_that_bursts(draw):
    codes = set()
    for _ in range(200):
        codes |= look(**apart(draw) | {"domain": "gmail.com"})
    assert codes == set()


def test_short_reasons_are_alike_by_chance(draw):
    codes = set()
    for _ in range(200):
        codes |= look(**apart(draw), comment="For peace")
    assert codes == set()


def test_reason_is_compared_without_its_case_and_spaces(draw):
    for n in range(20):
        codes = look(**apart(draw), comment="I want to live in peace" if n % 2 else " I  want to\nlive in PEACE")
    assert codes == {"comment_burst"}


def test_many_namesakes_among_many_more_are_not_suspicious(draw):
    codes = set()
    for n in range(800):
        codes |= look(**apart(draw) | ({"name": b"sok sophea"} if n % 40 == 0 else {}))
    assert codes == set()


def test_no_weak_signal_holds_alone():
    assert [code for code in WEAK if suspicion.SIGNALS[code].score >= suspicion.HOLD_AT] == []


# -- how it is counted ---------------------------------------------------------------------------------------------


def level(scope=1):
    with connection.cursor() as cursor:
        cursor.execute("SELECT level FROM signatures_pulse WHERE key = %s", [blind.pulse(scope, "network", NETWORK)])
        return cursor.fetchone()[0]


def test_signings_fade_within_hours(draw):
    for _ in range(100):
        look(**apart(draw) | {"network": NETWORK})
    before = level()
    later(3600)
    look()
    assert (round(before), round(level(), 1)) == (100, 37.8)


def test_steady_stream_has_the_level_of_an_hour():
    for _ in range(300):
        look()
        later(60)
    assert 59 < level() < 62


def test_each_petition_is_counted_apart(draw):
    for _ in range(3):
        look(1)
    look(2)
    assert (round(level(1)), round(level(2))) == (3, 1)


def test_unknown_network_is_not_counted():
    assert look(network=None) == set()


def test_it_is_one_statement(django_assert_num_queries):
    look()
    with django_assert_num_queries(1):
        look(domain=OURS, comment="A reason that is long enough")


def test_counters_that_nobody_counted_on_are_swept():
    def of(scope):
        return blind.pulse(scope, "all", b"")

    look(1)
    later(9 * 3600)
    look(2)
    noticing.sweep()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM signatures_pulse WHERE key IN (%s, %s)",
            [blind.pulse(1, "all", b""), blind.pulse(2, "all", b"")],
        )
        assert cursor.fetchone() == (1,)


def test_counter_tells_nothing_that_is_stored_with_a_signature():
    network, domain = b"n" * 32, "example.org"
    keys = {blind.pulse(1, "network", network), blind.pulse(1, "domain", domain.encode())}
    assert keys & {network, blind.network("n"), blind.domain(domain)} == set()


# -- what staff set ------------------------------------------------------------------------------------------------


def test_every_signal_has_a_row_that_begins_with_the_numbers_of_the_registry():
    rows = {row.code: (row.is_on, row.score, row.least, row.percent) for row in SignalSetting.objects.all()}
    assert rows == {s.code: (True, s.score, s.least, s.percent) for s in suspicion.SIGNALS.values()}


# What throttle.check gives.
OF_THE_FORM = {"crowd", "no_work", "no_stamp", "odd_stamp", "old_stamp", "quick", "worn_stamp"}


def test_every_signal_is_looked_for_or_given():
    assert set(noticing.LOOKS_AT) == set(suspicion.SIGNALS) - {"listed"} - OF_THE_FORM


def test_staff_set_the_score_and_the_number(draw):
    SignalSetting.objects.filter(code="network_burst").update(score=70, least=2)
    noticing.forget()
    codes = [look(**apart(draw) | {"network": NETWORK}) for _ in range(3)]
    assert (codes, noticing.score(codes[-1])) == ([set(), set(), {"network_burst"}], 70)


def test_signal_that_is_off_is_not_noticed(draw):
    SignalSetting.objects.filter(code="rapid").update(is_on=False)
    noticing.forget()
    codes = set()
    for _ in range(30):
        codes |= look(**apart(draw) | {"network": NETWORK})
    assert (codes, noticing.switched_on({"rapid", "listed"})) == (set(), ["listed"])


def test_signals_are_counted_once_and_to_a_limit():
    assert noticing.score(["rapid", "rapid", "network_burst"]) == 90
    assert suspicion.score([900, 900]) == suspicion.MOST


def test_signal_that_is_none_is_refused():
    with pytest.raises(KeyError):
        noticing.score(["nothing"])


def test_settings_are_not_asked_for_at_each_signing(django_assert_num_queries):
    noticing.score(["listed"])
    with django_assert_num_queries(0):
        noticing.score(["rapid"])
