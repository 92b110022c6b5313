"""Nothing acknowledged is lost, nothing half-written is seen, nothing is read or swapped without the key."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from collector.keys import KeyMissing, Keys, Sealer, Tampered
from collector.store import BlobDamaged, BlobMissing, Store, StoreFull, StoreSettings
from tests.collector import servers

ROOT = Path(__file__).parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store", Keys(tmp_path / "keys"))


def blob(store: Store, name: str) -> Path:
    assert store.local
    return store.local / "blobs" / name[:2] / name


def test_put_gives_the_hash_and_get_gives_the_content(store: Store, tmp_path: Path) -> None:
    name = store.put("身份证号".encode() * 100)
    assert store.get(name) == "身份证号".encode() * 100
    assert blob(store, name).stat().st_mode & 0o777 == 0o600
    assert "身份证号".encode() not in blob(store, name).read_bytes()
    assert store.put("身份证号".encode() * 100) == name
    assert list(store.names()) == [name]
    with (tmp_path / "f").open("w+b") as file:
        file.write(b"stream")
        file.seek(0)
        assert store.get(store.put(file)) == b"stream"


def test_an_empty_blob_is_a_blob(store: Store) -> None:
    assert store.get(store.put(b"")) == b""


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "A" * 64])
def test_what_is_not_there_is_missing(store: Store, name: str) -> None:
    with pytest.raises(BlobMissing):
        store.get(name)


def test_a_flipped_bit_is_found_by_get_and_scrub_and_healed_by_put(store: Store) -> None:
    good, bad = store.put(b"good"), store.put(b"bad")
    raw = bytearray(blob(store, bad).read_bytes())
    raw[-3] ^= 1
    blob(store, bad).write_bytes(raw)
    with pytest.raises(BlobDamaged):
        store.get(bad)
    assert list(store.scrub()) == [bad]
    assert store.put(b"bad") == bad and store.get(bad) == b"bad" and store.get(good) == b"good"


def test_two_swapped_blobs_do_not_open(store: Store) -> None:
    a, b = store.put(b"a"), store.put(b"b")
    first, second = blob(store, a).read_bytes(), blob(store, b).read_bytes()
    blob(store, a).write_bytes(second)
    blob(store, b).write_bytes(first)
    assert sorted(store.scrub()) == sorted([a, b])


def test_a_blob_of_another_campaign_does_not_open(store: Store) -> None:
    name = store.put(b"a")
    with pytest.raises(BlobDamaged):
        Store(store.root, store.keys, StoreSettings(purpose="other")).get(name)


def test_old_blobs_open_after_a_key_change_and_none_opens_without_keys(store: Store, tmp_path: Path) -> None:
    old = store.put(b"old")
    assert store.keys.rotate("store") == "store-2"
    new = store.put(b"new")
    assert b"store-2" in blob(store, new).read_bytes()[:20]
    assert (store.get(old), store.get(new)) == (b"old", b"new")
    with pytest.raises(KeyMissing):
        Store(store.root, Keys(tmp_path / "empty")).get(new)


def test_keys_are_for_the_owner_only_and_the_same_for_all_processes(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from collector.keys import Keys;"
        "print(Keys(Path(sys.argv[1])).current('store')[1].hex())"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path / "k")], stdout=subprocess.PIPE, cwd=ROOT
        )
        for _ in range(4)
    ]
    assert len({p.communicate()[0] for p in running}) == 1
    assert [(f.name, f.stat().st_mode & 0o777) for f in (tmp_path / "k").iterdir()] == [
        ("store-1.key", 0o600)
    ]


def test_a_sealed_column_opens_only_in_its_place(tmp_path: Path) -> None:
    sealer = Sealer(Keys(tmp_path))
    sealed = sealer.seal("330399", "explanations/key/1")
    assert "330399" not in sealed and sealer.open(sealed, "explanations/key/1") == "330399"
    with pytest.raises(Tampered):
        sealer.open(sealed, "explanations/key/2")
    assert sealer.blind("a", "bc") != sealer.blind("ab", "c")


def test_reconcile_names_what_is_missing_and_lists_orphans_without_touching_them(store: Store) -> None:
    known, orphan = store.put(b"known"), store.put(b"orphan")
    found = store.reconcile({known, "f" * 64})
    assert (found.missing, found.orphans, found.young) == (("f" * 64,), (), (orphan,))
    assert store.reconcile({known}, now=time.time() + 25 * 3600).orphans == (orphan,)
    assert store.get(orphan) == b"orphan"


def test_a_short_write_is_carried_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr("collector.store.os.write", lambda fd, data: write(fd, bytes(data)[:1000]))
    assert len(store.get(store.put(b"x" * 10_000))) == 10_000


def test_a_failed_fsync_fails_the_upload_and_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "input/output error")

    store.keys.current("store")
    monkeypatch.setattr("collector.store.os.fsync", broken)
    with pytest.raises(OSError, match="input/output"):
        store.put(b"x")
    assert store.local and not list((store.local / "tmp").iterdir()) and not list(store.names())


def test_the_file_is_synced_before_its_name_and_the_folder_after(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(b"first")
    done: list[str] = []
    fsync, rename = os.fsync, os.rename

    def synced(fd: int) -> None:
        done.append("folder" if os.path.isdir(f"/proc/self/fd/{fd}") else "file")
        fsync(fd)

    def renamed(old: Path, new: Path) -> None:
        done.append("rename")
        rename(old, new)

    monkeypatch.setattr("collector.store.os.fsync", synced)
    monkeypatch.setattr("collector.store.os.rename", renamed)
    store.put(b"second")
    assert done[-3:] == ["file", "rename", "folder"]


def test_a_nearly_full_disk_is_said_so_before_anything_is_written(store: Store) -> None:
    full = Store(store.root, store.keys, StoreSettings(reserve=1 << 60))
    with pytest.raises(StoreFull):
        full.put(b"x")
    assert not list(store.names())


def test_kill_9_while_putting_leaves_only_whole_blobs(tmp_path: Path) -> None:
    script = (
        "import sys, os; from pathlib import Path; from collector.keys import Keys;"
        "from collector.store import Store;"
        "s = Store(sys.argv[1] + '/s', Keys(Path(sys.argv[1] + '/k'))); n = 0\n"
        "while True:\n name = s.put(os.urandom(300_000)); print(name, flush=True)"
    )
    acknowledged: list[str] = []
    for delay in (0.05, 0.11, 0.17, 0.23):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert process.stdout
        acknowledged.append(process.stdout.readline().strip())
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        acknowledged += [line.strip() for line in process.stdout if len(line.strip()) == 64]
        process.wait()
        process.stdout.close()
    store = Store(tmp_path / "s", Keys(tmp_path / "k"))
    assert len(acknowledged) >= 4
    assert not store.reconcile(set(acknowledged)).missing and not list(store.scrub())


@pytest.mark.s3
def test_the_same_store_works_over_s3() -> None:
    with servers.s3() as (url, options):
        import tempfile

        with tempfile.TemporaryDirectory() as keys:
            store = Store(url, Keys(Path(keys)), **options)
            name = store.put("内容".encode())
            assert store.put("内容".encode()) == name and store.get(name) == "内容".encode()
            assert list(store.names()) == [name] and not list(store.scrub())
            assert store.reconcile({name, "e" * 64}).missing == ("e" * 64,)
            store.fs.pipe_file(f"{store.root}/blobs/{name[:2]}/{name}", b"rubbish")
            with pytest.raises(BlobDamaged):
                store.get(name)
            with pytest.raises(BlobMissing):
                store.get("d" * 64)
