import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CHANNEL_WORDS = {
    "by_hand": "by hand",
    "post": "registered post",
    "courier": "courier",
    "diplomatic": "diplomatic mail",
    "email": "e-mail",
    "embassy": "through an embassy",
}


def keep_what_was_written(apps, schema_editor):
    """Until now the way was any text, and the place was promised to the committee alone: it goes into their note. What
    was written before the step that it belongs to goes there as well."""
    packets = apps.get_model("delivery", "Packet").objects
    for packet in packets.exclude(channel="", place="", answer_km="", answer_en=""):
        lost = [packet.place]
        if packet.handed_over_on is None:
            lost.append(packet.channel)
        elif packet.channel:
            packet.channel, packet.channel_other = "other", packet.channel
        if packet.answered_on is None:
            lost += [packet.answer_km, packet.answer_en]
            packet.answer_km = packet.answer_en = ""
        if packet.handed_over_on is None:
            packet.channel = ""
        packet.place = ""
        packet.note = "\n".join(filter(None, [packet.note, *lost]))
        packet.save(update_fields=["channel", "channel_other", "place", "note", "answer_km", "answer_en"])


def write_ways_out(apps, schema_editor):
    for packet in apps.get_model("delivery", "Packet").objects.exclude(channel=""):
        packet.channel = packet.channel_other or CHANNEL_WORDS[packet.channel]
        packet.save(update_fields=["channel"])


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0015_letter_rights'),
        ('petition', '0011_postal_address'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='announcement',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='announced_delivery', to='petition.update', verbose_name='update'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='embargo_until',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='secret until'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='mailing_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='mailing asked for by'),
        ),
        migrations.AddField(
            model_name='packet',
            name='acknowledged_number',
            field=models.CharField(blank=True, max_length=100, verbose_name='their entry number'),
        ),
        migrations.AddField(
            model_name='packet',
            name='acknowledged_on',
            field=models.DateField(blank=True, null=True, verbose_name='acknowledged on'),
        ),
        migrations.AddField(
            model_name='packet',
            name='answer_file_en',
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name='packet',
            name='answer_file_km',
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name='packet',
            name='approved_on',
            field=models.DateField(blank=True, null=True, verbose_name='approved on'),
        ),
        migrations.AddField(
            model_name='packet',
            name='channel_other',
            field=models.CharField(blank=True, max_length=100, verbose_name='which other way'),
        ),
        migrations.AddField(
            model_name='packet',
            name='handed_over_time',
            field=models.TimeField(blank=True, null=True, verbose_name='time of day'),
        ),
        migrations.AddField(
            model_name='packet',
            name='printed_on',
            field=models.DateField(blank=True, null=True, verbose_name='printed on'),
        ),
        migrations.AddField(
            model_name='packet',
            name='receipt',
            field=models.CharField(blank=True, editable=False, max_length=40),
        ),
        migrations.AddField(
            model_name='packet',
            name='sent_on',
            field=models.DateField(blank=True, null=True, verbose_name='sent on'),
        ),
        migrations.AddField(
            model_name='packet',
            name='taken_by',
            field=models.CharField(blank=True, max_length=200, verbose_name='who took it'),
        ),
        migrations.AddField(
            model_name='packet',
            name='tracking_number',
            field=models.CharField(blank=True, max_length=100, verbose_name='tracking number'),
        ),
        migrations.RunPython(keep_what_was_written, write_ways_out),
        migrations.AlterField(
            model_name='packet',
            name='channel',
            field=models.CharField(blank=True, choices=[('by_hand', 'by hand'), ('post', 'registered post'), ('courier', 'courier'), ('diplomatic', 'diplomatic mail'), ('email', 'e-mail'), ('embassy', 'through an embassy'), ('other', 'another way')], max_length=10, verbose_name='how'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('announcement', None), ('embargo_until__isnull', False), _connector='OR'), name='delivery_announced_at_an_hour'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('mailing_by', None), ('announcement__isnull', False), _connector='OR'), name='delivery_mails_what_it_announces'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(('printed_on', None), models.Q(('approved_on__isnull', False), ('printed_on__gte', models.F('approved_on'))), _connector='OR'), name='packet_printed_after_approval'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(('sent_on', None), models.Q(('approved_on__isnull', False), ('sent_on__gte', models.F('approved_on'))), _connector='OR'), name='packet_sent_after_approval'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(('handed_over_on', None), ('sent_on', None), ('handed_over_on__gte', models.F('sent_on')), _connector='OR'), name='packet_handed_over_after_sending'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(('acknowledged_on', None), models.Q(('acknowledged_on__gte', models.F('handed_over_on')), ('handed_over_on__isnull', False)), _connector='OR'), name='packet_acknowledged_after_hand_over'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(('handed_over_on__isnull', False), models.Q(('handed_over_time', None), ('place', ''), ('taken_by', '')), _connector='OR'), name='packet_taken_when_handed_over'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(('sent_on__isnull', False), ('handed_over_on__isnull', False), models.Q(('channel', ''), ('receipt', ''), ('tracking_number', '')), _connector='OR'), name='packet_has_a_way_when_it_left'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', ''), ('channel_other', '')), models.Q(('channel__in', ['by_hand', 'post', 'courier', 'diplomatic', 'email', 'embassy']), ('channel_other', '')), models.Q(('channel', 'other'), models.Q(('channel_other', ''), _negated=True)), _connector='OR'), name='packet_channel_known'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(('acknowledged_on__isnull', False), ('acknowledged_number', ''), _connector='OR'), name='packet_number_when_acknowledged'),
        ),
        migrations.AddConstraint(
            model_name='packet',
            constraint=models.CheckConstraint(condition=models.Q(('answered_on__isnull', False), models.Q(('answer_en', ''), ('answer_file_en', ''), ('answer_file_km', ''), ('answer_km', '')), _connector='OR'), name='packet_answer_when_answered'),
        ),
        migrations.AddField(
            model_name='packet',
            name='state',
            field=models.GeneratedField(choices=[('drafted', 'drafted'), ('approved', 'approved'), ('printed', 'printed'), ('sent', 'sent'), ('handed_over', 'handed over'), ('acknowledged', 'acknowledged'), ('answered', 'answered')], db_persist=True, expression=models.Case(models.When(answered_on__isnull=False, then=models.Value('answered')), models.When(acknowledged_on__isnull=False, then=models.Value('acknowledged')), models.When(handed_over_on__isnull=False, then=models.Value('handed_over')), models.When(sent_on__isnull=False, then=models.Value('sent')), models.When(printed_on__isnull=False, then=models.Value('printed')), models.When(approved_on__isnull=False, then=models.Value('approved')), default=models.Value('drafted')), output_field=models.CharField(max_length=12), verbose_name='state'),
        ),
    ]
