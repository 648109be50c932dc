"""Terms in running text: which mention becomes a link, and that nothing else of the HTML changes."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.term_links import MOST_LINKS, LinkedTerm, TermLinks

TERMS = [
    LinkedTerm("单位净值", "/glossary/nav/", "一份基金值多少钱", ("单位净值", "净值")),
    LinkedTerm("销售服务费", "/glossary/service/", "每天扣的", ("销售服务费", "手续费")),
    LinkedTerm("申购费", "/glossary/sub/", "买入时付的", ("申购费", "手续费"), silent=("服务费率",)),
    LinkedTerm("QDII", "/glossary/qdii/", '投到“境外”的 "基金" <b>&', ("QDII", "A&B")),
    LinkedTerm("确认", "/glossary/confirm/", "登记机构认下", ("份额确认",), silent=("确认",)),
]
_LINK = re.compile(r'<a class="term-link" href="[^"]*" data-term="[^"]*" data-plain-words="[^"]*">(.*?)</a>', re.DOTALL)


def linked(html, terms=TERMS):
    """Return the words that became links, in their order."""
    return _LINK.findall(TermLinks(terms).link(html))


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>先看净值，再看单位净值。</p>", ["净值"]),
        ("<p>基金的单位净值</p>", ["单位净值"]),
        ("<p>这里说的是手续费</p>", []),
        ("<p>服务费率和销售服务费</p>", ["销售服务费"]),
        ("<p>打电话确认，再等份额确认</p>", ["份额确认"]),
        ("<p>一只 QDII 基金，xQDII，QDIIs</p>", ["QDII"]),
        ("<p>xQDII，QDIIs</p>", []),
        ("<p>qdii基金</p>", ["qdii"]),
        ("<p>A&amp;B &净值;</p>", ["A&amp;B", "净值"]),
        ('<p><a href="/x">净值</a>，<b>净值</b></p>', ["净值"]),
        ("<h3>净值</h3><blockquote><p>净值</p></blockquote><table><tr><td>净值</td></tr></table>", []),
        ("<blockquote>一<blockquote>二</blockquote>净值</blockquote>净值", ["净值"]),
        ("<p>他说“净值便宜”。净值不分贵贱。</p>", ["净值"]),
        ("<li><b data-plain>看净值</b>净值在这里</li>", ["净值"]),
        ("<p>{fact:QDII} <img alt='净值'></p>", []),
        ("<script>净值</script><!-- 净值 --><p>净值</p>", ["净值"]),
        ("<p>2 < 3，净值</p>", ["净值"]),
        ("<p>净值</p><a href='x 申购费", ["净值"]),
    ],
)
def test_the_first_mention_in_running_text_is_linked(html, words):
    assert linked(html) == words


def test_a_term_is_linked_once_a_page_however_many_blocks_it_has():
    page = TermLinks(TERMS)
    assert [len(_LINK.findall(page.link("<p>净值和申购费</p>"))) for _block in range(3)] == [2, 0, 0]


def test_a_page_stays_calm():
    many = [LinkedTerm(f"词{chr(0x4E00 + n)}", f"/glossary/{n}/", "说", (f"词{chr(0x4E00 + n)}",)) for n in range(40)]
    assert len(linked("".join(f"<p>{term.term}</p>" for term in many), many)) == MOST_LINKS


def test_what_a_term_says_cannot_break_out_of_its_link():
    html = TermLinks(TERMS).link("<p>QDII</p>")
    assert html == (
        '<p><a class="term-link" href="/glossary/qdii/" data-term="QDII"'
        ' data-plain-words="投到“境外”的 &quot;基金&quot; &lt;b&gt;&amp;">QDII</a></p>'
    )


_PIECES = st.sampled_from(
    ["<p>", "</p>", "<a href='净值'>", "</a>", '<b title="净值>">', "</b>", "<", ">", "&", "&amp;", "&#净值;", '"', "'",
     "净值", "单位净值", "申购费", "QDII", "<!--", "-->", "<script>", "</script>", "<blockquote>", "</blockquote>", "“", "”",
     "<img src=x ", "<svg/净值>", "</", "<?", "]]>", "\x00", "{fact:", "}", " data-plain", "<textarea>", "一"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join))
def test_without_its_links_the_html_is_what_it_was(html):
    assert _LINK.sub(r"\1", TermLinks(TERMS).link(html)) == html


def test_a_long_text_and_a_large_glossary_take_milliseconds():
    many = [LinkedTerm(f"术语{n}号", f"/{n}/", "说", (f"术语{n}号", f"叫法{n}甲", f"叫法{n}乙")) for n in range(500)]
    text = "<p>" + "谁也不知道会是哪一种，术语和叫法都不在这里。" * 250 + "</p>"
    TermLinks(many).link(text)
    start = time.perf_counter()
    TermLinks(many).link(text)
    taken = time.perf_counter() - start
    print(taken)
    assert taken < 0.25
