"""An officer changes the own password."""

from processor.domain.access.officer import Session
from processor.domain.errors import Malformed
from processor.services.access.hashing import hashed
from processor.services.access.passwords import refuse_poor_password
from processor.services.access.second_factor import check_own_password
from processor.services.parts import Wired
from processor.storage.engine import writing
from processor.storage.officers.officers import change_password


def change_own_password(wired: Wired, session: Session, old: str, new: str, again: str) -> None:
    """Ends every other session of the officer.

    Raises Forbidden("password_wrong"), Malformed("rate_limited"), and with status 422 Malformed("password_differs"),
    Malformed("password_unchanged"), Malformed("password_length"), Malformed("password_guessable").
    """
    check_own_password(wired, session.officer, old)
    if new != again:
        raise Malformed("password_differs", 422)
    if new == old:  # one that the program made would stay in use, with nobody asked for another
        raise Malformed("password_unchanged", 422)
    refuse_poor_password(wired, new, session.officer.name)
    with writing(wired.engine) as connection:
        change_password(connection, session.officer.id, hashed(new), staying=session.handle)
