"""An observer draws from the folder that they were given."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from signatures.delivery import manifest, sampling
from tests.signatures.delivery.reading import paper, squeezed

ROOT = Path(__file__).resolve().parents[3]
SEED = "dice: 4 1 6"


def run(folder, *more, size=3, seed=SEED):
    out = StringIO()
    call_command("sample", str(folder), "--seed", seed, "--size", str(size), *map(str, more), stdout=out)
    return out.getvalue().splitlines()


def refused(*arguments, **options):
    with pytest.raises(CommandError) as caught:
        run(*arguments, **options)
    return str(caught.value)


def expected(built, size=3):
    drawn = sampling.draw(root=built.root, seed=SEED, total=120, size=size)
    return [f"{n} volume {1 + (n - 1) // 50} page 1" for n in sorted(drawn)]


def test_sample_tells_the_lines_with_volume_and_page(built):
    assert run(built.folder) == [f"root {built.root}", f"seed {SEED}", "drawn 3 of 120 lines", *expected(built)]


def test_sample_needs_no_database(built, tmp_path):
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "VAR_DIR": str(tmp_path / "var")}
    command = ["manage.py", "sample", built.folder, "--seed", SEED, "--size", "3"]
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[3:] == expected(built)


def test_sample_writes_a_form_to_fill_in(built, tmp_path):
    out = tmp_path / "form.pdf"
    assert run(built.folder, "--out", out)[-1] == str(out)
    title = manifest.read(built.folder)["petition"]["title"]["en"]
    assert squeezed(title) in paper(out)


def test_sample_writes_a_table_to_fill_in(built, tmp_path):
    run(built.folder, "--out", tmp_path / "form.csv")
    assert len((tmp_path / "form.csv").read_text().splitlines()) == 4


def test_sample_writes_over_no_file_and_no_other_kind(built, tmp_path):
    (tmp_path / "form.csv").write_text("filled in")
    assert refused(built.folder, "--out", tmp_path / "form.csv").endswith("is there already: name another file.")
    assert refused(built.folder, "--out", tmp_path / "form.doc").endswith("is neither a .csv nor a .pdf.")
    assert (tmp_path / "form.csv").read_text() == "filled in"


def test_sample_of_more_than_the_book_is_refused(built):
    assert refused(built.folder, size=121) == (
        "Nothing is drawn: a sample has at least one line and no more than the book."
    )


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"root": 1, "counts": []}'])
def test_folder_without_a_manifest_is_said(tmp_path, text):
    assert refused(tmp_path) == f"There is no readable manifest.json in {tmp_path}."
    (tmp_path / "manifest.json").write_text(text)
    assert refused(tmp_path) == f"There is no readable manifest.json in {tmp_path}."
