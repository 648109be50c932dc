"""The words that are kept of what readers saw."""

import pytest

from core.readable import readable_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>先问用途。</p><p>再问日子。</p>", "先问用途。\n再问日子。"),
        ("<ul><li>一</li><li><b>二</b>十</li></ul>", "一\n二十"),
        ("<table><tr><th>情形</th><td>得到</td></tr><tr><th>跌</th><td>0.8%</td></tr></table>", "情形 得到\n跌 0.8%"),
        ("<svg><text>0</text><text>20,000</text></svg>说明", "0 20,000\n说明"),
        ("<p>一行<br>又一行</p>\n  <p>  </p>", "一行\n又一行"),
        ("<style>p{}</style><script>alert(1)</script><p>留下</p>", "留下"),
        ("<p>1 &lt; 2</p>", "1 &lt; 2"),
        ("源码里\n换行不算", "源码里 换行不算"),
        ("", ""),
    ],
)
def test_lines_stand_where_the_page_had_lines(html, text):
    assert readable_text(html) == text
