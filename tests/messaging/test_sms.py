from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.enums import Category
from messaging.errors import TemplateError
from messaging.rendering import preview, render
from messaging.sms import Estimate, count_segments, estimate, has_link, has_opt_out, sign, with_opt_out
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


# Everything on its own: the alphabet as in the tables of 3GPP TS 23.038, units as an encoder counts them, parts one
# character after another.
GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_ESCAPED = "\f^{}\\[~]|€"


def slow_parts(text):
    if set(text) <= set(GSM_BASIC + GSM_ESCAPED):
        units = [("\x1b" + sign if sign in GSM_ESCAPED else sign) for sign in text]
        lengths, single, part = [len(unit) for unit in units], 160, 153
    else:
        lengths, single, part = [len(sign.encode("utf-16-be", "surrogatepass")) // 2 for sign in text], 70, 67
    if sum(lengths) <= single:
        return 1, sum(lengths)
    boxes = [[]]
    for length in lengths:
        if sum(boxes[-1]) + length > part:
            boxes.append([])
        boxes[-1].append(length)
    return len(boxes), sum(lengths)


MIXED = st.text(alphabet=st.sampled_from("字，。a1 €{🙂𠮷é【】"), max_size=420)
LATIN = st.text(alphabet=st.sampled_from("aZ1 €^{}|é"), max_size=500)


@given(st.one_of(MIXED, LATIN, st.text(max_size=200)))
def test_segments_agree_with_a_slow_count(text):
    assert count_segments(text) == slow_parts(text)[0]


@given(st.one_of(MIXED, LATIN))
def test_estimate_agrees_with_a_slow_count(text):
    segments, characters = slow_parts(text if text.startswith("【") else f"【示例投教】{text}")
    assert estimate(text) == Estimate(segments, characters, Decimal("0.05") * segments)


def test_no_emoji_is_split_over_two_parts():
    # 66 units, then an emoji of two: it does not fit into the 67 of the first part.
    assert count_segments("字" * 66 + "🙂" + "字" * 66) == 3
    assert count_segments("字" * 65 + "🙂" + "字" * 67) == 2


def test_estimate_counts_signature_and_the_way_out(settings):
    settings.SMS_SEGMENT_PRICE = "0.045"
    body = "字" * 55
    assert estimate(body) == Estimate(1, 61, Decimal("0.045"))
    # 6 of the signature, 55, a full stop and 6 of 拒收请回复R
    assert estimate(body + "字" * 2, campaign=True) == Estimate(1, 70, Decimal("0.045"))
    assert estimate(body + "字" * 3, campaign=True) == Estimate(2, 71, Decimal("0.090"))


@pytest.mark.parametrize("said", ["拒收请回复R", "退订回T", "回TD退订", "回复N拒收", "退 订 回 Ｔ", "退订请回复td"])
def test_way_out_is_added_once(said):
    assert has_opt_out(f"新课上线。{said}")
    assert with_opt_out(f"新课上线。{said}") == f"新课上线。{said}"


def test_way_out_is_added_where_none_is():
    assert not has_opt_out("请回复TODAY")
    assert with_opt_out("新课上线") == "新课上线。拒收请回复R"
    assert with_opt_out("新课上线。 ") == "新课上线。拒收请回复R"


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
        ("ｅｘａｍｐｌｅ．ｃｏｍ", True),
        ("exa\u200bmple.c\u200bom", True),
        ("example。com", True),
        ("好课.中国", True),
        ("10.0.0.1/a", True),
        ("第1.2.3节，共3.5小时", False),
        ("请看正文。cn", False),
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
