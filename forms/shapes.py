"""Raw YAML into the models of declared.py; complaints of pydantic into faults with file, line, proposal."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from forms.faults import Fault, did_you_mean
from forms.yamlfile import YamlFile

Shape = TypeVar("Shape", bound=BaseModel)
_TRIES: Final = 4
_SAYS: Final = {
    "string_type": "应为文字（数字请加引号）",
    "bool_type": "应为 true 或 false",
    "int_type": "应为整数",
    "float_type": "应为数字",
    "date_type": "应为日期，例如 2019-08-07",
    "list_type": "应为列表",
    "tuple_type": "应为列表",
    "dict_type": "应为“键: 值”",
    "model_type": "应为“键: 值”",
    "model_attributes_type": "应为“键: 值”",
    "greater_than": "应大于0",
    "greater_than_equal": "应不小于0",
}


def shaped(model: type[Shape], source: YamlFile, faults: list[Fault]) -> Shape | None:
    """The whole file as one model; its faults go into `faults`.

    What is wrong is taken out and the rest read again, so that one slip does not hide the next.
    """
    faults += source.faults
    return None if source.data is None and source.faults else _read(model, source.data, source, (), faults)


def each_shaped(model: type[Shape], source: YamlFile, faults: list[Fault]) -> Mapping[str, Shape]:
    """A file that maps names to equal shapes; a faulty one does not hide its neighbours."""
    faults += source.faults
    if not isinstance(source.data, dict):
        if not source.faults:
            faults.append(Fault(source.name, 1, "文件应写成“名称: 内容”。"))
        return {}
    found = {}
    for name, value in source.data.items():
        shape = _read(model, value, source, (str(name),), faults)
        if shape is not None:
            found[str(name)] = shape
    return found


def _read(
    model: type[Shape], data: Any, source: YamlFile, above: tuple[str, ...], faults: list[Fault]
) -> Shape | None:
    for attempt in range(_TRIES):
        try:
            return model.model_validate(data)
        except ValidationError as error:
            if attempt == 0:
                faults += _faults(error, model, source, above)
                data = deepcopy(data)
            if not all([_mended(data, each) for each in error.errors()]):
                return None
    return None


def _faults(
    error: ValidationError, model: type[BaseModel], source: YamlFile, above: tuple[str, ...]
) -> list[Fault]:
    found = []
    for each in error.errors():
        path = tuple(str(step) for step in each["loc"] if step != "[key]")
        name = path[-1] if path else source.name
        if each["type"] == "extra_forbidden":
            message = f"不认识的键“{name}”" + did_you_mean(name, known_keys(model, path[:-1]))
        elif each["type"] == "missing":
            message = f"缺少“{name}”。"
        elif each["type"] == "literal_error":
            allowed = each["ctx"]["expected"].replace(" or ", ", ")
            message = f"“{each['input']}”不是“{name}”可用的值，可写：{allowed}。"
        else:
            message = f"“{name}”{_SAYS.get(each['type'], each['msg'])}，现为“{each['input']}”。"
        found.append(Fault(source.name, source.line(*above, *path), message))
    return list(dict.fromkeys(found))


def _mended(data: Any, error: Any) -> bool:
    """Take what is wrong out of the data (a number for a text becomes text).

    False when that cannot be done.
    """
    *path, last = [step for step in error["loc"] if step != "[key]"] or [None]
    at = data
    for step in path:
        at = _inside(at, step)
    if error["type"] == "missing" and isinstance(at, dict):
        at[last] = ""
        return True
    if isinstance(at, dict):
        key = next((key for key in at if str(key) == str(last)), None)
        if key is None:
            return False
        if error["type"] == "string_type" and at[key] is not None:
            at[key] = str(at[key])
        else:
            del at[key]
        return True
    return False


def _inside(at: Any, step: Any) -> Any:
    if isinstance(at, dict):
        return next((value for key, value in at.items() if str(key) == str(step)), None)
    return at[step] if isinstance(at, list) and isinstance(step, int) and step < len(at) else None


def known_keys(model: type[BaseModel], path: tuple[str, ...]) -> list[str]:
    """The keys a model knows at a place in the file; empty where the place takes any key."""
    at: Any = model
    for step in path:
        at = _below(at, step)
    model_there = _bare(at)
    if isinstance(model_there, type) and issubclass(model_there, BaseModel):
        return [info.alias or key for key, info in model_there.model_fields.items()]
    return []


def _below(annotation: Any, step: str) -> Any:
    bare = _bare(annotation)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        for key, info in bare.model_fields.items():
            if (info.alias or key) == step:
                return info.annotation
        return None
    args = get_args(bare)
    return args[-1] if get_origin(bare) is dict else args[0] if args else None


def _bare(annotation: Any) -> Any:
    """The type without `| None` and without annotations."""
    origin = get_origin(annotation)
    if origin is None or origin in (dict, list, tuple):
        return annotation
    return next((_bare(each) for each in get_args(annotation) if each is not type(None)), annotation)
