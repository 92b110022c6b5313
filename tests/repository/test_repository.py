"""What the repository promises around the code: its documents, locks and house rules hold true."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock")
READMES = ("README.md", "README.zh-CN.md")
PACKAGES = ("forms", "templates", "collector", "merger", "huizong")


@cache
def tracked() -> tuple[Path, ...]:
    """The files that are the repository's: tracked ones; without git, all but the made ones."""
    if shutil.which("git"):
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
        if listed.returncode == 0:
            names = listed.stdout.decode("utf-8").split("\0")
            return tuple(path for name in names if name and (path := ROOT / name).is_file())
    made = {".git", ".venv", "out", "build", "dist", ".hypothesis"}
    return tuple(
        path
        for path in ROOT.rglob("*")
        if path.is_file()
        and not made.intersection(path.relative_to(ROOT).parts)
        and not any(part.endswith(("_cache", "__pycache__")) for part in path.parts)
    )


@cache
def texts() -> dict[str, str]:
    """Every tracked text file by its name from the root; binary files are left out."""
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8192]:
            found[path.relative_to(ROOT).as_posix()] = content.decode("utf-8")
    return found


def headings(markdown: str) -> list[int]:
    """The levels of a Markdown text's headings, in order; code blocks are not headings."""
    prose = re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S)
    return [len(marks) for marks in re.findall(r"^(#+) ", prose, flags=re.M)]


def code(markdown: str) -> str:
    """Everything a README sets as code: fenced blocks and words between backticks."""
    fenced = re.findall(r"^```sh\n(.*?)^```", markdown, flags=re.M | re.S)
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", markdown, flags=re.M | re.S))
    return "\n".join([*fenced, *inline])


def makefile_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))


@cache
def command_line() -> frozenset[str]:
    """The commands that `huizong --help` offers."""
    shown = subprocess.run(
        [sys.executable, "-c", "from huizong.cli import main; main()", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout
    return frozenset(re.findall(r"^[ │|]+([a-z]+)\b", shown, flags=re.M))


def said_by_huizong(markdown: str) -> set[str]:
    return set(re.findall(r"^huizong ([a-z]+)\b", code(markdown), flags=re.M))


@pytest.mark.parametrize("name", READMES)
def test_every_make_command_of_the_readme_is_a_target(name: str) -> None:
    said = set(re.findall(r"^make ([a-z-]+)", code(texts()[name]), flags=re.M))
    assert {"demo", "serve", "test"} <= said
    assert said - makefile_targets() == set()


@pytest.mark.parametrize("name", READMES)
def test_the_readme_and_the_command_line_know_the_same_commands(name: str) -> None:
    said = said_by_huizong(texts()[name])
    assert {"demo", "new", "merge", "serve"} <= said
    assert said == command_line()


def test_make_help_explains_every_target_people_use() -> None:
    shown = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    explained = set(re.findall(r"^ +make ([a-z-]+) +\S", shown, flags=re.M))
    assert explained == makefile_targets() - {"setup-test"}


def test_the_two_readmes_have_the_same_headings_and_commands() -> None:
    english, chinese = (texts()[name] for name in READMES)
    assert len(headings(english)) > 5
    assert headings(english) == headings(chinese)
    assert said_by_huizong(english) == said_by_huizong(chinese)


@pytest.mark.parametrize("name", sorted(name for name in texts() if name.endswith(".md")))
def test_every_relative_link_of_a_document_leads_somewhere(name: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"`[^`\n]*`", "", texts()[name]))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [link for link in local if not ((ROOT / name).parent / link).exists()] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_carries_hashes_and_no_address(lock: str) -> None:
    text = texts()[lock]
    assert "://" not in text
    assert re.findall(r"^--(?:extra-)?(?:index|find|trusted)", text, flags=re.M) == []
    entries = re.split(r"^(?=[a-z0-9])", re.sub(r"^#.*\n", "", text, flags=re.M), flags=re.M)[1:]
    assert len(entries) > 50
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_test_lock_contains_the_other_so_that_what_is_tested_is_what_runs() -> None:
    runs, tested = (
        set(re.findall(r"^([a-z0-9._\[\]-]+==\S+)", texts()[lock], flags=re.M)) for lock in LOCKS
    )
    assert runs - tested == set()


def test_every_dependency_is_in_its_lock() -> None:
    project = tomllib.loads(texts()["pyproject.toml"])["project"]
    asked = {
        LOCKS[0]: project["dependencies"],
        LOCKS[1]: project["dependencies"] + project["optional-dependencies"]["test"],
    }
    for lock, requirements in asked.items():
        locked = set(re.findall(r"^([a-z0-9._-]+)(?:\[\S+\])?==", texts()[lock], flags=re.M))
        names = {re.split(r"[\[<>=!~; ]", wanted)[0].lower().replace("_", "-") for wanted in requirements}
        assert {name for name in names if not {name, name.replace(".", "-")} & locked} == set()


# Written in pieces, so that this file does not find itself.
MACHINE = re.compile(
    r"(?<![\w./$}])/(?:" + "|".join(("tmp", "work", "root", "farm", "home")) + r")/[a-z]"
    "|" + "|".join((r"\.pkg\." "dev", "artifact" "registry", "extra-" "index-url", r"pypi\." "org"))
)


def test_no_tracked_file_names_a_path_of_a_machine_or_a_registry() -> None:
    found = [
        f"{name}:{number}: {line.strip()[:80]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if MACHINE.search(line)
    ]
    assert found == []


def test_every_module_says_in_its_docstring_what_it_is_for() -> None:
    modules = [
        name
        for name in texts()
        if name.endswith(".py") and (name.split("/")[0] in PACKAGES or "/test_" in name or "scripts/" in name)
    ]
    assert len(modules) > 5
    assert [name for name in modules if not ast.get_docstring(ast.parse(texts()[name]))] == []


def test_the_changelog_tells_of_the_current_version() -> None:
    version = tomllib.loads(texts()["pyproject.toml"])["project"]["version"]
    assert re.search(rf"^## \[{re.escape(version)}\]", texts()["CHANGELOG.md"], flags=re.M)


def test_every_decision_stands_in_the_index_under_its_own_title() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    pages = sorted(folder.glob("[0-9]*.md"))
    assert len(pages) >= 6
    for page in pages:
        number = page.name[:4]
        title = page.read_text(encoding="utf-8").splitlines()[0]
        match = re.search(rf"^\| \[{number}\]\({re.escape(page.name)}\) \| (.*) \|$", index, flags=re.M)
        assert match, f"{page.name} is missing in the index"
        assert title == f"# {number}. {match[1]}"


@pytest.mark.parametrize("script", ["scripts/setup.sh", "scripts/lock.sh", ".ci/run"])
def test_a_script_can_be_run_and_stops_at_the_first_failure(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    assert "set -euo pipefail" in path.read_text(encoding="utf-8")
    assert subprocess.run(["bash", "-n", path], check=False).returncode == 0
