from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0012_asked_as"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="pagechange",
            name="courses_change_once",
        ),
        migrations.AddField(
            model_name="articlepage",
            name="change_number",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="lessonpage",
            name="change_number",
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name="articlepage",
            name="change_note",
            field=models.CharField(
                blank=True,
                help_text="一两句话，写明哪里改了、改成什么。发布后列在页尾“更正与更新”里，这里就空出来；改错字不用写。",
                max_length=200,
                verbose_name="这次改了什么（给学过的人看）",
            ),
        ),
        migrations.AlterField(
            model_name="lessonpage",
            name="change_note",
            field=models.CharField(
                blank=True,
                help_text="一两句话，写明哪里改了、改成什么。发布后列在页尾“更正与更新”里，这里就空出来；改错字不用写。",
                max_length=200,
                verbose_name="这次改了什么（给学过的人看）",
            ),
        ),
        migrations.AddConstraint(
            model_name="pagechange",
            constraint=models.UniqueConstraint(fields=("page", "revision_id"), name="courses_change_of_revision"),
        ),
    ]
