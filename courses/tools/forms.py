"""What each tool asks for. Numbers are checked here; nothing is stored."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.tools.fields import ColumnField, NumberField, WholeField
from courses.tools.numbers import MONTHS, PERCENT, YEARS, YUAN

# A hundred million yuan: more is no household's sum and only makes the page wide.
MOST_YUAN = "100000000"
# How many times its first price a pasted market may rise or fall to.
FURTHEST = Decimal(1_000_000)


class ToolForm(forms.Form):
    """A form whose every field has a number to begin with, and whose cleaned numbers have one way to be written."""

    use_required_attribute = False

    @classmethod
    def starting_numbers(cls) -> dict[str, str]:
        """Return the numbers that the tool opens with."""
        return {name: str(field.initial or "") for name, field in cls.base_fields.items()}  # type: ignore[attr-defined]

    @classmethod
    def filled(cls, asked: Mapping[str, str]) -> "ToolForm":
        """Return the form with what ``asked`` states, and the starting numbers for what it does not mention."""
        starting = cls.starting_numbers()
        return cls({**starting, **{name: asked[name] for name in starting if name in asked}})

    def stated(self) -> list[tuple[str, str]]:
        """Return the cleaned numbers in the order of the form, as an address states them."""
        return list(self._stated())

    def _stated(self) -> Iterator[tuple[str, str]]:
        for name, field in self.fields.items():
            value = self.cleaned_data[name]
            if value is None:
                yield name, ""
            else:
                yield name, field.stated(value) if hasattr(field, "stated") else str(value)

    def in_words(self) -> str:
        """Return the cleaned numbers with their labels, as one sentence."""
        parts = [f"{self.fields[name].label} {value}" for name, value in self.stated() if value]
        return str(gettext("；")).join(parts) + str(gettext("。"))

    def query(self) -> str:
        """Return the one query string that stands for these numbers."""
        return urlencode(self.stated())


class CompoundForm(ToolForm):
    """Compound growth and inflation."""

    principal = NumberField(label=_("本金（元）"), low="0", high=MOST_YUAN, unit=YUAN, initial="10000")
    monthly = NumberField(
        label=_("每月再放进去（元）"), low="0", high="1000000", unit=YUAN, initial="0", help_text=_("没有就填 0。")
    )
    rate = NumberField(
        label=_("每年收益率（%，假设）"),
        low="-30",
        high="30",
        unit=PERCENT,
        initial="3",
        help_text=_("可以填负数，看看亏的样子。"),
    )
    inflation = NumberField(label=_("每年物价上涨（%，假设）"), low="-10", high="20", unit=PERCENT, initial="2")
    years = WholeField(label=_("多少年"), low="1", high="60", unit=YEARS, initial="20")


# Invented months, in per cent: down and up again, up and down again, only up, only down.
DOWN_UP = "-3 -4 -2 -5 -3 1 -4 -2 2 -3 1 3 2 4 -1 3 5 2 4 1 3 2 4 3"
UP_DOWN = "3 4 2 3 1 4 2 5 3 -1 4 2 3 1 -3 2 -4 1 -3 -5 -2 -4 -3 -2"
ONLY_UP = "1 2 1 2 1 1 2 1 2 1 1 2 1 2 1 1 2 1 2 1 1 2 1 2"
ONLY_DOWN = "-1 -2 -1 -2 -1 -1 -2 -1 -2 -1 -1 -2 -1 -2 -1 -1 -2 -1 -2 -1 -1 -2 -1 -2"


class RegularForm(ToolForm):
    """Regular investing against a lump sum."""

    amount = NumberField(label=_("每月投（元）"), low="1", high="1000000", unit=YUAN, initial="1000")
    returns = ColumnField(
        label=_("每月涨跌（%）"),
        least=2,
        most=240,
        low="-95",
        high="200",
        initial=DOWN_UP,
        help_text=_("一个月一个数，1.2 就是涨 1.2%，−3 就是跌 3%。可以从表格里整列贴过来，2 到 240 个月。"),
    )

    def clean_returns(self) -> tuple[Decimal, ...]:
        """Refuse months that together are beyond any market: something else was pasted."""
        returns: tuple[Decimal, ...] = self.cleaned_data["returns"]
        price = Decimal(1)
        for number in returns:
            price *= 1 + number / 100
            if not 1 / FURTHEST <= price <= FURTHEST:
                raise ValidationError(
                    gettext("这些月份连起来，涨跌超过一百万倍，像是贴错了。请看一看：1.2 表示一个月涨 1.2%。")
                )
        return returns


class FeesForm(ToolForm):
    """Fees of classes A and C."""

    amount = NumberField(label=_("投入（元）"), low="1", high=MOST_YUAN, unit=YUAN, initial="10000")
    months = WholeField(label=_("持有多少个月"), low="1", high="120", unit=MONTHS, initial="36")
    growth = NumberField(label=_("扣费用前每年涨跌（%，假设）"), low="-30", high="30", unit=PERCENT, initial="0")
    running = NumberField(
        label=_("管理费加托管费（%，每年）"),
        low="0",
        high="5",
        unit=PERCENT,
        initial="1.4",
        help_text=_("两类一样收，每天从净值里扣。"),
    )
    front = NumberField(label=_("A 类申购费（%，打完折）"), low="0", high="5", places=3, unit=PERCENT, initial="0.08")
    service = NumberField(
        label=_("C 类销售服务费（%，每年）"), low="0", high="2", places=3, unit=PERCENT, initial="0.4"
    )
    service_months = WholeField(
        label=_("销售服务费收满几个月后不再收"),
        low="0",
        high="120",
        unit=MONTHS,
        initial="12",
        help_text=_("看合同怎么写；一直收就填 0。"),
    )
    redemption = NumberField(
        label=_("赎回费（%）"),
        low="0",
        high="5",
        unit=PERCENT,
        initial="0",
        help_text=_("按您打算持有的时间，查合同里的那一档。"),
    )


class ReserveForm(ToolForm):
    """The emergency fund of a household."""

    expenses = NumberField(
        label=_("每月必要支出（元）"),
        low="0",
        high="1000000",
        unit=YUAN,
        initial="4000",
        help_text=_("吃住行、水电、看病、孩子和老人；能省的先不算。"),
    )
    debt = NumberField(label=_("每月还贷和房租（元）"), low="0", high="1000000", unit=YUAN, initial="2000")
    other_income = NumberField(
        label=_("没有工作也照样有的收入（元，每月）"),
        low="0",
        high="1000000",
        unit=YUAN,
        initial="0",
        help_text=_("退休金、家人的工资；没有就填 0。"),
    )
    savings = NumberField(
        label=_("随时取得出来的钱（元）"),
        low="0",
        high=MOST_YUAN,
        unit=YUAN,
        initial="20000",
        help_text=_("活期、随时能取的存款；要等、会跌的不算。"),
    )
    wanted_months = WholeField(
        label=_("希望够用几个月"),
        low="1",
        high="36",
        unit=MONTHS,
        initial="6",
        help_text=_("3 到 6 个月只是常见经验，不是标准；收入不稳、负担重，可以多留。"),
    )
    aside = NumberField(
        label=_("每月能往里放（元）"), low="0", high="1000000", unit=YUAN, initial="1000", help_text=_("还没有就填 0。")
    )


class GoalForm(ToolForm):
    """A sum at a date."""

    goal = NumberField(label=_("要多少钱（元）"), low="1", high=MOST_YUAN, unit=YUAN, initial="100000")
    years = WholeField(label=_("几年以后用"), low="1", high="50", unit=YEARS, initial="10")
    saved = NumberField(label=_("已经存了（元）"), low="0", high=MOST_YUAN, unit=YUAN, initial="10000")
    affordable = NumberField(label=_("每月最多能存（元）"), low="0", high="1000000", unit=YUAN, initial="800")
    rate = NumberField(
        label=_("每年收益率（%，假设）"),
        low="0",
        high="20",
        unit=PERCENT,
        initial="3",
        help_text=_("假设一个数，看看它变了会怎样；谁也不知道真的会是多少。"),
    )
    loss = NumberField(
        label=_("最多受得了少掉多少（元）"),
        low="0",
        high=MOST_YUAN,
        unit=YUAN,
        initial="15000",
        help_text=_("少到这个数，睡不着觉或者耽误用钱。"),
    )


class DrawdownForm(ToolForm):
    """A fall, and the way back."""

    fall = NumberField(label=_("跌了（%）"), low="1", high="99", unit=PERCENT, initial="20")
    rate = NumberField(
        label=_("之后每年涨（%，假设）"), low="-20", high="30", unit=PERCENT, initial="5", help_text=_("不涨就填 0。")
    )
