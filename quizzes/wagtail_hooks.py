"""What quizzes adds to the Wagtail admin."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from quizzes.admin.choosers import QuestionChooserViewSet, question_chooser_viewset
from quizzes.admin.viewsets import QuizGroup

register_snippet(QuizGroup)


@hooks.register("register_admin_viewset")
def register_question_chooser() -> QuestionChooserViewSet:
    """Let quizzes choose questions by their words."""
    return question_chooser_viewset
