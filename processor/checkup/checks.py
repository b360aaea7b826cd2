"""Every check, in the order an operator would look. A new one is a line here."""

from processor.checkup.choices import address, limits, names, site, worker
from processor.checkup.database import database
from processor.checkup.finding import Check, Finding, error
from processor.checkup.machine import descriptors, files_can_be_opened, folders, room, secrets
from processor.checkup.mail import mail
from processor.checkup.scanner import scanner
from processor.checkup.store import store
from processor.settings import Settings

CHECKS: dict[str, Check] = {
    "names": names,
    "folders": folders,
    "room": room,
    "store": store,
    "secrets": secrets,
    "database": database,
    "mail": mail,
    "scanner": scanner,
    "files": files_can_be_opened,
    "descriptors": descriptors,
    "address": address,
    "limits": limits,
    "worker": worker,
    "site": site,
}


def examine(settings: Settings) -> dict[str, list[Finding]]:
    """What each check found. One that breaks is a finding too, and the others are made."""
    return {name: found_by(check, settings) for name, check in CHECKS.items()}


def found_by(check: Check, settings: Settings) -> list[Finding]:
    try:
        return list(check(settings))
    except Exception as broken:
        return [
            error(
                "check_failed", f"Không kiểm tra được: {type(broken).__name__}: {broken}", "Báo cho người phát triển."
            )
        ]
