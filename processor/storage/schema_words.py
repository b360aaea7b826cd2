"""What is wrong with a definition file, for staff who know no Python."""

from pydantic_core import ErrorDetails

WORDS = {
    "missing": "Thiếu “{key}”. Thêm dòng “{key}: …”.",
    "extra_forbidden": "Không hiểu “{key}”. Xem tên đúng trong form.schema.json hoặc xóa dòng này.",
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


def schema_fault_words(error: ErrorDetails) -> str:
    keys = [str(part) for part in error["loc"] if isinstance(part, str)]
    values = {"key": keys[-1] if keys else "?", "input": str(error.get("input"))[:40], **error.get("ctx", {})}
    template = WORDS.get(error["type"])
    if template is None:
        return f"“{values['key']}” viết chưa đúng ({error['msg']}). So với form.schema.json."
    return template.format_map(values)
