"""Fails when an interface string lacks its English form or a compiled catalogue is stale.

The source strings are Chinese, so the English catalogue is the one that can be incomplete.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"

# makemessages cuts a variable at its first bar, even one in quotes: such a string never comes to the catalogue.
_UNSEEN = re.compile(r"""\{\{\s*_\(("[^"]*\|[^"]*"|'[^']*\|[^']*')""")


def messages(path: Path) -> dict[str, str]:
    """Return the active entries of a catalogue: message to translation, fuzzy ones with an empty translation."""
    found: dict[str, str] = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        if "\n#~" in block or block.startswith("#~"):
            continue
        identity = _strings(block, "msgid")
        if identity:
            plural = _strings(block, r"msgstr\[0\]") if "msgid_plural" in block else None
            translation = plural if plural is not None else _strings(block, "msgstr")
            found[identity] = "" if re.search(r"^#,.*fuzzy", block, re.MULTILINE) else translation
    return found


def _strings(block: str, keyword: str) -> str:
    match = re.search(rf'^{keyword} ((?:"(?:[^"\\]|\\.)*"\n?)+)', block + "\n", re.MULTILINE)
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', match.group(1))) if match else ""


def extracted() -> set[str]:
    """Return every message that the source holds now, by extracting into a copy of the tree's catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "tree"
        ignored = {".venv", "var", "static", "media", ".git", "node_modules"}
        copy.mkdir()
        for item in ROOT.iterdir():
            if item.name not in ignored and item.name != "locale":
                (copy / item.name).symlink_to(item)
        (copy / "locale").mkdir()
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "makemessages", "-l", "en", "--symlinks", "-v", "0",
             "--no-location", "-i", "tests", "-i", "benchmarks", "-i", ".venv"],
            cwd=copy, check=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "edu_site.settings.test"},
        )  # fmt: skip
        return set(messages(copy / "locale" / "en" / "LC_MESSAGES" / "django.po"))


def unseen() -> list[str]:
    """Return the strings of templates that no extraction finds, with their file."""
    return [
        f"{path.relative_to(ROOT)}: {text}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for text in _UNSEEN.findall(path.read_text(encoding="utf-8"))
    ]


def main() -> None:
    known = messages(CATALOGUE)
    faults = [f"missing from the catalogue: {text}" for text in sorted(extracted() - set(known))]
    faults += [f"not translated: {text}" for text, translation in sorted(known.items()) if not translation]
    faults += [f"write {{% trans %}}, this is never extracted: {text}" for text in unseen()]
    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        with tempfile.NamedTemporaryFile(suffix=".mo") as compiled:
            subprocess.run(["msgfmt", "--check-format", "-o", compiled.name, str(source)], check=True)
            if Path(compiled.name).read_bytes() != source.with_suffix(".mo").read_bytes():
                faults.append(f"compiled catalogue is stale: {source.relative_to(ROOT)}")
    if faults:
        sys.exit("\n".join(faults))
    print(f"translations: {len(known)} messages complete")


if __name__ == "__main__":
    main()
