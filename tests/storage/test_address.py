"""An address that opens no database is refused before anything connects, and its password is never told."""

import pytest

from processor.storage.address import UnusableDatabase, read_address, shown


@pytest.mark.parametrize(
    "written",
    [
        "hotro",
        "mysql://hotro:bi-mat@127.0.0.1/hotro",
        "postgresql://hotro:bi-mat@127.0.0.1:cong/hotro",
        "postgresql://hotro:bi-mat@127.0.0.1/hotro?khong_co=1",
        "sqlite:///",
        "sqlite:///:memory:",
    ],
)
def test_what_names_no_database_of_ours_is_refused_with_a_code_and_the_right_form(written: str) -> None:
    with pytest.raises(UnusableDatabase) as refused:
        read_address(written)

    said = str(refused.value)
    assert "(mã database_url_wrong)" in said and "sqlite:///ĐƯỜNG_DẪN" in said
    assert "bi-mat" not in said


def test_every_spelling_of_postgresql_means_the_one_driver() -> None:
    written = ("postgresql://h/d", "postgres://h/d", "postgresql+psycopg2://h/d?sslmode=require")

    assert {read_address(one).drivername for one in written} == {"postgresql+psycopg"}


def test_an_address_is_shown_without_its_password() -> None:
    address = read_address("postgresql://hotro:bi-mat@may.example:5433/hotro?passfile=/root/mat-khau")

    assert shown(address) == "postgresql://hotro:***@may.example:5433/hotro"
