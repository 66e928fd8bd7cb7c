from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('petition', '0007_approvals'),
    ]

    operations = [
        migrations.CreateModel(
            name='Switch',
            fields=[
                ('name', models.CharField(choices=[('pause_signing', 'Pause signing'), ('review_everything', 'Look at every signature first'), ('ask_for_work', 'Ask everyone for a little work'), ('hold_mail', 'Hold all mail'), ('fallback', 'Show the copies of the pages')], max_length=17, primary_key=True, serialize=False, verbose_name='switch')),
                ('since', models.DateTimeField(auto_now_add=True, verbose_name='since')),
                ('by', models.CharField(max_length=150, verbose_name='by')),
                ('why', models.CharField(max_length=200, verbose_name='why')),
            ],
            options={
                'verbose_name': 'switch for a bad hour',
                'verbose_name_plural': 'switches for a bad hour',
                'permissions': [('turn_switch', 'Can turn the switches for a bad hour')],
                'default_permissions': ('view',),
                'constraints': [models.CheckConstraint(condition=models.Q(('name__in', ['pause_signing', 'review_everything', 'ask_for_work', 'hold_mail', 'fallback'])), name='switch_name_known'), models.CheckConstraint(condition=models.Q(('by__gt', ''), ('why__gt', '')), name='switch_says_who_and_why')],
            },
        ),
    ]
