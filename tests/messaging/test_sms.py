import pytest

from messaging.enums import Category
from messaging.errors import TemplateError
from messaging.rendering import preview, render
from messaging.sms import count_segments, has_link, sign
from messaging.templates import MessageTemplate, get_template, register_template


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("字" * 70, 1),
        ("字" * 71, 2),
        ("字" * 134, 2),
        ("字" * 135, 3),
        ("🙂" * 35, 1),
        ("🙂" * 36, 2),
        ("🙂" * 67, 3),
        ("【示例投教】" + "字" * 64, 1),
        ("【示例投教】" + "字" * 65, 2),
    ],
)
def test_segments_as_carriers_bill_them(text, segments):
    assert count_segments(text) == segments


def test_signature_goes_in_front_once():
    assert sign("您好", "示例投教") == "【示例投教】您好"
    assert sign("【示例投教】您好", "示例投教") == "【示例投教】您好"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("本站/j页输入", False),
        ("2.5公里，12.5%", False),
        ("11月25日20:00", False),
        ("看http://a", True),
        ("a.cn", True),
        ("EXAMPLE.COM", True),
        ("www.好", True),
    ],
)
def test_what_a_phone_would_show_as_a_link(text, found):
    assert has_link(text) is found


def test_value_that_smuggles_a_link_into_an_sms_stops_it():
    template = register_template(
        MessageTemplate(key="t", label="t", category=Category.SERVICE, sms="{name}您好", params=("name",))
    )
    with pytest.raises(TemplateError, match="短信一律不带链接"):
        render(template, {"name": "evil.com"}, channel="sms")


def test_code_sms_is_signed_and_takes_one_segment():
    text = preview(get_template("messaging.code"), channel="sms").text
    assert text == "【示例投教】验证码000000，10分钟内有效，只在您自己打开的本站页面输入。谁来要都不要给。"
    assert count_segments(text) == 1
