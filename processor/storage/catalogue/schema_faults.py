"""What is wrong with a definition file, for staff who know no Python."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from processor.domain.errors import DefinitionFault
from processor.storage.catalogue.positions import Positioned

WORDS = {
    "missing": "Thiếu “{key}”. Thêm dòng “{key}: …”.",
    "extra_forbidden": "Không hiểu “{key}”. Sửa chính tả hoặc xóa dòng này.",
    "string_type": "“{key}” phải là chữ. Đặt giá trị trong dấu nháy kép.",
    "int_type": "“{key}” phải là số nguyên, không có dấu chấm.",
    "int_parsing": "“{key}” phải là số nguyên, không có dấu chấm.",
    "bool_parsing": "“{key}” phải là true hoặc false.",
    "bool_type": "“{key}” phải là true hoặc false.",
    "string_pattern_mismatch": "“{key}” là “{input}”, viết chưa đúng dạng. Dùng chữ thường không dấu, số, gạch.",
    "literal_error": "“{key}” là “{input}”. Chỉ nhận: {expected}.",
    "union_tag_invalid": "“kind” không nhận “{tag}”. Chỉ nhận: {expected_tags}.",
    "union_tag_not_found": "Thiếu “kind”. Thêm dòng “kind: text” hoặc một loại ô khác.",
    "date_from_datetime_parsing": "“{key}” phải là ngày dạng 2026-01-31.",
    "date_parsing": "“{key}” phải là ngày dạng 2026-01-31.",
    "date_type": "“{key}” phải là ngày dạng 2026-01-31.",
    "less_than_equal": "“{key}” là {input}. Nhiều nhất {le}.",
    "greater_than_equal": "“{key}” là {input}. Ít nhất {ge}.",
    "tuple_type": "“{key}” phải là một danh sách, mỗi mục một dòng bắt đầu bằng gạch.",
    "dict_type": "“{key}” phải là một nhóm dòng dạng “tên: giá trị”.",
    "model_type": "“{key}” phải là một nhóm dòng dạng “tên: giá trị”.",
    "model_attributes_type": "“{key}” phải là một nhóm dòng dạng “tên: giá trị”.",
    "too_short": "“{key}” còn trống. Viết ít nhất một mục.",
}


CONDITIONS = ("equals", "one_of", "at_most", "at_least", "before", "after", "all", "any", "not")


def schema_fault_words(error: ErrorDetails) -> str:
    keys = [str(part) for part in error["loc"] if isinstance(part, str)]
    if error["type"] == "missing" and keys[-1] in CONDITIONS:
        return f"Không hiểu điều kiện này. Dùng một trong: {', '.join(CONDITIONS)}."
    context = {name: str(value).replace(" or ", " hoặc ") for name, value in error.get("ctx", {}).items()}
    values = {"key": keys[-1] if keys else "?", "input": str(error.get("input"))[:40], **context}
    template = WORDS.get(error["type"])
    if template is None:
        return f"“{values['key']}” viết chưa đúng ({error['msg']}). So với một mục viết đúng trong tệp."
    return template.format_map(values)


def schema_faults(source: Positioned, errors: ValidationError) -> Iterator[DefinitionFault]:
    for error in of_the_nearest_shape(source, errors.errors(include_url=False)):
        kind = ("kind",) if error["type"] == "union_tag_invalid" else ()
        yield source.fault(path_in_file(source, (*error["loc"], *kind)), schema_fault_words(error))


def of_the_nearest_shape(source: Positioned, errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Where one of several shapes would do, pydantic tells what is wrong with each: only those of the nearest count."""
    shapes: dict[tuple[str | int, ...], Counter[str]] = {}
    for error in errors:
        if (found := shape_tried(source, error["loc"])) is not None:
            shapes.setdefault(error["loc"][:found], Counter())[str(error["loc"][found])] += 1
    for error in errors:
        found = shape_tried(source, error["loc"])
        tried = shapes[error["loc"][:found]] if found is not None else Counter[str]()
        if found is None or str(error["loc"][found]) == min(tried, key=lambda shape: tried[shape]):
            yield error


def shape_tried(source: Positioned, loc: tuple[str | int, ...]) -> int | None:
    """The place in a path where pydantic names a shape: a class, not a key of the file."""
    for place, part in enumerate(loc):
        if (
            isinstance(part, str)
            and part[:1].isupper()
            and path_in_file(source, loc[: place + 1]) == path_in_file(source, loc[:place])
        ):
            return place
    return None


def path_in_file(source: Positioned, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """pydantic puts union tags between the keys; only those parts that exist in the file are kept."""
    path: tuple[str | int, ...] = ()
    for part in loc:
        if (*path, part) in source.lines:
            path = (*path, part)
    return path
