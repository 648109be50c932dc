"""The menu 测验: quizzes, the question bank, misconceptions."""

from typing import Any

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, PageChooserPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, UpdatedAtColumn
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet, SnippetViewSetGroup
from wagtail.snippets.widgets import AdminSnippetChooser

from core.snippet_views import ReviewedEditView
from quizzes.actions.questions import propose_version, relate_twin, save_question
from quizzes.admin.choosers import MisconceptionChooserViewSet, TwinChooserViewSet
from quizzes.admin.forms import QuestionForm
from quizzes.models import Misconception, Question, Quiz


def _lesson_title(row: Any) -> str:
    return row.lesson.title.replace("|", "") if row.lesson else "—"


_LESSON = Column("lesson", label=_("对应的课"), accessor=_lesson_title, sort_key="lesson__title")


class QuestionCreateView(CreateView):
    """Saving makes version 1."""

    def save_instance(self) -> Question:
        return _save(self)


class QuestionEditView(EditView):
    """Saving makes a new version when words changed, and drafts of the quizzes that ask the question."""

    def save_instance(self) -> Question:
        self.has_content_changes = self.form.has_changed()
        return _save(self)


def _save(view: Any) -> Question:
    data, user = view.form.cleaned_data, view.request.user
    version, created = save_question(
        code=data["code"], lesson=data["lesson"], content=view.form.content, user=user, now=timezone.now()
    )
    relate_twin(question=version.question, twin_of=data["twin_of"])
    waiting = propose_version(version=version, user=user) if created else []
    if waiting:
        names = "、".join(quiz.title.replace("|", "") for quiz in waiting)
        messages.info(
            view.request, _("用到这道题的测验有了新草稿，审核通过后读者才会看到：%(names)s") % {"names": names}
        )
    question: Question = version.question
    return question


class QuestionViewSet(SnippetViewSet):
    model = Question
    icon = "help"
    menu_label = _("题库")
    add_view_class = QuestionCreateView
    edit_view_class = QuestionEditView
    copy_view_enabled = False
    chooser_viewset_class = TwinChooserViewSet
    list_display = ["code", "kind", "dimension", _LESSON, Column("newest_version", label=_("最新一版"))]
    list_filter = ["kind", "dimension"]
    search_fields = ["code", "versions__stem", "versions__ask"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("code"), FieldPanel("kind"), FieldPanel("dimension")]),
            FieldRowPanel(
                [
                    PageChooserPanel("lesson", "courses.LessonPage"),
                    FieldPanel("section"),
                    FieldPanel("expected_facility"),
                ]
            ),
            FieldPanel("twin_of", widget=AdminSnippetChooser(Question, icon="help")),
            FieldPanel("stem", heading=_("情境")),
            FieldPanel("ask", heading=_("问题")),
            FieldPanel("options", heading=_("选项")),
            FieldPanel("explanation", heading=_("讲解")),
        ],
        base_form_class=QuestionForm,
    )


class MisconceptionViewSet(SnippetViewSet):
    model = Misconception
    icon = "warning"
    menu_label = _("误区")
    copy_view_enabled = False
    chooser_viewset_class = MisconceptionChooserViewSet
    list_display = ["code", "belief", "correction", _LESSON]
    search_fields = ["code", "belief", "correction"]
    panels = [
        FieldRowPanel([FieldPanel("code"), PageChooserPanel("lesson", "courses.LessonPage")]),
        FieldPanel("belief"),
        FieldPanel("correction"),
        FieldPanel("why"),
    ]


class QuizViewSet(SnippetViewSet):
    model = Quiz
    edit_view_class = ReviewedEditView
    icon = "form"
    menu_label = _("测验")
    copy_view_enabled = False
    list_display = [
        "__str__",
        _LESSON,
        "pass_mark",
        BooleanColumn("live", label=_("已发布"), sort_key="live"),
        UpdatedAtColumn(),
    ]
    list_filter = ["live"]
    search_fields = ["title", "slug"]
    panels = [
        MultiFieldPanel(
            [
                FieldPanel("title"),
                FieldPanel("slug"),
                FieldPanel("intro"),
                FieldRowPanel([PageChooserPanel("lesson", "courses.LessonPage"), FieldPanel("pass_mark")]),
                FieldPanel("draw_count"),
            ],
            heading=_("测验"),
        ),
        InlinePanel("questions", panels=[FieldPanel("version")], heading=_("题目"), label=_("题目")),
        InlinePanel(
            "twins",
            panels=[FieldPanel("version")],
            heading=_("换一种问法的题（只在间隔复习第 30 天问）"),
            label=_("换一种问法的题"),
        ),
        InlinePanel(
            "pool",
            panels=[PageChooserPanel("page", ["courses.CoursePage", "courses.LessonPage"])],
            heading=_("从哪些课抽题"),
            label=_("抽题范围"),
            help_text=_("只有写了抽几题才用得上。选一级课，就从那一级全部已发布的测验里抽。"),
        ),
        InlinePanel(
            "minimums",
            panels=[FieldRowPanel([FieldPanel("dimension"), FieldPanel("count")])],
            heading=_("各维度至少抽几题"),
            label=_("维度下限"),
        ),
    ]


class QuizGroup(SnippetViewSetGroup):
    items = (QuizViewSet, QuestionViewSet, MisconceptionViewSet)
    menu_label = _("测验")
    menu_icon = "help"
    menu_order = 230
    add_to_admin_menu = True
