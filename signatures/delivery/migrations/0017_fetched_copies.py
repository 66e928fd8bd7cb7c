"""Every fetched copy of a packet has a row with its mark, and may be fetched by a link."""

import datetime
import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0016_delivery_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='files_deleted_on',
            field=models.DateField(editable=False, null=True, verbose_name='files deleted on'),
        ),
        migrations.CreateModel(
            name='FetchLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(unique=True)),
                ('made_at', models.DateTimeField(verbose_name='made')),
                ('made_by', models.CharField(max_length=150, verbose_name='made by')),
                ('expires_at', models.DateTimeField(verbose_name='until')),
                ('age_key', models.CharField(blank=True, max_length=1000, verbose_name='age key')),
                ('passphrase_hash', models.CharField(blank=True, editable=False, max_length=128)),
                ('most', models.PositiveSmallIntegerField(default=3, verbose_name='downloads at most')),
                ('fetched', models.PositiveSmallIntegerField(default=0, verbose_name='downloads')),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('packet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='delivery.packet', verbose_name='packet')),
            ],
            options={
                'verbose_name': 'link to fetch',
                'verbose_name_plural': 'links to fetch',
                'ordering': ['-id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Fetch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=16, unique=True, verbose_name='mark')),
                ('at', models.DateTimeField(verbose_name='fetched')),
                ('by', models.CharField(blank=True, max_length=150, verbose_name='by')),
                ('is_encrypted', models.BooleanField(verbose_name='encrypted')),
                ('size', models.BigIntegerField(null=True, verbose_name='bytes')),
                ('packet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='fetches', to='delivery.packet', verbose_name='packet')),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='fetches', to='delivery.fetchlink', verbose_name='link to fetch')),
            ],
            options={
                'verbose_name': 'fetched copy',
                'verbose_name_plural': 'fetched copies',
                'ordering': ['-id'],
                'default_permissions': ('view',),
            },
        ),
        migrations.AddConstraint(
            model_name='fetchlink',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gte', django.db.models.expressions.CombinedExpression(models.F('made_at'), '+', models.Value(datetime.timedelta(seconds=3600)))), ('expires_at__lte', django.db.models.expressions.CombinedExpression(models.F('made_at'), '+', models.Value(datetime.timedelta(days=14))))), name='link_lives_for_a_time'),
        ),
        migrations.AddConstraint(
            model_name='fetchlink',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('age_key', ''), ('passphrase_hash__gt', '')), models.Q(('age_key__gt', ''), ('passphrase_hash', '')), _connector='OR'), name='link_is_locked_one_way'),
        ),
        migrations.AddConstraint(
            model_name='fetchlink',
            constraint=models.CheckConstraint(condition=models.Q(('fetched__lte', models.F('most')), ('most__gte', 1), ('most__lte', 20)), name='link_fetched_so_often'),
        ),
        migrations.AddConstraint(
            model_name='fetchlink',
            constraint=models.CheckConstraint(condition=models.Q(('tries__lte', 10)), name='link_tried_so_often'),
        ),
        migrations.AddConstraint(
            model_name='fetch',
            constraint=models.CheckConstraint(condition=models.Q(('mark__regex', '^[0-9a-f]{16}$')), name='fetch_mark_is_64_bits'),
        ),
        migrations.AddConstraint(
            model_name='fetch',
            constraint=models.CheckConstraint(condition=models.Q(('by', ''), ('link', None), _connector='OR'), name='fetch_by_staff_or_by_a_link'),
        ),
        migrations.AddConstraint(
            model_name='fetch',
            constraint=models.CheckConstraint(condition=models.Q(('link', None), ('is_encrypted', True), _connector='OR'), name='fetch_by_link_is_encrypted'),
        ),
    ]
