"""How long a handbook takes and how much memory; the reference is the bare library writing the same words.

Each of the two runs in a fresh process; seconds are those of the processor. Without ``DATABASE_URL``, which must name a
database with the demo in it, the demo is loaded into a new one first. Prints one JSON line.

    python benchmarks/handbook.py [--path elders] [--large]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edu_site.settings.dev")


def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(slug, *, large):
    """Write the handbook of ``slug`` and return what it took, and its words by way of the record of versions."""
    import django

    django.setup()
    from courses.paths.handbook import manuscript_of, write_handbook
    from courses.paths.queries import public_paths

    path = public_paths().select_related("follow_up").get(slug=slug)
    before, started = peak_mib(), time.process_time()
    manuscript = manuscript_of(path, large=large)
    read = time.process_time()
    built = write_handbook(manuscript)
    finished = time.process_time()
    return {
        "read_seconds": round(read - started, 2),
        "write_seconds": round(finished - read, 2),
        "peak_mib": round(peak_mib()),
        "added_mib": round(peak_mib() - before),
        "pages": built.pages,
        "kib": round(len(built.content) / 1024),
        "text": "\n".join(chapter.lesson.published_text() for chapter in manuscript.chapters),
    }


def bare(text):
    """Write ``text`` with the library alone, in the same three fonts."""
    import django
    from fpdf import FPDF

    from core.pdf_fonts import pdf_fonts

    django.setup()
    before, started = peak_mib(), time.process_time()
    document = FPDF()
    document.add_page()
    fonts = pdf_fonts()
    for name, file in (("regular", fonts.regular), ("bold", fonts.bold), ("display", fonts.display)):
        document.add_font(name, "", str(file.path), collection_font_number=file.number)
    third = len(text) // 3
    for place, name in enumerate(("regular", "bold", "display")):
        document.set_font(name, size=12)
        document.multi_cell(document.epw, 7.2, text[place * third : (place + 1) * third])
    size = len(document.output())
    return {
        "write_seconds": round(time.process_time() - started, 2),
        "peak_mib": round(peak_mib()),
        "added_mib": round(peak_mib() - before),
        "pages": document.page,
        "kib": round(size / 1024),
    }


def load_demo(folder):
    os.environ |= {"DATABASE_URL": f"sqlite:///{folder / 'demo.sqlite3'}", "DEMO": "1", "VAR_DIR": str(folder)}
    for command in ("migrate", "load_demo"):
        subprocess.run([sys.executable, "manage.py", command], capture_output=True, check=True)


def in_fresh_process(*arguments, text=None):
    answer = subprocess.run(
        [sys.executable, __file__, *arguments], input=text, capture_output=True, check=True, text=True
    )
    return json.loads(answer.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--path", default="elders")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--part", choices=("ours", "bare"))
    options = parser.parse_args()
    if options.part == "ours":
        print(json.dumps(ours(options.path, large=options.large)))
    elif options.part == "bare":
        print(json.dumps(bare(sys.stdin.read())))
    else:
        with TemporaryDirectory() as folder:
            if "DATABASE_URL" not in os.environ:
                load_demo(Path(folder))
            mine = in_fresh_process("--part", "ours", "--path", options.path, *(["--large"] if options.large else []))
        text = mine.pop("text")
        reference = in_fresh_process("--part", "bare", text=text)
        ratio = round(mine["write_seconds"] / reference["write_seconds"], 2)
        result = {"benchmark": "handbook", "path": options.path, "large": options.large, "characters": len(text)}
        print(json.dumps({**result, "handbook": mine, "bare": reference, "ratio": ratio}))


if __name__ == "__main__":
    main()
