import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone


def withdraw_what_waits(apps, schema_editor):
    """Before publish_at there was no waiting: what stands published is public at once."""
    updates = apps.get_model("petition", "Update").objects
    updates.filter(is_published=True, publish_at__gt=timezone.now()).update(is_published=False)


class Migration(migrations.Migration):
    dependencies = [
        ("petition", "0003_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="UpdatePicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(editable=False, verbose_name="number")),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("width", models.PositiveSmallIntegerField(editable=False)),
                ("height", models.PositiveSmallIntegerField(editable=False)),
                ("alt_km", models.CharField(blank=True, max_length=300, verbose_name="description in Khmer")),
                ("alt_en", models.CharField(blank=True, max_length=300, verbose_name="description in English")),
                ("caption_km", models.CharField(blank=True, max_length=300, verbose_name="caption in Khmer")),
                ("caption_en", models.CharField(blank=True, max_length=300, verbose_name="caption in English")),
                ("credit", models.CharField(blank=True, max_length=120, verbose_name="photographer")),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["update", "number"],
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="update",
            name="edited_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="edited at"),
        ),
        migrations.AddField(
            model_name="update",
            name="in_one_language",
            field=models.BooleanField(
                default=False,
                help_text="Readers of the other language then see this one, and a note that says so.",
                verbose_name="publish in one language only",
            ),
        ),
        migrations.AddField(
            model_name="update",
            name="publish_at",
            field=models.DateTimeField(
                blank=True,
                help_text="The time in Phnom Penh (UTC+7). Left empty, it is public as soon as “published” is ticked.",
                null=True,
                verbose_name="publish at",
            ),
        ),
        migrations.AlterField(
            model_name="update",
            name="body_en",
            field=models.TextField(blank=True, verbose_name="text in English"),
        ),
        migrations.AlterField(
            model_name="update",
            name="body_km",
            field=models.TextField(blank=True, verbose_name="text in Khmer"),
        ),
        migrations.AlterField(
            model_name="update",
            name="published_on",
            field=models.DateField(help_text="The date that readers see.", verbose_name="date"),
        ),
        migrations.AlterField(
            model_name="update",
            name="title_en",
            field=models.CharField(blank=True, max_length=300, verbose_name="title in English"),
        ),
        migrations.AlterField(
            model_name="update",
            name="title_km",
            field=models.CharField(blank=True, max_length=300, verbose_name="title in Khmer"),
        ),
        migrations.AddConstraint(
            model_name="update",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_published", False),
                    models.Q(
                        ("body_km__regex", "\\S"),
                        ("title_km__regex", "\\S"),
                        ("body_en__regex", "\\S"),
                        ("title_en__regex", "\\S"),
                    ),
                    models.Q(
                        ("in_one_language", True),
                        models.Q(
                            models.Q(("body_km__regex", "\\S"), ("title_km__regex", "\\S")),
                            models.Q(("body_en__regex", "\\S"), ("title_en__regex", "\\S")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="update_public_in_both_languages_or_said_so",
                violation_error_message="Write it before publishing, or tick “publish in one language only”.",
            ),
        ),
        migrations.AddField(
            model_name="updatepicture",
            name="update",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pictures",
                to="petition.update",
                verbose_name="update",
            ),
        ),
        migrations.AddIndex(
            model_name="updatepicture",
            index=models.Index(fields=["digest"], name="picture_by_digest"),
        ),
        migrations.AddConstraint(
            model_name="updatepicture",
            constraint=models.UniqueConstraint(fields=("update", "number"), name="picture_number_once_an_update"),
        ),
        migrations.AddConstraint(
            model_name="updatepicture",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="picture_digest_is_sha256"
            ),
        ),
        migrations.AddConstraint(
            model_name="updatepicture",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("width__gte", 1), ("height__gte", 1)),
                name="picture_has_number_and_size",
            ),
        ),
        migrations.AddConstraint(
            model_name="updatepicture",
            constraint=models.CheckConstraint(
                condition=models.Q(("alt_km__regex", "\\S"), ("alt_en__regex", "\\S"), _connector="OR"),
                name="picture_is_described",
                violation_error_message="Describe the picture for those who cannot see it.",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, withdraw_what_waits),
    ]
