"""The freeze: whole or not at all, judged again, secrets apart, ids used once."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core import evidence, notice
from kiosk.core.errors import InputError, VerificationError
from kiosk.intake import freeze as freezing
from kiosk.intake import register, secret
from kiosk.intake.freeze import Receipt, freeze, prepare, rehearsal_id, rehearse_copy
from kiosk.words import explain
from offices import DRAW, NOTARY, NOW, changed, check, counted, only, rows, told, write

REHEARSAL = changed(
    DRAW,
    ("mode: ceremony", "mode: rehearsal"),
    (DRAW[DRAW.index("commitments:") : DRAW.index("contributions:")], ""),
)


def frozen(tmp_path: Path, draw: str = DRAW, name: str = "frozen") -> Receipt:
    return freeze(prepare(write(tmp_path, draw)), tmp_path / name, random=counted, now=NOW)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_frozen_folder_holds_its_files_and_passes_the_core_judges(tmp_path: Path) -> None:
    receipt = frozen(tmp_path)
    written = files(tmp_path / "frozen")
    assert sorted(written) == sorted(
        ["notice.txt", "roll.csv", "units.csv", "rules.json", "office.json", "receipt.txt"]
    )  # fmt: skip
    inputs = evidence.read_inputs(written)
    assert receipt.notice_hash == inputs.notice_hash == hashlib.sha256(written["notice.txt"]).hexdigest()
    assert inputs.notice.draw == receipt.draw == "test-1"
    assert not inputs.notice.rehearsal
    assert dict(inputs.notice.commitments)["notary"] == NOTARY
    assert (inputs.notice.roll.count, inputs.notice.units.count, inputs.notice.rules.count) == (24, 10, 2)
    assert inputs.roll.columns == ("household", "name", "people", "category", "years")
    assert inputs.roll.rows[0] == ("SZ00001", "欧阳*", "2", "低保", "2")
    content = json.loads(written["rules.json"])
    assert content["stages"][0]["households"] == {"people": {"min": 2}}
    assert content["stages"][0]["chances"] == "years"
    assert content["stages"][1]["tiers"] == [
        {"id": "all", "title": "一居室", "households": {}, "units": {}, "count": "all"}
    ]


def test_the_operators_secret_lies_apart_and_opens_its_commitment(tmp_path: Path) -> None:
    frozen(tmp_path)
    kept = tmp_path / "frozen.secret"
    assert kept.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in kept.iterdir()] == ["operator.txt"]
    assert (kept / "operator.txt").stat().st_mode & 0o777 == 0o600
    opened = (kept / "operator.txt").read_text().strip()
    assert notice.is_secret(opened)
    inputs = evidence.read_inputs(files(tmp_path / "frozen"))
    assert dict(inputs.notice.commitments)["operator"] == notice.commitment("test-1", "operator", opened)
    assert opened not in "".join(content.decode() for content in files(tmp_path / "frozen").values())


def test_a_rehearsal_without_commitments_has_all_secrets_made_and_registers_nothing(tmp_path: Path) -> None:
    receipt = frozen(tmp_path, REHEARSAL)
    kept = {path.stem: path.read_text().strip() for path in (tmp_path / "frozen.secret").iterdir()}
    inputs = evidence.read_inputs(files(tmp_path / "frozen"))
    assert inputs.notice.rehearsal and receipt.draw == "test-1"
    assert list(dict(inputs.notice.commitments)) == ["operator", "notary"]
    for label, hash in inputs.notice.commitments:
        assert notice.commitment("test-1", label, kept[label]) == hash
    assert not (tmp_path / "register.txt").exists()


def test_a_ceremony_rehearsed_from_its_draw_yaml_has_another_id_and_no_secret_of_the_notary(tmp_path: Path) -> None:
    prepared = prepare(write(tmp_path), rehearsal=True)
    receipt = freeze(prepared, tmp_path / "tried", random=counted, now=NOW)
    inputs = evidence.read_inputs(files(tmp_path / "tried"))
    assert (receipt.draw, inputs.notice.rehearsal) == ("test-1-rehearsal", True)
    assert list(dict(inputs.notice.commitments)) == ["operator", "notary"]
    assert NOTARY not in dict(inputs.notice.commitments).values()
    assert sorted(path.name for path in (tmp_path / "tried.secret").iterdir()) == ["notary.txt", "operator.txt"]
    assert not (tmp_path / "register.txt").exists()


def test_a_ceremony_is_noted_in_the_register_once_ever(tmp_path: Path) -> None:
    receipt = frozen(tmp_path)
    line = f"frozen test-1 {receipt.notice_hash} 2021-12-01T09:30:00+08:00\n"
    assert (tmp_path / "register.txt").read_text() == line
    again = check(tmp_path)
    problem = only(again, "settings.used")
    assert (problem.severity, problem.where.line) == ("error", 1)
    with pytest.raises(InputError) as error:
        freeze(again, tmp_path / "second", random=counted, now=NOW)
    assert error.value.code == "freeze.errors"
    assert not (tmp_path / "second").exists()


def test_an_id_that_was_used_between_check_and_freeze_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    prepared = check(tmp_path)
    freeze(prepared, tmp_path / "first", random=counted, now=NOW)
    before = names(tmp_path)
    with pytest.raises(InputError) as error:
        freeze(prepared, tmp_path / "second", random=counted, now=NOW)
    assert error.value.code == "register.used"
    assert names(tmp_path) == before
    for language in ("zh-CN", "en"):
        assert "test-1" in explain(language, error.value)


def test_check_asks_the_register_that_it_is_given(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    path = write(tmp_path)
    freeze(prepare(path), archive / "one", random=counted, now=NOW)
    assert told(prepare(path)) == []
    assert told(prepare(path, register=archive / "register.txt")) == ["settings.used@1"]
    assert told(prepare(path, register=archive / "register.txt", rehearsal=True)) == []


@pytest.mark.parametrize("torn", ["frozen test-1", "frozen test-1 abc now\n", "\n", "x\nfrozen\n", "\xff\n"])
def test_a_register_that_is_not_whole_stops_the_freeze(tmp_path: Path, torn: str) -> None:
    (tmp_path / "register.txt").write_bytes(torn.encode("latin-1"))
    assert "register.line" in [problem.code for problem in check(tmp_path).errors]
    with pytest.raises(InputError) as error:
        register.add_frozen(tmp_path / "register.txt", "test-2", "0" * 64, "now")
    assert error.value.code == "register.line"
    assert (tmp_path / "register.txt").read_bytes() == torn.encode("latin-1")


def test_a_folder_that_holds_anything_is_never_written_into(tmp_path: Path) -> None:
    prepared = check(tmp_path)
    out = tmp_path / "frozen"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(InputError) as error:
        freeze(prepared, out, random=counted, now=NOW)
    assert error.value.code == "freeze.exists"
    assert files(out) == {"notes.txt": b"mine"}
    (out / "notes.txt").unlink()
    (tmp_path / "frozen.secret").mkdir()
    with pytest.raises(InputError) as error:
        freeze(prepared, out, random=counted, now=NOW)
    assert error.value.code == "freeze.secrets-exist"
    (tmp_path / "frozen.secret").rmdir()
    freeze(prepared, out, random=counted, now=NOW)
    with pytest.raises(InputError) as error:
        freeze(prepared, out, random=counted, now=NOW)
    assert error.value.code == "freeze.exists"
    assert not (tmp_path / "register.txt").read_text().count("\n") > 1


def test_a_disk_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    prepared = check(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as error:
        freeze(prepared, tmp_path / "file" / "frozen", random=counted, now=NOW)
    assert error.value.code == "freeze.disk"
    assert "register.txt" not in names(tmp_path)


CRASH = """
import os, sys
from datetime import datetime, timezone
from pathlib import Path
from kiosk.intake.freeze import freeze, prepare

left = int(sys.argv[3])
def crash_before(really):
    def instead(*arguments, **names):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return really(*arguments, **names)
    return instead

os.fsync, os.rename, os.rmdir = map(crash_before, (os.fsync, os.rename, os.rmdir))
os.write, os.mkdir = map(crash_before, (os.write, os.mkdir))
freeze(prepare(Path(sys.argv[1])), Path(sys.argv[2]), random=os.urandom, now=datetime.now(timezone.utc))
"""


def test_killed_at_any_step_a_folder_that_bears_its_name_is_whole_and_registered(tmp_path: Path) -> None:
    draw, ended, steps = write(tmp_path), 9, 0
    while ended == 9:
        archive = tmp_path / f"archive-{steps}"
        archive.mkdir()
        command = [sys.executable, "-c", CRASH, str(draw), str(archive / "frozen"), str(steps)]
        ended = subprocess.run(command, check=False).returncode
        known = register.read(archive / "register.txt")
        if (archive / "frozen").exists():
            inputs = evidence.read_inputs(files(archive / "frozen"))
            assert len(files(archive / "frozen")) == 6
            assert (archive / "frozen.secret" / "operator.txt").stat().st_size == 33
            assert [entry.told for entry in known] == [inputs.notice_hash]
        others = names(archive) - {"frozen", "frozen.secret", "register.txt"}
        assert all(name.startswith(".") for name in others)
        steps += 1
    assert ended == 0
    assert steps > 12


@settings(max_examples=10)
@given(st.permutations(rows(12)))
def test_the_order_of_rows_in_the_offices_file_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, households: list[list[object]]
) -> None:
    folder = tmp_path_factory.mktemp("office")
    prepared = check(folder, households=households)
    straight = check(folder, households=rows(12))
    assert prepared.draft is not None and straight.draft is not None
    assert prepared.draft == straight.draft


def test_what_is_frozen_is_read_back_before_the_folder_gets_its_name(tmp_path: Path) -> None:
    prepared = check(tmp_path)
    assert prepared.draft is not None
    spoilt = replace(prepared, draft=replace(prepared.draft, roll=b"household\nSZ2\nSZ1\n", counts=(2, 10, 2)))
    with pytest.raises(VerificationError):
        freeze(spoilt, tmp_path / "frozen", random=counted, now=NOW)
    assert names(tmp_path) == {"draw.yaml", "roll.csv", "units.csv"}


def test_the_receipt_has_the_notice_hash_in_groups_and_the_figures_of_each_stage_and_tier(tmp_path: Path) -> None:
    receipt = frozen(tmp_path)
    assert (tmp_path / "frozen" / "receipt.txt").read_text(encoding="utf-8") == receipt.text
    groups = [receipt.notice_hash[at : at + 4] for at in range(0, 64, 4)]
    assert " ".join(receipt.text.split()).count(" ".join(groups)) == 1
    assert "第 1 批 两居室（double）：18 户，房源 5 套，机会 36 个" in receipt.text
    assert "档次 1 优先保障（first）：12 户，房源 2 套，机会 24 个" in receipt.text
    assert "档次 2 一般轮候（rest）：18 户，房源最多 5 套（扣除前面各档已用），机会 36 个" in receipt.text
    english = frozen(tmp_path, changed(DRAW, ("draw: test-1", "draw: test-2\nlanguage: en")), "english").text
    assert "Tier 1, 优先保障 (first): 12 households, 2 flats, 24 chances" in english


def test_the_offices_file_holds_people_and_appointments_and_nothing_unmasked(tmp_path: Path) -> None:
    more = """\
people: {operator: 张明, contributors: [甲, 乙, 丙]}
after: {place: 大厅, objections: 0722-0000000, bring: 身份证, minutes: 10, counters: 2, days: {2021-12-13: 09:00-12:00}}
"""
    frozen(tmp_path, DRAW + more)
    written = (tmp_path / "frozen" / "office.json").read_text(encoding="utf-8")
    assert json.loads(written) == {
        "language": "zh-CN",
        "people": {"operator": "张明", "witness": "", "contributors": ["甲", "乙", "丙"]},
        "names": ["name"],
        "household": "登记编号",
        "objections": "0722-0000000",
        "after": {"place": "大厅", "bring": ["身份证"], "minutes": 10, "counters": 2,
                  "days": [{"date": "2021-12-13", "hours": [["09:00", "12:00"]]}]},
    }  # fmt: skip
    named = frozen(tmp_path, changed(DRAW, ("test-1", "test-2")), "unnamed").folder / "office.json"
    assert json.loads(named.read_text(encoding="utf-8"))["people"]["contributors"] == ["", "", ""]


def test_a_frozen_draw_is_rehearsed_on_a_copy_with_secrets_of_its_own(tmp_path: Path) -> None:
    frozen(tmp_path, changed(DRAW, ("public: none", "public: {digits: 7, source: 双色球}")))
    receipt = rehearse_copy(tmp_path / "frozen", tmp_path / "tried", random=os.urandom, now=NOW)
    real, tried = files(tmp_path / "frozen"), files(tmp_path / "tried")
    inputs = evidence.read_inputs(tried)
    assert (receipt.draw, inputs.notice.draw, inputs.notice.rehearsal) == ("test-1-rehearsal",) * 2 + (True,)
    assert all(real[name] == tried[name] for name in ("roll.csv", "units.csv", "rules.json", "office.json"))
    kept = {path.stem: path.read_text().strip() for path in (tmp_path / "tried.secret").iterdir()}
    for label, hash in inputs.notice.commitments:
        assert notice.commitment("test-1-rehearsal", label, kept[label]) == hash
    assert kept["operator"] != (tmp_path / "frozen.secret" / "operator.txt").read_text().strip()
    assert inputs.notice.public == notice.Public(7, "双色球")
    assert len(register.read(tmp_path / "register.txt")) == 1
    assert "演练" in receipt.text


def test_a_folder_that_is_no_frozen_draw_cannot_be_rehearsed(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        rehearse_copy(tmp_path / "nowhere", tmp_path / "tried", random=counted, now=NOW)
    assert error.value.code == "evidence.missing"
    frozen(tmp_path)
    (tmp_path / "frozen" / "roll.csv").write_text("household\nX\n")
    with pytest.raises(VerificationError):
        rehearse_copy(tmp_path / "frozen", tmp_path / "tried", random=counted, now=NOW)
    assert not (tmp_path / "tried").exists()


@pytest.mark.parametrize("name", ["notice.txt", "roll.csv", "office.json"])
def test_a_rehearsal_follows_no_link_out_of_the_folder(name: str, tmp_path: Path) -> None:
    frozen(tmp_path)
    (tmp_path / "frozen" / name).rename(tmp_path / "elsewhere")
    (tmp_path / "frozen" / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError) as error:
        rehearse_copy(tmp_path / "frozen", tmp_path / "tried", random=counted, now=NOW)
    assert error.value.code == "folder.file"
    assert name in str(error.value.values["file"])
    assert not (tmp_path / "tried").exists()


@given(st.from_regex(r"[a-z0-9][a-z0-9.-]{0,63}", fullmatch=True))
def test_the_id_of_a_rehearsal_is_an_id_and_never_the_draws_own(draw: str) -> None:
    made = rehearsal_id(draw)
    assert notice.is_draw(made)
    assert made != draw or draw.endswith("-rehearsal")
    assert rehearsal_id(made) == made


def test_a_secret_is_made_with_its_commitment_and_a_sheet(tmp_path: Path) -> None:
    made, commitment, sheet = secret.make("suizhou-2021-09", "notary", counted)
    assert made == "000102030405060708090a0b0c0d0e0f"
    said = subprocess.run(
        ["sh", "-c", f"printf %s 'commitment|suizhou-2021-09|notary|{made}' | sha256sum"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split()[0] == commitment
    assert "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f" in sheet and commitment in sheet
    assert "printf %s 'commitment|suizhou-2021-09|notary|" in secret.make("suizhou-2021-09", "notary", counted, "en")[2]
    for draw, label, code in (("Suizhou", "notary", "secret.draw"), ("suizhou", "Notary", "secret.label")):
        with pytest.raises(InputError) as error:
            secret.make(draw, label, counted)
        assert error.value.code == code


def test_the_demo_is_a_rehearsal_of_507_flats_that_freezes_without_an_error(tmp_path: Path) -> None:
    from kiosk.shipped import ASSETS

    prepared = prepare(ASSETS / "demo" / "draw.yaml")
    assert prepared.errors == ()
    assert {problem.code for problem in prepared.warnings} <= {"privacy.recognisable"}
    receipt = freeze(prepared, tmp_path / "demo", random=counted, now=NOW)
    inputs = evidence.read_inputs(files(receipt.folder))
    assert inputs.notice.rehearsal and inputs.notice.units.count == 507
    assert 1800 <= inputs.notice.roll.count <= 2000
    shown = [row[1] for row in inputs.roll.rows]
    assert {"欧阳*", "J. S."} <= set(shown) and any("·" in name for name in shown)
    assert any(ord(name[0]) > 0xFFFF for name in shown)
    assert sum(min(stage.candidates, stage.units) for stage in prepared.outlook) == 507
    assert freezing.secret_folder(receipt.folder) == receipt.secrets
