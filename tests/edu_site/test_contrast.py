"""The colours of site.css, computed: text, control edges and chart series, in every theme."""

import itertools
import math
from pathlib import Path

import pytest
from django.conf import settings

from edu_site.stylesheet import read_tokens

THEMES = read_tokens((Path(settings.BASE_DIR) / "static_src/css/site.css").read_text(encoding="utf-8"))
GROUNDS = ("paper", "raised", "tint")
TEXTS = ("ink", "soft", "indigo", "indigo-deep", "visited", "bamboo", "amber", "error")
SERIES = tuple(f"series-{number}" for number in range(1, 7))

# Machado, Oliveira, Fernandes 2009, severity 1.0, for linear RGB.
SIGHT = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour):
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def luminance(colour):
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first, second):
    """WCAG 2.2 contrast ratio, from 1 to 21."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def lab(colour, sight):
    rgb = linear(colour)
    red, green, blue = (min(1, max(0, sum(w * c for w, c in zip(row, rgb, strict=True)))) for row in SIGHT[sight])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def too_weak(tokens, pairs, least):
    return [
        (front, ground, round(contrast(tokens[front], tokens[ground]), 2))
        for front, ground in pairs
        if contrast(tokens[front], tokens[ground]) < least
    ]


def test_contrast_of_black_on_white_is_21():
    assert round(contrast("#000000", "#FFFFFF"), 2) == 21


def test_every_theme_is_read():
    assert list(THEMES) == [
        "light",
        "dark",
        "dark by hand",
        "light, more contrast",
        "dark, more contrast",
        "dark by hand, more contrast",
    ]


def test_dark_by_hand_is_dark_by_system():
    assert THEMES["dark by hand"] == THEMES["dark"]
    assert THEMES["dark by hand, more contrast"] == THEMES["dark, more contrast"]


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_every_ground(theme):
    assert too_weak(THEMES[theme], itertools.product(TEXTS, GROUNDS), 4.5) == []


@pytest.mark.parametrize("theme", THEMES)
def test_vermilion_is_readable_where_it_may_stand(theme):
    assert too_weak(THEMES[theme], [("vermilion", "paper"), ("vermilion", "raised")], 4.5) == []


@pytest.mark.parametrize("theme", THEMES)
def test_label_on_a_filled_button_is_readable(theme):
    pairs = [("on-accent", "indigo"), ("on-accent", "indigo-deep"), ("paper", "error"), ("paper", "ink")]

    assert too_weak(THEMES[theme], pairs, 4.5) == []


@pytest.mark.parametrize("theme", THEMES)
def test_marked_words_are_readable(theme):
    assert too_weak(THEMES[theme], [("ink", "mark"), ("indigo", "mark")], 4.5) == []


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_controls_and_chart_marks_stand_out(theme):
    fronts = ("edge", "indigo", "up", "down", *SERIES)

    assert too_weak(THEMES[theme], itertools.product(fronts, GROUNDS), 3) == []


@pytest.mark.parametrize("theme", [theme for theme in THEMES if "contrast" in theme])
def test_more_contrast_means_seven_to_one(theme):
    fronts = ("ink", "soft", "indigo", "visited", "bamboo", "amber", "error")

    assert too_weak(THEMES[theme], itertools.product(fronts, GROUNDS), 7) == []


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_six_series_can_be_told_apart(theme, sight):
    """CIE 1976 difference of at least 20 between any two, however the reader sees colour."""
    tokens = THEMES[theme]
    alike = [
        (first, second)
        for first, second in itertools.combinations(SERIES, 2)
        if math.dist(lab(tokens[first], sight), lab(tokens[second], sight)) < 20
    ]

    assert alike == []
