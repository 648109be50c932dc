"""PDF files: lines broken as Chinese is, every character readable again, never a box, and no file without a font."""

import pytest

from core import pdf_fonts
from core.pdf import BODY, Document, Look, NoFontError
from core.pdf_lines import Run, broken
from core.pdf_table import RuledTable
from tests.pdf_text import flat, fonts_of, pages_of, read


def lines(text, width):
    """Break with each character one wide, letters half."""
    found = broken([Run(text)], width, lambda run: sum(0.5 if sign.isascii() else 1 for sign in run.text))
    return ["".join(run.text for run in line) for line in found]


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("一二三四五六七", 3, ["一二三", "四五六", "七"]),
        # No comma or closing mark begins a line, no opening mark ends one.
        ("一二三，四五", 3, ["一二", "三，四", "五"]),
        ("一二“三四”五", 3, ["一二", "“三", "四”五"]),
        ("一二（三）四", 3, ["一二", "（三）", "四"]),
        # Numbers and words stay whole; a no-break space binds a unit.
        ("付了12,000元整", 4, ["付了", "12,000元", "整"]),
        ("付了148\u00a0元", 4, ["付了", "148\u00a0元"]),
        # What is wider than a line is broken inside.
        ("见https://a.example/abcdefgh", 4, ["见https:", "//a.exam", "ple/abcd", "efgh"]),
        ("一\n二", 5, ["一", "二"]),
        ("一二 三", 2, ["一二", "三"]),
        ("", 5, [""]),
    ],
)
def test_lines(text, width, expected):
    assert lines(text, width) == expected


@pytest.mark.parametrize("sign", "，。、；：？！）》」”％")
def test_no_sign_of_the_kind_begins_a_line_however_narrow(sign):
    assert [line[0] for line in lines(f"一二三四五六{sign}七八九" * 4, 5)].count(sign) == 0


@pytest.fixture(scope="module")
def sheet():
    """A document with every kind of text, read back."""
    document = Document(title="样子", author="投教", running_head="投教 · 样子")
    document.begin(running=False)
    document.paragraph("封面")
    document.begin()
    document.paragraph("骗子发来😀和👩🏽，别转账；𫞩")
    document.rich('<p>见<b>粗字</b>和<a href="https://example.com/a">这里</a></p><ul><li>一条</li><li>两条</li></ul>')
    document.seal("入", 24, 100, 11)
    document.set_y(120)
    RuledTable(document, ["项目", "金额"], (3, 1), frozenset({1})).write([["费用", "148.00"]] * 60, bold_last=True)
    return document.finished()


def test_every_character_can_be_read_again_and_what_no_font_has_is_named(sheet):
    found = flat(pages_of(sheet))
    assert "骗子发来〔GRINNINGFACE〕和〔WOMAN〕〔EMOJIMODIFIERFITZPATRICKTYPE-4〕，别转账；" in found
    assert "见粗字和这里•一条•两条" in found
    assert "入" in found
    assert found.count("148.00") == 60


def test_fonts_are_embedded_as_parts(sheet):
    fonts = fonts_of(read(sheet))
    assert sorted(fonts) == ["NotoSansCJKSC", "NotoSansCJKSCBold", "NotoSerifCJKSCBold"]
    assert all("/FontFile3" in descriptor for descriptor in fonts.values())
    assert len(sheet) < 100_000


def test_the_head_of_a_table_comes_again_on_each_page_and_pages_are_numbered(sheet):
    pages = pages_of(sheet)
    assert len(pages) > 3
    assert [text.count("项目") for text in pages] == [0, *[1] * (len(pages) - 1)]
    assert [text.strip().splitlines()[0] if number else "" for number, text in enumerate(pages)] == [
        "",
        *["投教 · 样子"] * (len(pages) - 1),
    ]
    assert [str(number) in text.splitlines() for number, text in enumerate(pages, start=1)] == [
        False,
        *[True] * (len(pages) - 1),
    ]


def test_links_lead_where_they_say(sheet):
    links = [note.get_object() for page in read(sheet).pages for note in page.get("/Annots", [])]
    assert [link["/A"]["/URI"] for link in links] == ["https://example.com/a"]


def test_a_control_without_the_names_would_lose_the_sign():
    """The font itself writes a box, of which nothing can be read."""
    document = Document(title="样子", author="投教")
    document.begin()
    document.line_at((Run("好😀坏"),), BODY, 24, 100)
    assert flat(pages_of(document.finished())) == "好坏"
    assert document.clean("好😀坏") == "好〔GRINNING FACE〕坏"
    assert document.clean("50\u202f元") == "50\u00a0元"


def test_large_print_enlarges_the_type_and_not_the_page():
    small, large = (Document(title="样子", author="投教", scale=scale) for scale in (1, 4 / 3))
    assert large.measure(Run("学"), 12) == pytest.approx(small.measure(Run("学"), 12) * 4 / 3)
    assert large.line_of(Look()) == pytest.approx(small.line_of(Look()) * 4 / 3)
    assert (large.w, large.h) == (small.w, small.h)


def test_without_a_font_there_is_no_file_and_operators_are_told(monkeypatch, settings, tmp_path):
    assert pdf_fonts.check_pdf_fonts() == []
    monkeypatch.setattr(pdf_fonts, "USUAL_DIRS", ())
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"no font")
    settings.PDF_FONT_DIRS = (str(tmp_path),)
    with pytest.raises(NoFontError):
        Document(title="样子", author="投教")
    assert [(row.id, "fonts-noto-cjk" in row.hint) for row in pdf_fonts.check_pdf_fonts()] == [("core.I001", True)]
    settings.PDF_FONT_DIRS = ("/usr/share/fonts/opentype/noto",)
    assert pdf_fonts.pdf_fonts() is not None
