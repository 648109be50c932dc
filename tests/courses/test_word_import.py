"""A Word document becomes a draft that nobody sees until it went through the review; what may harm is refused."""

import re
import zipfile
import zlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image as Pillow
from wagtail.images import get_image_model
from wagtail.models import Collection

from courses import word_package
from courses.actions.word_importing import import_word, keep_upload, purge_uploads, read_for_import
from courses.errors import ContentInvalidError
from courses.models import DraftUpload
from courses.pages import ColumnPage, CoursePage, LessonPage
from courses.word import read_word
from courses.word_package import open_word
from tests.factories.accounts import StaffFactory
from tests.factories.word import link, packed, paragraph, picture, png, relation, run, table, word_file, word_parts

LINKS = relation("rIdL", "hyperlink", "https://example.com/rules", outside=True)


def read(body, **options):
    return read_word(word_file(body, **options))


def values(text):
    return [(block["type"], block["value"]) for block in text.blocks]


def test_structure_is_kept_and_styling_is_dropped():
    text = read(
        paragraph(run("先停一停"), style="a3")
        + paragraph(run("目录 1"), style="TOC1")
        + paragraph(run("开头"), run("要紧", bold=True), run("，见"), link("rIdL", "规则"), run("。"))
        + paragraph()
        + paragraph(run("第一节"), style="1")
        + paragraph(run("甲"), level=0)
        + paragraph(run("甲一"), level=1)
        + paragraph(run("乙"), level=0)
        + paragraph(run("先"), level=0, number=2)
        + table(["项目", "费用"], ["申购", "一次"])
        + paragraph(run("第二节"), style="2")
        + paragraph(run("费率{fact:fee}。")),
        relations=LINKS,
    )
    assert text.title == "先停一停"
    assert text.left_out == []
    assert values(text) == [
        ("text", '<p>开头<strong>要紧</strong>，见<a href="https://example.com/rules">规则</a>。</p>'),
        ("section", {"title": "第一节", "short": ""}),
        ("text", "<ul><li>甲<ul><li>甲一</li></ul></li><li>乙</li></ul><ol><li>先</li></ol>"),
        (
            "table",
            {
                "table": {
                    "columns": [{"type": "text", "heading": "项目"}, {"type": "text", "heading": "费用"}],
                    "rows": [{"values": ["申购", "一次"]}],
                    "caption": "第一节",
                },
                "note": "",
            },
        ),
        ("section", {"title": "第二节", "short": ""}),
        ("text", '<p>费率<embed embedtype="fact" key="fee"/>。</p>'),
    ]


def test_the_first_of_several_headings_of_one_level_is_no_title():
    text = read(paragraph(run("一"), style="1") + paragraph(run("甲")) + paragraph(run("二"), style="1"))
    assert (text.title, [block["value"]["title"] for block in text.blocks if block["type"] == "section"]) == (
        "",
        ["一", "二"],
    )
    assert read(paragraph(run("一"), style="1") + paragraph(run("甲"))).title == "一"


def test_pictures_stand_where_they_stood_and_the_same_one_is_kept_once():
    one, two = png(), png(colour=(200, 30, 30))
    text = read(
        paragraph(run("前"), picture("rId-a.png", "一条上升的线"), run("后"))
        + paragraph(picture("rId-b.png", "图片包含 图表&#10;&#10;描述已自动生成"))
        + paragraph(run("末"), picture("rId-a.png")),
        media={"a.png": one, "b.png": two},
    )
    assert values(text) == [
        ("text", "<p>前</p>"),
        ("picture", 0),
        ("text", "<p>后</p>"),
        ("picture", 1),
        ("text", "<p>末</p>"),
        ("picture", 0),
    ]
    assert [(shown.data, shown.extension, shown.alt) for shown in text.pictures] == [
        (one, "png", "一条上升的线"),
        (two, "png", ""),
    ]


def test_a_picture_in_a_list_or_a_table_follows_it():
    text = read(
        paragraph(run("甲"), picture("rId-a.png"), level=0)
        + "<w:tbl><w:tr><w:tc>"
        + paragraph(run("项目"), picture("rId-a.png"))
        + "</w:tc></w:tr></w:tbl>",
        media={"a.png": png()},
    )
    assert [block["type"] for block in text.blocks] == ["text", "picture", "table", "picture"]


def test_merged_cells_leave_their_places_empty():
    merged = (
        "<w:tbl><w:tr><w:tc>" + paragraph(run("项目")) + '</w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>'
        + paragraph(run("费用")) + "</w:tc></w:tr><w:tr>"
        '<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + paragraph(run("申购")) + "</w:tc><w:tc>"
        + paragraph(run("前端")) + "</w:tc><w:tc>" + paragraph(run("1")) + "</w:tc></w:tr><w:tr>"
        "<w:tc><w:tcPr><w:vMerge/></w:tcPr>" + paragraph() + "</w:tc><w:tc>" + paragraph(run("后端"))
        + "</w:tc><w:tc>" + paragraph(run("2")) + "</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    text = read(merged)
    held = text.blocks[0]["value"]["table"]
    assert [column["heading"] for column in held["columns"]] == ["项目", "费用", ""]
    assert [row["values"] for row in held["rows"]] == [["申购", "前端", "1"], ["", "后端", "2"]]
    assert text.left_out == ["合并的单元格"]


def test_what_cannot_be_carried_is_named():
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="2">' + paragraph(run("脚注里的话")) + "</w:footnote></w:footnotes>"
    )
    box = (
        "<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>"
        + paragraph(run("框里"))
        + "</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>"
        + paragraph(run("框里"))
        + "</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    parts = word_parts(
        paragraph(
            run("正文"),
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
            f"<w:ins>{run('加的')}</w:ins><w:del><w:r><w:delText>删的</w:delText></w:r></w:del>",
            run("2", extra='<w:vertAlign w:val="superscript"/>'),
        )
        + paragraph(run("旁边"), box)
        + paragraph(picture("rId-a.emf"), picture("rId-b.svg"), run("图后"))
        + "<w:p><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p>",
        relations=relation("rIdF", "footnotes", "footnotes.xml"),
        media={"a.emf": b"\x01\x00\x00\x00 EMF", "b.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
    )
    text = read_word(packed({**parts, "word/footnotes.xml": notes, "word/header1.xml": header("内部资料")}))
    assert text.left_out == [
        "脚注",
        "修订（按接受后的样子导入）",
        "文本框（文字成了普通段落）",
        "公式",
        "页眉和页脚",
        "上标和下标",
        "第 1 张图（EMF 格式）",
        "第 2 张图（SVG 格式）",
    ]
    assert text.pictures == []
    words = "".join(value for _kind, value in values(text))
    assert "加的" in words
    assert "删的" not in words
    assert "脚注里的话" not in words
    assert words.count("框里") == 1


def header(words):
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<w:hdr xmlns:w="{space}">{paragraph(run(words))}</w:hdr>'


def test_a_page_number_is_no_header_to_be_missed():
    parts = word_parts(paragraph(run("甲")))
    assert read_word(packed({**parts, "word/footer1.xml": header("第 3 页")})).left_out == []


def test_the_text_passes_the_same_sanitising():
    text = read(
        paragraph(run("&lt;script&gt;alert(1)&lt;/script&gt;甲\u200b乙"))
        + paragraph(link("rIdJ", "点我"), link("rIdR", "看这里")),
        relations=relation("rIdJ", "hyperlink", "javascript:alert(1)", outside=True)
        + relation("rIdR", "hyperlink", "file:///C:/a.txt", outside=True),
    )
    assert values(text) == [
        ("text", "<p>&lt;script&gt;alert(1)&lt;/script&gt;甲乙</p><p>点我看这里</p>"),
    ]


def spoiled(**changes):
    return packed({**word_parts(paragraph(run("甲"))), **changes})


def encrypted_entry():
    data = bytearray(spoiled())
    for place in [match.start() for match in re.finditer(b"PK\x01\x02", bytes(data))]:
        data[place + 8] |= 1
    return bytes(data)


def lying_about_its_size():
    """An entry whose directory says ten bytes and that unpacks to two million."""
    data = bytearray(packed({**word_parts(paragraph(run("甲"))), "word/big.xml": b" " * 2_000_000}))
    place = data.rindex(b"word/big.xml") - 46
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def deep(levels):
    return f"<w:p>{'<w:sdt>' * levels}{'</w:sdt>' * levels}</w:p>"


BAD = [
    (b"", "不是完好"),
    (b"# Markdown", "不是完好"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式的 .doc"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "有密码"),
    (b"PK\x03\x04" + b"\0" * (word_package.LARGEST + 1), "超过 20 MB"),
    (lambda: packed({"a.txt": "x"}), "不是 Word 文档"),
    (encrypted_entry, "有密码"),
    (lambda: spoiled(**{"word/vbaProject.bin": b"x"}), "有宏"),
    (lambda: spoiled(**{"word/VBAproject.BIN": b"x"}), "有宏"),
    (
        lambda: spoiled(
            **{
                "[Content_Types].xml": word_parts("")["[Content_Types].xml"].replace(
                    "wordprocessingml.document.main", "ms-word.document.macroEnabled.main"
                )
            }
        ),
        "有宏",
    ),
    (lambda: spoiled(**{"word/embeddings/oleObject1.bin": b"x"}), "嵌着别的文件"),
    (lambda: spoiled(**{"word/activeX/activeX1.xml": "<a/>"}), "嵌着别的文件"),
    (lambda: spoiled(**{"word/other.bin": packed({"a": "b"})}), "嵌着别的文件"),
    (lambda: spoiled(**{"word/media/a.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}), "嵌着别的文件"),
    (lambda: word_file(paragraph(), relations=relation("r", "aFChunk", "a.html")), "嵌着别的文件"),
    (
        lambda: word_file(paragraph(), relations=relation("r", "image", "https://a.example/a.png", outside=True)),
        "图片只是链接",
    ),
    (
        lambda: word_file(
            paragraph(), relations=relation("r", "attachedTemplate", "https://a.example/a.dotm", outside=True)
        ),
        "别处的模板",
    ),
    (lambda: spoiled(**{f"word/x{number}.bin": b"" for number in range(word_package.MOST_PARTS)}), "部件太多"),
    (lambda: spoiled(**{"word/x.bin": b"\0" * (word_package.FREE_UNPACKED + 1)}), "展开以后太大"),
    (lambda: spoiled(**{"word/x.xml": b" " * (word_package.LARGEST_XML + 1)}), "展开以后太大"),
    (lying_about_its_size, "不是完好"),
    (lambda: spoiled(**{"../x.xml": b"<a/>"}), "不是完好"),
    (lambda: spoiled(**{"/x.xml": b"<a/>"}), "不是完好"),
    (lambda: spoiled(**{"word/DOCUMENT.xml": b"<a/>"}), "不是完好"),
    (
        lambda: spoiled(**{"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'}),
        "读不懂",
    ),
    (lambda: spoiled(**{"word/document.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), "读不懂"),
    (lambda: spoiled(**{"word/document.xml": "<w:document"}), "读不懂"),
    (lambda: spoiled(**{"word/document.xml": "<a/>"}), "读不懂"),
    (lambda: word_file(deep(word_package.DEEPEST)), "结构太复杂"),
    (
        lambda: word_file(paragraph(picture("rId-a.png")), media={"a.png": huge_picture(30_000)}),
        "第 1 张图的像素太多",
    ),
    (
        lambda: word_file(paragraph(picture("rId-a.png")), media={"a.png": huge_picture(7_000)}),
        "第 1 张图有 7000 × 7000 像素",
    ),
]


def huge_picture(side):
    """A picture that says how large it is and holds nothing."""
    data = bytearray(png(1, 1))
    data[16:24] = side.to_bytes(4, "big") * 2
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize(("data", "words"), BAD, ids=[f"{place}" for place in range(len(BAD))])
def test_what_may_harm_is_refused_in_words(data, words):
    with pytest.raises(ContentInvalidError, match=words):
        read_word(data() if callable(data) else data)


def test_a_text_of_too_many_elements_is_refused(monkeypatch):
    monkeypatch.setattr("courses.word_package.MOST_ELEMENTS", 500)
    with pytest.raises(ContentInvalidError, match="结构太复杂"):
        read(paragraph() * 400)


def test_the_deepest_text_that_is_let_in_is_read():
    assert values(read(deep(word_package.DEEPEST - 4) + paragraph(run("甲")))) == [("text", "<p>甲</p>")]


def test_a_fault_on_the_way_is_found_out_with_any_byte_changed():
    """Whatever one broken byte does, it is refused in words or read: never an error of the library."""
    whole = word_file(paragraph(run("甲"), picture("rId-a.png")), media={"a.png": png()})
    for place in range(0, len(whole), 23):
        data = bytearray(whole)
        data[place] ^= 0x55
        try:
            read_word(bytes(data))
        except ContentInvalidError:
            continue


def test_too_many_pictures_are_refused():
    media = {f"{number}.png": png(colour=(number, 0, 0)) for number in range(41)}
    body = "".join(paragraph(picture(f"rId-{name}")) for name in media)
    with pytest.raises(ContentInvalidError, match="超过 40 张"):
        read(body, media=media)


def test_a_picture_over_five_megabytes_is_refused(monkeypatch):
    monkeypatch.setattr("courses.word.LARGEST_PICTURE", 50)
    with pytest.raises(ContentInvalidError, match="第 1 张图超过 5 MB"):
        read(paragraph(picture("rId-a.png")), media={"a.png": png()})


@pytest.fixture
def desk(client, course_site, monkeypatch):
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)
    client.force_login(course_site.author, backend="accounts.backends.StaffPasswordBackend")
    return client


def upload(client, parent, data, name="a.docx"):
    return client.post(f"/cms/courses/import/{parent.pk}/", {"file": SimpleUploadedFile(name, data)})


def messages_of(response):
    return [str(message) for message in response.context["messages"]]


def test_a_document_without_pictures_becomes_a_draft_at_once(desk, course_site):
    parent = CoursePage.objects.first()
    response = upload(
        desk,
        parent,
        word_file(paragraph(run("先停"), style="a3") + paragraph(run("正"), "<w:r><w:br/></w:r>", run("文"))),
    )
    page = LessonPage.objects.get()
    assert response.headers["Location"] == f"/cms/pages/{page.pk}/edit/"
    assert (page.title, page.live, page.owner, page.current_workflow_state) == ("先停", False, course_site.author, None)
    assert page.get_latest_revision().user == course_site.author
    assert desk.get(response.headers["Location"]).status_code == 200
    assert DraftUpload.objects.count() == 0


def test_pictures_are_described_before_there_is_a_draft(desk, course_site):
    parent = CoursePage.objects.first()
    body = (
        paragraph(run("看图"), style="a3")
        + paragraph(run("第一张："), picture("rId-a.png", "一条上升的线"))
        + paragraph(run("第二张："), picture("rId-b.png"))
        + "<w:p><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p>"
    )
    media = {"a.png": png(), "b.png": png(colour=(200, 30, 30))}
    response = upload(desk, parent, word_file(body, media=media))
    kept = DraftUpload.objects.get()
    address = f"/cms/courses/import/pictures/{kept.pk}/"
    assert response.headers["Location"] == address
    assert LessonPage.objects.count() == 0
    shown = desk.get(address).content.decode()
    assert shown.count("data:image/png;base64,") == 2
    assert 'value="一条上升的线"' in shown
    assert "在“第一张：”后面" in shown

    refused = desk.post(address, {"alt_1": "一条线", "alt_2": "  "})
    assert refused.status_code == 200
    assert refused.context["form"].errors == {"alt_2": ["请写这张图里有什么。看不见图的人靠这句话。"]}
    assert 'value="一条线"' in refused.content.decode()
    assert (LessonPage.objects.count(), get_image_model().objects.count()) == (0, 0)

    done = desk.post(address, {"alt_1": "一条线", "alt_2": "一个红块"})
    page = LessonPage.objects.get()
    assert done.headers["Location"] == f"/cms/pages/{page.pk}/edit/"
    draft = page.get_latest_revision_as_object()
    blocks = [(block.block_type, block.value) for block in draft.body]
    assert [kind for kind, _value in blocks] == ["text", "image", "text", "image"]
    assert [value["alt"] for kind, value in blocks if kind == "image"] == ["一条线", "一个红块"]
    images = [value["image"] for kind, value in blocks if kind == "image"]
    assert [image.title for image in images] == ["看图 1", "看图 2"]
    assert [image.description for image in images] == ["一条线", "一个红块"]
    assert {image.collection for image in images} == {Collection.get_first_root_node()}
    assert {image.uploaded_by_user for image in images} == {course_site.author}
    assert [Pillow.open(image.file).size for image in images] == [(40, 30), (40, 30)]
    edited = desk.get(f"/cms/pages/{page.pk}/edit/")
    assert "这些没有照原样带进来，请对照原文：公式。" in messages_of(edited)
    assert DraftUpload.objects.count() == 0
    assert desk.post(address, {"alt_1": "一条线", "alt_2": "一个红块"}).status_code == 404
    assert LessonPage.objects.count() == 1


def test_a_refused_file_is_told_beside_the_field(desk):
    parent = ColumnPage.objects.first()
    for name, data, words in (
        ("a.docm", spoiled(**{"word/vbaProject.bin": b"x"}), "文件里有宏"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧格式的 .doc"),
        ("a.docx", b"not a zip", "不是完好的 .docx"),
        ("a.docx", word_file(paragraph()), "没有文字"),
    ):
        answer = upload(desk, parent, data, name)
        assert answer.status_code == 200
        (error,) = answer.context["form"].errors["file"]
        assert words in error
    assert ColumnPage.objects.first().get_children().count() == 0


def test_a_kept_file_is_its_owners_alone(desk, course_site):
    parent = CoursePage.objects.first()
    data = word_file(paragraph(picture("rId-a.png")), media={"a.png": png()})
    kept = keep_upload(parent=parent, data=data, user=StaffFactory(role="editor"), now=timezone.now())
    address = f"/cms/courses/import/pictures/{kept.pk}/"
    assert (desk.get(address).status_code, desk.post(address, {"alt_1": "x"}).status_code) == (404, 404)
    assert LessonPage.objects.count() == 0


def test_files_nobody_came_back_to_are_deleted(course_site, django_capture_on_commit_callbacks):
    parent, now = CoursePage.objects.first(), timezone.now()
    old = keep_upload(parent=parent, data=b"old", user=course_site.author, now=now - timedelta(hours=25))
    new = keep_upload(parent=parent, data=b"new", user=course_site.author, now=now - timedelta(hours=23))
    with django_capture_on_commit_callbacks(execute=True):
        assert purge_uploads(now=now) == 1
    assert list(DraftUpload.objects.all()) == [new]
    assert (old.file.storage.exists(old.file.name), new.file.storage.exists(new.file.name)) == (False, True)


def test_pictures_without_words_or_rights_make_no_draft(course_site):
    parent = CoursePage.objects.first()
    data = word_file(paragraph(picture("rId-a.png")), media={"a.png": png()})
    text = read_for_import(parent=parent, data=data, user=course_site.author)
    for alts in ([], [" "], ["甲", "乙"]):
        with pytest.raises(ContentInvalidError, match="每张图都要写替代文字"):
            import_word(parent=parent, text=text, alts=alts, user=course_site.author)
    with pytest.raises(ContentInvalidError, match="没有上传图片的权限"):
        read_for_import(parent=parent, data=data, user=StaffFactory(role="service"))
    assert (LessonPage.objects.count(), get_image_model().objects.count()) == (0, 0)


def test_a_draft_that_fails_leaves_nothing_behind(course_site, monkeypatch):
    """Neither rows nor files of pictures, and the upload is still there for the next try."""
    parent = CoursePage.objects.first()
    data = word_file(paragraph(picture("rId-a.png")), media={"a.png": png()})
    kept = keep_upload(parent=parent, data=data, user=course_site.author, now=timezone.now())
    text = read_for_import(parent=parent, data=data, user=course_site.author)
    stored = []

    def fails(**options):
        stored.extend(get_image_model().objects.all())
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("courses.actions.word_importing.draft_below", fails)
    with pytest.raises(RuntimeError, match="disk is full"):
        import_word(parent=parent, text=text, alts=["甲"], user=course_site.author, upload=kept)
    (image,) = stored
    assert image.file.storage.exists(image.file.name) is False
    assert get_image_model().objects.count() == 0
    assert DraftUpload.objects.get() == kept
    assert kept.file.storage.exists(kept.file.name) is True


def test_sizes_are_counted_and_not_believed():
    """A part whose directory names ten bytes and their sum: what was not counted does not reach the library."""
    data = bytearray(packed({**word_parts(paragraph(run("甲"))), "word/big.bin": b" " * 2_000_000}))
    place = data.rindex(b"word/big.bin") - 46
    data[place + 16 : place + 20] = zlib.crc32(b" " * 10).to_bytes(4, "little")
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with zipfile.ZipFile(BytesIO(open_word(bytes(data)).data)) as archive:
        assert archive.read("word/big.bin") == b" " * 10
