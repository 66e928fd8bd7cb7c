import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse

from petition import pagecache, switches
from petition.pagecache import PageCacheMiddleware, public_page, public_page_for
from tests.petition.kept import WORDS, Site


@pytest.fixture(autouse=True)
def seconds(settings):
    settings.PAGE_CACHE_SECONDS = 5
    settings.ALLOWED_HOSTS = ["*"]


def grow_old(site, by):
    for slot in site.cache.slots.values():
        slot.page.made -= by
        slot.failed -= by


# -- what is kept --------------------------------------------------------------------------------------------------


def test_marked_page_is_rendered_once():
    site = Site()
    assert [site.get().content.decode() for _ in range(3)] == [WORDS] * 3
    assert site.asked == 1


def test_unmarked_page_is_never_touched():
    site = Site(lambda request: HttpResponse(WORDS, headers={"X-Own": "1"}), marked=False)
    answers = [site.get() for _ in range(2)]
    assert [dict(answer.items()) for answer in answers] == [
        {"Content-Type": "text/html; charset=utf-8", "X-Own": "1"}
    ] * 2
    assert site.asked == 2


def test_pages_are_kept_apart_by_address_host_and_scheme():
    site = Site(lambda request: HttpResponse(request.build_absolute_uri()))
    asked = [
        site.get("/km/"),
        site.get("/en/"),
        site.get("/km/", HTTP_HOST="other.example"),
        site.get("/km/", secure=True),
    ]
    assert [answer.content.decode() for answer in asked] == [
        "http://testserver/km/",
        "http://testserver/en/",
        "http://other.example/km/",
        "https://testserver/km/",
    ]
    assert site.asked == 4


def test_query_is_not_kept():
    site = Site(lambda request: HttpResponse(request.GET["before"]))
    assert [site.get("/km/?before=7").content, site.get("/km/?before=8").content] == [b"7", b"8"]
    assert site.cache.slots == {}


def test_query_answers_with_the_headers_of_a_public_page():
    assert Site().get("/km/?before=7").headers["Cache-Control"].startswith("public, max-age=5,")


@pytest.mark.parametrize("query", ["fbclid=IwAR0x", "utm_source=a&utm_medium=b", "fbclid=x&", "gclid=&fbclid=y"])
def test_what_others_add_to_a_shared_link_is_dropped(query):
    site = Site(lambda request: HttpResponse(request.get_full_path()))
    assert [site.get(f"/km/?{query}").content, site.get("/km/").content] == [b"/km/", b"/km/"]
    assert site.asked == 1


@pytest.mark.parametrize("query", ["before=7&fbclid=x", "fbclid=x&before=7", "xfbclid=7", "fbclid"])
def test_query_with_something_else_stays_whole(query):
    site = Site(lambda request: HttpResponse(request.META["QUERY_STRING"]))
    assert site.get(f"/km/?{query}").content.decode() == query


def with_cookie(request):
    answer = HttpResponse(WORDS)
    answer.set_cookie("a", "b")
    return answer


@pytest.mark.parametrize(
    "page",
    [
        with_cookie,
        lambda request: HttpResponse(WORDS, headers={"Vary": "Accept, Cookie"}),
        lambda request: HttpResponse(WORDS, headers={"Cache-Control": "private"}),
        lambda request: HttpResponse(WORDS, headers={"Content-Security-Policy": "script-src 'nonce-abc'"}),
        lambda request: HttpResponse(WORDS, status=410),
        lambda request: HttpResponse(status=302, headers={"Location": "/"}),
        lambda request: StreamingHttpResponse([b"a"]),
    ],
)
def test_answer_that_may_differ_is_not_kept(page):
    site = Site(page)
    own = dict(page(None).items())
    assert [dict(site.get().items()) for _ in range(2)] == [own, own]
    assert site.asked == 2


def test_page_that_opens_a_session_is_not_kept():
    def look(request):
        request.session.get("user")
        return HttpResponse(WORDS)

    site = Site()
    site.cache.get_response = SessionMiddleware(public_page(look))
    assert site.get().headers["Vary"] == "Cookie"
    assert site.cache.slots == {}


def test_other_method_than_get_and_head_is_405_without_a_token():
    site = Site()
    answer = site.get(method="post")
    assert (answer.status_code, answer.headers["Allow"], site.asked) == (405, "GET, HEAD", 0)
    assert public_page(site.count).csrf_exempt


def test_nothing_is_kept_at_zero_seconds(settings):
    settings.PAGE_CACHE_SECONDS = 0
    site = Site()
    assert [site.get().headers["Cache-Control"].split(",")[1].strip() for _ in range(2)] == ["max-age=0"] * 2
    assert site.asked == 2


def test_language_is_no_difference_where_the_address_has_none():
    site = Site(lambda request: HttpResponse(WORDS, headers={"Vary": "Accept-Language", "Content-Language": "en"}))
    answer = site.get("/api/petitions/")
    assert (answer.headers["Vary"], answer.headers.get("Content-Language")) == ("Accept-Encoding", None)


# -- what is answered ----------------------------------------------------------------------------------------------


def test_kept_page_answers_with_all_its_headers():
    site = Site(lambda request: HttpResponse(WORDS, headers={"X-Own": "1", "Content-Language": "km"}))
    first, second = site.get(), site.get()
    assert dict(first.items()) == dict(second.items())
    etag = first.headers["ETag"]
    assert dict(second.items()) == {
        "Content-Type": "text/html; charset=utf-8",
        "X-Own": "1",
        "Content-Language": "km",
        "Cache-Control": "public, max-age=5, stale-while-revalidate=60, stale-if-error=86400",
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "Content-Length": str(len(WORDS.encode())),
    }


def test_known_page_is_answered_304_without_a_body():
    site = Site()
    etag = site.get().headers["ETag"]
    answer = site.get(HTTP_IF_NONE_MATCH=f'"other", {etag}')
    assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert not {"Content-Type", "Content-Length", "Content-Encoding"} & set(answer.headers)


def test_any_page_is_known_to_a_star():
    assert Site().get(HTTP_IF_NONE_MATCH="*").status_code == 304


def test_changed_page_is_answered_in_full():
    answer = Site().get(HTTP_IF_NONE_MATCH='W/"other"')
    assert (answer.status_code, answer.content.decode()) == (200, WORDS)


def test_head_has_the_headers_of_get_and_no_body():
    site = Site()
    get, head = site.get(), site.get(method="head")
    assert (head.content, dict(head.items())) == (b"", dict(get.items()))


def test_page_first_asked_by_head_is_whole_for_get():
    site = Site()
    site.get(method="head")
    assert (site.get().content.decode(), site.asked) == (WORDS, 1)


def test_changing_an_answer_does_not_change_the_kept_page():
    site = Site()
    site.get().headers["X-Own"] = "1"
    assert "X-Own" not in site.get().headers


# -- growing old ---------------------------------------------------------------------------------------------------


def test_old_page_is_rendered_again():
    site = Site(lambda request: HttpResponse(str(site.asked)))
    site.get()
    grow_old(site, 6)
    assert (site.get().content, site.get().content) == (b"2", b"2")


def test_while_one_renders_the_others_get_the_old_page():
    begun, go_on = threading.Event(), threading.Event()

    def slow(request):
        if site.asked > 1:
            begun.set()
            go_on.wait(10)
        return HttpResponse(str(site.asked))

    site = Site(slow)
    site.get()
    grow_old(site, 6)
    with ThreadPoolExecutor(1) as thread:
        renewed = thread.submit(site.get)
        begun.wait(10)
        others = [site.get().content for _ in range(5)]
        go_on.set()
        assert (others, renewed.result().content, site.get().content) == ([b"1"] * 5, b"2", b"2")


def test_page_too_old_to_show_is_waited_for_and_rendered_once():
    begun, go_on = threading.Event(), threading.Event()

    def slow(request):
        if site.asked > 1:
            begun.set()
            go_on.wait(10)
        return HttpResponse(str(site.asked))

    site = Site(slow)
    site.get()
    grow_old(site, 3600)
    with ThreadPoolExecutor(5) as threads:
        renewed = [threads.submit(site.get)]
        begun.wait(10)
        renewed += [threads.submit(site.get) for _ in range(4)]
        go_on.set()
        assert [future.result().content for future in renewed] == [b"2"] * 5


def failing(request):
    return HttpResponse("database", status=500)


def test_old_page_stands_in_for_an_error():
    site = Site()
    site.get()
    grow_old(site, 3600)
    site.page = failing
    assert (site.get().status_code, site.get().content.decode()) == (200, WORDS)


def test_after_an_error_the_next_try_waits():
    site = Site()
    site.get()
    grow_old(site, 3600)
    site.page = failing
    for _ in range(3):
        site.get()
    tries = site.asked
    grow_old(site, pagecache.RETRY_AFTER + 1)
    site.get()
    assert (tries, site.asked) == (2, 3)


def test_error_shows_after_a_day():
    site = Site()
    site.get()
    grow_old(site, 25 * 3600)
    site.page = failing
    assert site.get().status_code == 500


def test_page_that_is_gone_is_forgotten():
    site = Site()
    site.get()
    grow_old(site, 6)
    site.page = lambda request: HttpResponse(status=404)
    assert (site.get().status_code, site.cache.slots, site.cache.bytes) == (404, {}, 0)


@pytest.mark.parametrize("error", [Http404, PermissionDenied])
def test_error_of_a_view_goes_its_way(error):
    def fail(request):
        raise error

    with pytest.raises(error):
        Site(fail).get()


# -- how much is kept ----------------------------------------------------------------------------------------------


def test_longest_not_rendered_goes_first():
    site = Site()
    site.cache.max_pages = 2
    for path in ("/1", "/2", "/3"):
        site.get(path)
    assert [path for _, _, path in site.cache.slots] == ["/2", "/3"]


def test_bytes_are_bounded():
    site = Site()
    site.get("/1")
    site.cache.max_bytes = site.cache.bytes * 2
    for path in ("/2", "/3", "/4"):
        site.get(path)
    assert [path for _, _, path in site.cache.slots] == ["/3", "/4"]
    assert site.cache.bytes == sum(slot.page.size for slot in site.cache.slots.values())


def test_huge_page_is_answered_and_not_kept():
    site = Site()
    site.cache.max_page_bytes = 10
    assert (site.get().content.decode(), site.cache.slots) == (WORDS, {})


def test_many_at_once_get_the_page_and_the_sum_stays_true():
    site = Site(lambda request: HttpResponse(WORDS + request.path))
    paths = [f"/{number % 7}" for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        bodies = list(threads.map(lambda path: site.get(path).content.decode(), paths))
    assert bodies == [WORDS + path for path in paths]
    assert site.cache.bytes == sum(slot.page.size for slot in site.cache.slots.values())


# -- what is dear to render ----------------------------------------------------------------------------------------


def test_page_that_may_be_older_is_kept_longer_here_and_elsewhere():
    site = Site()
    site.cache = PageCacheMiddleware(public_page_for(300)(site.count))
    first = site.get()
    grow_old(site, 299)
    site.get()
    assert (site.asked, first.headers["Cache-Control"].split(",")[:2]) == (1, ["public", " max-age=300"])
    grow_old(site, 2)
    site.get()
    assert site.asked == 2


def test_page_that_may_be_older_is_never_kept_shorter_than_others(settings):
    settings.PAGE_CACHE_SECONDS = 600
    site = Site()
    site.cache = PageCacheMiddleware(public_page_for(300)(site.count))
    assert "max-age=600" in site.get().headers["Cache-Control"]


def test_page_that_may_be_older_is_handed_out_while_it_is_renewed():
    rendering, may_end = threading.Event(), threading.Event()

    def page(request):
        if site.asked > 1:
            rendering.set()
            assert may_end.wait(10)
        return HttpResponse(f"{WORDS}{site.asked}")

    site = Site(page)
    site.cache = PageCacheMiddleware(public_page_for(300)(site.count))
    first = site.get().content
    grow_old(site, 310)
    with ThreadPoolExecutor(1) as thread:
        renewed = thread.submit(site.get)
        assert rendering.wait(10)
        assert site.get().content == first
        may_end.set()
        assert renewed.result().content != first


# -- switches ------------------------------------------------------------------------------------------------------


def test_page_is_made_anew_as_soon_as_a_switch_is_seen_to_be_turned():
    site = Site(lambda request: HttpResponse(f"{WORDS}{switches.current().pause_signing}"))
    site.get()
    switches.keep(switches.Switches(pause_signing=True), seconds=60)
    pages = [site.get().content.decode() for _ in range(2)]
    assert (pages, site.asked) == ([f"{WORDS}True"] * 2, 2)


def test_page_from_before_a_switch_is_better_than_an_error():
    site = Site(lambda request: HttpResponse(WORDS, status=200 if site.asked == 1 else 503))
    site.get()
    switches.keep(switches.Switches(hold_mail=True), seconds=60)
    assert [site.get().status_code for _ in range(3)] == [200] * 3
    assert site.asked == 2


def test_stamp_of_a_form_alone_makes_no_page_a_new_one():
    stamps = iter("abc")
    form = '<form><input type="hidden" name="stamp" value="{}">{}</form>'
    words = iter(["one", "one", "two"])
    site = Site(lambda request: HttpResponse(form.format(next(stamps), next(words))))
    tags = []
    for _ in range(3):
        tags.append(site.get().headers["ETag"])
        grow_old(site, by=6)
    assert (tags[0] == tags[1], tags[1] == tags[2]) == (True, False)
