"""What a sound file may carry that acts or reaches out when it is opened; taken in, and shown to officers in red.

The words for each stand in forms/shared/texts.yml under `hazards`.
"""

PDF_SCRIPT = "pdf_script"
PDF_ACTION = "pdf_action"
PDF_OPENS_ITSELF = "pdf_opens_itself"
CARRIES_FILES = "carries_files"
OFFICE_DDE = "office_dde"
OFFICE_TEMPLATE = "office_template"
OFFICE_EXTERNAL = "office_external"
BEYOND_SCANNER = "beyond_scanner"
"""It unpacks to more than a scanner looks at: that no signature was found says nothing."""

HAZARDS = (
    PDF_SCRIPT,
    PDF_ACTION,
    PDF_OPENS_ITSELF,
    CARRIES_FILES,
    OFFICE_DDE,
    OFFICE_TEMPLATE,
    OFFICE_EXTERNAL,
    BEYOND_SCANNER,
)


def in_order(found: set[str]) -> tuple[str, ...]:
    return tuple(hazard for hazard in HAZARDS if hazard in found)
