"""Pages that change by themselves at a moment: no copy of them outlives it."""

import datetime

import pytest
from django.http import HttpResponse
from django.utils import timezone

from petition import pagecache
from petition.pagecache import public_page_for
from tests.petition.kept import WORDS, Site


@pytest.fixture(autouse=True)
def seconds(settings):
    settings.PAGE_CACHE_SECONDS = 5


def changing(after):
    """A page that says another thing so many seconds from now."""
    moment = timezone.now() + datetime.timedelta(seconds=after)

    def page(request):
        pagecache.changes_at(moment)
        return HttpResponse("before" if timezone.now() < moment else "after")

    return page


@pytest.mark.parametrize(
    ("after", "fresh", "stale"), [(3600, 5, 60), (35.5, 5, 30), (3.5, 3, 0), (0.5, 0, 0), (-1, 0, 0)]
)
def test_no_cache_is_let_to_keep_a_page_beyond_its_moment(after, fresh, stale):
    words = Site(changing(after)).get().headers["Cache-Control"]
    assert words.startswith(f"public, max-age={fresh}, stale-while-revalidate={stale},")


def test_a_page_is_rendered_anew_when_its_moment_has_come():
    site = Site(changing(3600))
    site.get()
    (slot,) = site.cache.slots.values()
    slot.page.until = 0.0
    site.get()
    assert site.asked == 2


def test_the_first_of_several_moments_counts():
    def page(request):
        for hours in (3, 1, 2):
            pagecache.changes_at(timezone.now() + datetime.timedelta(hours=hours))
        return HttpResponse(WORDS)

    site = Site(page)
    site.get()
    (slot,) = site.cache.slots.values()
    assert 3500 < slot.page.until - slot.page.made <= 3600


def test_what_is_kept_longer_is_kept_no_longer_than_its_moment():
    site = Site(lambda request: public_page_for(300)(changing(100))(request))
    assert "max-age=99, stale-while-revalidate=0" in site.get().headers["Cache-Control"]


def test_outside_a_public_page_nothing_is_noted():
    pagecache.changes_at(timezone.now())
    site = Site()
    assert site.get().headers["Cache-Control"].startswith("public, max-age=5, stale-while-revalidate=60")
