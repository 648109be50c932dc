"""Reads the colours of site.css, theme by theme, for the style page and for the tests of contrast."""

import re

_DARK = r'@media \(prefers-color-scheme: dark\) \{\s*:root:not\(\[data-theme="light"\]\)'
_MORE = r"@media \(prefers-contrast: more\) \{\s*:root"
_MORE_DARK = (
    r'@media \(prefers-contrast: more\) and \(prefers-color-scheme: dark\) \{\s*:root:not\(\[data-theme="light"\]\)'
)
_BLOCKS = {
    "light": r"^:root",
    "dark": _DARK,
    "dark by hand": r'^:root\[data-theme="dark"\]',
    "light, more contrast": _MORE,
    "dark, more contrast": _MORE_DARK,
    "dark by hand, more contrast": _MORE + r'\[data-theme="dark"\]',
}
_BASE = {
    "light, more contrast": "light",
    "dark, more contrast": "dark",
    "dark by hand, more contrast": "dark by hand",
}
_TOKEN = re.compile(r"--([a-z0-9-]+):\s*(#[0-9A-Fa-f]{6})\b")


def read_tokens(css: str) -> dict[str, dict[str, str]]:
    """Return the colour tokens of each theme, with what it takes over from the theme below it.

    Raises ``ValueError`` when a theme's block is missing.
    """
    themes: dict[str, dict[str, str]] = {}
    for theme, selector in _BLOCKS.items():
        block = re.search(selector + r"\s*\{([^}]*)\}", css, re.MULTILINE)
        if block is None:
            raise ValueError(f"no block of colours for {theme}")
        base = themes[_BASE[theme]] if theme in _BASE else {}
        themes[theme] = {**base, **dict(_TOKEN.findall(block.group(1)))}
    return themes
