"""Accounts, backup and restore from the server's console."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from forms import new
from huizong.accounts_cli import accounts, backup, restore


def run(folder: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(accounts, [str(folder), *words])
    return done.exit_code, done.output


def test_first_accounts_then_one_of_a_unit(tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    new(folder)
    code, said = run(folder, "found")
    assert code == 0 and all(login in said for login in ("xitong", "anquan", "shenji"))
    assert run(folder, "found")[0] == 2
    code, said = run(folder, "add", "wang", "--name", "王一", "--role", "clerk", "--unit", "001")
    assert code == 0 and said.startswith("wang\t")
    assert run(folder, "add", "li", "--name", "李二", "--role", "clerk")[0] == 2
    assert run(folder, "add", "li", "--name", "李二", "--role", "clerk", "--unit", "999")[0] == 2
    assert "wang\t王一\t单位填报\t001\t待设密码" in run(folder, "list")[1]
    assert run(folder, "reset", "wang")[0] == 0 and run(folder, "reset", "nobody")[0] == 2


def test_backup_and_restore_as_commands(tmp_path: Path) -> None:
    folder, again = tmp_path / "campaign", tmp_path / "again"
    for each in (folder, again):
        new(each)
    run(folder, "found")
    made = CliRunner().invoke(backup, [str(folder), "--out", str(tmp_path / "out")])
    assert made.exit_code == 0, made.output
    (file,) = (tmp_path / "out").iterdir()
    keys = str(folder / ".state" / "keys")
    done = CliRunner().invoke(restore, [str(file), str(again), "--keys", keys])
    assert done.exit_code == 0, done.exception
    assert "xitong" in run(again, "list")[1]
