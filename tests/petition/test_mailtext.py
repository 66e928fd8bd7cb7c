"""Organisers' Markdown in a mail."""

import pytest

from petition.mailtext import as_html, as_text

PAGE = "https://hatthalekha.example/km/petitions/peace/updates/news/"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("One\ntwo.\n\nThree.", "One two.\n\nThree."),
        ("**Bold** and *not*, `code`", "Bold and not, code"),
        ("A [link](https://example.org/) there.", "A link (https://example.org/) there."),
        ("A [page](/km/) of ours.", "A page (https://hatthalekha.example/km/) of ours."),
        ("<https://example.org/>", "https://example.org/"),
        ("[**Bold** link](https://example.org/)", "Bold link (https://example.org/)"),
        ("- one\n- two\n  - within\n\nAfter", "- one\n- two\n  - within\n\nAfter"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("## Title\n\nText", "Title\n\nText"),
        ("> said", "said"),
        ("one  \ntwo", "one\ntwo"),
        ("one\n\n---\n\ntwo", "one\n\n* * *\n\ntwo"),
        ("```\nx = 1\n```", "x = 1"),
        ("Before ![a picture](1) after", "Before  after"),
        ("![a picture](1)\n\nAfter", "After"),
        ("ដំណឹង **ថ្មី**", "ដំណឹង ថ្មី"),
        ("", ""),
    ],
)
def test_plain_text_reads_well(words, text):
    assert as_text(words, PAGE) == text


def test_html_is_clean_and_has_no_picture():
    html = as_html(
        "![a picture](1)\n\n**Bold** [x](javascript:alert(1)) <img src=x>\n\n- ![b](https://example.org/b.png)", PAGE
    )
    assert "<img" not in html and "a picture" not in html and 'href="javascript' not in html
    assert html.startswith("<p><strong>Bold</strong>")
