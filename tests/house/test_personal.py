import pytest
from django.apps import apps
from django.db import connection

from signatures.erasure import ERASED
from tests.house.personal import BLIND, COARSE, FIELDS, NONE, SEALED, SHOWN, TABLES

OURS = ("petition", "signatures", "delivery")
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models(include_auto_created=True)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_field_is_declared(model):
    fields = {field.name for field in model._meta.get_fields() if field.concrete}
    assert set(FIELDS.get(model._meta.label, {})) == fields


def test_no_model_is_declared_that_is_none():
    assert set(FIELDS) == {model._meta.label for model in MODELS}


def test_every_kind_is_a_known_one():
    kinds = {kind for fields in (*FIELDS.values(), *TABLES.values()) for kind in fields.values()}
    assert kinds == {SEALED, BLIND, SHOWN, COARSE, NONE}


def test_what_is_of_one_person_is_erased_with_them():
    of_one = {name for name, kind in FIELDS["signatures.Signature"].items() if kind in (SEALED, BLIND, SHOWN)}
    assert of_one - set(ERASED) == set()


@pytest.mark.django_db
def test_every_table_is_somebodys():
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    models = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert {table for table in tables - models if not table.startswith("procrastinate_")} == {
        "django_migrations",
        *TABLES,
    }


@pytest.mark.django_db
@pytest.mark.parametrize("table", TABLES)
def test_every_column_of_a_bare_table_is_declared(table):
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, table)
    assert {column.name for column in columns} == set(TABLES[table])
