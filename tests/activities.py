"""An activity as an officer types it; invented."""

from processor.domain.forms.submission import Typed

PLAN, TASK, CHANNEL = "2024", "phoi-hop-gioi-thieu", "hoi-nghi-cap-xa"


def activity_typed(**changed: str) -> Typed:
    typed = {
        "task": TASK,
        "held_on": "20/05/2024",
        "outreach": CHANNEL,
        "place": "Hội trường Ví dụ",
        "unit": "Phòng Ví dụ",
        "document": "Giấy mời số 01/GM-VD",
        "reached": "40",
    }
    return {name: [value] for name, value in (typed | changed).items()}
