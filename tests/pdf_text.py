"""PDF files read back by programs that did not write them: their words by poppler, their structure by pypdf."""

import io
import shutil
import subprocess

import pytest
from pypdf import PdfReader

from tests.conftest import REQUIRE_SERVICES


def pages_of(content):
    """Return the words of each page. pypdf cannot: it does not know encodings that are streams of their own."""
    program = shutil.which("pdftotext")
    if program is None:
        reason = "pdftotext (poppler-utils) is not on this machine"
        pytest.fail(reason) if REQUIRE_SERVICES else pytest.skip(reason)
    text = subprocess.run([program, "-raw", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    return text.split("\f")[:-1]


def flat(pages):
    """Return the words of pages without any space: lines break anywhere in Chinese."""
    return "".join("".join(page.split()) for page in pages)


def read(content):
    """Return the structure of a file."""
    return PdfReader(io.BytesIO(content))


def fonts_of(reader):
    """Return the descriptor of each font by its name without the mark of its part."""
    return {
        str(font.get_object()["/BaseFont"]).partition("+")[2]: font.get_object()["/DescendantFonts"][0]
        .get_object()["/FontDescriptor"]
        .get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
