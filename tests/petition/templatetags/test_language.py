import datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import translation

from petition.templatetags import language

HINT = "\u200b"


@pytest.fixture(params=["km", "en"])
def tongue(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def petition():
    return SimpleNamespace(
        title_km="ខ្មែរ<អក្សរ>",
        title_hints_km=f"ខ្មែរ{HINT}<អក្សរ>",
        title_en="Khmer & letters",
        demands_km="មួយ\n\nពីរ",
        demands_hints_km=f"មួ{HINT}យ\n\nពីរ",
        demands_en="One\ntwo\n\nThree",
        name="Antonio",
        name_km="",
        motto="the same",
    )


def render(source, **values):
    return Template("{% load language %}" + source).render(Context(values))


def test_number_is_grouped(tongue):
    assert language.number(1234567) == {"km": "១.២៣៤.៥៦៧", "en": "1,234,567"}[tongue]


def test_no_number_is_nothing(tongue):
    assert language.number(None) == ""


def test_year_is_not_grouped(tongue):
    assert language.digits(2017) == {"km": "២០១៧", "en": "2017"}[tongue]


def test_day_is_written_out(tongue):
    written = {"km": "ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧", "en": "23 October 2017"}[tongue]
    assert language.day(datetime.date(2017, 10, 23)) == written


def test_month_is_written_out(tongue):
    written = {"km": "ខែតុលា ឆ្នាំ២០១៧", "en": "October 2017"}[tongue]
    assert language.month(datetime.date(2017, 10, 23)) == written


def test_moment_is_the_day_and_the_time_in_phnom_penh(tongue):
    value = datetime.datetime(2017, 10, 22, 18, 5, tzinfo=datetime.UTC)
    assert (
        language.moment(value)
        == {
            "km": "ថ្ងៃទី២៣ ខែតុលា ឆ្នាំ២០១៧ ម៉ោង០១:០៥",
            "en": "23 October 2017, 01:05",
        }[tongue]
    )
    assert language.moment(None) == ""


def test_day_of_a_moment_is_the_day_in_phnom_penh():
    late = datetime.datetime(2017, 10, 22, 20, 0, tzinfo=datetime.UTC)
    with translation.override("en"):
        assert language.day(late) == "23 October 2017"


def test_time_of_a_moment_is_that_in_phnom_penh(tongue):
    moment = datetime.datetime(2017, 10, 22, 20, 5, tzinfo=datetime.UTC)
    assert language.clock(moment) == {"km": "០៣:០៥", "en": "03:05"}[tongue]


def test_no_day_is_nothing(tongue):
    assert language.day(None) == ""


def test_country_has_its_name(tongue):
    assert language.country("FR") == {"km": "បារាំង", "en": "France"}[tongue]


def test_text_is_that_of_the_language_and_escaped(tongue, petition):
    shown = {"km": "ខ្មែរ&lt;អក្សរ&gt;", "en": "Khmer &amp; letters"}[tongue]
    assert render('{{ petition|text:"title" }}', petition=petition) == shown


def test_text_without_the_language_is_the_one_there_is(tongue, petition):
    assert (language.text(petition, "name"), language.text(petition, "motto")) == ("Antonio", "the same")


def test_hinted_text_may_break_in_khmer_and_is_escaped(tongue, petition):
    shown = {"km": "ខ្មែរ<wbr>&lt;អក្សរ&gt;", "en": "Khmer &amp; letters"}[tongue]
    assert render('{{ petition|hinted:"title" }}', petition=petition) == shown


def test_hinted_words_need_no_field():
    assert render("{{ words|hinted }}", words=f"ក{HINT}ខ<b>") == "ក<wbr>ខ&lt;b&gt;"


def test_hinted_list_has_each_paragraph(tongue, petition):
    shown = {"km": ["មួ<wbr>យ", "ពីរ"], "en": ["One\ntwo", "Three"]}[tongue]
    assert language.hinted_list(petition, "demands") == shown


def test_paragraphs_of_a_field_are_those_of_the_language(tongue, petition):
    shown = {"km": "<p>មួ<wbr>យ</p>\n<p>ពីរ</p>", "en": "<p>One<br>two</p>\n<p>Three</p>"}[tongue]
    assert render('{{ petition|paragraphs:"demands" }}', petition=petition) == shown


def test_paragraphs_of_plain_text_are_escaped():
    assert render("{{ words|paragraphs }}", words="a <b>\r\n\r\nc") == "<p>a &lt;b&gt;</p>\n<p>c</p>"


@pytest.mark.parametrize(("words", "script"), [("សុខ Sok", "km"), ("Sok", "en"), ("", "en")])
def test_words_are_marked_by_their_letters(words, script):
    assert language.script(words) == script


def test_markdown_becomes_html():
    assert render("{{ words|markdown }}", words="One **two**\n\n- three") == (
        "<p>One <strong>two</strong></p>\n<ul>\n<li>three</li>\n</ul>\n"
    )


def test_markdown_headings_leave_no_level_out():
    html = language.markdown("# A\n\n#### B\n\n## C")
    assert html == "<h2>A</h2>\n<h4>B</h4>\n<h3>C</h3>\n"


def test_markdown_headings_begin_where_they_are_told():
    assert render("{{ words|markdown:3 }}", words="## A") == "<h3>A</h3>\n"


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        "![a](https://elsewhere.example/pixel.png)",
        "<a href='https://example.org' onclick='x()'>a</a>",
        '[a](https://example.org "x\\" onclick=\\"y")',
    ],
)
def test_markdown_brings_in_nothing_active(words):
    html = language.markdown(words)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert 'onclick="' not in html


def test_markdown_links_follow_nobody():
    assert language.markdown("[a](https://example.org)") == (
        '<p><a href="https://example.org" rel="noopener nofollow">a</a></p>\n'
    )
