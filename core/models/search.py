"""What editors teach the search, and what readers looked for in vain."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Synonym(models.Model):
    """An everyday word and the words of the field that it means. Readers never see it: it only leads them."""

    everyday = models.CharField(
        _("平常怎么说"), max_length=20, unique=True, help_text=_("读者会打的词，例如“取钱”。问题里含有它就算。")
    )
    terms = models.CharField(
        _("课里怎么说"),
        max_length=200,
        blank=True,
        help_text=_("一个或几个词，用空格或顿号隔开，例如“赎回 到账”。留空就不起作用。"),
    )

    class Meta:
        ordering = ("everyday",)
        verbose_name = _("同义词")
        verbose_name_plural = _("同义词")

    def __str__(self) -> str:
        return self.everyday

    @property
    def term_list(self) -> tuple[str, ...]:
        """The words of the field."""
        return tuple(dict.fromkeys(self.terms.replace("、", " ").replace("，", " ").replace(",", " ").split()))


class VainSearch(models.Model):
    """How often something was looked for in vain on a day. It says nothing of who looked, or when within the day."""

    words = models.CharField(_("找的词"), max_length=30)
    day = models.DateField(_("日期"), db_index=True)
    count = models.PositiveIntegerField(_("次数"), default=1)

    class Meta:
        verbose_name = _("没找到的搜索")
        verbose_name_plural = _("没找到的搜索")
        constraints = (models.UniqueConstraint(fields=("words", "day"), name="core_vain_search_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.words} {self.day} {self.count}"
