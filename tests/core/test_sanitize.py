"""What may stay in HTML, and visitors' plain text."""

import pytest

from core.sanitize import linked_text, safe_html


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>好<b>词</b></p>", "<p>好<b>词</b></p>"),
        ("<p onclick='x()'>好</p>", "<p>好</p>"),
        ("<script>alert(1)</script><p>好</p>", "<p>好</p>"),
        ("<p style='color:red'>好</p>", "<p>好</p>"),
        ("<h1>大</h1>", "大"),
        ("<img src=x onerror=alert(1)>", ""),
        ('<a href="javascript:alert(1)">点</a>', "<a>点</a>"),
        ('<a href="tel:110">110</a>', '<a href="tel:110">110</a>'),
        ('<a href="/help/now/">遇到可疑情况</a>', '<a href="/help/now/">遇到可疑情况</a>'),
        ("<svg><script>x</script></svg>", ""),
    ],
)
def test_safe_html_keeps_only_the_allowed(html, safe):
    assert safe_html(html) == safe


def test_linked_text_escapes_and_links():
    text = linked_text("<b>看</b> https://example.com/a?b=1\n下一行 a@example.com")
    assert text == (
        '&lt;b&gt;看&lt;/b&gt; <a href="https://example.com/a?b=1" rel="nofollow noopener noreferrer">'
        "https://example.com/a?b=1</a><br>下一行 a@example.com"
    )
