from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from petition.sql import run_sql
from signatures import delivery

REVERSE = Path(delivery.__file__).parent / "sql" / "samples_reverse.sql"


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0011_delivery_csv_bom'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('root', models.CharField(max_length=64, verbose_name='root')),
                ('seed', models.CharField(max_length=200, verbose_name='seed')),
                ('total', models.PositiveIntegerField(verbose_name='lines in the book')),
                ('size', models.PositiveIntegerField(verbose_name='lines drawn')),
                ('drawn_by', models.CharField(max_length=150, verbose_name='drawn by')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='drawn at')),
                ('is_published', models.BooleanField(default=False, verbose_name='published')),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='delivery.delivery', verbose_name='delivery')),
            ],
            options={
                'verbose_name': 'observer’s sample',
                'verbose_name_plural': 'observers’ samples',
                'ordering': ['-pk'],
                'default_permissions': ('add', 'change', 'view'),
            },
        ),
        migrations.CreateModel(
            name='SampleRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('outcome', models.CharField(choices=[('unchecked', 'not checked yet'), ('right', 'found right'), ('wrong', 'not right'), ('unknown', 'could not be checked')], default='unchecked', max_length=9, verbose_name='found')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='remark, without names')),
                ('sample', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='delivery.sample')),
            ],
            options={
                'ordering': ['number'],
                'default_permissions': (),
            },
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('root__regex', '^[0-9a-f]{64}$')), name='sample_root_is_one'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('seed', ''), _negated=True), name='sample_has_a_seed'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('size__gte', 1), ('size__lte', models.F('total'))), name='sample_is_part_of_the_book'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(fields=('delivery', 'root', 'seed'), name='sample_once_a_seed'),
        ),
        migrations.AddConstraint(
            model_name='samplerow',
            constraint=models.UniqueConstraint(fields=('sample', 'number'), name='sample_row_once'),
        ),
        migrations.AddConstraint(
            model_name='samplerow',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='sample_row_counts_from_one'),
        ),
        migrations.AddConstraint(
            model_name='samplerow',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['unchecked', 'right']), models.Q(('note__gt', ''), ('outcome__in', ['wrong', 'unknown'])), _connector='OR'), name='sample_row_says_what_is_wrong'),
        ),
            run_sql(delivery.__file__, "sql/samples.sql", reverse=REVERSE.read_text(encoding="utf-8")),
    ]
