"""The build is strict, leaves the old site when it fails, and knows when the site is out of date."""

import os
import time
from pathlib import Path

import pytest

from processor.publish.build import (
    BuildFailed,
    build_site,
    content_security_policy,
    inline_script_hashes,
    inline_scripts,
)
from processor.publish.freshness import is_stale

SMALL = """
site_name: Nhỏ
theme: {name: material, font: false}
plugins: [search]
markdown_extensions: [hotro]
strict: true
"""
NOTHING = "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="  # of the text `test`


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A site of one page."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "mkdocs.yml").write_text(SMALL)
    (tmp_path / "docs/index.md").write_text("# Một trang\n\nKinh phí: ((budget_2024)).\n")
    return tmp_path


@pytest.fixture
def watched(project: Path) -> Path:
    """The same with every folder of sources, some time after a build."""
    for name in ("forms", "processor/publish", "processor/rendering"):
        (project / name).mkdir(parents=True)
    (project / "docs/thua.md").write_text("# Thừa\n")
    built(project)
    return project


def built_before(project: Path) -> dict[Path, bytes]:
    """What stands where a build would put its pages."""
    (project / "site").mkdir()
    (project / "site/index.html").write_text("<p>bản trước</p>")
    (project / "site/chi-co-lan-truoc.txt").write_text("từ lần trước")
    return contents(project / "site")


def test_a_build_makes_the_pages_and_their_policy(project: Path) -> None:
    build_site(project, project / "site")

    assert "810.000.000" in (project / "site/index.html").read_text()
    assert (project / "site/csp.txt").read_text() == content_security_policy(project / "site") + "\n"
    assert beside(project) == ["site"]


def test_a_build_takes_the_place_of_the_one_before(project: Path) -> None:
    built_before(project)
    (project / "docs/index.md").write_text("# Trang khác\n")

    build_site(project, project / "site")

    assert "Trang khác" in (project / "site/index.html").read_text()
    assert not (project / "site/chi-co-lan-truoc.txt").exists()
    assert beside(project) == ["site"]


@pytest.mark.parametrize(
    ("page", "named"),
    [
        ("[đi](khong-co.md)", "khong-co.md"),
        ("![ảnh](khong-co.png)", "khong-co.png"),
        ("/// bieu-mau | khong-co\n///", "khong-co"),
        ("((no_such_fact))", "no_such_fact"),
    ],
)
def test_a_broken_page_stops_the_build_and_leaves_the_old_site(project: Path, page: str, named: str) -> None:
    old = built_before(project)
    (project / "docs/index.md").write_text(f"# Hỏng\n\n{page}\n")

    with pytest.raises(BuildFailed, match=named):
        build_site(project, project / "site")

    assert contents(project / "site") == old
    assert beside(project) == ["site"]


def test_what_an_interrupted_build_left_behind_is_cleared(project: Path) -> None:
    for name in ("site.new", "site.old"):
        (project / name).mkdir()
        (project / name / "rác.html").write_text("<p>rác</p>")

    build_site(project, project / "site")

    assert not (project / "site/rác.html").exists()
    assert beside(project) == ["site"]


def test_a_site_that_was_never_built_is_stale(project: Path) -> None:
    assert is_stale(project, project / "site")


@pytest.mark.parametrize(
    "source",
    ["mkdocs.yml", "docs/index.md", "docs/moi/trang.md", "forms/moi.yml", "processor/rendering/moi.html"],
)
def test_a_site_is_stale_once_a_source_is_touched(watched: Path, source: str) -> None:
    fresh = not is_stale(watched, watched / "site")

    touch(watched / source)

    assert fresh
    assert is_stale(watched, watched / "site")


def test_a_site_is_stale_once_a_source_is_gone(watched: Path) -> None:
    (watched / "docs/thua.md").unlink()

    assert is_stale(watched, watched / "site")


def test_compiled_code_is_no_source(watched: Path) -> None:
    touch(watched / "processor/publish/__pycache__/build.pyc")
    age(watched / "processor/publish")

    assert not is_stale(watched, watched / "site")


@pytest.mark.parametrize(
    ("html", "codes"),
    [
        ("<script>test</script>", ["test"]),
        ('<script type="text/javascript">test</script>', ["test"]),
        ("<script type=module>test</script>", ["test"]),
        ("<SCRIPT>test\n</SCRIPT>", ["test\n"]),
        ('<script type="application/json">{}</script>', []),
        ('<script src="a.js"></script>', []),
        ("<script></script>", []),
        ("<script>a</script><p>b</p><script>c</script>", ["a", "c"]),
    ],
)
def test_the_scripts_that_a_browser_runs_are_found(html: str, codes: list[str]) -> None:
    assert list(inline_scripts(html)) == codes


def test_one_script_on_many_pages_has_one_hash(tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        (tmp_path / name).write_text("<script>test</script>")

    assert inline_script_hashes(tmp_path) == [NOTHING]
    assert f"script-src 'self' 'sha256-{NOTHING}';" in content_security_policy(tmp_path)


def built(project: Path) -> None:
    """As some time after a build: every source is older than the policy."""
    touch(project / "site/csp.txt")
    for path in [project, *project.rglob("*")]:
        age(path, 50 if path.name == "csp.txt" else 100)


def age(path: Path, seconds: int = 100) -> None:
    os.utime(path, (time.time() - seconds, time.time() - seconds))


def touch(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.touch()
    age(path, 0)


def contents(site: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}


def beside(project: Path) -> list[str]:
    return sorted(path.name for path in project.glob("site*"))
