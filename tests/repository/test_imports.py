"""The import contracts of pyproject.toml forbid what they name, and nothing that the design allows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A miniature of the house, with every import the design allows.
ALLOWED = {
    "templates/renderer.py": "import docxtpl, weasyprint",
    "forms/workbook/read.py": "import openpyxl, python_calamine\nimport templates.renderer",
    "forms/engine.py": "import duckdb",
    "collector/ledger.py": "import sqlalchemy, alembic\nimport forms.engine",
    "collector/portal/views.py": "import flask, flask_wtf\nimport huizong.steps.take, collector.ledger",
    "collector/portal/__init__.py": "from collector.portal import views\nimport flask",
    "merger/city.py": "import xlsxwriter\nimport forms.engine, templates.renderer",
    "huizong/steps/take.py": "import collector.ledger, merger.city, forms.engine",
    "huizong/demo/clerks.py": "import huizong.steps.take",
    "huizong/cli/__init__.py": "import huizong.demo.clerks, huizong.steps.take, collector.portal",
}


def lint(house: Path, files: dict[str, str]) -> str:
    """What `lint-imports` says about a house of these files under the project's own contracts."""
    for name, text in files.items():
        path = house / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for folder in [path.parent, *path.parent.parents]:
            if folder == house:
                break
            (folder / "__init__.py").touch()
        path.write_text(text + "\n", encoding="utf-8")
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", ROOT / "pyproject.toml"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout + done.stderr


def test_the_design_itself_keeps_every_contract(tmp_path: Path) -> None:
    said = lint(tmp_path, ALLOWED)
    assert " kept, 0 broken." in said, said


@pytest.mark.parametrize(
    ("file", "imports", "contract"),
    [
        ("forms/bad.py", "import collector.ledger", "Imports point down"),
        ("merger/bad.py", "import collector.ledger", "Imports point down"),
        ("collector/bad.py", "import merger.city", "Imports point down"),
        ("collector/bad.py", "import huizong.steps.take", "Imports point down"),
        ("collector/portal/bad.py", "import merger.city", "Imports point down"),
        ("collector/portal/bad.py", "import huizong.demo.clerks", "Imports point down"),
        ("huizong/steps/bad.py", "import huizong.demo.clerks", "Imports point down"),
        ("huizong/steps/bad.py", "import collector.portal.views", "Nobody imports the portal"),
        ("collector/bad.py", "import collector.portal.views", "Nobody imports the portal"),
        ("forms/bad.py", "import docxtpl", "docxtpl and WeasyPrint"),
        ("merger/bad.py", "import duckdb", "DuckDB, openpyxl and calamine"),
        ("collector/bad.py", "import openpyxl", "DuckDB, openpyxl and calamine"),
        ("forms/bad.py", "import sqlalchemy", "SQLAlchemy and Alembic"),
        ("forms/bad.py", "import xlsxwriter", "XlsxWriter lives"),
        ("collector/bad.py", "import flask", "Flask lives"),
        ("huizong/steps/bad.py", "import flask", "Flask lives"),
    ],
)
def test_an_import_the_design_forbids_breaks_its_contract(
    tmp_path: Path, file: str, imports: str, contract: str
) -> None:
    said = lint(tmp_path, {**ALLOWED, file: imports})
    broken = [line for line in said.splitlines() if " BROKEN" in line]
    assert len(broken) == 1, said
    assert contract in broken[0]
