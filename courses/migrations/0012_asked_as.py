from django.db import migrations, models

import courses.validators


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0011_player"),
    ]

    operations = [
        migrations.AddField(
            model_name="lessonpage",
            name="asked_as",
            field=models.TextField(
                blank=True,
                help_text="用读者的话写，一行一个；只用来搜索，不显示在页面上。",
                validators=[courses.validators.validate_phrasings],
                verbose_name="读者会怎么问",
            ),
        ),
    ]
