import pytest

from petition.local import keys as files


@pytest.fixture
def site(settings, tmp_path, monkeypatch):
    """A site whose keys are files of its own; `reload` reads them as a start does."""
    settings.VAR_DIR = tmp_path
    for name in ("SECRET_KEY", "INDEX_KEY", "MAIL_PUBLIC_KEY", "DELIVERY_PUBLIC_KEY"):
        monkeypatch.delenv(name, raising=False)
    files.ensure(tmp_path)

    def reload():
        for path in (tmp_path / "keys").iterdir():
            if path.name.startswith(files.PAIRS) and not path.name.endswith(".new"):
                setattr(settings, path.name, path.read_text().strip())

    reload()
    return reload
