import pytest

from petition.markdown import render

FIGURES = {"1": "<figure>one</figure>\n", "2": "<figure>two</figure>\n"}


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("![](1)", "<figure>one</figure>\n"),
        ("Before\n\n![](1)\n\nafter", "<p>Before</p>\n<figure>one</figure>\n<p>after</p>\n"),
        ("Before ![](1) and after", "<p>Before  and after</p>\n<figure>one</figure>\n"),
        ("![](2)\n![](1)", "<figure>two</figure>\n<figure>one</figure>\n"),
        ("![](1)\n\n![](1)", "<figure>one</figure>\n<figure>one</figure>\n"),
        ("# ![](1)", "<figure>one</figure>\n"),
        ("# A ![](1)", "<h2>A </h2>\n<figure>one</figure>\n"),
        ("> ![](1)", "<blockquote>\n<figure>one</figure>\n</blockquote>\n"),
        ("![what is typed here](1)", "<figure>one</figure>\n"),
    ],
)
def test_picture_stands_behind_the_block_that_names_it(words, html):
    assert render(words, figures=FIGURES) == html


def test_picture_in_a_list_stays_in_its_point():
    assert render("- a ![](1)\n- b", figures=FIGURES) == (
        "<ul>\n<li>a <figure>one</figure>\n</li>\n<li>b</li>\n</ul>\n"
    )


@pytest.mark.parametrize(
    "where", ["3", "01", "https://elsewhere.example/1", "/media/1", "data:image/png;base64,AA", ""]
)
def test_any_other_picture_is_its_description(where):
    assert render(f"![a <b>](<{where}>)", figures=FIGURES) == "<p>a &lt;b&gt;</p>\n"


def test_picture_that_is_a_link_is_its_description():
    assert render("[![a](1)](https://example.org)", figures=FIGURES) == (
        '<p><a href="https://example.org" rel="noopener nofollow">a</a></p>\n'
    )


@pytest.mark.parametrize("words", ["<figure>1</figure>", "`<figure>1</figure>`", "&lt;figure>1&lt;/figure>"])
def test_nobody_types_a_figure(words):
    assert "one" not in render(words, figures=FIGURES)


def test_picture_left_out_leaves_nothing():
    assert render("a\n\n![](1)\n\nb", figures={"1": ""}) == "<p>a</p>\n<p>b</p>\n"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/km/about/", "https://example.org/km/about/"),
        ("../feed/", "https://example.org/en/updates/feed/"),
        ("#below", "https://example.org/en/updates/news/#below"),
        ("https://elsewhere.example/", "https://elsewhere.example/"),
        ("mailto:a@example.org", "mailto:a@example.org"),
    ],
)
def test_links_are_absolute_with_a_base(link, address):
    assert f'href="{address}"' in render(f"[a]({link})", base="https://example.org/en/updates/news/")
