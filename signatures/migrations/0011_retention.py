import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('petition', '0005_reminders'),
        ('signatures', '0010_signal_rows'),
    ]

    operations = [
        migrations.CreateModel(
            name='Destroyed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('what', models.CharField(max_length=18)),
                ('rows', models.PositiveIntegerField()),
                ('days', models.PositiveSmallIntegerField()),
                ('before', models.DateField()),
                ('petition', models.BigIntegerField(null=True)),
                ('previous', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=128)),
            ],
            options={
                'ordering': ['id'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='EndedPetition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ErasureRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(max_length=150, verbose_name='by')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked')),
                ('reason', models.CharField(choices=[('letter', 'asked by letter'), ('email', 'asked by e-mail'), ('in_person', 'asked in person or by telephone'), ('authority', 'ordered by an authority')], max_length=9, verbose_name='Reason')),
                ('mailbox_hash', models.BinaryField(null=True)),
            ],
            options={
                'verbose_name': 'request to erase',
                'verbose_name_plural': 'requests to erase',
                'ordering': ['-id'],
                'permissions': [('erase_by_address', 'Can erase what an address has signed')],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='RetentionPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unconfirmed', 'A signature that you never confirmed'), ('rejected', 'The number that is left of a signature that was never confirmed and then refused'), ('networks', 'The fingerprint of your network, and its key'), ('mailings', 'The list of those whom an update by mail was for'), ('addresses', 'Your sealed address, after a petition has ended and the last mail about it is sent'), ('identities', 'Your sealed name and all fingerprints, after the last delivery is handed over')], max_length=11, verbose_name='what')),
                ('days', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name='days')),
                ('since', models.DateField(help_text='A longer time than before needs thirty days of notice.', verbose_name='holds from')),
                ('note_km', models.TextField(help_text='Stands on the privacy page behind the days.', verbose_name='note in Khmer')),
                ('note_en', models.TextField(verbose_name='note in English')),
            ],
            options={
                'verbose_name': 'time of keeping',
                'verbose_name_plural': 'times of keeping',
                'ordering': ['kind', '-since'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='signature',
            name='signature_identity_is_sealed',
        ),
        migrations.RemoveConstraint(
            model_name='signature',
            name='signature_mailbox_is_whole',
        ),
        migrations.AddField(
            model_name='signature',
            name='address_erased_on',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='signature',
            name='identity_erased_on',
            field=models.DateField(null=True),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('confirmed_on__isnull', True), ('state', 'withdrawn')), fields=['signed_on'], name='signature_rejected'),
        ),
        migrations.AddIndex(
            model_name='signature',
            index=models.Index(condition=models.Q(('address_erased_on__isnull', False), ('identity_erased_on__isnull', False), _connector='OR'), fields=['petition'], name='signature_forgotten'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'withdrawn'), models.Q(('identity_erased_on', None), ('name_hash__isnull', False), ('sealed_identity__isnull', False)), models.Q(('identity_erased_on__isnull', False), ('name_hash', None), ('network_hash', None), ('sealed_identity', None)), _connector='OR'), name='signature_identity_is_sealed'),
        ),
        migrations.AddConstraint(
            model_name='signature',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'withdrawn'), models.Q(models.Q(models.Q(('address_erased_on', None), ('sealed_email__isnull', False)), models.Q(('address_erased_on__isnull', False), ('sealed_email', None)), _connector='OR'), ('identity_erased_on', None), ('mailbox_hash__isnull', False), ('seat__in', [1, 2]), ('seat__isnull', False)), models.Q(models.Q(('identity_erased_on__isnull', False), models.Q(('origin', 'web'), _negated=True), _connector='OR'), ('mailbox_hash', None), ('sealed_email', None), ('seat', None)), _connector='OR'), name='signature_mailbox_is_whole'),
        ),
        migrations.AddConstraint(
            model_name='destroyed',
            constraint=models.CheckConstraint(condition=models.Q(('rows__gte', 1)), name='destroyed_something'),
        ),
        migrations.AddConstraint(
            model_name='destroyed',
            constraint=models.UniqueConstraint(fields=('previous',), name='destroyed_one_chain'),
        ),
        migrations.AddField(
            model_name='endedpetition',
            name='petition',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ended', to='petition.petition'),
        ),
        migrations.AddIndex(
            model_name='erasurerequest',
            index=models.Index(fields=['by', 'asked_at'], name='erasure_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='erasurerequest',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['letter', 'email', 'in_person', 'authority'])), name='erasure_reason_known'),
        ),
        migrations.AddConstraint(
            model_name='retentionpolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('days__gte', 1), ('days__lte', 30), ('kind', 'unconfirmed')), models.Q(('days__gte', 1), ('days__lte', 90), ('kind', 'rejected')), models.Q(('days__gte', 1), ('days__lte', 14), ('kind', 'networks')), models.Q(('days__gte', 1), ('days__lte', 30), ('kind', 'mailings')), models.Q(('days__gte', 1), ('days__lte', 365), ('kind', 'addresses')), models.Q(('days__gte', 1), ('days__lte', 730), ('kind', 'identities')), _connector='OR'), name='retention_within_bounds'),
        ),
        migrations.AddConstraint(
            model_name='retentionpolicy',
            constraint=models.UniqueConstraint(fields=('kind', 'since'), name='retention_one_a_day'),
        ),
    ]
