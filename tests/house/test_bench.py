"""The benchmarks are not run by the tests, but what they sign with must be what the site takes."""

from petition import countries
from signatures import names
from signatures.choices import Visibility
from tests.bench.people import person


def test_people_of_the_bench_are_taken_as_they_are():
    for i in range(0, 60_000, 7):
        who = person(i)
        assert names.clean_name(who.name) == who.name
        assert names.clean_city(who.city) == who.city
        assert names.clean_comment(who.comment) == who.comment
        assert who.country in countries.KNOWN
        assert who.visibility in Visibility.values


def test_people_of_the_bench_share_no_mailbox():
    assert len({person(i).email for i in range(5000)}) == 5000
