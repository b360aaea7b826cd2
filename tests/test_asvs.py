"""OWASP ASVS 5.0, levels 1 and 2 and four lines of level 3: every line is answered, every answer names tests there are.

Some lines are about the code as a whole; their tests are here.
"""

import ast
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from processor.console import LOG_STEPS
from processor.settings import ROOT

PAGE = ROOT / "docs" / "ky-thuat" / "asvs.md"
SOURCES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in (ROOT / "processor").rglob("*.py")
}
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
UNANSWERED = ("không áp dụng: ", "chưa đáp ứng: ")
LINES = {
    **{"1.1": "1 2", "1.2": "1 2 3 4 5 6 7 8 9", "1.3": "1 2 3 4 5 6 7 8 9 10 11", "1.4": "1 2 3", "1.5": "1 2"},
    **{"2.1": "1 2 3", "2.2": "1 2 3", "2.3": "1 2 3 4", "2.4": "1"},
    **{"3.2": "1 2", "3.3": "1 2 3 4", "3.4": "1 2 3 4 5 6", "3.5": "1 2 3 4 5", "3.7": "1 2"},
    **{"4.1": "1 2 3", "4.2": "1", "4.3": "1 2", "4.4": "1 2 3 4"},
    **{"5.1": "1", "5.2": "1 2 3 4 5 6", "5.3": "1 2", "5.4": "1 2 3"},
    **{"6.1": "1 2 3", "6.2": "1 2 3 4 5 6 7 8 9 10 11 12", "6.3": "1 2 3 4", "6.4": "1 2 3 4", "6.5": "1 2 3 4 5"},
    **{"6.6": "1 2 3", "6.8": "1 2 3 4"},
    **{"7.1": "1 2 3", "7.2": "1 2 3 4", "7.3": "1 2", "7.4": "1 2 3 4 5", "7.5": "1 2", "7.6": "1 2"},
    **{"8.1": "1 2", "8.2": "1 2 3", "8.3": "1", "8.4": "1", "9.1": "1 2 3", "9.2": "1 2 3 4"},
    **{"10.1": "1 2", "10.2": "1 2", "10.3": "1 2 3 4", "10.4": "1 2 3 4 5 6 7 8 9 10 11", "10.5": "1 2 3 4 5"},
    **{"10.6": "1 2", "10.7": "1 2 3"},
    **{"11.1": "1 2", "11.2": "1 2 3", "11.3": "1 2 3", "11.4": "1 2 3 4", "11.5": "1", "11.6": "1"},
    **{"12.1": "1 2 3", "12.2": "1 2", "12.3": "1 2 3 4"},
    **{"13.1": "1", "13.2": "1 2 3 4 5", "13.3": "1 2", "13.4": "1 2 3 4 5"},
    **{"14.1": "1 2", "14.2": "1 2 3 4", "14.3": "1 2 3"},
    **{"15.1": "1 2 3", "15.2": "1 2 3", "15.3": "1 2 3 4 5 6 7", "15.4": "2"},
    **{"16.1": "1", "16.2": "1 2 3 4 5", "16.3": "1 2 3 4", "16.4": "1 2 3", "16.5": "1 2 3"},
    **{"17.1": "1", "17.2": "1 2 3 4", "17.3": "1 2"},
}
"""The standard's own numbers, from its list of requirements: levels 1 and 2, and 5.2.4-5.2.6 and 15.4.2."""

CIPHERS = {"cryptography", "argon2", "pyrage", "altcha"}
OWN_WORDS_IN_SQL = {
    "storage/durability.py",
    "storage/engine.py",
    "storage/privacy/erasures.py",
    "storage/rows.py",
    "storage/tables/core.py",
    "storage/transfer/holding.py",
    "storage/transfer/place.py",
    "storage/transfer/standing.py",
}
"""They put names of our own tables, statuses and settings into SQL, nothing that anybody typed."""


def rows() -> list[tuple[str, str, str]]:
    return [(found[1], found[2], found[3]) for found in ROW.finditer(PAGE.read_text())]


def test_every_line_of_the_standard_is_answered_once_and_in_its_order() -> None:
    wanted = [f"{section}.{number}" for section, numbers in LINES.items() for number in numbers.split()]

    assert [number for number, _, _ in rows()] == wanted


def test_the_list_is_as_long_as_the_standard_counts() -> None:
    """Version 5.0.0 has 70 requirements of level 1 and 183 of level 2; four of level 3 are kept to as well."""
    assert sum(len(numbers.split()) for numbers in LINES.values()) == 70 + 183 + 4


@pytest.mark.parametrize(("number", "answer"), [(number, answer) for number, _, answer in rows()])
def test_an_answer_names_tests_that_there_are_or_says_why_there_are_none(number: str, answer: str) -> None:
    named = TEST.findall(answer)

    assert named or answer.startswith(UNANSWERED)
    assert [test for test in named if test[1] not in named_in(ROOT / test[0])] == []


def named_in(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path.removeprefix("processor/"), ast.unparse(node.func), node


def imported(tree: ast.Module) -> set[str]:
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    return {name.partition(".")[0] for name in plain | named}


def test_sql_is_written_by_the_library_alone() -> None:
    """1.2.4: values are parameters; text is a constant, or made of our own names."""
    made = [
        path
        for path, name, call in calls()
        if name.rpartition(".")[2] in ("text", "exec_driver_sql") and call.args and not constant(call.args[0])
    ]

    assert {path for path in made if path.startswith("storage")} <= OWN_WORDS_IN_SQL
    assert [call for path, name, call in calls() if name.endswith("exec_driver_sql") and "storage" not in path] == []


def constant(node: ast.expr) -> bool:
    """A constant, or a name in capitals."""
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def test_no_command_goes_through_a_shell() -> None:
    """1.2.5"""
    through = [
        (path, name)
        for path, name, call in calls()
        if name in ("os.system", "os.popen", "subprocess.getoutput")
        or any(keyword.arg == "shell" for keyword in call.keywords)
    ]

    assert through == []


def test_a_pattern_made_at_run_time_escapes_what_was_typed() -> None:
    """1.2.9: a pattern is a constant, is put together of constants, or of escaped words."""
    patterns = [
        ast.unparse(call.args[0])
        for _, name, call in calls()
        if name in ("re.compile", "re.search", "re.match", "re.sub", "re.findall", "re.split", "re.fullmatch")
        and call.args
        and not constant(call.args[0])
    ]

    assert [pattern for pattern in patterns if "re.escape" not in pattern and "ROMAN" not in pattern] == []


def test_nothing_typed_is_run_as_code() -> None:
    """1.3.2, 1.3.7, 1.5.2: no eval, no template made of text, no format that makes any object."""
    forbidden = {
        "eval",
        "exec",
        "compile",
        "__import__",
        "yaml.load",
        "yaml.unsafe_load",
        "pickle.loads",
        "marshal.loads",
    }

    found = [(path, name) for path, name, _ in calls() if name in forbidden or name.endswith(".from_string")]

    assert found == []


def test_what_must_not_be_guessed_comes_from_the_secrets_module() -> None:
    """6.5.3, 11.5.1: chance that can be repeated makes invented data only."""
    repeatable = [path for path, tree in SOURCES.items() if "random" in imported(tree)]

    assert [path for path in repeatable if not path.startswith("processor/services/demo/")] == []


def test_every_use_of_cryptography_is_in_the_inventory() -> None:
    """11.1, 11.2.1, 11.3: who encrypts, signs or hashes passwords is named with how and with which key."""
    page = PAGE.read_text()

    users = [path for path, tree in SOURCES.items() if CIPHERS & imported(tree)]

    assert [path for path in users if f"| `{path}` |" not in page] == []


def test_every_line_of_the_log_is_in_the_inventory() -> None:
    """16.1.1"""
    page = PAGE.read_text()

    said = {ast.literal_eval(call.args[0]) for _, name, call in calls() if name.startswith("LOG.") and call.args}

    assert sorted(line for line in said if f"`{line}`" not in page) == []


def test_no_broken_hash_is_used() -> None:
    """11.4.1: SHA-256, but where the tus protocol lets the client choose a checksum against accidents."""
    used = {(path, name) for path, name, _ in calls() if re.fullmatch(r"hashlib\.\w+", name)}

    assert {path for path, name in used if name not in ("hashlib.sha256", "hashlib.file_digest")} <= {
        "services/intake/pieces.py"
    }


def test_every_moment_has_its_time_zone() -> None:
    """16.2.2"""
    bare = [
        (path, ast.unparse(call))
        for path, name, call in calls()
        if name == "datetime.utcnow"
        or (name == "datetime.now" and not call.args)
        or (name == "datetime.fromtimestamp" and len(call.args) + len(call.keywords) < 2)
    ]

    assert bare == []


def test_the_log_is_one_line_of_json_an_entry() -> None:
    """16.2.4, 16.4.1: what somebody typed cannot begin a line of its own."""
    told = io.StringIO()
    log = structlog.wrap_logger(
        structlog.PrintLogger(told), processors=[*LOG_STEPS, structlog.processors.JSONRenderer()]
    )

    log.warning("turned_away", what='x\n{"event": "signed_in"}\r\x1b[2K\u2028')

    (line,) = told.getvalue().splitlines()
    assert json.loads(line)["event"] == "turned_away"
    assert abs(datetime.fromisoformat(json.loads(line)["timestamp"]) - datetime.now(UTC)).total_seconds() < 60
