from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('petition', '0010_letters'),
    ]

    operations = [
        migrations.AddField(
            model_name='recipient',
            name='postal_address',
            field=models.TextField(blank=True, help_text='One line each, below the name and the office, with the country as the last. For labels and lists.', verbose_name='postal address'),
        ),
    ]
