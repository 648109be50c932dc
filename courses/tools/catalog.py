"""The list of the tools: what the site map, search, the pages of lessons and the block of a lesson choose from."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Tool:
    """One tool. ``personal`` ones take a person's own numbers: by POST, never in an address, a log or a table."""

    slug: str
    title: Text
    summary: Text
    lessons: tuple[str, ...]
    personal: bool = False
    # The numbers may be a long pasted column: sent by POST, answered by the address of the result.
    pasted: bool = False
    # Speaks of returns, so the line about risk stands below its result.
    returns: bool = True

    def get_absolute_url(self) -> str:
        return reverse(f"tool_{self.slug}")


TOOLS: tuple[Tool, ...] = (
    Tool(
        slug="compound",
        title=_("复利与通胀"),
        summary=_("一笔钱按假设的收益率滚几年，账面有多少，按今天的物价又值多少。"),
        lessons=("A-04", "A-02"),
    ),
    Tool(
        slug="regular-investing",
        title=_("定投与一次投入"),
        summary=_("同样一笔钱，分月投和一次投，走过同一段行情，差在哪里。可以贴一列月收益率。"),
        lessons=("D-07", "A-03"),
        pasted=True,
    ),
    Tool(
        slug="fees",
        title=_("费用随时间"),
        summary=_("A 类和 C 类的费用一天天怎么累加，拿多久以后谁的更多。"),
        lessons=("R-08", "D-03", "D-08"),
    ),
    Tool(
        slug="emergency-fund",
        title=_("应急金"),
        summary=_("没有工作收入的时候，手头的钱够用几个月，离自己定的月数还差多少。"),
        lessons=("A-01", "A-08"),
        personal=True,
        returns=False,
    ),
    Tool(
        slug="goal",
        title=_("目标规划"),
        summary=_("到某一年要一笔钱，在假设的收益率下每月要存多少；跌多少就碰到自己的底线。"),
        lessons=("D-04", "A-09"),
        personal=True,
    ),
    Tool(
        slug="drawdown",
        title=_("回撤与回本"),
        summary=_("跌了几成，要涨几成才回到原处，按假设的收益率要等多久。"),
        lessons=("D-06", "A-10"),
    ),
    Tool(
        slug="allocation",
        title=_("配置实验室"),
        summary=_("给几类资产假设收益、波动和相关，把不同的比例摆在一起，看结果散得有多开。"),
        lessons=("A-05", "A-07", "A-06", "A-12"),
    ),
)
BY_SLUG = {tool.slug: tool for tool in TOOLS}
