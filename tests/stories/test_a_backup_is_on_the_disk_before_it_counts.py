"""By strace: everything that a backup names is synced and in its place before the manifest gets its name."""

import os
import subprocess
from pathlib import Path

from processor.settings import ROOT
from processor.storage.backup.vault import Vault
from tests.backups import KeyPair, contents_of
from tests.served import HOTRO
from tests.strace import Trace, tracing


def half_of(place: Path) -> Path:
    return place.with_name(f".{place.name}.part")


def test_what_a_backup_names_is_on_the_disk_before_its_manifest_is(tmp_path: Path, vault: Vault, key: KeyPair) -> None:
    notes, environment = tmp_path / "notes", {**os.environ, "HOTRO_DATA": str(tmp_path / "data")}
    command = [*tracing(notes), HOTRO, "backup", "run", str(vault.folder), "--recipient", key.public]

    subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True)

    trace = Trace(notes.read_text())
    counts = trace.rename_to(vault.backups / "000001.json")
    objects = [vault.place(name) for name in contents_of(vault, key).pieces]
    assert objects
    for place in (*objects, vault.backups / "000001.age"):
        (synced,), named = trace.syncs_of(half_of(place)), trace.rename_to(place)
        assert synced.is_before(named)
        assert any(named.is_before(one) and one.is_before(counts) for one in trace.syncs_of(place.parent))
    (manifest,) = trace.syncs_of(half_of(vault.backups / "000001.json"))
    assert manifest.is_before(counts)
    assert any(counts.is_before(one) for one in trace.syncs_of(vault.backups))
