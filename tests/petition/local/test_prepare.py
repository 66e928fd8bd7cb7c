import pytest

from petition.local import prepare


@pytest.fixture
def static(settings, tmp_path):
    """A site with one file to serve."""
    (tmp_path / "static").mkdir()
    source = tmp_path / "static" / "site.css"
    source.write_text("a {}")
    settings.STATICFILES_DIRS = [tmp_path / "static"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    return source


def test_static_files_are_collected_again_only_where_one_changed(static, tmp_path):
    collected = tmp_path / "collected" / "site.css"
    prepare.collect_static()
    assert collected.read_text() == "a {}"

    collected.unlink()
    prepare.collect_static()
    assert not collected.exists()

    static.write_text("b { color: red }")
    prepare.collect_static()
    assert collected.read_text() == "b { color: red }"
