"""YAML with the line of every node, so that a fault can name file and line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from processor.domain.errors import BrokenDefinition, DefinitionFault

Path_ = tuple[str | int, ...]


class Positioned:
    """One YAML file: its plain `content` and the line of each path into it."""

    def __init__(self, path: Path, shown: str) -> None:
        self.file = shown
        self.lines: dict[Path_, int] = {}
        try:
            text = path.read_text(encoding="utf-8")
            loader = yaml.CSafeLoader(text)
            node = loader.get_single_node()
            self.content: Any = None if node is None else loader.construct_document(node)
        except OSError:
            raise BrokenDefinition([DefinitionFault(shown, 1, "Không có tệp này. Tạo tệp hoặc sửa tên.")]) from None
        except UnicodeDecodeError:
            raise BrokenDefinition([DefinitionFault(shown, 1, "Tệp không phải UTF-8. Lưu lại dạng UTF-8.")]) from None
        except ValueError:
            message = "Ngày này không có trong lịch. Sửa lại, dạng 2026-01-31."
            raise BrokenDefinition([DefinitionFault(shown, impossible_day(text), message)]) from None
        except yaml.YAMLError as error:
            raise BrokenDefinition([DefinitionFault(shown, yaml_line(error), yaml_words(error))]) from None
        if node is None or not isinstance(self.content, dict):
            raise BrokenDefinition([DefinitionFault(shown, 1, "Tệp trống. Viết ít nhất một dòng dạng “tên: giá trị”.")])
        self.duplicates: list[DefinitionFault] = []
        self._walk(node, ())

    def line(self, path: Path_) -> int:
        """The line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def fault(self, path: Path_, message: str) -> DefinitionFault:
        return DefinitionFault(self.file, self.line(path), message)

    def _walk(self, node: yaml.Node, path: Path_) -> None:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            self._walk_mapping(node, path)
        elif isinstance(node, yaml.SequenceNode):
            for place, child in enumerate(node.value):
                self._walk(child, (*path, place))

    def _walk_mapping(self, node: yaml.MappingNode, path: Path_) -> None:
        seen: set[str] = set()
        for key, child in node.value:
            name = str(key.value)
            self.lines[(*path, name)] = key.start_mark.line + 1
            if name in seen:
                message = f"“{name}” viết hai lần. Giữ lại một dòng."
                self.duplicates.append(DefinitionFault(self.file, key.start_mark.line + 1, message))
            seen.add(name)
            self._walk(child, (*path, name))


def impossible_day(text: str) -> int:
    """The line of the first day that no calendar has."""
    loader = yaml.SafeLoader("")
    for scalar in scalars(yaml.compose(text, yaml.SafeLoader)):
        try:
            loader.construct_object(scalar)
        except ValueError:
            return scalar.start_mark.line + 1
    return 1


def scalars(node: yaml.Node | None) -> Iterator[yaml.Node]:
    match node:
        case yaml.ScalarNode():
            yield node
        case yaml.SequenceNode(value=children):
            for child in children:
                yield from scalars(child)
        case yaml.MappingNode(value=pairs):
            for _, child in pairs:
                yield from scalars(child)


def yaml_line(error: yaml.YAMLError) -> int:
    mark = getattr(error, "problem_mark", None)
    return 1 if mark is None else mark.line + 1


def yaml_words(error: yaml.YAMLError) -> str:
    return (
        f"Không đọc được YAML ({getattr(error, 'problem', None) or error}). Kiểm tra thụt dòng, dấu hai chấm, dấu nháy."
    )
