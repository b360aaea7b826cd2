"""JSON Schemas of the files under forms/, for completion in editors."""

import json

from pydantic import BaseModel

from processor.domain.forms.definition import FormSource, Section
from processor.domain.policy import PolicyFile


def schemas() -> dict[str, str]:
    """File name to text."""
    models: dict[str, type[BaseModel]] = {
        "form.schema.json": FormSource,
        "group.schema.json": Section,
        "policy.schema.json": PolicyFile,
    }
    return {
        name: json.dumps(model.model_json_schema(), ensure_ascii=False, indent=2) + "\n"
        for name, model in models.items()
    }
