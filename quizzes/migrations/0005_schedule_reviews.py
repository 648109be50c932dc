"""What accounts answered before there were reviews is scheduled too."""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone


def schedule(apps, schema_editor):
    attempts = apps.get_model("quizzes", "QuizAttempt").objects.filter(user__isnull=False, finished_at__isnull=False)
    responses = apps.get_model("quizzes", "Response").objects
    items = apps.get_model("quizzes", "ReviewItem").objects
    for attempt in attempts.order_by("finished_at").iterator(chunk_size=500):
        day = timezone.localdate(attempt.finished_at)
        answers = responses.filter(attempt=attempt).values_list("version__question_id", "correct")
        for question_id, correct in answers:
            begin = {"learnt_on": day, "step": 1, "due_on": day + timedelta(days=1), "last_right": correct}
            item, created = items.get_or_create(user_id=attempt.user_id, question_id=question_id, defaults=begin)
            if not created and not correct:
                items.filter(pk=item.pk).update(**begin)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0004_reviews")]

    operations = [migrations.RunPython(schedule, migrations.RunPython.noop, elidable=True)]
