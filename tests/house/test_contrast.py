"""The colours of the tokens can be read, by WCAG 2.2: AAA for the text of a petition, AA for all else."""

import re

import pytest

from petition.local import ROOT

TOKENS = (ROOT / "static" / "css" / "site.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"(--[a-z-]+):\s*#([0-9a-f]{3}(?:[0-9a-f]{3})?);")


def colours(block):
    return {name: value if len(value) == 6 else "".join(2 * c for c in value) for name, value in COLOUR.findall(block)}


LIGHT, DARK = TOKENS.partition("@media (prefers-color-scheme: dark)")[::2]
DARK = DARK.partition("@media print")[0]
THEMES = {"light": colours(LIGHT), "dark": colours(LIGHT) | colours(DARK)}

AAA = [("--ink", "--paper"), ("--ink", "--surface"), ("--on-hero", "--hero")]
AA = [
    *(
        (text, ground)
        for text in ("--muted", "--accent", "--error", "--good", "--krama")
        for ground in ("--paper", "--surface")
    ),
    ("--accent-deep", "--paper"),
    ("--ink", "--accent-soft"),
    ("--accent", "--accent-soft"),
    ("--good", "--accent-soft"),
    ("--error", "--error-soft"),
    ("--ink", "--error-soft"),
    ("--ink", "--good-soft"),
    ("--on-accent", "--accent"),
    ("--on-accent", "--accent-deep"),
    ("--on-sign", "--sign"),
    ("--on-sign", "--sign-deep"),
    ("--hero-muted", "--hero"),
    ("--gold", "--hero"),
]
# What is no text, but must be seen: edges of fields, the filled part of a bar.
SEEN = [("--edge", "--paper"), ("--edge", "--surface"), ("--krama", "--surface"), ("--gold", "--hero-track")]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(theme, text, ground):
    lighter, darker = sorted((luminance(theme[text]), luminance(theme[ground])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("pairs", "least"), [(AAA, 7), (AA, 4.5), (SEEN, 3)], ids=["AAA", "AA", "seen"])
def test_colours_can_be_read(theme, pairs, least):
    weak = {pair: round(contrast(THEMES[theme], *pair), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < least} == {}


def test_black_on_white_is_21_to_1():
    assert contrast({"a": "000000", "b": "ffffff"}, "a", "b") == pytest.approx(21)
