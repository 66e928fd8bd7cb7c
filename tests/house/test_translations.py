from django.template import engines
from django.utils import translation

from petition.local import messages


def test_every_string_is_translated_in_khmer():
    assert messages.check() == []


def test_khmer_of_django_is_ours():
    messages.compile_all()
    with translation.override("km"):
        page = engines["django"].from_string("{% load i18n %}{% translate 'Log in' %} {% translate 'March' %}")
        assert page.render() == "ចូល មីនា"
